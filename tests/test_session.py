"""Articles side by side, limits of a whole run, and what is done again."""

import json
import os
import time
from pathlib import Path

import msgspec
import pytest

from benchmark.formats import jsonl
from benchmark.gold import GoldSet
from benchmark.registry import find
from benchmark.runner import Options, run_model
from benchmark.schema import Document
from tests.conftest import story as make_story
from tests.conftest import write_story

MODEL = """import os, time
from pathlib import Path
from benchmark.api import Extraction, Mention, extractor

NOTES = Path(__file__).with_name("notes")

def note(line):
    with NOTES.open("a") as file:
        file.write(line + chr(10))

@extractor("noting", produces={"mentions"}, trained_on=("nothing",))
class Noting:
    def __init__(self, fault: str = "", seconds: float = 0.0):
        self.fault, self.seconds = fault, seconds

    def load(self, device):
        note("load")
        if self.fault == "load" or (self.fault == "second load" and NOTES.read_text().count("load") > 1):
            raise MemoryError("no room")

    def extract(self, article):
        note(article.id)
        time.sleep(self.seconds * (5 if article.id == "kidal" else 1))
        if self.fault == "exit" and article.id == "kidal":
            os._exit(3)
        return Extraction([Mention(*m.span(), "GPE", score=0.5) for m in article.finditer("[A-Z]")], tokens=3, cost=0.5)
"""
LEARNING = """
@extractor("learning", produces={"mentions"})
class Learning(Noting):
    def __init__(self, fault: str = "", seconds: float = 0.0):
        super().__init__(fault, seconds)

    def fit(self, documents):
        note("fit")
        self.seen = len(documents)

    def save(self, folder):
        (folder / "seen").write_text(str(self.seen))

    def restore(self, folder):
        note("restore")
        self.seen = int((folder / "seen").read_text())
"""


@pytest.fixture
def stories(home, tmp_path):
    """Three stories, in two editions each."""
    for name in ("gao", "segou"):
        source, retold = make_story(name)
        write_story(home, msgspec.structs.replace(source, text=f"{source.text}{name}"), retold, tmp_path / "articles")
    (home / "models" / "noting.py").write_text(MODEL)
    (home / "models" / "learning.py").write_text(
        MODEL.replace('@extractor("noting"', '@extractor ("base"').replace("@extractor (", "# (") + LEARNING
    )
    return home


def run(home, name="noting", parameters=None, results="results", **options):
    gold = GoldSet(home / "gold")
    documents = gold.documents()
    (home / "models" / "notes").unlink(missing_ok=True)
    (home / "models" / "notes").touch()
    edition = options.pop("edition", "")
    chosen = [d for d in documents if edition in d.id]
    return run_model(gold, documents, chosen, find(name, home / "models"), parameters or {}, home / results, Options(timeout=20, **options))


def noted(home):
    return (home / "models" / "notes").read_text().split()


def without_times(folder):
    """Predictions byte by byte but for what was measured; scores byte by byte."""
    lines = [
        msgspec.structs.replace(p, seconds=None, cpu_seconds=None, memory=None) for p in jsonl.read(Path(folder) / "predictions.jsonl")
    ]
    return jsonl.write(lines), (Path(folder) / "scores.json").read_bytes()


@pytest.mark.parametrize("name", [pytest.param("noting", marks=pytest.mark.slow), "learning"])
def test_jobs_side_by_side_give_the_same_to_the_last_byte(stories, name):
    parameters = {"fault": "exit", "seconds": 0.02}
    one = run(stories, name, parameters, "one", force=True)
    two = run(stories, name, parameters, "two", jobs=3, force=True)
    assert without_times(one.folder) == without_times(two.folder)
    assert [p.outcome for p in two.predictions] == ["failed", *["ok"] * 5]
    assert one.run.key == two.run.key


def test_jobs_work_at_the_same_time(stories):
    result = run(stories, parameters={"seconds": 0.4}, jobs=3)
    assert noted(stories).count("load") == 3
    assert [p.id for p in jsonl.read(Path(result.folder) / "predictions.jsonl")] == [d.id for d in GoldSet(stories / "gold").documents()]
    assert result.run.limits["jobs"] == 3
    assert result.run.limits["threads"] >= 1


def test_what_learns_is_trained_once_a_fold_even_where_its_process_dies(stories):
    run(stories, "learning", {"fault": "exit"}, jobs=3, force=True)
    assert noted(stories).count("fit") == 3
    assert noted(stories).count("restore") == 1  # after the death: what was learned a moment ago


def test_where_one_of_several_workers_cannot_load_the_others_do_its_work(stories):
    assert run(stories, parameters={"fault": "second load", "seconds": 0.2}, jobs=2).outcomes() == {"ok": 6}
    failed = run(stories, parameters={"fault": "load"}, jobs=2)
    assert failed.outcomes() == {"failed": 6}
    assert "MemoryError: no room" in failed.reason()


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_run_has_a_time_limit_and_says_so_of_what_it_did_not_reach(stories, jobs):
    began = time.monotonic()
    result = run(stories, parameters={"seconds": 2.0}, jobs=jobs, run_timeout=2.0)
    assert time.monotonic() - began < 8
    assert set(result.outcomes()) == {"timeout"}
    assert {p.error for p in result.predictions} == {"the run took more than 2 s"}
    assert run(stories, parameters={"seconds": 2.0}).outcomes() == {"timeout": 6}  # they are finished
    assert noted(stories) == []


def test_what_is_forced_or_tried_again_is_what_was_chosen_and_nothing_else(stories):
    flag = stories / "models" / "flag"
    broken = MODEL.replace(
        "        note(article.id)", f"        note(article.id)\n        assert __import__('os').path.exists({str(flag)!r})"
    )
    (stories / "models" / "noting.py").write_text(broken)
    assert run(stories).outcomes() == {"failed": 6}
    flag.touch()
    run(stories, retry_failed=True, edition="retold")
    assert sorted(noted(stories)) == ["gao.retold", "kidal.retold", "load", "segou.retold"]
    result = run(stories)
    assert noted(stories) == []
    assert result.outcomes() == {"failed": 3, "ok": 3}
    run(stories, retry_failed=True)
    assert sorted(noted(stories)) == ["gao", "kidal", "load", "segou"]
    run(stories, force=True, edition="retold")
    assert len(noted(stories)) == 4
    assert run(stories).outcomes() == {"ok": 6}
    assert noted(stories) == []


def test_scores_that_are_not_of_the_predictions_do_not_stay(stories):
    folder = Path(run(stories).folder)
    assert (folder / "scores.json").exists()
    seen = []
    gold = GoldSet(stories / "gold")
    documents = gold.documents()
    options = Options(timeout=20, force=True)
    found = find("noting", stories / "models")
    run_model(
        gold, documents, documents, found, {}, stories / "results", options, lambda line: seen.append((folder / "scores.json").exists())
    )
    assert seen == [False] * 6
    assert (folder / "scores.json").exists()


def test_nothing_is_written_where_nothing_is_done(stories):
    folder = Path(run(stories).folder)
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    run(stories, jobs=2)
    assert {path.name for path in folder.iterdir() if path.stat().st_mtime != 1} == set()


def test_what_a_run_took_and_what_repeats_it_is_described(stories):
    result = run(stories, jobs=2, memory=4000.0, arguments=("run", "--set", "url=https://me:secret@host/v1?key=secret"))
    run_json = json.loads((Path(result.folder) / "run.json").read_text())
    assert run_json["seconds"] >= run_json["load_seconds"] > 0
    assert run_json["arguments"] == ["run", "--set", "url=https://host/v1"]
    assert run_json["limits"] | {"threads": 1} == {
        "timeout": 20,
        "load_timeout": 3600.0,
        "run_timeout": None,
        "memory": 4000.0,
        "jobs": 2,
        "threads": 1,
    }
    assert {"msgspec"} <= set(run_json["libraries"])
    assert run_json["machine"]["python"]
    assert run_json["benchmark"]
    assert {"commit", "dirty", "seed", "device", "parameters", "versions"} <= set(run_json)
    assert run_json["model_bytes"] == len(MODEL)
    article = result.to_dict()["articles"][0]
    assert article["words_per_second"] == pytest.approx(article["words"] / article["seconds"], rel=0.01)
    assert (article["device"], article["tokens"], article["cost"]) == ("cpu", 3, 0.5)
    assert article["memory"] > 1
    assert article["cpu_seconds"] >= 0


def test_what_was_spent_on_labels_of_no_scheme_is_told(stories):
    (stories / "models" / "noting.py").write_text(MODEL.replace('"GPE"', '"POEM" * 1000'))
    (first, *_) = run(stories).predictions
    assert (first.outcome, first.mentions, first.tokens, first.cost) == ("failed", (), 3, 0.5)
    assert "'POEMPOEM" in first.error
    assert len(first.error) < 400
    assert first.document == Document("kidal")
