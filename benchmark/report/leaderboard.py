"""The table of a run: one row a model, what each saw, and why figures are missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from benchmark.comparison import Compared, compare
from benchmark.report.plain import plain
from benchmark.report.terminal import WIDTH, console, percent
from benchmark.runner import Result

TASKS = {"names": "mentions.strict", "trig.": "triggers.classified", "args": "arguments.classified"}
UNSEEN = "strata.mentions.surface"
WIDEST, NARROWEST = 20, 12  # columns of a model's name with its rank
EXPLAINED = (
    "names: entities and values, offsets and type; trig.: triggers and types; args: arguments and roles; rec.: rows of events, "
    "aligned; unseen: names whose words no label of the other stories has; 95 %: bootstrap interval of F1; equal ranks (=): names "
    "not told apart by a paired test; bold: best; saw: what the model or its author saw, below"
)


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
    """Words a second over the articles whose words are known: runs note them, older ones need the text."""
    known = {p.id: result.words.get(p.id, 0) if p.words is None else p.words for p in result.predictions}
    good = [p for p in result.predictions if p.outcome == "ok" and p.seconds and known[p.id]]
    seconds = sum(p.seconds or 0.0 for p in good)
    return sum(known[p.id] for p in good) / seconds if seconds else None


def _outcome(result: Result) -> str:
    return ", ".join(name if number == len(result.predictions) else f"{number} {name}" for name, number in result.outcomes().items())


class Column(NamedTuple):
    """A column: its title in two lines, what stands in it, and which columns go before it where there is too little room."""

    title: str
    cell: Callable[[Row], str | Text]
    stays: int  # the lowest goes first
    right: bool = True


def table(found: Sequence[Row], saw: Mapping[str, str] | None = None, width: int = WIDTH) -> tuple[Table, list[str]]:
    """Rank, what was seen, names, triggers, arguments, records, speed, outcome; in narrow terminals the most important of them.

    Parameters
    ----------
    found
        The rows.
    saw
        The mark of what each model saw, by its name.
    width
        Columns there are.

    Returns
    -------
    table, left_out
        The table, and the titles of the columns that have no room.
    """
    best = {task: max((row.tasks[task].f1 or 0.0 for row in found), default=0.0) for task in TASKS}
    shown, left_out = _columns(best, saw or {}), []
    while sum(_size(column, found) + 1 for column in shown) - 1 > width and len(shown) > 2:
        out = min(shown[1:], key=lambda column: column.stays)
        shown.remove(out)
        left_out.append(" ".join(out.title.replace("-\n", "").split()))
    drawn = Table(box=SIMPLE_HEAD, padding=0, show_edge=False, header_style="bold")
    room = max(NARROWEST, min(WIDEST, width - sum(_size(column, found) + 1 for column in shown[1:])))
    for column in shown:
        most = room if column is shown[0] else None
        drawn.add_column(column.title, justify="right" if column.right else "left", no_wrap=True, max_width=most)
    for row in found:
        drawn.add_row(*(column.cell(row) for column in shown))
    return drawn, left_out


def _columns(best: Mapping[str, float], saw: Mapping[str, str]) -> list[Column]:
    def name(row: Row) -> Text:
        rank = "" if row.rank is None else f"{row.rank}{'=' if row.tied else ''}"
        return Text(f"{rank:<2} " + plain(row.result.found.name))

    def task(which: str) -> Callable[[Row], Text]:
        return lambda row: _marked(row.tasks[which], best[which])

    return [
        Column("\n   model", name, 99, right=False),
        *([Column("\nsaw", lambda row: saw.get(row.result.found.name, ""), 4)] if saw else []),
        Column("\nP", lambda row: _percent(row.tasks["names"].precision), 6),
        Column("\nR", lambda row: _percent(row.tasks["names"].recall), 5),
        Column("names\nF1 95 % ", task("names"), 9),
        Column("un-\nseen", lambda row: _percent(row.unseen), 1),
        Column("trig.\nF1 95 % ", task("trig."), 8),
        Column("args\nF1 95 % ", task("args"), 7),
        Column("rec.\nF1", lambda row: _percent(row.records), 3),
        Column("words\n/s", lambda row: "n/a" if row.speed is None else short(row.speed), 0),
        Column("\noutcome", lambda row: row.outcome.replace(", ", "\n"), 2, right=False),
    ]


def _size(column: Column, found: Sequence[Row]) -> int:
    cells = [column.title, *(str(column.cell(row)) for row in found)]
    return min(WIDEST, max(cell_len(line) for cell in cells for line in cell.split("\n")))


def seen(results: Iterable[Result]) -> tuple[dict[str, str], dict[str, str]]:
    """What models saw, each thing under a mark: a letter, or a number after 26 of them.

    Returns
    -------
    of_model
        The mark of each model, by name.
    marks
        What each mark stands for.
    """
    marks: dict[str, str] = {}
    of_model: dict[str, str] = {}
    for result in results:
        told = "; ".join(result.run.trained_on) or "not said"
        mark = marks.setdefault(told, chr(ord("a") + len(marks)) if len(marks) < 26 else str(len(marks)))
        of_model[result.found.name] = mark
    return of_model, {mark: told for told, mark in marks.items()}


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
    """The tables of a run, what they were scored on, what each model saw, and why rows are missing figures.

    Parameters
    ----------
    tables
        Results, one table a label scheme.
    documents
        How many texts were scored.
    editions
        Their editions, for people.
    """
    out = console()
    told = ", ".join(editions)
    everything = [result for results in tables for result in results]
    ranked = [rows(results) for results in tables]
    saw, marks = seen(row.result for found in ranked for row in found)
    left_out: list[str] = []
    for results, found in zip(tables, ranked, strict=True):
        if len(tables) > 1 and results:
            scheme = results[0].run.scheme
            shared = "" if scheme == "gold" else ", compared on what it shares with the gold labels (see list schemes)"
            out.print(f"\nlabels: {scheme}{shared}", style="bold", markup=False)
        drawn, left_out = table(found, saw, out.width)
        out.print(drawn)
        if results:
            out.print(f"{documents} texts ({told}); percent, micro-averaged", markup=False)
            out.print(results[0].scores.signature, markup=False, soft_wrap=True)
    if any(tables):
        out.print(EXPLAINED)
    if left_out:
        out.print(f"no room for {', '.join(left_out)}: see --json, or a wider terminal", markup=False)
    if len(tables) > 1:
        out.print("rows of different tables are not comparable; --scheme shared puts all in one", markup=False)
    for mark, what in marks.items():
        models = ", ".join(plain(name) for name, of in saw.items() if of == mark)
        out.print(f"saw {mark}: {plain(what)} ({models})", markup=False)
    for result in everything:
        if reason := result.reason():
            out.print(f"{plain(result.found.name)}: {_outcome(result)}: {plain(reason)}", markup=False, style="red")


__all__ = ["EXPLAINED", "TASKS", "UNSEEN", "Cell", "Row", "print_results", "rows", "seen", "short", "table"]
