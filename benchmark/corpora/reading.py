"""The adapters: for each kind of corpus, what its files hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from benchmark.corpora.spec import Spec
from benchmark.formats import brat, hub, iob2, jsonl, re3d, wikievents
from benchmark.inventory import Inventory
from benchmark.problems import BadInput, Problem, decode_text, read_bytes, read_text
from benchmark.schema import Document

Note = Callable[[str], object]
_CODES = ("conll2003", "wnut17", "ontonotes", "gold")  # schemes that tags and datasets are likely to bear


class Read(Struct, frozen=True):
    """What an adapter found.

    Attributes
    ----------
    documents
        The documents.
    files
        What they were read from; none: the documents themselves are what is fingerprinted.
    schemes
        Label schemes that they are likely to be in, the likeliest first.
    nominal
        Whether nominal mentions are labelled without being told from names: then all levels are compared.
    """

    documents: list[Document]
    files: Sequence[Path]
    schemes: tuple[str, ...]
    nominal: bool = False


def read(spec: Spec, inventory: Inventory, note: Note) -> Read:
    """The documents of a corpus.

    Parameters
    ----------
    spec
        What the user named, options and all.
    inventory
        The gold types, by which labels of brat files are read.
    note
        Called with a line on what is passed over.

    Raises
    ------
    BadInput
        Where something is not there, or not of the format; says where and what to do.
    """
    place = Path(spec.place)
    if spec.kind == "jsonl":
        return Read([p.document for p in jsonl.read(place)], [place], ("gold",))
    if spec.kind == "brat":
        return _brat(place, inventory, note)
    if spec.kind == "iob2":
        block = _block(spec.options.get("documents"))
        text = decode_text(read_bytes(place).removeprefix(b"\xef\xbb\xbf"), str(place))  # offsets are of our own text: a mark harms none
        return Read(iob2.read(text, str(place), spec.tags, block, place.stem), [place], _CODES)
    if spec.kind == "wikievents":
        return _wikievents(place, spec.options.get("coref"), note)
    if spec.kind == "re3d":
        return Read(re3d.read(place, note), re3d.files(place), ("re3d",), nominal=True)
    name, split = _split(spec.place)
    return Read(hub.read(name, split, spec.options.get("config"), spec.tags, note), (), _CODES)


def _block(value: str | None) -> int | None:
    if value is None or value == "docstart":
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0):
        raise BadInput(f"documents={value}: docstart (a document begins at -DOCSTART-), or how many sentences make a document")
    return int(value[:9])


def _split(place: str) -> tuple[str, str | None]:
    """Name and split of ``NAME_OR_PATH[:split]``; a path that is there is a path, colons and all."""
    name, colon, split = place.rpartition(":")
    return (name, split) if colon and name and not Path(place).exists() and "/" not in split else (place, None)


def _wikievents(place: Path, coref: str | None, note: Note) -> Read:
    """The file with its coreference: the one named, or one where it is looked for."""
    data = read_bytes(place)
    looked = (place.with_name(f"{place.name}.coref.jsonl"), place.parent / "coref" / f"{place.stem}.jsonlines")
    beside = Path(coref) if coref else next((path for path in looked if path.is_file()), None)
    if beside is None:
        note(f"{place}: no coreference file ({' or '.join(str(path) for path in looked)}, or coref=FILE); mentions have no identity")
    documents = wikievents.read(data, str(place), None if beside is None else read_bytes(beside), str(beside), note)
    untold = any(m.level is None for d in documents for m in d.mentions)
    return Read(documents, [place, *([beside] if beside else [])], ("kairos", "gold"), nominal=untold)


# What other people's brat files may hold beside the data model: by the first letter of the line, what it is called.
_BESIDE = {"R": "relations", "*": "equivalences", "A": "attributes", "M": "attributes", "N": "normalisations"}


def _brat(folder: Path, inventory: Inventory, note: Note) -> Read:
    """Every ``.txt`` of a folder and its folders that has an ``.ann`` beside it."""
    if not folder.is_dir():
        reason = "is a file; give the folder" if folder.exists() else "there is no such folder; check the path"
        raise BadInput(Problem(str(folder), 0, reason))
    texts = [path for path in sorted(folder.rglob("*.txt")) if path.with_suffix(".ann").is_file()]
    if not texts:
        raise BadInput(Problem(str(folder), 0, "no .txt with an .ann beside it in this folder"))
    left = Counter[str]()
    documents = []
    for path in texts:
        content = read_text(path.with_suffix(".ann"))
        lines = content.split("\n")
        problems: list[Problem] = []
        empty = Document(path.relative_to(folder).with_suffix("").as_posix(), read_text(path))
        documents.append(brat.read(content, empty, str(path.with_suffix(".ann")), problems.append, inventory.names))
        faults = [problem for problem in problems if (beside := _beside(lines, problem, left)) is None or not beside]
        if faults:
            raise BadInput(faults)
    for kind, number in left.items():
        note(f"{folder}: {number:,} {kind}, which the data model has no place for; passed over")
    return Read(documents, [file for path in texts for file in (path, path.with_suffix(".ann"))], ("gold",))


def _beside(lines: Sequence[str], problem: Problem, left: Counter[str]) -> bool:
    """Whether a problem is only something that the data model has no place for; counted if so."""
    line = lines[problem.line - 1] if problem.line else ""
    if line[:1] in _BESIDE and ("not part of the data model" in problem.reason or problem.reason.startswith("expected ")):
        left[_BESIDE[line[:1]]] += 1
        return True
    if line[:1] == "E" and "without a mention of that id" in problem.reason:
        left["arguments that are events"] += 1
        return True
    return False


__all__ = ["Read", "read"]
