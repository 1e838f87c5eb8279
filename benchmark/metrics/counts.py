"""Counts per unit and type, and the figures that are sums over them.

A unit is a paragraph of a document. Both sides of a match are counted under their own type, so that a prediction
matched to gold of another type (as the SemEval partial criterion allows) enters the precision of its own type and
the recall of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

COLUMNS = ("gold", "predicted", "correct_gold", "correct_predicted", "partial_gold", "partial_predicted")
GOLD, PREDICTED, CORRECT_GOLD, CORRECT_PREDICTED, PARTIAL_GOLD, PARTIAL_PREDICTED = range(len(COLUMNS))

Unit = tuple[str, int]  # document id, paragraph (from 0)
Table = NDArray[Any]  # of integers
Figures = Callable[[NDArray[np.int64]], dict[str, Any]]


class Tally:
    """Collects counts while documents are matched."""

    def __init__(self) -> None:
        self._cells: dict[tuple[Unit, str], list[int]] = {}

    def add(self, unit: Unit, kind: str, column: int, number: int = 1) -> None:
        """Count `number` more of a type in one unit.

        Parameters
        ----------
        unit
            Document and paragraph.
        kind
            The type.
        column
            Index into :data:`COLUMNS`.
        number
            How many.
        """
        self._cells.setdefault((unit, kind), [0] * len(COLUMNS))[column] += number

    def counts(self, units: Sequence[Unit]) -> Counts:
        """The counts as an array over all `units`, also those in which nothing was counted; types are sorted.

        Raises
        ------
        KeyError
            Where something was counted in another unit.
        """
        types = sorted({kind for _, kind in self._cells})
        row = {unit: n for n, unit in enumerate(units)}
        column = {kind: n for n, kind in enumerate(types)}
        table = np.zeros((len(units), len(types), len(COLUMNS)), dtype=np.int64)
        for (unit, kind), cell in self._cells.items():
            table[row[unit], column[kind]] = cell
        return Counts(list(units), types, table)


class Counts:
    """Counts of one metric.

    Attributes
    ----------
    units
        The units, one a row.
    types
        The types, one a column.
    table
        Integers of shape (units, types, columns), the columns those of :data:`COLUMNS`; a metric may have more after them.
    figures
        What makes figures of one row of counts.
    """

    def __init__(self, units: list[Unit], types: list[str], table: Table, figures: Figures | None = None):
        self.units, self.types, self.table = units, types, table
        self.figures = figures or globals()["figures"]

    def of(self, documents: Iterable[str]) -> Counts:
        """The counts of some documents alone."""
        chosen = set(documents)
        rows = [n for n, (document, _) in enumerate(self.units) if document in chosen]
        return Counts([self.units[n] for n in rows], self.types, self.table[rows], self.figures)

    @classmethod
    def joined(cls, parts: Sequence[Counts]) -> Counts:
        """The counts of several sets of units as one, in the smallest integers that hold them."""
        if len(parts) == 1:
            return parts[0]
        types = sorted({kind for part in parts for kind in part.types})
        tables = []
        for part in parts:
            size = np.min_scalar_type(int(part.table.max(initial=0)))
            table = np.zeros((len(part.units), len(types), part.table.shape[2]), dtype=size)
            table[:, [types.index(kind) for kind in part.types]] = part.table
            tables.append(table)
        units = [unit for part in parts for unit in part.units]
        return cls(
            units,
            types,
            np.concatenate(tables) if tables else np.zeros((0, 0, len(COLUMNS)), dtype=np.int64),
            parts[0].figures if parts else None,
        )

    def overall(self) -> dict[str, Any]:
        """Micro-averaged figures: sums over all units and types first, then ratios."""
        return self.figures(self.table.sum(axis=(0, 1), dtype=np.int64))

    def by_type(self) -> dict[str, dict[str, Any]]:
        """Figures of each type that occurs."""
        sums = self.table.sum(axis=0, dtype=np.int64)
        return {kind: self.figures(sums[n]) for n, kind in enumerate(self.types) if sums[n].any()}

    def macro(self) -> dict[str, Any]:
        """Unweighted means of the figures of the types that the gold labels hold."""
        present = [f for kind, f in self.by_type().items() if f["gold"]]
        names = ("precision", "recall", "f1")
        return {name: float(np.mean([f[name] for f in present])) if present else 0.0 for name in names} | {"types": len(present)}

    def weighted(self) -> dict[str, Any]:
        """Means of the figures of the types, weighted by their number in the gold labels."""
        present = [f for f in self.by_type().values() if f["gold"]]
        total = sum(f["gold"] for f in present)
        return {name: sum(f[name] * f["gold"] for f in present) / total if total else 0.0 for name in ("precision", "recall", "f1")}

    def summary(self) -> dict[str, Any]:
        """``overall`` (micro), ``macro``, ``weighted`` and ``types``."""
        return {"overall": self.overall(), "macro": self.macro(), "weighted": self.weighted(), "types": self.by_type()}

    def to_rows(self) -> dict[str, Any]:
        """The counts for storage: types, and for each non-empty cell the unit's number, the type's number and the columns."""
        unit, kind = np.nonzero(self.table.any(axis=2))
        cells = [[int(u), int(t), *map(int, self.table[u, t])] for u, t in zip(unit, kind, strict=True)]
        return {"types": self.types, "cells": cells}

    @classmethod
    def from_rows(cls, units: list[Unit], rows: Mapping[str, Any]) -> Counts:
        """The inverse of :meth:`to_rows`."""
        cells = np.array(rows["cells"] or np.empty((0, 2 + len(COLUMNS))), dtype=np.int64)
        table = np.zeros((len(units), len(rows["types"]), cells.shape[1] - 2), dtype=np.int64)
        table[cells[:, 0], cells[:, 1]] = cells[:, 2:]
        return cls(units, list(rows["types"]), table)


def figures(cell: NDArray[np.int64]) -> dict[str, Any]:
    """Precision, recall and F1 of one row of counts; a partial match counts half on either side.

    0/0 is 0, and the figure's name then stands under ``undefined``.
    """
    gold, predicted = int(cell[GOLD]), int(cell[PREDICTED])
    hit_gold = int(cell[CORRECT_GOLD]) + 0.5 * int(cell[PARTIAL_GOLD])
    hit_predicted = int(cell[CORRECT_PREDICTED]) + 0.5 * int(cell[PARTIAL_PREDICTED])
    precision = hit_predicted / predicted if predicted else 0.0
    recall = hit_gold / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    found: dict[str, Any] = {
        "tp": _plain(hit_predicted),
        "fp": _plain(predicted - hit_predicted),
        "fn": _plain(gold - hit_gold),
        "gold": gold,
        "predicted": predicted,
        "precision": precision,
        "recall": recall,
        "f1": f1,
    }
    if int(cell[PARTIAL_GOLD]) or int(cell[PARTIAL_PREDICTED]):
        found |= {"correct": int(cell[CORRECT_PREDICTED]), "partial": int(cell[PARTIAL_PREDICTED])}
    undefined = [name for name, base in (("precision", predicted), ("recall", gold), ("f1", predicted + gold)) if not base]
    return found | {"undefined": undefined} if undefined else found


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number
