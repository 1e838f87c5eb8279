import json
import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT


def typed(*words):
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    command = [sys.executable, "-m", "benchmark", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


HEAVY = ("torch", "pydantic", "transformers", "spacy", "sklearn", "pandas", "numpy", "scipy")


@pytest.mark.parametrize("words", [["--help"], ["list", "models"]])
def test_the_shell_starts_without_heavy_imports(home, words):
    code = f"""import sys
sys.argv = ['benchmark', *{words!r}]
from benchmark.cli import main
try:
    main()
except SystemExit:
    print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.stderr.strip().endswith("[]"), done.stderr


def test_run_prints_a_table_and_progress_apart(home):
    done = typed("run", "numbers")
    assert done.returncode == 0
    assert "numbers" in done.stdout
    assert "kidal source ok" in done.stderr
    assert "kidal source ok" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_run_as_json_prints_one_document_and_nothing_else(home, benchmark):
    found = json.loads(benchmark("run", "numbers", "--json").stdout)
    assert found["results"][0]["scores"]["mentions"]["strict"]["overall"]["predicted"] == 6
    assert json.loads(benchmark("run", "numbers", "--json", "--edition", "retold").stdout)["results"][0]["scores"]["documents"] == 1


def test_labels_exported_and_scored_are_perfect_and_an_empty_file_is_nothing(home, tmp_path, benchmark):
    done = benchmark("gold", "export")
    labels = tmp_path / "labels.jsonl"
    labels.write_text(done.stdout)
    found = json.loads(benchmark("score", labels, "--json").stdout)
    figures = [found[t][c] for t in ("mentions", "triggers", "arguments") for c in found[t]]
    for figure in figures:
        for row in (figure["overall"], figure["macro"], *figure["types"].values()):
            assert (row["precision"], row["recall"], row["f1"]) == (1.0, 1.0, 1.0)
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    done = benchmark("score", empty, "--json")
    assert "count as nothing found" in done.stderr
    for task in ("mentions", "triggers", "arguments"):
        for figure in json.loads(done.stdout)[task].values():
            assert figure["overall"]["f1"] == 0.0
            assert figure["overall"]["fn"] == figure["overall"]["gold"] > 0
    assert json.loads(benchmark("score", labels, "--gold", labels, "--json").stdout)["mentions"]["strict"]["overall"]["f1"] == 1.0


def test_scoring_our_own_predictions(home, benchmark):
    folder = json.loads(benchmark("run", "numbers", "--json").stdout)["results"][0]["folder"]
    done = benchmark("score", f"{folder}/predictions.jsonl", "--json")
    assert json.loads(done.stdout)["mentions"]["strict"]["overall"]["predicted"] == 6
    row = next(line for line in benchmark("score", f"{folder}/predictions.jsonl").stdout.splitlines() if line.startswith("strict"))
    assert re.fullmatch(r"strict( +[\d.]+){3} +[\d.]+-[\d.]+( +\d+){3} *", row), row


def test_gold_commands(home, tmp_path, benchmark):
    done = benchmark("gold", "validate")
    assert (done.returncode, done.stdout.startswith("clean: 2 label files, 16 mentions, 7 events")) == (0, True), done
    assert "Territory.Capture" in benchmark("gold", "stats").stdout
    assert benchmark("gold", "export", "--format", "brat", "--out", tmp_path / "brat").returncode == 0
    texts = {f"kidal{edition}.{suffix}" for edition in ("", ".retold") for suffix in ("txt", "ann")}
    assert {p.name for p in (tmp_path / "brat").iterdir()} == {*texts, "annotation.conf", "visual.conf", "tools.conf"}
    (home / "gold" / "retold" / "kidal.ann").write_text("T1\tGPE 0 5\tGao\n")
    done = benchmark("gold", "validate")
    assert done.returncode == 2
    assert "kidal.ann:1:" in done.stderr
    assert json.loads(benchmark("gold", "validate", "--json").stdout)["problems"][0]["line"] == 1


def test_importing_anchored_lines(home, tmp_path, benchmark):
    path = tmp_path / "kidal.txt"
    path.write_text("== 1\nm1 | Kidal | GPE NAM kidal\n")
    assert benchmark("gold", "import", path, "--annotator", "A").returncode == 0
    assert "T1\tGPE 13 18\tKidal" in (home / "gold" / "annotators" / "A" / "source" / "kidal.ann").read_text()
    path.write_text("== 1\nm1 | Gao | GPE NAM gao\n")
    done = benchmark("gold", "import", path)
    assert done.returncode == 2
    assert "kidal.txt:2: 'Gao' stands 0 times" in done.stderr


def test_articles_commands(home, tmp_path, benchmark):
    env = {"BENCHMARK_ARTICLES": ""}
    assert json.loads(benchmark("articles", "list", "--json", env=env).stdout)[0]["copy"] == "missing"
    assert "added kidal" in benchmark("articles", "add", tmp_path / "articles", env=env).stdout
    assert json.loads(benchmark("articles", "list", "--json", env=env).stdout)[0]["copy"].endswith("kidal.txt")
    assert json.loads(benchmark("articles", "remove", "--json", env=env).stdout) == {"removed": ["kidal"]}


@pytest.mark.parametrize("what", ["models", "runs", "metrics", "schemes", "articles"])
def test_lists(home, what, benchmark):
    benchmark("run", "numbers")
    assert json.loads(benchmark("list", what, "--json").stdout)
    assert benchmark("list", what).stdout.strip()


@pytest.mark.parametrize("kind", ["rules", "command"])
def test_new_models_pass_the_check_or_say_what_they_lack(home, kind, benchmark):
    assert benchmark("new", "fresh", "--kind", kind).returncode == 0
    done = benchmark("check", "fresh", "--json", env={"HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": ""})
    assert done.returncode == 0, done.stdout
    assert {f["result"] for f in json.loads(done.stdout)} <= {"passed", "skipped"}
    assert benchmark("new", "fresh").returncode == 2


def write(path, data):
    path.write_bytes(data)
    return path


BAD = {
    "not UTF-8": (lambda d: ["score", write(d / "p", b'{"id": "\xff"}')], "p:1: not UTF-8"),
    "broken JSON": (lambda d: ["score", write(d / "p", b'{"id": "kidal"}\n{"id"')], "p:2: not JSON"),
    "NaN": (lambda d: ["score", write(d / "p", b'{"id":"kidal","mentions":[{"start":0,"end":1,"type":"X","score":NaN}]}')], "p:1: NaN"),
    "unknown key": (lambda d: ["score", write(d / "p", b'{"id": "kidal", "x": 1}')], "p:1: unknown key 'x'"),
    "missing document": (lambda d: ["score", write(d / "p", b'{"id": "timbuktu"}')], "document 'timbuktu' is not in the gold set"),
    "missing file": (lambda d: ["score", d / "none"], "none: there is no such file"),
    "a directory": (lambda d: ["score", d], "directory where a file is expected"),
    "articles that are a file": (lambda d: ["articles", "add", write(d / "a", b"x")], "is a file"),
    "a model name with a slash": (lambda d: ["run", "a/b"], "model 'a/b'"),
    "a new model with a slash": (lambda d: ["new", "a/b"], "model name 'a/b'"),
    "an unknown model": (lambda d: ["run", "zzz"], "no model 'zzz'; there are numbers"),
    "a results folder that cannot be written": (lambda d: ["run", "numbers", "--results", write(d / "r", b"") / "x"], "cannot be written"),
    "an unknown parameter": (lambda d: ["run", "numbers", "--set", "x=1"], "no such parameter"),
    "a size of memory that is none": (lambda d: ["run", "numbers", "--memory", "much"], "'much' is not a size of memory"),
    "an unknown scheme": (lambda d: ["score", write(d / "p", b""), "--scheme", "zzz"], "no label scheme 'zzz'"),
    "an unknown format": (lambda d: ["gold", "export", "--format", "zzz"], "no format 'zzz'"),
    "an unknown option": (lambda d: ["run", "--zzz"], "--zzz"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_line_and_status_2(home, tmp_path, name, benchmark):
    folder = tmp_path / "bad"
    folder.mkdir()
    words, reason = BAD[name]
    done = benchmark(*words(folder))
    assert done.returncode == 2, done
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (home / "results").exists() or not list((home / "results").iterdir())


def test_an_article_that_is_a_directory(home, benchmark):
    (home / "gold" / "source" / "kidal.txt").mkdir()
    done = benchmark("run", "numbers")
    assert (done.returncode, "is a directory" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_outside_a_checkout_it_says_what_to_do(tmp_path, benchmark):
    done = benchmark("list", "models", env={"BENCHMARK_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert "no gold/articles.toml there" in done.stderr


def test_offsets_past_the_end_are_pointed_out(home, tmp_path, benchmark):
    path = write(tmp_path / "p.jsonl", b'{"id":"kidal","mentions":[{"start":0,"end":99999,"type":"GPE"}]}')
    assert "1 labels run past the end of their text" in benchmark("score", path).stderr
