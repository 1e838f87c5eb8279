"""Rows: what an analyst keeps. One row an event, with who did it, to whom, where, when and how many died.

Event mentions of one identity, in all documents together, are one row; an event mention without identity is a row of its own.
Only what happened is kept: realis Actual, or realis not told. The type of a row is that of most of its mentions. Slots are filled
through :data:`SLOTS`; a row that fills no slot is not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmark.metrics.values import KINDS, calendar, date, quantity
from benchmark.schema import Argument, Document, Event, Mention

Strings = frozenset[str]
Place = tuple[int, int]  # number of a document, offset in it

SLOTS: dict[str, tuple[str, ...]] = {  # the roles that fill each slot; means, goods, vehicles and amounts of money are not kept
    "actor": ("Attacker", "Agent", "Taker", "Controller", "Giver", "Communicator", "Participant"),
    "target": ("Target", "Victim", "Person", "Territory", "Loser", "Recipient", "Organization", "Artifact"),
    "place": ("Place", "Territory", "Origin", "Destination"),
    "date": ("Time",),  # the calendar dates among the values; durations and frequencies are not dates of a row
    "deaths": ("Victim",),  # of Life.Die alone: see _deaths
}
WHO_AND_WHERE = ("actor", "target", "place")
DEATH = "Life.Die"
_LEVELS = {"NAM": 0, "NOM": 1, None: 1, "PRO": 2}  # which mention shows an entity best
_BEFORE_VICTIM = re.compile(r"(?:\s+(?:of|the|their|[A-Z][\w'’-]*))*\s+")  # "45 of the", "12 Syrian": between a number and what it counts


class Filler(NamedTuple):
    """An entity in a slot: the strings that the row shows it by, and all that it is known by on its side."""

    shown: Strings
    known: Strings


class Record(NamedTuple):
    """A row. Fillers are sorted; `deaths` is None where no number is told."""

    type: str
    actor: tuple[Filler, ...] = ()
    target: tuple[Filler, ...] = ()
    place: tuple[Filler, ...] = ()
    date: tuple[Filler, ...] = ()
    deaths: float | None = None

    def fillers(self, slot: str) -> tuple[Filler, ...]:
        """The fillers of a slot; a number of deaths is an entity of one string."""
        if slot == "deaths":
            return () if self.deaths is None else (_plain(f"{self.deaths:.10g}"),)
        found: tuple[Filler, ...] = getattr(self, slot)
        return found

    def to_dict(self) -> dict[str, Any]:
        """The row as an analyst reads it: for each slot the strings that its fillers are shown by."""
        slots = {slot: [sorted(filler.shown) for filler in self.fillers(slot)] for slot in (*WHO_AND_WHERE, "date")}
        return {"type": self.type, **slots, "deaths": self.deaths}


def normalised(text: str) -> str:
    """A string as CEAF-REE compares it: lower case, without punctuation and articles, spaces squeezed."""
    words = re.sub(r"[^\w\s]|_", "", text.lower()).split()
    return " ".join(word for word in words if word not in ("a", "an", "the")) or text.casefold().strip()


class _Side:
    """The documents of one side: their texts, and the strings of their entities."""

    def __init__(self, documents: Sequence[Document], texts: Mapping[str, str | None]):
        self.texts = texts
        self.by_id = {d.id: {m.id: m for m in d.mentions if m.id is not None} for d in documents}
        self.by_span = {d.id: {(m.start, m.end): m for m in sorted(d.mentions, key=_order)} for d in documents}
        self.strings: dict[str, list[tuple[int, str]]] = {}
        for document in documents:
            for m in document.mentions:
                if m.entity is not None:
                    self.strings.setdefault(m.entity, []).append((_LEVELS[m.level], self.string(document.id, m.start, m.end)))

    def string(self, document: str, start: int, end: int) -> str:
        """The words of a span; its place where there is no text."""
        text = self.texts.get(document)
        return normalised(text[start:end]) if text else f"{document} {start} {end}"

    def mention(self, document: Document, argument: Argument) -> Mention | None:
        """What fills an argument: the mention it names, the one on its span, or a mention made of the span."""
        if argument.mention is not None:
            return self.by_id[document.id].get(argument.mention)
        if argument.start is None or argument.end is None:
            return None
        return self.by_span[document.id].get((argument.start, argument.end), Mention(argument.start, argument.end, ""))

    def fillers(self, mentions: Iterable[tuple[str, Mention]]) -> tuple[Filler, ...]:
        """The entities that (document, mention) pairs stand for, shown by these mentions: by their names, else their nouns."""
        groups: dict[tuple[int, str], list[tuple[int, str]]] = {}
        for document, m in mentions:
            string = self.string(document, m.start, m.end)
            groups.setdefault((0, string) if m.entity is None else (1, m.entity), []).append((_LEVELS[m.level], string))
        found = []
        for (named, identity), own in groups.items():
            every = self.strings[identity] if named else own
            # A pronoun names nothing: an entity is known and shown by its pronouns only where it has nothing else.
            known = frozenset(s for level, s in every if level < 2) or frozenset(s for _, s in every)
            shown = own if any(level < 2 for level, _ in own) else every
            found.append(Filler(frozenset(s for level, s in shown if level == min(shown)[0]), known))
        return tuple(sorted(found, key=_filler_order))


def records(documents: Sequence[Document], texts: Mapping[str, str | None] | None = None) -> list[Record]:
    """The rows of some documents, gold or predicted, sorted.

    `texts` are the documents' texts by id, which predictions leave out; None: the documents' own.
    """
    return [row for row, _ in placed(documents, texts)]


def placed(documents: Sequence[Document], texts: Mapping[str, str | None] | None = None) -> list[tuple[Record, Place]]:
    """The rows of some documents, sorted as :func:`records` has them.

    Returns
    -------
    list of (record, place)
        The place is that of the first of the row's event mentions: the number of the document, and the offset of the trigger in it.
    """
    side = _Side(documents, texts if texts is not None else {d.id: d.text for d in documents})
    groups: dict[Any, list[tuple[Document, Event]]] = {}
    places: dict[Any, Place] = {}
    for n, document in enumerate(documents):
        for event in document.events:
            if event.realis in (None, "Actual") and document.scored(event.start, event.end):
                own = (document.id, event)  # without identity: equal events of one document are one
                key = own if event.event is None else event.event
                groups.setdefault(key, []).append((document, event))
                places[key] = min(places.get(key, (n, event.start)), (n, event.start))
    found = [(_record(side, group), places[key]) for key, group in groups.items()]
    return sorted((row for row in found if any(row[0].fillers(slot) for slot in SLOTS)), key=lambda row: (_record_order(row[0]), row[1]))


def _record(side: _Side, group: list[tuple[Document, Event]]) -> Record:
    types = Counter(event.type for _, event in group)
    filled: dict[str, list[tuple[str, Mention]]] = {slot: [] for slot in SLOTS}
    for document, event in group:
        for argument in event.arguments:
            mention = side.mention(document, argument)
            for slot in SLOTS if mention is not None else ():
                if argument.role in SLOTS[slot] and mention is not None and (slot == "date") == (KINDS.get(mention.type) == "dates"):
                    filled[slot].append((document.id, mention))
    entities = {slot: side.fillers((d, m) for d, m in filled[slot] if m.type not in KINDS) for slot in WHO_AND_WHERE}
    dates = {date(m.value) for _, m in filled["date"] if m.value is not None and calendar(m.value)}
    finest = sorted(d for d in dates if not any(other.startswith(f"{d}-") for other in dates))  # 2018-07 says nothing beside 2018-07-10
    most = min(types, key=lambda kind: (-types[kind], kind))
    return Record(most, **entities, date=tuple(map(_plain, finest)), deaths=_deaths(side, group))


def _deaths(side: _Side, group: list[tuple[Document, Event]]) -> float | None:
    """How many died: the total that most documents tell, the greatest of equally frequent ones.

    A document's total is summed over the victims. The number of a victim is a NUM that is the Victim itself (``killed 45 of them``) or
    stands directly before it, nothing but names and ``of the`` between; an entity told twice counts once, with its greatest number, and
    a number that stands alone counts unless it repeats a counted one. Numbers with a unit (ages) count nobody.
    """
    counted: dict[str, dict[Any, float]] = {}
    alone: dict[str, set[float]] = {}
    for document, event in group:
        for argument in event.arguments if event.type == DEATH else ():
            victim = side.mention(document, argument)
            if argument.role not in SLOTS["deaths"] or victim is None:
                continue
            if KINDS.get(victim.type) == "numbers":
                if (number := _number(victim)) is not None:
                    alone.setdefault(document.id, set()).add(number)
            elif (number := _number_before(document, victim, side.texts.get(document.id))) is not None:
                of_document = counted.setdefault(document.id, {})
                key = victim.entity or (victim.start, victim.end)
                of_document[key] = max(number, of_document.get(key, 0.0))
    totals: Counter[float] = Counter()
    for name in counted.keys() | alone.keys():
        numbers = counted.get(name, {}).values()
        totals[sum(sorted(numbers)) + sum(sorted(alone.get(name, set()) - set(numbers)))] += 1
    return max(totals, key=lambda total: (totals[total], total)) if totals else None


def _number(mention: Mention) -> float | None:
    found = quantity(mention.value) if mention.value is not None else None
    return found.number if found is not None and isinstance(found.number, float) and not found.unit else None


def _number_before(document: Document, victim: Mention, text: str | None) -> float | None:
    before = [m for m in document.mentions if KINDS.get(m.type) == "numbers" and m.end <= victim.start]
    nearest = max(before, key=_order, default=None)
    if nearest is None:
        return None
    gap = text[nearest.end : victim.start] if text else " " * (victim.start - nearest.end)
    near = bool(_BEFORE_VICTIM.fullmatch(gap)) and "\n\n" not in gap if text else len(gap) <= 1
    return _number(nearest) if near else None


def _plain(text: str) -> Filler:
    return Filler(frozenset((text,)), frozenset((text,)))


def _order(mention: Mention) -> tuple[Any, ...]:
    return mention.end, mention.start, mention.type, mention.entity or "", mention.value or "", mention.level or ""


def _filler_order(filler: Filler) -> tuple[list[str], list[str]]:
    return sorted(filler.shown), sorted(filler.known)


def _record_order(record: Record) -> tuple[Any, ...]:
    return record.type, [[_filler_order(filler) for filler in record.fillers(slot)] for slot in SLOTS]
