"""One-to-one matching of overlapping spans of a whole collection at once.

What is sought, for a rule that says which pairs are correct: the matching with the most correct pairs, among those the one with the
most pairs, then with the most pairs of equal type, then with the greatest sum of shared over covered text. The criteria are those
of :func:`benchmark.metrics.spans.best_matching`. Where correct pairs are those of equal offsets, this is also the matching of greatest
credit for correct 1 and partial one half: a pair of equal spans is worth the two overlapping pairs that it can displace.

What can be decided locally is decided by array operations; what remains falls apart into small clusters, which are solved by
trying all assignments of all clusters of one shape at once; the few large ones go to the assignment solvers of scipy. Its
modules, which take longer to import than most collections to match, are imported where clusters are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import perm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Clusters are solved by trying all assignments where the smaller side has at most three spans and the larger at most eight, or so.
_MANY = 8
_WAYS = np.array([[0 < perm(max(n, m), min(n, m)) <= 400 and max(n, m) <= _MANY for m in range(_MANY + 2)] for n in range(_MANY + 2)])
_CELLS = 1 << 18  # numbers that are held at once while trying
_DENSE = 1 << 22  # cells of the largest cluster that is laid out as a matrix
_ROUNDS = 8
_ROOM = 2**62


class Spans(NamedTuple):
    """Mentions of one side: numbers of document and type, half-open offsets; arrays of shape (mentions,)."""

    document: Integers
    start: Integers
    end: Integers
    type: Integers


class Side(NamedTuple):
    """The mentions of one side in the order of document, start, end and type, on one line on which documents do not overlap.

    All are arrays of shape (mentions,); `low` and `high` are half-open offsets on the line, `start` and `end` those in the document.
    """

    order: Integers  # what the mention's index was
    low: Integers
    high: Integers
    key: Integers  # equal for equal offsets in one document
    type: Integers
    start: Integers
    end: Integers

    def of(self, rows: Integers) -> Side:
        """Some of the mentions."""
        o, low, high, key, kind, start, end = self
        return Side(o[rows], low[rows], high[rows], key[rows], kind[rows], start[rows], end[rows])


def lay_out(gold: Spans, predicted: Spans) -> tuple[Side, Side]:
    """Sort both sides, so that nothing that follows can depend on the order in which they were listed.

    Offsets may be of any size: where documents, offsets, lengths and types do not fit one integer together, ranks take their place.

    Returns
    -------
    gold, predicted
        Each with its mentions in the new order; `low`, `high` and `key` compare across the two.
    """
    both = (gold, predicted)
    reach = max(int(side.end.max(initial=0)) for side in both) + 1
    longest = max(int((side.end - side.start).max(initial=0)) for side in both) + 1
    documents = max(int(side.document.max(initial=0)) for side in both) + 1
    types = max(int(side.type.max(initial=0)) for side in both) + 1
    ends = [(side.start, side.end) for side in both]
    if documents * reach >= _ROOM:
        ends, reach = _ranked(ends)
    lines = [(side.document * reach + low, side.document * reach + high) for side, (low, high) in zip(both, ends, strict=True)]
    if documents * reach * longest * types >= _ROOM:
        lines, longest = _ranked(lines)
        keys = [low * longest + high for low, high in lines]
    else:
        keys = [low * longest + (high - low) for low, high in lines]
    found = []
    for side, (low, high), key in zip(both, lines, keys, strict=True):
        order = np.argsort(key * types + side.type, kind="stable")
        found.append(Side(order, low[order], high[order], key[order], side.type[order], side.start[order], side.end[order]))
    return found[0], found[1]


def _ranked(ends: list[tuple[Integers, Integers]]) -> tuple[list[tuple[Integers, Integers]], int]:
    """Offsets replaced by their ranks, and the number of ranks: who overlaps and who is equal stays the same."""
    values, rank = np.unique(np.concatenate([x for pair in ends for x in pair]), return_inverse=True)
    parts = np.split(rank.astype(np.int64, copy=False), np.cumsum([len(x) for pair in ends for x in pair])[:-1])
    return [(parts[0], parts[1]), (parts[2], parts[3])], len(values) + 1


def settled(gold: Side, predicted: Side) -> tuple[Integers, Integers]:
    """The pairs of equal spans that overlap no other span of either side; their types may differ.

    Returns
    -------
    gold, predicted
        Shape (pairs,) each: places in the two sides.
    """
    if not len(gold.key) or not len(predicted.key):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    golds = np.flatnonzero(_isolated(gold))
    place = np.minimum(np.searchsorted(predicted.key, gold.key[golds]), len(predicted.key) - 1)
    # What overlaps with one of two equal spans overlaps with the other: it is enough to look among the spans of either side.
    sure = (predicted.key[place] == gold.key[golds]) & _isolated(predicted)[place]
    return golds[sure], place[sure]


def _isolated(side: Side) -> Flags:
    """Which spans overlap no other span of their side."""
    found = np.ones(len(side.key), dtype=bool)
    found[1:] = side.low[1:] >= np.maximum.accumulate(side.high)[:-1]
    found[:-1] &= side.low[1:] >= side.high[:-1]
    return found


def edges_between(gold: Side, predicted: Side, minimum_overlap: float) -> Edges:
    """All pairs of sufficiently overlapping spans.

    Parameters
    ----------
    gold, predicted
        The two sides, of one :func:`lay_out`.
    minimum_overlap
        The share of the gold span, from 0 to 1, that both must have in common; 0: any overlap will do.
    """
    g, p = overlaps((gold.low, gold.high), (predicted.low, predicted.high))
    a, b, c, d = gold.start[g], gold.end[g], predicted.start[p], predicted.end[p]
    shared = np.minimum(b, d) - np.maximum(a, c)
    same = gold.key[g] == predicted.key[p]
    typed = gold.type[g] == predicted.type[p]
    identical = same & typed & (_copy(gold)[g] == _copy(predicted)[p])
    found = Edges(g, p, same, typed, shared / (np.maximum(b, d) - np.minimum(a, c)), identical)
    return found.of(shared >= minimum_overlap * (b - a)) if minimum_overlap > 0 else found


def _copy(side: Side) -> Integers:
    """For each span, how many identical ones (offsets and type) come before it."""
    new = np.ones(len(side.key), dtype=bool)
    new[1:] = (side.key[1:] != side.key[:-1]) | (side.type[1:] != side.type[:-1])
    here = np.arange(len(side.key))
    return here - np.maximum.accumulate(np.where(new, here, 0))


class Edges(NamedTuple):
    """Pairs of overlapping spans, sorted by gold, then by predicted span.

    Attributes
    ----------
    gold, predicted
        Indices of the two spans.
    same
        Whether the offsets are equal.
    typed
        Whether the types are equal.
    shared
        Shared over covered text, in (0, 1].
    identical
        Whether offsets and types are equal and both spans are the n-th of their identical copies, for one n.
    """

    gold: Integers
    predicted: Integers
    same: Flags
    typed: Flags
    shared: NDArray[np.float64]
    identical: Flags

    def of(self, rows: Integers | Flags) -> Edges:
        """Some of the pairs."""
        gold, predicted, same, typed, shared, identical = self
        return Edges(gold[rows], predicted[rows], same[rows], typed[rows], shared[rows], identical[rows])

    def apart(self) -> Flags:
        """Which pairs share no span with another pair."""
        return np.asarray((np.bincount(self.gold)[self.gold] == 1) & (np.bincount(self.predicted)[self.predicted] == 1))


def overlaps(gold: tuple[Integers, Integers], predicted: tuple[Integers, Integers]) -> tuple[Integers, Integers]:
    """All pairs of overlapping spans on one line, sorted.

    The time is that of sorting plus the number of pairs: spans overlap if the second starts inside the first or the first strictly
    inside the second, and either is a range of the sorted starts.

    Parameters
    ----------
    gold, predicted
        Starts and ends of either side, each of shape (spans,), half-open and sorted by start.

    Returns
    -------
    gold, predicted
        Shape (pairs,) each: indices of the two spans.
    """
    (a, b), (c, d) = gold, predicted
    g1, p1 = _ranges(np.searchsorted(c, a, side="left"), np.searchsorted(c, b, side="left"))
    p2, g2 = _ranges(np.searchsorted(a, c, side="right"), np.searchsorted(a, d, side="left"))
    g, p = np.concatenate((g1, g2)), np.concatenate((p1, p2))
    order = np.argsort(g * max(len(c), 1) + p, kind="stable")
    return g[order], p[order]


def _ranges(low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """All (row, n) with low[row] <= n < high[row]."""
    size = high - low
    row = np.repeat(np.arange(len(low)), size)
    return row, np.arange(len(row)) + np.repeat(low - (np.cumsum(size) - size), size)


def match(edges: Edges, correct: Flags, equal_first: bool) -> Integers:
    """Rows of the pairs of the best one-to-one matching (see the module).

    Parameters
    ----------
    edges
        The pairs.
    correct
        Which of them are correct.
    equal_first
        Whether identical spans (offsets and type) may be paired with each other before anything else. That is so where only pairs of
        equal offsets are correct: to part identical spans never gains. It is not where types alone decide.
    """
    left = np.arange(len(edges.gold))
    found: list[Integers] = []
    if equal_first:
        found.append(np.flatnonzero(edges.identical))
        left = _without(edges, left, found[-1])
    weight = 4.0 * correct + 2.0 * edges.typed + edges.shared
    for _ in range(_ROUNDS):
        if not len(left) or not len(sure := _sure(edges, left, weight)):
            break
        found.append(sure)
        left = _without(edges, left, sure)
    if len(left):
        found.append(left[_match_clusters(edges.of(left), correct[left])])
    return np.sort(np.concatenate(found)) if found else left


def _without(edges: Edges, left: Integers, chosen: Integers) -> Integers:
    """The rows of `left` that share no span with a chosen pair."""
    free_gold, free_predicted = (np.ones(size, dtype=bool) for size in _sizes(edges))
    free_gold[edges.gold[chosen]] = False
    free_predicted[edges.predicted[chosen]] = False
    return left[free_gold[edges.gold[left]] & free_predicted[edges.predicted[left]]]


def _sizes(edges: Edges) -> tuple[int, int]:
    return int(edges.gold.max(initial=-1)) + 1, int(edges.predicted.max(initial=-1)) + 1


def _sure(edges: Edges, left: Integers, weight: NDArray[np.float64]) -> Integers:
    """Rows of pairs that some best matching holds: one span has no other partner, and the other span has no better one."""
    g, p, w = edges.gold[left], edges.predicted[left], weight[left]
    best_gold, best_predicted = (np.zeros(size) for size in _sizes(edges))
    np.maximum.at(best_gold, g, w)
    np.maximum.at(best_predicted, p, w)
    only_gold, only_predicted = np.bincount(g)[g] == 1, np.bincount(p)[p] == 1
    chosen = (only_gold & (w >= best_predicted[p])) | (only_predicted & (w >= best_gold[g]))
    rows = np.flatnonzero(chosen)
    # Of several equally good partners the first is taken.
    for ends in (g, p):
        _, first = np.unique(ends[rows], return_index=True)
        rows = rows[first]
    return left[rows]


def _match_clusters(edges: Edges, correct: Flags) -> Flags:
    """Solve each connected cluster of pairs; says which pairs are chosen."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    golds, g = np.unique(edges.gold, return_inverse=True)
    predictions, p = np.unique(edges.predicted, return_inverse=True)
    nodes = len(golds) + len(predictions)
    number, label = connected_components(
        coo_array((np.ones(len(g), dtype=bool), (g, len(golds) + p)), shape=(nodes, nodes)), directed=False
    )
    rows, row_sizes = _places(label[: len(golds)], number)
    columns, column_sizes = _places(label[len(golds) :], number)
    cluster = label[: len(golds)][g]
    chosen = np.zeros(len(g), dtype=bool)
    most = np.minimum(row_sizes, column_sizes)
    weight = _weights(edges, correct, most[cluster])
    ways = _WAYS[np.minimum(row_sizes, _MANY + 1), np.minimum(column_sizes, _MANY + 1)]
    for members in _grouped(cluster, np.where(ways, row_sizes * (_MANY + 1) + column_sizes, -1 - np.arange(number))):
        n, m = (int(x[cluster[members[0]]]) for x in (row_sizes, column_sizes))
        at, value = (rows[g[members]], columns[p[members]]), weight[members]
        if ways[cluster[members[0]]]:
            chosen[members] = _try_all(cluster[members], *at, value, n, m)
        else:
            chosen[members] = _assign(*at, value, n, m)
    return chosen


def _places(label: NDArray[np.int32], number: int) -> tuple[Integers, Integers]:
    """The place of each span among those of its cluster, and the sizes of the clusters."""
    sizes = np.bincount(label, minlength=number)
    order = np.argsort(label, kind="stable")
    place = np.empty(len(label), dtype=np.int64)
    place[order] = np.arange(len(label)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place, sizes


def _grouped(cluster: NDArray[np.int32], shape: Integers) -> Iterator[Integers]:
    """The pairs of all clusters of one shape at a time."""
    of_pair = shape[cluster]
    order = np.argsort(of_pair, kind="stable")
    bounds = np.flatnonzero(np.diff(of_pair[order])) + 1
    yield from np.split(order, bounds)


def _weights(edges: Edges, correct: Flags, most: Integers) -> NDArray[np.float64]:
    """Whole numbers whose sum over at most `most` pairs orders matchings by the criteria, and stays exact in double precision."""
    base = most + 1
    scale = np.maximum(2**52 // base**3, 1)
    levels = (correct * base + 1) * base + edges.typed
    return np.asarray(levels * scale + np.rint(edges.shared * (scale // base)), dtype=np.float64)


def _try_all(cluster: NDArray[np.int32], row: Integers, column: Integers, weight: NDArray[np.float64], n: int, m: int) -> Flags:
    """The best assignment of each of many clusters of n by m spans, by trying all."""
    if n > m:
        return _try_all(cluster, column, row, weight, m, n)
    _, at = np.unique(cluster, return_inverse=True)
    table = np.zeros((int(at.max()) + 1, n, m))
    table[at, row, column] = weight
    ways = np.array(list(permutations(range(m), n)))
    step = max(1, _CELLS // ways.size)
    best = [table[k : k + step, np.arange(n), ways].sum(axis=2).argmax(axis=1) for k in range(0, len(table), step)]
    return np.asarray(ways[np.concatenate(best)[at], row] == column)


def _assign(row: Integers, column: Integers, weight: NDArray[np.float64], n: int, m: int) -> Flags:
    """The best assignment of one large cluster of n by m spans."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    partner = np.full(n, -1)
    if n * m <= _DENSE:
        table = np.zeros((n, m))
        table[row, column] = weight
        rows, columns = linear_sum_assignment(table, maximize=True)
    else:
        # Each gold span may also stay alone, in a column of its own. One more on every cell of a row changes no comparison.
        everyone = np.arange(n)
        cells = np.concatenate((weight + 1, np.ones(n)))
        where = np.concatenate((row, everyone)), np.concatenate((column, m + everyone))
        rows, columns = min_weight_full_bipartite_matching(csr_array((cells, where), shape=(n, m + n)), maximize=True)
    partner[rows] = columns
    return np.asarray(partner[row] == column)


__all__ = ["Edges", "Flags", "Integers", "Side", "Spans", "edges_between", "lay_out", "match", "overlaps", "settled"]
