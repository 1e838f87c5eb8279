"""The worked examples run: files and commands of docs/ADDING_A_MODEL.md, programs of examples/, the model of the README."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.registry import find, in_file
from benchmark.testing import check_extractor
from benchmark.worker import Job, prepare
from tests.conftest import ROOT, TEXT

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GUIDE = [match.groups() for match in BLOCK.finditer((ROOT / "docs" / "ADDING_A_MODEL.md").read_text())]
needs_perl = pytest.mark.skipif(
    shutil.which("perl") is None or subprocess.run(["perl", "-MJSON::PP", "-e", "1"], capture_output=True, check=False).returncode != 0,
    reason="Perl with its core module JSON::PP is not installed",
)


def run(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command, comments=True)
    assert words[:3] == ["python", "-m", "benchmark"], command
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *words[1:]], cwd=home, env=env, capture_output=True, text=True, check=False)


def write_files(home):
    for _, path, text in GUIDE:
        if path:
            (home / path).parent.mkdir(exist_ok=True)
            (home / path).write_text(text)


def test_the_guide_has_only_files_and_commands():
    assert {language for language, path, _ in GUIDE if path} == {"python", "toml", "perl"}
    assert {language for language, path, _ in GUIDE if not path} == {"sh"}


@needs_perl
@pytest.mark.slow
@pytest.mark.parametrize("commands", [text for language, _, text in GUIDE if language == "sh"])
def test_every_command_of_the_guide_succeeds(home, commands):
    write_files(home)
    for command in commands.splitlines():
        done = run(command, home)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert "failed" not in done.stdout, f"{command}\n{done.stdout}"


@needs_perl
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("months", ["May 2012"]),
        ("numbers_perl", ["3", "2012", "200"]),
        ("memory", ["Gao", "Kidal", "Malian army", "Red Cross"]),
        ("either", ["Gao", "Kidal", "Malian army", "May 2012", "Red Cross"]),
    ],
)
def test_what_the_models_of_the_guide_find(home, name, words):
    write_files(home)
    done = run(f"python -m benchmark run {name} --json", home)
    assert done.returncode == 0, done.stderr
    (folder,) = home.glob(f"results/{name}-*")
    predictions = [json.loads(line) for line in (folder / "predictions.jsonl").read_text().splitlines()]
    (source,) = [p for p in predictions if p["id"] == "kidal"]
    assert {TEXT[m["start"] : m["end"]] for m in source["mentions"]} >= set(words)


@pytest.mark.slow
def test_the_model_from_hugging_face_with_a_local_one(home, tmp_path):
    pytest.importorskip("transformers", reason="transformers is not installed (extra transformers)")
    pytest.importorskip("torch", reason="PyTorch is not installed (extra transformers)")
    from tests.models.test_transformer_ner import save_tiny_bert

    save_tiny_bert(tmp_path / "bert", positions=256)
    write_files(home)
    findings = check_extractor(find("hub_ner", home / "models"), {"model": str(tmp_path / "bert")}, long=3000)
    assert [f for f in findings if f.result != "passed"] == []


@needs_perl
def test_the_program_of_the_examples():
    (found,) = in_file(ROOT / "examples" / "dates.toml")
    assert [f for f in check_extractor(found) if f.result != "passed"] == []


@needs_perl
def test_what_the_program_of_the_examples_finds(home, tmp_path):
    from benchmark.api import Article

    model, _ = prepare(Job(in_file(ROOT / "examples" / "dates.toml")[0], {}, "cpu", str(tmp_path / "log"), 0, None))
    text = "🙂 On 3 May 2012 some 12,000 left, in June 2011 and 1999 all 5."
    found = {text[m.start : m.end]: (m.type, m.value) for m in model.extract(Article("a", text)).mentions}
    assert found == {
        "3 May 2012": ("DATE", "2012-05-03"),
        "12,000": ("NUM", "=12000"),
        "June 2011": ("DATE", "2011-06"),
        "1999": ("DATE", "1999"),
        "5": ("NUM", "=5"),
    }
    model.close()


def test_the_model_of_the_readme(home):
    (text,) = [text for language, _, text in BLOCK.findall((ROOT / "README.md").read_text()) if language == "python"]
    (home / "models" / "years.py").write_text(text)
    assert [f for f in check_extractor(find("years", home / "models")) if f.result != "passed"] == []
