"""A run survives a full disk, a read-only folder, a second run and a kill at any moment: nothing finished is lost or done twice."""

import contextlib
import errno
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from benchmark import runner, session, store
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.registry import find
from benchmark.runner import Options, run_model
from benchmark.schema import Mention
from benchmark.worker import Ready
from tests.conftest import ROOT, write_story
from tests.conftest import story as make_story

WORKED = "worked"  # beside the results: each article that a model was given


class Prompt:
    """A worker without a process: it finds what the model of the tests would, and notes each document that it was given."""

    def __init__(self, job, *limits):
        self.notes = Path(job.log).parent.parent.parent / WORKED
        self.loaded, self.document, self.answers = False, None, 0

    @property
    def working(self):
        return not self.loaded or self.document is not None

    def send(self, document, timeout):
        self.document = document
        with io.open(self.notes, "a") as file:  # noqa: UP020  # not through what the tests make fail
            file.write(f"{document.id}\n")

    def answer(self):
        if not self.loaded:
            self.loaded = True
            return Ready("ok", scheme="gold", seconds=0.5)
        document, self.document = self.document, None
        return Prediction(document.id, mentions=(Mention(0, 5, "GPE", score=0.25),), seconds=0.1)

    def kill(self):
        pass

    close = kill


@pytest.fixture
def prompt(monkeypatch):
    monkeypatch.setattr(session, "Worker", Prompt)
    monkeypatch.setattr(session, "wait", lambda workers, most: None)
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # a kill does not ask the disk, and disks are slow
    monkeypatch.setattr(store, "commit", lambda root: (None, None))
    monkeypatch.setattr(runner, "learnable", lambda documents, split: None)
    monkeypatch.setattr(runner, "score_run", lambda gold, chosen, predictions, run, seen: Sum(predictions))


class Sum:
    """Scores that take no time: real ones are in the runs of the whole program below."""

    def __init__(self, predictions):
        self.found = {p.id: len(p.mentions) for p in predictions}

    def to_dict(self):
        return {"found": self.found}


class Fleeting(Prompt):
    """A worker that ends as soon as it has answered."""

    started = 0

    class Process:
        exitcode = 0

    process = Process

    def __init__(self, job, *limits):
        super().__init__(job, *limits)
        Fleeting.started += 1

    def send(self, document, timeout):
        assert not self.answers, "a document was given to a process that has ended"
        super().send(document, timeout)

    def answer(self):
        self.answers += self.loaded
        return super().answer()


def test_a_process_that_ends_after_its_answer_costs_no_other_document(home, tmp_path, prompt, monkeypatch):
    monkeypatch.setattr(session, "Worker", Fleeting)
    assert run(home, tmp_path / "results").outcomes() == {"ok": 2}
    assert Fleeting.started == 2


def run(home, results, **options):
    gold = GoldSet(home / "gold")
    documents = gold.documents()
    return run_model(gold, documents, documents, find("numbers", home / "models"), {}, results, Options(timeout=30, **options))


def end(results):
    """What a run left: the answers without times, and the scores, both byte by byte."""
    (folder,) = (p for p in results.iterdir() if p.is_dir())
    assert {p.name for p in folder.iterdir()} == {"run.json", "predictions.jsonl", "scores.json", "output.log"}  # nothing half-made
    lines = [msgspec.structs.replace(p, seconds=None, cpu_seconds=None, memory=None) for p in jsonl.read(folder / "predictions.jsonl")]
    json.loads((folder / "run.json").read_text())
    return jsonl.write(lines), (folder / "scores.json").read_bytes()


def finished(results):
    """Whole lines of predictions, read as any reader does; whatever else is there must be whole too."""
    for folder in (p for p in results.glob("*") if p.is_dir()):
        for name in ("run.json", "scores.json"):
            if (folder / name).exists():
                json.loads((folder / name).read_text())
        lines = (folder / "predictions.jsonl").read_bytes() if (folder / "predictions.jsonl").exists() else b""
        return [json.loads(line)["id"] for line in lines[: lines.rfind(b"\n") + 1].splitlines()]
    return []


class Disturbance:
    """Lets the `at`-th operation that writes go wrong: `fault` is called in its place, with the operation."""

    def __init__(self, monkeypatch, at, fault):
        self.left, self.fault, self.done = at, fault, False
        for owner, name in ((os, "write"), (os, "fsync"), (Path, "replace"), (Path, "mkdir"), (Path, "open")):
            monkeypatch.setattr(owner, name, self.disturbed(getattr(owner, name), name))

    def disturbed(self, work, name):
        def called(*args, **how):
            mode = args[1] if name == "open" and len(args) > 1 else how.get("mode", "r")
            if name == "open" and not set("wa+") & set(mode):
                return work(*args, **how)
            self.left -= 1
            if self.left != 0:
                return work(*args, **how)
            self.done = True
            return self.fault(work, name, args, how)

        return called


def full(work, name, args, how):
    if name == "write":
        work(args[0], args[1][: len(args[1]) // 2])  # as much as there is room for
    raise OSError(errno.ENOSPC, "No space left on device")


def raised_by(work, *args):
    try:
        work(*args)
    except BadInput as error:
        return error
    return None


def test_a_full_disk_at_any_write_costs_nothing_that_is_finished(home, tmp_path, prompt):
    run(home, tmp_path / "undisturbed" / "results")
    for at in range(1, 200):
        place = tmp_path / str(at)
        place.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            disturbance = Disturbance(patch, at, full)
            error = raised_by(run, home, place / "results")
        if not disturbance.done:
            break
        assert "cannot be written (No space left on device)" in str(error), at
        before = finished(place / "results")
        begun = (place / WORKED).read_text().split() if (place / WORKED).exists() else []
        run(home, place / "results")
        again = (place / WORKED).read_text().split()[len(begun) :]
        assert sorted(before + again) == ["kidal", "kidal.retold"], at
        assert end(place / "results") == end(tmp_path / "undisturbed" / "results"), at
    assert at > 20


def killed(after):
    def fault(work, name, args, how):
        if name == "write":
            work(args[0], args[1][: len(args[1]) // 2] if not after else args[1])
        elif after:
            work(*args, **how)
        os.kill(os.getpid(), signal.SIGKILL)

    return fault


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be forked on this system")
@pytest.mark.parametrize("after", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["before", "after"])
def test_a_kill_at_any_write_costs_nothing_that_is_finished(home, tmp_path, prompt, after):
    run(home, tmp_path / "undisturbed" / "results")
    for at in range(1, 200):
        place = tmp_path / str(at)
        place.mkdir()
        child = os.fork()
        if child == 0:
            Disturbance(pytest.MonkeyPatch(), at, killed(after))
            run(home, place / "results")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        before = finished(place / "results")
        begun = (place / WORKED).read_text().split() if (place / WORKED).exists() else []
        run(home, place / "results")
        again = (place / WORKED).read_text().split()[len(begun) :]
        assert sorted(before + again) == ["kidal", "kidal.retold"], at
        assert end(place / "results") == end(tmp_path / "undisturbed" / "results"), at
    assert at > 20


def test_a_reader_does_not_touch_a_line_that_is_being_written(home, tmp_path, prompt):
    folder = Path(run(home, tmp_path / "results").folder)
    path = folder / "predictions.jsonl"
    torn = path.read_bytes()[:-20]
    path.write_bytes(torn)
    assert len(store.RunFolder.at(folder).predictions()) == 1
    assert path.read_bytes() == torn


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions of this kind are not to be had on this system")
def test_a_read_only_results_folder_is_told_in_a_line(home, tmp_path, prompt):
    results = tmp_path / "results"
    folder = Path(run(home, results).folder)
    user = os.geteuid()
    for path in (folder, *folder.iterdir()):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in [tmp_path, *tmp_path.parents][:4]:  # one more where tests run side by side
        path.chmod(0o755)
    try:
        if user == 0:
            os.seteuid(65534)  # who may do everything has no read-only folder
        with pytest.raises(BadInput, match="cannot be written"):
            run(home, results)
        with pytest.raises(BadInput, match="cannot be written"):
            run(home, folder / "below")
    finally:
        os.seteuid(user)
    assert end(results)


def command(home, *words):
    return [sys.executable, "-m", "benchmark", "run", "numbers", *words], {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BENCHMARK_ROOT": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",  # Python 3.11 leaves compiled files cut short where files may not grow
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits on the size of files are not to be had on this system")
def test_a_disk_that_fills_up_ends_the_run_with_status_2(home):
    import resource

    source = (home / "models" / "numbers.py").read_text()
    (home / "models" / "numbers.py").write_text(
        source.replace("mentions=[", "mentions=[Mention(0, 5, 'GPE', entity='x' * 1800), *[").replace(
            'finditer(r"\\d+")]', 'finditer(r"\\d+")]]'
        )
    )
    words, env = command(home)
    limited = subprocess.run(
        words,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)),
    )
    assert limited.returncode == 2, limited.stderr
    assert "cannot be written (File too large)" in limited.stderr
    assert "Traceback" not in limited.stderr
    assert finished(home / "results") == ["kidal"]
    assert subprocess.run(words, env=env, capture_output=True, check=False).returncode == 0
    assert end(home / "results")


def test_the_second_of_two_runs_at_once_is_refused_with_status_2(home):
    source = (home / "models" / "numbers.py").read_text()
    waiting = "while not os.path.exists('leave'): time.sleep(0.02)"
    (home / "models" / "numbers.py").write_text(
        source.replace(
            "        return Extraction",
            f"        import os, time\n        open('entered', 'w')\n        {waiting}\n        return Extraction",
        )
    )
    words, env = command(home)
    first = subprocess.Popen(words, env=env, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while not (home / "entered").exists() and time.monotonic() < until:
        time.sleep(0.02)
    second = subprocess.run(words, env=env, cwd=home, capture_output=True, text=True, check=False)
    (home / "leave").touch()
    assert second.returncode == 2
    assert "another process is running this model now" in second.stderr
    assert first.wait(30) == 0
    assert end(home / "results")


NOTING = """import os, time
from benchmark.api import Extraction, Mention, extractor

@extractor("numbers", produces={"mentions"})
class Numbers:
    def extract(self, article):
        with open(os.environ["WORKED"], "a") as file:
            file.write(article.id + chr(10))
        time.sleep(0.02)
        return Extraction([Mention(*m.span(), "GPE", score=0.5) for m in article.finditer("[A-Z][a-z]+")])
"""
# a process that has imported everything, and starts runs by forking: most of a run's time is the start of Python
STARTER = """
import os, sys
from pathlib import Path
from benchmark.gold import GoldSet
from benchmark.registry import find, versions
from benchmark.runner import Options, run_model

if __name__ == "__main__":
    home = Path(sys.argv[1])
    gold = GoldSet(home / "gold")
    documents = gold.documents()
    os.fsync = lambda handle: None  # a kill does not ask the disk, and disks are slow
    versions(["msgspec"])  # looks through all packages, once
    for line in sys.stdin:
        results, jobs = line.split()
        child = os.fork()
        if child == 0:
            os.setsid()
            print(os.getpid(), flush=True)
            os.environ["WORKED"] = results + ".worked"
            sys.stdin = open(os.devnull)
            run_model(gold, documents, documents, find("numbers", home / "models"), {}, Path(results), Options(timeout=60, jobs=int(jobs)))
            os._exit(0)
        print(os.waitpid(child, 0)[1], flush=True)
"""
KILLS = 100


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be forked on this system")
def test_a_run_killed_at_random_a_hundred_times_ends_as_an_undisturbed_one(home, tmp_path):
    for n in range(9):
        source, retold = make_story(f"story{n}")
        write_story(home, msgspec.structs.replace(source, text=f"{source.text}{n}"), retold, tmp_path / "articles")
    (home / "models" / "numbers.py").write_text(NOTING)
    (tmp_path / "starter.py").write_text(STARTER)
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    starter = subprocess.Popen(
        [sys.executable, tmp_path / "starter.py", home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    def start(results, jobs=1):
        starter.stdin.write(f"{results} {jobs}\n")
        starter.stdin.flush()
        return int(starter.stdout.readline())

    start(tmp_path / "undisturbed", 1)
    began = time.monotonic()
    assert int(starter.stdout.readline()) == 0
    whole = time.monotonic() - began
    expected = end(tmp_path / "undisturbed")
    articles = len((tmp_path / "undisturbed.worked").read_text().split())
    assert articles == 20
    kills = runs = unfinished = workers = 0
    while kills < KILLS:
        results = tmp_path / f"run{runs}"
        runs += 1
        status = -1
        twice = 0
        while status != 0:
            before = finished(results)
            begun = len(Path(f"{results}.worked").read_text().split()) if Path(f"{results}.worked").exists() else 0
            jobs = rng.choice((1, 3))
            pid = start(results, jobs)
            below = []
            if kills < KILLS:
                if rng.random() < 0.25:
                    time.sleep(rng.uniform(0, 0.5 * whole))  # most likely while something starts
                else:
                    _wait_for(Path(f"{results}.worked"), begun + rng.randint(1, 3), 2 * whole)
                    time.sleep(rng.uniform(0, 0.03))
                with contextlib.suppress(psutil.NoSuchProcess):
                    below = psutil.Process(pid).children(recursive=True)
                workers += bool(below)
                with contextlib.suppress(ProcessLookupError):  # it was quicker
                    os.killpg(pid, signal.SIGKILL)
                if rng.random() < 0.5:  # workers too; else they find out by themselves
                    for process in below:
                        with contextlib.suppress(psutil.Error):
                            process.kill()
            status = int(starter.stdout.readline())
            kills += status != 0
            until = time.monotonic() + 5
            while _alive(below) and time.monotonic() < until:
                time.sleep(0.01)
            assert not _alive(below), "a worker outlived its runner"
            again = Path(f"{results}.worked").read_text().split()[begun:] if Path(f"{results}.worked").exists() else []
            assert not set(before) & set(again), "a finished article was done again"
            assert len(set(again)) == len(again)
            assert set(before) <= set(finished(results)), "a finished article was lost"
            left = len(set(again) - set(finished(results)))
            assert left <= jobs  # what was under way
            unfinished += left
            twice += left
        assert end(results) == expected
        assert len(Path(f"{results}.worked").read_text().split()) == articles + twice
        shutil.rmtree(results)
    starter.stdin.close()
    assert starter.wait(10) == 0
    print(f"{kills} kills in {runs} runs, {workers} with workers, {unfinished} articles under way, {time.monotonic() - began:.0f} s")
    assert workers > KILLS / 2
    assert unfinished > KILLS / 10


def _wait_for(path, lines, most):
    """Wait until a file has so many lines."""
    until = time.monotonic() + most
    while time.monotonic() < until and not (path.exists() and path.read_text().count("\n") >= lines):
        time.sleep(0.002)


def _alive(processes):
    """Those that still run, and what runs in their sessions."""
    sessions = {process.pid for process in processes}
    found = []
    for process in {*processes, *psutil.process_iter()} if processes else ():
        with contextlib.suppress(psutil.Error, OSError):
            if process in processes or os.getsid(process.pid) in sessions:
                found += [process] if process.is_running() and process.status() != psutil.STATUS_ZOMBIE else []
    return found
