"""``report``, and the leaderboard that each run leaves."""

import csv
import json

import pytest

from tests.stored import digits, store_run


@pytest.fixture
def ran(home):
    store_run(home)
    store_run(home, "nothing", lambda d: digits(type(d)(d.id)))
    store_run(home, "half", lambda d: digits(d) if d.id == "kidal.retold" else None)
    return home


def test_without_a_format_it_is_the_table_of_a_run(ran, benchmark):
    done = benchmark("report")
    assert done.returncode == 0
    assert "numbers" in done.stdout
    assert "2 texts (source, retold)" in done.stdout
    assert "1 texts (retold)" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize("name", ["md", "csv", "latex", "json"])
def test_formats_go_to_standard_output_or_to_a_file(ran, benchmark, tmp_path, name):
    done = benchmark("report", "--format", name)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "numbers" in done.stdout
    assert "scheme:gold" in done.stdout.replace("\\textbar\\allowbreak{}", "|")
    file = tmp_path / "made" / "board"
    assert benchmark("report", "--format", name, "--out", file).stdout == ""
    assert file.read_text() == done.stdout


def test_json_is_the_format_too(ran, benchmark):
    found = json.loads(benchmark("report", "--json").stdout)
    assert [len(table["rows"]) for table in found["tables"]] == [2, 1]
    stored = json.loads(next((ran / "results").glob("numbers-*/scores.json")).read_text())["figures"]
    row = next(r for r in found["tables"][0]["rows"] if r["model"] == "numbers")
    assert row["names_f1"] == stored["mentions"]["strict"]["overall"]["f1"]
    assert row["triggers_f1"] is None
    assert (row["saw"], row["run"], row["edition"], row["texts"]) == ("nothing", "numbers-00000000", "source+retold", 2)


def test_figures_are_the_stored_ones_where_the_articles_are_not_here(ran, benchmark, tmp_path):
    (tmp_path / "empty").mkdir()
    here = json.loads(benchmark("report", "--json").stdout)
    away = json.loads(benchmark("report", "--json", env={"BENCHMARK_ARTICLES": str(tmp_path / "empty")}).stdout)
    for one, other in zip(here["tables"], away["tables"], strict=True):
        assert one["signature"] == other["signature"]
        assert [r["names_f1"] for r in one["rows"]] == [r["names_f1"] for r in other["rows"]]


def test_records_survive_storing(home, benchmark):
    labels = {"kidal": "kidal", "kidal.retold": "kidal.retold"}
    from benchmark.formats.jsonl import Prediction
    from benchmark.gold import GoldSet

    gold = {d.id: d for d in GoldSet(home / "gold").documents()}
    everything = ("mentions", "values", "events", "arguments", "realis", "identity")

    def perfect(document):
        return Prediction(labels[document.id], mentions=gold[document.id].mentions, events=gold[document.id].events, seconds=1.0)

    store_run(home, "perfect", perfect, everything)
    (table,) = json.loads(benchmark("report", "--json").stdout)["tables"]
    assert table["rows"][0]["records_f1"] == 1
    assert table["rows"][0]["words_per_second"] > 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--out", "x.md"], "say in which --format: md, csv, latex, json"),
        (["--format", "md", "--json"], "two formats; choose one"),
        (["--results", "/nowhere"], "no run on the present labels"),
    ],
)
def test_wrong_use_is_a_line_and_status_2(ran, benchmark, words, reason):
    done = benchmark("report", *words)
    assert done.returncode == 2
    assert reason in done.stderr


def test_a_run_leaves_the_leaderboard_of_its_results_folder_alone(home, benchmark, tmp_path):
    store_run(home, "before")
    elsewhere = tmp_path / "elsewhere"
    store_run(home, "older", results=elsewhere)
    assert benchmark("run", "numbers", "--results", elsewhere).returncode == 0
    assert not list((home / "results").glob("leaderboard.*"))
    with (elsewhere / "leaderboard.csv").open() as file:
        assert {row["model"] for row in csv.DictReader(file)} == {"numbers", "older"}
    assert "| numbers |" in (elsewhere / "leaderboard.md").read_text()
    assert sorted(p.name for p in elsewhere.iterdir() if p.is_file()) == ["leaderboard.csv", "leaderboard.md"]
    (elsewhere / "older-00000000" / "run.json").write_text("{}")
    done = benchmark("run", "numbers", "--results", elsewhere)
    assert done.returncode == 0
    assert "leaderboard not written" in done.stderr


def test_scores_of_another_release_are_made_anew(ran, benchmark):
    (path,) = (ran / "results").glob("numbers-*/scores.json")
    before = json.loads(benchmark("report", "--json").stdout)
    path.write_text(path.read_text().replace("version:", "version:9"))
    assert json.loads(benchmark("report", "--json").stdout) == before


def test_help_has_an_example(benchmark):
    assert "Example: python -m benchmark report" in benchmark("report", "--help").stdout
