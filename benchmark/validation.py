"""Everything that can be wrong with the gold set, found in one go, each with file, line and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from benchmark.gold import EDITIONS, Edition, GoldFile, GoldSet
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import Document


class Entity(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of ``entities.jsonl``: one thing that mentions refer to, in any of the texts."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""


class Figure(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A number that an article gives for an event: ``what`` (deaths, wounded, forces …), of whom, how many, which article says so."""

    what: str
    value: str
    article: str
    entity: str | None = None


class Occurrence(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of ``events.jsonl``: one thing that happened (or might); date in ISO 8601, place and participants by entity id."""

    id: str
    type: str
    description: str
    date: str | None = None
    place: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    numbers: tuple[Figure, ...] = ()


_Row = TypeVar("_Row", Entity, Occurrence)


def validate(gold: GoldSet, editions: Iterable[Edition] = EDITIONS) -> tuple[list[Problem], list[GoldFile]]:
    """Everything that is wrong with the gold set.

    Parameters
    ----------
    gold
        The gold set, or an annotator's labels.
    editions
        Which editions; what no text uses is told where all are looked at.

    Returns
    -------
    problems, files
        No problem: the set is clean. A file that could not be read is among the files without labels.
    """
    problems: list[Problem] = []
    files = gold.files(editions, problems.append)
    entities = read_identities(gold.folder / "entities.jsonl", Entity, problems)
    events = read_identities(gold.folder / "events.jsonl", Occurrence, problems)
    for file in files:
        problems.extend(_label_problems(file, gold, entities, events))
    problems.extend(_manifest_problems(gold))
    if set(editions) == set(EDITIONS):
        problems.extend(_unused(gold, files, entities, events))
    return problems, files


def read_identities(path: Path, kind: type[_Row], problems: list[Problem]) -> dict[str, tuple[int, _Row]]:
    """The rows of an identity file.

    Parameters
    ----------
    path
        ``entities.jsonl`` or ``events.jsonl``.
    kind
        What a row is.
    problems
        What is wrong is added to it: a file or a line that cannot be read, an id that stands twice.

    Returns
    -------
    dict
        By id, the line's number from 1 and the row; of an id that stands twice the first.
    """
    rows: dict[str, tuple[int, _Row]] = {}
    try:
        content = read_text(path)
    except BadInput as error:
        problems.extend(error.problems)
        return rows
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line.encode(), type=kind)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
            problems.append(Problem(str(path), number, f"{error}; compare with the other lines"))
            continue
        if row.id in rows:
            problems.append(Problem(str(path), number, f"duplicate id {row.id!r}, used in line {rows[row.id][0]} already; merge them"))
        rows.setdefault(row.id, (number, row))
    return rows


def _label_problems(
    file: GoldFile, gold: GoldSet, entities: dict[str, tuple[int, Entity]], events: dict[str, tuple[int, Occurrence]]
) -> Iterator[Problem]:
    def problem(key: str | None, reason: str) -> Problem:
        return Problem(str(file.path), file.lines.get(key or "", 0), f"{key}: {reason}" if key else reason)

    document = file.document
    for key, reason in gold.inventory.faults(document):
        yield problem(key, reason)
    for label in document.labels:
        if not document.scored(label.start, label.end):
            yield problem(label.id, f"{label.start} to {label.end} lies outside the scored regions; see articles.toml")
    for mention in document.mentions:
        if mention.entity is not None:
            yield from (problem(mention.id, r) for r in _identity_faults(mention.entity, mention.type, entities, "entities.jsonl"))
    for event in document.events:
        if event.event is not None:
            yield from (problem(event.id, r) for r in _identity_faults(event.event, event.type, events, "events.jsonl"))
    yield from (problem(key, reason) for key, reason in _repetitions(document))


def _identity_faults(identity: str, kind: str, known: dict[str, tuple[int, _Row]], name: str) -> Iterator[str]:
    if identity not in known:
        yield f"identity {identity!r} is not in {name}; add it or mend the id"
    elif known[identity][1].type.partition(".")[0] != kind.partition(".")[0]:
        yield f"identity {identity!r} is of type {known[identity][1].type} in {name}, the label of type {kind}; make them agree"


def _repetitions(document: Document) -> Iterator[tuple[str | None, str]]:
    spans = Counter((m.start, m.end) for m in document.mentions)
    triggers = Counter((e.start, e.end, e.type) for e in document.events)
    for mention in document.mentions:
        if spans[mention.start, mention.end] > 1:
            yield mention.id, "another mention stands on the same words; keep one"
    for event in document.events:
        if triggers[event.start, event.end, event.type] > 1:
            yield event.id, f"another {event.type} stands on the same trigger; keep one"
        if len(set(event.arguments)) < len(event.arguments):
            yield event.id, "an argument is given twice; keep one"


def _manifest_problems(gold: GoldSet) -> Iterator[Problem]:
    entries = gold.shelf.entries
    manifest = str(gold.folder / "articles.toml")
    for slug, entry in entries.items():
        if any(a >= b for a, b in entry.regions) or list(entry.regions) != sorted(entry.regions):
            yield Problem(manifest, 0, f"{slug}: regions are empty or out of order")
        try:
            text = gold.shelf.text(slug)
            if text is not None and entry.regions and entry.regions[-1][1] > len(text):
                yield Problem(manifest, 0, f"{slug}: regions run past the end of the article ({len(text)} characters)")
        except BadInput as error:
            yield from (p for p in error.problems if not (gold.labels / "source" / f"{slug}.ann").exists())
    for path in sorted(gold.labels.glob("*/*.ann")):
        if path.parent.name in EDITIONS and path.stem not in entries:
            yield Problem(str(path), 0, f"labels of an article that articles.toml does not list; it lists {', '.join(entries)}")


def _unused(
    gold: GoldSet, files: list[GoldFile], entities: dict[str, tuple[int, Entity]], events: dict[str, tuple[int, Occurrence]]
) -> Iterator[Problem]:
    used = {m.entity for f in files for m in f.document.mentions}
    told = {e.event for f in files for e in f.document.events}
    for number, entity in entities.values():
        if entity.id not in used:
            yield Problem(str(gold.folder / "entities.jsonl"), number, f"entity {entity.id!r} is mentioned in no text; remove it")
    for number, occurrence in events.values():
        path = str(gold.folder / "events.jsonl")
        if occurrence.id not in told:
            yield Problem(path, number, f"event {occurrence.id!r} is told in no text; remove it")
        for identity in (*occurrence.place, *occurrence.participants):
            if identity not in entities:
                yield Problem(path, number, f"entity {identity!r} is not in entities.jsonl; add it or mend the id")
