import pytest

from benchmark.gold import GoldSet, edition, folds, stats, story
from benchmark.problems import BadInput
from benchmark.schema import Document
from tests import conftest


def test_both_editions_are_loaded_with_text_and_labels(home):
    documents = GoldSet(home / "gold").documents()
    assert documents == list(conftest.story())
    assert [edition(d.id) for d in documents] == ["source", "retold"]
    assert {story(d.id) for d in documents} == {"kidal"}


def test_without_the_article_the_retold_edition_stands_alone_and_it_is_said(home, monkeypatch):
    monkeypatch.delenv("BENCHMARK_ARTICLES")
    notes = []
    documents = GoldSet(home / "gold").documents(note=notes.append)
    assert [d.id for d in documents] == ["kidal.retold"]
    assert "articles add DIR" in notes[0]
    with pytest.raises(BadInput, match="nothing to work on"):
        GoldSet(home / "gold").documents(["source"])


def test_the_fingerprint_covers_labels_and_not_the_users_copies(home):
    gold = GoldSet(home / "gold")
    before = gold.fingerprint()
    (home / "gold" / "source" / "kidal.txt").write_text("a copy")
    assert gold.fingerprint() == before
    ann = home / "gold" / "retold" / "kidal.ann"
    ann.write_text(ann.read_text() + "\n")
    assert gold.fingerprint() != before


def test_folds_are_stories_and_each_is_tested_once():
    documents = [Document(f"{name}{suffix}") for name in "abc" for suffix in ("", ".retold")]
    found = folds(documents)
    assert len(found) == 3
    assert sorted(d.id for fold in found for d in fold.test) == sorted(d.id for d in documents)
    for fold in found:
        assert not {story(d.id) for d in fold.train} & {story(d.id) for d in fold.test}
        assert fold.basis == "the other stories"


def test_a_single_story_is_split_by_edition_and_says_so():
    found = folds([Document("a"), Document("a.retold")])
    assert [[d.id for d in fold.train] for fold in found] == [["a.retold"], ["a"]]
    assert found[0].basis == "the other edition of the same story"
    with pytest.raises(BadInput, match="nothing to learn from"):
        folds([Document("a")])


def test_counts(home):
    source, retold = stats(GoldSet(home / "gold").files())
    assert (source["names"], source["nominals"], source["values"], source["events"], source["arguments"]) == (5, 2, 3, 4, 7)
    assert source["types"]["GPE"] == 3
    assert retold["realis"] == {"Actual": 3}
