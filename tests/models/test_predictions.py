import json

import pytest

from benchmark.api import Article, Extraction, Mention, Unavailable, Unsupported
from benchmark.formats import jsonl
from benchmark.problems import BadInput
from tests.conftest import story


def loaded(model_class, path):
    model = model_class(path=str(path))
    model.load("cpu")
    return model


def test_it_replays_the_file(model_class, tmp_path):
    documents = story()
    (tmp_path / "p.jsonl").write_bytes(jsonl.write(documents))
    model = loaded(model_class, tmp_path / "p.jsonl")
    for document in documents:
        assert model.extract(document.article) == Extraction(document.mentions, document.events)


def test_an_article_that_the_file_lacks_is_unsupported(model_class, tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "a"}\n{"id": "b", "outcome": "failed", "error": "boom"}\n')
    model = loaded(model_class, tmp_path / "p.jsonl")
    assert model.extract(Article("a", "Kidal")) == Extraction()
    for name in ("b", "c"):  # what failed there was not found to be empty
        with pytest.raises(Unsupported, match=f"no document '{name}'"):
            model.extract(Article(name, "Kidal"))


def test_invented_strings_and_costs_stay(model_class, tmp_path):
    line = {
        "id": "a",
        "mentions": [{"start": 0, "end": 5, "type": "GPE"}],
        "invented": [{"text": "Gao", "type": "GPE"}],
        "tokens": 7,
        "cost": 0.5,
    }
    (tmp_path / "p.jsonl").write_text(json.dumps(line))
    found = loaded(model_class, tmp_path / "p.jsonl").extract(Article("a", "Kidal"))
    assert found.mentions == (Mention(0, 5, "GPE"),)
    assert (found.invented[0].text, found.tokens, found.cost) == ("Gao", 7, 0.5)


def test_without_a_file_it_is_unavailable(model_class):
    with pytest.raises(Unavailable, match="--set path=FILE"):
        model_class().load("cpu")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such file"),
        ('{"id": "a"}\n{"id"', "p.jsonl:2: not JSON"),
        ('{"id": "a", "x": 1}', "unknown key 'x'"),
        ('{"id": "a"}\n{"id": "a"}', "stands already in line 1"),
        ('{"id": "a", "mentions": [{"start": 5, "end": 5, "type": "X"}]}', "empty or turned round"),
    ],
)
def test_a_bad_file_is_named_with_its_line(model_class, tmp_path, content, reason):
    if content is not None:
        (tmp_path / "p.jsonl").write_text(content)
    with pytest.raises(BadInput, match=reason):
        loaded(model_class, tmp_path / "p.jsonl")


def test_a_run_shows_the_reason(home, tmp_path):
    """Through the worker: a bad file is a failure in words, no file unavailable, and labels of other schemes are compared as such."""
    from benchmark.registry import in_file
    from benchmark.worker import Job, prepare
    from tests.models.conftest import MODELS

    (found,) = in_file(MODELS / "predictions.py")
    log = str(tmp_path / "log")
    _, ready = prepare(Job(found, {"path": str(tmp_path / "none.jsonl")}, "cpu", log, 0, None))
    assert ready.outcome == "failed"
    assert "there is no such file" in ready.error
    (tmp_path / "p.jsonl").write_text('{"id": "a"}')
    _, ready = prepare(Job(found, {"path": str(tmp_path / "p.jsonl"), "scheme": "conll2003"}, "cpu", log, 0, None))
    assert (ready.outcome, ready.scheme) == ("ok", "conll2003")
