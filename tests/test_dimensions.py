"""Parameters and bytes of a model are found from outside."""

import subprocess
import sys

import pytest

from benchmark.dimensions import bytes_on_disk, parameter_count, torch_device


class Plain:
    def __init__(self, **parts):
        self.__dict__.update(parts)


def test_what_a_model_says_itself_counts():
    assert parameter_count(Plain(parameter_count=5)) == 5
    assert parameter_count(Plain(parameter_count=lambda: 6)) == 6
    assert bytes_on_disk(Plain(model_bytes=7), [], None) == 7


def test_a_model_without_a_neural_library_has_no_parameters(tmp_path):
    (tmp_path / "m.py").write_text("12345")
    (tmp_path / "trained").mkdir()
    (tmp_path / "trained" / "weights").write_bytes(b"x" * 100)
    model = Plain(words=["a"])
    assert parameter_count(model) is None
    assert bytes_on_disk(model, [tmp_path / "m.py"], None) == 5
    assert bytes_on_disk(model, [tmp_path / "m.py", tmp_path / "gone"], tmp_path / "trained") == 105


def test_looking_imports_nothing():
    code = (
        "import sys; from benchmark.dimensions import *; parameter_count(object()); print({'torch', 'thinc', 'spacy'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.slow
def test_torch_modules_are_counted_wherever_they_are_and_once():
    torch = pytest.importorskip("torch")
    layer = torch.nn.Linear(3, 2)
    model = Plain(parts={"a": [Plain(net=torch.nn.Sequential(layer, torch.nn.Linear(2, 2)))]}, again=layer)
    model.itself = model
    assert parameter_count(model) == (3 * 2 + 2) + (2 * 2 + 2)
    assert bytes_on_disk(model, [], None) == 14 * 4
    assert torch_device(model) == "cpu"


@pytest.mark.slow
def test_spacy_pipelines_are_counted():
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    ner.add_label("GPE")
    nlp.initialize()
    expected = sum(node.get_param(n).size for node in ner.model.walk() for n in node.param_names if node.has_param(n))
    assert parameter_count(Plain(nlp=nlp)) == expected > 1000
