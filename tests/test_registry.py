import os
import sys

import pytest

from benchmark.problems import BadInput
from benchmark.registry import find, in_file, listing, load, settings, source_hash

DECLARED = "from benchmark.api import Extraction, extractor\n"


def write(home, name, body):
    path = home / "models" / name
    path.write_text(DECLARED + body)
    return path


def test_models_are_found_without_importing_them(home):
    write(
        home,
        "boom.py",
        "raise RuntimeError\n@extractor('boom', produces={'mentions'})\nclass Boom:\n    def extract(self, article): pass\n",
    )
    assert [f.name for f in listing(home / "models")] == ["boom", "numbers"]


def test_a_model_file_may_be_called_like_a_library(home):
    write(home, "json.py", "@extractor('jay', produces={'mentions'})\nclass Jay:\n    def extract(self, article): return Extraction()\n")
    assert load(find("jay", home / "models")).__name__ == "Jay"
    assert sys.modules["json"].__name__ == "json"


def test_by_path_and_by_module(home, tmp_path, monkeypatch):
    path = tmp_path / "mine.py"
    path.write_text((home / "models" / "numbers.py").read_text())
    assert find(str(path), home / "models").name == "numbers"
    monkeypatch.syspath_prepend(tmp_path)
    found = find("mine:Numbers", home / "models")
    assert load(found).__name__ == "Numbers"
    assert found.declaration.name == "numbers"


def test_by_entry_point(home, tmp_path, monkeypatch):
    (tmp_path / "pkg.py").write_text((home / "models" / "numbers.py").read_text().replace('"numbers"', '"packaged"'))
    info = tmp_path / "pkg-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pkg\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[benchmark.extractors]\npackaged = pkg:Numbers\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "packaged" in [f.name for f in listing(home / "models")]
    found = find("packaged", home / "models")
    assert found.declaration.produces == {"mentions"}
    assert load(found).__name__ == "Numbers"


def test_commands(home):
    (home / "models" / "awk.toml").write_text('command = ["awk", "x"]\nproduces = ["mentions", "events"]\n')
    found = find("awk", home / "models")
    assert found.kind == "command"
    assert found.declaration.produces == {"mentions", "events"}
    (home / "models" / "bad.toml").write_text('comand = ["awk"]\n')
    with pytest.raises(BadInput, match="comand"):
        listing(home / "models")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("class X(:\n", "not Python"),
        ("@extractor('a/b', produces={'mentions'})\nclass X:\n    pass\n", "model name 'a/b'"),
        ("@extractor('x', produces={'poems'})\nclass X:\n    pass\n", "give literal values"),
        ("@extractor('x', produces=WHAT)\nclass X:\n    pass\n", "give literal values"),
    ],
)
def test_bad_files_are_named_with_their_line(home, body, reason):
    path = write(home, "x.py", body)
    with pytest.raises(BadInput, match=reason) as caught:
        in_file(path)
    assert caught.value.problems[0].line >= 2


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nope", "no model 'nope'; there are numbers"),
        ("a/b", "model 'a/b'"),
        ("x.py", "no such file"),
        ("no.such:Thing", "cannot be imported"),
    ],
)
def test_what_is_no_model(home, name, reason):
    with pytest.raises(BadInput, match=reason):
        find(name, home / "models")


def test_settings_go_to_the_models_that_take_them(home):
    body = "class Two:\n    def __init__(self, size=1): self.size = size\n    def extract(self, a): pass\n"
    write(home, "two.py", f"@extractor('two', produces={{'mentions'}})\n{body}")
    found = listing(home / "models")
    assert settings(["type=NUM", "two.size=3"], found) == {"numbers": {"type": "NUM"}, "two": {"size": 3}}
    with pytest.raises(BadInput, match="no such parameter; numbers takes type; two takes size"):
        settings(["colour=red"], found)
    with pytest.raises(BadInput, match="give KEY=VALUE"):
        settings(["type"], found)


def test_the_source_hash_covers_the_folder_beside_the_file(home):
    found = find("numbers", home / "models")
    before = source_hash(found)
    (home / "models" / "numbers").mkdir()
    (home / "models" / "numbers" / "words.toml").write_text("x = 1")
    assert source_hash(found) != before


def test_a_model_changed_within_a_second_is_the_changed_one(home, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = home / "models" / "numbers.py"
    source = path.read_text()
    at = path.stat()
    for kind in ("NUM", "AGE"):
        path.write_text(source.replace('"NUM"', f'"{kind}"'))
        os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
        assert load(find("numbers", home / "models"))().type == kind
