"""Comparisons for the terminal: who is better and is it sure, on what, and what each found alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmark.report.terminal import between, console, percent, print_rows

CHANGED = 8  # types shown of those that changed most
WIDE = 90  # columns from which the tables of differences hold everything


def print_comparison(found: dict[str, Any]) -> None:
    """The tables of ``compare``: one ranking a metric, each model against the baseline, the types that changed most, what each found."""
    for part in found["metrics"]:
        _ranking(part)
    for part in found["against_baseline"]:
        _against(part)
    console().print(found["note"], markup=False)
    console().print(found["signature"], markup=False, soft_wrap=True)


def _ranking(part: dict[str, Any]) -> None:
    rows = []
    ranks = [model["rank"] for model in part["models"]]
    order = sorted(part["models"], key=lambda model: (model["rank"], -model["types"]["(overall)"]["value"]))
    for model in order:
        overall, macro = (model["types"][name] for name in ("(overall)", "(macro)"))
        tied = "=" if ranks.count(model["rank"]) > 1 else ""
        rows.append(
            (f"{model['rank']}{tied}", model["model"], percent(overall["value"]), between(overall), percent(macro["value"]), between(macro))
        )
    print_rows(f"{part['metric']}, {part['figure']}", ("", "model", "micro", "95 %", "macro", "95 %"), rows)
    if len(part["models"]) > 2:
        _pairs(part, [model["model"] for model in order])


def _pairs(part: dict[str, Any], order: Sequence[str]) -> None:
    """Holm-corrected p of every pair, models in the order of the ranking."""
    p = {frozenset((pair["a"], pair["b"])): pair["types"]["(overall)"]["p_holm"] for pair in part["pairs"]}
    rows = []
    for n, name in enumerate(order):
        cells = [probability(p[frozenset((name, other))]) if place < n else "" for place, other in enumerate(order[:-1])]
        rows.append((f"{n + 1} {name}", *cells))
    print_rows("p, Holm-corrected, of the differences", ("", *map(str, range(1, len(order)))), rows)


def _against(part: dict[str, Any]) -> None:
    a, b = part["model"], part["baseline"]
    wide = console().width >= WIDE
    columns = ("", a, b, "difference", "95 %", "p", "p Holm", "smallest") if wide else ("", "difference", "95 %", "p")
    rows = [(metric, *_difference(task["(overall)"], wide)) for metric, task in part["tasks"].items()]
    print_rows(f"{a} less {b}", columns, rows)
    for metric, task in part["tasks"].items():
        types = sorted((kind for kind in task if kind[0] != "("), key=lambda kind: (-abs(task[kind]["difference"]), kind))
        changed = [(kind, *_difference(task[kind], wide)) for kind in types[:CHANGED] if task[kind]["difference"]]
        if changed:
            print_rows(f"types that changed most, {metric}", columns, changed)
    found = [(task, n["a"], n["b"], n["both"], n["neither"]) for task, n in part["found"].items()]
    print_rows("gold labels found by", ("", f"{a} alone", f"{b} alone", "both", "neither"), found)


def _difference(row: dict[str, Any], wide: bool) -> tuple[str, ...]:
    """The figures of both models, their difference with its interval, p values, and the smallest difference; or what narrow tables hold."""
    ends = row["interval"]
    shown = (f"{100 * row['difference']:+.1f}", f"{100 * ends[0]:+.1f} {100 * ends[1]:+.1f}" if ends else "", probability(row["p"]))
    if not wide:
        return shown
    smallest = "" if row["smallest_difference"] is None else f"{100 * row['smallest_difference']:.1f}"
    return (percent(row["a"]), percent(row["b"]), *shown, probability(row["p_holm"]), smallest)


def probability(p: float) -> str:
    """A p value with as many digits as 10,000 permutations give."""
    return f"{p:.4f}" if p < 0.01 else f"{p:.2f}"
