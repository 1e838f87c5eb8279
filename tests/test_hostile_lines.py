"""Lines of a megabyte that are made to cost the square of their length: time grows with the length alone."""

import contextlib
import json
import tempfile
import time
from pathlib import Path

import pytest

from benchmark.corpora import typemap
from benchmark.corpora.spec import parse
from benchmark.extraction import readers
from benchmark.formats import anchors, brat, hub, iob, iob2, jsonl, re3d, wikievents
from benchmark.problems import BadInput
from benchmark.schema import Article, Document
from tests.test_limits import INVENTORY, SENTENCES, beside

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
    "re3d: many entities": lambda: read_re3d('{"documentId":"A","begin":0,"end":9,"type":"X"}\n' * 22_000),
    "re3d: one value": lambda: read_re3d('{"documentId":"A","begin":0,"end":9,"type":"X","value":"' + "a" * 1_000_000 + '"}'),
    "re3d: keys": lambda: read_re3d("{" + ",".join(f'"k{n}":0' for n in range(90_000)) + "}"),
    "wikievents: mentions": lambda: read_wikievents(
        entity_mentions=[{"id": f"T{n}", "start": 0, "end": 1, "entity_type": "X"} for n in range(20_000)]
    ),
    "wikievents: arguments": lambda: read_wikievents(
        event_mentions=[
            {"id": "E", "event_type": "X", "trigger": {"start": 0, "end": 1}, "arguments": [{"entity_id": "T", "role": "R"}] * 30_000}
        ]
    ),
    "wikievents: sentences": lambda: read_wikievents(text="", sentences=[[[["Gao", 4 * n, 4 * n + 3]], "Gao"] for n in range(30_000)]),
    "wikievents: clusters": lambda: wikievents.read(
        json.dumps(SENTENCES).encode(), "x", json.dumps({"doc_key": "d", "clusters": [[f"T{n}" for n in range(100_000)]]}).encode()
    ),
    "columns as documents: types": lambda: iob2.read("".join(f"a B-T{n}\n" for n in range(60_000))),
    "columns as documents: sentences": lambda: iob2.read("a B-T\n\n" * 120_000),
    "columns as documents: begun and begun": lambda: iob2.read("-DOCSTART-\n" * 90_000 + "a O\n"),
    "columns as documents: blanks": lambda: iob2.read("a" + " " * 1_000_000 + "O"),
    "datasets: tags": lambda: hub.tagged([["a"] * 100_000], [[n % 3 for n in range(100_000)]], ("O", "B-X", "I-X"), "x"),
    "map: blanks": lambda: read_map(" " * 900_000),
    "map: faults": lambda: read_map("[mentions]\n" + "".join(f'x{n} = "NONE"\n' for n in range(50_000))),
    "map: quotes": lambda: read_map("[mentions]\n" + '"' * 900_000),
    "spec: options": lambda: spec("jsonl:x?" + "scheme=gold&" * 90_000),
    "spec: a name": lambda: spec("hf:" + "a:" * 500_000),
    "unlabelled: keys": lambda: read_unlabelled("{" + ",".join(f'"k{n}":0' for n in range(90_000)) + "}"),
    "unlabelled: regions": lambda: read_unlabelled(
        '{"id":"a","text":"' + "x" * 99_999 + '","regions":[' + ",".join(f"[{n},{n + 1}]" for n in range(70_000)) + "]}"
    ),
    "unlabelled: halves": lambda: read_unlabelled('{"id":"a","text":"' + "\\ud800" * 160_000 + '"}'),
    "unlabelled: empty": lambda: read_unlabelled("\n" * 1_000_000),
    "lines: empty": lambda: list(jsonl.parse(b"\n" * 1_000_000, "x")),
}


def read_brat(ann):
    return brat.read(ann, Document("d", TEXT), report=lambda p: None)


def quietly(read, *words, **named):
    with contextlib.suppress(BadInput):
        read(*words, **named)


def read_re3d(entities):
    with tempfile.TemporaryDirectory() as folder:
        beside(Path(folder, "x"), documents=json.dumps({"_id": "A", "text": TEXT}), entities=entities)
        quietly(re3d.read, Path(folder))


def read_wikievents(**more):
    quietly(wikievents.read, json.dumps({**SENTENCES, **more}).encode())


def read_map(text):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "map.toml").write_text(text)
        quietly(typemap.load, Path(folder, "map.toml"), INVENTORY)


def read_unlabelled(line):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in.jsonl").write_text(line)
        for fields in (readers.Fields(), readers.Fields(text="text", number=True)):
            quietly(lambda fields=fields: list(readers.json_lines(Path(folder, "in.jsonl"), fields)))


def spec(text):
    quietly(parse, text)


def read_anchors(lines, text=TEXT):
    return anchors.read(lines, Document("d", text), report=lambda p: None)


def read_columns(text):
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


def test_errors_of_labels_without_end_are_told_in_time():
    from benchmark.errors import errors
    from benchmark.schema import Mention

    text = "Aa. " * 12_000
    gold = Document("d", text, mentions=tuple(Mention(n * 4, n * 4 + 2, "PER", "NAM", "one") for n in range(12_000)))
    found = Document("d", None, mentions=tuple(Mention(n * 4, n * 4 + 2, "ORG", "NAM", str(max(n, 6000))) for n in range(12_000)))
    began = time.process_time()
    told = errors([(gold, found)])
    assert time.process_time() - began < 8
    assert len(told) == 12_000 + 5_999


def test_labels_that_share_a_sentence_without_end_are_scored_in_time():
    from benchmark.schema import Mention
    from benchmark.scoring import score

    text = "word " * 20_000
    document = Document("d", text, mentions=tuple(Mention(n * 5, n * 5 + 4, "X", "NAM") for n in range(1000)))
    began = time.process_time()
    assert score([document], {"d": document}, "x").summary(resamples=0)["mentions"]["strict"]["overall"]["f1"] == 1
    assert time.process_time() - began < 10
