import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from benchmark.metrics import tokens
from benchmark.metrics.counts import Tally
from benchmark.schema import Document, Mention
from benchmark.segments import tokens as split

TEXT = "Rebels took the old town of Kidal on Monday, officials said again."
SPANS = split(TEXT)
MENTIONS = st.lists(
    st.tuples(st.integers(0, len(SPANS) - 1), st.integers(0, 2), st.sampled_from("ABC")).map(
        lambda t: Mention(SPANS[t[0]][0], SPANS[min(len(SPANS) - 1, t[0] + t[1])][1], t[2])
    ),
    max_size=6,
)
NONE = "(none)"


@given(MENTIONS, MENTIONS)
def test_figures_are_those_of_scikit_learn(gold, predicted):
    one, other = Document("d", TEXT, mentions=gold), Document("d", mentions=predicted)
    tally = Tally()
    tokens.count(one, other, (None,), lambda offset: ("d", 0), tally)
    counts = tally.counts([("d", 0)])
    sides = [tokens.labels(document, TEXT, (None,)) for document in (one, other)]
    rows = [[side.get(start, NONE) for start, _ in SPANS] for side in sides]
    for kind in "ABC":
        expected = precision_recall_fscore_support(rows[0], rows[1], labels=[kind], average="micro", zero_division=0)
        found = counts.by_type().get(kind, {"precision": 0.0, "recall": 0.0, "f1": 0.0})
        assert (found["precision"], found["recall"], found["f1"]) == pytest.approx(expected[:3])
    expected = precision_recall_fscore_support(rows[0], rows[1], labels=list("ABC"), average="micro", zero_division=0)
    overall = counts.overall()
    assert (overall["precision"], overall["recall"], overall["f1"]) == pytest.approx(expected[:3])


def test_the_longest_mention_on_a_token_counts():
    document = Document("d", TEXT, mentions=[Mention(12, 24, "B"), Mention(16, 19, "A")])
    assert set(tokens.labels(document, TEXT, (None,)).values()) == {"B"}
