"""JSON Lines, one document a line: the interchange format.

The same reader takes gold documents, anybody's predictions, and the predictions that ``run`` writes
(:class:`Prediction`: a document with the outcome and cost of its article).
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from benchmark import limits
from benchmark.decoding import lines_of, repeated_key
from benchmark.problems import BadInput, Problem, decode_text, read_text
from benchmark.schema import Document, Event, Invented, Mention, Span

Outcome = Literal["ok", "failed", "timeout", "unavailable", "unsupported"]
Report = Callable[[Problem], object]
Count = Annotated[int, Meta(ge=0, le=limits.OFFSET)]
Amount = Annotated[float, Meta(ge=0, le=limits.AMOUNT)]


class Prediction(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of predictions: a document without text, and how it came about.

    ``seconds`` is wall time, ``cpu_seconds`` processor time of the model and the processes it started, ``memory`` the peak resident size
    in MiB, ``words`` the length of the text, ``device`` where it was computed, ``tokens`` and ``cost`` (USD) what a language model used,
    ``invented`` the strings it named that are not in the text; ``error`` is the reason of any outcome but ``ok``.
    """

    id: str
    text: str | None = None
    date: str | None = None
    regions: tuple[Span, ...] | None = None
    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    invented: tuple[Invented, ...] = ()
    outcome: Outcome = "ok"
    error: str | None = None
    seconds: Amount | None = None
    cpu_seconds: Amount | None = None
    memory: Amount | None = None
    words: Count | None = None
    device: str | None = None
    tokens: Count | None = None
    cost: Amount | None = None

    @property
    def labels(self) -> tuple[Mention | Event, ...]:
        """Mentions and events together."""
        return (*self.mentions, *self.events)

    @property
    def document(self) -> Document:
        """The labels alone."""
        return Document(self.id, self.text, self.date, self.regions, self.mentions, self.events, self.invented)


EXACT = 100_000  # ids of a file that are held as they are
_DECODER = msgspec.json.Decoder(Prediction)
_ENCODER = msgspec.json.Encoder()
_NOT_JSON = re.compile(rb"(?<![\w\"])-?(NaN|Infinity)\b")


def read(path: Path, report: Report | None = None) -> list[Prediction]:
    """All lines of a file.

    Parameters
    ----------
    path
        The file.
    report
        Called with each :class:`Problem`; without it the first problem is raised.

    Raises
    ------
    BadInput
        Where a line is not JSON, has an unknown key, a wrong type or an offset or score out of range, or repeats an id.
    """
    return list(_of_file(path, report))


def parse(data: bytes, name: str, report: Report | None = None) -> Iterator[Prediction]:
    """Decode lines; empty ones are passed over.

    Parameters
    ----------
    data
        The content of a file.
    name
        The file's name, for messages.
    report
        As for :func:`read`.

    Raises
    ------
    BadInput
        As :func:`read` does, when the line is reached.
    """
    return _decoded(data.split(b"\n"), name, report)


def stream(path: Path) -> Iterator[Prediction]:
    """The lines of a file one by one, without holding the file; the first fault is raised as :class:`BadInput`."""
    yield from _of_file(path, None)


def _of_file(path: Path, report: Report | None) -> Iterator[Prediction]:
    _must_be_file(path)
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(Problem(str(path), 0, f"cannot be read ({error.strerror}); check its permissions")) from None
    with file:
        yield from _decoded(lines_of(file), str(path), report)


def _decoded(lines: Iterable[bytes], name: str, report: Report | None) -> Iterator[Prediction]:
    seen = _Ids()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = decode_line(line, name, number)
            if first := seen.add(item.id, number):
                raise BadInput(Problem(name, number, f"document {item.id!r} stands already in line {first}; keep one"))
        except BadInput as error:
            if report is None:
                raise
            for problem in error.problems:
                report(problem)
            continue
        yield item
    if repeated := seen.repeated():
        problem = Problem(name, repeated[1], f"its document stands already in line {repeated[0]}; keep one")
        if report is None:
            raise BadInput(problem)
        report(problem)


class _Ids:
    """Which ids a file has had: exactly up to :data:`EXACT` lines, by eight bytes of a hash beyond, where repeats are found at the end."""

    def __init__(self) -> None:
        self.exact: dict[str, int] = {}
        self.hashes, self.lines = array("Q"), array("Q")

    def add(self, name: str, line: int) -> int | None:
        """The line of an earlier document of this id, if it is known."""
        if name in self.exact:
            return self.exact[name]
        if len(self.exact) < EXACT:
            self.exact[name] = line
        else:
            digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            self.hashes.append(int.from_bytes(digest, "little"))
            self.lines.append(line)
        return None

    def repeated(self) -> tuple[int, int] | None:
        """The lines of the first two documents of one id among those known by hash."""
        if not self.hashes:
            return None
        import numpy as np

        hashes = np.frombuffer(self.hashes, dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        same = np.nonzero(hashes[order][1:] == hashes[order][:-1])[0]
        return (self.lines[order[same[0]]], self.lines[order[same[0] + 1]]) if len(same) else None


def _must_be_file(path: Path) -> None:
    if path.is_dir() or not path.exists():
        read_text(path)  # says what is wrong


def decode_line(line: bytes, name: str, number: int) -> Prediction:
    """One line as a prediction, checked as far as it can be without the text.

    Parameters
    ----------
    line
        JSON in UTF-8, at most :data:`benchmark.limits.LINE` bytes.
    name, number
        File and line, for messages.

    Raises
    ------
    BadInput
        Where it is not JSON, has an unknown key, one twice or a wrong type, an offset or score out of range, an id twice, or an argument
        of no mention; tells the first :data:`benchmark.limits.FAULTS` faults of labels.
    """
    if len(line) > limits.LINE:
        raise BadInput(Problem(name, number, limits.too_large("the line", limits.LINE)))
    try:
        item = _DECODER.decode(line)
    except RecursionError:
        raise BadInput(Problem(name, number, limits.too_deep())) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(Problem(name, number, why(line, str(error), name))) from None
    if (line.count(b'"') > _ENCODER.encode(item).count(b'"') or b"\\u0022" in line) and (key := repeated_key(line)):
        raise BadInput(Problem(name, number, f"key {key!r} stands twice in one object; keep one"))
    found = faults(item)
    if told := list(islice(found, limits.FAULTS)):
        more = sum(1 for _ in found)
        told += [f"and {more} faults more; the first {limits.FAULTS} are told"] if more else []
        raise BadInput([Problem(name, number, reason) for reason in told])
    return item


def faults(item: Prediction | Document) -> Iterator[str]:
    """What is wrong with the offsets and ids of a document, as far as it can be told without its text, and with its text if it has it."""
    size = limits.OFFSET if item.text is None else len(item.text)
    flat = [offset for region in item.regions or () for offset in region]
    if flat != sorted(flat) or any(a >= b for a, b in item.regions or ()) or (flat and flat[-1] > size):
        yield f"regions of document {item.id!a} are empty, out of order or past the end of its text"
    for kind, labels in (("mention", item.mentions), ("event", item.events)):
        ids: set[str] = set()
        for label in labels:
            if label.start >= label.end:
                yield f"{kind} {label.id or label.type} is empty or turned round: start {label.start}, end {label.end}; give start < end"
            elif label.end > size:
                yield f"{kind} {label.id or label.type} runs past the end of the text: end {label.end}, {size} characters"
            if label.id is not None and label.id in ids:
                yield f"{kind} id {label.id!r} is used twice in document {item.id!r}; make ids unique"
            if label.id is not None:
                ids.add(label.id)
            yield from _fragment_faults(kind, label)
        if len(labels) > limits.OVERLAP and (at := _crowded(labels)) is not None:
            yield f"more than {limits.OVERLAP} {kind}s of document {item.id!a:.60} cover the character at {at}, which is the limit"
    mentions = {m.id for m in item.mentions if m.id is not None}
    for event in item.events:
        for argument in event.arguments:
            if argument.mention is not None and argument.mention not in mentions:
                yield f"argument {argument.role} of event {event.id or event.type} names mention {argument.mention!r}, which is not there"
            if argument.mention is None and (argument.start is None or argument.end is None or argument.start >= argument.end):
                yield f"argument {argument.role} of event {event.id or event.type} needs a mention, or start < end"
            elif argument.end is not None and argument.end > size:
                yield f"argument {argument.role} of event {event.id or event.type} runs past the end of the text ({size} characters)"


def _crowded(labels: Sequence[Mention | Event]) -> int | None:
    """The first place that more labels cover than may."""
    borders = sorted([(label.start, 1) for label in labels] + [(label.end, -1) for label in labels])
    deep = 0
    for at, change in borders:  # at one place ends come first
        deep += change
        if deep > limits.OVERLAP:
            return at
    return None


def _fragment_faults(kind: str, label: Mention | Event) -> Iterator[str]:
    if label.fragments is None:
        return
    flat = [offset for span in label.fragments for offset in span]
    if len(flat) < 4 or flat != sorted(set(flat)) or (flat[0], flat[-1]) != (label.start, label.end):
        yield f"{kind} {label.id or label.type}: fragments must be two or more parts in order, from start to end, with gaps between"


def why(line: bytes, message: str, name: str) -> str:
    """A decoding error in plain words, with a remedy.

    Parameters
    ----------
    line
        The line that could not be decoded.
    message
        What msgspec says.
    name
        The file's name, for messages on the encoding.
    """
    if (bad := _NOT_JSON.search(line)) and "malformed" in message:
        return f"{bad.group(1).decode()} is not a JSON number; leave the key out or give a number from 0 to 1"
    try:
        decode_text(line, name)
    except BadInput as error:
        return error.problems[0].reason
    if unknown := re.search(r"unknown field `(.*?)`(?: - at `(.*)`)?", message):
        where = f" in {unknown.group(2)}" if unknown.group(2) else ""
        return f"unknown key {unknown.group(1)!r}{where}; remove it or check its spelling"
    if "malformed" in message or "truncated" in message:
        try:
            json.loads(line)
        except RecursionError:
            return limits.too_deep()
        except ValueError as error:
            return f"not JSON ({error}); each line must be one whole JSON object"
    return f"{message}; see the data format in the README"


def write(documents: Iterable[Document | Prediction]) -> bytes:
    """JSON Lines of the documents, in their order, defaults left out."""
    return b"".join(_ENCODER.encode(document) + b"\n" for document in documents)


def fingerprint(path: Path) -> str:
    """The first twelve digits of the SHA-256 of a file: what stands in signatures for a gold file that is not ours."""
    _must_be_file(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def dumps(value: Any) -> str:
    """Any JSON-able value or struct, indented, for people and for ``--json``."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()
