"""Columns of tokens and tags as documents, read in every way; what is read can be said in JSON, and written as columns again."""

import contextlib

from benchmark.formats import iob, iob2, jsonl
from benchmark.problems import BadInput, decode_text


def one(data: bytes) -> None:
    try:
        text = decode_text(data, "fuzz")
    except BadInput:
        return
    for scheme in ("strict", *iob.SCHEMES):
        for block in (None, 2):
            try:
                found = iob2.read(text, "fuzz", scheme, block)
            except BadInput:
                continue
            assert all(0 <= m.start < m.end <= len(d.text or "") for d in found for m in d.mentions)
            list(jsonl.parse(jsonl.write(found), "as JSON"))
            with contextlib.suppress(BadInput):
                iob2.write(found)
