"""The model protocol: whatever a model returns for an article is an extraction that fits it, or a recorded failure."""

import contextlib
import json
import os
from pathlib import Path

import msgspec

from benchmark.formats.jsonl import Prediction, decode_line
from benchmark.schema import Argument, Article, Event, Extraction, Invented, Mention
from benchmark.worker import predict

KINDS = {"mentions": Mention, "events": Event, "invented": Invented}

NOWHERE = Path(os.devnull).open("w")  # tracebacks, which go to the log  # noqa: SIM115


class Model:
    def __init__(self, answer: object):
        self.answer = answer

    def extract(self, article: Article) -> object:
        if isinstance(self.answer, str):
            raise ValueError(self.answer)
        return self.answer


def one(data: bytes) -> None:
    text, _, answer = data.decode("utf-8", "replace").partition("\n====\n")
    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        value = answer
    article = Article("a", text)
    with contextlib.redirect_stderr(NOWHERE):
        prediction = predict(Model(_built(value)), article)
    assert prediction.outcome in ("ok", "failed")
    assert (prediction.error is None) == (prediction.outcome == "ok")
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(prediction), type=Prediction)
    assert decode_line(msgspec.json.encode(sent), "line", 1).id == "a"
    assert all(label.end <= len(text) for label in sent.labels)


def _built(value: object) -> object:
    """The objects that a model would make of these values, without a check."""
    if not isinstance(value, dict) or not set(value) <= {*KINDS, "tokens", "cost"}:
        return value
    return Extraction(**{name: _labels(name, inner) if name in KINDS else inner for name, inner in value.items()})


def _labels(name: str, items: object) -> object:
    return [_label(KINDS[name], item) for item in items] if isinstance(items, list) else items


def _label(kind: type, item: object) -> object:
    if not isinstance(item, dict):
        return item
    if isinstance(item.get("arguments"), list):
        item = {**item, "arguments": [_label(Argument, argument) for argument in item["arguments"]]}
    try:
        return kind(**item)
    except TypeError:
        return item
