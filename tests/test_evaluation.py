import json
from importlib import resources

import pytest

from benchmark import scoring
from benchmark.evaluation import parse_levels, score_file
from benchmark.formats import jsonl
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.schema import Document, Mention
from tests.conftest import story


def write(path, documents):
    path.write_bytes(jsonl.write(documents))
    return path


def test_files_in_any_order_give_the_same_scores(home, tmp_path):
    documents = [Document(f"d{n}", mentions=[Mention(n, n + 2, "X", entity="e")]) for n in range(40)]
    gold = write(tmp_path / "gold", documents)
    forth = score_file(write(tmp_path / "a", documents[:30]), GoldSet(home / "gold"), gold)[0].summary()
    back = score_file(write(tmp_path / "b", documents[29::-1]), GoldSet(home / "gold"), gold)[0].summary()
    assert forth == back
    assert forth["mentions"]["strict"]["overall"]["recall"] == 0.75


def test_chunks_add_up_to_the_whole(home, tmp_path, monkeypatch):
    documents = [*story(), *story("gao"), *story("segou")]
    gold = write(tmp_path / "gold", documents)
    predicted = write(tmp_path / "predicted", documents[:4])
    whole = score_file(predicted, GoldSet(home / "gold"), gold)[0].summary()
    monkeypatch.setattr(scoring, "CHUNK", 2)
    parts = score_file(predicted, GoldSet(home / "gold"), gold)[0].summary()
    for task in ("mentions", "triggers", "arguments", "realis"):
        assert parts[task] == whole[task]
    assert parts["entity_coreference"]["b_cubed"] == whole["entity_coreference"]["b_cubed"]
    assert parts["records"] is None  # needs all documents at once


def test_beyond_a_number_of_paragraphs_sums_alone_are_kept_and_nothing_else_changes(home, tmp_path, monkeypatch):
    documents = [Document(f"d{n}", mentions=[Mention(n, n + 2, "XY"[n % 2], entity="e")]) for n in range(40)]
    gold = write(tmp_path / "gold", documents)
    predicted = write(tmp_path / "predicted", documents[:25])
    whole = score_file(predicted, GoldSet(home / "gold"), gold)[0].summary(resamples=20)
    monkeypatch.setattr(scoring, "CHUNK", 7)
    monkeypatch.setattr(scoring, "MOST_UNITS", 10)
    scores = score_file(predicted, GoldSet(home / "gold"), gold)[0]
    assert scores.units == [("(all)", 0)]
    summed = scores.summary(resamples=20)
    assert summed["documents"] == 40
    for task in ("mentions", "entity_coreference"):
        for name in summed[task]:
            one, other = summed[task][name], whole[task][name]
            for row in (one, one.get("overall", {}), *one.get("types", {}).values()):
                assert row.get("interval") is None
            flat = [json.dumps(side, sort_keys=True, default=str) for side in map(without_intervals, (one, other))]
            assert flat[0] == flat[1]


def without_intervals(found):
    return {k: without_intervals(v) if isinstance(v, dict) else v for k, v in found.items() if "interval" not in k}


def test_predictions_for_texts_that_are_not_scored_now_are_left_out_and_it_is_said(home, tmp_path, monkeypatch):
    predicted = write(tmp_path / "predicted", story())
    notes = []
    scores, _ = score_file(predicted, GoldSet(home / "gold"), editions=("retold",), note=notes.append)
    assert scores.summary()["documents"] == 1
    assert notes == ["predictions for 1 texts left out, which are not scored here: kidal"]
    monkeypatch.delenv("BENCHMARK_ARTICLES")
    assert score_file(predicted, GoldSet(home / "gold"))[0].summary()["mentions"]["strict"]["overall"]["f1"] == 1.0


def test_figures_of_each_document(home, tmp_path):
    gold = write(tmp_path / "gold", story())
    scores, single = score_file(gold, GoldSet(home / "gold"), gold, per_document=True)
    assert [row["id"] for row in single] == ["kidal", "kidal.retold"]
    assert all(row["mentions"]["strict"]["overall"]["f1"] == 1.0 for row in single)
    parts = sum(row["triggers"]["classified"]["overall"]["gold"] for row in single)
    assert parts == scores.summary()["triggers"]["classified"]["overall"]["gold"]


def test_levels(home, tmp_path):
    gold = write(tmp_path / "gold", story())
    for text, number in (("NAM,values", 12), ("NAM", 9), ("all", 16), ("NOM,PRO", 4)):
        found = score_file(gold, GoldSet(home / "gold"), gold, levels=parse_levels(text))[0].summary()
        assert found["mentions"]["strict"]["overall"]["gold"] == number, text
    with pytest.raises(BadInput, match="'BIG' is none of NAM, NOM, PRO, values, all"):
        parse_levels("BIG")


def test_intervals_hold_the_figure_and_are_json(home, tmp_path):
    gold = write(tmp_path / "gold", story())
    predicted = write(tmp_path / "predicted", story()[:1])
    summary = score_file(predicted, GoldSet(home / "gold"), gold)[0].summary(resamples=200)
    overall = summary["mentions"]["strict"]["overall"]
    assert overall["interval"][0] <= overall["f1"] <= overall["interval"][1]
    json.dumps(summary, allow_nan=False)


def test_documents_without_text_are_drawn_from_the_collection(home, tmp_path):
    documents = [Document(f"d{n}", mentions=[Mention(0, 1, "X")]) for n in range(20)]
    gold = write(tmp_path / "gold", documents)
    predicted = write(tmp_path / "predicted", documents[:10])
    low, high = score_file(predicted, GoldSet(home / "gold"), gold)[0].summary(resamples=500)["mentions"]["strict"]["overall"]["interval"]
    assert low < 2 / 3 < high


def validator():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed (extra dev)")
    schema = json.loads((resources.files("benchmark") / "score.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("produces", [None, ["mentions"], ["mentions", "events"]])
@pytest.mark.parametrize("resamples", [0, 50])
def test_what_is_printed_is_what_the_schema_says(home, produces, resamples):
    gold = list(story())
    for answers in ({}, {d.id: d for d in gold}, {gold[0].id: gold[0]}):
        summary = scoring.score(gold, answers, "s", produces).summary(resamples)
        validator().validate(json.loads(json.dumps(summary, allow_nan=False)))


def test_the_schema_holds_for_documents_without_text_and_one_by_one(home, tmp_path):
    documents = [Document("a", mentions=[Mention(10**9, 10**9 + 3, "<X>", entity="e")]), Document("b")]
    gold = write(tmp_path / "gold", documents)
    scores, single = score_file(gold, GoldSet(home / "gold"), gold, per_document=True)
    validator().validate(json.loads(json.dumps(scores.summary(20) | {"per_document": single}, allow_nan=False)))
    with pytest.raises(Exception, match=r"[Aa]dditional"):
        validator().validate(scores.summary() | {"colour": 1})
