"""Uncertainty: bootstrap intervals, paired permutation tests, rankings; from stored counts, by array operations.

The unit that is drawn and swapped is the paragraph, never the mention: the labels of a paragraph depend on each other.
Everything takes a whole table at once, counts of shape (models, units, types, columns). The columns are those of
:mod:`benchmark.metrics.counts`; or ``SIDES``, numerators and denominators of recall and precision, as coreference has
them for each document; or two, a numerator and a denominator. The rows of a table are its types, then all types summed
(``OVERALL``, micro) and the mean of the types (``MACRO``). Random numbers are dealt to units by their names, so that the
order in which units are listed changes nothing, and every model sees the same ones, so that comparisons are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, groupby
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, Unit

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Within = Literal["documents", "collection"]
RESAMPLES = 10_000
SIDES = ("hit_gold", "gold", "hit_predicted", "predicted")  # recall is the first over the second, precision the third over the fourth
OVERALL, MACRO = -2, -1
CELLS = 2_000_000  # weights of units held in memory at once
DRAWN = 50  # resamples drawn at once: few, so that they stay in the cache
TINY = np.finfo(float).tiny


class Interval(NamedTuple):
    """A confidence interval."""

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


def sides(table: ArrayLike) -> Floats:
    """Numerators and denominators (``SIDES``) from counts: shape (..., 4) from (..., 6 or more), (..., 4) or (..., 2).

    A partial match is half. Of more than six columns the first six count.
    """
    counts = np.asarray(table, dtype=float)
    if counts.shape[-1] >= len(COLUMNS):  # further columns are a metric's own
        hit_gold = counts[..., CORRECT_GOLD] + 0.5 * counts[..., PARTIAL_GOLD]
        hit_predicted = counts[..., CORRECT_PREDICTED] + 0.5 * counts[..., PARTIAL_PREDICTED]
        return np.stack([hit_gold, counts[..., GOLD], hit_predicted, counts[..., PREDICTED]], axis=-1)
    if counts.shape[-1] == 2:
        return np.concatenate([counts, counts], axis=-1)
    if counts.shape[-1] != len(SIDES):
        raise ValueError(
            f"{counts.shape[-1]} columns; expected {len(COLUMNS)} or more (counts), {len(SIDES)} (sides) or 2 (numerator, denominator)"
        )
    return counts


class Figure(NamedTuple):
    """How a figure comes from the four sums (``SIDES``): a fraction, and the array that is 0 where the fraction is 0/0."""

    value: Callable[[Sequence[Floats]], Floats]
    base: Callable[[Sequence[Floats]], Floats]


def _divided(over: Floats, under: Floats) -> Floats:
    return over / np.maximum(under, TINY)  # 0/0 is 0


def _f1(sums: Sequence[Floats]) -> Floats:
    hit_gold, gold, hit_predicted, predicted = sums
    if hit_gold is hit_predicted:
        return _divided(2 * hit_gold, gold + predicted)
    # 2PR / (P + R) with both fractions multiplied out: integers up to one division, so equal figures are equal to the last bit.
    return _divided(2 * hit_gold * hit_predicted, hit_predicted * gold + hit_gold * predicted)


_RECALL = Figure(lambda sums: _divided(sums[0], sums[1]), lambda sums: sums[1])
FIGURES = {
    "precision": Figure(lambda sums: _divided(sums[2], sums[3]), lambda sums: sums[3]),
    "recall": _RECALL,
    "f1": Figure(_f1, lambda sums: sums[1] + sums[3]),
    "accuracy": _RECALL,
}


def bootstrap(
    table: ArrayLike,
    units: Sequence[Unit],
    figures: Sequence[str] = ("precision", "recall", "f1"),
    *,
    method: Literal["percentile", "bca"] = "bca",
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
    columns, index, strata = _columns(table, units, within)
    chosen = [FIGURES[name] for name in figures]
    totals, narrowed = columns.sum(axis=1, keepdims=True), _narrowed(columns)
    replicates = np.empty((len(chosen), index.shape[2] + 1, len(index), resamples))
    begin = 0
    for weights in _weights(strata, resamples, seed):
        sums = narrowed @ weights.T
        for model, rows in enumerate(index):
            _evaluate(_gather(sums, rows), chosen, fixed, replicates[:, :, model, begin : begin + len(weights)])
        begin += len(weights)
    value = np.empty(replicates.shape[:3])
    acceleration = np.zeros_like(value)
    without = _left_out(columns, strata) if method == "bca" and len(units) else None
    for model, rows in enumerate(index):
        _evaluate(_gather(totals, rows), chosen, fixed, value[:, :, model, None])
        if without is not None:
            acceleration[:, :, model] = _acceleration(_gather(without, rows), strata, chosen, fixed)
    low, high, told = _ends(replicates, value, None if without is None else acceleration, level)
    errors = _difference_errors(replicates, value)
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
    """
    columns, index, strata = _columns(table, units, "collection")
    chosen = [FIGURES[figure]]
    totals, narrowed = columns.sum(axis=1, keepdims=True), _narrowed(columns)
    rows, models = index.shape[2] + 1, len(index)
    observed = np.array([_evaluate(_gather(totals, rows), chosen, fixed)[0, :, 0] for rows in index]).reshape(models, rows)
    value = (np.nan_to_num(observed)[:, None] - np.nan_to_num(observed)[None]).transpose(2, 0, 1)
    extremes = np.zeros_like(value)
    for swapped in _swaps(sum(strata), permutations, seed):
        moved = narrowed @ swapped.T
        for a, b in combinations(range(models), 2):
            one, other = _exchanged(totals, moved, index[a], index[b])
            difference = _evaluate(one, chosen, fixed, marked=False)[0] - _evaluate(other, chosen, fixed, marked=False)[0]
            # Within rounding: the mean of several types is not exact.
            extreme = np.abs(difference) >= np.abs(value[:, a, b, None]) - 1e-12
            extremes[:, a, b] += np.count_nonzero(np.broadcast_to(extreme, (rows, len(swapped))), axis=-1)
    first, second = np.triu_indices(models, 1)
    p, corrected = np.ones_like(value), np.ones_like(value)
    p[:, first, second] = p[:, second, first] = (1 + extremes[:, first, second]) / (1 + permutations)
    corrected[:, first, second] = corrected[:, second, first] = holm(p[:, first, second])
    return Differences(value, p, corrected)


def holm(p: ArrayLike) -> Floats:
    """P values corrected over the last axis by Holm's (1979) step-down method, which holds the family-wise error."""
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
    """
    found: Floats = (ndtri((1 + level) / 2) + ndtri(power)) * np.asarray(error, dtype=float)
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
    order, strata = _strata(units, "documents")
    narrowed = _narrowed(columns[:, order])
    sums = [weights @ narrowed.T for weights in _weights(strata, resamples, seed)]
    found: Floats = np.concatenate([np.empty((0, len(columns))), *sums])
    return found


def f1_interval(table: ArrayLike, units: Sequence[Unit], level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """Percentile bootstrap interval of the micro-averaged F1 of counts of shape (units, columns).

    Efron 1979; Berg-Kirkpatrick et al. 2012 for its use here. (0, 0) where the figure is undefined.
    """
    whole = np.asarray(table)[None, :, None]
    found = bootstrap(whole, units, ["f1"], method="percentile", level=level, resamples=resamples, seed=seed)
    low, high = np.nan_to_num([found.low[0, 0, 0], found.high[0, 0, 0]])
    return Interval(float(low), float(high))


def f1(sums: ArrayLike) -> Floats:
    """F1 of each row of summed counts, shape (n, columns); a partial match counts half, 0/0 is 0."""
    return _f1(list(sides(sums).T))


def _columns(table: ArrayLike, units: Sequence[Unit], within: Within) -> tuple[Floats, NDArray[np.int64], list[int]]:
    """The counts as different columns, which of them are each model's, and the sizes of the strata.

    Gold counts are the same for all models, and hits often the same on both sides: nothing is summed twice.

    Returns
    -------
    columns of shape (n, units), units of a stratum together; index of shape (models, 4, types + 1), last all types summed; sizes
    """
    counts = np.asarray(table)
    if counts.ndim != 4 or counts.shape[1] != len(units):
        raise ValueError(f"counts of shape {counts.shape} for {len(units)} units; expected (models, units, types, columns)")
    order, strata = _strata(units, within)
    if not np.array_equal(order, np.arange(len(order))):
        counts = counts[:, order]
    numbers: dict[bytes, int] = {}
    kept: list[Floats] = []
    models, _, types, _ = counts.shape
    index = np.empty((models, len(SIDES), types + 1), dtype=np.int64)
    for model in range(models):
        flat = sides(counts[model]).transpose(2, 1, 0)
        flat = np.concatenate([flat, flat.sum(axis=1, keepdims=True)], axis=1)
        for place in np.ndindex(flat.shape[:2]):
            number = index[(model, *place)] = numbers.setdefault(flat[place].tobytes(), len(numbers))
            if number == len(kept):
                kept.append(flat[place])
    return np.array(kept).reshape(len(kept), len(units)), index, strata


def _strata(units: Sequence[Unit], within: Within) -> tuple[NDArray[np.int64], list[int]]:
    """Order of the units and sizes of the strata in it, ascending."""
    sizes: dict[str, int] = {}
    for document, _ in units:
        sizes[document] = sizes.get(document, 0) + 1
    order = sorted(range(len(units)), key=lambda n: (sizes[units[n][0]], units[n]))
    return np.array(order, dtype=np.int64), sorted(sizes.values()) if within == "documents" else [len(units)][: len(units)]


def _distinct(counts: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Different columns of shape (units, n), and which of them are each model's, of shape (models, 4, types).

    Gold counts are the same for all models, and hits often the same on either side: nothing is summed twice.
    """
    models, units, types, _ = counts.shape
    flat = np.ascontiguousarray(counts.transpose(0, 3, 2, 1).reshape(-1, units))
    numbers: dict[bytes, int] = {}
    index = np.array([numbers.setdefault(row.tobytes(), len(numbers)) for row in flat], dtype=np.int64)
    first = np.unique(index, return_index=True)[1]
    return np.ascontiguousarray(flat[first].T), index.reshape(models, len(SIDES), types)


def _block(units: int) -> int:
    return max(1, min(1000, CELLS // max(1, units)))


def _weights(strata: Sequence[int], resamples: int, seed: int) -> Iterator[Singles]:
    """How often each unit is drawn, in blocks of shape (some resamples, units): one multinomial a stratum."""
    generator = np.random.default_rng(seed)
    units = sum(strata)
    runs = [(size, len(list(group))) for size, group in groupby(strata)]  # strata of equal size are drawn together
    for rows in _blocks(units, resamples):
        weights = np.empty((rows, units), dtype=np.float32)
        for begin in range(0, rows, DRAWN):
            part = weights[begin : begin + DRAWN]
            drawn, offset = np.empty(part.shape, dtype=np.int64), 0
            for size, number in runs:
                run = drawn[:, offset : offset + size * number].reshape(len(part), number, size)  # a view
                starts = offset + size * np.arange(number)[:, None]
                np.add(generator.integers(size, size=run.shape), starts, out=run)
                offset += size * number
            for row, places in zip(part, drawn, strict=True):
                row[:] = np.bincount(places, minlength=units)
        yield weights


def _swaps(units: int, permutations: int, seed: int) -> Iterator[Singles]:
    """Which units are swapped (1) and which not (0), in blocks of shape (some permutations, units)."""
    generator = np.random.default_rng(seed)
    for rows in _blocks(units, permutations):
        bits = generator.integers(256, size=(rows, -(-units // 8)), dtype=np.uint8)
        yield np.unpackbits(bits, axis=1, count=units).astype(np.float32)


def _blocks(units: int, rows: int) -> Iterator[int]:
    size = max(1, min(1000, CELLS // max(1, units)))
    for begin in range(0, rows, size):
        yield min(size, rows - begin)


def _narrowed(columns: Floats) -> NDArray[Any]:
    """The columns in single precision where all their weighted sums are exact in it (halves of integers below 2^23)."""
    exact = columns.shape[1] * np.abs(columns).max(initial=0) < 2**23 and (columns * 2 == np.rint(columns * 2)).all()
    return columns.astype(np.float32) if exact else columns


def _gather(sums: NDArray[Any], index: NDArray[np.int64]) -> list[Floats]:
    """One model's sides, each of shape (types + 1, n); one and the same array where the hits of both sides are."""
    same = (index[0] == index[2]).all()
    found = [sums[side].astype(float) for side in (index[[0, 1, 3]] if same else index)]
    return [found[0], found[1], found[0], found[2]] if same else found


def _exchanged(totals: Floats, moved: NDArray[Any], a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[list[Floats], list[Floats]]:
    """Sums of two models after the counts of some units, which add up to `moved`, have changed hands."""
    one: list[Floats] = []
    other: list[Floats] = []
    for side in range(len(SIDES)):
        if side == 2 and (a[0] == a[2]).all() and (b[0] == b[2]).all():
            one.append(one[0])
            other.append(other[0])
        elif (a[side] == b[side]).all():
            one.append(totals[a[side]])
            other.append(totals[b[side]])
        else:
            difference = moved[b[side]] - moved[a[side]]
            one.append(totals[a[side]] + difference)
            other.append(totals[b[side]] - difference)
    return one, other


def _evaluate(sums: Sequence[Floats], chosen: Sequence[Figure], fixed: bool, out: Floats | None = None, marked: bool = True) -> Floats:
    """Figures of each type and all types summed, and the mean of the types: shape (figures, types + 2, n) from four of (types + 1, n).

    0/0 is NaN if `marked`, else 0; in the mean it is 0.
    """
    types, size = len(sums[0]) - 1, max(side.shape[1] for side in sums)
    found = np.empty((len(chosen), types + 2, size)) if out is None else out
    counted = np.ones((types, 1)) if fixed else (sums[1][:-1] > 0).astype(float)
    number = counted.sum(axis=0)
    every = number.min(initial=types) == types > 0
    for figure, (value, base) in zip(found, chosen, strict=True):
        figure[:-1] = value(sums)
        summed = figure[:types].sum(axis=0) if every else (figure[:types] * counted).sum(axis=0)
        figure[MACRO] = summed / np.maximum(number, 1)
        if marked and not (under := base(sums)).all():
            figure[:-1][np.broadcast_to(under == 0, figure[:-1].shape)] = np.nan
        if marked and not number.all():
            figure[MACRO][np.broadcast_to(number == 0, (size,))] = np.nan
    return found


def _left_out(columns: Floats, strata: Sequence[int]) -> Floats:
    """Sums of the columns without each unit in turn; the rest of its stratum then stands for all of it."""
    starts = np.cumsum([0, *strata[:-1]])
    size = np.repeat(strata, strata)
    others = np.repeat(np.add.reduceat(columns, starts, axis=1), strata, axis=1) - size * columns
    left: Floats = columns.sum(axis=1, keepdims=True) + others / np.maximum(size - 1, 1)
    return left


def _acceleration(without: Sequence[Floats], strata: Sequence[int], chosen: Sequence[Figure], fixed: bool) -> Floats:
    """Acceleration of one model's figures, of shape (figures, types + 2), from the sums without each unit."""
    starts = np.cumsum([0, *strata[:-1]])
    found = _evaluate(without, chosen, fixed)
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


def _ends(replicates: Floats, value: Floats, acceleration: Floats | None, level: float) -> tuple[Floats, Floats, Floats]:
    """Ends of the intervals and the share of resamples that tell, from resampled figures of shape (..., resamples).

    BCa (`acceleration` given) corrects the ranks of the ends in the sorted resamples as Efron (1987) does.
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
            bias = ndtri(np.clip(below / number, 0.5 / number, 1 - 0.5 / number))
            shifted = bias + ndtri(ranks)
            ranks = ndtr(bias + shifted / np.maximum(1 - acceleration[place] * shifted, 1e-12))
        at = ranks * (number - 1)
        low = np.array(at, dtype=np.int64)
        high = np.minimum(low + 1, number - 1)
        ends[(slice(None), *place)] = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    return ends[0], ends[1], told


def _difference_errors(replicates: Floats, value: Floats) -> Floats:
    """Standard errors of all paired differences over the resamples in which both figures are defined.

    From shape (figures, rows, models, resamples) to (figures, rows, models, models).
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
