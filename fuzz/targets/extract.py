"""Unlabelled text in JSON Lines, in the project's form and in others': documents that a model can be given, or BadInput."""

import contextlib
import gzip
import tempfile
from pathlib import Path

import msgspec

from benchmark.extraction import readers
from benchmark.extraction.inputs import Input
from benchmark.extraction.plan import Limits, Plan, Unit
from benchmark.extraction.readers import Fields
from benchmark.problems import BadInput

FOLDER = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-"))
WAYS = (Fields(), Fields(number=True), Fields(text="body", id="key", date="day"))


def one(data: bytes) -> None:
    (FOLDER / "a.jsonl").write_bytes(data)
    (FOLDER / "b.jsonl.gz").write_bytes(gzip.compress(data, 1) if data[:1] == b"{" else data)
    for fields in WAYS:
        with contextlib.suppress(BadInput):
            for item in readers.json_lines(FOLDER / "a.jsonl", fields):
                assert item.article.id
        with contextlib.suppress(BadInput):
            list(readers.json_lines(FOLDER / "b.jsonl.gz", fields))
    units = list(Plan(Input("jsonl", "a", str(FOLDER / "a.jsonl")), Limits(shard=2, batch=1)))
    assert all(not unit.fault for unit in units[:-1])
    for unit in units:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(unit), type=Unit) == unit
