"""brat standoff: a text, a line of equals signs, an annotation file; what can be written is read again, the same."""

from benchmark.formats import brat, jsonl
from benchmark.problems import BadInput
from benchmark.schema import Document

NAMES = ("Conflict.Battle", "PER", "Attacker")


def one(data: bytes) -> None:
    text, _, ann = data.decode("utf-8", "replace").partition("\n====\n")
    for document in (Document("d", text), Document("d")):
        found = brat.read(ann, document, "fuzz.ann", lambda problem: None, NAMES)
        list(jsonl.parse(jsonl.write([found]), "as JSON"))  # whatever is read can be said in JSON
        try:
            written = brat.write(found, NAMES)
        except BadInput:
            continue
        assert brat.read(written, document, names=NAMES) == found
