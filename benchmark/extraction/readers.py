"""How each format of unlabelled text is read: document by document, in bounded memory, each fault with its place."""

from __future__ import annotations

import gzip
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from benchmark import limits
from benchmark.formats.jsonl import why
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import Article

_ROWS = 64  # of Parquet at a time


class Fields(Struct, frozen=True):
    """Which keys or columns hold what.

    With all of them None documents are in the project's own form: ``id``, ``text`` and perhaps ``date`` and ``regions``, nothing else.
    As soon as one is named, other keys are passed over. ``number``: ids are the numbers of the documents, from 1.
    """

    text: str | None = None
    id: str | None = None
    date: str | None = None
    number: bool = False

    @property
    def strict(self) -> bool:
        """Whether other keys are refused."""
        return not (self.text or self.id or self.date or self.number)

    def named(self) -> dict[str, Any]:
        """What is given, by name."""
        return {"text": self.text, "id": self.id, "date": self.date, "number": self.number}


class Item(NamedTuple):
    """A document, the amount of input up to its end, and its place in messages."""

    article: Article
    read: float
    file: str
    line: int


_DECODER = msgspec.json.Decoder(Article)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_LOOSE = msgspec.json.Decoder(dict[str, Any])


def json_lines(path: Path, fields: Fields) -> Iterator[Item]:
    """The documents of a file of JSON Lines, also compressed by gzip; empty lines are passed over. ``read`` is in bytes of the file.

    Raises
    ------
    BadInput
        Where the file cannot be read, or a line is too long or no document.
    """
    name = str(path)
    try:
        with path.open("rb") as raw:
            file = cast("IO[bytes]", gzip.GzipFile(fileobj=raw) if path.suffix.lower() == ".gz" else raw)
            number = documents = 0
            while line := file.readline(limits.LINE + 1):
                number += 1
                if len(line) > limits.LINE:
                    raise BadInput(Problem(name, number, limits.too_large("the line", limits.LINE) + ": one document a line"))
                if not line.strip():
                    continue
                documents += 1
                yield Item(_decoded(line.rstrip(b"\r\n"), name, number, documents, fields), float(raw.tell()), name, number)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(Problem(name, 0, f"cannot be read ({getattr(error, 'strerror', None) or error})")) from None


def _decoded(line: bytes, name: str, number: int, documents: int, fields: Fields) -> Article:
    try:
        if fields.strict:
            return checked(_DECODER.decode(line), name, number)
        row = _LOOSE.decode(line)
        if limits.depth(row) > limits.DEPTH:
            raise RecursionError
        return from_row(row, name, number, documents, fields)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = why(line, str(error), name)
        if _HALF.search(line) and "truncated" in reason:
            reason = "half a surrogate pair (\\ud800 to \\udfff alone), which is no character; mend it"
        if "unknown key" in reason:
            reason += ", or say which keys to read with --text-field and --id-field"
        raise BadInput(Problem(name, number, reason)) from None
    except RecursionError:
        raise BadInput(Problem(name, number, limits.too_deep())) from None


def from_row(row: Mapping[str, Any], name: str, line: int, number: int, fields: Fields) -> Article:
    """A document from the keys that `fields` name.

    Parameters
    ----------
    row
        Keys or columns with their values.
    name, line
        File and line (or row), for messages.
    number
        Place among the documents, from 1: the id where documents are numbered.
    fields
        Which key holds what.

    Raises
    ------
    BadInput
        Where a key is missing, or a value of the wrong type or size.
    """
    values = {}
    for what, key in (("text", fields.text or "text"), ("id", None if fields.number else fields.id or "id"), ("date", fields.date)):
        if key is None:
            continue
        if key not in row:
            other = "; name it with --id-field, or number the documents with --number" if what == "id" else f"; name it with --{what}-field"
            raise BadInput(Problem(name, line, f"no key {key!r} for the {what}; there are {_few(row)}{other}"))
        values[what] = row[key]
    text, found, date = values.get("text"), values.get("id", str(number)), values.get("date")
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    for what, value in (("text", text), ("id", found)):
        if not isinstance(value, str):
            raise BadInput(Problem(name, line, f"the {what} is {type(value).__name__}, and must be a string"))
    if date is not None and not isinstance(date, str):
        if not hasattr(date, "isoformat"):
            raise BadInput(Problem(name, line, f"the date is {type(date).__name__}, and must be a string as 2024-05-31"))
        date = date.isoformat()
    regions = row.get("regions") if fields.strict else None
    try:
        article = msgspec.convert({"id": found, "text": text, "date": date, "regions": regions}, Article)
    except msgspec.ValidationError as error:
        raise BadInput(Problem(name, line, str(error))) from None
    return checked(article, name, line)


def _few(row: Mapping[str, Any]) -> str:
    keys = [repr(str(key)[:40]) for key in list(row)[:12]]
    return ", ".join(keys) + (" …" if len(row) > 12 else "") if keys else "none"


def checked(article: Article, name: str, line: int) -> Article:
    """The document, if a model can be given it.

    Parameters
    ----------
    article
        The document.
    name, line
        File and line, for messages.

    Raises
    ------
    BadInput
        Where the id is empty or longer than :data:`benchmark.limits.ID` characters, the text longer than :data:`benchmark.limits.LINE`,
        half a surrogate pair is in it, or regions are out of order or outside the text.
    """
    if not article.id or len(article.id) > limits.ID:
        raise BadInput(Problem(name, line, f"the id has {len(article.id)} characters; from 1 to {limits.ID:,} are allowed"))
    if len(article.text) > limits.LINE:
        raise BadInput(Problem(name, line, f"the text has {len(article.text):,} characters; {limits.LINE:,} are allowed"))
    for what, value in (("id", article.id), ("text", article.text), ("date", article.date or "")):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise BadInput(Problem(name, line, f"the {what} has half a surrogate pair, which is no character; mend it")) from None
    end = 0
    for region in article.regions or ():
        if not end <= region[0] < region[1] <= len(article.text):
            reason = f"region {list(region)} is not in order, or outside the text ({len(article.text)} characters)"
            raise BadInput(Problem(name, line, reason))
        end = region[1]
    return article


def text_file(path: Path, root: Path) -> Article:
    r"""A file as a document: its id is the path below `root` without ``.txt``, bytes that are no UTF-8 written as ``\xff``.

    Raises
    ------
    BadInput
        Where it cannot be read, is larger than :data:`benchmark.limits.LINE` bytes, or is not UTF-8.
    """
    inner = path.relative_to(root).as_posix() if path != root else path.name
    name = os.fsencode(inner.removesuffix(".txt")).decode("utf-8", "backslashreplace")
    return checked(Article(name, read_text(path, limits.LINE)), str(path), 0)


def _parquet_file(path: Path) -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise BadInput("the package pyarrow is missing; pip install 'entity-event-benchmark[parquet]'") from None
    try:
        return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)  # pages as they are needed, never a whole row group
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadInput(Problem(str(path), 0, f"not a Parquet file ({str(error).splitlines()[0]})")) from None


def parquet_rows(path: Path) -> int:
    """The number of rows that a file's footer gives."""
    with _parquet_file(path) as file:
        return int(file.metadata.num_rows)


def parquet(path: Path, fields: Fields) -> Iterator[Item]:
    """The rows of a Parquet file; ``line`` is the number of the row, from 1, and so is ``read``.

    Raises
    ------
    BadInput
        Where pyarrow is missing, the file is no Parquet, has an unknown column, or a row is no document.
    """
    name = str(path)
    with _parquet_file(path) as file:
        import pyarrow as pa

        columns = file.schema_arrow.names
        own = ["id", "text", "date", "regions"]
        if fields.strict and (unknown := [c for c in columns if c not in own]):
            reason = f"unknown column {unknown[0]!r}; remove it, or say which columns to read with --text-field and --id-field"
            raise BadInput(Problem(name, 0, reason))
        wanted = own if fields.strict else [fields.text or "text", fields.id or "id", fields.date]
        strict = fields if not fields.strict else Fields(date="date" if "date" in columns else None)
        row = 0
        try:
            for batch in file.iter_batches(batch_size=_ROWS, columns=[c for c in columns if c in wanted]):
                for values in batch.to_pylist():
                    row += 1
                    yield Item(_row(values, name, row, fields, strict), float(row), name, row)
        except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
            raise BadInput(Problem(name, row + 1, f"cannot be read ({str(error).splitlines()[0]})")) from None


def _row(values: dict[str, Any], name: str, row: int, fields: Fields, dated: Fields) -> Article:
    article = from_row(values, name, row, row, dated if fields.strict else fields)
    if fields.strict and values.get("regions") is not None:
        try:
            regions = msgspec.convert(values["regions"], tuple[tuple[int, int], ...])
        except msgspec.ValidationError as error:
            raise BadInput(Problem(name, row, f"regions: {error}; give pairs of offsets")) from None
        return checked(msgspec.structs.replace(article, regions=regions), name, row)
    return article


@lru_cache(maxsize=4)
def _open_dataset(place: str, split: str | None) -> Any:
    """A dataset that can be iterated without holding it: memory-mapped, or a stream."""
    try:
        from datasets import Dataset, DatasetDict, IterableDatasetDict, load_dataset, load_from_disk
    except ImportError:
        raise BadInput("the package datasets is missing; pip install 'entity-event-benchmark[transformers]'") from None
    name = f"hf:{place}"
    saved = any(Path(place, file).is_file() for file in ("dataset_dict.json", "state.json"))
    try:
        found = load_from_disk(place) if saved else load_dataset(place, streaming=True)
    except Exception as error:  # the library raises errors of many kinds: no such dataset, no network, a broken file
        said = str(error).splitlines()[0] if str(error) else ""
        raise BadInput(Problem(name, 0, f"cannot be opened ({type(error).__name__}: {said}); check name and network")) from None
    if isinstance(found, DatasetDict | IterableDatasetDict):
        names = list(found)
        chosen = split or (names[0] if len(names) == 1 else "train")
        if chosen not in names:
            raise BadInput(Problem(name, 0, f"no split {chosen!r}; there are {', '.join(map(str, names))}: {name}:SPLIT"))
        return found[chosen]
    if split is not None and isinstance(found, Dataset) and str(found.split or split) != split:
        raise BadInput(Problem(name, 0, f"no split {split!r}; this is the split {str(found.split)!r} alone"))
    return found


def dataset_rows(place: str, split: str | None) -> float | None:
    """The number of rows, where the dataset tells it."""
    found = _open_dataset(place, split)
    if hasattr(found, "num_rows"):
        return float(found.num_rows)
    splits = (found.info.splits or {}) if found.info else {}
    known = splits.get(str(found.split)) if splits else None
    return float(known.num_examples) if known and known.num_examples else None


def dataset(place: str, split: str | None, fields: Fields) -> Iterator[Item]:
    """The rows of a Hugging Face dataset; other columns than those of text, id and date are passed over.

    Parameters
    ----------
    place
        Its name on the Hub, or a folder.
    split
        Of its splits; None: its only one, or ``train``.
    fields
        Which column holds what.

    Yields
    ------
    Item
        ``read`` and ``line`` are the number of the row, from 1.

    Raises
    ------
    BadInput
        Where it cannot be opened or read, the split is not there, or a row is no document.
    """
    found = _open_dataset(place, split)
    name = f"hf:{place}" + (f":{split}" if split else "")
    names = [fields.text or "text", None if fields.number else fields.id or "id", fields.date]
    wanted = [c for c in names if c]
    if found.column_names and all(c in found.column_names for c in wanted):
        found = found.select_columns(wanted)  # images, audio and the like are not decoded
    loose = fields if not fields.strict else Fields(text="text")
    rows = iter(found)
    row = 0
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except Exception as error:
            said = str(error).splitlines()[0] if str(error) else ""
            raise BadInput(Problem(name, row + 1, f"cannot be read ({type(error).__name__}: {said})")) from None
        row += 1
        yield Item(from_row(values, name, row, row, loose), float(row), name, row)
