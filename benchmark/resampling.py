"""Resampling by array operations: units drawn or swapped, sums over them, figures of the sums.

The machinery of :mod:`benchmark.stats`. Nothing is summed twice: equal columns, such as the gold counts that all models share,
are one column of the product of weights and counts.

Throughout, `units` are (document, paragraph); `columns` an array of shape (n, units) of what is summed; `strata` the numbers of units that
are drawn together, in the order of the columns; `within` says what a stratum is, each document or the whole ``collection``; `resamples`,
`permutations` and `seed` are how many draws there are, and the seed of their generator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, Unit

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Within = Literal["documents", "collection"]
SIDES = ("hit_gold", "gold", "hit_predicted", "predicted")  # recall is the first over the second, precision the third over the fourth
OVERALL, MACRO = -2, -1
CELLS = 2_000_000  # weights of units held in memory at once
KEPT = 8_000_000  # of them that are kept for the next metric: those of 10,000 resamples of 800 paragraphs, 32 MB
DRAWN = 50  # resamples drawn at once: few, so that they stay in the cache
TINY = np.finfo(float).tiny


def sides(table: ArrayLike) -> Floats:
    """Numerators and denominators of recall and precision from counts. A partial match is half.

    Parameters
    ----------
    table
        Counts of shape (..., 6 or more), of which the first six (:data:`benchmark.metrics.counts.COLUMNS`) count; of shape (..., 4),
        taken as they are; or of shape (..., 2), numerator and denominator, taken for both sides.

    Returns
    -------
    array of shape (..., 4)
        In the order of ``SIDES``.

    Raises
    ------
    ValueError
        For any other number of columns.
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


def f1_of(sums: Sequence[Floats]) -> Floats:
    """F1 of the four sums (``SIDES``), arrays of one shape, in that shape; 0/0 is 0."""
    hit_gold, gold, hit_predicted, predicted = sums
    if hit_gold is hit_predicted:
        return _divided(2 * hit_gold, gold + predicted)
    # 2PR / (P + R) with both fractions multiplied out: integers up to one division, so equal figures are equal to the last bit.
    return _divided(2 * hit_gold * hit_predicted, hit_predicted * gold + hit_gold * predicted)


_RECALL = Figure(lambda sums: _divided(sums[0], sums[1]), lambda sums: sums[1])
FIGURES = {
    "precision": Figure(lambda sums: _divided(sums[2], sums[3]), lambda sums: sums[3]),
    "recall": _RECALL,
    "f1": Figure(f1_of, lambda sums: sums[1] + sums[3]),
    "accuracy": _RECALL,
}


def columns_of(table: ArrayLike, units: Sequence[Unit], within: Within) -> tuple[Floats, NDArray[np.int64], list[int]]:
    """The counts as different columns, which of them are each model's, and the sizes of the strata.

    Gold counts are the same for all models, and hits often the same on both sides: nothing is summed twice.

    Parameters
    ----------
    table
        Counts of shape (models, units, types, columns); columns as for :func:`sides`.
    units
        Document and paragraph of each unit.
    within
        ``documents``: each document is a stratum; ``collection``: all units are one.

    Returns
    -------
    columns
        Shape (n, units); n different columns, units in the order of :func:`strata_of`.
    index
        Shape (models, 4, types + 1): rows of `columns`; the last type is all types summed.
    sizes
        Units in each stratum, in the order of the units.

    Raises
    ------
    ValueError
        Where the table has not four axes, or not one row for each unit.
    """
    counts = np.asarray(table)
    if counts.ndim != 4 or counts.shape[1] != len(units):
        raise ValueError(f"counts of shape {counts.shape} for {len(units)} units; expected (models, units, types, columns)")
    order, strata = strata_of(units, within)
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


def strata_of(units: Sequence[Unit], within: Within) -> tuple[NDArray[np.int64], list[int]]:
    """The order in which units are dealt random numbers, by size of their document, then by name; and what they are drawn within.

    Returns
    -------
    order
        Shape (units,): indices into `units`; the units of a document stand together.
    sizes
        The strata, ascending.
    """
    sizes: dict[str, int] = {}
    for document, _ in units:
        sizes[document] = sizes.get(document, 0) + 1
    order = sorted(range(len(units)), key=lambda n: (sizes[units[n][0]], units[n]))
    return np.array(order, dtype=np.int64), sorted(sizes.values()) if within == "documents" else [len(units)][: len(units)]


def drawn(strata: Sequence[int], resamples: int, seed: int) -> Iterable[Singles]:
    """How often each unit is drawn with replacement: one multinomial a stratum.

    Several metrics of the same units are drawn for alike: the last draws are kept, where they are not too large.

    Returns
    -------
    iterable of arrays of shape (some resamples, units)
        Blocks of weights in single precision, not to be written to. Within each stratum a row sums to the stratum's size.
    """
    small = sum(strata) * resamples <= KEPT
    return _kept_draws(tuple(strata), resamples, seed) if small else _draws(tuple(strata), resamples, seed)


@lru_cache(maxsize=2)
def _kept_draws(strata: tuple[int, ...], resamples: int, seed: int) -> list[Singles]:
    kept = list(_draws(strata, resamples, seed))
    for weights in kept:
        weights.flags.writeable = False
    return kept


def _draws(strata: tuple[int, ...], resamples: int, seed: int) -> Iterator[Singles]:
    generator = np.random.default_rng(seed)
    units = sum(strata)
    runs = [(size, len(list(group))) for size, group in groupby(strata)]  # strata of equal size are drawn together
    for rows in _blocks(units, resamples):
        weights = np.empty((rows, units), dtype=np.float32)
        for begin in range(0, rows, DRAWN):
            part = weights[begin : begin + DRAWN]
            picked, offset = np.empty(part.shape, dtype=np.int64), 0
            for size, number in runs:
                run = picked[:, offset : offset + size * number].reshape(len(part), number, size)  # a view
                starts = offset + size * np.arange(number)[:, None]
                np.add(generator.integers(size, size=run.shape), starts, out=run)
                offset += size * number
            for row, places in zip(part, picked, strict=True):
                row[:] = np.bincount(places, minlength=units)
        yield weights


def swaps(units: int, permutations: int, seed: int) -> Iterator[Singles]:
    """Which units are swapped (1) and which not (0), each with probability one half.

    Yields
    ------
    array of shape (some permutations, units)
        In single precision.
    """
    generator = np.random.default_rng(seed)
    for rows in _blocks(units, permutations):
        bits = generator.integers(256, size=(rows, -(-units // 8)), dtype=np.uint8)
        yield np.unpackbits(bits, axis=1, count=units).astype(np.float32)


def _blocks(units: int, rows: int) -> Iterator[int]:
    size = max(1, min(1000, CELLS // max(1, units)))
    for begin in range(0, rows, size):
        yield min(size, rows - begin)


def narrowed(columns: Floats) -> NDArray[Any]:
    """The columns in single precision where all their weighted sums are exact in it (halves of integers below 2^23), else as they are."""
    exact = columns.shape[1] * np.abs(columns).max(initial=0) < 2**23 and (columns * 2 == np.rint(columns * 2)).all()
    return columns.astype(np.float32) if exact else columns


def gather(sums: NDArray[Any], index: NDArray[np.int64]) -> list[Floats]:
    """One model's sides from sums of the columns, of shape (columns, n), by its part of the index, of shape (4, types + 1).

    Returns
    -------
    list of four arrays of shape (types + 1, n)
        In the order of ``SIDES``; the first and the third are one and the same array where the hits of both sides are.
    """
    same = (index[0] == index[2]).all()
    found = [sums[side].astype(float) for side in (index[[0, 1, 3]] if same else index)]
    return [found[0], found[1], found[0], found[2]] if same else found


def exchanged(totals: Floats, moved: NDArray[Any], a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[list[Floats], list[Floats]]:
    """Sums of two models after the counts of some units have changed hands.

    Parameters
    ----------
    totals
        Sums of the columns over all units, shape (columns, 1).
    moved
        Their sums over the units that change hands, shape (columns, n).
    a, b
        The rows of the columns that are each model's, shape (4, types + 1).

    Returns
    -------
    one, other
        Four sums each, in the order of ``SIDES``, of shape (types + 1, n), or (types + 1, 1) where the models do not differ.
    """
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


def evaluate(sums: Sequence[Floats], chosen: Sequence[Figure], fixed: bool, out: Floats | None = None, marked: bool = True) -> Floats:
    """Figures of each type, of all types summed, and the mean of the types.

    Parameters
    ----------
    sums
        Four arrays of shape (types + 1, n or 1), in the order of ``SIDES``; the last row is all types summed.
    chosen
        The figures.
    fixed
        True: the mean is over all types. False: over those with gold labels, in each of the n columns.
    out
        Array of the returned shape to write into.
    marked
        Whether 0/0 is NaN; else it is 0. In the mean it is 0 in any case, and the mean is NaN only where no type counts.

    Returns
    -------
    array of shape (figures, types + 2, n)
        Rows are the types, then ``OVERALL``, then ``MACRO``.
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
