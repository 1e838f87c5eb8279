"""The key of a run: what makes another run of it, and what does not."""

import json
import os
import subprocess
from pathlib import Path

import msgspec
import pytest

from benchmark import plan as planning
from benchmark import store
from benchmark.gold import GoldSet
from benchmark.plan import Options, plan
from benchmark.registry import find
from tests.conftest import MODEL, ROOT

WITH = MODEL.replace('trained_on=("nothing",)', 'trained_on=("nothing",), requires=("msgspec",), environment=("SERVICE",)')


@pytest.fixture
def planned(home):
    """The plan of the model `numbers`."""
    (home / "models" / "numbers.py").write_text(WITH)

    def make(parameters=None, options=None):
        gold = GoldSet(home / "gold")
        found = find("numbers", home / "models")
        return plan(gold, gold.documents(), found, parameters or {}, home / "results", options or Options())

    return make


def source(home, monkeypatch):
    (home / "models" / "numbers.py").write_text(WITH + "\n# changed\n")


def companion(home, monkeypatch):
    (home / "models" / "numbers" / "below").mkdir(parents=True)
    (home / "models" / "numbers" / "below" / "words.txt").write_text("Gao")


def library(home, monkeypatch):
    monkeypatch.setattr(planning, "versions", lambda packages: dict.fromkeys(packages, "99"))


def label(home, monkeypatch):
    (home / "gold" / "retold" / "kidal.ann").write_text("")


def inventory(home, monkeypatch):
    with (home / "gold" / "schema.toml").open("a") as file:
        file.write("# changed\n")


def label_scheme(home, monkeypatch):
    (home / "models" / "numbers.py").write_text(WITH.replace('scheme="gold"', 'scheme="conll2003"'))


def surroundings(home, monkeypatch):
    monkeypatch.setenv("SERVICE", "https://me:secret@host/v1")


@pytest.mark.parametrize("change", [source, companion, library, label, inventory, label_scheme, surroundings])
def test_what_makes_another_run(home, planned, monkeypatch, change):
    monkeypatch.delenv("SERVICE", raising=False)
    before = planned().run.key
    assert planned().run.key == before
    change(home, monkeypatch)
    assert planned().run.key != before


def test_parameters_their_files_and_the_seed_make_another_run(planned, tmp_path):
    (tmp_path / "words").write_text("Gao")
    runs = [planned(), planned({"type": "GPE"}), planned(options=Options(seed=1)), planned({"type": str(tmp_path / "words")})]
    (tmp_path / "words").write_text("Kidal")
    runs.append(planned({"type": str(tmp_path / "words")}))
    assert len({p.run.key for p in runs}) == len(runs)


def test_limits_and_jobs_make_no_other_run(planned):
    limits = Options(timeout=1, run_timeout=2, load_timeout=3, memory=4000.0, jobs=2, force=True, retry_failed=True, arguments=("run",))
    assert planned(options=limits).run.key == planned().run.key


def test_published_runs_keep_their_keys():
    """Results in the repository are found again: a change of what goes into the key would leave them all behind."""
    gold = GoldSet(ROOT / "gold")
    fingerprint, same = gold.fingerprint(), 0
    for path in sorted((ROOT / "results").glob("*-*/run.json")):
        run = json.loads(path.read_text())
        found = find(run["model"], ROOT / "models")
        if run["gold"] == fingerprint and run["source"] == planning.source_hash(found) and not run.get("versions") and not found.fits:
            same += 1
            assert plan(gold, [], found, run["parameters"], ROOT / "results", Options()).run.key == run["key"] == path.parent.name[-8:]
    if not same:
        pytest.skip("no published run is of the present labels and sources")


def test_secrets_of_the_surroundings_and_of_the_command_line_are_not_kept(planned, monkeypatch):
    monkeypatch.setenv("SERVICE", "https://me:secret@host/v1?key=secret")
    options = Options(arguments=("--set", "url=https://me:secret@host/v1?key=secret#secret", "next"))
    run = planned(options=options).run
    assert "secret" not in json.dumps(msgspec.to_builtins(run))
    assert run.arguments == ("--set", "url=https://host/v1", "next")


def test_the_commit_is_that_of_the_benchmarks_folder_wherever_results_are(home, planned):
    assert planned().run.commit is None
    git = ["git", "-C", str(home), "-c", "user.name=n", "-c", "user.email=e"]
    for words in (["init", "-q"], ["add", "models"], ["commit", "-qm", "m"]):
        subprocess.run([*git, *words], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    assert (planned().run.commit, planned().run.dirty) == (head, False)
    (home / "models" / "numbers.py").write_text(WITH + "\n")
    assert planned().run.dirty


def test_the_newest_run_is_told_by_number_and_not_by_the_clock(tmp_path):
    def stored(key, serial, time):
        folder = store.RunFolder(tmp_path, "m", key)
        folder.open()
        folder.write("run.json", store.Run("m", key, {}, "o", "s", "g", "gold", (), serial=serial))
        folder.keep([])
        os.utime(folder.predictions_path, (time, time))

    stored("a", 1, 3000)
    stored("b", 2, 1000)  # the clock was set back
    assert store.newest(store.runs(tmp_path))[0].name == "m-b"
    assert store.next_serial(tmp_path, "m") == 3
    assert store.next_serial(tmp_path, "n") == 1
    stored("c", 0, 500)
    stored("d", 0, 600)
    old = [item for item in store.runs(tmp_path) if item[1].serial == 0]
    assert store.newest(old)[0].name == "m-d"  # of runs from before there were numbers the clock must tell
    assert Path(tmp_path / "m-a").is_dir()
