import msgspec
import pytest

from benchmark.schema import Argument, Article, Document, Event, Extraction, Mention


def test_lists_are_kept_as_tuples_so_that_values_compare():
    assert Extraction([Mention(0, 1, "X")]) == Extraction((Mention(0, 1, "X"),))
    assert Document("d", regions=[[0, 3]]).regions == ((0, 3),)
    assert hash(Event(0, 1, "X", arguments=[Argument("R", "T1")]))


def test_labels_are_frozen():
    with pytest.raises(AttributeError):
        Mention(0, 1, "X").start = 5


def test_scored_regions_hold_whole_spans():
    document = Document("d", regions=[(0, 10), (20, 30)])
    assert document.scored(0, 10)
    assert document.scored(25, 30)
    assert not document.scored(5, 25)
    assert not document.scored(12, 15)
    assert Document("d").scored(99, 100)


def test_argument_spans_come_from_mentions_or_directly():
    document = Document("d", mentions=[Mention(3, 5, "X", id="T1")])
    assert document.argument_span(Argument("R", "T1")) == (3, 5)
    assert document.argument_span(Argument("R", "T2")) is None
    assert document.argument_span(Argument("R", start=1, end=2)) == (1, 2)


def test_finditer_gives_document_offsets():
    assert [m.span() for m in Article("a", "x 12 y 3").finditer(r"\d+")] == [(2, 4), (7, 8)]


def test_unknown_keys_are_refused():
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.json.decode(b'{"start":0,"end":1,"type":"X","colour":1}', type=Mention)
