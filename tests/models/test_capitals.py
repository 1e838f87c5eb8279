from benchmark.api import Article


def test_runs_of_capitalised_words(model_class):
    text = "In Kidal the Red Cross spoke."
    found = model_class(type="GPE").extract(Article("a", text)).mentions
    assert [(text[m.start : m.end], m.type) for m in found] == [("In Kidal", "GPE"), ("Red Cross", "GPE")]
