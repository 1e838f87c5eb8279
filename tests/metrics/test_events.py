import json

import pytest

from benchmark.metrics import events
from benchmark.metrics.counts import Tally
from benchmark.schema import Argument, Document, Event, Mention
from tests.conftest import story

NAMES = {
    "Trigger-I": "triggers.identified",
    "Trigger-C": "triggers.classified",
    "Arg-I": "arguments.identified",
    "Arg-C": "arguments.classified",
    "Arg-I+": "arguments.identified_attached",
    "Arg-C+": "arguments.classified_attached",
}


def overall(gold, predicted, metric):
    tally = Tally()
    events.count(gold, predicted, metric, lambda offset: ("d", 0), tally)
    return tally.counts([("d", 0)]).overall()


def document(found):
    return Document(
        "d",
        events=[
            Event(t["start"], t["end"], e["type"], arguments=[Argument(a["role"], start=a["start"], end=a["end"]) for a in e["arguments"]])
            for e in found
            for t in [e["trigger"]]
        ],
    )


def test_every_edge_case_of_textee(reference):
    cases = json.loads((reference / "scorer" / "event_edge.json").read_text())["cases"]
    for case in cases:
        for name, expected in case["expected"].items():
            found = overall(document(case["gold"][0]), document(case["pred"][0]), NAMES[name])
            assert (found["gold"], found["predicted"], found["tp"]) == (
                expected["gold_num"],
                expected["pred_num"],
                expected["match_num"],
            ), (case["id"], name)
            assert found["f1"] == pytest.approx(expected["f1"])
    assert len(cases) == 28


def test_arguments_by_mention_and_by_span_agree():
    by_mention = Document(
        "d", mentions=[Mention(5, 8, "PER", id="T1")], events=[Event(0, 2, "Attack", arguments=[Argument("Target", "T1")])]
    )
    by_span = Document("d", events=[Event(0, 2, "Attack", arguments=[Argument("Target", start=5, end=8)])])
    for metric in events.METRICS:
        assert overall(by_mention, by_span, metric)["f1"] == 1.0


def test_figures_by_role_and_by_event_type():
    found = Document("d", events=[Event(0, 2, "Attack", arguments=[Argument("Target", start=5, end=8)])])
    tally = Tally()
    events.count(found, found, "arguments.classified", lambda offset: ("d", 0), tally)
    assert tally.counts([("d", 0)]).types == ["Target"]
    tally = Tally()
    events.count(found, found, "triggers.classified", lambda offset: ("d", 0), tally)
    assert tally.counts([("d", 0)]).types == ["Attack"]


def test_events_outside_the_scored_regions_do_not_count():
    gold = Document("d", regions=[(0, 10)], events=[Event(0, 2, "Attack"), Event(20, 22, "Attack")])
    assert overall(gold, gold, "triggers.classified")["gold"] == 1


def overall_of(gold, predicted, metric):
    return overall(gold, predicted, metric)["f1"]


def test_every_metric_is_one_for_gold_against_gold():
    for edition in story():
        for metric in events.METRICS:
            assert overall_of(edition, edition, metric) == 1.0, metric


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("closing in", "closing"),
        ("urban stronghold", "stronghold"),
        ("army of the north", "army"),
        ("set fire", "fire"),
        ("troops", "troops"),
    ],
)
def test_head_words(words, expected):
    start, end = events.head(f"The {words}.", 4, 4 + len(words))
    assert f"The {words}."[start:end] == expected
    assert events.head(None, 3, 9) == (3, 9)
    assert events.head("The Army of the North", 4, 21, whole=True) == (4, 21)


def test_an_argument_by_head_word_and_by_another_mention_of_its_entity():
    source, _ = story()
    took = source.events[1]
    army = source.mentions[5]  # "Malian army", a name, Loser of the capture
    wider = Event(took.start, took.end, took.type, arguments=[Argument("Loser", start=army.start - 4, end=army.end)])
    by_head = Document("kidal", mentions=(), events=(wider,))
    assert overall(source, by_head, "arguments.classified")["tp"] == 0
    first, second = source.mentions[0], source.mentions[4]  # both Kidal
    elsewhere = Event(took.start, took.end, took.type, arguments=[Argument("Territory", start=first.start, end=first.end)])
    coreferent = Document("kidal", events=(elsewhere,))
    assert second.entity == first.entity
    assert overall(source, coreferent, "arguments.classified_attached")["tp"] == 0
    assert overall(source, coreferent, "arguments.classified_attached_identity")["tp"] == 1


def test_realis_and_family():
    gold = Document("d", events=[Event(0, 3, "Conflict.Battle", "Actual")])
    predicted = Document("d", events=[Event(0, 3, "Conflict.Siege", "Actual")])
    assert overall_of(gold, predicted, "triggers.classified") == 0.0
    assert overall_of(gold, predicted, "triggers.family") == 1.0
    other = Document("d", events=[Event(0, 3, "Conflict.Battle", "Other")])
    assert overall_of(gold, other, "triggers.classified") == 1.0
    assert overall_of(gold, other, "triggers.realis") == 0.0
