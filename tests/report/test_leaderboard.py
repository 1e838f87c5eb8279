"""The table of a run: ranks, ties, and 100 columns."""

import io

import msgspec
import pytest
from rich.console import Console

from benchmark import store
from benchmark.extractor import Declaration
from benchmark.formats.jsonl import Prediction
from benchmark.registry import Found
from benchmark.report.leaderboard import print_results, rows, seen, short, table
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


def drawn(results, width=100, **how):
    out = io.StringIO()
    console = Console(file=out, width=width, **how)
    console.print(table(rows(results, resamples=300), seen(results)[0], width)[0])
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


@pytest.fixture(scope="module")
def many():
    failing = result("fails", 12)
    predictions = [Prediction(p.id, outcome="unavailable" if n < 9 else "ok", seconds=0.1) for n, p in enumerate(failing.predictions)]
    failing = msgspec.structs.replace(failing, predictions=predictions)
    return [result("transformer_joint", 30), result("a_name_longer_than_any", 29), failing, result("z", 0, "unavailable")]


def test_the_table_fits_100_columns_with_long_names_and_all_outcomes(many):
    text = drawn(many)
    assert max(map(len, text.splitlines())) <= 100
    assert "…" not in text.replace("a_name_longer_than…", "").replace("a_name_longer_th…", "")
    for told in ("unavailable", "9 unavailable", "21 ok", "transformer_joint", "outcome", "saw", "words", "rec."):
        assert told in text
    assert "100 100 " in text.replace("  ", " ")


@pytest.mark.parametrize("width", [40, 60, 72, 80, 90])
def test_in_narrow_terminals_the_less_important_columns_go(many, width):
    text = drawn(many, width)
    assert max(map(len, text.splitlines())) <= width
    assert "transformer_joint" in text
    assert "F1 95 %" in text
    left_out = table(rows(many, resamples=50), {}, width)[1]
    assert left_out[0] == "words /s"
    assert not any(told in text for told in ("words", "seen"))


def test_the_best_is_bold_on_a_terminal_and_nothing_is_without_colour(many):
    text = drawn(many, force_terminal=True, color_system="standard")
    assert "\x1b[1m100" in text
    assert "\x1b[1m98" not in text
    assert "\x1b[3" not in drawn(many, force_terminal=True, no_color=True)
    assert "\x1b" not in drawn(many)


def test_below_the_table_stand_gold_edition_scheme_signature_and_what_was_seen(many, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    scores = many[0].scores
    scores.signature = "gold:abc|scheme:gold|levels:NAM+values|average:micro|version:1"
    print_results([many], 30, ["source", "retold"])
    text = capsys.readouterr().out
    assert "30 texts (source, retold)" in text
    assert scores.signature in text.splitlines()
    assert "no room for words /s, unseen" in text
    assert "saw a: not said (transformer_joint, a_name_longer_than_any, fails, z)" in " ".join(text.split())


@pytest.mark.parametrize(("number", "told"), [(5, "5"), (950, "950"), (4400, "4.4k"), (320_000, "320k"), (1_500_000, "1.5M")])
def test_numbers_in_five_characters(number, told):
    assert short(number) == told
