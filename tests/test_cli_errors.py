"""``errors`` at the command line."""

import json
import os
import subprocess
import sys

import pytest

from benchmark.formats.jsonl import Prediction
from benchmark.schema import Invented, Mention
from tests.conftest import ROOT
from tests.stored import store_run


@pytest.fixture
def ran(home):
    store_run(home)
    return home


def test_counts_come_first_then_sentences_with_their_marks(ran, benchmark):
    done = benchmark("errors", "numbers", "--limit", "0")
    assert done.returncode == 0
    assert done.stdout.index("missed") < done.stdout.index("sentence 1")
    assert "kidal (retold), sentence 2" in done.stdout
    lines = done.stdout.splitlines()
    (n,) = [n for n, line in enumerate(lines) if "Kidal was captured by" in line]
    assert lines[n + 1].startswith("found")
    assert lines[n + 1].index("───") == lines[n].index("200")
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in done.stdout
    assert "scheme:gold" in lines[-1]


def test_filters_by_kind_type_edition_and_article(ran, benchmark):
    found = json.loads(benchmark("errors", "numbers", "--json").stdout)
    assert sum(c["number"] for c in found["counts"].values()) == len(found["errors"])
    assert set(found["counts"]) == {"missed", "spurious", "boundary", "boundary and type"}
    chosen = json.loads(
        benchmark("errors", "numbers", "--kind", "boundary-and-type", "--type", "date", "--edition", "source", "--json").stdout
    )
    assert chosen["documents"] == ["kidal"]
    assert [e["type"] for e in chosen["errors"]] == ["DATE→NUM"]
    assert [e for e in found["errors"] if e["kind"] == "boundary and type" and e["document"] == "kidal"] == chosen["errors"]
    limited = json.loads(benchmark("errors", "numbers", "--limit", "1", "--json").stdout)
    assert limited["errors"] == found["errors"][:1]
    assert limited["counts"] == found["counts"]
    assert json.loads(benchmark("errors", "numbers", "--article", "kidal", "--json").stdout) == found


def test_the_counts_are_those_of_the_scores(ran, benchmark):
    found = json.loads(benchmark("errors", "numbers", "--json").stdout)
    (folder,) = (ran / "results").glob("numbers-*")
    overall = json.loads((folder / "scores.json").read_text())["figures"]["mentions"]["strict"]["overall"]
    assert sum(bool(e["gold"]) for e in found["errors"]) == overall["fn"]
    assert sum(bool(e["predicted"]) for e in found["errors"]) == overall["fp"]
    assert found["signature"] == json.loads((folder / "scores.json").read_text())["figures"]["signature"]


def test_a_source_article_that_is_not_here_is_told_by_offsets(ran, benchmark, tmp_path):
    (tmp_path / "empty").mkdir()
    done = benchmark("errors", "numbers", "--edition", "source", env={"BENCHMARK_ARTICLES": str(tmp_path / "empty")})
    assert done.returncode == 0
    assert "kidal (source), text not here" in done.stdout
    assert "[21," not in done.stdout.replace("[21, 26)", "")
    assert "rebels" not in done.stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["nobody"], "no run of 'nobody'"),
        (["numbers", "--kind", "lost"], "there is no such kind; there are missed, spurious, boundary"),
        (["numbers", "--type", "ALIEN"], "there is no such type or role; there are"),
        (["numbers", "--article", "moon"], "there is no such article; there are kidal"),
    ],
)
def test_wrong_use_is_a_line_and_status_2(ran, benchmark, words, reason):
    done = benchmark("errors", *words)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_what_failed_is_said(ran, benchmark):
    (folder,) = (ran / "results").glob("numbers-*")
    path = folder / "predictions.jsonl"
    first, second = path.read_text().splitlines()
    path.write_text(json.dumps({"id": json.loads(first)["id"], "outcome": "timeout", "error": "late"}) + "\n" + second + "\n")
    done = benchmark("errors", "numbers")
    assert "has no answer for 1 texts" in done.stderr
    path.write_text(second + "\n")
    done = benchmark("errors", "numbers")
    assert "was not run on 1 texts" in done.stderr


def test_narrow_terminals_and_ascii(ran, benchmark):
    done = benchmark("errors", "numbers", "--limit", "0", env={"COLUMNS": "60"})
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 60  # the signature is one word
    words = [sys.executable, "-m", "benchmark", "errors", "numbers", "--results", str(ran / "results")]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "---" in run.stdout


def test_colour_only_on_a_terminal_and_not_where_it_is_not_wanted(ran, benchmark):
    assert "\x1b[" in benchmark("errors", "numbers", env={"FORCE_COLOR": "1", "TERM": "xterm"}).stdout
    assert "\x1b[3" not in benchmark("errors", "numbers", env={"FORCE_COLOR": "1", "NO_COLOR": "1", "TERM": "xterm"}).stdout


HEAVY = ("scipy", "sklearn", "torch", "transformers", "spacy", "pycrfsuite", "pandas", "matplotlib", "jinja2", "datasets", "ray")


@pytest.mark.parametrize("words", [["errors", "crf"], ["compare", "rules", "crf", "--resamples", "50"]])
def test_stored_results_are_read_without_any_models_library(words):
    code = f"import sys; sys.argv = ['b', *{words!r}]\nfrom benchmark.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    code += f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_help_has_an_example(benchmark):
    assert "Example: python -m benchmark errors" in benchmark("errors", "--help").stdout


def test_models_of_another_scheme_are_compared_on_what_both_share(home, benchmark):
    store_run(home, "places", lambda d: Prediction(d.id, mentions=(Mention(0, 6, "LOC"), Mention(13, 18, "LOC"))), scheme="conll2003")
    found = json.loads(benchmark("errors", "places", "--json").stdout)
    assert "scheme:conll2003" in found["signature"]
    assert set(found["counts"]["missed"]["types"]) == {"LOC", "ORG"}
    (folder,) = (home / "results").glob("places-*")
    overall = json.loads((folder / "scores.json").read_text())["figures"]["mentions"]["strict"]["overall"]
    assert sum(bool(e["gold"]) for e in found["errors"]) == overall["fn"]
    assert benchmark("errors", "places", "--type", "LOC").returncode == 0


def test_names_from_anywhere_do_no_harm(home, benchmark):
    hostile = "GPE\x1b[2J\u202e"
    store_run(
        home, "bad", lambda d: Prediction(d.id, mentions=(Mention(0, 5, "GPE", entity=hostile, value=hostile),)), ("mentions", "identity")
    )
    store_run(home, "liar", lambda d: Prediction(d.id, invented=(Invented(hostile, "GPE"),)))
    for model in ("bad", "liar"):
        done = benchmark("errors", model, "--limit", "0")
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
    assert "found  GPE “GPE␛[2J\ufffd”" in done.stdout
