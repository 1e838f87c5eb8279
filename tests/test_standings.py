"""Stored runs come into one table: the newest of each model, on a scheme that all share."""

import json
import os

import pytest

from benchmark import listings, store
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.schema import Mention
from benchmark.scoring import signature
from benchmark.standings import standings, table_scores


@pytest.fixture
def gold(home):
    return GoldSet(home / "gold")


def stored(home, gold, model, mentions=(), scheme="gold", key="00000001", fingerprint=None, documents=None, serial=0):
    """A run on disk."""
    folder = store.RunFolder(home / "results", model, key)
    folder.open()
    run = store.Run(model, key, {}, f"models/{model}.py", "0", fingerprint or gold.fingerprint(), scheme, ("mentions",), serial=serial)
    folder.write("run.json", run)
    for document in documents or gold.documents():
        folder.append(Prediction(document.id, mentions=tuple(mentions)))
    return folder.path


def test_runs_are_found_by_model_and_by_folder(home, gold):
    path = stored(home, gold, "one")
    assert [s.folder for s in standings(home / "results", ["one"], gold)] == [path]
    assert [s.name for s in standings(home / "results", [path.name], gold)] == [path.name]
    assert [s.name for s in standings(home / "results", ["all"], gold)] == ["one"]


def test_the_run_that_was_done_last_stands_whatever_the_clock_says(home, gold):
    early, late = (stored(home, gold, "one", key=f"0000000{n}", serial=n) for n in (1, 2))
    os.utime(early / "predictions.jsonl")
    os.utime(late / "predictions.jsonl", (1, 1))
    assert [s.folder for s in standings(home / "results", ["one"], gold)] == [late]


def test_runs_are_listed_with_what_must_not_be_compared_marked(home, gold):
    for n, (model, fingerprint) in enumerate(
        {"old": "f" * 64, "none": None, "other": None, "present": None, "half": None, "torn": None}.items()
    ):
        folder = stored(home, gold, model, key=f"0000000{n}", fingerprint=fingerprint)
        figures = {"signature": signature(gold.fingerprint()[:12], "gold") if model != "other" else "other"}
        unfinished = {"unfinished": ["kidal"]} if model == "half" else {}
        if model != "none":
            (folder / "scores.json").write_text(json.dumps({"figures": figures} | unfinished) if model != "torn" else "{")
    stored(home, gold, "present", key="00000009", serial=3)
    rows = {row["run"]: (row["present gold"], row["scores"], row["in tables"]) for row in listings.runs(home)}
    assert rows == {
        "old-00000000": (False, "of another scorer", False),
        "none-00000001": (True, "none", True),
        "other-00000002": (True, "of another scorer", True),
        "present-00000003": (True, "present", False),
        "present-00000009": (True, "none", True),
        "half-00000004": (True, "1 texts not run", True),
        "torn-00000005": (True, "unreadable", True),
    }


def test_a_run_of_other_labels_is_not_compared(home, gold):
    stored(home, gold, "old", fingerprint="f" * 64)
    with pytest.raises(BadInput, match="of other labels than the present ones"):
        standings(home / "results", ["old"], gold)
    with pytest.raises(BadInput, match="no run of 'none'"):
        standings(home / "results", ["none"], gold)
    with pytest.raises(BadInput, match="no run on the present labels"):
        standings(home / "results", ["all"], gold)


def test_stored_scores_are_used_only_where_they_are_of_this_scorer(home, gold):
    path = stored(home, gold, "one", [Mention(0, 1, "GPE")])
    runs = standings(home / "results", ["one"], gold)
    fresh = table_scores(runs, gold, gold.documents())[0]["one"]
    (path / "scores.json").write_text(json.dumps(fresh.to_dict()))
    again = table_scores(runs, gold, gold.documents())[0]["one"]
    assert again.counts["mentions.strict"].overall() == fresh.counts["mentions.strict"].overall()
    changed = json.loads(json.dumps(fresh.to_dict()))
    changed["counts"]["mentions.strict"]["cells"] = []
    (path / "scores.json").write_text(json.dumps(changed))
    assert table_scores(runs, gold, gold.documents())[0]["one"].counts["mentions.strict"].overall()["predicted"] == 0
    changed["figures"]["signature"] = "other"
    for content in (json.dumps(changed), "[", "{}", "null"):
        (path / "scores.json").write_text(content)
        assert table_scores(runs, gold, gold.documents())[0]["one"].counts["mentions.strict"].overall()["predicted"] == 2


def test_models_of_two_schemes_meet_on_what_they_share(home, gold):
    at = gold.documents()[0].mentions[0]
    stored(home, gold, "ours", [Mention(at.start, at.end, at.type, "NAM")])
    stored(home, gold, "theirs", [Mention(at.start, at.end, "LOC")], "conll2003")
    scores, projections = table_scores(standings(home / "results", ["all"], gold), gold, gold.documents())
    assert {p.name for p in projections.values()} == {"conll2003"}
    assert {s.signature.split("|")[1] for s in scores.values()} == {"scheme:conll2003"}
    assert len({s.counts["mentions.strict"].overall()["tp"] for s in scores.values()}) == 1
    _, projections = table_scores(standings(home / "results", ["ours"], gold), gold, gold.documents())
    assert projections["gold"].gold is None
    assert table_scores(standings(home / "results", ["ours"], gold), gold, gold.documents(), "ontonotes")[1]["gold"].name == "ontonotes"


def test_a_run_that_lacks_texts_is_refused(home, gold):
    stored(home, gold, "half", documents=gold.documents()[:1])
    with pytest.raises(BadInput, match="has no answer for 1 of the texts"):
        table_scores(standings(home / "results", ["half"], gold), gold, gold.documents())
