"""The commands that put models side by side."""

import json

import pytest

from benchmark.formats.jsonl import Prediction
from tests.stored import store_run

CONLL = r'''"""Everything is a place."""

from benchmark.api import Extraction, Mention, extractor


@extractor("places", produces={"mentions"}, scheme="conll2003", trained_on=("nothing",))
class Places:
    """Capitalised words."""

    def extract(self, article):
        """Find them."""
        return Extraction(mentions=[Mention(*m.span(), "LOC") for m in article.finditer(r"[A-Z]\w+")])
'''


@pytest.fixture
def ran(home, benchmark):
    """Two models of two schemes, run on both editions."""
    (home / "models" / "places.py").write_text(CONLL)
    assert benchmark("run", "all").returncode == 0
    return home


def test_rows_of_two_schemes_stand_in_two_tables_unless_a_shared_scheme_is_asked_for(ran, benchmark):
    done = benchmark("run", "all")
    assert "labels: gold" in done.stdout
    assert "labels: conll2003" in done.stdout
    assert "not comparable" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    together = benchmark("run", "all", "--scheme", "shared")
    assert "labels:" not in together.stdout
    assert "scheme:conll2003" in together.stdout
    found = json.loads(benchmark("run", "all", "--scheme", "ontonotes", "--json").stdout)
    assert {r["scores"]["signature"].split("|")[1] for r in found["results"]} == {"scheme:conll2003+ontonotes"}


def test_compare_prints_ranks_differences_and_what_each_found(ran, benchmark):
    done = benchmark("compare", "places", "numbers", "--resamples", "100")
    assert done.returncode == 0
    assert "places less numbers" in done.stdout
    assert "scheme:conll2003" in done.stdout
    found = json.loads(benchmark("compare", "places", "numbers", "--resamples", "100", "--json").stdout)
    (part,) = found["against_baseline"]
    overall = part["tasks"]["mentions.strict"]["(overall)"]
    assert overall["difference"] == pytest.approx(overall["a"] - overall["b"])
    assert part["found"]["mentions"]["a"] > part["found"]["mentions"]["b"] == 0
    assert sum(part["found"]["mentions"].values()) == sum(
        json.loads(benchmark("compare", "numbers", "places", "--resamples", "9", "--json").stdout)["against_baseline"][0]["found"][
            "mentions"
        ].values()
    )


def test_compare_prints_the_types_that_changed_most_and_fits_narrow_terminals(home, benchmark):
    store_run(home, "all_of_it", lambda d: Prediction(d.id, mentions=d.mentions))
    store_run(home, "names", lambda d: Prediction(d.id, mentions=tuple(m for m in d.mentions if m.level == "NAM")))
    words = ("compare", "all_of_it", "names", "--resamples", "50", "--metric", "mentions.strict")
    for width in (60, 100):
        text = benchmark(*words, env={"COLUMNS": str(width)}).stdout
        assert max(map(len, text.splitlines()[:-1])) <= width  # the signature is one word
        lines = text.splitlines()
        (n,) = [n for n, line in enumerate(lines) if line.startswith("types that changed most, mentions.strict")]
        assert [line.split()[0] for line in lines[n + 3 : n + 5]] == ["DATE", "NUM"]
        assert "mentions.strict  " in text
        assert ("smallest" in lines[n + 1]) == (width == 100)
    found = json.loads(benchmark(*words, "--json").stdout)["against_baseline"][0]["found"]["mentions"]
    assert found == {"a": 3, "b": 0, "both": 9, "neither": 0}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["places"], "needs two models"),
        (["places", "nobody"], "no run of 'nobody'"),
        (["places", "numbers", "--metric", "mentions.lax"], "there is no such metric"),
        (["places", "numbers", "--metric", "triggers.classified"], "does not produce what triggers.classified asks for"),
        (["places", "numbers", "--scheme", "muc"], "no label scheme 'muc'"),
        (["all", "--baseline", "nobody"], "not among the models compared"),
    ],
)
def test_what_cannot_be_compared_is_a_line_and_status_2(ran, benchmark, words, reason):
    done = benchmark("compare", *words)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_score_under_one_schema_and_with_what_was_learned(ran, tmp_path, benchmark):
    labels = tmp_path / "labels.jsonl"
    labels.write_text(benchmark("gold", "export").stdout)
    found = json.loads(benchmark("score", labels, "--json", "--match", "partial", "--match", "strict", "--resamples", "0").stdout)
    assert list(found["mentions"]) == ["partial", "strict"]
    (folder,) = (ran / "results").glob("numbers-*")
    predictions = folder / "predictions.jsonl"
    found = json.loads(benchmark("score", predictions, "--gold", labels, "--learned", labels, "--json", "--resamples", "0").stdout)
    assert list(found["strata"]["mentions"]["surface"]["types"]) == ["seen", "unseen"]
    found = json.loads(benchmark("score", predictions, "--gold", labels, "--json", "--resamples", "0").stdout)
    assert list(found["strata"]["mentions"]["surface"]["types"]) == ["(unknown)"]
    done = benchmark("score", predictions, "--learned", predictions, "--json")
    assert done.returncode == 2
    assert "no document has a text" in done.stderr
