"""Names from outside become paths only when checked, and links are not written through."""

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmark import limits, names
from benchmark.exporting import export
from benchmark.gold import GoldSet, annotator
from benchmark.inventory import load
from benchmark.paths import appending, write_atomically
from benchmark.problems import BadInput
from benchmark.registry import find, in_file, settings
from benchmark.scaffold import create
from benchmark.schema import Document
from benchmark.store import RunFolder
from tests.conftest import ROOT

BAD = {
    "": "empty",
    "../x": "parts the names",
    "..": "begins with '.'",
    ".hidden": "begins with",
    "-rf": "begins with",
    "/etc/passwd": "parts the names",
    "a/b": "parts the names",
    "a\\b": "parts the names",
    "C:x": "parts the names",
    "a\0b": "U+0000",
    "a\nb": "U+000A",
    "a\x1b[2Jb": "U+001B",
    "a\u202etxt.exe": "U+202E",
    "a\u200bb": "U+200B",
    "a\ud800": "U+D800",
    "con": "device",
    "CON.txt": "device",
    "aux .txt": "device",
    "LPT1": "device",
    "COM¹": "device",
    "a.": "ends in",
    "a ": "ends in",
    "x" * 300: f"longer than {limits.NAME}",
    "é" * 110: f"{limits.NAME_BYTES} bytes",
    "e\u0301": "NFC",
    "ｒules": "look-alikes",
    "a／b": "look-alikes",
    "ﬁle": "look-alikes",
    "rulеs": "mixes letters",  # a Cyrillic e
    "a\u00a0b": "white space",
}


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_what_cannot_be_a_file_is_refused_with_the_reason(name):
    with pytest.raises(BadInput) as caught:
        names.checked(name, "document id")
    said = str(caught.value)
    assert BAD[name] in said
    assert said.isascii() or "…" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("name", ["kidal", "kidal.retold", "nw_wsj-0001", "статья-1", "文書", "Ünïcode", "a b", "console", "com10"])
def test_ordinary_names_are_let_through(name):
    assert names.checked(name, "document id") == name


@given(st.text(max_size=20) | st.text(alphabet="./\\ aCcOoNn:\0\u202e", max_size=8))
@example("con\x85")
def test_a_checked_name_is_one_component_of_a_path_on_every_system(name):
    if names.fault(name) is None:
        assert Path("/results", name).resolve() == Path("/results").resolve() / name
        assert PureWindowsPath("results", name).parts == ("results", name)
        assert unicodedata.normalize("NFC", name) == name
        name.encode("utf-8")


@pytest.mark.parametrize("name", [n for n in BAD if n] + ["статья", "a b"], ids=ascii)
def test_no_model_has_such_a_name(name, tmp_path):
    (tmp_path / "models").mkdir()
    with pytest.raises(BadInput):
        create(tmp_path, name, "rules")
    with pytest.raises(BadInput):
        find(name, tmp_path / "models")
    with pytest.raises(BadInput):
        RunFolder(tmp_path, name, "0123abcd")
    (tmp_path / "m.py").write_text(f"@extractor({name!r}, produces=())\nclass M: pass\n", "utf-8", "surrogatepass")
    with pytest.raises(BadInput):
        in_file(tmp_path / "m.py")
    assert [p.name for p in tmp_path.rglob("*")] in (["models", "m.py"], ["m.py", "models"])


def test_a_key_that_leads_out_of_the_results_folder_is_refused(tmp_path):
    with pytest.raises(BadInput):
        RunFolder(tmp_path, "rules", "../../x")


@pytest.mark.parametrize("name", ["../out", "a\0", "con", "a\u202eb"], ids=ascii)
def test_documents_are_not_exported_under_such_names(name, tmp_path):
    inventory = load(ROOT / "gold" / "schema.toml")
    with pytest.raises(BadInput, match="document id"):
        export([Document("good", "text"), Document(name, "text")], "brat", tmp_path / "out", inventory)
    assert not list(tmp_path.rglob("*"))


def test_documents_that_one_system_takes_for_one_are_not_exported_into_one_folder(tmp_path):
    with pytest.raises(BadInput, match="same file"):
        export([Document("Kidal", "x"), Document("kidal", "y")], "brat", tmp_path, load(ROOT / "gold" / "schema.toml"))


def test_annotators_and_slugs_are_names(home, tmp_path):
    for name in ("../source", "a/b", "a\0", ""):
        with pytest.raises(BadInput):
            annotator(GoldSet(home / "gold"), name)
    manifest = home / "gold" / "articles.toml"
    manifest.write_text(manifest.read_text().replace("[articles.kidal]", '[articles."../kidal"]'))
    with pytest.raises(BadInput, match="slug"):
        GoldSet(home / "gold")


def test_the_value_of_a_setting_is_not_repeated_and_bounded():
    found = find(str(ROOT / "models" / "rules.py"), ROOT / "models")
    for assignment in ("nothing=sk-secret-value", "sk-secret-value"):
        with pytest.raises(BadInput) as caught:
            settings([assignment], [found])
        assert "secret-value" not in str(caught.value)
    for text in ("(" * 100_000, "[" * 100_000, "-" * 100_000, "9" * 10_000, "{[]: 1}", "\0"):
        taker = found.__class__("m", "m.py", "python", None, parameters=("a",))
        assert settings([f"a={text}"], [taker])["m"]["a"] == text


# ---------------------------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("name", ["predictions.jsonl", "output.log"])
def test_a_link_in_a_run_s_folder_is_not_written_through(name, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("kept")
    run = RunFolder(tmp_path, "m", "0123abcd")
    run.path.mkdir()
    (run.path / name).symlink_to(victim)
    with pytest.raises(BadInput, match="is a link"):
        appending(run.path / name)
    if name == "output.log":
        with pytest.raises(BadInput, match="is a link"):
            run.open()
    assert victim.read_text() == "kept"


def test_a_run_s_folder_is_no_link(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "m-0123abcd").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="is a link"):
        RunFolder(tmp_path, "m", "0123abcd").open()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_replaced_file_replaces_the_link_and_not_what_it_leads_to(tmp_path):
    import os

    victim = tmp_path / "victim"
    victim.write_text("kept")
    target = tmp_path / "run.json"
    target.symlink_to(victim)
    (tmp_path / f".run.json.{os.getpid()}").symlink_to(victim)  # the name of the file that is renamed can be guessed
    write_atomically(target, "new")
    assert (victim.read_text(), target.read_text(), target.is_symlink()) == ("kept", "new", False)
