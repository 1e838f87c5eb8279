"""How corpora and inputs are named on the command line: understood or refused, with what there is."""

import contextlib
import os

from benchmark.corpora.reading import _split
from benchmark.corpora.spec import KINDS, OPTIONS, is_spec, parse
from benchmark.extraction.inputs import find
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    text = os.fsdecode(data)  # as words of a command line come
    for kind in ("", *(f"{kind}:" for kind in KINDS)):
        name = kind + text
        assert not kind or is_spec(name)
        try:
            found = parse(name)
        except BadInput:
            continue
        assert found.kind in KINDS
        assert found.place
        assert set(found.options) <= {*OPTIONS[found.kind], "scheme", "name"}
        assert found.tags
        _split(found.place)
    if not os.path.isdir(text.removeprefix("hf:")):  # noqa: PTH112  # a folder is walked, and there are large ones
        with contextlib.suppress(BadInput):
            find(text)
