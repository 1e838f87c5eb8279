"""The file that maps a corpus' labels: read or refused; and what it makes of a corpus' labels."""

import tempfile
from pathlib import Path

from benchmark import inventory
from benchmark.corpora.mapping import Labels, representatives, scheme_of, unmapped
from benchmark.corpora.typemap import load
from benchmark.problems import BadInput
from benchmark.schema import Document, Mention

FILE = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-")) / "map.toml"
TYPES = inventory.load(Path(__file__).resolve().parents[2] / "gold" / "schema.toml")
LABELS = Labels.of([Document("d", "Gao fell", mentions=(Mention(0, 3, "location"), Mention(4, 8, "person")))])


def one(data: bytes) -> None:
    FILE.write_bytes(data)
    try:
        found = load(FILE, TYPES)
    except BadInput:
        return
    scheme = scheme_of(LABELS, None, ("gold",), TYPES, found)
    unmapped(LABELS, scheme)
    assert set(representatives(scheme.labels).values()) <= set(TYPES.mentions)
