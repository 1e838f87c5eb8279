import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.counts import Tally
from benchmark.metrics.spans import best_matching, count_partial, count_strict, selected
from benchmark.schema import Document, Mention

UNIT = ("d", 0)
KEYS = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4), st.sampled_from("AB")).map(lambda t: (t[0], t[0] + t[1], t[2])), max_size=6)


def counted(count, gold, predicted):
    tally = Tally()
    count(sorted(gold), sorted(predicted), lambda offset: UNIT, tally)
    return tally.counts([UNIT])


def overall(count, gold, predicted):
    return counted(count, gold, predicted).overall()


def test_strict_needs_offsets_and_type():
    found = overall(count_strict, [(0, 5, "A"), (6, 9, "B")], [(0, 5, "A"), (6, 9, "A"), (10, 12, "A")])
    assert (found["tp"], found["fp"], found["fn"]) == (1, 2, 1)
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["f1"] == pytest.approx(0.4)


def test_duplicates_count_against_precision():
    found = overall(count_strict, [(1, 3, "A")], [(1, 3, "A"), (1, 3, "A")])
    assert (found["tp"], found["fp"], found["fn"]) == (1, 1, 0)


def test_the_order_of_the_lists_does_not_matter():
    # nervaluate 1.2.1 gives 0.0 or 0.667 for these two orders
    for predicted in itertools.permutations([(1, 3, "B"), (2, 5, "A")]):
        assert overall(count_strict, [(2, 5, "A")], predicted)["f1"] == pytest.approx(2 / 3)


def test_half_open_spans_that_touch_do_not_overlap():
    assert overall(count_partial, [(1, 3, "A")], [(3, 5, "A")])["tp"] == 0


def test_partial_counts_an_overlap_one_half_whatever_the_type():
    counts = counted(count_partial, [(0, 5, "A")], [(3, 8, "B")])
    assert counts.overall()["tp"] == 0.5
    assert counts.by_type()["A"]["recall"] == 0.5
    assert counts.by_type()["B"]["precision"] == 0.5


def test_partial_matching_takes_the_equal_span_and_not_the_first():
    assert best_matching([(0, 9, "A")], [(0, 3, "A"), (0, 9, "A")]) == [(0, 1)]


def test_nested_and_crossing_spans_are_matched_best():
    gold, predicted = [(0, 4, "A"), (3, 8, "A")], [(2, 4, "A"), (3, 9, "A")]
    assert overall(count_partial, gold, predicted)["tp"] == 1.0
    gold, predicted = [(0, 10, "A"), (0, 5, "A")], [(0, 10, "A"), (2, 4, "A")]
    assert overall(count_partial, gold, predicted)["tp"] == 1.5


def best_credit_by_hand(gold, predicted):
    """The greatest credit over all one-to-one matchings, by trying all."""
    few, many = sorted((gold, predicted), key=len)

    def credit(a, b):
        return 1.0 if a[:2] == b[:2] else 0.5 if min(a[1], b[1]) > max(a[0], b[0]) else 0.0

    return max(sum(map(credit, few, chosen)) for chosen in itertools.permutations(many, len(few)))


@given(KEYS, KEYS)
def test_partial_matching_is_optimal(gold, predicted):
    assert overall(count_partial, gold, predicted)["tp"] == best_credit_by_hand(gold, predicted)


@given(KEYS, KEYS, st.randoms())
def test_laws(gold, predicted, random):
    for count in (count_strict, count_partial):
        one = overall(count, gold, predicted)
        other = overall(count, predicted, gold)
        assert one["precision"] == other["recall"]  # swapping the sides swaps the figures
        assert one["recall"] == other["precision"]
        shuffled = random.sample(gold, len(gold)), random.sample(predicted, len(predicted))
        assert overall(count, *shuffled) == one
        assert one["tp"] + one["fn"] == len(gold)
        assert one["tp"] + one["fp"] == len(predicted)
    assert overall(count_strict, gold, predicted)["tp"] <= overall(count_partial, gold, predicted)["tp"]
    assert overall(count_strict, gold, gold)["fn"] == 0


@given(KEYS, KEYS)
def test_a_right_answer_more_never_lowers_recall(gold, predicted):
    for right in gold:
        assert overall(count_strict, gold, [*predicted, right])["recall"] >= overall(count_strict, gold, predicted)["recall"]


def test_levels_and_regions_choose_the_mentions():
    mentions = [Mention(0, 2, "A", "NAM"), Mention(3, 4, "B"), Mention(5, 6, "A", "NOM"), Mention(20, 21, "A", "NAM")]
    document = Document("d", regions=[(0, 10)], mentions=mentions)
    assert selected(document, ("NAM", None)) == [(0, 2, "A"), (3, 4, "B")]
    assert selected(document, ("NOM",)) == [(5, 6, "A")]
