"""Corpora and text to extract from that are not what they should be: told in a message that names the place."""

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmark.corpora.spec import parse
from benchmark.extraction.inputs import find as find_input
from benchmark.extraction.inputs import walk
from benchmark.extraction.shards import Output
from benchmark.formats import hf, hub, iob2, wikievents
from benchmark.formats.jsonl import Prediction
from benchmark.problems import BadInput
from benchmark.schema import Document, Mention


def test_labels_on_tokens_without_characters_are_refused():
    for words, tags, reason in (
        ("\tB-LOC\n", None, "x:2: an empty token is tagged 'B-LOC'"),
        ([["Ada", ""]], [["O", "B-LOC"]], "x:1: an empty token is tagged 'B-LOC'"),
    ):
        with pytest.raises(BadInput, match=reason):
            iob2.read(f"Ada\tO\n{words}", "x") if tags is None else iob2.from_tags(words, tags, "x")
    assert iob2.from_tags([["Ada", ""]], [["B-PER", "O"]])[0].mentions == (Mention(0, 3, "PER"),)
    for tokens in ([["Gao", 0, 3], ["", 3, 3]], [["", 3, 3], ["", 2, 2]], [["", -1, -1], ["Gao", 0, 3]]):
        mention = {"id": "T", "start": len(tokens) - 1, "end": len(tokens), "entity_type": "X"} | ({"start": 0} if tokens[0][1] else {})
        row = {"doc_id": "d", "text": "Gao", "sentences": [[tokens, "Gao"]], "entity_mentions": [mention]}
        with pytest.raises(BadInput, match="empty or out of order"):
            wikievents.read(json.dumps(row).encode(), "x")


@pytest.mark.parametrize(
    ("words", "tags", "names", "reason"),
    [
        ([["a"]], [[3]], ["O"], "'3' is no tag, nor the number of one"),
        ([["a"]], [[-1]], ["O"], "'-1' is no tag"),
        ([["a"]], [[None]], ["O"], "'None' is no tag"),
        ([["a"]], [[0]], None, "numbers without names"),
        ([[None]], [["O"]], None, "tokens as strings"),
        ([None], [["O"]], None, "not a list of tokens"),
        (["ab"], ["OO"], None, "not a list of tokens"),
        ([["a", "b"]], [["O"]], None, "as many tags as tokens"),
    ],
)
def test_tokens_and_tags_of_a_dataset_that_are_none_are_told(words, tags, names, reason):
    with pytest.raises(BadInput, match=reason):
        hub.tagged(words, tags, names, "x")


def test_rows_of_a_dataset_are_checked_as_lines_are():
    good = hf._row(Document("d", "some text", mentions=(Mention(0, 4, "X"),)))
    assert hub._row("x", 1, good, Counter()).mentions
    for change in ({"document_id": 7}, {"entities": good["entities"] * 2}, {"entities": [{**good["entities"][0], "type": None}]}):
        with pytest.raises(BadInput, match="x:3: "):
            hub._row("x", 3, {**good, **change}, Counter())


LONG = "x" * 5000


@pytest.mark.parametrize("name", [f"jsonl:{LONG}", f"hf:{LONG}?config=y", f"hf:{LONG}", f"iob2:{LONG}?documents=3", f"jsonl:a\0{LONG}"])
def test_names_that_can_be_no_path_are_told(name):
    with pytest.raises(BadInput, match=r"File name too long|NUL"):
        parse(name)
    if "\0" not in name:
        with pytest.raises(BadInput, match="File name too long"):
            find_input(name.removeprefix("jsonl:").partition("?")[0])
    assert find_input("hf:~nobody-of-this-name/x").input.path == "~nobody-of-this-name/x"


def test_what_may_not_be_looked_at_in_a_folder_is_told(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("Gao")
    (tmp_path / "b.txt").write_text("Mali")
    real = Path.stat

    def stat(path, **more):
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    with pytest.raises(BadInput, match=r"b\.txt: cannot be read \(Permission denied\)"):
        list(walk(tmp_path))


def test_a_shard_in_parquet_that_is_none_is_told(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra parquet)")
    import pyarrow.parquet as pq

    from benchmark.extraction import parquet

    for rows in (
        [{"id": 7}],
        [{"id": "a", "outcome": "none"}],
        [{"id": "a", "mentions": [{"start": 3, "end": 1, "type": "X"}]}],
        [{"x": b"\xff"}],
    ):
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "x.parquet")
        with pytest.raises(BadInput, match="x"):
            parquet.read((tmp_path / "x.parquet").read_bytes(), "x")
    with pytest.raises(BadInput, match="not a shard in Parquet"):
        parquet.read(b"PAR1 no", "x")


@pytest.mark.parametrize("name", ["output.log", ".lock", "shards.jsonl"])
def test_an_extraction_writes_through_no_link(name, tmp_path):
    (tmp_path / "theirs").write_text("theirs")
    output = Output(tmp_path / "out")
    output.path.mkdir()
    (output.path / "manifest.json").write_text("{}")
    (output.path / name).symlink_to(tmp_path / "theirs")

    def write():
        output.open()
        with output.locked():
            output.add(0, [Prediction("a")], "digest", 1.0)

    with pytest.raises(BadInput, match="is a link"):
        write()
    assert (tmp_path / "theirs").read_text() == "theirs"
