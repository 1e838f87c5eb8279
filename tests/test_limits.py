"""Limits of every parser: the table in docs/SECURITY.md says what they are, and messages name them."""

import importlib
import json
import re
import time

import pytest

from benchmark import articles, inventory, limits
from benchmark.api import companion
from benchmark.command import CommandModel
from benchmark.decoding import decode_json, read_toml
from benchmark.formats import anchors, brat, hf, jsonl
from benchmark.problems import BadInput, read_bytes, read_text
from benchmark.registry import in_file
from benchmark.schema import Article, Document
from benchmark.store import RunFolder
from benchmark.worker import predict
from tests.conftest import ROOT


def test_the_table_of_limits_is_that_of_the_code():
    rows = re.findall(r"^\|[^|]+\|[^|]+\| `(\w+)\.(\w+)` \| (\d+) \|$", (ROOT / "docs" / "SECURITY.md").read_text("utf-8"), re.M)
    told = {(module, name): int(value) for module, name, value in rows}
    modules = {m: importlib.import_module(f"benchmark.{m}") for m in ("limits", "worker", "articles")}
    modules["answers"] = companion(str(ROOT / "models" / "llm.py"), "answers")
    assert told == {(m, n): getattr(modules[m], n) for m, n in told}
    assert {n for m, n in told if m == "limits"} == {n for n, v in vars(limits).items() if n.isupper() and isinstance(v, int | float)}


def test_depth_is_counted_without_recursion():
    value = []
    for _ in range(100_000):
        value = [value]
    assert limits.depth(value) == limits.DEPTH + 1
    assert [limits.depth(v) for v in (1, "x", [], {}, [[]], {"a": {"b": [1]}})] == [0, 0, 1, 1, 2, 3]


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


# ------------------------------------------------------------------------------------------------- time: linear, not square

TEXT = "a" * 100
HOSTILE = {
    "brat: one event with many arguments": lambda: read_brat("T1\tX 0 1\ta\nT2\tY 1 2\ta\nE1\tX:T1" + " R:T2" * 150_000),
    "brat: one event with many roles": lambda: read_brat(
        "T1\tX 0 1\ta\nT2\tY 1 2\ta\nE1\tX:T1 " + " ".join(f"R{n}:T2" for n in range(90_000))
    ),
    "brat: fragments": lambda: read_brat("T1\tX " + ";".join(f"{n} {n + 1}" for n in range(80_000)) + "\t"),
    "brat: tabs": lambda: read_brat("T1" + "\t" * 1_000_000),
    "brat: numbers": lambda: read_brat("T1\tX " + "9" * 1_000_000),
    "brat: broken offsets": lambda: read_brat("T1\tX " + "0 1;" * 250_000),
    "anchors: blanks": lambda: read_anchors("== 1" + " " * 1_000_000 + "x"),
    "anchors: bars": lambda: read_anchors("== 1\nm1" + "|" * 1_000_000),
    "anchors: many words": lambda: read_anchors("== 1\nm1 | " + "a " * 400_000 + "| X NAM"),
    "anchors: many labels": lambda: read_anchors(
        "== 1\n" + "".join(f"m{n} | word #{n + 1} | X NAM\n" for n in range(20_000)), "word " * 20_000
    ),
    "columns: blanks": lambda: read_columns("a" + " " * 1_000_000 + "x"),
    "columns: cells": lambda: read_columns("a " * 500_000),
    "columns: types": lambda: read_columns("".join(f"a B-T{n}\n" for n in range(60_000))),
    "lines: quotes": lambda: list(jsonl.parse(b'"\\' * 500_000, "x", print)),
    "lines: not numbers": lambda: list(jsonl.parse(b'{"id":"a","text":"' + b"-Infinit" * 120_000, "x", lambda p: None)),
    "lines: keys": lambda: list(jsonl.parse(b'{"id":"a",' + b'"text":"x",' * 90_000 + b'"date":"x"}', "x", lambda p: None)),
    "lines: empty": lambda: list(jsonl.parse(b"\n" * 1_000_000, "x")),
}


def read_brat(ann):
    return brat.read(ann, Document("d", TEXT), report=lambda p: None)


def read_anchors(lines, text=TEXT):
    return anchors.read(lines, Document("d", text), report=lambda p: None)


def read_columns(text):
    from benchmark.formats import iob

    try:
        return iob.decode(iob.read(text).tags)
    except (BadInput, ValueError):
        return None


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_line_of_a_megabyte_takes_no_longer_than_another(name):
    began = time.process_time()
    HOSTILE[name]()
    assert time.process_time() - began < 4  # what grew with the square took minutes


TEXTS = {
    "spaces": " " * 200_000,
    "stops": "." * 200_000,
    "line ends": " \n" * 100_000,
    "quotes": '."' * 100_000,
    "initials": "A. " * 66_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_sentences_of_hostile_texts(name):
    began = time.process_time()
    Article("a", TEXTS[name]).sentences()
    assert time.process_time() - began < 4


def test_labels_that_share_a_sentence_without_end_are_scored_in_time():
    from benchmark.schema import Mention
    from benchmark.scoring import score

    text = "word " * 20_000
    document = Document("d", text, mentions=tuple(Mention(n * 5, n * 5 + 4, "X", "NAM") for n in range(1000)))
    began = time.process_time()
    assert score([document], {"d": document}, "x").summary(resamples=0)["mentions"]["strict"]["overall"]["f1"] == 1
    assert time.process_time() - began < 10
