import numpy as np
import pytest

from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED
from benchmark.stats import f1, f1_interval, resampled_sums

UNITS = [("a", n) for n in range(30)] + [("b", n) for n in range(10)]


def table(right, wrong, missed):
    found = np.zeros((len(UNITS), len(COLUMNS)), dtype=np.int64)
    found[:, GOLD] = right + missed
    found[:, PREDICTED] = right + wrong
    found[:, CORRECT_GOLD] = found[:, CORRECT_PREDICTED] = right
    return found


def test_paragraphs_are_drawn_within_their_article():
    marked = np.zeros((len(UNITS), len(COLUMNS)), dtype=np.int64)
    marked[:30, 0] = 1
    marked[30:, 1] = 1
    sums = resampled_sums(marked, UNITS, resamples=50)
    assert (sums[:, 0] == 30).all()
    assert (sums[:, 1] == 10).all()


def test_the_mean_of_resamples_is_the_sum_and_the_seed_decides():
    counts = np.random.default_rng(1).integers(0, 5, size=(len(UNITS), len(COLUMNS)))
    sums = resampled_sums(counts, UNITS, resamples=4000)
    assert sums.mean(axis=0) == pytest.approx(counts.sum(axis=0), rel=0.02)
    assert (resampled_sums(counts, UNITS, 100, seed=7) == resampled_sums(counts, UNITS, 100, seed=7)).all()
    assert (resampled_sums(counts, UNITS, 100, seed=7) != resampled_sums(counts, UNITS, 100, seed=8)).any()


def test_an_interval_is_around_the_figure_and_none_where_nothing_varies():
    same = table(np.full(40, 3), np.full(40, 1), np.full(40, 1))
    assert f1_interval(same, UNITS) == pytest.approx((0.75, 0.75))
    random = np.random.default_rng(2)
    varied = table(random.integers(0, 6, 40), random.integers(0, 3, 40), random.integers(0, 3, 40))
    low, high = f1_interval(varied, UNITS)
    figure = float(f1(varied.sum(axis=0, keepdims=True).astype(float))[0])
    assert low < figure < high
    assert high - low < 0.3


def test_nothing_found_and_nothing_to_find_is_zero():
    assert f1(np.zeros((1, len(COLUMNS))))[0] == 0.0
