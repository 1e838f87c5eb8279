"""WikiEvents: a file and its coreference, apart by a line of equals signs; what is read is written and read again."""

from benchmark.formats import jsonl, wikievents
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    rows, _, coreference = data.partition(b"\n====\n")
    for beside in (None, coreference):
        try:
            found = wikievents.read(rows, "fuzz", beside, "beside")
        except BadInput:
            continue
        assert all(0 <= label.start < label.end <= len(d.text or "") for d in found for label in d.labels)
        list(jsonl.parse(jsonl.write(found), "as JSON", lambda problem: None))
        wikievents.write(found)
