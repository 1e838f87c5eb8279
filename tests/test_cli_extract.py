import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmark.extraction.shards import read
from benchmark.report.extracting import Speed, bar
from tests.conftest import ROOT


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": f"{n} men and {n * n} horses"}) + "\n" for n in range(30)))
    return path


def contents(output):
    return {p.name: p.read_bytes() for p in sorted(output.glob("part-*"))}


def test_extract_writes_shards_and_goes_on(home, source, tmp_path, benchmark):
    out = tmp_path / "out"
    done = benchmark("extract", "numbers", source, out, "--shard-size", 8, "--batch-size", 3)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"30 documents in 4 shards of {out} (30 ok)\n"
    assert [len(p.mentions) for p in read(out)] == [2] * 30
    again = benchmark("extract", "numbers", source, out, "--shard-size", 8, "--batch-size", 3, "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["shards"] == json.loads((out / "manifest.json").read_text())["shards"]
    refused = benchmark("extract", "numbers", source, out)
    assert refused.returncode == 2
    assert "the size of shards or batches" in refused.stderr


def test_several_processes_and_other_formats_give_the_same(home, source, tmp_path, benchmark):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    size = ("--shard-size", 8, "--batch-size", 3)
    assert benchmark("extract", "numbers", source, tmp_path / "one", *size).returncode == 0
    assert benchmark("extract", "numbers", source, tmp_path / "two", *size, "--jobs", 2).returncode == 0
    assert benchmark("extract", "numbers", source, tmp_path / "table", *size, "--format", "parquet").returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert list(read(tmp_path / "table")) == list(read(tmp_path / "one"))


def test_what_a_user_gets_wrong(home, source, tmp_path, benchmark, monkeypatch):
    out = tmp_path / "out"
    for words, reason in (
        (("extract", "numbrs", source, out), "no model 'numbrs'"),
        (("extract", "numbers", tmp_path / "none.jsonl", out), "there is no such file or folder"),
        (("extract", "numbers", source, source), "this is a file; OUTPUT is a folder"),
        (("extract", "numbers", source, tmp_path), "holds other things"),
        (("extract", "numbers", source, out, "--text-field", "body"), f"{source}:1: no key 'body' for the text; there are 'id', 'text'"),
        (("extract", "numbers", source, out, "--set", "colour=red"), "no such parameter"),
    ):
        done = benchmark(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    for words in (("extract", "numbers", source, out), ("run", "numbers")):
        done = benchmark(*words, "--engine", "ray")
        assert done.returncode == 2
        assert "pip install 'entity-event-benchmark[ray]'" in done.stderr


def test_a_model_that_is_unavailable_leaves_no_shards(home, source, tmp_path, benchmark):
    path = home / "models" / "numbers.py"
    path.write_text(path.read_text().replace('scheme="gold"', 'requires=("no_such_package",), install="pip install it"'))
    done = benchmark("extract", "numbers", source, tmp_path / "out")
    assert done.returncode == 2
    assert "unavailable: package no_such_package is missing; install it: pip install it" in done.stderr
    assert contents(tmp_path / "out") == {}


def test_a_model_that_learns_is_trained_on_all_labels_once(home, source, tmp_path, benchmark):
    path = home / "models" / "numbers.py"
    note = tmp_path / "note"
    path.write_text(
        path.read_text()
        + f"    def fit(self, documents):\n        open({str(note)!r}, 'a').write(' '.join(sorted(d.id for d in documents)) + chr(10))\n"
        + "    def save(self, folder):\n        pass\n"
        + "    def restore(self, folder):\n        pass\n"
    )
    done = benchmark("extract", "numbers", source, tmp_path / "out", "--jobs", 2, "--batch-size", 5, "--json")
    assert done.returncode == 0, done.stderr
    assert note.read_text() == "kidal kidal.retold\n"
    manifest = json.loads(done.stdout)
    assert manifest["work"]["learned_from"] == ["kidal", "kidal.retold"]
    assert manifest["about"]["trained_on"] == ["nothing", "all gold labels that there are (2 texts)"]


class Step:
    def __init__(self, documents, new, read):
        self.documents, self.new, self.read = documents, new, read


def test_rate_and_time_left_are_of_this_call():
    now = [100.0]
    speed = Speed(1000.0, lambda: now[0])
    assert speed.told(Step(5000, 0, 400.0)) == "5,000 documents"  # finished before
    now[0] += 10
    assert speed.told(Step(5100, 100, 500.0)) == "5,100 documents  10.0/s  0:00:50 left"
    assert Speed(None).told(Step(1, 0, 0.0)) == "1 documents"


def test_the_bar_is_for_terminals_alone(capsys):
    from rich.console import Console

    with bar(10.0) as watch:
        watch(Step(1, 1, 1.0))
    assert capsys.readouterr() == ("", "")
    console = Console(force_terminal=True, record=True, width=100, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    with bar(10.0, console) as watch:
        watch(Step(7, 7, 5.0))
    assert "7 documents" in console.export_text()


def _command(*words):
    return [sys.executable, "-m", "benchmark", *map(str, words)]


@pytest.mark.slow
def test_a_command_that_is_killed_goes_on_from_there(home, tmp_path):
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": f"d{n}", "text": f"{n} men"}) + "\n" for n in range(6000)))
    words = ("--shard-size", 100, "--jobs", 2)
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    out = tmp_path / "out"
    rng = random.Random(0)
    for _ in range(6):
        process = subprocess.Popen(_command("extract", "numbers", source, out, *words), env=environment, stdout=subprocess.DEVNULL)
        until = time.monotonic() + 60
        already = len(contents(out))
        while process.poll() is None and len(contents(out)) < already + 3 and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 0 < len(contents(out)) <= 60
    subprocess.run(_command("extract", "numbers", source, out, *words), env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        _command("extract", "numbers", source, tmp_path / "whole", *words), env=environment, check=True, stdout=subprocess.DEVNULL
    )
    assert contents(out) == contents(tmp_path / "whole")
    assert [p.id for p in read(out)] == [f"d{n}" for n in range(6000)]


MEASURE = """
import pathlib, re, runpy, sys
sys.argv = ["benchmark", *sys.argv[1:]]
try:
    runpy.run_module("benchmark", run_name="__main__")
except SystemExit:
    pass
sys.stdout.flush()
peak = re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]  # getrusage tells of the parent's size, too
print(int(peak) // 1024)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_input(home, tmp_path):
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell the peak memory of a process")
    peaks = {}
    for count in (1000, 100_000):
        source = tmp_path / f"{count}.jsonl"
        with source.open("w") as file:
            for n in range(count):
                file.write(json.dumps({"id": f"document-{n}", "text": f"{n} men and {n} horses crossed the river. " * 4}) + "\n")
        words = ("extract", "numbers", source, tmp_path / f"out{count}")
        environment = dict(os.environ, PYTHONPATH=str(ROOT))
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, *map(str, words)], env=environment, capture_output=True, text=True, check=True
        )
        assert f"{count} documents" in done.stdout
        peaks[count] = int(done.stdout.split()[-1])
    assert peaks[100_000] < 200  # MiB: the documents alone are more than 20, as objects of Python some 100
    assert peaks[100_000] < peaks[1000] + 40
