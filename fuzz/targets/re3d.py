"""re3d: documents, entities and relations, apart by lines of equals signs; what is read can be said in JSON."""

import tempfile
from pathlib import Path

from benchmark.formats import jsonl, re3d
from benchmark.problems import BadInput

FOLDER = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-"))


def one(data: bytes) -> None:
    parts = [*data.split(b"\n====\n"), b"", b""]
    for name, part in zip(("documents", "entities", "relations"), parts, strict=False):
        (FOLDER / f"{name}.json").write_bytes(part)
    try:
        found = re3d.read(FOLDER)
    except BadInput:
        return
    list(jsonl.parse(jsonl.write(found), "as JSON", lambda problem: None))
    assert all(0 <= m.start < m.end <= len(d.text or "") for d in found for m in d.mentions)
