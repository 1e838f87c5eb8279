"""Triggers and arguments, as TextEE defines them (Huang et al. 2024).

=====================  ==================================================  ==========
figure                 what must agree                                     TextEE
=====================  ==================================================  ==========
triggers.identified    trigger span                                        Trigger-I
triggers.classified    trigger span, event type                            Trigger-C
arguments.identified   event type, argument span                           Arg-I
arguments.classified   event type, argument span, role                     Arg-C
…_attached             the same and the trigger span                       Arg-I+, Arg-C+
=====================  ==================================================  ==========

Each is a set per document, as in TextEE: what is said twice counts once. Figures by type are by event type, those of
classified arguments by role.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Tally
from benchmark.metrics.spans import UnitOf
from benchmark.schema import Document, Span

ANY = "any"  # the only row of figures that do not ask for the type

Item = tuple[tuple[int | str, ...], int, str]  # what must agree, an offset that tells the unit, the type to count under

METRICS = (
    "triggers.identified",
    "triggers.classified",
    "arguments.identified",
    "arguments.classified",
    "arguments.identified_attached",
    "arguments.classified_attached",
)


def items(document: Document, metric: str) -> set[Item]:
    """What `metric` compares, for the events whose trigger lies in the scored regions."""
    return set(_triggers(document, metric) if metric.startswith("triggers") else _arguments(document, metric))


def count(gold: Document, predicted: Document, metric: str, unit: UnitOf, tally: Tally) -> None:
    """Count the items of two documents that agree."""
    sides = (items(gold, metric), items(predicted, metric))
    for _, offset, kind in sides[0]:
        tally.add(unit(offset), kind, GOLD)
    for _, offset, kind in sides[1]:
        tally.add(unit(offset), kind, PREDICTED)
    for _, offset, kind in sides[0] & sides[1]:
        tally.add(unit(offset), kind, CORRECT_GOLD)
        tally.add(unit(offset), kind, CORRECT_PREDICTED)


def _triggers(document: Document, metric: str) -> Iterator[Item]:
    for event in document.events:
        if document.scored(event.start, event.end):
            if metric == "triggers.identified":
                yield (event.start, event.end), event.start, ANY
            else:
                yield (event.start, event.end, event.type), event.start, event.type


def _arguments(document: Document, metric: str) -> Iterator[Item]:
    spans: dict[str | None, Span] = {m.id: (m.start, m.end) for m in document.mentions if m.id is not None}
    attached, classified = metric.endswith("_attached"), "classified" in metric
    for event in document.events:
        if not document.scored(event.start, event.end):
            continue
        for argument in event.arguments:
            direct = (argument.start, argument.end)
            start, end = spans[argument.mention] if argument.mention is not None else direct
            if start is None or end is None:
                continue
            key = (event.type, start, end, *((argument.role,) if classified else ()), *((event.start, event.end) if attached else ()))
            # a free argument counts in the paragraph in which it stands, an attached one in that of its trigger
            yield key, event.start if attached else start, argument.role if classified else event.type
