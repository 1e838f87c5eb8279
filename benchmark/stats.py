"""Uncertainty: bootstrap intervals, paired permutation tests, rankings; from stored counts, by array operations.

The unit that is drawn and swapped is the paragraph, never the mention: the labels of a paragraph depend on each other.
Everything takes a whole table at once, counts of shape (models, units, types, columns). The columns are those of
:mod:`benchmark.metrics.counts`; or ``SIDES``, numerators and denominators of recall and precision, as coreference has
them for each document; or two, a numerator and a denominator. The rows of a table are its types, then all types summed
(``OVERALL``, micro) and the mean of the types (``MACRO``). Random numbers are dealt to units by their names, so that the
order in which units are listed changes nothing, and every model sees the same ones, so that comparisons are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from benchmark.intervals import NORMAL, acceleration_of, difference_errors, ends_of, left_out
from benchmark.metrics.counts import Unit
from benchmark.resampling import (
    FIGURES,
    MACRO,
    OVERALL,
    SIDES,
    Floats,
    Within,
    columns_of,
    drawn,
    evaluate,
    exchanged,
    f1_of,
    gather,
    narrowed,
    sides,
    strata_of,
    swaps,
)

RESAMPLES = 10_000
Method = Literal["bca", "percentile"]


class Interval(NamedTuple):
    """A confidence interval, in the unit of its figure."""

    low: float
    high: float


class Intervals(NamedTuple):
    """Figures of a table with their uncertainty, arrays of shape (figures, models, types + 2).

    Attributes
    ----------
    value
        The figures; NaN where undefined (0/0).
    low, high
        Ends of the intervals; NaN where the figure is undefined.
    told
        Share of the resamples in which the figure is defined; the intervals are over these.
    difference_error
        Bootstrap standard errors of the paired differences, of shape (figures, types + 2, models, models).
    """

    value: Floats
    low: Floats
    high: Floats
    told: Floats
    difference_error: Floats


class Differences(NamedTuple):
    """Paired differences of one figure between models, arrays of shape (types + 2, models, models).

    Attributes
    ----------
    value
        Figure of the first model less that of the second.
    p
        Two-sided p values of the paired permutation test; 1 on the diagonal.
    corrected
        The same, Holm-corrected over the pairs of models, for each type by itself.
    """

    value: Floats
    p: Floats
    corrected: Floats


def bootstrap(
    table: ArrayLike,
    units: Sequence[Unit],
    figures: Sequence[str] = ("precision", "recall", "f1"),
    *,
    method: Method = "bca",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    within: Within = "documents",
    fixed: bool = False,
) -> Intervals:
    """Bootstrap intervals of every figure of every model and type.

    Paragraphs are drawn with replacement within each article, which keeps its number of paragraphs (stratified bootstrap,
    Davison and Hinkley 1997, 3.2). BCa is Efron (1987), its acceleration from the jackknife over paragraphs, each
    article by itself (Efron and Tibshirani 1993, 14.3 and, for several samples, Davison and Hinkley 1997, 5.3). A bias correction
    that would be infinite, all resamples on one side of the figure, is held at half a resample.

    Parameters
    ----------
    table
        Counts of shape (models, units, types, columns); 6, 4 or 2 columns, see :func:`sides`.
    units
        Document and paragraph of each unit.
    figures
        Names from ``FIGURES``.
    method
        ``bca`` (bias-corrected and accelerated) or ``percentile``.
    level
        Coverage.
    resamples, seed
        Number of resamples; seed of the generator.
    within
        ``documents``: units are drawn within their document; ``collection``: from all, for units that are documents.
    fixed
        False: the macro figure is over the types with gold labels in the resample. True: over all types, 0/0 as 0, as
        the CoNLL mean of coreference is over its three metrics, given as types.

    Returns
    -------
    Intervals
        NaN where a figure is undefined. Resamples in which a figure is 0/0 tell nothing of it and are left out.
    """
    columns, index, strata = columns_of(table, units, within)
    chosen = [FIGURES[name] for name in figures]
    totals, small = columns.sum(axis=1, keepdims=True), narrowed(columns)
    replicates = np.empty((len(chosen), index.shape[2] + 1, len(index), resamples))
    begin = 0
    for weights in drawn(strata, resamples, seed):
        sums = small @ weights.T
        for model, rows in enumerate(index):
            evaluate(gather(sums, rows), chosen, fixed, replicates[:, :, model, begin : begin + len(weights)])
        begin += len(weights)
    value = np.empty(replicates.shape[:3])
    acceleration = np.zeros_like(value)
    without = left_out(columns, strata) if method == "bca" and len(units) else None
    for model, rows in enumerate(index):
        evaluate(gather(totals, rows), chosen, fixed, value[:, :, model, None])
        if without is not None:
            acceleration[:, :, model] = acceleration_of(evaluate(gather(without, rows), chosen, fixed), strata)
    low, high, told = ends_of(replicates, value, None if without is None else acceleration, level)
    errors = difference_errors(replicates, value)
    value, low, high, told = (part.swapaxes(1, 2) for part in (value, low, high, told))
    return Intervals(value, low, high, told, errors)


def permutation_test(
    table: ArrayLike,
    units: Sequence[Unit],
    figure: str = "f1",
    *,
    permutations: int = RESAMPLES,
    seed: int = 0,
    fixed: bool = False,
) -> Differences:
    """Paired permutation test between all pairs of models, for every type, all types and their mean.

    Approximate randomisation (Noreen 1989; Yeh 2000): if two models are equal, who found what in a paragraph is chance. The
    counts of a paragraph are swapped between the two with probability one half; p is (1 + extremes) / (1 + permutations), an
    extreme being an absolute difference at least as large as the one observed. A figure that is 0/0 counts as 0.

    Parameters
    ----------
    table, units, fixed
        As for :func:`bootstrap`.
    figure
        A name from ``FIGURES``.
    permutations, seed
        Number of permutations; seed of the generator.

    Returns
    -------
    Differences
        Arrays of shape (types + 2, models, models).

    Raises
    ------
    KeyError
        For a figure that is none.
    ValueError
        Where the table does not fit the units.
    """
    columns, index, strata = columns_of(table, units, "collection")
    chosen = [FIGURES[figure]]
    totals, small = columns.sum(axis=1, keepdims=True), narrowed(columns)
    rows, models = index.shape[2] + 1, len(index)
    observed = np.array([evaluate(gather(totals, rows), chosen, fixed)[0, :, 0] for rows in index]).reshape(models, rows)
    value = (np.nan_to_num(observed)[:, None] - np.nan_to_num(observed)[None]).transpose(2, 0, 1)
    extremes = np.zeros_like(value)
    for swapped in swaps(sum(strata), permutations, seed):
        moved = small @ swapped.T
        for a, b in combinations(range(models), 2):
            one, other = exchanged(totals, moved, index[a], index[b])
            difference = evaluate(one, chosen, fixed, marked=False)[0] - evaluate(other, chosen, fixed, marked=False)[0]
            # Within rounding: the mean of several types is not exact.
            extreme = np.abs(difference) >= np.abs(value[:, a, b, None]) - 1e-12
            extremes[:, a, b] += np.count_nonzero(np.broadcast_to(extreme, (rows, len(swapped))), axis=-1)
    first, second = np.triu_indices(models, 1)
    p, corrected = np.ones_like(value), np.ones_like(value)
    p[:, first, second] = p[:, second, first] = (1 + extremes[:, first, second]) / (1 + permutations)
    corrected[:, first, second] = corrected[:, second, first] = holm(p[:, first, second])
    return Differences(value, p, corrected)


def holm(p: ArrayLike) -> Floats:
    """P values corrected by Holm's (1979) step-down method, which holds the family-wise error.

    Parameters
    ----------
    p
        Shape (..., tests); the family is the last axis.

    Returns
    -------
    array of shape (..., tests)
        In the order of `p`, at most 1.
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, axis=-1, kind="stable")
    factors = np.arange(values.shape[-1], 0, -1)
    stepped = np.minimum(np.maximum.accumulate(np.take_along_axis(values, order, axis=-1) * factors, axis=-1), 1)
    corrected = np.empty_like(values)
    np.put_along_axis(corrected, order, stepped, axis=-1)
    return corrected


def ranks(figures: ArrayLike, corrected: ArrayLike, level: float = 0.05) -> list[int]:
    """Ranks with ties, 1 for the best: 1, 1, 3 for two models that share the lead and a third behind them.

    Models are taken from the highest figure down (equal figures in the order given). The first opens a group. Each next one
    shares the group if its corrected p against the model that opened it is at least `level`, else it opens the next group. So
    a group is a run of the ranking, and whoever opens one is told from the best of the group before. Within a group and
    between members of different groups other than the best, nothing is claimed.

    Parameters
    ----------
    figures
        The figure of each model, shape (models,).
    corrected
        Corrected p values of all pairs, shape (models, models).
    level
        Family-wise error of the tests.
    """
    values, p = np.asarray(figures, dtype=float), np.asarray(corrected, dtype=float)
    found = [0] * len(values)
    best = -1
    for place, model in enumerate(map(int, np.argsort(-values, kind="stable")), 1):
        if best < 0 or p[best, model] < level:
            best, found[model] = model, place
        else:
            found[model] = found[best]
    return found


def smallest_difference(error: ArrayLike, level: float = 0.95, power: float = 0.8) -> Floats:
    """The smallest true difference that this gold set can be expected to show: the minimum detectable effect (Bloom 1995).

    A two-sided test at confidence `level` finds a difference of this size with probability `power`:
    (z(1 - (1 - level) / 2) + z(power)) times the standard error of the paired difference, 2.80 errors by default. For one
    comparison; among several, corrected ones, it is larger.

    Parameters
    ----------
    error
        Standard errors (``Intervals.difference_error``), any shape.
    level, power
        Confidence of the test, and the chance that it finds the difference; in (0, 1).

    Returns
    -------
    array of the shape of `error`
        In the unit of the figure; NaN where the error is.
    """
    found: Floats = (NORMAL.inv_cdf((1 + level) / 2) + NORMAL.inv_cdf(power)) * np.asarray(error, dtype=float)
    return found


def intervals_of(
    table: ArrayLike,
    units: Sequence[Unit],
    figure: Callable[[Floats], Floats],
    *,
    method: Method = "bca",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    within: Within = "documents",
) -> Floats:
    """Bootstrap intervals of figures of any kind, of sums over units.

    Parameters
    ----------
    table
        Counts of shape (units, columns).
    units
        Document and paragraph of each row; what is drawn.
    figure
        Figures of sums: from shape (n, columns) to (n, figures), NaN where undefined.
    method, level, resamples, seed, within
        As for :func:`bootstrap`.

    Returns
    -------
    array of shape (figures, 2)
        Ends of the intervals; NaN where the figure is undefined, or there are fewer than two units to draw from.
    """
    columns = np.asarray(table, dtype=float).T
    value = figure(columns.sum(axis=1)[None])[0]
    if len(units) < 2:
        return np.full((len(value), 2), np.nan)
    order, strata = strata_of(units, within)
    columns = columns[:, order]
    small = narrowed(columns)
    replicates = np.concatenate([figure((weights @ small.T).astype(float)) for weights in drawn(strata, resamples, seed)]).T
    bca = method == "bca"
    acceleration = acceleration_of(np.ascontiguousarray(figure(left_out(columns, strata).T).T), strata) if bca else None
    low, high, _ = ends_of(np.ascontiguousarray(replicates), value, acceleration, level)
    found: Floats = np.stack([low, high], axis=-1)
    return found


def resampled_sums(table: ArrayLike, units: Sequence[Unit], resamples: int = RESAMPLES, seed: int = 0) -> Floats:
    """Sums of counts over resampled units: paragraphs drawn with replacement within each article.

    Parameters
    ----------
    table
        Counts of shape (units, columns).
    units
        Document and paragraph of each row; the article is the stratum.
    resamples
        Number of resamples.
    seed
        Seed of the generator.

    Returns
    -------
    array of shape (resamples, columns)
    """
    columns = np.asarray(table, dtype=float).T
    order, strata = strata_of(units, "documents")
    small = narrowed(columns[:, order])
    sums = [weights @ small.T for weights in drawn(strata, resamples, seed)]
    found: Floats = np.concatenate([np.empty((0, len(columns))), *sums])
    return found


def f1_interval(table: ArrayLike, units: Sequence[Unit], level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """Percentile bootstrap interval of the micro-averaged F1 (Efron 1979; Berg-Kirkpatrick et al. 2012 for its use here).

    Parameters
    ----------
    table
        Counts of shape (units, columns).
    units
        Document and paragraph of each row.
    level
        Coverage.
    resamples, seed
        Number of resamples; seed of the generator.

    Returns
    -------
    Interval
        (0, 0) where the figure is undefined.
    """
    whole = np.asarray(table)[None, :, None]
    found = bootstrap(whole, units, ["f1"], method="percentile", level=level, resamples=resamples, seed=seed)
    low, high = np.nan_to_num([found.low[0, 0, 0], found.high[0, 0, 0]])
    return Interval(float(low), float(high))


def f1(sums: ArrayLike) -> Floats:
    """F1 of summed counts; a partial match counts half, 0/0 is 0.

    Parameters
    ----------
    sums
        Shape (n, columns); columns as for :func:`sides`.

    Returns
    -------
    array of shape (n,)
    """
    return f1_of(list(sides(sums).T))


__all__ = [
    "FIGURES",
    "MACRO",
    "OVERALL",
    "RESAMPLES",
    "SIDES",
    "Differences",
    "Floats",
    "Interval",
    "Intervals",
    "Method",
    "Within",
    "bootstrap",
    "f1",
    "f1_interval",
    "holm",
    "intervals_of",
    "permutation_test",
    "ranks",
    "resampled_sums",
    "sides",
    "smallest_difference",
]
