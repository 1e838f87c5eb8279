"""Which model is better, and is it sure: paired differences between models scored on the same paragraphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmark import stats
from benchmark.metrics.counts import COLUMNS
from benchmark.problems import BadInput
from benchmark.resampling import Floats
from benchmark.schema import Document, Level
from benchmark.scores import Scores, drawn_within

LEVEL = 0.05  # family-wise error of the tests


class Compared(NamedTuple):
    """Models compared by one figure of one metric; rows are types, then all of them together, then their mean.

    Attributes
    ----------
    metric, figure
        What was compared.
    models
        Names, in the order given.
    types
        Types of the metric; ``(overall)`` and ``(macro)`` are the last two.
    value, low, high
        The figure and its 95 % BCa interval, arrays of shape (models, types + 2); NaN where undefined.
    differences
        Paired differences with p and Holm-corrected p (see :class:`benchmark.stats.Differences`).
    smallest
        The smallest true difference that this gold set is likely to show between two models, by row; shape (types + 2, models, models).
    ranks
        Rank of each model by the overall figure, equal ones tied (see :func:`benchmark.stats.ranks`).
    """

    metric: str
    figure: str
    models: tuple[str, ...]
    types: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    differences: stats.Differences
    smallest: Floats
    ranks: list[int]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: the models, then each pair of them."""
        models = [
            {"model": name, "rank": self.ranks[n], "types": {t: self._figure(n, row) for row, t in enumerate(self.types)}}
            for n, name in enumerate(self.models)
        ]
        pairs = [
            {"a": self.models[a], "b": self.models[b], "types": {t: self._pair(a, b, row) for row, t in enumerate(self.types)}}
            for a in range(len(self.models))
            for b in range(a + 1, len(self.models))
        ]
        return {"metric": self.metric, "figure": self.figure, "models": models, "pairs": pairs}

    def between(self, a: int, b: int, row: int) -> dict[str, Any]:
        """Two models in one row: their figures, the difference, its p values, and what difference could be shown.

        Parameters
        ----------
        a, b
            Places of the models in `models`; the difference is a less b.
        row
            Place of the type in `types`; -2 is ``(overall)``, -1 ``(macro)``.
        """
        values = (self._figure(model, row)["value"] for model in (a, b))
        return dict(zip("ab", values, strict=True)) | self._pair(a, b, row)

    def _figure(self, model: int, row: int) -> dict[str, Any]:
        value = self.value[model, row]
        ends = (self.low[model, row], self.high[model, row])
        told = not np.isnan(value)
        interval = None if np.isnan(ends[0]) else [float(end) for end in ends]
        return {"value": float(value) if told else 0.0, "interval": interval} | ({} if told else {"undefined": True})

    def _pair(self, a: int, b: int, row: int) -> dict[str, Any]:
        found = self.differences
        smallest = float(self.smallest[row, a, b])
        return {
            "difference": float(found.value[row, a, b]),
            "p": float(found.p[row, a, b]),
            "p_holm": float(found.corrected[row, a, b]),
            "smallest_difference": None if np.isnan(smallest) else smallest,
        }


def compare(
    scores: Mapping[str, Scores], metric: str = "mentions.strict", figure: str = "f1", resamples: int = stats.RESAMPLES, seed: int = 0
) -> Compared:
    """Compare models by one figure of one metric.

    Parameters
    ----------
    scores
        By model, counts over the same paragraphs.
    metric
        A name from :data:`benchmark.scoring.METRICS`.
    figure
        ``f1``, ``precision`` or ``recall``.
    resamples, seed
        Bootstrap resamples and permutations, and the seed of both.

    Raises
    ------
    BadInput
        Where a model does not produce what the metric asks for, or the models were not scored on the same paragraphs.
    """
    table, units, types = aligned(scores, metric)
    intervals = stats.bootstrap(table, units, [figure], resamples=resamples, seed=seed, within=drawn_within(units))
    differences = stats.permutation_test(table, units, figure, permutations=resamples, seed=seed)
    overall = np.nan_to_num(intervals.value[0, :, stats.OVERALL])
    return Compared(
        metric,
        figure,
        tuple(scores),
        (*types, "(overall)", "(macro)"),
        intervals.value[0],
        intervals.low[0],
        intervals.high[0],
        differences,
        stats.smallest_difference(intervals.difference_error[0]),
        stats.ranks(overall, differences.corrected[stats.OVERALL], LEVEL),
    )


def aligned(scores: Mapping[str, Scores], metric: str) -> tuple[np.ndarray[Any, Any], list[tuple[str, int]], list[str]]:
    """The counts of several models as one array.

    Parameters
    ----------
    scores
        By model, counts over the same paragraphs; at least one.
    metric
        A name from :data:`benchmark.scoring.METRICS`.

    Returns
    -------
    table
        Integers of shape (models, units, types, 6), the columns those of :data:`benchmark.metrics.counts.COLUMNS`.
    units, types
        What its rows and its types are, sorted.

    Raises
    ------
    BadInput
        As :func:`compare` does.
    """
    first = next(iter(scores.values()))
    order = sorted(first.units)
    types: set[str] = set()
    for name, one in scores.items():
        if metric not in one.counts:
            raise BadInput(f"no metric {metric!r} in the scores of {name}; see `python -m benchmark list metrics`, or run the model again")
        counts = one.counts[metric]
        if counts is None:
            raise BadInput(f"{name} does not produce what {metric} asks for; leave it out, or choose another --metric")
        if sorted(one.units) != order:
            raise BadInput(f"{name} was not scored on the same texts as {next(iter(scores))}; run both on the same edition")
        types |= set(counts.types)
    names = sorted(types)
    table = np.zeros((len(scores), len(order), len(names), len(COLUMNS)), dtype=np.int64)
    for n, one in enumerate(scores.values()):
        counts = one.counts[metric]
        if counts is not None:
            row = {unit: at for at, unit in enumerate(counts.units)}
            columns = [names.index(kind) for kind in counts.types]
            table[n][:, columns] = counts.table[[row[unit] for unit in order]][..., : len(COLUMNS)]
    return table, order, names


def difference_intervals(
    scores: Mapping[str, Scores], metric: str, a: str, b: str, figure: str = "f1", resamples: int = stats.RESAMPLES, seed: int = 0
) -> dict[str, list[float] | None]:
    """95 % BCa intervals of the paired difference of two models.

    Parameters
    ----------
    scores
        By model, counts over the same paragraphs.
    metric
        A name from :data:`benchmark.scoring.METRICS`.
    a, b
        Names of the models; the difference is a less b, in shares.
    figure
        ``f1``, ``precision`` or ``recall``.
    resamples, seed
        Number of bootstrap resamples; seed of the generator.

    Returns
    -------
    dict
        By type and ``(overall)``, the two ends; None where undefined.

    Raises
    ------
    BadInput
        As :func:`compare` does.
    """
    table, units, types = aligned({name: scores[name] for name in (a, b)}, metric)
    sides = stats.sides(table)
    sides = np.concatenate([sides, sides.sum(axis=2, keepdims=True)], axis=2)  # models, units, types + 1, 4
    take, base = stats.FIGURES[figure]

    def differences(sums: Floats) -> Floats:
        parts = np.moveaxis(sums.reshape(len(sums), 2, -1, sides.shape[-1]), -1, 0)
        told = base(list(parts)) > 0
        values = np.where(told, take(list(parts)), 0)  # undefined for one of them alone: nothing found, 0
        found: Floats = np.where(told.any(axis=1), values[:, 0] - values[:, 1], np.nan)
        return found

    flat = np.moveaxis(sides, 1, 0).reshape(len(units), -1)
    ends = stats.intervals_of(flat, units, differences, resamples=resamples, seed=seed, within=drawn_within(units))
    names = [*types, "(overall)"]
    return {kind: None if np.isnan(low) else [float(low), float(high)] for kind, (low, high) in zip(names, ends, strict=True)}


def found_by(
    gold: Iterable[Document], a: Mapping[str, Document], b: Mapping[str, Document], levels: Collection[Level | None]
) -> dict[str, dict[str, int]]:
    """How many gold labels only the first model, only the second, both or neither found, by offsets and type.

    Parameters
    ----------
    gold
        The gold documents.
    a, b
        What each model found, by document; one that lacks found nothing.
    levels
        The levels of mentions that are looked for.

    Returns
    -------
    dict
        Of ``mentions`` and ``triggers`` the numbers of ``a``, ``b``, ``both``, ``neither``; of mentions said twice each is looked for once,
        triggers of equal offsets and type count once.
    """
    found = {task: dict.fromkeys(("a", "b", "both", "neither"), 0) for task in ("mentions", "triggers")}
    for document in gold:
        sides = [answers.get(document.id) or Document(document.id) for answers in (a, b)]
        for task in found:
            wanted = Counter(_keys(document, document, task, levels))
            told = [Counter(_keys(side, document, task, levels)) & wanted for side in sides]
            both = sum((told[0] & told[1]).values())
            one, other = (sum(side.values()) - both for side in told)
            for name, number in (("a", one), ("b", other), ("both", both), ("neither", sum(wanted.values()) - one - other - both)):
                found[task][name] += number
    return found


def _keys(document: Document, gold: Document, task: str, levels: Collection[Level | None]) -> Sequence[tuple[int, int, str]]:
    if task == "mentions":
        return [(m.start, m.end, m.type) for m in document.mentions if m.level in levels and gold.scored(m.start, m.end)]
    return sorted({(e.start, e.end, e.type) for e in document.events if gold.scored(e.start, e.end)})


__all__ = ["Compared", "aligned", "compare", "difference_intervals", "found_by"]
