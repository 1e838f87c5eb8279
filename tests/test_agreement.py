import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from benchmark.agreement import _aligned, _alpha, _kappa, agreement
from tests.conftest import story

krippendorff = pytest.importorskip("krippendorff", reason="the oracle package krippendorff is not installed (extra dev)")

CODES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30).filter(
    lambda codes: len({c for pair in codes for c in pair}) > 1
)


def matrix(codes):
    table = np.zeros((1, 4, 4))
    for i, j in codes:
        table[0, i, j] += 1
    return table


@given(CODES)
def test_kappa_and_alpha_equal_the_kept_packages(codes):
    one, other = zip(*codes, strict=True)
    if one != other:
        assert _kappa(matrix(codes))[0] == pytest.approx(cohen_kappa_score(one, other), abs=1e-9)
    expected = krippendorff.alpha(reliability_data=[one, other], level_of_measurement="nominal", value_domain=[0, 1, 2, 3])
    assert _alpha(matrix(codes))[0] == pytest.approx(expected, abs=1e-9)


def test_the_same_labels_agree_wholly():
    found = agreement([(d, d) for d in story()], resamples=50)
    for task in ("names", "mentions", "triggers", "realis", "arguments"):
        for figure in (
            found[task]["strict"]["f1"],
            found[task]["partial"]["f1"],
            found[task]["alpha"]["value"],
            found[task]["kappa"]["value"],
        ):
            assert figure == 1.0
    assert found["identity"]["entities"]["lea"]["f1"] == 1.0


def test_differences_lower_the_figures_that_they_concern_and_no_others():
    source, retold = story()
    events = (msgspec.structs.replace(source.events[0], realis="Other"), *source.events[1:])
    mentions = (*source.mentions[:-1], msgspec.structs.replace(source.mentions[-1], end=source.mentions[-1].end + 1))
    other = msgspec.structs.replace(source, events=events, mentions=mentions)
    found = agreement([(source, other), (retold, retold)], resamples=200)
    assert found["triggers"]["strict"]["f1"] == 1.0
    assert found["realis"]["strict"]["f1"] == pytest.approx(6 / 7)
    assert found["names"]["strict"]["both"] == found["names"]["strict"]["a"] - 1
    assert found["names"]["strict"]["f1"] < found["names"]["partial"]["f1"] < 1
    assert found["names"]["articles"]["kidal.retold"]["f1"] == 1.0
    low, high = found["names"]["strict"]["interval"]
    assert low <= found["names"]["strict"]["f1"] <= high


def test_labels_of_one_span_are_set_side_by_side():
    assert _aligned(["A", "B"], ["B", "C", "D"]) == [("B", "B"), ("A", "C"), ("(none)", "D")]
