import itertools
import json
import shutil
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.api import Article, Unavailable

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra gliner)")
pytest.importorskip("gliner", reason="GLiNER is not installed (extra gliner)")

WORDS = ["kidal", "fell", "to", "amadou", "keita", "in", "may", "old", "town", "person", "city", "date", ".", ",", "-"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PROMPTS = "person: PER, city: GPE, town: GPE, date: DATE"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny randomly initialised checkpoint with its tokenizer, saved by the library itself."""
    import transformers
    from gliner import GLiNER, GLiNERConfig
    from tokenizers import BertWordPieceTokenizer

    path = tmp_path_factory.mktemp("checkpoint")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys([*WORDS, *(f"##{x}" for x in LETTERS), *LETTERS])]
    backend = BertWordPieceTokenizer({word: n for n, word in enumerate(vocabulary)}, lowercase=True)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend._tokenizer, model_max_length=64, **names)
    tokenizer.save_pretrained(path)
    encoder = {"model_type": "bert", "vocab_size": len(vocabulary), "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = GLiNERConfig(
        model_name=str(path),
        hidden_size=16,
        max_len=24,
        max_width=4,
        dropout=0.0,
        encoder_config={**encoder, "intermediate_size": 16, "max_position_embeddings": 64},
    )
    torch.manual_seed(0)
    model = GLiNER.from_config(config, backbone_from_pretrained=False)
    model.save_pretrained(path, safe_serialization=True)
    return path


@pytest.fixture(scope="module")
def loaded(request, folder):
    from tests.models.conftest import MODELS, in_file, load

    (found,) = in_file(MODELS / "gliner.py")
    model = load(found)(model=str(folder), prompts=PROMPTS, threshold=0.3, window=12, overlap=6)
    model.load("cpu")
    return model


def test_types_scores_and_offsets(loaded):
    text = "The old town of Kidal fell. 🙂 Amadou Keita, in Zürich."
    found = loaded.extract(Article("a", text)).mentions
    assert found  # random weights: some spans are over the threshold
    assert {m.type for m in found} <= {"PER", "GPE", "DATE"}
    for m in found:
        assert 0.3 <= m.score <= 1
        assert text[m.start : m.end] == text[m.start : m.end].strip()
    assert loaded.extract(Article("a", text)).mentions == found


def test_windows_cover_every_word_and_own_each_place_once(loaded):
    text = "kidal fell to amadou keita in may, old town. " * 20
    windows = list(loaded._windows(text, 0, len(text)))
    assert len(windows) > 5
    assert windows[0][1][0] == 0
    assert windows[-1][1][1] == len(text)
    for (span, owned), (following, next_owned) in itertools.pairwise(windows):
        assert owned[1] == next_owned[0]  # no gap, no overlap in what is owned
        assert following[0] < span[1]  # while windows overlap
        assert len(text[span[0] : span[1]].split()) <= 12


def test_long_words_make_windows_short_so_that_nothing_is_cut_off(loaded):
    text = "abcdefghijklm nopqrstuvwxyz " * 8
    for (start, end), _ in loaded._windows(text, 0, len(text)):
        pieces = loaded.tokenizer(text[start:end].split(), is_split_into_words=True, add_special_tokens=False)["input_ids"]
        assert len(pieces) <= loaded.pieces < 64


def test_entities_of_an_overlap_are_taken_once(loaded, monkeypatch):
    text = "kidal fell to amadou keita in may old town kidal " * 6

    def inference(texts, labels, **_):
        import re

        return [[{"start": m.start(), "end": m.end(), "label": "city", "score": 0.5} for m in re.finditer("kidal", t)] for t in texts]

    monkeypatch.setattr(loaded.network, "inference", inference)
    found = loaded.extract(Article("a", text)).mentions
    assert len(found) == len({(m.start, m.end) for m in found}) == text.count("kidal")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="aKé ü.\n-🙂\u0301xyz", max_size=80))
def test_any_text_gives_spans_inside_it(loaded, text):
    for m in loaded.extract(Article("a", text)).mentions:
        assert text[m.start : m.end].strip()


@pytest.mark.parametrize("prompts", ["", "person", "person: PER, person: GPE", ": PER"])
def test_prompts_that_are_no_pairs(model_class, folder, prompts):
    with pytest.raises(ValueError, match="give 'phrase: TYPE' pairs"):
        model_class(model=str(folder), prompts=prompts).load("cpu")


def test_default_prompts_name_every_gold_type(model_class):
    import sys

    from benchmark.inventory import load
    from benchmark.paths import root

    parsed = sys.modules[model_class.__module__].parsed
    assert set(parsed(model_class().prompts).values()) == set(load(root() / "gold" / "schema.toml").mentions)


def test_pickled_weights_are_not_read(model_class, folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(Unavailable, match=r"pickles \(pytorch_model.bin\) are not read"):
        model_class(model=str(copy), prompts=PROMPTS).load("cpu")


def test_a_checkpoint_that_brings_code_is_refused(model_class, folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    config = json.loads((copy / "gliner_config.json").read_text())
    config["encoder_config"]["auto_map"] = {"AutoModel": "somebody/model--modeling.Model"}
    (copy / "gliner_config.json").write_text(json.dumps(config))
    with pytest.raises(Unavailable, match="never run"):
        model_class(model=str(copy), prompts=PROMPTS).load("cpu")


def test_without_network_or_cache_it_is_unavailable_in_seconds(model_class, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    began = time.monotonic()
    with pytest.raises(Unavailable, match="no network and no copy in the cache"):
        model_class(model="no-such-org/no-such-model").load("cpu")
    assert time.monotonic() - began < 10


def test_a_folder_that_is_no_checkpoint(model_class, tmp_path):
    with pytest.raises(Unavailable, match=r"gliner_config\.json"):
        model_class(model=str(tmp_path)).load("cpu")
