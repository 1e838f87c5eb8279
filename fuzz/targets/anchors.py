"""Anchored lines: a text, a line of equals signs, the labels; what can be written is read again, the same."""

from benchmark.formats import anchors, jsonl
from benchmark.problems import BadInput
from benchmark.schema import Document


def one(data: bytes) -> None:
    text, _, lines = data.decode("utf-8", "replace").partition("\n====\n")
    found = anchors.read(lines, Document("d", text), "fuzz.txt", lambda problem: None)
    list(jsonl.parse(jsonl.write([found]), "as JSON"))
    try:
        written = anchors.write(found)
    except BadInput:
        return
    anchors.read(written, Document("d", text), "again", lambda problem: None)
