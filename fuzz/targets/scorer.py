"""The scorer: gold documents and predictions in JSON Lines, apart by a line of equals signs, give figures that are none or from 0 to 1."""

import math

import msgspec

from benchmark.formats import jsonl
from benchmark.scores import Scores
from benchmark.scoring import score


def one(data: bytes) -> None:
    gold, _, predicted = data.partition(b"\n====\n")
    documents = [p.document for p in jsonl.parse(gold, "gold", lambda problem: None)]
    answers = {p.id: p.document for p in jsonl.parse(predicted, "predicted", lambda problem: None)}
    scores = score(list({d.id: d for d in documents}.values()), answers, "fuzz")
    figures = scores.summary(resamples=10)
    for task in ("mentions", "triggers", "arguments"):
        for found in figures[task].values():
            for name in ("precision", "recall", "f1"):
                value = found["overall"][name] if found else None
                assert value is None or (0 <= value <= 1 and not math.isnan(value)), (task, name, value)
    Scores.from_dict(msgspec.json.decode(msgspec.json.encode(scores.to_dict())))
