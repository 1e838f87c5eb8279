"""The plots of the page as SVG and PNG, for papers: legible in black and white, by marks, hatching and kinds of line."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.corpus import Corpus
from benchmark.paths import write_atomically
from benchmark.problems import BadInput
from benchmark.report import page_data
from benchmark.report.leaderboard import short
from benchmark.standings import Standing

FORMATS = ("svg", "png")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "*")
_LINES = ("-", "--", ":", "-.")
_HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\")
_GREYS = ("0.1", "0.35", "0.5", "0.65")
_TASKS = {"mentions.strict": "names and values", "triggers.classified": "triggers", "arguments.classified": "arguments"}
_SIZE = (6.4, 4.2)  # inches


def write(
    folder: Path, runs: Sequence[Standing], gold: Corpus, note: Callable[[str], object] = lambda line: None, resamples: int = 10_000
) -> list[Path]:
    """Write the plots of some stored runs.

    Parameters
    ----------
    folder
        Where to; it is made where it is not there.
    runs
        The runs.
    gold
        The gold set.
    note
        Called with a line on what is left out.
    resamples
        Bootstrap resamples of the intervals.

    Returns
    -------
    list of Path
        The files: each plot in the formats of :data:`FORMATS`. A plot without anything to show is left out.

    Raises
    ------
    BadInput
        Where Matplotlib is missing or the folder cannot be written.
    """
    pyplot = _pyplot()
    data = page_data.collect(runs, gold, False, note, resamples)
    written = []
    for name, draw in PLOTS.items():
        figure, axes = pyplot.subplots(figsize=_SIZE, layout="constrained")
        try:
            if draw(data, axes):
                figure.text(0.995, 0.002, data["signature"], ha="right", va="bottom", fontsize=4, color="0.35")
                written += [_save(figure, folder / f"{name}.{kind}", kind) for kind in FORMATS]
        finally:
            pyplot.close(figure)
    return written


def _save(figure: Any, path: Path, kind: str) -> Path:
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in a script that the font lacks is drawn as boxes
        # without the time and the program's version: the same runs give the same file
        figure.savefig(content, format=kind, dpi=160, metadata={"Date": None} if kind == "svg" else {"Software": None})
    write_atomically(path, content.getvalue())
    return path


def _pyplot() -> Any:
    try:
        import matplotlib
    except ImportError:
        raise BadInput("plots need Matplotlib; install it with `python -m pip install 'entity-event-benchmark[report]'`") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    # names of models are text, not formulas; identifiers in the SVG are not random
    pyplot.rcParams.update(
        {"svg.hashsalt": "benchmark", "svg.fonttype": "none", "text.parse_math": False, "axes.grid": True, "grid.color": "0.88"}
    )
    pyplot.rcParams["axes.axisbelow"] = True
    return pyplot


def _legend_above(axes: Any) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=8, frameon=False)


def _names(data: Mapping[str, Any]) -> list[str]:
    return [model["name"] if len(model["name"]) <= 24 else model["name"][:23] + "…" for model in data["models"]]


def _f1(data: Mapping[str, Any], metric: str) -> list[float | None]:
    """F1 of each model on all texts; None where n/a."""
    view = data["views"].get(f"{metric} {data['scheme']} {data['usual_levels']}" if metric.startswith("mentions.") else metric)
    if view is None:
        return [None] * len(data["models"])
    gold = sum(view["gold"]["t"])
    return [None if part is None else _share(sum(part["t"]["g"]), gold + sum(part["t"]["n"])) for part in view["models"]]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _leaderboard(data: Mapping[str, Any], axes: Any) -> bool:
    """F1 of each model in each task with its interval, best at the top."""
    values = {metric: _f1(data, metric) for metric in _TASKS}
    order = sorted(range(len(data["models"])), key=lambda n: values["mentions.strict"][n] or 0.0)
    sure = data["sure"][data["editions"][0]]
    for row, (metric, task) in enumerate(_TASKS.items()):
        ends = dict(zip(sure[metric]["models"], sure[metric]["f1"], strict=True)) if metric in sure else {}
        style = {"fmt": _MARKS[row], "color": _GREYS[row], "capsize": 2, "markersize": 5, "linewidth": 1}
        told = [(order.index(n) + 0.2 * (1 - row), 100 * value, ends.get(n)) for n in order if (value := values[metric][n]) is not None]
        if told:
            spread = [[0.0, 0.0] if e is None else [max(0.0, v - 100 * e[0]), max(0.0, 100 * e[1] - v)] for _, v, e in told]
            axes.errorbar([v for _, v, _ in told], [y for y, _, _ in told], xerr=np.array(spread).T, label=task, **style)
    axes.set_yticks(range(len(order)), [_names(data)[n] for n in order])
    axes.set_xlim(-2, 102)
    axes.set_xlabel("F1 in percent, with 95 % intervals")
    _legend_above(axes)
    return bool(order)


def _cost(data: Mapping[str, Any], axes: Any) -> bool:
    """F1 of names and values against words a second."""
    words = [document["words"] for document in data["documents"]]
    shown = 0
    for n, (name, model, value) in enumerate(zip(_names(data), data["models"], _f1(data, "mentions.strict"), strict=True)):
        timed = [(w, s) for w, s in zip(words, model["seconds"], strict=True) if s]
        seconds = sum(s for _, s in timed)
        if value is not None and seconds:
            speed = sum(w for w, _ in timed) / seconds
            filled = "white" if n % 2 else "0.3"
            axes.plot(
                speed,
                100 * value,
                _MARKS[n % len(_MARKS)],
                color="black",
                markerfacecolor=filled,
                markersize=7,
                label=name,
                linestyle="none",
            )
            shown += 1
    axes.set_xscale("log")
    axes.set_ylim(-2, 102)
    axes.set_xlabel("words a second")
    axes.set_ylabel("F1 of names and values in percent")
    axes.xaxis.set_major_formatter(lambda value, place: short(value))
    if shown:
        axes.legend(fontsize=7, loc="lower left")
    return shown > 0


def _types(data: Mapping[str, Any], axes: Any) -> bool:
    """F1 by type and model as a heat map with the figures in it."""
    view = data["views"].get(f"mentions.strict {data['scheme']} {data['usual_levels']}")
    if view is None or not view["types"]:
        return False
    documents, types = len(data["documents"]), view["types"]
    gold = np.array(view["gold"]["t"]).reshape(documents, -1).sum(axis=0)
    able = [n for n, part in enumerate(view["models"]) if part is not None]
    hits, predicted = (np.array([np.array(view["models"][n]["t"][name]).reshape(documents, -1).sum(axis=0) for n in able]) for name in "gn")
    with np.errstate(invalid="ignore"):
        share = hits / (gold + predicted)
    values, f1 = _f1(data, "mentions.strict"), np.ma.masked_invalid(100 * share)
    rows = np.array(sorted(range(len(able)), key=lambda n: -(values[able[n]] or 0.0)), dtype=np.int64)
    columns = np.argsort(-gold, kind="stable")
    axes.imshow(f1[np.ix_(rows, columns)], cmap="Greys", vmin=0, vmax=130, aspect="auto")  # no darker than figures can be read on
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            text = "–" if np.ma.is_masked(f1[row, column]) else f"{f1[row, column]:.0f}"
            axes.text(x, y, text, ha="center", va="center", fontsize=7, color="white" if f1[row, column] > 75 else "black")
    axes.set_xticks(range(len(types)), [f"{types[n]}\n{gold[n]}" for n in columns], fontsize=7)
    axes.set_yticks(range(len(rows)), [_names(data)[able[n]] for n in rows], fontsize=8)
    axes.set_xlabel("type, and how many gold has; F1 in percent")
    axes.grid(visible=False)
    return True


def _confident(data: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    rows = zip(_names(data), data["confidence"]["mentions"], strict=True)
    return [(name, found[data["editions"][0]]) for name, found in rows if found is not None]


def _curves(data: Mapping[str, Any], axes: Any) -> bool:
    """Precision against recall of names and values."""
    for n, (name, found) in enumerate(_confident(data)):
        recall, precision = ([100 * point[k] for point in found["curve"]] for k in (2, 1))
        label = f"{name} ({100 * found['average_precision']:.1f})"
        style = {"linestyle": _LINES[n % 4], "color": _GREYS[n % 4], "marker": _MARKS[n % len(_MARKS)], "markevery": [-1]}
        axes.plot(recall, precision, label=label, linewidth=1.5, **style)
    axes.set(xlim=(-2, 102), ylim=(-2, 102), xlabel="recall in percent", ylabel="precision in percent")
    if axes.lines:
        axes.legend(title="average precision", fontsize=8, loc="lower left")
    return bool(axes.lines)


def _reliability(data: Mapping[str, Any], axes: Any) -> bool:
    """Share of right predictions against confidence."""
    for n, (name, found) in enumerate(_confident(data)):
        x, y = ([100 * one[key] for one in found["bins"]] for key in ("confidence", "accuracy"))
        style = {"linestyle": _LINES[n % 4], "color": _GREYS[n % 4], "marker": _MARKS[n % len(_MARKS)]}
        axes.plot(x, y, label=f"{name} ({100 * found['ece']:.1f})", linewidth=1.2, markersize=5, **style)
    there = bool(axes.lines)
    axes.plot([0, 100], [0, 100], color="0.6", linewidth=0.8)
    axes.set(xlim=(-2, 102), ylim=(-2, 102), xlabel="confidence in percent", ylabel="share that is right in percent")
    if there:
        axes.legend(title="calibration error", fontsize=8)
    return there


def _strata(data: Mapping[str, Any], axes: Any) -> bool:
    """F1 on names whose words the labels of the other stories have, and on those they have not."""
    view = data["views"].get("strata.mentions.surface")
    if view is None:
        return False
    documents = len(data["documents"])
    gold = np.array(view["gold"]["t"]).reshape(documents, -1).sum(axis=0)
    able = [n for n, part in enumerate(view["models"]) if part is not None]
    values = _f1(data, "mentions.strict")
    able.sort(key=lambda n: values[n] or 0.0)
    wide = 0.8 / len(view["types"])
    for k, stratum in enumerate(view["types"]):
        parts = [[np.array(view["models"][n]["t"][name]).reshape(documents, -1).sum(axis=0)[k] for name in "gn"] for n in able]
        f1 = [100 * _share(hits, gold[k] + predicted) for hits, predicted in parts]
        at = np.arange(len(able)) + wide * (len(view["types"]) / 2 - 0.5 - k)
        label = f"{stratum} ({gold[k]} gold)"
        axes.barh(
            at, f1, height=wide, label=label, color="white" if k % 2 else "0.55", edgecolor="black", hatch=_HATCHES[k % 5], linewidth=0.8
        )
    axes.set_yticks(range(len(able)), [_names(data)[n] for n in able])
    axes.set(xlim=(0, 102), xlabel="F1 in percent, words in the labels of the other stories or not")
    _legend_above(axes)
    return bool(able)


PLOTS: dict[str, Callable[[Mapping[str, Any], Any], bool]] = {
    "leaderboard": _leaderboard,
    "types": _types,
    "precision_recall": _curves,
    "calibration": _reliability,
    "strata": _strata,
    "cost": _cost,
}

__all__ = ["FORMATS", "PLOTS", "write"]
