"""Models compared: differences, ranks, and what each found alone."""

import numpy as np
import pytest

from benchmark.comparison import aligned, compare, difference_intervals, found_by
from benchmark.problems import BadInput
from benchmark.schema import Document, Event, Mention
from benchmark.scoring import score

GOLD = [Document(f"d{n}", mentions=[Mention(0, 1, "X"), Mention(2, 3, "Y")], events=[Event(4, 5, "A.B")]) for n in range(40)]


def answering(share, types="XY"):
    """Answers that hold the labels of some types in the first `share` of the documents."""
    return {d.id: Document(d.id, mentions=[m for m in d.mentions if m.type in types]) for d in GOLD[: int(share * len(GOLD))]}


def scored(**answers):
    return {name: score(GOLD, found, "s") for name, found in answers.items()}


def test_the_better_model_leads_and_its_lead_is_sure():
    found = compare(scored(bad=answering(0.3), good=answering(0.9)), resamples=500)
    assert found.ranks == [2, 1]
    overall = found.types.index("(overall)")
    assert found.differences.value[overall, 1, 0] == pytest.approx(2 * 0.9 / 1.9 - 2 * 0.3 / 1.3)
    assert found.differences.p[overall, 0, 1] == pytest.approx(1 / 501)
    assert 0 < found.smallest[overall, 0, 1] < 0.5


def test_models_that_cannot_be_told_apart_share_a_rank():
    near = {d.id: Document(d.id, mentions=d.mentions) for d in GOLD[1:25]}
    found = compare(scored(a=answering(0.6), b=near, c=answering(0.1)), resamples=500)
    assert found.ranks == [1, 1, 3]


def test_differences_by_type_and_their_intervals():
    scores = scored(a=answering(0.8), b=answering(0.8, "X"))
    found = compare(scores, resamples=500)
    x, y = found.types.index("X"), found.types.index("Y")
    assert found.differences.value[x, 0, 1] == 0
    assert found.differences.p[x, 0, 1] == 1
    assert found.differences.p[y, 0, 1] < 0.01
    ends = difference_intervals(scores, "mentions.strict", "a", "b", resamples=500)
    assert ends["X"] == [0, 0]
    low, high = ends["(overall)"]
    assert low < found.differences.value[-2, 0, 1] < high


def test_to_dict_has_each_pair_once_and_is_plain():
    told = compare(scored(a=answering(0.8), b=answering(0.5), c=answering(0.1)), resamples=500).to_dict()
    assert [(p["a"], p["b"]) for p in told["pairs"]] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [m["rank"] for m in told["models"]] == [1, 2, 3]
    assert type(told["pairs"][0]["types"]["X"]["p"]) is float


def test_types_and_paragraphs_are_aligned_whatever_their_order():
    scores = scored(a=answering(0.5, "X"), b=answering(0.5))
    backwards = score(GOLD[::-1], answering(0.5), "s")
    table, units, types = aligned(scores | {"c": backwards}, "mentions.strict")
    assert types == ["X", "Y"]
    assert units == sorted(units)
    assert np.array_equal(table[1], table[2])


def test_what_cannot_be_compared_is_said():
    scores = scored(a=answering(0.5), b=answering(0.5))
    scores["b"] = score(GOLD[:3], answering(0.5), "s")
    with pytest.raises(BadInput, match="b was not scored on the same texts as a"):
        compare(scores)
    scores["b"] = score(GOLD, answering(0.5), "s", produces=["mentions"])
    with pytest.raises(BadInput, match=r"b does not produce what triggers\.classified asks for"):
        compare(scores, "triggers.classified")
    with pytest.raises(BadInput, match=r"no metric 'mentions\.lax'"):
        compare(scores, "mentions.lax")


def test_what_only_one_model_found():
    a = {"d0": GOLD[0], "d1": Document("d1", mentions=[Mention(0, 1, "X"), Mention(0, 1, "X"), Mention(2, 3, "X")])}
    b = {"d0": Document("d0", mentions=[Mention(0, 1, "X")], events=[Event(4, 5, "A.B"), Event(4, 5, "A.C")])}
    found = found_by(GOLD[:2], a, b, [None])
    assert found["mentions"] == {"a": 2, "b": 0, "both": 1, "neither": 1}
    assert found["triggers"] == {"a": 0, "b": 0, "both": 1, "neither": 1}
