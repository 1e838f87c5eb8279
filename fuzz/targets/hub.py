"""Rows of anybody's datasets, as JSON: ``rows`` of BigBio's kb schema, or ``words``, ``tags`` and the tags' ``names``."""

import contextlib
import json
from collections import Counter

from benchmark.formats import hub, iob, jsonl
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    try:
        given = json.loads(data)
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair can be in no dataset
    except (ValueError, RecursionError):
        return
    if not isinstance(given, dict):
        return
    rows, words, tags, names = (given.get(name) for name in ("rows", "words", "tags", "names"))
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        with contextlib.suppress(BadInput):
            jsonl.write([hub._row("fuzz", number, row, Counter())])
    if not (isinstance(words, list) and isinstance(tags, list) and len(words) == len(tags)):
        return
    named = names if isinstance(names, list) and all(isinstance(name, str) for name in names) else None
    for scheme in (iob.LENIENT, "strict", "IOB2"):
        with contextlib.suppress(BadInput):
            found = hub.tagged(words, tags, named, "fuzz", scheme)
            assert all(0 <= m.start < m.end <= len(d.text or "") for d in found for m in d.mentions)
            list(jsonl.parse(jsonl.write(found), "as JSON"))
