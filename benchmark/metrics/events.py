"""Triggers, arguments and realis: by span as TextEE defines them (Huang et al. 2024), by head word, and by identity.

=====================  ==================================================  ==========
figure                 what must agree                                     TextEE
=====================  ==================================================  ==========
triggers.identified    trigger                                             Trigger-I
triggers.classified    trigger, event type                                 Trigger-C
triggers.family        trigger, first part of the event type
triggers.realis        trigger, event type, realis
arguments.identified   event type, argument                                Arg-I
arguments.classified   event type, argument, role                          Arg-C
…_attached             the same and the trigger                            Arg-I+, Arg-C+
=====================  ==================================================  ==========

Triggers and arguments agree if their spans are equal; with ``_head`` if their head words are (a trigger's or nominal's last word before a
preposition, the whole of a name); with ``_identity``, for arguments, if the predicted span is any mention of the gold
argument's entity, as the KAIROS program scored them. Each is a set per document, as in TextEE: what is said twice counts
once. Figures by type are by event type, those of classified arguments by role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Tally
from benchmark.metrics.spans import UnitOf
from benchmark.schema import Argument, Document, Event, Mention, Span

ANY = "any"  # the only row of figures that do not ask for the type
METRICS = (
    *(f"triggers.{name}{how}" for how in ("", "_head") for name in ("identified", "classified", "family", "realis")),
    *(
        f"arguments.{name}{how}"
        for how in ("", "_head", "_identity")
        for name in ("identified", "classified", "identified_attached", "classified_attached")
    ),
)

Item = tuple[tuple[int | str | None, ...], int, str]  # what must agree, an offset that tells the unit, the type to count under
_PREPOSITION = re.compile(
    r"\s(?:about|above|across|after|against|along|among|around|as|at|away|back|before|behind|below|between|by|down|during|for|from|in|inside|into|"
    r"near|of|off|on|onto|out|outside|over|through|to|toward|towards|under|up|upon|with|within|without)(?=\s|$)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"\S+\s*$")


class _View(NamedTuple):
    """What is needed to read a document's events under one metric: the names of gold entities by span, for ``_identity``."""

    document: Document
    text: str | None
    mentions: dict[str | None, Mention]
    entities: dict[Span, str]


def items(document: Document, metric: str, gold: Document | None = None) -> set[Item]:
    """What `metric` compares, for the events whose trigger lies in the scored regions.

    Parameters
    ----------
    document
        The document.
    metric
        One of :data:`METRICS`.
    gold
        The gold document, whose text gives the head words and whose mentions the identities; `document` itself where None.
    """
    gold = gold or document
    entities = {(m.start, m.end): m.entity for m in gold.mentions if m.entity is not None} if metric.endswith("_identity") else {}
    view = _View(document, gold.text, {m.id: m for m in document.mentions if m.id is not None}, entities)
    found: dict[tuple[int | str | None, ...], tuple[int, str]] = {}
    for key, offset, kind in _triggers(view, metric) if metric.startswith("triggers") else _arguments(view, metric):
        found.setdefault(key, (offset, kind))  # by head or identity several spans are one item: the first tells the paragraph
    return {(key, offset, kind) for key, (offset, kind) in found.items()}


def count(gold: Document, predicted: Document, metric: str, unit: UnitOf, tally: Tally) -> None:
    """Count the items of two documents that agree.

    Parameters
    ----------
    gold, predicted
        The documents; the gold one gives text and identities to both.
    metric
        One of :data:`METRICS`.
    unit
        The unit of an offset.
    tally
        What is counted into: gold items under their own type (of classified arguments: role), predicted ones under theirs.
    """
    sides = (items(gold, metric), items(predicted, metric, gold))
    for column, side in ((GOLD, sides[0]), (PREDICTED, sides[1])):
        for _, offset, kind in side:
            tally.add(unit(offset), kind, column)
    right = {key: (offset, kind) for key, offset, kind in sides[1]}
    for key, offset, kind in sides[0]:
        if key in right:
            tally.add(unit(offset), kind, CORRECT_GOLD)
            tally.add(unit(right[key][0]), right[key][1], CORRECT_PREDICTED)


def head(text: str | None, start: int, end: int, whole: bool = False) -> Span:
    """The head word of a span: its last word before any preposition (Li, Ji and Han 2021 compare arguments so).

    Parameters
    ----------
    text
        The document's text.
    start, end
        Half-open offsets of the span.
    whole
        Whether the whole span is the head, as of a name.

    Returns
    -------
    start, end
        Half-open offsets; those of the whole span where there is no text, the span runs past it, or it has no word.
    """
    if text is None or whole or end > len(text):
        return start, end
    words = text[start:end]
    if preposition := _PREPOSITION.search(words):
        words = words[: preposition.start()]
    last = _LAST_WORD.search(words)
    return (start + last.start(), start + last.start() + len(last.group().rstrip())) if last else (start, end)


def kind_of(type_: str, metric: str) -> str:
    """The type under which a trigger of an event type counts in a metric of triggers."""
    name = metric.removeprefix("triggers.").removesuffix("_head")
    return ANY if name == "identified" else type_.partition(".")[0] if name == "family" else type_


def _triggers(view: _View, metric: str) -> Iterator[Item]:
    name = metric.removeprefix("triggers.").removesuffix("_head")
    for event in view.document.events:
        if not view.document.scored(event.start, event.end):
            continue
        span = _trigger(view, event, metric)
        kind = kind_of(event.type, metric)
        yield (*span, *(() if name == "identified" else (kind,)), *((event.realis,) if name == "realis" else ())), event.start, kind


def _trigger(view: _View, event: Event, metric: str) -> Span:
    return head(view.text, event.start, event.end) if metric.endswith("_head") else (event.start, event.end)


def _arguments(view: _View, metric: str) -> Iterator[Item]:
    attached, classified = "_attached" in metric, "classified" in metric
    for event in view.document.events:
        if not view.document.scored(event.start, event.end):
            continue
        for argument in event.arguments:
            filler = _filler(view, argument, metric)
            if filler is None:
                continue
            key: tuple[int | str | None, ...] = (event.type, *filler[0])
            key += (argument.role,) if classified else ()
            key += _trigger(view, event, metric) if attached else ()
            # a free argument counts in the paragraph in which it stands, an attached one in that of its trigger
            yield key, event.start if attached else filler[1], argument.role if classified else event.type


def _filler(view: _View, argument: Argument, metric: str) -> tuple[tuple[int | str, ...], int] | None:
    """What identifies an argument's filler under the metric, and where it stands."""
    mention = view.mentions.get(argument.mention) if argument.mention is not None else None
    span = (argument.start, argument.end) if mention is None else (mention.start, mention.end)
    start, end = span
    if start is None or end is None:
        return None
    if metric.endswith("_identity") and (start, end) in view.entities:
        return (view.entities[start, end],), start
    if metric.endswith("_head"):
        return head(view.text, start, end, whole=mention is not None and mention.level == "NAM"), start
    return (start, end), start
