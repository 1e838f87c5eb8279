"""A run's folder: run.json, scores.json, predictions.jsonl with anything in them."""

import contextlib
import tempfile
from pathlib import Path

from benchmark import limits
from benchmark.decoding import decode_json
from benchmark.problems import BadInput
from benchmark.scores import Scores
from benchmark.store import RunFolder

FOLDER = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-")) / "model-0123abcd"
FOLDER.mkdir()


def one(data: bytes) -> None:
    run = RunFolder.at(FOLDER)
    for name in ("run.json", "predictions.jsonl"):
        (FOLDER / name).write_bytes(data)
    with contextlib.suppress(BadInput):
        assert limits.depth(run.read_run().parameters) <= limits.DEPTH
    with contextlib.suppress(BadInput):
        run.predictions()
    with contextlib.suppress(BadInput, KeyError, AttributeError, TypeError, ValueError, IndexError):  # as those who read it expect
        Scores.from_dict(decode_json(data, dict, "scores.json", "scores"))
