"""Ctrl-C once finishes the article under way and writes scores; twice stops now. Nothing finished is lost by either."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from benchmark.formats import jsonl
from benchmark.interruption import Interruption
from tests.conftest import ROOT

SLOW = """import time
from benchmark.api import Extraction, extractor

@extractor("slow", produces={"mentions"})
class Slow:
    def __init__(self, seconds: float = 1.0):
        self.seconds = seconds

    def extract(self, article):
        if not article.id.endswith("retold"):
            return Extraction()
        with open("begun", "w"):
            pass
        time.sleep(self.seconds)
        return Extraction()
"""


def test_the_first_interrupt_is_noted_and_the_second_raises():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored, where the tests run in the background
    told = []
    with Interruption(told.append) as interrupted:
        assert not interrupted()
        signal.raise_signal(signal.SIGINT)
        assert interrupted()
        assert len(told) == 1
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def interrupted(home, times, seconds, words=()):
    """A run interrupted in its second article, and how it ended."""
    (home / "models" / "slow.py").write_text(SLOW)
    begun = home / "begun"
    command = [sys.executable, "-m", "benchmark", "run", "slow", "--set", f"seconds={seconds}", *words]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=home,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until and not begun.exists():
        time.sleep(0.02)
    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.2)
    printed, told = process.communicate(timeout=30)
    assert process.returncode == 1, told
    assert "interrupted: finished articles are kept" in told
    assert "Traceback" not in told
    (folder,) = (home / "results").glob("slow-*")
    done = [p.id for p in jsonl.read(folder / "predictions.jsonl")]
    return done, printed, json.loads((folder / "scores.json").read_text()) if (folder / "scores.json").exists() else None


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals to a group are not to be had on this system")
@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_once_finishes_what_is_under_way_and_scores_it(home, jobs):
    done, _, scores = interrupted(home, 1, 1.0, ("--jobs", str(jobs)))
    assert done == ["kidal", "kidal.retold"]
    assert scores is not None
    assert "unfinished" not in scores


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals to a group are not to be had on this system")
def test_once_begins_no_further_article_and_marks_the_scores(home):
    source = (home / "models" / "numbers.py").read_text()
    (home / "models" / "numbers.py").write_text(
        source.replace("return Extraction", "open('begun', 'w'); import time; time.sleep(1); return Extraction")
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "run", "numbers", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=home,
    )
    while not (home / "begun").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    (told,) = json.loads(printed)["results"]
    assert [a["id"] for a in told["articles"]] == ["kidal"]
    assert told["unfinished"] == ["kidal.retold"]
    (folder,) = (home / "results").glob("numbers-*")
    assert json.loads((folder / "scores.json").read_text())["unfinished"] == ["kidal.retold"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals to a group are not to be had on this system")
def test_once_while_a_model_loads_stops_at_once(home):
    source = (home / "models" / "numbers.py").read_text()
    load = "    def load(self, device):\n        open('begun', 'w')\n        import time; time.sleep(60)\n\n    def extract"
    (home / "models" / "numbers.py").write_text(source.replace("    def extract", load))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmark", "run", "numbers"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=home,
        start_new_session=True,
    )
    while not (home / "begun").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Traceback" not in told


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals to a group are not to be had on this system")
def test_twice_stops_now_and_keeps_what_is_finished(home):
    began = time.monotonic()
    done, printed, _ = interrupted(home, 2, 60)
    assert time.monotonic() - began < 30
    assert done == ["kidal"]
    assert printed == ""
