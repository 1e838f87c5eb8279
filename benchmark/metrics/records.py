"""Records: what an analyst keeps. One row an event, with who did it, to whom, where, when and how many died.

Event mentions of one identity, in all documents together, are one row; an event mention without identity is a row of its own.
Only what happened is kept: realis Actual, or realis not told. The type of a row is that of most of its mentions. Slots are filled
through :data:`SLOTS`; a row that fills no slot is not kept.

Slots are compared as CEAF-REE does (Du, Rush and Cardie 2021): a filler is an entity, a set of strings; a predicted one is right if
the strings it is shown by are among those that the gold entity is known by (strict) or scored by the share of them that is
(proportional); fillers are assigned one to one. An entity without strings matches nothing, under both readings (the authors' program
gives it 1 under the strict one and divides by zero under the other). A gold entity is known by many strings and a predicted one
shown by few, so swapping the sides swaps precision and recall only where both are the same.

Rows of equal type are aligned one to one so that most fillers are right, then most rows wholly. Rows may be aligned if at least one
filler of actor, target or place is right or, where neither row has any of the three, one of date or deaths.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmark.metrics.coreference import best_assignment
from benchmark.metrics.counts import figures as ratios
from benchmark.metrics.values import KINDS, calendar, date, quantity
from benchmark.schema import Argument, Document, Event, Mention

Pair = tuple[Document, Document]  # gold, predicted
Strings = frozenset[str]
Similarity = Callable[[Strings, Strings], float]

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


def strict(gold: Strings, predicted: Strings) -> float:
    """1 if all strings of the predicted entity are the gold entity's, else 0; 0 where there are none."""
    return float(bool(predicted) and predicted <= gold)


def proportional(gold: Strings, predicted: Strings) -> float:
    """The share of the predicted entity's strings that are the gold entity's; 0 where there are none."""
    return len(predicted & gold) / len(predicted) if predicted else 0.0


def ceaf_ree(gold: Sequence[Strings], predicted: Sequence[Strings], similarity: Similarity = strict) -> float:
    """Numerator of CEAF-REE for one role: the greatest sum of similarities over one-to-one assignments of the entities.

    The denominators are ``len(predicted)`` for precision and ``len(gold)`` for recall; all three are summed over roles and documents.
    """
    if not gold or not predicted:
        return 0.0
    matrix = np.array([[similarity(g, p) for p in predicted] for g in gold])
    return float(matrix.max() if min(matrix.shape) == 1 else matrix[linear_sum_assignment(matrix, maximize=True)].sum())


# ── from documents to rows ──────────────────────────────────────────────────────────────────────────────────────────────


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
    side = _Side(documents, texts if texts is not None else {d.id: d.text for d in documents})
    groups: dict[Any, list[tuple[Document, Event]]] = {}
    for document in documents:
        for event in document.events:
            if event.realis in (None, "Actual") and document.scored(event.start, event.end):
                own = (document.id, event)  # without identity: equal events of one document are one
                groups.setdefault(own if event.event is None else event.event, []).append((document, event))
    found = [_record(side, group) for group in groups.values()]
    return sorted((r for r in found if any(r.fillers(slot) for slot in SLOTS)), key=_record_order)


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


# ── rows compared ───────────────────────────────────────────────────────────────────────────────────────────────────────


class RecordCounts(NamedTuple):
    """What the figures of records are made of.

    Attributes
    ----------
    rows
        Gold rows, predicted rows, aligned rows, aligned rows in which all slots are right.
    slots
        By slot: gold fillers, predicted fillers, right fillers. Those of rows that are not aligned count, too.
    deaths
        Aligned rows in which both sides tell a number of deaths, and the sum of the absolute differences.
    """

    rows: tuple[int, int, int, int]
    slots: dict[str, tuple[int, int, int]]
    deaths: tuple[int, float]

    def figures(self) -> dict[str, Any]:
        """Precision, recall and F1 of rows (``complete``, ``aligned``) and slots; ``deaths``: mean absolute error, None without rows."""
        gold, predicted, aligned, complete = self.rows
        overall = [sum(column) for column in zip(*self.slots.values(), strict=True)]
        rows, error = self.deaths
        return {
            "rows": {"complete": _ratios(gold, predicted, complete), "aligned": _ratios(gold, predicted, aligned)},
            "slots": {"overall": _ratios(*overall)} | {slot: _ratios(*counts) for slot, counts in self.slots.items()},
            "deaths": {"rows": rows, "error": error / rows if rows else None},
        }


def count(pairs: Sequence[Pair]) -> RecordCounts:
    """Count the rows and slots of gold and predicted documents, merged over all documents, that agree."""
    texts = {gold.id: gold.text for gold, _ in pairs}
    laid_on = [Document(g.id, regions=g.regions, mentions=p.mentions, events=p.events) for g, p in pairs]
    return count_records(records([gold for gold, _ in pairs], texts), records(laid_on, texts))


def count_records(gold: Sequence[Record], predicted: Sequence[Record]) -> RecordCounts:
    """Count the rows and slots that agree."""
    right = dict.fromkeys(SLOTS, 0)
    complete, told, error = 0, 0, 0.0
    pairs = align(gold, predicted)
    for g, p in pairs:
        complete += _complete(gold[g], predicted[p], scores := _right(gold[g], predicted[p]))
        for slot, number in scores.items():
            right[slot] += number
        one, other = gold[g].deaths, predicted[p].deaths
        if one is not None and other is not None:
            told, error = told + 1, error + abs(one - other)
    fillers = [{slot: sum(len(r.fillers(slot)) for r in side) for slot in SLOTS} for side in (gold, predicted)]
    slots = {slot: (fillers[0][slot], fillers[1][slot], right[slot]) for slot in SLOTS}
    return RecordCounts((len(gold), len(predicted), len(pairs), complete), slots, (told, error))


def align(gold: Sequence[Record], predicted: Sequence[Record]) -> list[tuple[int, int]]:
    """Indices of the rows that belong together; the order of the rows does not matter but to ties, which :func:`records` settles."""
    known: dict[tuple[str, str, str], list[int]] = {}
    for n, row in enumerate(gold):
        for slot in SLOTS:
            for string in {s for filler in row.fillers(slot) for s in filler.known}:
                known.setdefault((row.type, slot, string), []).append(n)
    weights: dict[tuple[int, int], float] = {}
    for p, row in enumerate(predicted):
        shown = {(row.type, slot, s) for slot in SLOTS for filler in row.fillers(slot) for s in filler.shown}
        for g in sorted({n for key in shown for n in known.get(key, ())}):
            scores = _right(gold[g], row)
            tells = any(side.fillers(slot) for side in (gold[g], row) for slot in WHO_AND_WHERE)
            if sum(scores[slot] for slot in (WHO_AND_WHERE if tells else SLOTS)):
                weights[g, p] = sum(scores.values()) + 1e-6 * _complete(gold[g], row, scores)
    return sorted(best_assignment(weights))


def _right(gold: Record, predicted: Record) -> dict[str, int]:
    """How many fillers of each slot are right."""
    return {slot: int(_matched(gold.fillers(slot), predicted.fillers(slot))) for slot in SLOTS}


def _matched(gold: tuple[Filler, ...], predicted: tuple[Filler, ...]) -> float:
    return ceaf_ree([filler.known for filler in gold], [filler.shown for filler in predicted])


def _complete(gold: Record, predicted: Record, right: Mapping[str, int]) -> bool:
    return all(len(gold.fillers(slot)) == len(predicted.fillers(slot)) == right[slot] for slot in SLOTS)


def _ratios(gold: int, predicted: int, correct: int) -> dict[str, Any]:
    return ratios(np.array([gold, predicted, correct, correct, 0, 0]))
