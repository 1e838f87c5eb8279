import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.values import CRITERIA, Quantity, calendar, count, date, judge, quantity
from benchmark.schema import Document, Mention


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2018-06-23", "20180623"),
        ("2018-06-23", "2018-6-23"),
        ("2018-06", "2018-06-XX"),
        ("2018", "2018-XX-XX"),
        ("2018-W35", "2018w35"),
        ("2017-SU", "2017-su"),
        ("P1W", "P7D"),
        ("P1Y", "p12m"),
        ("PT45M", "PT2700S"),
        ("201X", "2010s"),
        ("2018-09-10/2018-09-13", "20180910/2018-09-13"),
        ("PAST_REF", "past_ref"),
    ],
)
def test_equivalent_forms_of_dates(one, other):
    assert date(one) == date(other)
    assert judge(one, other, "dates")["dates.exact"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("P4M", "PT4M"), ("2018-06", "2018-06-23"), ("2018", "XXXX"), ("PXD", "PXY"), ("P1D", "P1M"), ("2018-W35", "2018-35")],
)
def test_different_dates(one, other):
    assert date(one) != date(other)


def test_how_far_a_date_is_told():
    assert calendar("2018-06-23") == calendar("2018-06-23T10:00") == ("2018", "06", "23")
    assert calendar("2018-06") == ("2018", "06")
    assert calendar("2018-W35") == calendar("2018-SU") == ("2018",)
    assert calendar("P4M") == calendar("XXXX") == calendar("2018-09-10/2018-09-13") == ()


@pytest.mark.parametrize(
    ("predicted", "right"),
    [
        ("2018-06-23", {"exact", "year", "month", "day"}),
        ("2018-06-24", {"year", "month"}),
        ("2018-06", {"year", "month"}),
        ("2018", {"year"}),
        ("2017-06-23", set()),
        (None, set()),
    ],
)
def test_a_coarser_date_is_right_at_its_granularity(predicted, right):
    assert {name for name, told in judge("2018-06-23", predicted, "dates").items() if told} == {f"dates.{part}" for part in right}


def test_granularities_end_where_gold_does():
    assert judge("2018-06", "2018-06-23", "dates") == {"dates.exact": False, "dates.year": True, "dates.month": True}
    assert judge("P4M", "P4M", "dates") == {"dates.exact": True}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("=4000", ("=", 4000.0, "")),
        ("4,000", ("=", 4000.0, "")),
        (">=320", (">=", 320.0, "")),
        ("≥ 320", (">=", 320.0, "")),
        ("~900", ("~", 900.0, "")),
        ("=30 km", ("=", 30.0, "km")),
        ("=30 kilometres", ("=", 30.0, "km")),
        (">=200 sq mi", (">=", 200.0, "sq mi")),
        ("=100 USD", ("=", 100.0, "usd")),
        ("$100", ("=", 100.0, "usd")),
        ("=32 years", ("=", 32.0, "years")),
        ("=0.5", ("=", 0.5, "")),
        ("<=2000", ("<=", 2000.0, "")),
        ("~2 m", ("~", 2.0, "m")),
        ("many", ("=", "many", "")),
    ],
)
def test_quantities(value, read):
    assert quantity(value) == Quantity(*read)


def test_parts_of_a_number():
    assert judge(">=30 km", "=30 km", "numbers") == {
        "numbers.value": True,
        "numbers.comparator": False,
        "numbers.unit": True,
        "numbers.all": False,
    }
    assert not any(judge("=30 km", None, "money").values())


TEXT = "On 3 May 200 rebels came.\n\nThey took $100."
GOLD = Document(
    "d",
    TEXT,
    mentions=[Mention(3, 8, "DATE", value="2012-05-03"), Mention(9, 12, "NUM", value="=200"), Mention(37, 41, "MONEY", value="=100 USD")],
)


def test_matched_spans_and_end_to_end():
    mentions = [
        Mention(3, 8, "DATE", value="2012-05"),
        Mention(9, 12, "NUM"),
        Mention(36, 41, "MONEY", value="=100 USD"),
        Mention(0, 2, "NUM", value="=1"),
    ]
    found = count([(GOLD, Document("d", mentions=mentions))])
    assert found is not None
    figures = found.figures()
    assert figures["matched"]["dates"]["exact"] == {"right": 0, "total": 1, "accuracy": 0.0}
    assert figures["matched"]["dates"]["month"]["accuracy"] == 1.0
    assert figures["matched"]["numbers"]["all"] == {"right": 0, "total": 1, "accuracy": 0.0}  # a mention without a value
    assert figures["matched"]["money"]["all"] == {"right": 0, "total": 0, "accuracy": 0.0, "undefined": ["accuracy"]}
    overall = figures["end_to_end"]["overall"]
    assert (overall["gold"], overall["predicted"], overall["tp"]) == (3, 3, 0)
    assert found.accuracy.table.shape == (2, len(CRITERIA), 2)


def test_no_values_are_not_applicable():
    assert count([(GOLD, Document("d", mentions=[Mention(3, 8, "DATE"), Mention(0, 2, "PER", value="x")]))]) is None


def test_repeated_predictions_count_once_whatever_their_order():
    mentions = [Mention(9, 12, "NUM", value=value) for value in ("=200", "=201", None)]
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        found = count([(GOLD, Document("d", mentions=[mentions[n] for n in order]))])
        assert found is not None
        figures = found.figures()
        assert figures["matched"]["numbers"]["value"]["total"] == 1
        assert figures["matched"]["numbers"]["value"]["right"] == 0  # of two values the greater name is taken
        assert figures["end_to_end"]["types"]["NUM"]["precision"] == 0.5


MENTIONS = st.lists(
    st.builds(
        lambda start, kind, value: Mention(start, start + 1, kind, value=value),
        st.integers(0, 30),
        st.sampled_from(["DATE", "NUM", "MONEY", "PER"]),
        st.sampled_from([None, "2018", "2018-06", "2018-06-23", "P4M", "=5", ">5 km", "=5 USD"]),
    ),
    max_size=6,
    unique_by=lambda m: (m.start, m.type),
)


@given(MENTIONS, MENTIONS)
def test_laws(gold, predicted):
    one, other = Document("d", TEXT, mentions=gold), Document("d", TEXT, mentions=predicted)
    forth, back, same = count([(one, other)]), count([(other, one)]), count([(one, one)])
    if forth is not None and back is not None:
        a, b = forth.end_to_end.overall(), back.end_to_end.overall()
        assert (a["precision"], a["recall"]) == (b["recall"], b["precision"])
        names = [n for n, name in enumerate(CRITERIA) if name.rpartition(".")[2] not in ("year", "month", "day")]
        both = [n for n in names if np.array_equal(forth.accuracy.table[:, n, 1], back.accuracy.table[:, n, 1])]
        assert np.array_equal(forth.accuracy.table[:, both, 0], back.accuracy.table[:, both, 0])
        again = count([(one, Document("d", mentions=predicted[::-1]))])
        assert again is not None
        assert again.figures() == forth.figures()
        assert (forth.accuracy.table[..., 0] <= forth.accuracy.table[..., 1]).all()
    if same is not None:
        assert same.end_to_end.overall()["f1"] == 1.0
        assert np.array_equal(same.accuracy.table[..., 0], same.accuracy.table[..., 1])


def test_sums_of_paragraphs_are_the_whole():
    found = count([(GOLD, GOLD), (Document("e", mentions=GOLD.mentions), GOLD)])
    assert found is not None
    assert found.accuracy.units == [("d", 0), ("d", 1), ("e", 0)]
    assert found.accuracy.table[:, CRITERIA.index("money.all"), 1].tolist() == [0, 1, 1]
    assert found.accuracy.table[:, CRITERIA.index("dates.day"), 0].tolist() == [1, 0, 1]
