"""re3d, the Relationship and Entity Extraction Evaluation Dataset (Dstl): JSON Lines of mongoexport, entities beside documents.

A corpus is a folder with ``documents.json`` and ``entities.json``, or a folder of such folders (one a source). Offsets are taken as
they are: a few values differ from the text at their offsets, and entities may overlap, which is said and kept. Relations are counted,
not read: the data model has no place for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from benchmark.decoding import decode_lines, lines_of
from benchmark.problems import BadInput, Problem
from benchmark.schema import Document, Mention

Note = Callable[[str], object]


class _Text(Struct, rename={"id": "_id"}):
    id: str
    text: str


class _Entity(Struct, rename={"document": "documentId"}):
    document: str
    begin: int
    end: int
    type: str
    value: str | None = None
    confidence: float | None = None


class _Relation(Struct):
    type: str = ""


_T = TypeVar("_T")


def files(folder: Path) -> list[Path]:
    """The files that a corpus in `folder` is made of, sources in order.

    Raises
    ------
    BadInput
        Where there is no ``documents.json`` in it or a folder of it, or no ``entities.json`` beside one.
    """
    sources = sorted(path.parent for path in folder.rglob("documents.json")) if folder.is_dir() else []
    if not sources:
        raise BadInput(
            Problem(str(folder), 0, "no documents.json here or in a folder of it; give the folder of re3d, or of one of its sources")
        )
    found = []
    for source in sources:
        if not (source / "entities.json").is_file():
            raise BadInput(Problem(str(source), 0, "has documents.json, and no entities.json beside it; add it"))
        found += [source / "documents.json", source / "entities.json"]
        found += [path for path in [source / "relations.json"] if path.is_file()]
    return found


def read(folder: Path, note: Note = lambda line: None) -> list[Document]:
    """The documents of all sources in the folder, with what is passed over or strange told through `note`.

    Raises
    ------
    BadInput
        For a line that is not of the format, an id given twice, an entity of no document or with offsets outside the text.
    """
    texts: dict[str, str] = {}
    mentions: dict[str, list[Mention]] = {}
    strange = Counter[str]()
    for path in files(folder):
        if path.name == "documents.json":
            for number, row in _rows(path, _Text):
                if row.id in texts:
                    raise BadInput(Problem(str(path), number, f"document {row.id!r} was read before; keep one"))
                texts[row.id] = row.text
        elif path.name == "entities.json":
            for number, entity in _rows(path, _Entity):
                mentions.setdefault(entity.document, []).append(_mention(entity, texts, path, number, strange))
        else:
            relations = sum(1 for _ in _rows(path, _Relation))
            strange["relations, which the data model has no place for; passed over"] += relations
    documents = [Document(key, text, mentions=tuple(sorted(mentions.get(key, ()), key=_order))) for key, text in texts.items()]
    for document in documents:
        overlapping = _overlapping(document)
        if overlapping:
            strange["entities that overlap one before them; kept"] += overlapping
    for kind, count in strange.items():
        if count:
            note(f"{folder}: {count:,} {kind}")
    return documents


def _mention(entity: _Entity, texts: dict[str, str], path: Path, number: int, strange: Counter[str]) -> Mention:
    text = texts.get(entity.document)
    if text is None:
        raise BadInput(Problem(str(path), number, f"an entity of {entity.document!r}, which is not among the documents; remove it"))
    if not 0 <= entity.begin < entity.end <= len(text):
        reason = f"an entity at {entity.begin} to {entity.end} of a text of {len(text)} characters; mend its offsets"
        raise BadInput(Problem(str(path), number, reason))
    strange["values that differ from the text at their offsets; the offsets are taken"] += entity.value not in (
        None,
        text[entity.begin : entity.end],
    )
    score = entity.confidence
    if score is not None and not 0 <= score <= 1:
        raise BadInput(Problem(str(path), number, f"confidence {score} is not between 0 and 1"))
    return Mention(entity.begin, entity.end, entity.type, score=score)


def _order(mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, mention.type


def _overlapping(document: Document) -> int:
    reach = found = 0
    for mention in document.mentions:
        found += mention.start < reach
        reach = max(reach, mention.end)
    return found


def _rows(path: Path, kind: type[_T]) -> Iterator[tuple[int, _T]]:
    try:
        with path.open("rb") as file:
            yield from decode_lines(lines_of(file), kind, str(path), "a line of re3d; see docs/CORPORA.md for the form")
    except OSError as error:
        raise BadInput(Problem(str(path), 0, f"cannot be read ({error.strerror}); check its permissions")) from None


__all__ = ["files", "read"]
