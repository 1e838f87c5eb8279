"""Unlabelled text: JSON Lines, Parquet, folders of plain text, Hugging Face datasets. Read one document at a time, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

from msgspec import Struct

from benchmark.extraction import readers
from benchmark.extraction.readers import Fields, Item
from benchmark.paths import present
from benchmark.problems import BadInput, Problem

Kind = Literal["jsonl", "parquet", "text", "hf"]
SUFFIXES: dict[str, Kind] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".parquet": "parquet",
    ".txt": "text",
}


class Input(Struct, frozen=True):
    """Where documents come from. Reading it twice gives the same documents in the same order.

    Attributes
    ----------
    kind
        The format.
    name
        As the user gave it.
    path
        Absolute path of the file or folder; of a dataset on the Hub, its name.
    split
        Split of a dataset; None: its only one, or ``train``.
    fields
        Which keys or columns hold text, id and date.
    """

    kind: Kind
    name: str
    path: str
    split: str | None = None
    fields: Fields = Fields()

    def documents(self) -> Iterator[Item]:
        """The documents one by one, each with the amount of input read up to its end (see :meth:`size`).

        Raises
        ------
        BadInput
            At a line, row or file that is no document: which one, and why.
        """
        if self.kind == "hf":
            yield from readers.dataset(self.path, self.split, self.fields)
            return
        before = 0.0
        read = {"jsonl": readers.json_lines, "parquet": readers.parquet}
        root = Path(self.path)
        if self.kind == "text":
            for file in self._files():
                before += 1
                yield Item(readers.text_file(file, root), before, str(file), 0)
            return
        for file in self._files():
            last = 0.0
            for item in read[self.kind](file, self.fields):
                last = item.read
                yield item._replace(read=before + last)
            before += last

    def size(self) -> float | None:
        """The whole amount of input: bytes of JSON Lines, rows of Parquet and datasets, files of text; None where it is not known."""
        if self.kind == "hf":
            return readers.dataset_rows(self.path, self.split)
        if self.kind == "jsonl":
            return float(sum(file.stat().st_size for file in self._files()))
        if self.kind == "parquet":
            return float(sum(readers.parquet_rows(file) for file in self._files()))
        return float(sum(1 for _ in self._files()))

    def identity(self) -> dict[str, Any]:
        """What can be told of the input without reading it: kind, files, bytes or rows, fields. A moved or copied input keeps it."""
        known: dict[str, Any] = {"kind": self.kind, "fields": {name: value for name, value in self.fields.named().items() if value}}
        if self.kind == "hf":
            return known | {"rows": readers.dataset_rows(self.path, self.split), "split": self.split}
        count = size = 0
        for file in self._files():
            count, size = count + 1, size + file.stat().st_size
        return known | {"files": count, "bytes": size}

    def _files(self) -> Iterator[Path]:
        root = Path(self.path)
        return walk(root, self.kind) if root.is_dir() else iter([root])


class Found(NamedTuple):
    """An input, and what of its folder is left out."""

    input: Input
    notes: list[str]


def find(name: str, fields: Fields | None = None) -> Found:
    """The input that a command line names: ``hf:NAME_OR_PATH[:split]``, a file, or a folder of files of one format.

    Raises
    ------
    BadInput
        Where there is nothing, or nothing that can be read.
    """
    fields = fields or Fields()
    if name.startswith("hf:"):
        return Found(_dataset(name, fields), [])
    path = Path(os.path.abspath(name))  # noqa: PTH100  # resolve() would follow a link to a name without suffix
    if not present(path):
        raise BadInput(Problem(name, 0, "there is no such file or folder; check the path (a dataset of the Hub is hf:NAME)"))
    if path.is_dir():
        return _folder(name, path, fields)
    kind = kind_of(path.name)
    if kind is None:
        raise BadInput(Problem(name, 0, f"format not known by its name; {', '.join(SUFFIXES)} are read"))
    return Found(Input(kind, name, str(path), None, fields), [])


def kind_of(file: str) -> Kind | None:
    """The format of a file by its name."""
    return next((kind for suffix, kind in SUFFIXES.items() if file.lower().endswith(suffix)), None)


def walk(folder: Path, kind: Kind | None = None) -> Iterator[Path]:
    """Files of a folder and its subfolders (hidden ones left out, linked folders not entered), sorted by name in each folder.

    Parameters
    ----------
    kind
        Only those of a format; None: all.
    """
    for place, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(files):
            path = Path(place, file)
            if not file.startswith(".") and (kind is None or kind_of(file) == kind) and _is_file(path):
                yield path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:  # a link to where one may not look
        _unreadable(error)


def _unreadable(error: OSError) -> NoReturn:
    raise BadInput(Problem(str(error.filename), 0, f"cannot be read ({error.strerror}); check its permissions"))


def _folder(name: str, path: Path, fields: Fields) -> Found:
    counts: dict[Kind | None, int] = {}
    for file in walk(path):
        kind = kind_of(file.name)
        counts[kind] = counts.get(kind, 0) + 1
    other = counts.pop(None, 0)
    if not counts:
        raise BadInput(Problem(name, 0, f"no file to read in this folder; {', '.join(SUFFIXES)} are read"))
    if len(counts) > 1:
        there = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        raise BadInput(Problem(name, 0, f"files of several formats in one folder ({there}); give a folder of one"))
    notes = [f"{name}: {other} files of other formats are left out"] if other else []
    return Found(Input(next(iter(counts)), name, str(path), None, fields), notes)  # type: ignore[arg-type]  # None is taken out


def _dataset(name: str, fields: Fields) -> Input:
    place, colon, split = name.removeprefix("hf:").rpartition(":")
    if not colon:
        place, split = split, ""
    if not place:
        raise BadInput(f"{name}: give hf:NAME or hf:FOLDER, and :split after it where it has several")
    try:
        path = Path(place).expanduser()
    except RuntimeError:  # ~somebody
        path = Path(place)
    if present(path) and path.is_file():
        raise BadInput(Problem(name, 0, "this is a file; give it without hf:"))
    return Input("hf", name, str(path.absolute()) if path.is_dir() else place, split or None, fields)
