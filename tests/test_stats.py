import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from benchmark import resampling
from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, figures
from benchmark.resampling import strata_of
from benchmark.stats import (
    FIGURES,
    MACRO,
    OVERALL,
    bootstrap,
    f1,
    f1_interval,
    holm,
    permutation_test,
    ranks,
    resampled_sums,
    sides,
    smallest_difference,
)

UNITS = [("a", n) for n in range(30)] + [("b", n) for n in range(10)]
NAMES = ("precision", "recall", "f1")


def table(right, wrong, missed):
    found = np.zeros((len(UNITS), len(COLUMNS)), dtype=np.int64)
    found[:, GOLD] = right + missed
    found[:, PREDICTED] = right + wrong
    found[:, CORRECT_GOLD] = found[:, CORRECT_PREDICTED] = right
    return found


def drawn(models=3, units=40, types=4, seed=0, better=0.1, partial=True):
    """Random counts of shape (models, units, types, columns), each model better than the one before."""
    generator = np.random.default_rng(seed)
    found = np.zeros((models, units, types, len(COLUMNS)), dtype=np.int64)
    gold = generator.poisson(0.6, (units, types))
    for model, part in enumerate(found):
        right = generator.binomial(gold, min(1, 0.5 + better * model))
        wrong = generator.poisson(0.3, (units, types))
        part[..., GOLD], part[..., PREDICTED] = gold, right + wrong
        part[..., CORRECT_GOLD] = part[..., CORRECT_PREDICTED] = right
        if partial:
            half = np.minimum(gold - right, wrong)
            part[..., PARTIAL_GOLD] = part[..., PARTIAL_PREDICTED] = generator.binomial(half, 0.5)
    return found


def figure_of(cell, name):
    """The figure of one row of counts as the tables show it, None where it is undefined."""
    found = figures(cell)
    return None if name in found.get("undefined", []) else found[name]


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


def test_weights_are_multinomial():
    weights = np.concatenate(list(resampling.drawn([1, 3, 3, 8], 20_000, seed=0)))
    assert (weights[:, 0] == 1).all()
    for low, high in ((1, 4), (4, 7), (7, 15)):
        part, size = weights[:, low:high], high - low
        assert (part.sum(axis=1) == size).all()
        covariance = np.cov(part.T)
        assert np.diag(covariance) == pytest.approx(np.full(size, 1 - 1 / size), abs=0.05)
        assert covariance[0, 1] == pytest.approx(-1 / size, abs=0.05)
    assert abs(np.corrcoef(weights[:, 1], weights[:, 4])[0, 1]) < 0.03


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
    assert f1_interval(np.zeros((len(UNITS), len(COLUMNS))), UNITS) == (0.0, 0.0)


@pytest.mark.parametrize("partial", [False, True])
def test_percentile_intervals_are_those_of_a_plain_loop(partial):
    counts = drawn(partial=partial)
    found = bootstrap(counts, UNITS, NAMES, method="percentile", resamples=100, seed=3)
    order, strata = strata_of(UNITS, "documents")
    weights = np.concatenate(list(resampling.drawn(strata, 100, seed=3)))
    models, _, types, _ = counts.shape
    for model in range(models):
        for row in [*range(types), OVERALL, MACRO]:
            for n, name in enumerate(NAMES):
                values = []
                for weight in weights:
                    sums = sum(w * counts[model, unit] for w, unit in zip(weight, order, strict=True))
                    if row == MACRO:
                        present = [figure_of(cell, name) or 0 for cell in sums if cell[GOLD]]
                        values.append(sum(present) / len(present))
                    else:
                        values.append(figure_of(sums.sum(axis=0) if row == OVERALL else sums[row], name))
                told = [value for value in values if value is not None]
                assert found.told[n, model, row] == pytest.approx(len(told) / 100)
                expected = np.quantile(told, [0.025, 0.975])
                assert [found.low[n, model, row], found.high[n, model, row]] == pytest.approx(expected, abs=1e-12)


def test_figures_are_those_of_the_tables():
    counts = drawn(seed=5)
    found = bootstrap(counts, UNITS, NAMES, resamples=20)
    for n, name in enumerate(NAMES):
        for model in range(3):
            assert found.value[n, model, OVERALL] == pytest.approx(figures(counts[model].sum(axis=(0, 1)))[name], abs=1e-14)
            assert found.value[n, model, 0] == pytest.approx(figures(counts[model, :, 0].sum(axis=0))[name], abs=1e-14)


def test_bca_equals_scipy_on_a_ratio_and_on_strata():
    generator = np.random.default_rng(4)
    numerator = generator.poisson(1.0, 60).astype(float)
    pairs = np.stack([numerator, numerator + generator.poisson(0.5, 60) + 1], axis=1)

    def ratio(x, y, axis=-1):
        return x.sum(axis=axis) / y.sum(axis=axis)

    ours = bootstrap(pairs[None, :, None], [("a", n) for n in range(60)], ["accuracy"], resamples=40_000)
    theirs = scipy_stats.bootstrap(
        (pairs[:, 0], pairs[:, 1]), ratio, paired=True, n_resamples=40_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    width = theirs.high - theirs.low
    assert (ours.low[0, 0, OVERALL], ours.high[0, 0, OVERALL]) == pytest.approx(tuple(theirs), abs=0.02 * width)

    # Two strata as two independent samples; the denominators are constant, so that the figure is a mean.
    skewed = generator.exponential(1.0, 40)
    units = [("a", n) for n in range(25)] + [("b", n) for n in range(15)]
    ours = bootstrap(np.stack([skewed, np.full(40, 9.0)], axis=1)[None, :, None], units, ["accuracy"], resamples=40_000)
    theirs = scipy_stats.bootstrap(
        (skewed[:25], skewed[25:]),
        lambda a, b, axis=-1: (25 * a.mean(axis=axis) + 15 * b.mean(axis=axis)) / 360,
        n_resamples=40_000,
        method="BCa",
        rng=np.random.default_rng(1),
    ).confidence_interval
    width = theirs.high - theirs.low
    assert (ours.low[0, 0, OVERALL], ours.high[0, 0, OVERALL]) == pytest.approx(tuple(theirs), abs=0.02 * width)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_nothing_varies_nothing_occurs_one_paragraph_none(method):
    same = np.tile(drawn(models=1, units=1, seed=1), (1, 12, 1, 1))
    found = bootstrap(same, [("a", n) for n in range(12)], NAMES, method=method, resamples=200)
    defined = ~np.isnan(found.value)
    assert np.allclose(found.low[defined], found.value[defined])
    assert np.allclose(found.high[defined], found.value[defined])
    assert found.difference_error[2, OVERALL, 0, 0] == pytest.approx(0, abs=1e-12)

    rare = drawn(models=1)
    rare[:, :, 0] = 0  # a type that never occurs
    rare[:, 1:, 1] = 0  # a type in one paragraph alone
    rare[:, 0, 1] = 2
    found = bootstrap(rare, UNITS, NAMES, method=method, resamples=2000)
    assert np.isnan(found.value[:, 0, 0]).all()
    assert np.isnan(found.low[:, 0, 0]).all()
    assert (found.told[:, 0, 0] == 0).all()
    assert found.told[2, 0, 1] == pytest.approx(1 - (1 - 1 / 30) ** 30, abs=0.04)
    assert (found.low[2, 0, 1], found.high[2, 0, 1]) == pytest.approx((found.value[2, 0, 1],) * 2)
    assert np.isfinite(found.low[:, :, 1:]).all()

    one = bootstrap(drawn(units=1, seed=1), [("a", 0)], NAMES, method=method, resamples=50)
    assert np.allclose(one.low, one.value, equal_nan=True)
    assert np.allclose(one.high, one.value, equal_nan=True)

    none = bootstrap(drawn(units=0), [], NAMES, method=method, resamples=50)
    assert np.isnan(none.value).all()
    assert np.isnan(none.low).all()
    assert (permutation_test(drawn(units=0), []).p == 1).all()


def test_coreference_from_documents():
    """Sums of fractions per document; documents are drawn from the collection; the CoNLL mean is over three metrics whatever they hold."""
    generator = np.random.default_rng(0)
    whole = generator.integers(1, 9, (2, 25, 3, 2)).astype(float)
    parts = whole * generator.random((2, 25, 3, 2))
    counts = np.stack([parts[..., 0], whole[..., 0], parts[..., 1], whole[..., 1]], axis=-1)
    counts[:, :, 0, :2] = 0  # MUC: no gold links
    units = [(f"d{n}", 0) for n in range(25)]
    found = bootstrap(counts, units, ["f1"], within="collection", fixed=True, resamples=500)
    assert (found.value[0, :, 0] == 0).all()
    assert found.value[0, :, MACRO] == pytest.approx(found.value[0, :, :3].sum(axis=-1) / 3)
    assert (found.low[0, :, MACRO] < found.value[0, :, MACRO]).all()
    assert (found.value[0, :, MACRO] < found.high[0, :, MACRO]).all()
    still = bootstrap(counts, units, ["f1"], within="documents", fixed=True, resamples=50)
    assert np.allclose(still.low, still.high, equal_nan=True)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "least"), [("percentile", 0.915), ("bca", 0.92)])
def test_intervals_cover_the_truth(method, least):
    """Of 1,500 samples as the models of one table: nearly 95 % of the intervals hold the true figure (a little fewer for 80 paragraphs)."""
    generator = np.random.default_rng(8)
    samples, units = 1500, 80
    size = generator.poisson(2.0, (samples, units)) + 1
    counts = np.stack([generator.binomial(size, generator.beta(6, 2, (samples, units))), size], axis=-1)[:, :, None]
    found = bootstrap(counts, [("a", n) for n in range(units)], ["accuracy"], method=method, resamples=2000)
    covered = ((found.low[0, :, OVERALL] <= 0.75) & (found.high[0, :, OVERALL] >= 0.75)).mean()
    assert least < covered < 0.965


def test_difference_errors_are_those_of_paired_resamples():
    counts = drawn(models=3, types=1, partial=False)
    found = bootstrap(counts, UNITS, ["f1"], resamples=500, seed=2)
    values = np.stack([f1(resampled_sums(part[:, 0], UNITS, 500, seed=2)) for part in counts])
    for a in range(3):
        for b in range(3):
            assert found.difference_error[0, OVERALL, a, b] == pytest.approx((values[a] - values[b]).std(ddof=1), abs=1e-9)


def test_the_smallest_difference_is_found_as_often_as_it_says():
    assert smallest_difference(1.0) == pytest.approx(2.8016, abs=1e-4)
    effect = float(smallest_difference(1.0, level=0.9, power=0.6))
    observed = np.random.default_rng(0).normal(effect, 1, 200_000)
    assert (np.abs(observed) > scipy_stats.norm.ppf(0.95)).mean() == pytest.approx(0.6, abs=0.01)


def test_equal_models_have_p_1_and_a_real_difference_a_small_one():
    counts = drawn(models=3, units=200, better=0.15)
    counts = np.concatenate([counts, counts[:1]])
    units = [("a", n) for n in range(200)]
    found = permutation_test(counts, units, permutations=999)
    assert (found.p[:, 0, 3] == 1).all()
    assert found.value[OVERALL, 0, 3] == 0
    assert found.p[OVERALL, 0, 2] == pytest.approx(1 / 1000)
    assert found.value[OVERALL, 2, 0] > 0.1
    assert (found.p == found.p.transpose(0, 2, 1)).all()
    assert (found.corrected >= found.p).all()


def test_p_is_that_of_a_plain_loop_over_all_swaps():
    counts = drawn(models=2, units=8, types=2, seed=3)
    units = [("a", n) for n in range(8)]
    found = permutation_test(counts, units, permutations=40_000)

    def difference(part):
        return figures(part[0].sum(axis=(0, 1)))["f1"] - figures(part[1].sum(axis=(0, 1)))["f1"]

    observed, extremes = difference(counts), 0
    for number in range(2**8):
        swapped = counts.copy()
        chosen = [unit for unit in range(8) if number >> unit & 1]
        swapped[:, chosen] = counts[::-1][:, chosen]
        extremes += abs(difference(swapped)) >= abs(observed) - 1e-12
    assert found.value[OVERALL, 0, 1] == pytest.approx(observed)
    assert found.p[OVERALL, 0, 1] == pytest.approx(extremes / 2**8, abs=0.01)


def test_p_is_uniform_where_models_are_equally_good():
    generator = np.random.default_rng(6)
    size = np.full((400, 60), 3)
    counts = np.stack([generator.binomial(size, 0.6), size], axis=-1)[:, :, None]
    units = [("a", n) for n in range(60)]
    p = [permutation_test(counts[n : n + 2], units, "accuracy", permutations=199, seed=n).p[OVERALL, 0, 1] for n in range(0, 400, 2)]
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.045)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=0.11)


def test_holm_on_a_known_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.6]) == pytest.approx([1, 1])
    assert holm(np.zeros((2, 0))).shape == (2, 0)


def test_holm_equals_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest", reason="statsmodels is not installed")
    generator = np.random.default_rng(0)
    for size in range(1, 12):
        p = np.round(generator.random(size) ** 3, 2)  # with ties
        assert holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1], abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_none_and_bonferroni(p):
    corrected = holm(p)
    assert (corrected >= np.array(p)).all()
    assert (corrected <= np.minimum(1, len(p) * np.array(p)) + 1e-12).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= 0).all()


def test_ranks_share_what_cannot_be_told_apart():
    p = np.ones((4, 4))
    for a, b, value in ((0, 1, 0.2), (0, 2, 0.01), (0, 3, 0.3), (1, 2, 0.5), (1, 3, 0.9), (2, 3, 0.4)):
        p[a, b] = p[b, a] = value
    # 0 opens the first group and 1 shares it; 2 is told from 0; 3 is not, but stands behind 2, whose group it shares.
    assert ranks([0.9, 0.8, 0.7, 0.6], p) == [1, 1, 3, 3]
    assert ranks([0.6, 0.7, 0.8, 0.9], p[::-1, ::-1]) == [3, 3, 1, 1]
    assert ranks([0.5, 0.5], np.ones((2, 2))) == [1, 1]
    assert ranks([], np.ones((0, 0))) == []
    assert ranks([0.1, 0.3, 0.2], np.zeros((3, 3))) == [3, 1, 2]


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="40 units"):
        bootstrap(np.zeros((1, 39, 1, 6)), UNITS)
    with pytest.raises(ValueError, match="3 columns"):
        sides(np.zeros((1, 3)))
    assert sides(np.array([1, 2])).tolist() == [1, 2, 1, 2]
    assert set(NAMES) < set(FIGURES)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(12)), st.integers(0, 1000))
def test_the_order_of_units_and_models_does_not_matter(order, seed):
    counts = drawn(units=12, types=2, seed=seed)
    units = [(f"d{n % 3}", n // 3) for n in range(12)]
    shuffled = [units[n] for n in order]
    for run in (lambda c, u: bootstrap(c, u, resamples=40), lambda c, u: permutation_test(c, u, permutations=40)):
        for one, other in zip(run(counts, units), run(counts[:, order], shuffled), strict=True):
            assert np.allclose(one, other, equal_nan=True, atol=1e-12)
    reverse = bootstrap(counts[::-1], units, resamples=40)
    assert np.array_equal(reverse.low[:, ::-1], bootstrap(counts, units, resamples=40).low, equal_nan=True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000))
def test_laws(seed):
    counts = drawn(units=12, types=2, seed=seed, models=2)
    units = [(f"d{n % 3}", n // 3) for n in range(12)]
    found = bootstrap(counts, units, NAMES, resamples=60)
    told = ~np.isnan(found.value)
    assert (found.low[told] <= found.high[told]).all()
    assert (found.low[told] >= 0).all()
    assert (found.high[told] <= 1 + 1e-12).all()
    # All counts twice: ratios stay, and with them intervals and tests.
    for one, other in zip(found, bootstrap(2 * counts, units, NAMES, resamples=60), strict=True):
        assert np.allclose(one, other, equal_nan=True, atol=1e-9)
    assert np.array_equal(permutation_test(counts, units, permutations=50).p, permutation_test(2 * counts, units, permutations=50).p)
    # A paragraph with nothing in it, an article of its own: always drawn once, changes nothing.
    more = np.concatenate([np.zeros_like(counts[:, :1]), counts], axis=1)
    assert np.allclose(found.value, bootstrap(more, [("z", 0), *units], NAMES, resamples=60).value, equal_nan=True)
    # Gold and prediction exchanged: precision and recall change places.
    swapped = counts[..., [PREDICTED, GOLD, CORRECT_PREDICTED, CORRECT_GOLD, PARTIAL_PREDICTED, PARTIAL_GOLD]]
    other = bootstrap(swapped, units, NAMES, resamples=60)
    for row in (0, 1, OVERALL):
        assert np.allclose(found.low[[1, 0, 2], :, row], other.low[:, :, row], equal_nan=True, atol=1e-9)


def test_draws_that_are_kept_are_those_that_are_not(monkeypatch):
    kept = np.concatenate(list(resampling.drawn([3, 4], 50, 7)))
    assert resampling.drawn([3, 4], 50, 7) is resampling.drawn([3, 4], 50, 7)
    monkeypatch.setattr(resampling, "KEPT", 0)
    assert np.array_equal(np.concatenate(list(resampling.drawn([3, 4], 50, 7))), kept)
    monkeypatch.undo()
    with pytest.raises(ValueError, match="read-only"):
        next(iter(resampling.drawn([3, 4], 50, 7)))[0] = 0
