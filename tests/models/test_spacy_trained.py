import pytest

from benchmark.api import Article, Document, Event, Mention

pytest.importorskip("spacy", reason="spaCy is not installed (extra spacy)")


def labelled(n):
    town = ["Kidal", "Gao", "Segou", "Mopti"][n % 4]
    text = f"Rebels attacked {town} on Monday."
    mentions = (
        Mention(16, 16 + len(town), "GPE", "NAM"),
        Mention(0, 6, "PER", "NOM"),
        Mention(text.index("Monday"), text.index("Monday") + 6, "DATE"),
    )
    return Document(f"d{n}", text, mentions=mentions, events=(Event(7, 15, "Conflict.Battle"),))


def test_it_learns_names_and_triggers_and_is_deterministic(model_class):
    answers = []
    for _ in range(2):
        model = model_class(epochs=20, batch=20)
        model.fit([labelled(n) for n in range(12)])
        answers.append(model.extract(Article("a", "Rebels attacked Timbuktu on Monday.")))
    assert answers[0] == answers[1]
    assert [(m.start, m.end, m.type) for m in answers[0].mentions] == [(16, 24, "GPE"), (28, 34, "DATE")]
    assert [(e.start, e.end, e.type) for e in answers[0].events] == [(7, 15, "Conflict.Battle")]
