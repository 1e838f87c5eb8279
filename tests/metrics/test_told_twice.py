import msgspec
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.told_twice import COLUMNS, count
from benchmark.schema import Document, Event, Mention
from tests.conftest import story


def without(document, *names):
    """The document as a model would have it that lacks some identities."""
    return Document(document.id, mentions=[m for m in document.mentions if m.entity not in names], events=document.events)


def test_both_one_and_none():
    source, retold = story()
    found = count([(source, without(source, "kidal", "gao")), (retold, without(retold, "kidal", "rebels"))]).figures()
    assert found["identities"] == 6
    assert (found["both"], found["one"], found["none"]) == (3, 2, 1)
    assert (found["source_alone"], found["retold_alone"]) == (1, 1)
    assert found["share"] == 0.5
    assert count([(source, source), (retold, retold)], levels=["NAM"]).figures()["identities"] == 4


def test_events_and_what_a_model_says_of_them():
    source, retold = story()
    other = [msgspec.structs.replace(e, realis="Other" if e.event == "deaths" else e.realis, event=e.event + "-2") for e in retold.events]
    figures = count([(source, source), (retold, Document(retold.id, events=other))], "events").figures()
    assert (figures["identities"], figures["both"]) == (3, 3)
    assert figures["agreement"] == {
        "type": {"agree": 3, "total": 3, "share": 1.0},
        "identity": {"agree": 0, "total": 3, "share": 0.0},
        "realis": {"agree": 2, "total": 3, "share": 2 / 3},
    }


def test_found_is_equal_type_and_agreement_of_types_is_of_any():
    gold = [Document(name, mentions=[Mention(0, 5, "GPE", entity="kidal")]) for name in ("a", "a.retold")]
    predicted = [
        Document("a", mentions=[Mention(0, 5, "LOC")]),
        Document("a.retold", mentions=[Mention(0, 5, "LOC"), Mention(1, 5, "GPE")]),
    ]
    figures = count(zip(gold, predicted, strict=True)).figures()
    assert (figures["none"], figures["both"]) == (1, 0)
    assert figures["agreement"] == {"type": {"agree": 1, "total": 1, "share": 1.0}, "identity": None, "realis": None}


def test_a_story_without_its_other_edition_is_left_out():
    source, retold = story()
    found = count([(source, source)])
    assert found.stories == ()
    assert found.table.shape == (0, len(COLUMNS))
    assert found.figures()["undefined"] == ["share"]
    assert count([(retold, retold), (source, source)]).stories == (source.id,)


LABELS = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from(["A", "B"]), st.sampled_from([None, "x", "y", "z"]), st.sampled_from([None, "Actual", "Other"])
    ),
    max_size=6,
)


def document(name, labels):
    return Document(
        name,
        mentions=[Mention(a, a + 1, t, entity=i) for a, t, i, _ in labels],
        events=[Event(a, a + 1, t, r, i) for a, t, i, r in labels],
    )


@given(LABELS, LABELS, LABELS, LABELS, st.sampled_from(["entities", "events"]))
def test_laws(source, retold, one, other, kind):
    gold = [document("s", source), document("s.retold", retold)]
    pairs = list(zip(gold, [document("s", one), document("s.retold", other)], strict=True))
    figures = count(pairs, kind).figures()
    told_twice = {i for _, _, i, _ in source} & {i for _, _, i, _ in retold} - {None}
    assert figures["both"] + figures["one"] + figures["none"] == figures["identities"] == len(told_twice)
    for agreement in figures["agreement"].values():
        assert agreement is None or 0 <= agreement["share"] <= 1
    same = count([(d, d) for d in gold], kind).figures()
    assert same["both"] == same["identities"]
    backwards = [
        (document(g.id, gold_labels[::-1]), document(g.id, labels[::-1]))
        for g, gold_labels, labels in zip(gold, (source, retold), (one, other), strict=True)
    ]
    assert count(backwards[::-1], kind).figures() == figures
