"""What resampled figures say: the ends of intervals, and the errors of differences.

`strata` are the numbers of units that are drawn together, in the order of the columns (see :mod:`benchmark.resampling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np

from benchmark.resampling import Floats

NORMAL = NormalDist()  # of the standard library: importing scipy's takes longer than most commands


def left_out(columns: Floats, strata: Sequence[int]) -> Floats:
    """Sums of the columns without each unit in turn; the rest of its stratum then stands for all of it.

    Returns
    -------
    array of shape (n, units)
    """
    starts = np.cumsum([0, *strata[:-1]])
    size = np.repeat(strata, strata)
    others = np.repeat(np.add.reduceat(columns, starts, axis=1), strata, axis=1) - size * columns
    left: Floats = columns.sum(axis=1, keepdims=True) + others / np.maximum(size - 1, 1)
    return left


def acceleration_of(found: Floats, strata: Sequence[int]) -> Floats:
    """Acceleration of figures for BCa, from the jackknife over units, each stratum by itself (see :func:`benchmark.stats.bootstrap`).

    Parameters
    ----------
    found
        Figures without each unit in turn, shape (..., units); NaN where undefined.
    strata
        As above, in the order of the last axis.

    Returns
    -------
    array of shape (...)
        0 where nothing varies.
    """
    starts = np.cumsum([0, *strata[:-1]])
    told = ~np.isnan(found)
    filled = np.where(told, found, 0)
    number = np.maximum(np.add.reduceat(told, starts, axis=-1, dtype=float), 1)
    mean = np.repeat(np.add.reduceat(filled, starts, axis=-1) / number, strata, axis=-1)
    size = np.repeat(strata, strata)
    influence = np.where(told, mean - filled, 0) * ((size - 1) / size)
    influence[np.abs(influence) < 1e-14] = 0  # rounding, where nothing varies
    squares = influence * influence
    spread, skew = squares.sum(axis=-1), (squares * influence).sum(axis=-1)
    acceleration: Floats = np.divide(skew, 6 * spread**1.5, out=np.zeros_like(skew), where=spread > 0)
    return acceleration


def ends_of(replicates: Floats, value: Floats, acceleration: Floats | None, level: float) -> tuple[Floats, Floats, Floats]:
    """Ends of percentile or BCa intervals, from resampled figures.

    BCa (`acceleration` given) corrects the ranks of the ends in the sorted resamples as Efron (1987) does.

    Parameters
    ----------
    replicates
        Resampled figures, shape (..., resamples); NaN where undefined.
    value
        The figures, shape (...).
    acceleration
        Of :func:`acceleration_of`, shape (...); None: percentile intervals.
    level
        Coverage, in (0, 1).

    Returns
    -------
    low, high
        Shape (...); NaN where the figure is undefined, or is in all resamples.
    told
        Shape (...): the share of resamples in which the figure is defined.
    """
    resamples = replicates.shape[-1]
    told = np.empty(value.shape)
    ends = np.full((2, *value.shape), np.nan)
    for place in np.ndindex(value.shape):
        ordered = np.sort(replicates[place])  # NaN come last
        number = int(np.searchsorted(ordered, np.inf, side="right"))
        told[place] = number / max(1, resamples)
        if not number or np.isnan(value[place]):
            continue
        ranks = np.array([(1 - level) / 2, (1 + level) / 2])
        if acceleration is not None:
            below = np.mean(np.searchsorted(ordered[:number], [value[place] - 1e-14, value[place] + 1e-14]))  # a tie is half below
            share = min(max(float(below) / number, 0.5 / number), 1 - 0.5 / number)
            bias = NORMAL.inv_cdf(share)
            shifted = bias + np.array([NORMAL.inv_cdf(float(rank)) for rank in ranks])
            scores = bias + shifted / np.maximum(1 - acceleration[place] * shifted, 1e-12)
            ranks = np.array([erfc(-score / sqrt(2)) / 2 for score in scores])
        at = ranks * (number - 1)
        low = np.array(at, dtype=np.int64)
        high = np.minimum(low + 1, number - 1)
        ends[(slice(None), *place)] = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    return ends[0], ends[1], told


def difference_errors(replicates: Floats, value: Floats) -> Floats:
    """Standard errors of all paired differences over the resamples in which both figures are defined.

    Parameters
    ----------
    replicates
        Resampled figures, shape (figures, rows, models, resamples); NaN where undefined.
    value
        The figures, shape (figures, rows, models).

    Returns
    -------
    array of shape (figures, rows, models, models)
        NaN where fewer than two resamples define both.
    """
    found = np.full((*value.shape, value.shape[-1]), np.nan)
    for place in np.ndindex(value.shape[:2]):
        centred = replicates[place] - value[place][:, None]
        untold = np.isnan(centred)
        if not untold.any():
            number = np.full((len(centred), len(centred)), centred.shape[1])
            shift = np.broadcast_to(centred.sum(axis=1, keepdims=True), number.shape)
            squares = np.broadcast_to((centred * centred).sum(axis=1, keepdims=True), number.shape)
        else:
            centred[untold], told = 0, (~untold).astype(float)
            number, shift, squares = told @ told.T, centred @ told.T, (centred * centred) @ told.T
        total = squares + squares.T - 2 * centred @ centred.T - (shift - shift.T) ** 2 / np.maximum(number, 1)
        total[total < 1e-13 * (squares + squares.T)] = 0  # rounding, where two models are equal
        np.divide(total, number - 1, out=found[place], where=number > 1)
    errors: Floats = np.sqrt(found)
    return errors
