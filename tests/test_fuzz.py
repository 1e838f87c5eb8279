"""The fuzzer: its corpus passes always, and each target for a while when slow tests run."""

import importlib.util
import subprocess
import sys

import pytest

from tests.conftest import ROOT

FUZZ = ROOT / "fuzz"
TARGETS = sorted(path.stem for path in (FUZZ / "targets").glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def driver():
    spec = importlib.util.spec_from_file_location("fuzz_driver", FUZZ / "driver.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    before = list(sys.path)
    yield module
    sys.path[:] = before


def test_every_target_has_a_corpus():
    assert sorted(path.name for path in (FUZZ / "corpus").iterdir()) == TARGETS
    assert len(TARGETS) >= 23


@pytest.mark.parametrize("target", [t for t in TARGETS if t != "rules"])
def test_the_corpus_and_a_few_changes_of_it_pass(driver, target, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert driver.hammer(target, 0.1) >= len(driver.corpus(target))


def test_a_failure_is_kept(driver, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def one(data):
        raise KeyError(data)

    monkeypatch.setattr(driver, "load", lambda name: one)
    with pytest.raises(KeyError):
        driver.hammer("jsonl", 1)
    assert [path.read_bytes() for path in tmp_path.glob("crash-jsonl-*")] == driver.corpus("jsonl")[:1]


def test_random_inputs_are_the_same_for_a_seed(driver):
    from itertools import islice

    one, same, other = (list(islice(driver.inputs("jsonl", seed), 50)) for seed in (1, 1, 2))
    assert one == same != other
    assert max(map(len, one)) <= driver.LONGEST


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("how", ["random", "atheris"])
def test_each_target_for_a_while(target, how, tmp_path):
    if how == "atheris" and importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (extra fuzz)")
    command = [sys.executable, str(FUZZ / "run.py"), target, "--seconds", "2" if how == "random" else "1"]
    done = subprocess.run([*command, *(["--plain"] if how == "random" else [])], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.glob("crash-*"))
