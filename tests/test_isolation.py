"""A worker is watched from outside: whatever a model does to its process costs one document, and nothing of it survives."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from benchmark import isolation
from benchmark.isolation import Ended, Worker
from benchmark.registry import in_file
from benchmark.schema import Document
from benchmark.worker import Job
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="process groups are not to be had on this system")

MODEL = """
import ctypes, os, signal, subprocess, sys, threading, time
from benchmark.api import Extraction, Mention, extractor

@extractor("odd", produces={"mentions"})
class Odd:
    def extract(self, article):
        getattr(self, article.id)(article)
        return Extraction([Mention(0, 5, "GPE")])

    def good(self, article):
        pass

    def exits(self, article):
        os._exit(0)

    def killed(self, article):
        os.kill(os.getpid(), signal.SIGKILL)

    def segfaults(self, article):
        ctypes.string_at(0)

    def hangs_in_c(self, article):
        ctypes.PyDLL(None).sleep(60)  # holds the interpreter's lock

    def closes_everything(self, article):
        os.closerange(3, 256)
        time.sleep(60)

    def forks_and_dies(self, article):
        if os.fork() == 0:
            time.sleep(60)
        os._exit(4)

    def forks_and_both_answer(self, article):
        os.fork()

    def eats(self, article):
        kept = []
        while True:
            kept.append(bytearray(10_000_000))
            time.sleep(0.002)

    def has_a_child_that_eats(self, article):
        subprocess.run([sys.executable, "-c", "import time; kept = bytearray(300_000_000); time.sleep(60)"])

    def prints(self, article):
        for _ in range(400):
            sys.stdout.write("x" * 1_000_000)
            sys.stdout.flush()

    def leaves_a_child(self, article):
        subprocess.Popen(["sleep", "60"])

    def leaves_a_child_in_another_session(self, article):
        print("CHILD", subprocess.Popen(["sleep", "60"], start_new_session=True).pid, flush=True)
        time.sleep(60)

    def works(self, article):
        until = time.process_time() + 0.3
        while time.process_time() < until:
            pass

    def has_it_worked(self, article):
        subprocess.run([sys.executable, "-S", "-c", "import time\\nwhile time.process_time() < 0.3: pass"])

    def is_large(self, article):
        bytearray(150_000_000)

    def threads(self, article):
        print("THREADS", os.environ.get("OMP_NUM_THREADS"), os.environ.get("MKL_NUM_THREADS"), flush=True)

    def waits_for_its_children(self, article):
        while True:
            try:
                os.wait()
            except ChildProcessError:
                break
"""


@pytest.fixture
def start(tmp_path):
    """Starts workers of the odd model, and ends them."""
    path = tmp_path / "odd.py"
    path.write_text(MODEL)
    started = []

    def new(**how):
        worker = Worker(Job(in_file(path)[0], {}, "cpu", str(tmp_path / "output.log"), 0, None), 60, **how)
        assert worker.ready().outcome == "ok"
        started.append(worker)
        return worker

    yield new
    for worker in started:
        worker.close()


def document(name):
    return Document(name, "Kidal fell.")


def alive(group):
    """Processes of a session, a worker's or another, that are not yet gone."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (OSError, psutil.Error):
            continue
    return found


def gone(group, seconds=5.0):
    until = time.monotonic() + seconds
    while alive(group) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(group)


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("exits", "failed", "exited with status 0"),
        ("killed", "failed", "was ended by SIGKILL (the system does this where memory runs out)"),
        ("segfaults", "failed", "was ended by SIGSEGV"),
        ("hangs_in_c", "timeout", "took more than 1 s"),
        pytest.param("closes_everything", "failed", "closed its connection", marks=pytest.mark.slow),
        ("forks_and_dies", "failed", "exited with status 4"),
    ],
)
def test_a_process_that_is_no_more_says_how_it_ended_and_leaves_nothing(start, name, outcome, reason):
    worker = start()
    found = worker.predict(document(name), 1 if outcome == "timeout" else 20)
    assert (found.outcome, reason in found.error) == (outcome, True), found.error
    assert found.seconds < 10
    assert gone(worker.process.pid)


@pytest.mark.parametrize(
    "name", ["forks_and_both_answer", "leaves_a_child", pytest.param("waits_for_its_children", marks=pytest.mark.slow)]
)
def test_children_neither_answer_nor_stay(start, name):
    worker = start()
    for again in (name, "good", "good"):
        assert worker.predict(document(again), 20).outcome == "ok"
    worker.close()
    assert gone(worker.process.pid)


def test_a_child_that_left_the_session_is_ended_with_a_late_worker(start, tmp_path):
    assert start().predict(document("leaves_a_child_in_another_session"), 0.5).outcome == "timeout"
    assert gone(int((tmp_path / "output.log").read_text().split()[1]))


@pytest.mark.parametrize("name", ["eats", "has_a_child_that_eats"])
def test_memory_has_a_limit_that_counts_children(start, name):
    worker = start(memory=200.0)
    found = worker.predict(document(name), 30)
    assert (found.outcome, found.error) == ("failed", "took more than 200 MiB of memory")
    assert found.memory > 200
    assert gone(worker.process.pid)


@pytest.mark.slow
def test_what_a_model_prints_does_not_fill_the_disk(start, tmp_path, monkeypatch):
    monkeypatch.setattr(isolation, "LONGEST_LOG", 2_000_000)
    worker = start()
    assert worker.predict(document("prints"), 30).outcome == "ok"
    written = (tmp_path / "output.log").stat().st_blocks * 512
    assert written < 200_000_000  # of 400
    assert b"[more was printed here than is kept]" in (tmp_path / "output.log").read_bytes()


def test_processor_time_is_that_of_children_too(start):
    worker = start()
    for name in ("works", "has_it_worked"):
        found = worker.predict(document(name), 30)
        assert 0.25 < found.cpu_seconds < 2, name
    assert worker.predict(document("good"), 30).cpu_seconds < 0.1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets the peak begin anew")
def test_memory_is_that_of_the_article(start):
    worker = start()
    before, large, after = (worker.predict(document(name), 30).memory for name in ("good", "is_large", "good"))
    assert large > before + 130
    assert after < before + 50


def test_threads_are_shared_out_unless_the_user_has(start, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "7")
    start(threads=3).predict(document("threads"), 20)
    assert "THREADS 3 7" in (tmp_path / "output.log").read_text()
    assert "OMP_NUM_THREADS" not in os.environ


def test_an_answer_for_another_document_is_none(start):
    worker = start()
    worker.send(document("good"), 20)
    worker.document = document("works")
    while (found := worker.answer()) is None:
        isolation.wait([worker])
    assert isinstance(found, Ended)
    assert "answered for another document" in found.error


ORPHAN = """
import sys
from pathlib import Path
from benchmark.isolation import Worker
from benchmark.registry import in_file
from benchmark.schema import Document
from benchmark.worker import Job

if __name__ == "__main__":
    worker = Worker(Job(in_file(Path(sys.argv[1]))[0], {}, "cpu", sys.argv[1] + ".log", 0, None), 60)
    if sys.argv[2] != "loading":
        worker.ready()
        worker.send(Document(sys.argv[2], "Kidal fell."), 60)
    print(worker.process.pid, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    "doing",
    ["loading", pytest.param("good", marks=pytest.mark.slow), "hangs_in_c", pytest.param("has_a_child_that_eats", marks=pytest.mark.slow)],
)
def test_no_worker_outlives_a_killed_runner(tmp_path, doing):
    (tmp_path / "odd.py").write_text(MODEL)
    (tmp_path / "orphan.py").write_text(ORPHAN)
    runner = subprocess.Popen(
        [sys.executable, tmp_path / "orphan.py", tmp_path / "odd.py", doing],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    pid = int(runner.stdout.readline())
    time.sleep(0.3 if doing != "loading" else 0)
    assert psutil.pid_exists(pid)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    runner.stdin.close()
    runner.stdout.close()
    assert gone(pid)
