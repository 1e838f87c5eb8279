"""Tables for the terminal. Standard output holds tables alone; notes and progress go to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from benchmark.report.plain import plain

LISTED = 100  # texts that are listed one by one
WIDTH = 100  # tables fit it; pipes and logs, which have no width, get it


class _Console(Console):
    """A console on which no text can do what is rich's to do: its control characters are shown as signs."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text = segment.text
            yield segment if segment.control else segment._replace(text=plain(text, lines=True))


def console() -> Console:
    """Standard output: the terminal's width, or what ``COLUMNS`` says, or 100 columns where there is neither."""
    if not (sys.stdout.encoding or "").casefold().startswith("utf") and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a log in ASCII gets question marks, not an error
    told = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return _Console(width=None if told else WIDTH, highlight=False)


def note(line: str) -> None:
    """A line on standard error."""
    print(plain(line, lines=True), file=sys.stderr, flush=True)


def percent(value: float | None) -> str:
    """A figure between 0 and 1 in percent with one decimal."""
    return "n/a" if value is None else f"{100 * value:.1f}"


HIDDEN = ("_head", "_identity", "_attached", "family", "realis")  # criteria whose types are not listed


def print_scores(figures: dict[str, Any], types: bool = True) -> None:
    """The figures of one file of predictions: overall with interval, macro, and by type; then strata, identity, values and records."""
    out = console()
    for task in ("mentions", "triggers", "arguments"):
        rows: list[tuple[str, ...]] = []
        for criterion, found in figures[task].items():
            if found is None:
                rows.append((criterion, "n/a"))
                continue
            macro = found["macro"]
            rows += [(criterion, *_figures(found["overall"])), (f"  macro of {macro['types']}", *_shares(macro))]
            if types and len(found["types"]) > 1 and not criterion.endswith(HIDDEN):
                rows += [(f"  {kind}", *_figures(row)) for kind, row in found["types"].items()]
        print_rows(task, COLUMNS, [(*row, *[""] * (len(COLUMNS) - len(row))) for row in rows], right=True)
    _print_strata(figures.get("strata") or {})
    for name in ("entity_coreference", "event_coreference"):
        if found := figures.get(name):
            measures = [m for m in found if m not in ("given_mentions", "across_documents")]
            print_rows(name.replace("_", " "), COLUMNS[:5], [(m, *_shares(found[m])) for m in measures])
    if found := figures.get("values"):
        accuracies = [(f"{kind} {part}", row) for kind, parts in found["matched"].items() for part, row in parts.items() if row["total"]]
        cells = [(name, percent(row["accuracy"]), between(row), str(row["right"]), str(row["total"])) for name, row in accuracies]
        print_rows("values of matched mentions", ("", "right", "95 %", "number", "of"), cells)
    if found := figures.get("records"):
        print_rows("records", COLUMNS[:5], [(name, *_shares(row)) for name, row in _records(found)])
    out.print(figures["signature"], markup=False)


COLUMNS = ("", "P", "R", "F1", "95 %", "gold", "found", "right")


def _print_strata(strata: dict[str, Any]) -> None:
    """Recall, precision and F1 by stratum; types have their own table, and what cannot be told is left out."""
    for of, kinds in strata.items():
        rows = [
            (f"{kind}: {name}", *_figures(row))
            for kind, found in kinds.items()
            if found is not None and kind != "type" and len(found["types"]) > 1
            for name, row in found["types"].items()
        ]
        if rows:
            print_rows(f"{of} by stratum", COLUMNS, rows, right=True)


def _records(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [*((f"rows {name}", part) for name, part in found["rows"].items()), *((f"slot {n}", part) for n, part in found["slots"].items())]


def _figures(row: dict[str, Any]) -> tuple[str, ...]:
    return (*_shares(row), str(row["gold"]), str(row["predicted"]), f"{row['tp']:g}")


def _shares(row: dict[str, Any]) -> tuple[str, ...]:
    return (*(percent(row[name]) for name in ("precision", "recall", "f1")), between(row))


def between(row: dict[str, Any]) -> str:
    """The ends of an interval in percent."""
    ends = row.get("interval")
    return f"{100 * ends[0]:.1f}-{100 * ends[1]:.1f}" if ends else ""


def print_rows(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], right: bool = False) -> None:
    """Print a plain table.

    Parameters
    ----------
    title
        Above it; may be empty.
    columns
        Their titles.
    rows
        A cell a column; None is empty.
    right
        Whether all columns but the first are of numbers, set to the right.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    for n, column in enumerate(columns):
        table.add_column(Text(plain(column)), justify="right" if right and n else "left", no_wrap=right)
    for row in rows:
        table.add_row(*(Text("" if cell is None else plain(str(cell))) for cell in row))
    out = console()
    if title:
        out.print(Text(plain(title), style="bold"))  # not the table's own title, which is broken to its width
    out.print(table)


def print_stats(rows: Sequence[dict[str, Any]]) -> None:
    """The counts of the gold set, by article, and by type, level and realis."""
    columns = ("article", "edition", "words", "mentions", "names", "nominals", "values", "events", "arguments")
    listed = rows if len(rows) <= LISTED else ()
    if not listed:
        note(f"{len(rows)} texts, too many to list; --json has each")
    print_rows("", columns, [*([row[c] for c in columns] for row in listed), _totals(rows, columns)])
    for title, field in (
        ("mention types", "types"),
        ("levels", "levels"),
        ("event types", "event_types"),
        ("realis", "realis"),
        ("roles", "roles"),
    ):
        names = sorted({name for row in rows for name in row[field]})
        if not names or names == ["-"]:
            continue
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
