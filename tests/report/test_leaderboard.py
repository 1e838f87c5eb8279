"""The table of a run: ranks, ties, and 100 columns."""

import io

import pytest
from rich.console import Console

from benchmark import store
from benchmark.extractor import Declaration
from benchmark.formats.jsonl import Prediction
from benchmark.registry import Found
from benchmark.report.leaderboard import rows, short, table
from benchmark.runner import Result
from benchmark.schema import Document, Event, Mention
from benchmark.scoring import score

GOLD = [Document(f"d{n}", "Kidal fell.", mentions=[Mention(0, 5, "GPE")], events=[Event(6, 10, "A.B")]) for n in range(30)]


def result(name, right, outcome="ok", produces=("mentions", "events")):
    """A run that finds everything in the first `right` documents."""
    predictions = [
        Prediction(d.id, mentions=d.mentions if n < right else (), events=d.events if n < right else (), outcome=outcome, seconds=0.5)
        for n, d in enumerate(GOLD)
    ]
    scores = score(GOLD, {p.id: p.document for p in predictions if p.outcome == "ok"}, "s", produces)
    run = store.Run(name, "k", {}, "models/x.py", "0", "f" * 64, "gold", tuple(produces))
    return Result(Found(name, "models/x.py", "python", Declaration(name)), run, "r", predictions, scores, {d.id: 2 for d in GOLD})


def drawn(results):
    out = io.StringIO()
    Console(file=out, width=100).print(table(rows(results, resamples=300)))
    return out.getvalue()


def test_rows_are_ranked_and_what_cannot_be_told_apart_is_tied():
    found = rows([result("low", 3), result("a", 27), result("b", 26), result("none", 0, "unavailable")], resamples=300)
    assert [(row.result.found.name, row.rank, row.tied) for row in found] == [
        ("a", 1, True),
        ("b", 1, True),
        ("low", 3, False),
        ("none", None, False),
    ]
    assert found[0].tasks["names"].low < found[0].tasks["names"].f1 < found[0].tasks["names"].high
    assert found[3].tasks["names"].f1 is None


def test_what_a_model_does_not_produce_is_not_zero():
    (row,) = rows([result("a", 20, produces=("mentions",))], resamples=50)
    assert row.tasks["trig."].f1 is None
    assert row.records is None
    assert "n/a" in drawn([result("a", 20, produces=("mentions",))])


def test_the_table_fits_100_columns_with_long_names_and_all_outcomes():
    text = drawn([result("transformer_joint", 30), result("a_name_longer_than_any", 29), result("z", 0, "unavailable")])
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text.replace("a_name_longer_than…", "").replace("a_name_longer_tha…", "")
    assert "unavailable" in text
    assert "100 100 " in text.replace("  ", " ")


@pytest.mark.parametrize(("number", "told"), [(5, "5"), (950, "950"), (4400, "4.4k"), (320_000, "320k"), (1_500_000, "1.5M")])
def test_numbers_in_five_characters(number, told):
    assert short(number) == told
