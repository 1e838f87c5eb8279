import json

import pytest

from benchmark.metrics import events
from benchmark.metrics.counts import Tally
from benchmark.schema import Argument, Document, Event, Mention

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
