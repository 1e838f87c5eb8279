import msgspec
import pytest

from benchmark.formats import anchors
from benchmark.problems import BadInput
from benchmark.schema import Argument, Document, Event, Mention
from tests.conftest import TEXT, span, story

EMPTY = Document("kidal", TEXT, "2012-05-05")
LINES = """# what the guidelines call a capture
== 2
m1 | Kidal | GPE NAM kidal
m2 | about  200 | NUM ~200
e1 | took | Territory.Capture Actual fall-of-kidal | Taker m3, Territory m1
m3 | rebels | PER NOM rebels
== 3
m4 | Gao | GPE NAM gao
"""


def test_words_become_offsets_in_the_order_of_the_text():
    found = anchors.read(LINES, EMPTY)
    assert found.mentions == (
        Mention(*span(TEXT, "about 200"), "NUM", value="~200", id="T1"),
        Mention(*span(TEXT, "rebels"), "PER", "NOM", "rebels", id="T2"),
        Mention(*span(TEXT, "Kidal", 2), "GPE", "NAM", "kidal", id="T3"),
        Mention(*span(TEXT, "Gao"), "GPE", "NAM", "gao", id="T4"),
    )
    arguments = (Argument("Taker", "T2"), Argument("Territory", "T3"))
    assert found.events == (Event(*span(TEXT, "took"), "Territory.Capture", "Actual", "fall-of-kidal", arguments, id="E1"),)


def test_occurrences_are_counted_in_whole_words():
    document = Document("d", "ISIS and IS and IS.")
    found = anchors.read("== 1\nm1 | IS #2 | ORG NAM isis\nm2 | ISI | ORG NAM x\n", document)
    assert [(m.start, m.end) for m in found.mentions] == [(0, 3), (16, 18)]


def test_round_trip_of_a_story():
    for document in story():
        written = anchors.write(document)
        empty = msgspec.structs.replace(document, mentions=(), events=())
        again = anchors.read(written, empty)
        assert {(m.start, m.end, m.type, m.level, m.entity, m.value) for m in again.mentions} == {
            (m.start, m.end, m.type, m.level, m.entity, m.value) for m in document.mentions
        }
        assert anchors.read(anchors.write(again), empty) == again


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("m9 | Timbuktu | GPE NAM t", "stands 0 times"),
        ("m9 | Kidal #2 | GPE NAM kidal", "stands 1 times in this paragraph; asked for number 2"),
        ("m1 | Kidal | GPE NAM kidal", "used twice"),
        ("x1 | Kidal | GPE NAM kidal", "expected"),
        ("== 77", "no paragraph 77"),
        ("e9 | took | Territory.Capture Maybe x", "an event has"),
        ("e9 | took | Territory.Capture Actual x | Taker m77", "'m77', which is not there"),
        ("m9 | Kidal | GPE", "three fields"),
    ],
)
def test_faults_name_the_line(line, reason):
    with pytest.raises(BadInput) as caught:
        anchors.read("== 2\nm1 | Kidal | GPE NAM kidal\n" + line, EMPTY, "a.txt")
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert reason in problem.reason


def test_a_label_before_any_paragraph():
    with pytest.raises(BadInput, match="before the first paragraph"):
        anchors.read("m1 | Kidal | GPE NAM kidal", EMPTY)
