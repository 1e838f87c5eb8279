import json

import pytest

from benchmark.formats import re3d
from benchmark.problems import BadInput

TEXT = "Rebels in northern Mali said Gao fell."


def write(folder, entities, documents=({"_id": "A", "text": TEXT, "title": "x"},), relations=None):
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("documents", documents), ("entities", entities), ("relations", relations)):
        if rows is not None:
            (folder / f"{name}.json").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def entity(words, kind, value=None, **more):
    start = TEXT.index(words)
    return {"documentId": "A", "begin": start, "end": start + len(words), "type": kind, "value": value or words, **more}


def test_strange_values_and_overlaps_are_kept_and_told(tmp_path):
    rows = [
        entity("Gao", "Location", confidence=0.9),
        entity("Rebels", "Organisation", value="The rebels"),
        entity("northern Mali", "Location"),
        entity("Mali", "Location"),
    ]
    write(tmp_path / "one source", rows, relations=[{"type": "CoLocated"}, {"type": "Apart"}])
    notes = []
    (document,) = re3d.read(tmp_path, notes.append)
    assert document.id == "A"
    assert [(TEXT[m.start : m.end], m.type, m.score) for m in document.mentions] == [
        ("Rebels", "Organisation", None),
        ("northern Mali", "Location", None),
        ("Mali", "Location", None),
        ("Gao", "Location", 0.9),
    ]
    told = "\n".join(notes)
    assert "1 values that differ from the text at their offsets" in told
    assert "1 entities that overlap one before them" in told
    assert "2 relations" in told
    assert re3d.read(tmp_path / "one source") == [document]  # one source alone


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (entity("Gao", "Location") | {"documentId": "B"}, "entities.json:1: an entity of 'B'"),
        (entity("Gao", "Location") | {"end": 999}, "an entity at 29 to 999 of a text of 38 characters"),
        (entity("Gao", "Location") | {"begin": -1}, "an entity at -1 to"),
        (entity("Gao", "Location") | {"begin": "0"}, "not a line of re3d"),
        (entity("Gao", "Location", confidence=7), "confidence 7.0 is not between 0 and 1"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(tmp_path, row, reason):
    write(tmp_path, [row])
    with pytest.raises(BadInput) as error:
        re3d.read(tmp_path)
    assert reason in str(error.value)


def test_missing_files_and_repeated_documents(tmp_path):
    with pytest.raises(BadInput, match="no documents"):
        re3d.read(tmp_path)
    write(tmp_path / "a", None)
    with pytest.raises(BadInput, match=r"no entities\.json beside it"):
        re3d.read(tmp_path)
    write(tmp_path / "a", [])
    write(tmp_path / "b", [])
    with pytest.raises(BadInput, match="document 'A' was read before"):
        re3d.read(tmp_path)


def test_the_published_files(reference):
    folder = reference / "corpora" / "re3d"
    if not folder.is_dir():
        pytest.skip("corpora/re3d is not among the reference data")
    notes = []
    documents = re3d.read(folder, notes.append)
    assert (len(documents), sum(len(d.mentions) for d in documents)) == (54, 1845)
    told = "\n".join(notes)
    assert "2 values that differ" in told
    assert "443 relations" in told
    assert "entities that overlap" in told
