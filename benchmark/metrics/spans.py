"""Mentions: strict and partial matching, one to one, optimal, whatever the order of the lists.

Strict: a prediction is right if offsets and type equal a gold mention's (Tjong Kim Sang and De Meulder 2003; the strict
schema of SemEval-2013 task 9.1). Partial: equal offsets count 1, overlapping ones one half, whatever the type (the
partial schema of SemEval-2013 task 9.1).
Duplicates count: a gold mention is matched once, a second identical prediction is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, Tally, Unit
from benchmark.schema import Document

UnitOf = Callable[[int], Unit]  # the unit of an offset
Key = tuple[int, int, str]


def selected(document: Document, levels: Collection[str | None]) -> list[Key]:
    """The mentions of the wanted levels in the scored regions as (start, end, type), sorted. Level None: values, and levels not told."""
    return sorted((m.start, m.end, m.type) for m in document.mentions if m.level in levels and document.scored(m.start, m.end))


def count_strict(gold: Sequence[Key], predicted: Sequence[Key], unit: UnitOf, tally: Tally) -> None:
    """Count equal spans of equal type: the intersection of the two multisets.

    Parameters
    ----------
    gold, predicted
        Mentions as (start, end, type), in any order.
    unit
        The unit of an offset.
    tally
        What is counted into, under the type of either side's own mentions.
    """
    _count_sides(gold, predicted, unit, tally)
    for (start, _, kind), number in (Counter(gold) & Counter(predicted)).items():
        tally.add(unit(start), kind, CORRECT_GOLD, number)
        tally.add(unit(start), kind, CORRECT_PREDICTED, number)


def count_partial(gold: Sequence[Key], predicted: Sequence[Key], unit: UnitOf, tally: Tally) -> None:
    """Count equal spans (1) and overlapping spans (one half) of any type under the best one-to-one matching.

    Parameters
    ----------
    gold, predicted
        Mentions as (start, end, type), sorted.
    unit
        The unit of an offset.
    tally
        What is counted into, under the type of either side's own mentions.
    """
    _count_sides(gold, predicted, unit, tally)
    for g, p in best_matching(gold, predicted):
        same = gold[g][:2] == predicted[p][:2]
        tally.add(unit(gold[g][0]), gold[g][2], CORRECT_GOLD if same else PARTIAL_GOLD)
        tally.add(unit(predicted[p][0]), predicted[p][2], CORRECT_PREDICTED if same else PARTIAL_PREDICTED)


def best_matching(gold: Sequence[Key], predicted: Sequence[Key]) -> list[tuple[int, int]]:
    """The one-to-one matching of overlapping spans of greatest total credit (equal 1, overlapping one half).

    Among matchings of equal credit the one with more equal spans, then with more equal types, then with more shared text is taken;
    with sorted input the result does not depend on the order in which the labels were listed.

    Parameters
    ----------
    gold, predicted
        Mentions as (start, end, type).

    Returns
    -------
    list of (gold, predicted)
        Indices of the spans of each pair.
    """
    pairs: list[tuple[int, int]] = []
    for gs, ps in _clusters(gold, predicted):
        if len(gs) == 1 and len(ps) == 1:
            pairs.append((gs[0], ps[0]))
            continue
        from scipy.optimize import linear_sum_assignment  # here, because importing it takes longer than most commands

        weight = np.array([[_credit(gold[g], predicted[p]) for p in ps] for g in gs])
        rows, columns = linear_sum_assignment(weight, maximize=True)
        pairs.extend((gs[r], ps[c]) for r, c in zip(rows, columns, strict=True) if weight[r, c] > 0)
    return pairs


def _credit(a: Key, b: Key) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    if shared <= 0:
        return 0.0
    equal = a[:2] == b[:2]
    # The tie-breaks are far below the smallest difference of credit (one half), whatever the size of a cluster.
    return (1.0 if equal else 0.5) + 1e-4 * equal + 1e-6 * (a[2] == b[2]) + 1e-9 * shared / (max(a[1], b[1]) - min(a[0], b[0]))


def _clusters(gold: Sequence[Key], predicted: Sequence[Key]) -> Iterator[tuple[list[int], list[int]]]:
    """Groups of overlapping spans with both sides in them, by one sweep from left to right."""
    spans = sorted([(*gold[g], 0, g) for g in range(len(gold))] + [(*predicted[p], 1, p) for p in range(len(predicted))])
    members: tuple[list[int], list[int]] = ([], [])
    reach = -1
    for start, end, _, side, index in spans:
        if start >= reach:
            if members[0] and members[1]:
                yield members
            members = ([], [])
        members[side].append(index)
        reach = max(reach, end)
    if members[0] and members[1]:
        yield members


def _count_sides(gold: Sequence[Key], predicted: Sequence[Key], unit: UnitOf, tally: Tally) -> None:
    for column, keys in ((GOLD, gold), (PREDICTED, predicted)):
        for start, _, kind in keys:
            tally.add(unit(start), kind, column)


__all__ = ["Key", "UnitOf", "best_matching", "count_partial", "count_strict", "selected"]
