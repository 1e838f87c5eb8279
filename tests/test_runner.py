import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from benchmark.gold import GoldSet
from benchmark.registry import find
from benchmark.runner import Options, exit_status, run_model
from tests.conftest import ROOT, write_story
from tests.conftest import story as make_story

HEAD = "import os, sys, time\nfrom benchmark.api import Article, Event, Extraction, Mention, Unavailable, extractor\n"


def write(home, name, *lines):
    """A model whose extract() has these lines."""
    head = f"\n@extractor({name!r}, produces={{'mentions'}})\nclass Model:\n    def extract(self, article):\n"
    (home / "models" / f"{name}.py").write_text(HEAD + head + "".join(f"        {line}\n" for line in lines))


def run(home, name, parameters=None, options=None, notes=None):
    gold = GoldSet(home / "gold")
    documents = gold.documents()
    note = (notes if notes is not None else []).append
    return run_model(
        gold, documents, documents, find(name, home / "models"), parameters or {}, home / "results", options or Options(timeout=20), note
    )


def outcomes(result):
    return [p.outcome for p in result.predictions]


def test_a_run_is_scored_and_written(home):
    result = run(home, "numbers")
    assert outcomes(result) == ["ok", "ok"]
    folder = Path(result.folder)
    assert {p.name for p in folder.iterdir()} == {"run.json", "predictions.jsonl", "scores.json", "output.log"}
    scores = json.loads((folder / "scores.json").read_text())
    assert scores["figures"]["mentions"]["strict"]["overall"]["predicted"] == 6
    assert scores["figures"]["triggers"]["classified"] is None
    described = json.loads((folder / "run.json").read_text())
    assert described["gold"] == GoldSet(home / "gold").fingerprint()
    assert exit_status([result], named=True) == 0


def test_finished_articles_are_not_done_again(home):
    first = run(home, "numbers")
    notes = []
    second = run(home, "numbers", notes=notes)
    assert notes == []
    assert second.predictions == first.predictions
    run(home, "numbers", options=Options(force=True), notes=notes)
    assert len(notes) == 2


def test_a_run_goes_on_after_what_is_finished(home):
    result = run(home, "numbers")
    path = Path(result.folder) / "predictions.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 20])  # as a kill in the middle of a write leaves it
    notes = []
    again = run(home, "numbers", notes=notes)
    assert len(notes) == 1
    assert [p.mentions for p in again.predictions] == [p.mentions for p in result.predictions]
    assert path.read_bytes().count(b"\n") == 2


def test_other_parameters_are_another_run(home):
    assert run(home, "numbers").folder != run(home, "numbers", {"type": "MONEY"}).folder


FAULTS = {
    "raises": ("raise ValueError('boom')", "failed", "ValueError: boom"),
    "exits": ("os._exit(3)", "failed", "exited with status 3"),
    "killed": ("os.kill(os.getpid(), 9)", "failed", "ended by SIGKILL"),
    "hangs": ("time.sleep(60)", "timeout", "took more than 1 s"),
    "outside": ("return Extraction([Mention(0, 10**6, 'PER')])", "failed", "past the end"),
    "unknown": ("return Extraction([Mention(0, 1, 'POEM')])", "failed", "'POEM' is not in the scheme 'gold'"),
    "lacks": ("raise Unavailable('no weights; fetch them')", "unavailable", "no weights; fetch them"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_its_own_article(home, name):
    fault, outcome, reason = FAULTS[name]
    write(home, name, "if article.id == 'kidal':", f"    {fault}", "return Extraction([Mention(0, 5, 'GPE')])")
    result = run(home, name, options=Options(timeout=1, load_timeout=30))
    assert outcomes(result) == [outcome, "ok"]
    assert reason in result.predictions[0].error
    strict = result.scores.counts["mentions.strict"]
    assert strict.of(["kidal"]).overall()["fn"] == strict.of(["kidal"]).overall()["gold"]  # all missed, not left out
    assert exit_status([result], named=False) == (0 if outcome == "unavailable" else 1)
    assert exit_status([result], named=True) == 1


def test_failed_articles_are_done_again_when_asked_and_unavailable_ones_always(home):
    flag = home / "flag"
    for name, error in (("sometimes", "ValueError"), ("later", "Unavailable")):
        write(home, name, f"if not os.path.exists({str(flag)!r}):", f"    raise {error}('not yet')", "return Extraction()")
    assert outcomes(run(home, "sometimes")) == ["failed", "failed"]
    assert outcomes(run(home, "later")) == ["unavailable", "unavailable"]
    flag.touch()
    assert outcomes(run(home, "sometimes")) == ["failed", "failed"]
    assert outcomes(run(home, "sometimes", options=Options(retry_failed=True))) == ["ok", "ok"]
    assert outcomes(run(home, "later")) == ["ok", "ok"]


def test_a_missing_package_is_unavailable_with_the_command_to_install_it(home):
    text = (home / "models" / "numbers.py").read_text()
    (home / "models" / "numbers.py").write_text(text.replace('scheme="gold"', 'requires=("no_such_package",), install="pip install it"'))
    result = run(home, "numbers")
    assert outcomes(result) == ["unavailable", "unavailable"]
    assert result.reason() == "package no_such_package is missing; install it: pip install it"


def test_what_a_model_prints_stays_out_of_the_tables(home, capfd):
    write(home, "loud", "print('LOUD')", "os.system('echo LOUDER')", "return Extraction()")
    result = run(home, "loud")
    assert "LOUD" not in "".join(capfd.readouterr())
    log = (Path(result.folder) / "output.log").read_text()
    assert "LOUD\n" in log
    assert "LOUDER\n" in log


LEARNS = f"""{HEAD}
@extractor('learns', produces={{'mentions'}})
class Model:
    def fit(self, documents):
        self.seen = sorted(d.id for d in documents)
    def extract(self, article):
        assert article.id not in self.seen, self.seen
        return Extraction([Mention(0, 5, 'GPE', entity=' '.join(self.seen))])
"""


def test_what_learns_is_scored_on_what_it_has_not_seen(home, tmp_path):
    (home / "models" / "learns.py").write_text(LEARNS)
    result = run(home, "learns")
    assert [p.mentions[0].entity for p in result.predictions] == ["kidal.retold", "kidal"]
    assert result.run.trained_on == ("gold labels of the other edition of the same story",)
    for name in ("gao", "segou"):
        source, retold = make_story(name)
        source = msgspec.structs.replace(source, text=f"{source.text}{name}")  # outside the regions: another fingerprint
        write_story(home, source, retold, tmp_path / "articles")
    result = run(home, "learns")
    assert result.run.folds == "the other stories"
    for p in result.predictions:
        assert p.id.removesuffix(".retold") not in p.mentions[0].entity
        assert len(p.mentions[0].entity.split()) == 2 * 2


def test_with_one_text_there_is_nothing_to_learn_from_and_the_row_says_so(home, monkeypatch):
    monkeypatch.delenv("BENCHMARK_ARTICLES")
    (home / "models" / "learns.py").write_text(LEARNS)
    result = run(home, "learns")
    assert outcomes(result) == ["unavailable"]
    assert "nothing to learn from" in result.reason()


def test_a_program_in_another_language(home):
    (home / "models" / "awk.toml").write_text(
        """command = ["awk", '{ print "{\\"mentions\\": [{\\"start\\": 0, \\"end\\": 5, \\"type\\": \\"GPE\\"}]}" }']\n"""
    )
    assert [p.mentions[0].end for p in run(home, "awk").predictions] == [5, 5]
    (home / "models" / "false.toml").write_text('command = ["false"]\n')
    assert "status 1" in run(home, "false").reason()
    (home / "models" / "gone.toml").write_text('command = ["no-such-program"]\n')
    assert outcomes(run(home, "gone")) == ["unavailable", "unavailable"]


@pytest.mark.skipif(not hasattr(os, "setsid"), reason="process groups are not to be had on this system")
def test_a_killed_run_goes_on_without_doing_an_article_twice(home):
    noted = "open(os.environ['COUNT'], 'a').write(article.id + chr(10))"
    write(home, "slow", noted, "time.sleep(1.5 if article.id.endswith('retold') else 0)", "return Extraction()")
    count = home / "count"
    env = {**os.environ, "COUNT": str(count), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmark", "run", "slow", "--json"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 30
    while time.monotonic() < until and not (count.exists() and count.read_text().count("\n") == 2):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [a["outcome"] for a in json.loads(done.stdout)["results"][0]["articles"]] == ["ok", "ok"]
    assert count.read_text().split() == ["kidal", "kidal.retold", "kidal.retold"]  # only the unfinished one again
