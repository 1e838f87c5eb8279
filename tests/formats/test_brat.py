import pytest
from hypothesis import given

from benchmark.formats import brat
from benchmark.problems import BadInput
from benchmark.schema import Argument, Document, Event, Mention
from tests.strategies import documents

TEXT = "The Islamic\nState lost Hajin.\nIt was beheading, he said."


def empty(document):
    return Document(document.id, document.text, document.date, document.regions)


@given(documents())
def test_round_trip_without_loss(document):
    assert brat.read(brat.write(document), empty(document)) == document


@given(documents())
def test_round_trip_with_names_that_brat_cannot_bear(document):
    names = ["Conflict.Battle", "PER", "Attacker"]
    written = brat.write(document, names)
    assert "Conflict.Battle" not in written
    assert brat.read(written, empty(document), names=names) == document


def test_a_span_across_a_line_end_is_written_in_fragments():
    document = Document("d", TEXT, mentions=[Mention(4, 17, "ORG", "NAM", "isis", id="T1")])
    written = brat.write(document)
    assert "T1\tORG 4 11;12 17\tIslamic State" in written.splitlines()
    assert brat.read(written, empty(document)) == document


def test_several_events_on_one_trigger():
    start = TEXT.index("beheading")
    both = [Event(start, start + 9, kind, id=f"E{n}") for n, kind in enumerate(("Justice.Execute", "Life.Die"), 1)]
    document = Document("d", TEXT, events=both)
    assert [e.type for e in brat.read(brat.write(document), empty(document)).events] == ["Justice.Execute", "Life.Die"]


def test_two_events_may_share_a_text_bound_trigger():
    found = brat.read("T1\tAttack 18 22\tlost\nE1\tAttack:T1\nE2\tAttack:T1\n", Document("d", TEXT))
    assert len(found.events) == 2
    assert not found.mentions


def test_a_role_filled_twice_is_numbered():
    mentions = [Mention(4, 11, "ORG", id="T1"), Mention(23, 28, "GPE", id="T2")]
    event = Event(18, 22, "Attack", arguments=[Argument("Target", "T1"), Argument("Target", "T2")], id="E1")
    document = Document("d", TEXT, mentions=mentions, events=[event])
    assert "Target:T1 Target2:T2" in brat.write(document)
    assert brat.read(brat.write(document), empty(document)) == document


def test_values_with_units_have_no_white_space_in_the_file():
    document = Document("d", TEXT, mentions=[Mention(4, 11, "NUM", value="=30 km", id="T1")])
    written = brat.write(document)
    assert "value:=30%20km" in written
    assert brat.read(written, empty(document)).mentions[0].value == "=30 km"


@pytest.mark.parametrize(
    ("ann", "line", "reason"),
    [
        ("T1\tORG 4 99\tIslamic\n", 1, "past the end"),
        ("T1\tORG 4 11\tState\n", 1, "the label says 'State'"),
        ("T1\tORG 4 11\tIslamic\n\nT1\tGPE 23 28\tHajin\n", 3, "duplicate id T1, used in line 1"),
        ("T1\tORG four 11\tIslamic\n", 1, "expected TYPE START END"),
        ("T1\tORG 11 4\tIslamic\n", 1, "empty or out of order"),
        ("R1\tknows Arg1:T1 Arg2:T2\n", 1, "relations"),
        ("hello\n", 1, "not a brat annotation"),
        ("T1\tAttack 18 22\tlost\nE1\tAttack:T1 Target:T9\n", 2, "argument Target:T9 without a mention"),
        ("T1\tAttack 18 22\tlost\nE1\tDie:T1\n", 2, "make them agree"),
        ("E1\tAttack:T1\n", 1, "trigger T1 is not there"),
        ("T1\tORG 4 11\tIslamic\nA1\tLevel T1 BIG\n", 2, "'BIG' is none of NAM, NOM, PRO"),
        ("A1\tLevel T1 NAM\n", 1, "A1 is about T1, which is not there"),
        ("T1\tORG 4 11\tIslamic\nN1\tReference T1 wikidata:Q1\tx\n", 2, "expected 'Reference T1 entity:ID'"),
        ("T1\tORG 4 11\tIslamic\nA1\tLevel T1 NAM\nA2\tLevel T1 NOM\n", 3, "has Level 'NAM' already"),
    ],
)
def test_faults_are_reported_with_their_line(ann, line, reason):
    with pytest.raises(BadInput) as caught:
        brat.read(ann, Document("d", TEXT), "x.ann")
    assert any(p.file == "x.ann" and p.line == line and reason in p.reason for p in caught.value.problems), caught.value.problems


def test_all_faults_are_reported_at_once_and_the_rest_is_read():
    problems = []
    ann = "T1\tORG 4 99\tx\nT2\tGPE 23 28\tHajin\nT3\tORG 4 11\tIslam\n"
    found = brat.read(ann, Document("d", TEXT), "x.ann", problems.append)
    assert [p.line for p in problems] == [1, 3]
    assert [m.id for m in found.mentions] == ["T2"]


def test_without_the_text_labels_are_read_and_line_ends_bridged():
    found = brat.read("T1\tORG 4 11;12 17\tIslamic State\n", Document("d"))
    assert (found.mentions[0].start, found.mentions[0].end, found.mentions[0].fragments) == (4, 17, None)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (Document("d"), "no text"),
        (Document("d", TEXT, mentions=[Mention(0, 999, "PER")]), "is not in the text"),
        (Document("d", TEXT, mentions=[Mention(5, 12, "PER")]), "line end"),
        (Document("d", TEXT, mentions=[Mention(0, 3, "A B")]), "no white space"),
        (Document("d", TEXT, mentions=[Mention(0, 3, "Span")]), "kept for spans"),
        (
            Document("d", TEXT, events=[Event(0, 3, "X", arguments=[Argument("A", start=0, end=3), Argument("A2", start=0, end=3)])]),
            "rename one",
        ),
        (Document("d", TEXT, events=[Event(0, 3, "X", arguments=[Argument("A", "T7")])]), "'T7', which is not there"),
    ],
)
def test_what_brat_cannot_say_is_refused(document, reason):
    with pytest.raises(BadInput, match=reason):
        brat.write(document)
