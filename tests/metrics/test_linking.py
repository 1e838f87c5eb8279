from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.linking import count
from benchmark.schema import Document, Event, Mention
from tests.strategies import documents

TEXT = "Kidal fell to rebels.\n\nThe rebels left Kidal."
GOLD = Document(
    "d",
    TEXT,
    mentions=[Mention(0, 5, "GPE", entity="kidal"), Mention(14, 20, "PER", entity="rebels"), Mention(39, 44, "GPE", entity="kidal")],
)


def predicted(*mentions):
    return Document("d", mentions=mentions)


def test_span_and_identity_must_agree_the_type_need_not():
    found = count(
        [
            (
                GOLD,
                predicted(
                    Mention(0, 5, "LOC", entity="kidal"), Mention(14, 20, "PER", entity="kidal"), Mention(38, 44, "GPE", entity="kidal")
                ),
            )
        ]
    )
    assert found is not None
    assert {k: found.overall()[k] for k in ("tp", "fp", "fn")} == {"tp": 1, "fp": 2, "fn": 2}
    assert found.by_type()["LOC"]["precision"] == 1.0
    assert found.by_type()["GPE"]["recall"] == 0.5
    assert [found.table[n].any() for n in (0, 1)] == [True, True]  # one row a paragraph


def test_names_of_its_own_are_not_applicable_and_unknown_ones_beside_known_ones_are_wrong():
    assert count([(GOLD, predicted(Mention(0, 5, "GPE", entity="cluster 1"), Mention(14, 20, "PER")))]) is None
    assert count([(GOLD, predicted())]) is None
    some = count([(GOLD, predicted(Mention(0, 5, "GPE", entity="kidal"), Mention(14, 20, "PER", entity="cluster 1")))])
    assert some is not None
    assert some.overall()["precision"] == 0.5
    elsewhere = count([(GOLD, predicted(Mention(0, 5, "GPE", entity="gao")))], known=["gao"])
    assert elsewhere is not None
    assert elsewhere.overall()["tp"] == 0


def test_repeated_links_count_against_precision_and_what_is_not_scored_does_not_count():
    gold = Document("d", TEXT, regions=[[0, 21]], mentions=GOLD.mentions)
    found = count([(gold, predicted(*[Mention(0, 5, "GPE", entity="kidal")] * 2, Mention(39, 44, "GPE", entity="kidal")))])
    assert found is not None
    assert {k: found.overall()[k] for k in ("tp", "fp", "fn")} == {"tp": 1, "fp": 1, "fn": 1}


def test_events():
    gold = Document("d", TEXT, events=[Event(6, 10, "Territory.Capture", event="fall-of-kidal")])
    found = count([(gold, gold)], "events")
    assert found is not None
    assert found.overall()["f1"] == 1.0
    assert count([(gold, gold)], "entities") is None


PAIRS = st.lists(st.tuples(documents(), documents()), min_size=1, max_size=2)


@given(PAIRS, st.sampled_from(["entities", "events"]))
def test_laws(pairs, kind):
    pairs = [
        (Document(f"{n}", g.text, mentions=g.mentions, events=g.events), Document(f"{n}", g.text, mentions=p.mentions, events=p.events))
        for n, (g, p) in enumerate(pairs)
    ]
    names = {
        x.entity if kind == "entities" else x.event
        for pair in pairs
        for d in pair
        for x in (d.mentions if kind == "entities" else d.events)
    }
    known = names - {None}
    forth, back = count(pairs, kind, known), count([(p, g) for g, p in pairs], kind, known)
    if forth is not None and back is not None:
        one, other = forth.overall(), back.overall()
        assert (one["precision"], one["recall"]) == (other["recall"], other["precision"])
        assert 0 <= one["f1"] <= 1
    same = count([(g, g) for g, _ in pairs], kind)
    assert same is None or same.overall()["f1"] == 1.0
    backwards = [(g, Document(p.id, mentions=p.mentions[::-1], events=p.events[::-1])) for g, p in pairs[::-1]]
    again = count(backwards, kind, known)
    assert (again and again.summary()) == (forth and forth.summary())
