"""Predictions and gold documents in JSON Lines: read, written and read again, the same."""

from benchmark.formats import jsonl
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    problems = []
    kept = list(jsonl.parse(data, "fuzz", problems.append))
    assert list(jsonl.parse(jsonl.write(kept), "again")) == kept
    assert all(str(problem) for problem in problems)
    try:
        assert list(jsonl.parse(data, "fuzz")) == kept
        assert not problems
    except BadInput:
        assert problems
