import pytest

from benchmark.api import Argument, Article, Document, Event, Extraction, Mention, Unavailable, companion
from tests.models.conftest import MODELS

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

MEMBER = """
import re
from benchmark.api import Argument, Event, Extraction, Mention, Unavailable, extractor

@extractor("{name}", produces={{"mentions", "events", "arguments", "realis", "identity"}})
class Member:
    def load(self, device):
        if "{name}" == "absent":
            raise Unavailable("no weights")

    def extract(self, article):
        mentions = [Mention(*m.span(), "GPE", "NAM", m.group().lower(), id=f"T{{n}}") for n, m in enumerate(article.finditer(r"{pattern}"))]
        events = [
            Event(*m.span(), "Conflict.Battle", "{realis}", arguments=[Argument("Place", mentions[0].id)] if mentions else [])
            for m in article.finditer(r"{trigger}")
        ]
        return Extraction(mentions, events)
"""
TOWNS = ["Kidal", "Gao", "Segou", "Mopti", "Timbuktu", "Sikasso", "Kayes", "Bamako"]


def labelled(n):
    """A sentence in which only the word after `attacked` is a place."""
    town = TOWNS[n % len(TOWNS)]
    text = f"Rebels attacked {town} on Monday. Keita spoke."
    at = text.index(town)
    event = Event(7, 15, "Conflict.Battle", "Actual", arguments=[Argument("Place", "T1")])
    return Document(f"d{n // 2}{'.retold' * (n % 2)}", text, mentions=[Mention(at, at + len(town), "GPE", "NAM", id="T1")], events=[event])


def write(home, name, pattern, trigger, realis):
    (home / "models" / f"{name}.py").write_text(MEMBER.format(name=name, pattern=pattern, trigger=trigger, realis=realis))


@pytest.fixture
def members(home):
    """One that is right, and two that are wrong together."""
    write(home, "good", r"(?<=attacked )[A-Z]\w+", "attacked", "Actual")
    for name in ("bad", "worse"):
        write(home, name, r"[A-Z]\w+", "spoke|attacked", "Other")
    write(home, "absent", "x", "x", "Actual")


def trained(model_class, names):
    model = model_class(members=names)
    model.load("cpu")
    model.fit([labelled(n) for n in range(16)])
    return model


def test_it_learns_whom_to_believe(model_class, members):
    model = trained(model_class, "bad,worse,good")
    found = model.extract(Article("x", "Rebels attacked Nioro on Monday. Keita spoke."))
    assert [(m.start, m.end, m.entity) for m in found.mentions] == [(16, 21, "nioro")]
    (event,) = found.events
    assert (event.start, event.end, event.realis) == (7, 15, "Actual")
    by_id = {m.id: m for m in found.mentions}
    assert [(a.role, by_id[a.mention].start) for a in event.arguments if a.mention] == [("Place", 16)]


def test_it_is_deterministic(model_class, members):
    article = Article("x", "Rebels attacked Nioro on Monday. Keita spoke.")
    one, other = (trained(model_class, "bad,worse,good").extract(article) for _ in range(2))
    assert one == other


def test_members_that_are_unavailable_are_left_out_but_two_must_be_there(model_class, members, capsys):
    trained(model_class, "absent,bad,good")
    assert "absent: no weights" in capsys.readouterr().out
    with pytest.raises(Unavailable, match="fewer than two members"):
        trained(model_class, "absent,good")


def test_halves_keep_the_editions_of_a_story_together(model_class):
    import sys

    halves = sys.modules[model_class.__module__]._halves([labelled(n) for n in range(10)])
    for seen, unseen in halves:
        stories = [{d.id.removesuffix(".retold") for d in side} for side in (seen, unseen)]
        assert not stories[0] & stories[1]
        assert len(stories[0] | stories[1]) == 5
    assert halves[0] == halves[1][::-1]


def test_of_names_that_overlap_the_likelier_is_kept():
    voting = companion(str(MODELS / "ensemble.py"), "voting")
    chances = {(0, 5, "GPE", "name"): 0.9, (0, 9, "ORG", "name"): 0.6, (3, 5, "PER", "noun"): 0.7, (10, 12, "GPE", "name"): 0.3}
    assert voting.without_overlaps(chances, 0.5) == [(0, 5, "GPE", "name"), (3, 5, "PER", "noun")]


def test_arguments_are_known_by_the_place_of_what_fills_them():
    voting = companion(str(MODELS / "ensemble.py"), "voting")
    event = Event(0, 3, "X.Y", arguments=[Argument("A", "T1"), Argument("B", start=7, end=9), Argument("C", "T9")])
    found = Extraction([Mention(4, 6, "GPE", id="T1")], [event])
    assert [key for key, _ in voting.arguments(found)] == [(0, 3, "X.Y", "A", 4, 6), (0, 3, "X.Y", "B", 7, 9)]
