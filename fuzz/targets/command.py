"""A command model's answer: an extraction, or a recorded failure."""

import contextlib
import os
import tempfile
from pathlib import Path

from benchmark.command import CommandModel
from benchmark.schema import Article
from benchmark.worker import predict

PATH = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-")) / "x.toml"
PATH.write_text('command = ["true"]\n')

NOWHERE = Path(os.devnull).open("w")  # tracebacks, which go to the log  # noqa: SIM115


class Answering(CommandModel):
    """A command whose program answers at once."""

    answer = b""

    def _answer(self, line: bytes) -> bytes:
        return self.answer


MODEL = Answering(PATH)


def one(data: bytes) -> None:
    text, _, MODEL.answer = data.partition(b"\n====\n")
    with contextlib.redirect_stderr(NOWHERE):
        prediction = predict(MODEL, Article("a", text.decode("utf-8", "replace")))
    assert prediction.outcome in ("ok", "failed")
    assert prediction.error is None or "RecursionError" not in prediction.error
