"""Uncertainty: intervals by resampling paragraphs, from stored counts, by array operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, Unit

Floats = NDArray[np.float64]
RESAMPLES = 10_000
BLOCK = 500  # resamples held in memory at once


class Interval(NamedTuple):
    """A percentile interval."""

    low: float
    high: float


def resampled_sums(table: NDArray[np.int64], units: Sequence[Unit], resamples: int = RESAMPLES, seed: int = 0) -> Floats:
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
    generator = np.random.default_rng(seed)
    documents = np.unique([document for document, _ in units], return_inverse=True)[1]
    strata = [np.flatnonzero(documents == n) for n in range(documents.max() + 1)] if len(units) else []
    sums = np.zeros((resamples, table.shape[1]))
    for begin in range(0, resamples, BLOCK):
        size = min(BLOCK, resamples - begin)
        for rows in strata:
            weights = generator.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=size)
            sums[begin : begin + size] += weights @ table[rows]
    return sums


def f1_interval(
    table: NDArray[np.int64], units: Sequence[Unit], level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Percentile bootstrap interval of the micro-averaged F1 (Efron 1979; Berg-Kirkpatrick et al. 2012 for its use here).

    Resamples in which there is nothing to find and nothing found tell nothing and are left out.
    """
    sums = resampled_sums(table, units, resamples, seed)
    told = sums[(sums[:, GOLD] + sums[:, PREDICTED]) > 0]
    if not len(told):
        return Interval(0.0, 0.0)
    low, high = np.quantile(f1(told), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def f1(sums: Floats) -> Floats:
    """F1 of each row of summed counts; a partial match counts half, 0/0 is 0."""
    hit_predicted = sums[:, CORRECT_PREDICTED] + 0.5 * sums[:, PARTIAL_PREDICTED]
    hit_gold = sums[:, CORRECT_GOLD] + 0.5 * sums[:, PARTIAL_GOLD]
    precision = np.divide(hit_predicted, sums[:, PREDICTED], out=np.zeros(len(sums)), where=sums[:, PREDICTED] > 0)
    recall = np.divide(hit_gold, sums[:, GOLD], out=np.zeros(len(sums)), where=sums[:, GOLD] > 0)
    both = precision + recall
    harmonic: Floats = np.divide(2 * precision * recall, both, out=np.zeros(len(sums)), where=both > 0)
    return harmonic
