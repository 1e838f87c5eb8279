import gzip
import json
import os
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark import limits
from benchmark.extraction.inputs import find
from benchmark.extraction.readers import Fields
from benchmark.problems import BadInput
from benchmark.schema import Article


def documents(name, **fields):
    return [item.article for item in find(str(name), Fields(**fields)).input.documents()]


def reads(name, **fields):
    found = find(str(name), Fields(**fields)).input
    return [item.read for item in found.documents()], found.size()


def fault(name, **fields):
    with pytest.raises(BadInput) as error:
        documents(name, **fields)
    return error.value.problems[0]


def lines(path, *rows):
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


A = {"id": "a", "text": "Kidal fell.", "date": "2012-05-03", "regions": [[0, 5]]}
B = {"id": "b", "text": "Gao held é\u2028\U0001f600."}
OURS = [Article("a", "Kidal fell.", "2012-05-03", ((0, 5),)), Article("b", B["text"])]


def test_json_lines(tmp_path):
    path = lines(tmp_path / "a.jsonl", A, "", B)
    assert documents(path) == OURS
    read, size = reads(path)
    assert read == sorted(read)
    assert read[-1] == size == path.stat().st_size


def test_line_ends_of_windows_and_compressed_lines(tmp_path):
    data = f"{json.dumps(A)}\r\n{json.dumps(B)}".encode()
    (tmp_path / "a.ndjson").write_bytes(data)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(data))
    assert documents(tmp_path / "a.ndjson") == documents(tmp_path / "b.jsonl.gz") == OURS
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(data)[:-9])
    assert "cannot be read" in fault(tmp_path / "b.jsonl.gz").reason


BAD = {
    "not json": ("{", "not JSON"),
    "no object": ("[1]", "array"),
    "no id": ('{"text": "x"}', "`id`"),
    "no text": ('{"id": "x"}', "`text`"),
    "empty id": ('{"id": "", "text": "x"}', "the id has 0 characters"),
    "long id": (json.dumps({"id": "x" * 10_001, "text": "x"}), "the id has 10001"),
    "number": ('{"id": 3, "text": "x"}', "int"),
    "unknown key": ('{"id": "x", "text": "x", "title": "t"}', "unknown key 'title'"),
    "how to read it": ('{"id": "x", "text": "x", "title": "t"}', "--text-field"),
    "labels": ('{"id": "x", "text": "x", "mentions": []}', "unknown key 'mentions'"),
    "nan": ('{"id": "x", "text": NaN}', "NaN is not a JSON number"),
    "surrogate": ('{"id": "x", "text": "\\ud800"}', "surrogate"),
    "region outside": ('{"id": "x", "text": "x", "regions": [[0, 2]]}', "region [0, 2]"),
    "region empty": ('{"id": "x", "text": "xy", "regions": [[1, 1]]}', "region [1, 1]"),
    "deep": ('{"id": "x", "text": ' + "[" * 100_000 + "]" * 100_000 + "}", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_named_with_file_and_line(tmp_path, name):
    bad, reason = BAD[name]
    path = lines(tmp_path / "a.jsonl", A, "", bad, B)
    problem = fault(path)
    assert (problem.file, problem.line) == (str(path), 3)
    assert reason in problem.reason


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(A).encode() + b'\n{"id": "x", "text": "\xff"}\n')
    assert fault(path).line == 2
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(A).encode())
    assert "byte order mark" in fault(path).reason


def test_a_line_that_is_too_long_is_refused_without_being_read(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps(A).encode() + b'\n{"id": "x", "text": "' + b"x" * 30_000_000)
    monkeypatch.setattr(limits, "LINE", 10_000)
    tracemalloc.start()
    problem = fault(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (problem.line, problem.reason[:38]) == (2, "the line is larger than 10,000 bytes, ")
    assert peak < 3_000_000


def test_the_files_of_others(tmp_path):
    path = lines(
        tmp_path / "a.jsonl", {"url": 7, "body": "Kidal fell.", "when": "2012-05-03", "tags": ["x"]}, {"url": "u", "body": "", "when": None}
    )
    given = {"text": "body", "id": "url", "date": "when"}
    assert documents(path, **given) == [Article("7", "Kidal fell.", "2012-05-03"), Article("u", "")]
    assert [d.id for d in documents(path, text="body", number=True)] == ["1", "2"]
    assert "no key 'id' for the id; there are 'url', 'body', 'when', 'tags'; name it with --id-field" in fault(path, text="body").reason
    assert "no key 'text'" in fault(path, id="url").reason
    assert "must be a string" in fault(path, text="tags", id="url").reason
    assert "the id is list" in fault(path, text="body", id="tags").reason


def test_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([A, B]), path)
    assert documents(path) == OURS
    assert reads(path) == ([1.0, 2.0], 2.0)
    pq.write_table(pa.table({"text": ["x", "y"], "n": [1, 2], "title": ["t", "t"]}), path)
    assert "unknown column 'n'" in fault(path).reason
    assert documents(path, id="n") == [Article("1", "x"), Article("2", "y")]
    assert documents(path, number=True) == [Article("1", "x"), Article("2", "y")]
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["x", None]}), path)
    assert (fault(path).line, "NoneType" in fault(path).reason) == (2, True)
    pq.write_table(pa.table({"id": ["a"], "text": ["x"], "regions": [[[0, 1, 2]]]}), path)
    assert "regions" in fault(path).reason
    path.write_bytes(path.read_bytes()[:-9])
    assert "not a Parquet file" in fault(path).reason
    path.write_bytes(b"PAR1")
    assert "not a Parquet file" in fault(path).reason


def test_a_folder_of_texts_whatever_they_are_called(tmp_path):
    names = ["b.txt", "a.txt", "a b\nc.txt", "ü.txt", "~..txt", "-rf.txt", "x.TXT", ".hidden.txt", "'\"$(id).txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("in the folder")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "README").write_text("no text")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    with open(os.fsencode(tmp_path) + b"/\xff.txt", "w") as file:  # noqa: PTH123  # a name that is no UTF-8
        file.write("odd")
    found = find(str(tmp_path))
    assert found.notes == [f"{tmp_path}: 1 files of other formats are left out"]
    read = [item.article for item in found.input.documents()]
    assert [d.id for d in read] == ["'\"$(id)", "-rf", "a b\nc", "a", "b", "x.TXT", "~.", "ü", "\\xff", "sub/a"]
    assert found.input.size() == len(read) == 10
    (tmp_path / "b.txt").write_bytes(b"\xff")
    assert fault(tmp_path).file == str(tmp_path / "b.txt")


def test_one_text_file_and_folders_of_lines(tmp_path):
    (tmp_path / "a.txt").write_text("Kidal")
    assert documents(tmp_path / "a.txt") == [Article("a", "Kidal")]
    folder = tmp_path / "lines"
    folder.mkdir()
    lines(folder / "2.jsonl", B)
    lines(folder / "1.jsonl", A)
    assert documents(folder) == OURS
    read, size = reads(folder)
    assert read[-1] == size
    (folder / "a.txt").write_text("x")
    assert "several formats" in fault(folder).reason


def test_what_is_no_input(tmp_path):
    assert "no such file" in fault(tmp_path / "none.jsonl").reason
    assert "no file to read" in fault(tmp_path).reason
    (tmp_path / "a.pdf").touch()
    assert "format not known" in fault(tmp_path / "a.pdf").reason
    assert "hf:NAME" in fault("hf:").reason
    lines(tmp_path / "a.jsonl", A)
    assert "without hf:" in fault(f"hf:{tmp_path / 'a.jsonl'}").reason


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".parquet", ".txt"])
def test_whatever_bytes_a_file_has_they_are_documents_or_bad_input(tmp_path, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    good = json.dumps(A).encode()
    path = tmp_path / f"a{suffix}"

    @given(st.binary(max_size=40), st.integers(0, 200), st.booleans())
    @settings(deadline=None, max_examples=60)
    def check(noise, place, loose):
        data = bytearray(good + b"\n" + good.replace(b'"a"', b'"b"'))
        if suffix == ".parquet":
            data = bytearray(table())
        if suffix == ".jsonl.gz":
            data = bytearray(gzip.compress(bytes(data)))
        data[place : place + len(noise)] = noise
        path.write_bytes(bytes(data))
        try:
            found = documents(path, **({"text": "text", "id": "id"} if loose else {}))
        except BadInput as error:
            places = {problem.file for problem in error.problems}
        else:
            places = {str(path) for d in found if isinstance(d, Article)}
        assert places <= {str(path)}

    check()


def table():
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([A, B]), file)
    return file.getvalue()


@pytest.mark.slow
def test_hugging_face_datasets(tmp_path):
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    rows = datasets.Dataset.from_list([{"id": 1, "text": "Kidal", "label": 3}, {"id": 2, "text": "Gao", "label": 4}])
    rows.save_to_disk(str(tmp_path / "one"))
    assert documents(f"hf:{tmp_path / 'one'}") == [Article("1", "Kidal"), Article("2", "Gao")]
    assert reads(f"hf:{tmp_path / 'one'}") == ([1.0, 2.0], 2.0)
    both = datasets.DatasetDict({"train": rows, "test": rows.select([1])})
    both.save_to_disk(str(tmp_path / "two"))
    assert len(documents(f"hf:{tmp_path / 'two'}")) == 2
    assert documents(f"hf:{tmp_path / 'two'}:test", number=True) == [Article("1", "Gao")]
    assert "no split 'dev'; there are train, test" in fault(f"hf:{tmp_path / 'two'}:dev").reason
    assert "no key 'body'" in fault(f"hf:{tmp_path / 'two'}", text="body").reason
    (tmp_path / "files").mkdir()
    lines(tmp_path / "files" / "train.jsonl", {"key": "k", "body": "Kidal"}, {"key": "l", "body": "Gao"})
    assert documents(f"hf:{tmp_path / 'files'}:train", text="body", id="key") == [Article("k", "Kidal"), Article("l", "Gao")]
    assert "cannot be opened" in fault("hf:no-such-owner/no-such-set").reason


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    import sys

    (tmp_path / "a.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert "entity-event-benchmark[parquet]" in fault(tmp_path / "a.parquet").reason
    monkeypatch.setitem(sys.modules, "datasets", None)
    assert "pip install" in fault("hf:some/set").reason
