"""The table of a run: one row a model, what each saw, and why figures are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from benchmark.comparison import Compared, compare
from benchmark.report.terminal import console, percent
from benchmark.runner import Result

TASKS = {"names": "mentions.strict", "trig.": "triggers.classified", "args": "arguments.classified"}
UNSEEN = "strata.mentions.surface"


class Cell(NamedTuple):
    """A figure of a task with its interval, in shares; None where n/a."""

    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    low: float | None = None
    high: float | None = None


class Row(NamedTuple):
    """A row of the table; `rank` is among those of the table that have answers, by F1 of names, `tied` whether others share it."""

    result: Result
    rank: int | None
    tied: bool
    tasks: dict[str, Cell]
    unseen: float | None
    records: float | None
    speed: float | None  # words a second
    outcome: str


def rows(results: Sequence[Result], resamples: int = 10_000) -> list[Row]:
    """The rows of results that can be compared, best first; those without answers last."""
    able = {n: r for n, r in enumerate(results) if any(p.outcome == "ok" for p in r.predictions)}
    compared: dict[str, Compared] = {}
    for metric in TASKS.values():
        producing = {str(n): r.scores for n, r in able.items() if r.scores.counts.get(metric) is not None}
        if producing and next(iter(producing.values())).units:
            compared[metric] = compare(producing, metric, resamples=resamples)
    found = [_row(n, r, n in able, compared) for n, r in enumerate(results)]
    return sorted(found, key=lambda row: (row.rank is None, row.rank, -(row.tasks["names"].f1 or 0.0)))


def _row(n: int, result: Result, able: bool, compared: dict[str, Compared]) -> Row:
    names = compared.get(TASKS["names"])
    rank = names.ranks[names.models.index(str(n))] if names and str(n) in names.models else None
    tied = bool(names) and rank is not None and names.ranks.count(rank) > 1  # type: ignore[union-attr]
    cells = {task: _cell(str(n), result, compared.get(metric), metric) for task, metric in TASKS.items()}
    unseen = result.scores.counts.get(UNSEEN)
    strata = unseen.by_type() if able and unseen is not None else {}
    records = result.scores.whole.get("records") if able else None
    return Row(
        result,
        rank,
        tied,
        cells,
        strata["unseen"]["f1"] if "unseen" in strata else None,
        records["rows"]["aligned"]["f1"] if records else None,
        _speed(result),
        _outcome(result),
    )


def _cell(name: str, result: Result, compared: Compared | None, metric: str) -> Cell:
    if compared is None or name not in compared.models:
        return Cell()
    n = compared.models.index(name)
    counts = result.scores.counts[metric]
    overall: dict[str, Any] = counts.overall() if counts is not None else {}
    precision, recall, f1 = (overall.get(figure) for figure in ("precision", "recall", "f1"))
    return Cell(precision, recall, f1, float(compared.low[n, -2]), float(compared.high[n, -2]))


def _speed(result: Result) -> float | None:
    good = [p for p in result.predictions if p.outcome == "ok" and p.seconds]
    seconds = sum(p.seconds or 0.0 for p in good)
    return sum(result.words.get(p.id, 0) for p in good) / seconds if seconds else None


def _outcome(result: Result) -> str:
    return ", ".join(name if number == len(result.predictions) else f"{number} {name}" for name, number in result.outcomes().items())


def table(found: Sequence[Row]) -> Table:
    """Rank, names with precision, recall, F1 and interval, F1 on unseen names, triggers, arguments, records, speed, outcome."""
    drawn = Table(box=SIMPLE_HEAD, padding=0, show_edge=False, header_style="bold")
    drawn.add_column("\n   model", no_wrap=True, max_width=21)
    for title in ("names\nP", "\nR", "\nF1 95 % ", "un-\nseen", "trig.\nF1 95 % ", "args\nF1 95 % ", "rec.\nF1", "words\n/s"):
        drawn.add_column(title, justify="right", no_wrap=True)
    drawn.add_column("\noutcome", no_wrap=True)
    best = {task: max((row.tasks[task].f1 or 0.0 for row in found), default=0.0) for task in TASKS}
    for row in found:
        names, triggers, arguments = (row.tasks[task] for task in TASKS)
        rank = "   " if row.rank is None else f"{row.rank}{'=' if row.tied else ' '} "
        cells: list[str | Text] = [_percent(names.precision), _percent(names.recall), _marked(names, best["names"]), _percent(row.unseen)]
        cells += [_marked(triggers, best["trig."]), _marked(arguments, best["args"]), _percent(row.records)]
        speed = "n/a" if row.speed is None else short(row.speed)
        drawn.add_row(Text(f"{rank}{row.result.found.name}"), *cells, speed, row.outcome)
    return drawn


def _marked(cell: Cell, best: float) -> Text:
    """F1, in bold if it is the best, and its interval in whole percent."""
    style = "bold" if cell.f1 is not None and cell.f1 == best and best > 0 else ""
    ends = "" if cell.low is None or cell.high is None or cell.low != cell.low else f"{100 * cell.low:.0f}-{100 * cell.high:.0f}"
    return Text.assemble((_percent(cell.f1), style), f" {ends if ends != '100-100' else '100':6}")


def _percent(value: float | None) -> str:
    """In four characters."""
    return percent(value).replace("100.0", "100")


def short(number: float) -> str:
    """A number in at most five characters: 950, 4.4k, 1.5M."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.1f}{unit}" if number < 100 * size else f"{number / size:.0f}{unit}"
    return f"{number:.0f}"


def print_results(tables: Sequence[Sequence[Result]], documents: int, editions: Iterable[str]) -> None:
    """The tables of a run, one a label scheme, what they were scored on, what each model saw, and why rows are missing figures."""
    out = console()
    told = ", ".join(editions)
    for results in tables:
        if len(tables) > 1 and results:
            scheme = results[0].run.scheme
            shared = "" if scheme == "gold" else ", compared on what it shares with the gold labels (see list schemes)"
            out.print(f"\nlabels: {scheme}{shared}", style="bold", markup=False)
        out.print(table(rows(results)))
        if results:
            out.print(f"{documents} texts ({told}); percent, micro-averaged; {results[0].scores.signature}", markup=False)
    if any(tables):
        out.print(
            "names: entities and values, offsets and type; trig.: triggers and types; args: arguments and roles; rec.: rows of events, "
            "aligned; unseen: names whose words no label of the other stories has; 95 %: bootstrap interval of F1; equal ranks (=): names "
            "not told apart by a paired test"
        )
    if len(tables) > 1:
        out.print("rows of different tables are not comparable; --scheme shared puts all in one", markup=False)
    everything = [result for results in tables for result in results]
    for result in everything:
        out.print(f"{result.found.name}: saw {'; '.join(result.run.trained_on) or 'not said'}", markup=False)
    for result in everything:
        if reason := result.reason():
            out.print(f"{result.found.name}: {_outcome(result)}: {reason}", markup=False, style="red")


__all__ = ["Cell", "Row", "print_results", "rows", "short", "table"]
