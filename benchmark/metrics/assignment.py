"""One-to-one assignment of the greatest total weight, where most pairs have none."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np

Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
_DENSE = 250_000  # cells of an assignment up to which a dense matrix is faster than a sparse one


def best_assignment(weights: Mapping[tuple[Row, Column], float]) -> list[tuple[Row, Column]]:
    """The one-to-one assignment of rows to columns of greatest total weight; connected components are solved on their own.

    Parameters
    ----------
    weights
        The positive weights of pairs; pairs that are not there are never assigned.

    Returns
    -------
    list of (row, column)
        At most one pair for each row and each column.
    """
    rows: dict[Row, list[Column]] = {}
    columns: dict[Column, list[Row]] = {}
    for row, column in weights:
        rows.setdefault(row, []).append(column)
        columns.setdefault(column, []).append(row)
    found: list[tuple[Row, Column]] = []
    seen: set[Row] = set()
    for start in rows:
        if start in seen:
            continue
        seen.add(start)
        part, reached = [start], set()
        for row in part:  # grows while rows are reached
            for column in rows[row]:
                if column not in reached:
                    reached.add(column)
                    new = [other for other in columns[column] if other not in seen]
                    seen.update(new)
                    part.extend(new)
        cells = [(row, column) for row in part for column in rows[row]]
        if len(part) == 1 or len(reached) == 1:
            found.append(max(cells, key=weights.__getitem__))
        else:
            found.extend(_assigned(cells, [weights[cell] for cell in cells]))
    return found


def _assigned(cells: list[tuple[Row, Column]], weights: list[float]) -> list[tuple[Row, Column]]:
    from scipy.optimize import linear_sum_assignment  # here, because importing it takes longer than most commands
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows = {row: n for n, row in enumerate(dict.fromkeys(row for row, _ in cells))}
    columns = {column: n for n, column in enumerate(dict.fromkeys(column for _, column in cells))}
    at = [rows[row] for row, _ in cells], [columns[column] for _, column in cells]
    if len(rows) * len(columns) <= _DENSE:
        matrix = np.zeros((len(rows), len(columns)))
        matrix[at] = weights
        assigned = linear_sum_assignment(matrix, maximize=True)
    else:
        # A sparse assignment must fill every row: each has a column of its own that is worth nothing. All weights are raised
        # by 1, because the solver takes 0 for "no edge"; that adds 1 for each row.
        own = list(range(len(rows)))
        values = np.array([*weights, *[0.0] * len(rows)]) + 1
        sparse = csr_array((values, (at[0] + own, at[1] + [len(columns) + n for n in own])), shape=(len(rows), len(columns) + len(rows)))
        assigned = min_weight_full_bipartite_matching(sparse, maximize=True)
    chosen = set(zip(*(side.tolist() for side in assigned), strict=True))
    return [cell for cell, place in zip(cells, zip(*at, strict=True), strict=True) if place in chosen]
