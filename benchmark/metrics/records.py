"""Records: the rows that an analyst keeps (:mod:`benchmark.metrics.rows`), predicted ones compared with gold ones.

Slots are compared as CEAF-REE does (Du, Rush and Cardie 2021): a filler is an entity, a set of strings; a predicted one is right if
the strings it is shown by are among those that the gold entity is known by (strict) or scored by the share of them that is
(proportional); fillers are assigned one to one. An entity without strings matches nothing, under both readings (the authors' program
gives it 1 under the strict one and divides by zero under the other). A gold entity is known by many strings and a predicted one
shown by few, so swapping the sides swaps precision and recall only where both are the same.

Rows of equal type are aligned one to one so that most fillers are right, then most rows wholly. Rows may be aligned if at least one
filler of actor, target or place is right or, where neither row has any of the three, one of date or deaths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.assignment import best_assignment
from benchmark.metrics.counts import Unit
from benchmark.metrics.counts import figures as ratios
from benchmark.metrics.rows import SLOTS, WHO_AND_WHERE, Filler, Record, Strings, placed
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document

Pair = tuple[Document, Document]  # gold, predicted
Similarity = Callable[[Strings, Strings], float]
Floats = NDArray[np.float64]

COLUMNS = (  # what is counted of rows, of the fillers of each slot, and of rows in which both sides tell a number of deaths
    *(f"rows.{part}" for part in ("gold", "predicted", "aligned", "complete")),
    *(f"{slot}.{part}" for slot in SLOTS for part in ("gold", "predicted", "right")),
    *("deaths.told", "deaths.error"),
)
PATHS = (("rows", "complete"), ("rows", "aligned"), *(("slots", slot) for slot in ("overall", *SLOTS)), ("deaths",))


def strict(gold: Strings, predicted: Strings) -> float:
    """1 if all strings of the predicted entity are the gold entity's, else 0; 0 where there are none."""
    return float(bool(predicted) and predicted <= gold)


def proportional(gold: Strings, predicted: Strings) -> float:
    """The share of the predicted entity's strings that are the gold entity's; 0 where there are none."""
    return len(predicted & gold) / len(predicted) if predicted else 0.0


def ceaf_ree(gold: Sequence[Strings], predicted: Sequence[Strings], similarity: Similarity = strict) -> float:
    """Numerator of CEAF-REE for one role (Du, Rush and Cardie 2021): the greatest sum of similarities over one-to-one assignments.

    The denominators are ``len(predicted)`` for precision and ``len(gold)`` for recall; all three are summed over roles and documents.

    Parameters
    ----------
    gold, predicted
        The entities, each the set of strings that it is known by, or shown by.
    similarity
        Of a gold and a predicted entity, in [0, 1]: :func:`strict` or :func:`proportional`.
    """
    if not gold or not predicted:
        return 0.0
    matrix = np.array([[similarity(g, p) for p in predicted] for g in gold])
    if min(matrix.shape) == 1:
        return float(matrix.max())
    from scipy.optimize import linear_sum_assignment  # here, because importing it takes longer than most commands

    return float(matrix[linear_sum_assignment(matrix, maximize=True)].sum())


class RecordCounts(NamedTuple):
    """What the figures of records are sums of.

    Attributes
    ----------
    units
        Document and paragraph of each row of the table.
    table
        Array of shape (units, len(COLUMNS)). A gold row counts in the paragraph of its first event mention, a predicted row with the gold
        row that it is aligned with, else in its own. Fillers of rows that are not aligned count, too.
    """

    units: list[Unit]
    table: Floats

    @property
    def rows(self) -> tuple[int, int, int, int]:
        """Gold rows, predicted rows, aligned rows, aligned rows in which all slots are right."""
        gold, predicted, aligned, complete = self.table.sum(axis=0)[:4].astype(int).tolist()
        return gold, predicted, aligned, complete

    def figures(self) -> dict[str, Any]:
        """Row F1 (complete and aligned), slot F1 by slot and overall, and the mean absolute error in deaths, None without rows."""
        sums = dict(zip(COLUMNS, self.table.sum(axis=0).tolist(), strict=True))
        gold, predicted, aligned, complete = self.rows
        slots = {slot: tuple(int(sums[f"{slot}.{part}"]) for part in ("gold", "predicted", "right")) for slot in SLOTS}
        overall = tuple(map(sum, zip(*slots.values(), strict=True)))
        rows, error = int(sums["deaths.told"]), sums["deaths.error"]
        return {
            "rows": {"complete": _ratios(gold, predicted, complete), "aligned": _ratios(gold, predicted, aligned)},
            "slots": {"overall": _ratios(*overall)} | {slot: _ratios(*counts) for slot, counts in slots.items()},
            "deaths": {"rows": rows, "error": error / rows if rows else None},
        }


def resampled(sums: Floats) -> Floats:
    """The figures of sums of counts, in the order of :data:`PATHS`.

    Parameters
    ----------
    sums
        Shape (n, len(COLUMNS)).

    Returns
    -------
    array of shape (n, len(PATHS))
        F1 of complete and of aligned rows, of all slots and of each, and the mean absolute error in deaths (people); NaN where undefined.
    """
    at = {name: sums[:, n] for n, name in enumerate(COLUMNS)}
    triples = [(at["rows.gold"], at["rows.predicted"], at[f"rows.{part}"]) for part in ("complete", "aligned")]
    slots = [(at[f"{slot}.gold"], at[f"{slot}.predicted"], at[f"{slot}.right"]) for slot in SLOTS]
    triples += [tuple(map(sum, zip(*slots, strict=True))), *slots]  # type: ignore[list-item]  # sums of arrays
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.stack([*(2 * right / (gold + found) for gold, found, right in triples), at["deaths.error"] / at["deaths.told"]], axis=1)


def count(pairs: Sequence[Pair]) -> RecordCounts:
    """Count the rows and slots of gold and predicted documents, merged over all documents, that agree."""
    texts = {gold.id: gold.text for gold, _ in pairs}
    laid_on = [Document(g.id, regions=g.regions, mentions=p.mentions, events=p.events) for g, p in pairs]
    numbered = [Paragraphs(gold) for gold, _ in pairs]
    units = [unit for document in numbered for unit in document.units]
    number = {unit: n for n, unit in enumerate(units)}
    sides = [placed([gold for gold, _ in pairs], texts), placed(laid_on, texts)]
    at = [[number[numbered[document].unit(offset)] for _, (document, offset) in side] for side in sides]
    return count_records([row for row, _ in sides[0]], [row for row, _ in sides[1]], units, (at[0], at[1]))


def count_records(
    gold: Sequence[Record],
    predicted: Sequence[Record],
    units: Sequence[Unit] | None = None,
    at: tuple[Sequence[int], Sequence[int]] | None = None,
) -> RecordCounts:
    """Count the rows and slots that agree.

    Parameters
    ----------
    gold, predicted
        The rows of either side.
    units
        Document and paragraph of each unit; None: a single one.
    at
        For the rows of each side the numbers of the units in which they count; None: all in the first.
    """
    units, at = units or [("", 0)], at or ([0] * len(gold), [0] * len(predicted))
    table = np.zeros((len(units), len(COLUMNS)))
    column = {name: n for n, name in enumerate(COLUMNS)}

    def add(unit: int, name: str, number: float) -> None:
        table[unit, column[name]] += number

    pairs = align(gold, predicted)
    partner = {p: at[0][g] for g, p in pairs}
    for side, rows in (("gold", gold), ("predicted", predicted)):
        for n, row in enumerate(rows):
            unit = at[0][n] if side == "gold" else partner.get(n, at[1][n])
            add(unit, f"rows.{side}", 1)
            for slot in SLOTS:
                add(unit, f"{slot}.{side}", len(row.fillers(slot)))
    for g, p in pairs:
        add(at[0][g], "rows.aligned", 1)
        scores = _right(gold[g], predicted[p])
        add(at[0][g], "rows.complete", _complete(gold[g], predicted[p], scores))
        for slot, right in scores.items():
            add(at[0][g], f"{slot}.right", right)
        one, other = gold[g].deaths, predicted[p].deaths
        if one is not None and other is not None:
            add(at[0][g], "deaths.told", 1)
            add(at[0][g], "deaths.error", abs(one - other))
    return RecordCounts(list(units), table)


def align(gold: Sequence[Record], predicted: Sequence[Record]) -> list[tuple[int, int]]:
    """The rows that belong together (see the module).

    The order of the rows does not matter but to ties, which :func:`benchmark.metrics.rows.records` settles by sorting.

    Returns
    -------
    list of (gold, predicted)
        Indices of the rows, sorted, one to one.
    """
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
