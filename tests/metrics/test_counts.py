import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Counts, Tally, figures


def test_nothing_to_find_and_nothing_found_is_zero_and_said():
    found = figures(np.zeros(len(COLUMNS), dtype=np.int64))
    assert (found["precision"], found["recall"], found["f1"]) == (0.0, 0.0, 0.0)
    assert found["undefined"] == ["precision", "recall", "f1"]


def test_nothing_found_leaves_recall_defined():
    cell = np.zeros(len(COLUMNS), dtype=np.int64)
    cell[GOLD] = 4
    found = figures(cell)
    assert found["undefined"] == ["precision"]
    assert found["fn"] == 4


def make(cells):
    tally = Tally()
    units = [("a", 0), ("a", 1), ("b", 0)]
    for unit, kind, right, wrong, missed in cells:
        for column, number in ((GOLD, right + missed), (PREDICTED, right + wrong), (CORRECT_GOLD, right), (CORRECT_PREDICTED, right)):
            tally.add(units[unit], kind, column, number)
    return tally.counts(units)


CELLS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from("XYZ"), *[st.integers(0, 3)] * 3), max_size=8)


@given(CELLS)
def test_the_sum_of_the_parts_is_the_whole(cells):
    counts = make(cells)
    whole = counts.overall()
    for name in ("tp", "fp", "fn"):
        assert sum(f[name] for f in counts.by_type().values()) == whole[name]
        assert sum(counts.of([document]).overall()[name] for document in "ab") == whole[name]


@given(CELLS)
def test_storage_keeps_every_count(cells):
    counts = make(cells)
    again = Counts.from_rows(counts.units, counts.to_rows())
    assert (again.table == counts.table).all()
    assert again.types == counts.types


def test_micro_and_macro():
    counts = make([(0, "X", 9, 1, 1), (1, "Y", 0, 1, 1), (2, "Z", 0, 5, 0)])
    assert counts.overall()["recall"] == pytest.approx(9 / 11)
    assert counts.macro()["recall"] == pytest.approx((0.9 + 0) / 2)  # Z is in no gold label
    assert counts.macro()["types"] == 2
