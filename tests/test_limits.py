"""Limits of every parser: the table in docs/SECURITY.md says what they are, and messages name them."""

import importlib
import json
import re

import pytest

from benchmark import articles, inventory, limits
from benchmark.api import companion
from benchmark.command import CommandModel
from benchmark.corpora import reading, typemap
from benchmark.corpora.opening import open_corpus
from benchmark.corpora.spec import Spec
from benchmark.decoding import decode_json, read_toml
from benchmark.extraction import readers
from benchmark.extraction.shards import Output
from benchmark.formats import hf, jsonl, re3d
from benchmark.problems import BadInput, read_bytes, read_text
from benchmark.registry import in_file
from benchmark.schema import Article, Document
from benchmark.store import RunFolder
from benchmark.worker import predict
from tests.conftest import ROOT


def test_the_table_of_limits_is_that_of_the_code():
    rows = re.findall(r"^\|[^|]+\|[^|]+\| `([\w.]+)\.(\w+)` \| (\d+) \|$", (ROOT / "docs" / "SECURITY.md").read_text("utf-8"), re.M)
    told = {(module, name): int(value) for module, name, value in rows}
    modules = {m: importlib.import_module(f"benchmark.{m}") for m in ("limits", "answers", "isolation", "articles")}
    modules["llm.answers"] = companion(str(ROOT / "models" / "llm.py"), "answers")
    assert told == {(m, n): getattr(modules[m], n) for m, n in told}
    assert {m for m, _ in told} == modules.keys()
    for name in ("limits", "answers", "isolation", "llm.answers"):  # every one of theirs is told
        numbers = {n for n, v in vars(modules[name]).items() if re.fullmatch("[A-Z][A-Z_]*", n) and isinstance(v, int | float)}
        assert {n for m, n in told if m == name} == numbers, name


def test_depth_is_counted_without_recursion():
    value = []
    for _ in range(100_000):
        value = [value]
    assert limits.depth(value) == limits.DEPTH + 1
    assert [limits.depth(v) for v in (1, "x", [], {}, [[]], {"a": {"b": [1]}})] == [0, 0, 1, 1, 2, 3]


INVENTORY = inventory.load(ROOT / "gold" / "schema.toml")
SENTENCES = {"doc_id": "d", "text": "Gao", "sentences": [[[["Gao", 0, 3]], "Gao"]]}


def beside(path, **contents):
    """Files of these contents beside a file."""
    for name, content in contents.items():
        path.with_name(f"{name}.json").write_text(content)
    return path.parent


def corpus(kind, path, **options):
    return reading.read(Spec(kind, str(path), options), INVENTORY, print)


DEEP = "[" * 100_000 + "]" * 100_000
WAYS = {
    "line": lambda f: jsonl.read(f),
    "stream": lambda f: list(jsonl.stream(f)),
    "toml": lambda f: in_file(f.rename(f.with_suffix(".toml"))),
    "schema": lambda f: inventory.load(f),
    "manifest": lambda f: articles.manifest(f.rename(f.with_name("articles.toml")).parent),
    "run.json": lambda f: RunFolder.at(f.parent).read_run(),
    "scores": lambda f: decode_json(f.read_bytes(), dict, "scores.json", "scores"),
    "text": lambda f: read_text(f),
    "types": lambda f: typemap.load(f, INVENTORY),
    "re3d documents": lambda f: re3d.read(beside(f, documents=f.read_text(), entities="")),
    "re3d entities": lambda f: re3d.read(beside(f, documents='{"_id":"A","text":"Gao"}', entities=f.read_text())),
    "re3d relations": lambda f: re3d.read(beside(f, documents='{"_id":"A","text":"Gao"}', entities="", relations=f.read_text())),
    "wikievents": lambda f: corpus("wikievents", f),
    "coreference": lambda f: corpus("wikievents", beside(f, main=json.dumps(SENTENCES)) / "main.json", coref=str(f)),
    "columns": lambda f: corpus("iob2", f),
    "extracted": lambda f: Output(f.rename(f.with_name("manifest.json")).parent).manifest(),
    "journal": lambda f: Output(f.rename(f.with_name("shards.jsonl")).parent).shards(),
    "unlabelled": lambda f: list(readers.json_lines(f, readers.Fields())),
    "others' lines": lambda f: list(readers.json_lines(f, readers.Fields(text="text", number=True))),
}


@pytest.mark.parametrize(
    ("way", "content", "limit"),
    [
        ("line", '{"id":"a","mentions":' + DEEP + "}", None),
        ("line", '{"id":"a","x":' + DEEP + "}", None),
        ("stream", DEEP, None),
        ("toml", "command = " + DEEP, limits.DEPTH),
        ("schema", "version = " + DEEP, limits.DEPTH),
        ("schema", "a" + ".a" * 1000 + " = 1", limits.DEPTH),
        ("manifest", "x = " + "{a=" * 50_000, limits.DEPTH),
        ("run.json", '{"parameters":{"a":' + DEEP + "}}", limits.DEPTH),
        ("run.json", '{"parameters":{"a":' + "[" * 70 + "]" * 70 + "}}", limits.DEPTH),
        ("scores", '{"a":' + DEEP + "}", limits.DEPTH),
        ("scores", '{"a":' + "[" * 70 + "]" * 70 + "}", limits.DEPTH),
        ("types", "mentions = " + DEEP, limits.DEPTH),
        ("types", "[mentions]\na = " + "[" * 70 + "]" * 70, limits.DEPTH),
        *((way, DEEP, None) for way in ("re3d documents", "wikievents", "coreference", "extracted", "unlabelled")),
        ("journal", DEEP + "\n", None),
        *((way, '{"x":' + DEEP + "}\n", limits.DEPTH) for way in ("re3d documents", "re3d entities", "re3d relations", "wikievents")),
        *((way, '{"x":' + DEEP + "}\n", limits.DEPTH) for way in ("coreference", "extracted", "journal", "others' lines")),
        ("wikievents", json.dumps(SENTENCES)[:-1] + ',"relation_mentions":[' + "[" * 70 + "]" * 70 + "]}", limits.DEPTH),
        ("others' lines", '{"text":"a","x":' + "[" * 70 + "]" * 70 + "}", limits.DEPTH),
    ],
)
def test_what_is_nested_without_end_is_refused(way, content, limit, tmp_path):
    path = tmp_path / "run.json"
    if "parameters" in content:  # everything else of it is right
        run = {"model": "m", "key": "k", "origin": "", "source": "", "gold": "", "scheme": "gold", "produces": []}
        content = json.dumps(run)[:-1] + "," + content[1:]
    path.write_text(content)
    with pytest.raises(BadInput) as caught:
        WAYS[way](path)
    assert limit is None or f"deeper than {limit} levels" in str(caught.value)


@pytest.mark.parametrize(
    ("way", "constant"),
    [
        ("line", "LINE"),
        ("stream", "LINE"),
        ("toml", "TOML"),
        ("schema", "TOML"),
        ("manifest", "TOML"),
        ("run.json", "RUN"),
        ("text", "FILE"),
    ],
)
def test_what_is_too_large_is_refused_with_the_limit(way, constant, tmp_path, monkeypatch):
    most = 50 if constant in ("LINE", "FILE") else getattr(limits, constant)
    monkeypatch.setattr(limits, constant, most)
    path = tmp_path / "run.json"
    path.write_text('{"id":"good"}\n#' + "x" * most + '\n{"id":"other"}\n')
    with pytest.raises(BadInput, match=f"larger than {most:,} bytes"):
        read_text(path, most) if way == "text" else WAYS[way](path)


@pytest.mark.parametrize(
    "way", ["re3d documents", "re3d entities", "re3d relations", "wikievents", "coreference", "journal", "unlabelled", "others' lines"]
)
def test_a_line_of_any_reader_that_is_too_long_is_refused_with_the_limit(way, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LINE", 200)
    path = tmp_path / "lines.jsonl"
    path.write_text("\n" + "x" * 1_000_000 + "\n")
    with pytest.raises(BadInput, match="line is larger than 200 bytes") as caught:
        WAYS[way](path)
    assert caught.value.problems[0].line == 2


@pytest.mark.parametrize("way", ["types", "wikievents", "coreference", "columns", "extracted", "journal"])
def test_a_file_of_any_reader_that_is_too_large_is_refused_with_the_limit(way, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "TOML", 500)
    monkeypatch.setattr(read_bytes, "__defaults__", (500,))
    path = tmp_path / "file.txt"
    path.write_text("# " + "x" * 1000)
    with pytest.raises(BadInput, match="the file is larger than 500 bytes"):
        WAYS[way](path)


def test_a_text_to_extract_from_has_the_limit_of_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LINE", 50)
    (tmp_path / "a.txt").write_text("x" * 51)
    with pytest.raises(BadInput, match="larger than 50 bytes"):
        readers.text_file(tmp_path / "a.txt", tmp_path)
    with pytest.raises(BadInput, match="51 characters; 50 are allowed"):
        readers.from_row({"id": "a", "text": "x" * 51}, "x", 1, 1, readers.Fields())
    monkeypatch.setattr(limits, "ID", 5)
    with pytest.raises(BadInput, match="from 1 to 5 are allowed"):
        readers.from_row({"id": "abcdef", "text": "x"}, "x", 1, 1, readers.Fields())


def test_of_a_map_of_faults_the_first_are_told_and_the_rest_counted(tmp_path):
    (tmp_path / "map.toml").write_text("[mentions]\n" + "".join(f'x{n} = "NONE"\n' for n in range(limits.FAULTS + 7)))
    with pytest.raises(BadInput, match="7 faults more") as caught:
        typemap.load(tmp_path / "map.toml", INVENTORY)
    assert [problem.line for problem in caught.value.problems[:2]] == [2, 3]


@pytest.mark.parametrize("kind", ["re3d", "wikievents"])
def test_labels_of_any_corpus_may_not_pile_up(kind, tmp_path):
    many = limits.OVERLAP + 1
    if kind == "re3d":
        entity = {"documentId": "A", "begin": 0, "end": 3, "type": "X"}
        beside(tmp_path / "x", documents='{"_id":"A","text":"Gao"}', entities=f"{json.dumps(entity)}\n" * many)
    else:
        labels = [{"id": f"T{n}", "start": 0, "end": 1, "entity_type": "X"} for n in range(many)]
        (tmp_path / "x").write_text(json.dumps({**SENTENCES, "entity_mentions": labels}))
    with pytest.raises(BadInput, match=f"more than {limits.OVERLAP} mentions"):
        open_corpus(f"{kind}:{tmp_path / 'x' if kind == 'wikievents' else tmp_path}", None, ROOT / "gold")


def test_after_a_line_that_is_too_long_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LINE", 50)
    path = tmp_path / "x.jsonl"
    path.write_text('{"id":"a"}\n' + "x" * 1000 + '\n{"id":"b"}\n')
    problems = []
    assert [p.id for p in jsonl.read(path, problems.append)] == ["a", "b"]
    assert [(p.line, "50 bytes" in p.reason) for p in problems] == [(2, True)]


def test_a_device_without_end_is_not_read_to_its_end():
    with pytest.raises(BadInput, match="1,000 bytes"):
        read_bytes(ROOT.__class__("/dev/zero"), 1000)


MENTION = '{"id":"a","mentions":[{"start":0,"end":%s,"type":"X"}]}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (MENTION % (limits.OFFSET + 1), str(limits.OFFSET)),
        (MENTION % ("9" * 30), str(limits.OFFSET)),
        (MENTION % ("9" * 5000), "out of range"),
        (MENTION % "1e999", "out of range"),
        (MENTION % "2.0", "float"),
        ('{"id":"a","seconds":1e300}', "<= 1000000000000"),
        ('{"id":"a","seconds":-1}', ">= 0"),
        ('{"id":"a","cost":1e999}', "out of range"),
        ('{"id":"a","cost":NaN}', "NaN"),
        ('{"id":"a","tokens":' + "9" * 400 + "}", str(limits.OFFSET)),
        ('{"id":"a","id":"b"}', "'id' stands twice"),
        ('{"id":"a","mentions":[],"mentions":[{"start":0,"end":1,"type":"X"}]}', "'mentions' stands twice"),
        ('{"id":"a","mentions":[{"start":0,"end":1,"type":"X","type":"Y"}]}', "'type' stands twice"),
        ('{"id":"\\u0022","id":"\\u0022"}', "'id' stands twice"),
        ('{"id":"a","date":null,"date":"2012"}', "'date' stands twice"),
        ('{"id":"\\ud800"}', "truncated|surrogate|malformed"),
        ('{"id":"a\0"}', "control character"),
        ('\ufeff{"id":"a"}', "byte order mark"),
        (b'{"id":"\xff"}', "not UTF-8"),
        (b'{"id":"\xed\xa0\x80"}', "not UTF-8"),
        ('{"id":"a","text":"four","regions":[[0,5]]}', "past the end"),
        ('{"id":"a","text":"four","regions":[[2,1]]}', "out of order"),
        ('{"id":"a","text":"four","mentions":[{"start":0,"end":5,"type":"X"}]}', "past the end of the text"),
        (
            '{"id":"a","text":"four","events":[{"start":0,"end":1,"type":"X","arguments":[{"role":"R","start":0,"end":9}]}]}',
            "past the end of the text",
        ),
        (
            '{"id":"a","mentions":[' + ",".join(['{"start":0,"end":9,"type":"X"}'] * (limits.OVERLAP + 1)) + "]}",
            f"more than {limits.OVERLAP} mentions",
        ),
    ],
    ids=lambda x: ascii(x)[:40],
)
def test_numbers_keys_and_characters_that_break_things_are_refused(line, reason):
    data = line if isinstance(line, bytes) else line.encode()
    with pytest.raises(BadInput, match=reason):
        jsonl.decode_line(data, "x", 1)


def test_an_explicit_default_is_no_second_key_and_beside_each_other_any_number_may_stand():
    jsonl.decode_line(b'{"id": "a", "date": null, "mentions": [], "text": "\\"id\\": \\u0022"}', "x", 1)
    row = ",".join(f'{{"start":{n},"end":{n + 1},"type":"X"}}' for n in range(limits.OVERLAP * 3))
    jsonl.decode_line(f'{{"id":"a","mentions":[{row}]}}'.encode(), "x", 1)


def test_of_a_line_of_faults_the_first_are_told_and_the_rest_counted():
    bad = ",".join(['{"start":1,"end":1,"type":"X"}'] * (limits.FAULTS + 7))
    with pytest.raises(BadInput) as caught:
        jsonl.decode_line(f'{{"id":"a","mentions":[{bad}]}}'.encode(), "x", 1)
    assert len(caught.value.problems) == limits.FAULTS + 1
    assert "7 faults more" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = " + "9" * 5000, "digits"),
        ("x = 1\nx = 2", "overwrite"),
        ("x = \0", "not TOML"),
        ("\ufeffx = 1", "byte order mark"),
        ("x = !!python/name:os.system", "not TOML"),
    ],
)
def test_toml_is_read_by_a_parser_that_runs_nothing(text, reason, tmp_path):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(BadInput, match=reason):
        read_toml(tmp_path / "x.toml", dict)


def test_a_model_file_that_python_cannot_parse_is_a_message(tmp_path):
    for content in ("x = 1\0", "(" * 10_000, "-" * 100_000 + "1"):
        (tmp_path / "m.py").write_text(content)
        with pytest.raises(BadInput, match="not Python"):
            in_file(tmp_path / "m.py")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"[" * 100_000, f"deeper than {limits.DEPTH}"),
        (b'{"a":' * 100_000, f"deeper than {limits.DEPTH}"),
        (b"x" * 60, "51 bytes"),
        (b'{"id":"a","tokens":1e999}', ""),
    ],
)
def test_a_command_s_answer_is_bounded(answer, reason, tmp_path, monkeypatch):
    if b"x" in answer:
        monkeypatch.setattr("benchmark.command.LONGEST", 51)
    (tmp_path / "answer").write_bytes(answer)
    (tmp_path / "m.toml").write_text('command = ["sh", "-c", "cat >/dev/null; cat answer"]\n')
    prediction = predict(CommandModel(tmp_path / "m.toml"), Article("a", "text"))
    assert prediction.outcome == "failed"
    assert reason in prediction.error


def test_what_cannot_be_a_row_of_a_data_set_is_a_message():
    good = hf._row(Document("d", "some text", regions=((0, 4),)))
    assert hf.checked(good).id == "d"
    for change in (
        {"entities": None},
        {"passages": []},
        {"regions": [[0, 99]]},
        {"regions": [[0]]},
        {"document_id": None},
        {"events": [{}]},
    ):
        with pytest.raises(BadInput):
            hf.checked({**good, **change})
