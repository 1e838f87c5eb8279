import pytest

from benchmark.api import Article, Unavailable

spacy = pytest.importorskip("spacy", reason="spaCy is not installed (extra spacy)")


@pytest.fixture
def pipeline(tmp_path):
    """A small saved pipeline that knows one name."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "GPE", "pattern": "Kidal"}, {"label": "ORDINAL", "pattern": "first"}])
    nlp.to_disk(tmp_path / "pipeline")
    return str(tmp_path / "pipeline")


def test_entities_of_any_pipeline_with_offsets_in_the_article(model_class, pipeline):
    model = model_class(pipeline=pipeline)
    model.load("cpu")
    text = "Menu\n\nThe first to reach Kidal\nleft Kidal again.\n\nKidal fell."
    found = model.extract(Article("a", text, regions=((6, len(text)),))).mentions
    assert [(text[m.start : m.end], m.type) for m in found] == [("first", "ORDINAL"), ("Kidal", "GPE"), ("Kidal", "GPE"), ("Kidal", "GPE")]


def test_a_missing_pipeline_is_unavailable_with_the_command_to_install_it(model_class):
    with pytest.raises(Unavailable, match="python -m spacy download xx_no_such_pipeline"):
        model_class(pipeline="xx_no_such_pipeline").load("cpu")
