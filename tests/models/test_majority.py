import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.api import Article, Document, Event, Mention


def labelled(name, text, *labels):
    """A document in which each (words, type, level, value) is labelled where it first stands; level ``!`` makes it a trigger."""
    mentions, events = [], []
    for words, kind, level, value in labels:
        start = text.index(words)
        if level == "!":
            events.append(Event(start, start + len(words), kind, value))
        else:
            mentions.append(Mention(start, start + len(words), kind, level, value=value))
    return Document(name, text, mentions=tuple(mentions), events=tuple(events))


TRAINING = [
    labelled("a", "Kidal fell in May.", ("Kidal", "GPE", "NAM", None),
             ("fell", "Territory.Capture", "!", "Actual"), ("May", "DATE", None, "2012-05")),
    labelled("b", "The Kidal\nBrigade fell back in May.", ("Kidal\nBrigade", "ORG", "NAM", None), ("May", "DATE", None, "2013-05")),
    labelled("c", "Two dozen died.", ("Two dozen", "NUM", None, "=24"), ("died", "Life.Die", "!", "Actual")),
    labelled("d", "Sahel", ("Sahel", "LOC", "NAM", None)),
    labelled("e", "Sahel", ("Sahel", "GPE", "NAM", None)),
]  # fmt: skip


@pytest.fixture
def model(model_class):
    model = model_class()
    model.fit(TRAINING)
    return model


def found(model, text):
    return [(text[m.start : m.end], m.type, m.level, m.value) for m in model.extract(Article("x", text)).mentions]


def test_the_longest_string_wins_whatever_white_space_is_in_it(model):
    assert found(model, "In Kidal the Kidal Brigade met.") == [("Kidal", "GPE", "NAM", None), ("Kidal Brigade", "ORG", "NAM", None)]


def test_case_and_word_boundaries_count(model):
    assert found(model, "kidal, Kidalese, XKidal, Kidal") == [("Kidal", "GPE", "NAM", None)]
    assert found(model, "Maybe Mayor") == []


def test_a_value_is_given_only_where_it_was_always_the_same(model):
    assert found(model, "In May, Two dozen left.") == [("May", "DATE", None, None), ("Two dozen", "NUM", None, "=24")]


def test_of_types_equally_frequent_the_first_in_the_alphabet_is_taken(model, model_class):
    assert found(model, "Sahel") == [("Sahel", "GPE", "NAM", None)]
    other = model_class()
    other.fit(TRAINING[::-1])
    assert found(other, "Sahel") == [("Sahel", "GPE", "NAM", None)]


def test_triggers_carry_type_and_realis(model):
    (event,) = model.extract(Article("x", "Nine men died.")).events
    assert (event.start, event.end, event.type, event.realis) == (9, 13, "Life.Die", "Actual")


def test_rare_strings_can_be_left_out(model_class):
    model = model_class(least=2)
    model.fit(TRAINING)
    assert found(model, "Sahel, Kidal in May") == [("Sahel", "GPE", "NAM", None), ("May", "DATE", None, None)]


def test_what_is_saved_is_restored(model, model_class, tmp_path):
    model.save(tmp_path)
    other = model_class()
    other.restore(tmp_path)
    article = Article("x", "The Kidal Brigade fell in May; Two dozen died.")
    assert other.extract(article) == model.extract(article)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


@given(st.text(alphabet="Kidal BrgeMy\n.-é", max_size=80))
def test_what_is_found_stands_in_the_dictionary_and_does_not_overlap(text):
    from benchmark.registry import in_file, load
    from tests.models.conftest import MODELS

    model = load(in_file(MODELS / "majority.py")[0])()
    model.fit(TRAINING)
    mentions = model.extract(Article("x", text)).mentions
    assert all(" ".join(text[m.start : m.end].split()) in {"Kidal", "Kidal Brigade", "May"} for m in mentions)
    assert all(one.end <= other.start for one, other in itertools.pairwise(mentions))
