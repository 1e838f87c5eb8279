"""Trained parts are reused for the same code, labels and parameters, and for nothing else."""

import pytest

from benchmark import training
from benchmark.registry import in_file, load, source_hash
from benchmark.schema import Document, Mention

MODEL = """
import json
from benchmark.api import Extraction, Mention, extractor

@extractor("counter", produces={"mentions"})
class Counter:
    fits = 0

    def __init__(self, word="a"):
        self.word = word

    def fit(self, documents):
        Counter.fits += 1
        self.seen = [d.id for d in documents]

    def save(self, folder):
        (folder / "seen.json").write_text(json.dumps(self.seen))

    def restore(self, folder):
        self.seen = json.loads((folder / "seen.json").read_text())

    def extract(self, article):
        return Extraction()
"""
DOCUMENTS = [Document("a", "Kidal fell.", mentions=(Mention(0, 5, "GPE"),)), Document("b", "Gao held.")]


@pytest.fixture
def found(tmp_path, monkeypatch):
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "counter.py").write_text(MODEL)
    return in_file(tmp_path / "counter.py")[0]


def trained(found, documents=DOCUMENTS, anew=False, **parameters):
    model = load(found)(**parameters)
    restored = training.fit(model, found, parameters, documents, 0, "cpu", anew)
    return model, restored


def test_the_second_training_is_restored(found):
    first, restored = trained(found)
    assert not restored
    second, restored = trained(found)
    assert restored
    assert second.seen == first.seen == ["a", "b"]


def test_other_labels_parameters_or_force_train_anew(found):
    trained(found)
    assert not trained(found, DOCUMENTS[:1])[1]
    assert not trained(found, word="b")[1]
    assert not trained(found, anew=True)[1]
    moved = [Document("a", "Kidal fell.", mentions=(Mention(0, 5, "LOC"),)), DOCUMENTS[1]]
    assert not trained(found, moved)[1]


def test_other_code_trains_anew(found, tmp_path):
    trained(found)
    (tmp_path / "counter.py").write_text(MODEL + "\n# changed\n")
    assert not trained(in_file(tmp_path / "counter.py")[0])[1]


def test_what_was_not_finished_or_is_broken_is_trained_anew(found, tmp_path):
    trained(found)
    (kept,) = (tmp_path / "cache" / "counter").iterdir()
    (kept / "seen.json").write_text("[")
    assert not trained(found)[1]
    (kept / "complete").unlink()
    assert not trained(found)[1]
    assert trained(found)[1]


def test_a_folder_that_cannot_be_written_costs_no_run(found, tmp_path):
    (tmp_path / "cache").write_text("a file")
    model, restored = trained(found)
    assert not restored
    assert model.seen == ["a", "b"]


def test_whatever_goes_wrong_in_saving_costs_no_run_and_leaves_nothing(found, tmp_path, monkeypatch):
    (tmp_path / "counter.py").write_text(
        MODEL.replace(
            '(folder / "seen.json").write', 'raise RuntimeError("no space, as a library says it")\n        (folder / "seen.json").write'
        )
    )
    model, restored = trained(found)
    assert (restored, model.seen) == (False, ["a", "b"])
    assert not list((tmp_path / "cache" / "counter").iterdir())
    assert training.kept(found, {}, DOCUMENTS, 0, "cpu") is None


def test_what_is_kept_can_be_told(found):
    assert training.kept(found, {}, DOCUMENTS, 0, "cpu") is None
    trained(found)
    assert (training.kept(found, {}, DOCUMENTS, 0, "cpu") / "seen.json").is_file()


def test_a_model_made_of_others_changes_with_them(tmp_path):
    part = tmp_path / "part.py"
    part.write_text(MODEL.replace("counter", "part"))
    (tmp_path / "whole.py").write_text(MODEL.replace('"counter", ', '"whole", uses=("part",), '))
    before = source_hash(in_file(tmp_path / "whole.py")[0])
    part.write_text(part.read_text() + "# changed")
    assert source_hash(in_file(tmp_path / "whole.py")[0]) != before
