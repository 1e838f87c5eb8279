import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.api import Article, Unavailable

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra transformers)")
transformers = pytest.importorskip("transformers", reason="transformers is not installed (extra transformers)")

LABELS = ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
WORDS = ["kidal", "fell", "to", "amadou", "keita", "in", "may", "old", "town", ".", ",", "-"]
PIECES = [*WORDS, *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"), *"abcdefghijklmnopqrstuvwxyz"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny randomly initialised BERT with its tokenizer, saved as any model is."""
    path = tmp_path_factory.mktemp("model")
    save_tiny_bert(path)
    return str(path)


def save_tiny_bert(path, positions=64):
    """A token classifier of the labels and pieces above."""
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(PIECES)]
    _tokenizer(vocabulary).save_pretrained(path)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=positions,
        id2label=dict(enumerate(LABELS)),
        label2id={label: n for n, label in enumerate(LABELS)},
    )
    transformers.BertForTokenClassification(config).save_pretrained(path)


def _tokenizer(vocabulary):
    from tokenizers import BertWordPieceTokenizer

    backend = BertWordPieceTokenizer({word: n for n, word in enumerate(vocabulary)}, lowercase=True)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=backend._tokenizer, **names)


@pytest.fixture
def model(model_class, folder):
    model = model_class(model=folder, window=12, stride=4)
    model.load("cpu")
    return model


def test_a_name_in_several_pieces_keeps_its_exact_offsets(model, monkeypatch):
    """Predictions are set by hand: every piece of a capitalised word is LOC."""
    text = "The old town\nof Kidalxy-Gao fell. Zürich too."

    def predict(encoded):
        return [(["B-LOC"] * len(ids), [0.75] * len(ids)) for ids in encoded["input_ids"]]

    monkeypatch.setattr(model, "_predict", predict)
    found = model.extract(Article("a", text)).mentions
    assert "".join(text[m.start : m.end] for m in found) == "".join(text.split())
    assert all(m.score == 0.75 for m in found)
    assert "Kidalxy" in [text[m.start : m.end] for m in found]


def test_long_texts_are_read_to_the_end_in_windows(model, monkeypatch):
    text = " ".join(["kidal fell"] * 60)
    whole = [w[:2] for w in model._words([text])[0]]
    assert [text[a:b] for a, b in whole] == text.split()  # each word once, none lost between windows


def test_windows_agree_with_one_long_window_on_where_words_are(model_class, folder, model):
    wide = model_class(model=folder, window=64, stride=8)
    wide.load("cpu")
    text = "Amadou Keita, old town. Kidal fell in May to Amadou-Keita." * 2
    assert [w[:2] for w in wide._words([text])[0]] == [w[:2] for w in model._words([text])[0]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="aKé ü.\n-🙂\u0301xyz", max_size=60))
def test_any_text_gives_spans_inside_it_without_white_space_at_the_ends(model, text):
    for m in model.extract(Article("a", text)).mentions:
        words = text[m.start : m.end]
        assert words
        assert words == words.strip()
        assert 0 <= m.score <= 1


def test_the_same_twice(model):
    article = Article("a", "Kidal fell to Amadou Keita in the old town.")
    assert model.extract(article) == model.extract(article)


def test_many_articles_at_once_are_answered_as_one_by_one(model):
    sizes = [0, 40, 1, 7, 100, 3]
    articles = [Article(f"a{n}", " ".join(["Kidal fell to Amadou Keita."] * size)) for n, size in enumerate(sizes)]
    together = model.extract_many(articles)
    assert together == [model.extract(article) for article in articles]
    assert not together[0].mentions
    assert all(m.end <= len(a.text) for a, found in zip(articles, together, strict=True) for m in found.mentions)


def test_windows_are_batched_by_length_and_answered_in_their_order(model, monkeypatch):
    shapes, forward = [], model.network.forward

    def watched(**group):
        shapes.append(tuple(group["input_ids"].shape))
        return forward(**group)

    monkeypatch.setattr(model.network, "forward", watched)
    model.batch = 2
    texts = ["kidal fell in may to amadou", "kidal", "old town in may , old", "may"]
    words = model._words(texts)
    model.batch = 8
    assert shapes[:2] == [(2, 3), (2, 8)]  # the short ones are not padded to the long ones
    assert [[text[a:b] for a, b, *_ in found] for text, found in zip(texts, words, strict=True)] == [text.split() for text in texts]


def test_joining_labelled_words(model_class):
    import sys

    entities = sys.modules[model_class.__module__].entities
    words = [
        (0, 2, "B-LOC", 1.0),
        (3, 5, "I-LOC", 0.5),
        (6, 8, "B-LOC", 1.0),
        (9, 11, "O", 1.0),
        (12, 14, "I-PER", 1.0),
        (15, 17, "LOC", 1.0),
        (18, 20, "LOC", 1.0),
    ]
    assert list(entities(words)) == [(0, 5, "LOC", 0.75), (6, 8, "LOC", 1.0), (12, 14, "PER", 1.0), (15, 20, "LOC", 1.0)]


def test_without_network_or_cache_it_is_unavailable_in_seconds(model_class, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    began = time.monotonic()
    with pytest.raises(Unavailable, match="no network and no copy in the cache"):
        model_class(model="no-such-org/no-such-model").load("cpu")
    assert time.monotonic() - began < 10


def test_a_folder_that_is_no_model_is_unavailable_with_the_reason(model_class, tmp_path):
    with pytest.raises(Unavailable, match=str(tmp_path)):
        model_class(model=str(tmp_path)).load("cpu")
