import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.formats import jsonl
from benchmark.problems import BadInput
from benchmark.schema import Document, Mention
from tests.strategies import documents


@given(st.lists(documents(), max_size=3, unique_by=lambda d: d.id))
def test_round_trip_without_loss(found):
    data = jsonl.write(found)
    assert [p.document for p in jsonl.parse(data, "x")] == found
    assert all(json.loads(line) for line in data.splitlines())


def test_only_id_and_spans_are_required(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a", "mentions": [{"start": 0, "end": 1, "type": "X"}]}\n\n{"id": "b"}\n')
    a, b = jsonl.read(path)
    assert a.document == Document("a", mentions=[Mention(0, 1, "X")])
    assert b.document == Document("b")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON"),
        (b"[1]", "Expected `object`"),
        (b'{"id": "a", "colour": 1}', "unknown key 'colour'"),
        (b'{"id": "a", "mentions": [{"start": 0, "end": 1, "type": "X", "text": "y"}]}', "unknown key 'text' in $.mentions[0]"),
        (b'{"id": "a", "mentions": [{"start": 0, "end": 1, "type": "X", "score": NaN}]}', "NaN is not a JSON number"),
        (b'{"id": "a", "mentions": [{"start": 0, "end": 1, "type": "X", "score": 1.5}]}', "<= 1"),
        (b'{"id": "a", "mentions": [{"start": -1, "end": 1, "type": "X"}]}', ">= 0"),
        (b'{"id": "a", "mentions": [{"start": 3, "end": 3, "type": "X"}]}', "give start < end"),
        (b'{"id": "a", "mentions": [{"start": "0", "end": 1, "type": "X"}]}', "Expected `int`"),
        (b'{"mentions": []}', "missing required field `id`"),
        (b'{"id": "a\xff"}', "not UTF-8"),
        (b'{"id": "a", "mentions": [{"start":0,"end":1,"type":"X","id":"T1"},{"start":2,"end":3,"type":"X","id":"T1"}]}', "used twice"),
        (b'{"id": "a", "events": [{"start":0,"end":1,"type":"X","arguments":[{"role":"R","mention":"T9"}]}]}', "'T9', which is not there"),
        (b'{"id": "a", "events": [{"start":0,"end":1,"type":"X","arguments":[{"role":"R"}]}]}', "needs a mention"),
        (b'{"id": "a", "mentions": [{"start":0,"end":9,"type":"X","fragments":[[0,3],[2,9]]}]}', "fragments must be"),
    ],
)
def test_faults_name_file_line_and_remedy(tmp_path, line, reason):
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"id": "first"}\n' + line + b"\n")
    with pytest.raises(BadInput) as caught:
        jsonl.read(path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(path), 2)
    assert reason in problem.reason
    assert "\n" not in str(problem)


def test_an_id_twice_names_both_lines(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a"}\n{"id": "a"}\n')
    with pytest.raises(BadInput, match="2: document 'a' stands already in line 1"):
        jsonl.read(path)


def test_a_directory_and_a_missing_file(tmp_path):
    with pytest.raises(BadInput, match="directory"):
        jsonl.read(tmp_path)
    with pytest.raises(BadInput, match="no such file"):
        jsonl.read(tmp_path / "none")


def test_problems_can_be_collected(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "a"}\n{\n{"id": "b"}\n')
    problems = []
    assert [p.id for p in jsonl.read(path, problems.append)] == ["a", "b"]
    assert [p.line for p in problems] == [2]


@pytest.mark.parametrize("exact", [0, 1, 3])
def test_a_repeated_document_is_found_also_among_ids_held_by_hash(tmp_path, monkeypatch, exact):
    monkeypatch.setattr(jsonl, "EXACT", exact)
    path = tmp_path / "p.jsonl"
    path.write_text("".join(json.dumps({"id": name}) + "\n" for name in ("a", "b", "c", "d")))
    assert [p.id for p in jsonl.stream(path)] == ["a", "b", "c", "d"]
    path.write_text(path.read_text() + '{"id": "b"}\n')
    with pytest.raises(BadInput, match="stands already in line 2") as raised:
        list(jsonl.stream(path))
    assert raised.value.problems[0].line == 5
