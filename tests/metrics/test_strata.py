import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.counts import Tally
from benchmark.metrics.spans import count_partial, count_strict, selected
from benchmark.metrics.strata import KINDS, NONE, UNKNOWN, Strata, count, quotations, surface, surfaces
from benchmark.schema import LEVELS, REALIS, Document, Event, Mention

TEXT = (
    "Rebels said “the town of Kidal fell ‘today’ to us” on Monday.\n\n"
    "He added: “We hold the north of the country.\n\n"
    '“Gao is next,” he said. The army called it "not true" in Bamako.\n'
)


def mention(words, kind="GPE", level="NAM", text=TEXT):
    start = text.index(words)
    return Mention(start, start + len(words), kind, level)


def strata_of(kind, *words, document=None, seen=None):
    document = document or Document("mali", TEXT)
    return [Strata(document, seen).of(mention(w, text=document.text), kind) for w in words]


def test_quotations():
    quoted = [TEXT[start:end] for start, end in quotations(TEXT)]
    assert quoted == ["the town of Kidal fell ‘today’ to us", "We hold the north of the country.", "Gao is next,", "not true"]
    assert strata_of("quotation", "Kidal", "today", "north", "Gao", "not true") == ["inside"] * 5
    assert strata_of("quotation", "Rebels", "Monday", "He", "army", "Bamako", "“Gao") == ["outside"] * 6


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('a "b" c "d" e', ["b", "d"]),
        ('a "b', ["b"]),
        ("a” b “c” d", ["c"]),
        ("„a“ b „c” d", ["a", "c"]),
        ("«a» b", ["a"]),
        ('“a" b "c”', ["a", "c"]),
        ("“a “b” c", ["a “b"]),
        ("'a' b", []),
        ("", []),
    ],
)
def test_marks(text, quoted):
    assert [text[start:end] for start, end in quotations(text)] == quoted


def test_article_and_edition():
    assert strata_of("article", "Kidal", document=Document("mali.retold", TEXT)) == ["mali"]
    assert strata_of("edition", "Kidal", document=Document("mali.retold", TEXT)) == ["retold"]
    assert strata_of("edition", "Kidal") == ["source"]


def test_length():
    assert strata_of("length", "Kidal", "the town", "town of Kidal", "the town of Kidal", "“We") == ["1", "2", "3", "4+", "2"]
    parts = Mention(0, 40, "GPE", fragments=((0, 6), (16, 20)))
    assert Strata(Document("mali", TEXT)).of(parts, "length") == "2"
    assert Strata(Document("mali", "a  b")).of(Mention(1, 3, "GPE"), "length") == NONE


def test_seen_surfaces():
    learned = Document("other", "GAO and the\n north  of it", mentions=(Mention(0, 3, "GPE"), Mention(8, 18, "LOC")))
    seen = surfaces([learned])
    assert seen == {"gao", "the north"}
    assert strata_of("surface", "Gao", "Kidal", "the north", seen=seen) == ["seen", "unseen", "seen"]
    assert strata_of("surface", "Gao") == [UNKNOWN]
    assert surface("Straße", Mention(0, 6, "LOC")) == "strasse"


def test_sentence_length():
    text = " ".join(f"{first} {'word ' * (length - 2)}." for first, length in zip("ABCD", (15, 16, 30, 31), strict=True))
    assert strata_of("sentence", *"ABCD", document=Document("d", text)) == ["up to 15", "16-30", "16-30", "over 30"]
    assert Strata(Document("d", text, regions=((0, 8),))).of(Mention(20, 24, "X"), "sentence") == NONE


def test_without_text_what_needs_it_is_unknown():
    strata = Strata(Document("d"), {"a"})
    label = Mention(0, 3, "GPE")
    assert [strata.of(label, kind) for kind in ("length", "surface", "quotation", "sentence")] == [UNKNOWN] * 4
    assert [strata.of(label, kind) for kind in ("type", "level", "realis")] == ["GPE", NONE, NONE]


def test_recall_is_by_the_gold_label_and_precision_by_the_predicted_one():
    gold = Document("d", "Kidal fell", mentions=(Mention(0, 5, "GPE", "NAM"),))
    predicted = Document("d", mentions=(Mention(0, 5, "GPE", None), Mention(6, 10, "GPE", None)))
    rows = count([(gold, predicted)], ["level"])["level"].by_type()
    assert (rows["NAM"]["recall"], rows["NAM"]["predicted"]) == (1, 0)
    assert (rows[NONE]["precision"], rows[NONE]["gold"]) == (0.5, 0)


def test_triggers():
    gold = Document("d", "Kidal fell", events=(Event(6, 10, "Capture", "Actual"), Event(6, 10, "Capture", "Other")))
    predicted = Document("d", events=(Event(6, 10, "Capture", "Generic"),))
    rows = count([(gold, predicted), (Document("e", "x"), None)], ["realis", "edition"], of="triggers")
    assert set(rows["realis"].by_type()) == {"Actual", "Generic"}  # equal triggers once
    assert rows["edition"].overall()["f1"] == 1
    assert rows["realis"].units == [("d", 0), ("e", 0)]
    with pytest.raises(ValueError, match="partial"):
        count([], of="triggers", criterion="partial")


SPANS = st.tuples(st.integers(0, 120), st.integers(1, 30)).map(lambda t: (t[0], min(len(TEXT), t[0] + t[1])))
MENTIONS = st.builds(lambda span, kind, level: Mention(*span, kind, level), SPANS, st.sampled_from("AB"), st.sampled_from([None, *LEVELS]))
EVENTS = st.builds(lambda span, kind, realis: Event(*span, kind, realis), SPANS, st.sampled_from("AB"), st.sampled_from([None, *REALIS]))
SIDES = st.tuples(st.lists(MENTIONS, max_size=8), st.lists(EVENTS, max_size=6))
REGIONS = st.sampled_from([None, ((0, 62),), ((10, 40), (64, 140))])


@given(SIDES, SIDES, st.booleans(), REGIONS, st.sampled_from(["strict", "partial"]), st.data())
def test_the_sum_of_the_strata_is_the_whole(one, two, with_text, regions, criterion, data):
    text = TEXT if with_text else None
    copied = [m for m in one[0] if data.draw(st.booleans())]
    gold = Document("mali.retold", text, None, regions, tuple(one[0]), tuple(one[1]))
    predicted = Document("mali.retold", mentions=(*two[0], *copied), events=(*two[1], *one[1][:2]))
    laid = Document(gold.id, regions=regions, mentions=predicted.mentions)
    levels = ("NAM", None)

    tally = Tally()
    counted = count([(gold, predicted)], criterion=criterion, levels=levels, seen={gold.id: {"kidal"}})
    units = counted["type"].units
    starts = [a for a, _ in gold.article.paragraphs()] if text else []

    def unit(offset):
        return gold.id, max(0, sum(start <= offset for start in starts) - 1)

    {"strict": count_strict, "partial": count_partial}[criterion](selected(gold, levels), selected(laid, levels), unit, tally)
    whole = tally.counts(units)
    assert set(counted) == set(KINDS)
    for found in counted.values():
        assert np.array_equal(found.table.sum(axis=1), whole.table.sum(axis=1))
    assert np.array_equal(counted["type"].table, whole.table)

    triggers = [{(e.start, e.end, e.type) for e in d.events if gold.scored(e.start, e.end)} for d in (gold, predicted)]
    for found in count([(gold, predicted)], of="triggers").values():
        overall = found.overall()
        assert (overall["gold"], overall["predicted"], overall["tp"]) == (*map(len, triggers), len(triggers[0] & triggers[1]))


@given(SIDES, SIDES, st.sampled_from(["strict", "partial"]), st.randoms(use_true_random=False))
def test_the_order_of_labels_does_not_matter(one, two, criterion, random):
    def documents(sides):
        gold, predicted = sides
        return [(Document("d", TEXT, mentions=tuple(gold[0]), events=tuple(gold[1])), Document("d", mentions=tuple(predicted[0])))]

    everything = (None, *LEVELS)
    expected = count(documents((one, two)), criterion=criterion, levels=everything)
    for side in (*one, *two):
        random.shuffle(side)
    found = count(documents((one, two)), criterion=criterion, levels=everything)
    for kind, counts in expected.items():
        assert found[kind].types == counts.types
        assert np.array_equal(found[kind].table, counts.table)
