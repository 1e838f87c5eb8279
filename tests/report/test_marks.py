"""Marks: errors find their labels."""

from collections import Counter

from benchmark.errors import KINDS, errors
from benchmark.report.marks import marks
from benchmark.schema import Argument, Document, Event, Mention
from tests.report.conftest import EVERYTHING, runs_of

NAMES = list(KINDS)
GOLD = Document(
    "d",
    "Rebels took Kidal and Gao on Monday.",
    mentions=[
        Mention(12, 17, "GPE", "NAM", "kidal", id="T1"),
        Mention(22, 25, "GPE", "NAM", "gao", id="T2"),
        Mention(29, 35, "DATE", value="X", id="T3"),
    ],
    events=[Event(7, 11, "A.B", "Actual", arguments=[Argument("Place", "T1"), Argument("Place", "T2")])],
)


def told(predicted):
    return {(NAMES[m.kind], m.of, m.gold, m.predicted) for m in marks(GOLD, predicted, errors([(GOLD, predicted)]))}


def test_labels_are_told_by_their_numbers():
    predicted = Document(
        "d",
        mentions=[
            Mention(22, 25, "ORG", "NAM", id="P1"),
            Mention(12, 17, "GPE", "NAM", id="P2"),
            Mention(12, 17, "GPE", "NAM", id="P3"),
            Mention(0, 6, "ORG", "NAM"),
        ],
        events=[Event(7, 11, "A.B", "Other", arguments=[Argument("Agent", "P2")])],
    )
    assert told(predicted) == {
        ("type", "m", 1, 0),
        ("spurious", "m", None, 2),  # of two equal predictions the second is one too many
        ("spurious", "m", None, 3),
        ("missed", "m", 2, None),
        ("wrong realis", "t", 0, 0),
        ("wrong role", "a", (0, 0), (0, 0)),
        ("missed argument", "a", (0, 1), None),
    }


def test_what_is_equal_has_no_mark():
    assert told(GOLD) == set()


def test_every_error_but_invented_strings_has_its_place(ran):
    runs, gold = runs_of(ran)
    for one in runs:
        for document in gold.documents():
            answer = one.answers[document.id]
            found = errors([(document, answer)], EVERYTHING)
            rows = marks(document, answer, found)
            assert Counter(NAMES[row.kind] for row in rows) == Counter(error.kind for error in found)
            for row in rows:
                assert (row.gold is None) <= (row.predicted is not None)
                assert row.of == "s" or row.gold is not None or row.predicted is not None
