"""Columns of tokens and tags, decoded in every scheme; and labels written as columns."""

import contextlib

from benchmark.formats import iob
from benchmark.problems import BadInput, decode_text


def one(data: bytes) -> None:
    try:
        columns = iob.read(decode_text(data, "fuzz"), "fuzz")
    except BadInput:
        return
    for scheme in iob.SCHEMES:
        try:
            chunks = iob.decode(columns.tags, scheme)
        except ValueError:  # documented: a tag that is none of the scheme
            continue
        else:
            lengths = [len(tags) for tags in columns.tags]
            assert all(0 <= a < b <= lengths[s] for s, a, b in zip(chunks.document, chunks.start, chunks.end, strict=True))
    with contextlib.suppress(ValueError):  # documented: no scheme, or several
        iob.detect(columns.tags)
