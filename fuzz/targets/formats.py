"""Documents with text in JSON Lines, written in every other format; BigBio rows and anchored lines are read again."""

import contextlib

from benchmark.formats import anchors, brat, hf, iob2, jsonl, wikievents
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    documents = [p.document for p in jsonl.parse(data, "fuzz", lambda problem: None) if p.text is not None]
    wikievents.write(documents)
    with contextlib.suppress(BadInput):
        iob2.write(documents)
    for document in documents:
        with contextlib.suppress(BadInput):
            brat.write(document)
        with contextlib.suppress(BadInput):
            anchors.write(document)
        hf.checked(hf._row(document))
