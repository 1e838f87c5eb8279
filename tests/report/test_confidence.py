"""Confidences: curves and calibration, against scikit-learn's and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from benchmark.report.confidence import average_precision, judged, precision_recall, reliability, summary
from benchmark.schema import Document, Event, Mention

ANSWERS = st.lists(st.tuples(st.integers(0, 10).map(lambda n: n / 10), st.booleans()), min_size=1, max_size=40)


@given(ANSWERS)
def test_the_curve_is_that_of_scikit_learn(answers):
    score, right = map(np.array, zip(*answers, strict=True))
    if not right.any():
        return
    threshold, precision, recall = precision_recall(score, right, int(right.sum()))
    theirs = precision_recall_curve(right, score)
    assert threshold[::-1] == pytest.approx(theirs[2])
    assert precision[::-1] == pytest.approx(theirs[0][:-1])
    assert recall[::-1] == pytest.approx(theirs[1][:-1])
    assert average_precision(precision, recall) == pytest.approx(average_precision_score(right, score))


@given(ANSWERS)
def test_calibration_error_is_between_0_and_1_and_bins_hold_all(answers):
    score, right = map(np.array, zip(*answers, strict=True))
    bins, error = reliability(score, right)
    assert 0 <= error <= 1
    assert sum(row["number"] for row in bins) == len(answers)


def test_calibration_error_by_hand():
    # two bins: 0.9 and 0.95 (one of two right), 0.2 (wrong): (2 * |0.925 - 0.5| + |0.2 - 0|) / 3
    bins, error = reliability([0.95, 0.9001, 0.2], [True, False, False])
    assert error == pytest.approx((2 * abs((0.95 + 0.9001) / 2 - 0.5) + 0.2) / 3)
    assert [row["number"] for row in bins] == [1, 2]


def test_a_gold_label_is_found_once_by_the_surest_of_equal_predictions():
    gold = Document("d", "Kidal fell.", mentions=[Mention(0, 5, "GPE")])
    predicted = Document("d", mentions=[Mention(0, 5, "GPE", score=0.3), Mention(0, 5, "GPE", score=0.8), Mention(6, 10, "GPE")])
    found = judged([gold], {"d": predicted}, "mentions")
    assert sorted(zip(found.score.tolist(), found.correct.tolist(), strict=True)) == [(0.3, False), (0.8, True)]
    assert found.unscored == 1
    told = summary(found)
    assert told["curve"][0] == [0.8, 1.0, 1.0]
    assert told["best"] == {"threshold": 0.8, "f1": 1.0}


def test_triggers_of_equal_offsets_and_type_count_once():
    gold = Document("d", "Kidal fell.", events=[Event(6, 10, "A.B")])
    predicted = Document("d", events=[Event(6, 10, "A.B", score=0.2), Event(6, 10, "A.B", score=0.6)])
    assert judged([gold], {"d": predicted}, "triggers").score.tolist() == [0.6]


def test_without_confidences_there_is_nothing_to_judge():
    gold = Document("d", "Kidal fell.", mentions=[Mention(0, 5, "GPE")])
    assert judged([gold], {"d": Document("d", mentions=[Mention(0, 5, "GPE")])}, "mentions") is None
    assert judged([gold], {}, "mentions") is None
