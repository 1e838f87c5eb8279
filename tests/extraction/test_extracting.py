import json
import os
import random
import signal
import time
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from benchmark.extraction import extracting
from benchmark.extraction.extracting import Options
from benchmark.extraction.inputs import find as find_input
from benchmark.extraction.plan import Limits
from benchmark.extraction.shards import read
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.registry import find
from tests.extraction.inside import Inside

LIMITS = Limits(shard=4, batch=2)
TEXTS = [" ".join(["word"] * (n * 7 % 11)) for n in range(22)]


def write(path, texts=TEXTS, ids=None):
    rows = [{"id": ids[n] if ids else f"d{n}", "text": text} for n, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def extract(home, source, output, engine=None, parameters=None, model="numbers", watch=lambda step: None, **options):
    return extracting.extract(
        GoldSet(home / "gold"),
        find(model, home / "models"),
        parameters or {},
        find_input(str(source)).input,
        output,
        engine or Inside(),
        Options(**{"limits": LIMITS, **options}),
        watch,
    )


def contents(output):
    return {p.name: p.read_bytes() for p in sorted(output.glob("part-*"))}


@pytest.fixture(autouse=True)
def no_git(monkeypatch):
    monkeypatch.setattr(extracting.store, "commit", lambda root: (None, None))  # it takes longer than all the rest


@pytest.fixture
def source(tmp_path):
    return write(tmp_path / "in.jsonl")


def test_the_output_is_in_the_order_of_the_input(home, source, tmp_path):
    engine, steps = Inside(), []
    manifest = extract(home, source, tmp_path / "out", engine, watch=steps.append)
    found = list(read(tmp_path / "out"))
    assert [p.id for p in found] == [f"d{n}" for n in range(22)]
    assert [len(p.mentions) for p in found] == [len(text.split()) for text in TEXTS]
    assert (manifest.state, manifest.documents, manifest.outcomes) == ("complete", 22, {"ok": 22})
    assert [shard.documents for shard in manifest.shards] == [4, 4, 4, 4, 4, 2]
    assert engine.batches[0] == ["d3", "d1"]  # the longest first
    assert [step.documents for step in steps] == list(range(2, 23, 2))
    assert steps[-1].read == source.stat().st_size
    assert all(a.read < b.read for a, b in pairwise(steps))


def test_the_manifest_holds_all_that_is_needed_to_do_it_again(home, source, tmp_path):
    manifest = extract(home, source, tmp_path / "out", parameters={"type": "MONEY"}, seed=3)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text()) == json.loads(msgspec.json.encode(manifest))
    work = manifest.work
    assert (work["model"], work["parameters"], work["seed"], work["scheme"]) == ("numbers", {"type": "MONEY"}, 3, "gold")
    assert len(work["source"]) == len(manifest.input_sha256) == 64
    assert manifest.input == {"kind": "jsonl", "fields": {}, "files": 1, "bytes": source.stat().st_size}
    assert manifest.about["trained_on"] == ["nothing"]
    assert manifest.seconds == 5.5  # of work: half a second for each of eleven batches


def test_what_is_done_is_not_done_again(home, source, tmp_path):
    first = extract(home, source, tmp_path / "out")
    engine = Inside()
    again = extract(home, source, tmp_path / "out", engine)
    assert engine.batches == []
    assert again.shards == first.shards
    (tmp_path / "out" / "part-00002.jsonl").unlink()
    extract(home, source, tmp_path / "out", engine)
    assert sorted(engine.documents) == ["d10", "d11", "d8", "d9"]
    engine = Inside()
    extract(home, source, tmp_path / "out", engine, force=True)
    assert len(engine.batches) == 11


def test_a_stop_between_costs_the_shards_under_way_alone(home, source, tmp_path):
    def stop(step):
        if step.documents > 13:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(home, source, tmp_path / "out", watch=stop)
    engine = Inside()
    extract(home, source, tmp_path / "out", engine)
    assert len(engine.documents) == 10
    extract(home, source, tmp_path / "other")
    assert contents(tmp_path / "out") == contents(tmp_path / "other")


CHANGES = {
    "parameters": ({"parameters": {"type": "MONEY"}}, 'the parameters ({}, now {"type":"MONEY"})'),
    "format": ({"form": "parquet"}, "format (jsonl, now parquet)"),
    "limits": ({"limits": Limits(shard=5, batch=2)}, "the size of shards or batches"),
    "seed": ({"seed": 1}, "seed (0, now 1)"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_setting_is_refused_by_name(home, source, tmp_path, name):
    changed, reason = CHANGES[name]
    extract(home, source, tmp_path / "out")
    before = contents(tmp_path / "out")
    with pytest.raises(BadInput) as error:
        extract(home, source, tmp_path / "out", **changed)
    assert reason in str(error.value)
    assert "--force" in str(error.value)
    assert contents(tmp_path / "out") == before
    extract(home, source, tmp_path / "out", force=True, **changed)
    assert len(list(read(tmp_path / "out"))) == 22


def test_a_changed_model_is_refused(home, source, tmp_path):
    extract(home, source, tmp_path / "out")
    path = home / "models" / "numbers.py"
    path.write_text(path.read_text() + "# changed\n")
    with pytest.raises(BadInput, match="the model's source"):
        extract(home, source, tmp_path / "out")


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ([*TEXTS[:3], "wart", *TEXTS[4:]], "'d0' to 'd3' are not as they were"),  # as long as before
        ([*TEXTS, "more"], "another input: bytes"),
        (TEXTS[:-1], "another input: bytes"),
    ],
)
def test_a_changed_input_is_refused(home, source, tmp_path, texts, reason):
    write(source, [*TEXTS[:3], "word", *TEXTS[4:]])
    extract(home, source, tmp_path / "out")
    before = contents(tmp_path / "out")
    write(source, [*texts[:3], "word", *texts[4:]] if "wart" not in texts else texts)
    with pytest.raises(BadInput, match=reason):
        extract(home, source, tmp_path / "out")
    assert contents(tmp_path / "out") == before
    assert extract(home, source, tmp_path / "out", force=True).documents == len(texts)


def test_a_moved_input_is_the_same_and_a_mended_one_goes_on(home, source, tmp_path):
    write(source, TEXTS, [f"d{n % 20}" for n in range(22)])
    with pytest.raises(BadInput, match="jsonl:21: document 'd0' was there already"):
        extract(home, source, tmp_path / "out")
    assert len(contents(tmp_path / "out")) == 5  # all that is whole before the fault
    moved = write(tmp_path / "moved.jsonl")
    engine = Inside()
    extract(home, moved, tmp_path / "out", engine)
    assert engine.documents == ["d20", "d21"]
    source.unlink()


def test_failures_are_counted_and_kept(home, tmp_path):
    source = write(tmp_path / "in.jsonl", ["a", "boom", "b"])
    manifest = extract(home, source, tmp_path / "out")
    assert manifest.outcomes == {"failed": 1, "ok": 2}
    assert [p.outcome for p in read(tmp_path / "out")] == ["ok", "failed", "ok"]
    assert "ValueError: boom" in list(read(tmp_path / "out"))[1].error


def test_an_empty_input_and_an_output_inside_the_input(home, tmp_path):
    (tmp_path / "in.jsonl").touch()
    assert extract(home, tmp_path / "in.jsonl", tmp_path / "out").documents == 0
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("x")
    with pytest.raises(BadInput, match="inside the folder that is read"):
        extract(home, tmp_path / "texts", tmp_path / "texts" / "out")


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("form", "times"), [("jsonl", 15), pytest.param("jsonl", 100, marks=SLOW), pytest.param("parquet", 20, marks=SLOW)]
)
def test_killed_at_random_points_nothing_is_lost_or_doubled(home, tmp_path, form, times):
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed").set_cpu_count(1)
    source = write(tmp_path / "in.jsonl", TEXTS * 4, [f"d{n}" for n in range(88)])
    began = time.perf_counter()
    assert _killed(home, source, tmp_path / "undisturbed", form, 60)
    whole = time.perf_counter() - began
    rng = random.Random(form)
    kills = rounds = 0
    while kills < times:
        output = tmp_path / f"out{rounds}"
        rounds += 1
        while not _killed(home, source, output, form, rng.uniform(0, 1.2 * whole)):
            kills += 1
        assert contents(output) == contents(tmp_path / "undisturbed")
        assert [p.id for p in read(output)] == [f"d{n}" for n in range(88)]
        assert not list(output.glob(".part-*"))


def _killed(home: Path, source: Path, output: Path, form: str, after: float) -> bool:
    """Extract in a child that is killed after some seconds; whether it came to its end first."""
    child = os.fork()
    if child == 0:
        try:
            extract(home, source, output, Inside(0.001), form=form)
        except BaseException:
            os._exit(1)
        os._exit(0)
    until = time.monotonic() + after
    while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < until:
        time.sleep(0.001)
    if not ended[0]:
        os.kill(child, signal.SIGKILL)
    status = ended[1] if ended[0] else os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)
