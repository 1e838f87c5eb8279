import pytest

from benchmark import articles
from benchmark.problems import BadInput


def test_articles_are_known_by_their_hash_whatever_they_are_called(home, tmp_path, monkeypatch):
    monkeypatch.delenv("BENCHMARK_ARTICLES")
    gold = home / "gold"
    assert articles.Shelf(gold).text("kidal") is None
    (tmp_path / "articles" / "other.txt").write_text("not an article")
    assert list(articles.add(gold, tmp_path / "articles")) == ["kidal"]
    assert articles.Shelf(gold).text("kidal").startswith("Rebels")
    assert articles.remove(gold) == ["kidal"]
    assert articles.remove(gold) == []
    assert articles.Shelf(gold).text("kidal") is None


def test_the_environment_points_without_copying(home):
    assert articles.Shelf(home / "gold").text("kidal").startswith("Rebels")
    assert not (home / "gold" / "source" / "kidal.txt").exists()


def test_a_copy_goes_before_the_environment_and_must_be_the_right_text(home):
    copy = home / "gold" / "source" / "kidal.txt"
    copy.write_text("something else")
    with pytest.raises(BadInput, match="wrong SHA-256"):
        articles.Shelf(home / "gold").text("kidal")


def test_an_article_that_is_a_directory(home):
    (home / "gold" / "source" / "kidal.txt").mkdir()
    with pytest.raises(BadInput, match="is a directory where the article's text is expected"):
        articles.Shelf(home / "gold").text("kidal")


@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "no such folder"), ("file", "is a file"), ("empty", "none of the articles is here")]
)
def test_folders_without_articles(home, tmp_path, name, reason):
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=reason):
        articles.add(home / "gold", tmp_path / name)


def test_removing_what_is_no_article(home):
    with pytest.raises(BadInput, match="no article 'x'; there are kidal"):
        articles.remove(home / "gold", ["x"])
