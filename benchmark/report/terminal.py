"""Tables for the terminal. Standard output holds tables alone; notes and progress go to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from benchmark.runner import Result

WIDTH = 100  # tables fit it; pipes and logs, which have no width, get it


def console() -> Console:
    """Standard output: the terminal's width, or 100 columns where there is none."""
    return Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)


def note(line: str) -> None:
    """A line on standard error."""
    print(line, file=sys.stderr, flush=True)


def percent(value: float | None) -> str:
    """A figure between 0 and 1 in percent with one decimal."""
    return "n/a" if value is None else f"{100 * value:.1f}"


GROUPS = (("names", "mentions.strict"), ("trig.", "triggers.classified"), ("args", "arguments.classified"))


def results_table(results: Sequence[Result]) -> Table:
    """One row a model: precision, recall and F1 of entities, triggers and arguments, speed, outcome."""
    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False, header_style="bold")
    table.add_column("\nmodel", no_wrap=True, max_width=19)
    table.add_column("label\nscheme", no_wrap=True, min_width=9)
    for title, _ in GROUPS:
        for letter in ("P", "R", "F1"):
            table.add_column(f"{title if letter == 'R' else ''}\n{letter}", justify="right", no_wrap=True, min_width=5)
    table.add_column("words\n/s", justify="right", no_wrap=True)
    table.add_column("\noutcome", no_wrap=True)
    best = {name: max((_overall(r, name).get("f1", 0.0) for r in results), default=0.0) for _, name in GROUPS}
    for result in results:
        cells = []
        for _, name in GROUPS:
            found = _overall(result, name)
            cells += [percent(found.get("precision")), percent(found.get("recall")), _marked(found.get("f1"), best[name])]
        table.add_row(Text(result.found.name), result.run.scheme, *cells, _speed(result), _outcome(result))
    return table


def _overall(result: Result, metric: str) -> dict[str, Any]:
    counts = result.scores.counts[metric]
    if counts is None or not any(p.outcome == "ok" for p in result.predictions):
        return {}
    found: dict[str, Any] = counts.overall()
    return found


def _marked(value: float | None, best: float) -> str:
    return f"[bold]{percent(value)}[/bold]" if value is not None and value == best and best > 0 else percent(value)


def _outcome(result: Result) -> str:
    return ", ".join(name if number == len(result.predictions) else f"{number} {name}" for name, number in result.outcomes().items())


def _speed(result: Result) -> str:
    good = [p for p in result.predictions if p.outcome == "ok" and p.seconds]
    seconds = sum(p.seconds or 0.0 for p in good)
    words = sum(result.words.get(p.id, 0) for p in good)
    return _short(words / seconds) if seconds else "n/a"


def _short(number: float) -> str:
    """A number in at most five characters: 950, 4.4k, 1.5M."""
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if number >= size:
            return f"{number / size:.1f}{unit}" if number < 100 * size else f"{number / size:.0f}{unit}"
    return f"{number:.0f}"


def print_results(results: Sequence[Result], documents: int, editions: Iterable[str]) -> None:
    """The table of a run, what it was scored on, what each model saw, and why rows are missing figures."""
    out = console()
    out.print(results_table(results))
    if results:
        out.print(f"{documents} texts ({', '.join(editions)}); percent, micro-averaged; {results[0].scores.signature.split('|')[0]}")
        out.print("names: entities and values, offsets and type; trig.: event triggers and types; args: arguments and roles")
    for result in results:
        saw = "; ".join(result.run.trained_on) or "not said"
        out.print(f"{result.found.name}: saw {saw}", markup=False)
    for result in results:
        if reason := result.reason():
            out.print(f"{result.found.name}: {_outcome(result)}: {reason}", markup=False, style="red")


def print_scores(figures: dict[str, Any], types: bool = True) -> None:
    """The figures of one file of predictions: overall with interval, macro, and by type; then identity, values and records."""
    out = console()
    for task in ("mentions", "triggers", "arguments"):
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, title=task, title_justify="left", title_style="bold")
        for title in ("", "P", "R", "F1", "95 %", "gold", "found", "right"):
            table.add_column(title, justify="left" if not title else "right", no_wrap=True)
        for criterion, found in figures[task].items():
            if found is None:
                table.add_row(criterion, "n/a")
                continue
            table.add_row(f"[bold]{criterion}[/bold]", *_figures(found["overall"]))
            macro = found["macro"]
            table.add_row(f"  macro of {macro['types']}", *(percent(macro[n]) for n in ("precision", "recall", "f1")))
            if types and len(found["types"]) > 1 and not criterion.endswith(("_head", "_identity", "_attached", "family", "realis")):
                for kind, row in found["types"].items():
                    table.add_row(Text(f"  {kind}"), *_figures(row))
        out.print(table)
    for name in ("entity_coreference", "event_coreference"):
        if found := figures.get(name):
            measures = [m for m in found if m not in ("given_mentions", "across_documents")]
            rows = [(m, *(percent(found[m][f]) for f in ("precision", "recall", "f1"))) for m in measures]
            print_rows(name.replace("_", " "), ("", "P", "R", "F1"), rows)
    if found := figures.get("records"):
        print_rows(
            "records", ("", "P", "R", "F1"), [(k, *(percent(v[f]) for f in ("precision", "recall", "f1"))) for k, v in _records(found)]
        )
    out.print(figures["signature"], markup=False)


def _records(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [*((f"rows {name}", part) for name, part in found["rows"].items()), *((f"slot {n}", part) for n, part in found["slots"].items())]


def _figures(row: dict[str, Any]) -> list[str]:
    interval = row.get("interval")
    between = f"{100 * interval[0]:.1f}-{100 * interval[1]:.1f}" if interval else ""
    shares = [percent(row[name]) for name in ("precision", "recall", "f1")]
    return [*shares, between, str(row["gold"]), str(row["predicted"]), f"{row['tp']:g}"]


def print_rows(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def print_stats(rows: Sequence[dict[str, Any]]) -> None:
    """The counts of the gold set, by article, and by type, level and realis."""
    columns = ("article", "edition", "words", "mentions", "names", "nominals", "values", "events", "arguments")
    print_rows("", columns, [*([row[c] for c in columns] for row in rows), _totals(rows, columns)])
    for title, field in (
        ("mention types", "types"),
        ("levels", "levels"),
        ("event types", "event_types"),
        ("realis", "realis"),
        ("roles", "roles"),
    ):
        names = sorted({name for row in rows for name in row[field]})
        by_edition = {e: [row for row in rows if row["edition"] == e] for e in dict.fromkeys(row["edition"] for row in rows)}
        print_rows(
            title,
            (title, *by_edition),
            [(name, *(sum(r[field].get(name, 0) for r in group) for group in by_edition.values())) for name in names],
        )


def _totals(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[Any]:
    return ["all", "", *(sum(row[c] or 0 for row in rows) for c in columns[2:])]


def print_agreement(found: dict[str, Any]) -> None:
    """Agreement over all texts, then strict F1 by article and by type."""
    tasks = [task for task in found if task not in ("documents", "identity")]
    rows = []
    for task in tasks:
        part = found[task]
        cells = [_interval(part[name]["f1"], part[name]["interval"]) for name in ("strict", "partial")]
        cells += [_interval(part[name]["value"], part[name]["interval"]) for name in ("alpha", "kappa")]
        rows.append((task, *cells, part["strict"]["a"], part["strict"]["b"]))
    print_rows("agreement (95 % intervals)", ("task", "F1 strict", "F1 partial", "alpha", "kappa", "A", "B"), rows)
    identity = found["identity"]
    columns = ("identity", "B³ P", "B³ R", "B³ F1", "LEA P", "LEA R", "LEA F1")
    figures = ("precision", "recall", "f1")
    print_rows("", columns, [(k, *(percent(identity[k][m][f]) for m in ("b_cubed", "lea") for f in figures)) for k in identity])
    articles = [
        (a, *(_interval(found[t]["articles"][a]["f1"], found[t]["articles"][a]["interval"]) for t in tasks)) for a in found["documents"]
    ]
    print_rows("F1 strict by text", ("text", *tasks), articles)
    for task in ("names", "triggers", "arguments"):
        by_type = [(k, _interval(v["f1"], v["interval"]), v["a"], v["b"], v["both"]) for k, v in found[task]["types"].items()]
        print_rows(f"F1 strict by type: {task}", ("type", "F1", "A", "B", "both"), by_type)


def _interval(value: float, interval: Sequence[float]) -> str:
    return f"{percent(value)} [{100 * interval[0]:.0f}-{100 * interval[1]:.0f}]"
