"""What went wrong, label by label, from the same matching that the figures are counted from.

Mentions are paired as under the strict schema (:mod:`benchmark.metrics.arrays`), triggers alike, arguments by what
:mod:`benchmark.metrics.events` compares: so what is missed, and what is taken for something else, are together the false negatives of
``mentions.strict``, ``triggers.classified`` and ``arguments.classified``, and the spurious ones likewise the false positives. Wrong
realis, values and identities are told of labels that were found. A split or merged identity is one missing or one wrong link: their
numbers are those by which MUC over given mentions falls short in recall and in precision.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from benchmark.metrics import coreference, events, values
from benchmark.metrics.arrays import ALONE, CORRECT, SpanArrays, count
from benchmark.metrics.spans import Key
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document, Event, Level, Mention, Span
from benchmark.schemes import Projection
from benchmark.scoring import DEFAULT_LEVELS, Pair, prepared
from benchmark.segments import sentences

KINDS: dict[str, str] = {  # name: definition
    "missed": "a gold mention that no prediction is paired with",
    "spurious": "a predicted mention that no gold mention is paired with",
    "boundary": "a mention of the right type with other offsets",
    "type": "a mention of the right offsets with another type",
    "boundary and type": "an overlapping mention of another type",
    "missed trigger": "a gold trigger that no prediction is paired with",
    "spurious trigger": "a predicted trigger that no gold trigger is paired with",
    "trigger boundary": "a trigger of the right type with other offsets",
    "wrong trigger type": "a trigger of the right offsets with another type",
    "trigger boundary and type": "an overlapping trigger of another type",
    "missed argument": "a gold argument of an event type that is not found in any role",
    "wrong role": "an argument of the right event type and offsets in another role",
    "spurious argument": "a predicted argument of an event type that gold does not have in any role",
    "wrong realis": "a trigger of the right offsets and type with another realis",
    "wrong value": "a date, number or amount of the right offsets and type with another normalised value, or none",
    "split identity": "mentions of one thing that are taken for several things",
    "merged identity": "mentions of several things that are taken for one thing",
    "invented string": "a string that a model named and that is not in the text",
}
TASKS: dict[str, tuple[str, ...]] = {  # the metric whose false negatives and positives the kinds are, without invented strings
    "mentions.strict": ("missed", "spurious", "boundary", "type", "boundary and type"),
    "triggers.classified": ("missed trigger", "spurious trigger", "trigger boundary", "wrong trigger type", "trigger boundary and type"),
    "arguments.classified": ("missed argument", "wrong role", "spurious argument"),
}


class Label(Struct, frozen=True, omit_defaults=True):
    """A gold or predicted label in an error.

    Attributes
    ----------
    type
        Type of the mention or event, on the label scheme that was compared; of an argument the type of its event.
    start, end
        Half-open code point offsets; of an argument those of its filler; None of an invented string.
    role, trigger
        Of an argument: its role, and the offsets of its event's trigger.
    realis, value, identity
        Where the error is about them.
    text
        An invented string.
    """

    type: str
    start: int | None = None
    end: int | None = None
    role: str | None = None
    trigger: Span | None = None
    realis: str | None = None
    value: str | None = None
    identity: str | None = None
    text: str | None = None

    @property
    def name(self) -> str:
        """What it counts under: the role of an argument, else the type."""
        return self.role or self.type


class Error(Struct, frozen=True):
    """One thing that went wrong.

    Attributes
    ----------
    kind
        A name from :data:`KINDS`.
    document
        Id of the gold document.
    paragraph
        Number of the paragraph, from 0: the unit in which the gold label, or else the predicted one, is counted.
    sentence
        Number of the sentence in the document's scored regions, from 0; None where there is no text, or no place.
    gold, predicted
        The labels; empty where that side has none. Of identities two of each side: a mention of the greatest part, and the one that
        should, or should not, go with it.
    """

    kind: str
    document: str
    paragraph: int
    sentence: int | None
    gold: tuple[Label, ...] = ()
    predicted: tuple[Label, ...] = ()

    @property
    def labels(self) -> tuple[Label, ...]:
        """The labels of both sides."""
        return (*self.gold, *self.predicted)

    @property
    def type(self) -> str:
        """What the error counts under: the type or role, or both sides' where they differ (``ORG→GPE``)."""
        names = [side[-1].name for side in (self.gold, self.predicted) if side]
        return "→".join(dict.fromkeys(names))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the ``type`` under which it counts."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found | {"type": self.type}


def errors(
    pairs: Iterable[Pair],
    produces: Collection[str] | None = None,
    projection: Projection | None = None,
    levels: Collection[Level | None] = DEFAULT_LEVELS,
) -> list[Error]:
    """What went wrong in gold and predicted documents, in the order of the documents and of the text.

    Parameters
    ----------
    pairs
        Gold and predicted documents, as for :func:`benchmark.scoring.score_pairs`.
    produces
        What the model makes; nothing is told of the rest. None: everything.
    projection
        How both sides come to a common label scheme; None: as they are.
    levels
        The levels of mentions that are compared. Values and identities are compared at all levels, as in their figures.
    """
    laid = [prepared(gold, predicted, projection) for gold, predicted in pairs]

    def made(name: str) -> bool:
        return produces is None or name in produces

    valued = made("values") and any(m.value is not None and m.type in values.KINDS for _, predicted in laid for m in predicted.mentions)
    found: list[Error] = []
    for gold, predicted in laid:
        told: list[_Told] = []
        if made("mentions"):
            told += _mentions(gold, predicted, levels)
        if made("events"):
            told += _triggers(gold, predicted, made("realis"))
        if made("arguments"):
            told += _arguments(gold, predicted)
        if valued:
            told += _values(gold, predicted)
        if made("identity"):
            told += _identities(gold, predicted, "entities")
            told += _identities(gold, predicted, "events")
        for one in predicted.invented:
            if made("mentions" if one.kind == "mention" else "events"):
                told.append(("invented string", (), (Label(one.type, text=one.text),)))
        found += _placed(gold, told)
    return found


def tallied(found: Iterable[Error]) -> dict[str, dict[str, int]]:
    """How many errors there are of each kind and type: kinds in the order of :data:`KINDS`, types the most frequent first."""
    numbers: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for error in found:
        numbers[error.kind][error.type] += 1
    return {kind: dict(sorted(types.items(), key=lambda item: (-item[1], item[0]))) for kind, types in numbers.items() if types}


_Told = tuple[str, tuple[Label, ...], tuple[Label, ...]]  # kind, gold, predicted


def _placed(gold: Document, told: Sequence[_Told]) -> list[Error]:
    """The errors of one document with their paragraphs and sentences, in the order of the text."""
    paragraph = Paragraphs(gold).unit
    spans = sentences(gold.text, gold.regions) if gold.text else []
    starts = [low for low, _ in spans]
    order = list(KINDS)
    found: list[tuple[tuple[int, ...], Error]] = []
    for kind, one, other in told:
        label = (one or other)[-1]
        start, end = (-1, -1) if label.start is None or label.end is None else (label.start, label.end)
        nth = bisect_right(starts, start) - 1
        inside = nth if nth >= 0 and start < spans[nth][1] else None
        error = Error(kind, gold.id, paragraph(max(0, start))[1], inside, one, other)
        found.append(((start, end, order.index(kind)), error))
    return [error for _, error in sorted(found, key=lambda item: item[0])]


def _paired(gold: Sequence[Key], predicted: Sequence[Key]) -> Iterator[tuple[int | None, int | None]]:
    """Indices of what is not right under the strict schema: of both sides of a pair, or of one side alone."""
    counts = count(SpanArrays.from_spans([gold]), SpanArrays.from_spans([predicted]), schemas=("strict",))
    for n, (fate, partner) in enumerate(zip(counts.fate_gold["strict"].tolist(), counts.partner["strict"].tolist(), strict=True)):
        if fate != CORRECT:
            yield n, None if partner < 0 else partner
    yield from ((None, n) for n, fate in enumerate(counts.fate_predicted["strict"].tolist()) if fate == ALONE)


def _kind(gold: Key | None, predicted: Key | None, names: Sequence[str]) -> str:
    missed, spurious, boundary, kind, both = names
    if gold is None or predicted is None:
        return spurious if gold is None else missed
    return boundary if gold[2] == predicted[2] else kind if gold[:2] == predicted[:2] else both


def _key(label: Mention | Event) -> Key:
    return label.start, label.end, label.type


def _spans(gold: Sequence[Key], predicted: Sequence[Key], names: Sequence[str]) -> Iterator[_Told]:
    """The errors of spans with types, of which each side is sorted."""
    for g, p in _paired(gold, predicted):
        one, other = None if g is None else gold[g], None if p is None else predicted[p]
        yield _kind(one, other, names), *((() if k is None else (Label(k[2], k[0], k[1]),)) for k in (one, other))  # type: ignore[misc]


def _mentions(gold: Document, predicted: Document, levels: Collection[Level | None]) -> Iterator[_Told]:
    keys = [sorted(_key(m) for m in side.mentions if m.level in levels and gold.scored(m.start, m.end)) for side in (gold, predicted)]
    return _spans(keys[0], keys[1], TASKS["mentions.strict"])


def _triggers(gold: Document, predicted: Document, realis: bool) -> Iterator[_Told]:
    """Errors of triggers, each span and type once, then of the realis of those that are right."""
    sides: list[dict[Key, set[str]]] = []
    for side in (gold, predicted):
        found: dict[Key, set[str]] = {}
        for event in side.events:
            if gold.scored(event.start, event.end):
                found.setdefault(_key(event), set()).add(event.realis or "")
        sides.append(found)
    yield from _spans(sorted(sides[0]), sorted(sides[1]), TASKS["triggers.classified"])
    for key in sorted(sides[0].keys() & sides[1].keys()) if realis else ():
        for one, other in _left(sides[0][key], sides[1][key]):
            made = [None if name is None else Label(key[2], key[0], key[1], realis=name) for name in (one, other)]
            yield "wrong realis", *(() if label is None else (label,) for label in made)  # type: ignore[misc]


def _left(gold: Collection[str], predicted: Collection[str]) -> list[tuple[str | None, str | None]]:
    """What one side has and the other has not, in pairs, and what is left of the longer side by itself."""
    one, other = sorted(set(gold) - set(predicted)), sorted(set(predicted) - set(gold))
    return [(one[n] if n < len(one) else None, other[n] if n < len(other) else None) for n in range(max(len(one), len(other)))]


def _arguments(gold: Document, predicted: Document) -> Iterator[_Told]:
    """Errors of arguments: what is compared is event type, span and role, each once."""
    roles: list[dict[Key, set[str]]] = []
    for side in (gold, predicted):
        found: dict[Key, set[str]] = {}
        for (kind, start, end, role), _, _ in events.items(side, "arguments.classified", gold):
            found.setdefault((start, end, kind), set()).add(role)  # type: ignore[arg-type]
        roles.append(found)
    triggers = [_argument_triggers(side) for side in (gold, predicted)]
    for key in sorted(roles[0].keys() | roles[1].keys()):
        for pair in _left(roles[0].get(key, ()), roles[1].get(key, ())):
            one, other = (
                () if role is None else (Label(key[2], key[0], key[1], role, at.get((key, role))),)
                for role, at in zip(pair, triggers, strict=True)
            )
            yield "wrong role" if one and other else "missed argument" if one else "spurious argument", one, other


def _argument_triggers(document: Document) -> dict[tuple[Key, str], Span]:
    """The first trigger of each event type, span and role."""
    spans = {m.id: (m.start, m.end) for m in document.mentions if m.id is not None}
    found: dict[tuple[Key, str], Span] = {}
    for event in sorted(document.events, key=_key):
        for argument in event.arguments:
            start, end = spans.get(argument.mention or "", (argument.start, argument.end))
            if start is not None and end is not None:
                found.setdefault(((start, end, event.type), argument.role), (event.start, event.end))
    return found


def _values(gold: Document, predicted: Document) -> Iterator[_Told]:
    for mention, value in values.matched(gold, predicted):
        kind = values.KINDS[mention.type]
        whole = "dates.exact" if kind == "dates" else f"{kind}.all"
        if not values.judge(mention.value or "", value, kind)[whole]:
            one, other = (Label(mention.type, mention.start, mention.end, value=v) for v in (mention.value, value))
            yield "wrong value", (one,), (other,)


def _identities(gold: Document, predicted: Document, kind: coreference.Kind) -> Iterator[_Told]:
    """Links that the prediction lacks, or has too many, between mentions that both sides give an identity."""
    sides = coreference.identities(gold, kind), coreference.identities(predicted, kind)
    both = sorted(mention for mention in sides[0] if mention in sides[1])
    types = [{(m.start, m.end): m.type for m in side.mentions} for side in (gold, predicted)]
    for name, whole, parted in (("split identity", *sides), ("merged identity", *sides[::-1])):
        clusters: dict[Hashable, dict[Hashable, list[Any]]] = {}
        for mention in both:
            clusters.setdefault(whole[mention], {}).setdefault(parted[mention], []).append(mention)
        for parts in clusters.values():
            main, *others = sorted(parts.values(), key=lambda part: (-len(part), part))
            starts = [mention[0] for mention in main]
            for part in others:
                near = main[_nearest(starts, part[0][0])]
                yield name, *(tuple(_identified(m, side, own) for m in (near, part[0])) for side, own in zip(sides, types, strict=True))  # type: ignore[misc]


def _nearest(starts: Sequence[int], at: int) -> int:
    """The place of the first that is nearest to `at`, in order."""
    after = bisect_left(starts, at)
    before = [bisect_left(starts, starts[after - 1])] if after else []
    return min([*before, *([after] if after < len(starts) else [])], key=lambda n: abs(starts[n] - at))


def _identified(mention: Any, identities: coreference.Clustering, types: Mapping[Span, str]) -> Label:
    start, end, *kind = mention
    return Label(kind[0] if kind else types[start, end], start, end, identity=str(identities[mention]))


__all__ = ["KINDS", "TASKS", "Error", "Label", "errors", "tallied"]
