"""Mentions at array speed: the four schemas of SemEval-2013 task 9.1 for a whole collection at once.

Each schema says which overlapping pairs of a gold and a predicted mention are correct (Segura-Bedmar, Martínez and Herrero-Zazo 2013):

- strict: offsets and type equal; exact: offsets equal; type: overlap, and types equal. Other overlapping pairs are *incorrect*.
- partial: offsets equal, whatever the types; other overlapping pairs are *partial* and count one half.

Gold without a partner is *missed*, a prediction without one *spurious*; *possible* is all gold, *actual* all predictions.
Spans are half-open: spans that touch do not overlap. Partners are chosen one to one, optimally and whatever the order of the lists
(see :mod:`benchmark.metrics.matching`); of identical predictions each needs a gold mention of its own.

Per type, both sides of a pair are counted under their own type, from one matching of all types together. nervaluate 1.x instead
matches the mentions of each type anew as if there were no other types: there a mention of the wrong type is spurious for one type and
missed for the other, its per-type counts do not add up to the overall ones, and its per-type incorrect pairs are of the same type
only. Here the types add up to the whole, and it stays visible what was taken for what. Where nervaluate's view is wanted, count
``gold.of_type("PER")`` against ``predicted.of_type("PER")``.

>>> gold = SpanArrays.from_spans([[(0, 5, "PER"), (9, 12, "ORG")], [(3, 4, "LOC")]])
>>> predicted = SpanArrays.from_spans([[(0, 5, "PER"), (8, 12, "LOC")], []])
>>> counts = count(gold, predicted)
>>> counts.overall("partial")["f1"]
0.6
>>> counts.by_type("strict")["ORG"]["incorrect_gold"], counts.by_type("strict")["LOC"]["incorrect_predicted"]
(1, 1)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.metrics import counts as columns
from benchmark.metrics.matching import Integers, Side, Spans, edges_between, lay_out, match, settled
from benchmark.metrics.spans import selected
from benchmark.schema import Document

SCHEMAS = ("strict", "exact", "partial", "type")
COLUMNS = (*columns.COLUMNS, "incorrect_gold", "incorrect_predicted")  # the first ones are those of benchmark.metrics.counts

ALONE, CORRECT, PARTIAL, INCORRECT = range(4)  # what became of a mention; ALONE: missed or spurious


Numbers = NDArray[np.signedinteger[Any]]
_BLOCK = 1 << 15  # mentions that are matched at a time


class SpanArrays:
    """The mentions of one side, as arrays.

    Parameters
    ----------
    document
        Number of each mention's document, from 0; mentions are matched within documents.
    start, end
        Half-open offsets, of any unit and size.
    type
        Index into `types`.
    types
        Names of the types.
    documents
        The number of documents (default: as many as needed).
    unit
        Number of the unit (paragraph) in which each mention is counted, from 0 over the whole collection; default: its document.
    units
        The number of units.

    Raises
    ------
    ValueError
        Where arrays differ in length, a span is empty or reversed, or a number is out of range.
    """

    __slots__ = ("document", "documents", "end", "start", "type", "types", "unit", "units")

    def __init__(
        self,
        document: ArrayLike,
        start: ArrayLike,
        end: ArrayLike,
        type: ArrayLike,
        types: Sequence[str],
        documents: int | None = None,
        unit: ArrayLike | None = None,
        units: int | None = None,
    ):
        self.document, self.start, self.end, self.type = (_integers(x) for x in (document, start, end, type))
        self.unit = self.document if unit is None else _integers(unit)
        if len({x.shape for x in (self.document, self.start, self.end, self.type, self.unit)}) > 1:
            raise ValueError("the arrays differ in length")
        if len(wrong := np.flatnonzero((self.end <= self.start) | (self.start < 0))):
            n = int(wrong[0])
            raise ValueError(f"span {n} of document {self.document[n]} is [{self.start[n]}, {self.end[n]}): empty, reversed or negative")
        self.types = tuple(types)
        self.documents = _size("document", self.document, documents)
        self.units = _size("unit", self.unit, self.documents if unit is None else units)
        _size("type", self.type, len(self.types))

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def from_spans(cls, documents: Sequence[Collection[tuple[int, int, str]]]) -> SpanArrays:
        """From lists of half-open (start, end, type), one list a document; types are numbered as they come.

        Raises
        ------
        ValueError
            Where a span is empty, reversed or negative.
        """
        sizes = np.fromiter(map(len, documents), np.int64, len(documents))
        spans = list(chain.from_iterable(documents))
        codes: defaultdict[str, int] = defaultdict()
        codes.default_factory = codes.__len__
        start, end = (np.fromiter(map(itemgetter(n), spans), np.int64, len(spans)) for n in (0, 1))
        kind = np.fromiter(map(codes.__getitem__, map(itemgetter(2), spans)), np.int64, len(spans))
        return cls(np.repeat(np.arange(len(documents)), sizes), start, end, kind, tuple(codes), len(documents))

    @classmethod
    def from_documents(
        cls, documents: Iterable[Document], levels: Collection[str | None] = ("NAM", None), starts: Sequence[Sequence[int]] | None = None
    ) -> SpanArrays:
        """From documents: the mentions of the wanted levels in the scored regions.

        Parameters
        ----------
        documents
            The documents; their order numbers them.
        levels
            Levels of the mentions; None among them: values, and levels not told.
        starts
            For each document the offsets at which its units (paragraphs) begin, ascending: mentions are counted in the unit in which they
            start, and a document without any is one unit. None: each document is a unit.

        Returns
        -------
        SpanArrays
            Offsets are code points; discontinuous mentions count from their first offset to their last.
        """
        keys = [selected(document, levels) for document in documents]
        found = cls.from_spans(keys)
        return found if starts is None else found.with_units(starts)

    def with_units(self, starts: Sequence[Sequence[int]]) -> SpanArrays:
        """The same mentions, counted in units that begin at these offsets of each document, as for :meth:`from_documents`."""
        sizes = np.fromiter(map(len, starts), np.int64, len(starts))
        offsets = np.fromiter(chain.from_iterable(starts), np.int64, int(sizes.sum()))
        first = np.concatenate(([0], np.cumsum(np.maximum(sizes, 1))))
        # Merge beginnings and mentions in one order; the beginnings up to a mention, less those of earlier documents, tell its unit.
        document = np.concatenate((np.repeat(np.arange(len(sizes)), sizes), self.document))
        begins = np.arange(len(document)) < len(offsets)
        order = np.lexsort((~begins, np.concatenate((offsets, self.start)), document))
        passed = np.empty(len(document), dtype=np.int64)
        passed[order] = np.cumsum(begins[order])
        within = passed[len(offsets) :] - (np.cumsum(sizes) - sizes)[self.document]
        unit = first[self.document] + np.maximum(within - 1, 0)
        return SpanArrays(self.document, self.start, self.end, self.type, self.types, self.documents, unit, int(first[-1]))

    def of_type(self, *types: str) -> SpanArrays:
        """The mentions of some types alone, in the same documents and units; types that do not occur are passed over."""
        rows = np.isin(self.type, [n for n, name in enumerate(self.types) if name in types])
        kept = self.document[rows], self.start[rows], self.end[rows], self.type[rows]
        return SpanArrays(*kept, self.types, self.documents, self.unit[rows], self.units)


def _integers(values: ArrayLike) -> Numbers:
    found = np.asarray(values)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise ValueError("expected a one-dimensional array of integers")
    narrow = not found.size or (found.max() < 2**31 and found.min() >= -(2**31))
    return found.astype(np.int32 if narrow else np.int64, copy=False)


def _size(what: str, numbers: Numbers, size: int | None) -> int:
    if len(numbers) and int(numbers.min()) < 0:
        raise ValueError(f"negative {what} number")
    needed = int(numbers.max(initial=-1)) + 1
    if size is not None and size < needed:
        raise ValueError(f"{what} number {needed - 1}, where there are only {size}")
    return needed if size is None else size


class MentionCounts:
    """What became of every mention under the four schemas, and the counts that follow.

    Attributes
    ----------
    types
        The types of both sides, sorted; the order of the counts.
    documents, units
        How many there are.
    kinds
        For gold and predicted mentions, the indices of their types in `types`.
    partner
        By schema, for each gold mention the index of the prediction it is paired with, or -1.
    fate_gold, fate_predicted
        By schema, for each mention ALONE, CORRECT, PARTIAL or INCORRECT.
    """

    def __init__(self, gold: SpanArrays, predicted: SpanArrays, schemas: Sequence[str]):
        self.types = tuple(sorted({*gold.types, *predicted.types}))
        self.documents, self.units = max(gold.documents, predicted.documents), max(gold.units, predicted.units)
        self.kinds = [_translated(side, self.types) for side in (gold, predicted)]
        self._unit = [side.unit for side in (gold, predicted)]
        self.fate_gold, self.fate_predicted = ({s: np.full(len(side), ALONE, dtype=np.int8) for s in schemas} for side in (gold, predicted))
        self._sums: dict[str, Integers] = {}
        self.partner = {s: np.full(len(gold), -1, dtype=np.int32) for s in schemas}
        if "exact" in schemas and "partial" in schemas:
            self.partner["partial"] = self.partner["exact"]  # they pair alike, and only call the pairs differently

    def table(self, schema: str) -> Integers:
        """Counts of one of the schemas that were counted.

        Returns
        -------
        array of shape (units, types, len(COLUMNS))
            Integers.
        """
        cells = [unit.astype(np.int64) * len(self.types) + kind for unit, kind in zip(self._unit, self.kinds, strict=True)]
        return self._tabulated(schema, cells, self.units * len(self.types)).reshape(self.units, len(self.types), len(COLUMNS))

    def sums(self, schema: str) -> Integers:
        """Counts of shape (types, len(COLUMNS)): those of all units together. Sums of parts of a collection may be added up."""
        if schema not in self._sums:
            self._sums[schema] = self._tabulated(schema, self.kinds, len(self.types))
        return self._sums[schema]

    def _tabulated(self, schema: str, cells: Sequence[Numbers], size: int) -> Integers:
        table = np.zeros((size, len(COLUMNS)), dtype=np.int64)
        for side, (cell, fate) in enumerate(zip(cells, (self.fate_gold[schema], self.fate_predicted[schema]), strict=True)):
            found = np.bincount(cell.astype(np.int64) * 4 + fate, minlength=size * 4).reshape(size, 4)
            table[:, side] = found.sum(axis=1)
            for what in (CORRECT, PARTIAL, INCORRECT):
                table[:, 2 * what + side] = found[:, what]
        return table

    def confusion(self, schema: str = "partial") -> dict[str, dict[str, int]]:
        """How many gold mentions of a type (``spurious``: none) are paired with a prediction of a type (``missed``: none)."""
        found: dict[str, Counter[str]] = {}
        for kind, partner in zip(self.kinds[0].tolist(), self.partner[schema].tolist(), strict=True):
            taken_for = "missed" if partner < 0 else self.types[self.kinds[1][partner]]
            found.setdefault(self.types[kind], Counter())[taken_for] += 1
        alone = self.kinds[1][self.fate_predicted[schema] == ALONE].tolist()
        if alone:
            found["spurious"] = Counter(self.types[kind] for kind in alone)
        return {kind: dict(sorted(row.items())) for kind, row in sorted(found.items())}

    def overall(self, schema: str) -> dict[str, Any]:
        """Figures over all units and types (micro)."""
        return figures(self.sums(schema).sum(axis=0))

    def by_type(self, schema: str) -> dict[str, dict[str, Any]]:
        """Figures of each type that occurs."""
        return {kind: figures(row) for kind, row in zip(self.types, self.sums(schema), strict=True) if row.any()}


def figures(cell: Integers) -> dict[str, Any]:
    """Counts and figures of one row of counts.

    Those of :func:`benchmark.metrics.counts.figures`, and the words of SemEval-2013: ``correct``, ``partial`` and ``incorrect`` are
    mentions of the gold side with ``_gold``, of the predicted side with ``_predicted``; over all types the two are equal, and stand
    without a suffix too.
    """
    names = dict(zip(COLUMNS, map(int, cell), strict=True))
    found = columns.figures(cell)
    for name in ("correct", "partial", "incorrect"):
        both = {f"{name}_gold": names[f"{name}_gold"], f"{name}_predicted": names[f"{name}_predicted"]}
        found.pop(name, None)
        found |= both | ({name: both[f"{name}_gold"]} if len(set(both.values())) == 1 else {})
    paired = {side: sum(names[f"{name}_{side}"] for name in ("correct", "partial", "incorrect")) for side in ("gold", "predicted")}
    found |= {"missed": names["gold"] - paired["gold"], "spurious": names["predicted"] - paired["predicted"]}
    return found | {"possible": names["gold"], "actual": names["predicted"]}


def count(gold: SpanArrays, predicted: SpanArrays, *, minimum_overlap: float = 0.0, schemas: Collection[str] = SCHEMAS) -> MentionCounts:
    """Count what became of gold and predicted mentions under all four schemas.

    Parameters
    ----------
    gold, predicted
        The two sides; documents and units have the same numbers on both, types are told by name.
    minimum_overlap
        The share of a gold mention, from 0 to 1, that a prediction must cover to overlap with it. By default any overlap will do, as
        SemEval-2013 has it; nervaluate's default is 0.01. With any other value gold and predictions are no longer interchangeable.
    schemas
        Which schemas to count.
    """
    counts = MentionCounts(gold, predicted, tuple(name for name in SCHEMAS if name in schemas))
    for first, rows_gold, rows_predicted in _blocks(gold.document, predicted.document):
        sides = (
            Spans(*(x.astype(np.int64) for x in (side.document[rows] - first, side.start[rows], side.end[rows], kind[rows])))
            for side, rows, kind in zip((gold, predicted), (rows_gold, rows_predicted), counts.kinds, strict=True)
        )
        _count_block(counts, rows_gold, rows_predicted, *lay_out(*sides), minimum_overlap)
    return counts


def _blocks(gold: Numbers, predicted: Numbers) -> Iterator[tuple[int, Numbers, Numbers]]:
    """The first document, the gold rows and the predicted rows of parts of the collection that fit the processor's cache."""
    sides = [
        (document, None if (document[1:] >= document[:-1]).all() else np.argsort(document, kind="stable")) for document in (gold, predicted)
    ]
    last = int(max(gold.max(initial=-1), predicted.max(initial=-1))) + 1
    passed = np.cumsum(np.bincount(gold, minlength=last) + np.bincount(predicted, minlength=last))
    cuts = np.unique(np.searchsorted(passed, np.arange(_BLOCK, len(gold) + len(predicted), _BLOCK)) + 1)
    bounds = [0, *cuts[cuts < last].tolist(), last]
    for low, high in pairwise(bounds):
        rows = []
        for document, order in sides:
            a, b = np.searchsorted(document, (low, high), sorter=order)
            rows.append(np.arange(a, b) if order is None else order[a:b])
        yield low, rows[0], rows[1]


def _count_block(
    counts: MentionCounts, rows_gold: Numbers, rows_predicted: Numbers, one: Side, other: Side, minimum_overlap: float
) -> None:
    """Match the mentions of one part of the collection, and write down what became of each."""
    # Spans that overlap nothing but each other are paired under every schema; the rest is matched under each.
    sure = settled(one, other)
    golds, predictions = (np.delete(np.arange(len(side.key)), done) for side, done in zip((one, other), sure, strict=True))
    edges = edges_between(one.of(golds), other.of(predictions), minimum_overlap)
    first, second = np.concatenate((sure[0], golds[edges.gold])), np.concatenate((sure[1], predictions[edges.predicted]))
    same = np.concatenate((np.ones(len(sure[0]), dtype=bool), edges.same))
    typed = one.type[first] == other.type[second]
    apart = np.concatenate((np.ones(len(sure[0]), dtype=bool), edges.apart()))
    known, open_ = np.flatnonzero(apart), np.flatnonzero(~apart)
    edges = edges.of(open_ - len(sure[0]))
    for schemas, correct, equal_first in ((("strict",), same & typed, True), (("exact", "partial"), same, True), (("type",), typed, False)):
        if not any(schema in counts.fate_gold for schema in schemas):
            continue
        rows = np.concatenate((known, open_[match(edges, correct[open_], equal_first)]))
        in_gold, in_predicted = rows_gold[one.order[first[rows]]], rows_predicted[other.order[second[rows]]]
        for schema in counts.fate_gold.keys() & set(schemas):
            fate = np.where(correct[rows], CORRECT, PARTIAL if schema == "partial" else INCORRECT)
            counts.fate_gold[schema][in_gold] = fate
            counts.fate_predicted[schema][in_predicted] = fate
            counts.partner[schema][in_gold] = in_predicted


def _translated(side: SpanArrays, types: tuple[str, ...]) -> Numbers:
    """The types of one side's mentions as indices into the types of both."""
    place = {name: n for n, name in enumerate(types)}
    return np.array([place[name] for name in side.types], dtype=np.int32)[side.type]


__all__ = ["ALONE", "COLUMNS", "CORRECT", "INCORRECT", "PARTIAL", "SCHEMAS", "MentionCounts", "SpanArrays", "count", "figures"]
