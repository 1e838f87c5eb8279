"""What became of one model's labels: counts by paragraph, the figures that are sums of them, and their intervals."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmark import stats
from benchmark.metrics import arrays
from benchmark.metrics.counts import Counts, Unit
from benchmark.resampling import Floats

MOST_UNITS = 20_000  # paragraphs up to which intervals are computed
FIGURES = ("f1", "precision", "recall")
_NAMES = ("interval", "precision_interval", "recall_interval")
Path = tuple[str, ...]


class Resampled(NamedTuple):
    """What stands behind figures that are no precision, recall and F1 of counts.

    Attributes
    ----------
    units
        What is drawn: paragraphs, documents or stories.
    table
        Array of shape (units, columns).
    figure
        Figures of sums over units: from shape (n, columns) to (n, figures); NaN where undefined.
    keys
        Where the interval of each figure stands in the summary.
    within
        ``documents`` or ``collection``, see :func:`benchmark.stats.bootstrap`.
    """

    units: Sequence[Unit]
    table: Floats
    figure: Callable[[Floats], Floats]
    keys: Sequence[Path]
    within: stats.Within


class Scores:
    """What became of one model's labels on one gold set.

    Attributes
    ----------
    units
        Document and paragraph of each row of the counts; a single one, ``("(all)", 0)``, where there are more than :data:`MOST_UNITS`.
    counts
        By metric of :data:`benchmark.scoring.METRICS`; None where the model does not produce what it asks for.
    whole
        Figures by metric of :data:`benchmark.scoring.WHOLE`, which are not sums over paragraphs; None where n/a.
    signature
        What the figures depend on, in one line; figures with different signatures are not comparable.
    behind
        What the figures of `whole` are made of, for their intervals: counts with the path at which their summary stands, or
        :class:`Resampled`.
    documents
        How many there are.
    """

    def __init__(
        self,
        units: list[Unit],
        counts: Mapping[str, Counts | None],
        whole: Mapping[str, Any],
        signature: str,
        behind: Sequence[Resampled | tuple[Path, Counts]] = (),
        documents: int | None = None,
    ):
        self.documents = len({document for document, _ in units}) if documents is None else documents
        self.units, self.counts, self.whole, self.signature, self.behind = units, dict(counts), dict(whole), signature, list(behind)

    def without(self, names: Collection[str]) -> Scores:
        """The same with some of the figures that are not sums n/a."""
        whole = {name: None if name in names else figures for name, figures in self.whole.items()}
        behind = []
        for part in self.behind:
            path = part.keys[0] if isinstance(part, Resampled) else part[0]
            if path[0] not in names:
                behind.append(part)
        return Scores(self.units, self.counts, whole, self.signature, behind, self.documents)

    def summary(self, resamples: int = 0, seed: int = 0, method: stats.Method = "bca") -> dict[str, Any]:
        """Figures of all metrics as nested dicts; None is n/a.

        Parameters
        ----------
        resamples
            Of the bootstrap; 0: no intervals. With them figures carry 95 % intervals: ``interval`` of F1 (or of an accuracy),
            ``precision_interval`` and ``recall_interval``; None where undefined, where there is one unit to draw, or more than
            :data:`MOST_UNITS` paragraphs.
        seed
            Seed of the generator.
        method
            ``bca`` or ``percentile``.
        """
        found: dict[str, Any] = {"signature": self.signature, "documents": self.documents}
        for name, counts in self.counts.items():
            _put(found, tuple(name.split(".")), counts.summary() if counts is not None else None)
        found["realis"] = self._realis()
        found |= copy.deepcopy(self.whole)
        if resamples:
            self._add_intervals(found, {"resamples": resamples, "seed": seed, "method": method})
        return found

    def to_dict(self) -> dict[str, Any]:
        """Everything, for ``scores.json``: figures, and the counts they are sums of."""
        counts = {name: c.to_rows() if c is not None else None for name, c in self.counts.items()}
        return {"figures": self.summary(), "units": [list(unit) for unit in self.units], "counts": counts}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Scores:
        """The counts of a ``scores.json``; figures that are no sums of counts come as they are, without what is behind them."""
        units = [(document, number) for document, number in stored["units"]]
        counts = {name: None if rows is None else Counts.from_rows(units, rows) for name, rows in stored["counts"].items()}
        for found in counts.values():
            if found is not None and found.table.shape[2] == len(arrays.COLUMNS):
                found.figures = arrays.figures
        counted = {"signature", "documents", "realis", *(name.partition(".")[0] for name in counts)}
        whole = {name: figures for name, figures in stored["figures"].items() if name not in counted}
        return cls(units, counts, whole, stored["figures"]["signature"])

    def of(self, documents: Iterable[str]) -> Scores:
        """The counted metrics on some documents alone."""
        chosen = set(documents)
        units = [unit for unit in self.units if unit[0] in chosen]
        return Scores(units, {n: c.of(chosen) if c is not None else None for n, c in self.counts.items()}, {}, self.signature)

    def _realis(self) -> dict[str, Any] | None:
        """Accuracy of realis, given a trigger with its right type."""
        right, base = self.counts["triggers.realis"], self.counts["triggers.classified"]
        if right is None or base is None:
            return None
        found, total = right.overall()["tp"], base.overall()["tp"]
        return {"right": found, "total": total, "accuracy": found / total if total else 0.0} | (
            {} if total else {"undefined": ["accuracy"]}
        )

    def _add_intervals(self, summary: dict[str, Any], how: dict[str, Any]) -> None:
        parts = [(tuple(name.split(".")), counts) for name, counts in self.counts.items() if counts is not None]
        parts += [part for part in self.behind if not isinstance(part, Resampled)]
        many = len(self.units) < 2  # nothing to draw from; more than MOST_UNITS were summed while they were counted
        within = drawn_within(self.units)
        _of_counts(summary, parts, [] if many else self.units, how | {"within": within})
        others = [part for part in self.behind if isinstance(part, Resampled)]
        right, base = self.counts.get("triggers.realis"), self.counts.get("triggers.classified")
        if right is not None and base is not None:
            others.append(Resampled(self.units, np.stack([_hits(right), _hits(base)], axis=1), shares, [("realis",)], within))
        for part in others:
            within = drawn_within(part.units) if part.within == "documents" else part.within
            few = np.full((len(part.keys), 2), np.nan)
            found = few if many else stats.intervals_of(part.table, part.units, part.figure, within=within, **how)
            for key, ends in zip(part.keys, found, strict=True):
                _at(summary, key)["interval"] = _told(*ends)


def drawn_within(units: Sequence[Unit]) -> stats.Within:
    """Where units are drawn from: their document, or the collection where documents of one paragraph are themselves what is drawn."""
    return "collection" if all(number == 0 for _, number in units) else "documents"


def shares(sums: Floats) -> Floats:
    """Each even column over the odd one after it.

    Parameters
    ----------
    sums
        Shape (n, 2 figures).

    Returns
    -------
    array of shape (n, figures)
        NaN where that is 0/0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1::2] > 0, sums[:, ::2] / sums[:, 1::2], np.nan)


def _of_counts(summary: dict[str, Any], parts: Sequence[tuple[Path, Counts]], units: Sequence[Unit], how: Mapping[str, Any]) -> None:
    """One bootstrap for all metrics and types: each, and each metric's sum, is a column of one table; another for the means of types."""
    rows: list[dict[str, Any]] = []
    tables: list[Any] = []
    for path, counts in parts:
        part = _at(summary, path)
        rows += [part["overall"], *part["types"].values()]
        tables.append(counts.table.sum(axis=1, keepdims=True, dtype=np.int64)[..., :6])
        tables.append(counts.table[:, [counts.types.index(kind) for kind in part["types"]], :6])
    means = [_at(summary, path)[mean] for path, _ in parts for mean in ("macro", "weighted")]
    for row in (*rows, *means):
        row |= dict.fromkeys(_NAMES)
    if not rows or not units:
        return
    table = np.concatenate(tables, axis=1)
    found = stats.bootstrap(table[None], units, FIGURES, **how)
    for n, row in enumerate(rows):
        for figure, name in enumerate(_NAMES):
            row[name] = _told(found.low[figure, 0, n], found.high[figure, 0, n])
    slices = np.cumsum([0, *(part.shape[1] for part in tables)])
    groups = [slice(slices[n], slices[n + 1]) for n in range(1, len(tables), 2)]  # the types of each metric
    sides = stats.sides(table)

    def averaged(sums: Floats) -> Floats:
        hits = sums.reshape(len(sums), -1, sides.shape[-1])
        return np.concatenate([_means(hits[:, group]) for group in groups], axis=1)

    ends = stats.intervals_of(sides.reshape(len(units), -1), units, averaged, **how)
    for n, mean in enumerate(means):
        for name, (low, high) in zip(_NAMES, ends[len(_NAMES) * n :], strict=False):
            mean[name] = _told(low, high)


def _means(sides: Floats) -> Floats:
    """Macro and weighted F1, precision and recall of one metric's types, shape (n, 6), from four sums of each, shape (n, types, 4)."""
    sums = list(np.moveaxis(sides, -1, 0))
    figures = [stats.FIGURES[name].value(sums) for name in FIGURES]
    gold = sums[1]
    found = []
    for weight in ((gold > 0).astype(float), gold):
        total = weight.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found += [(figure * weight).sum(axis=1) / total for figure in figures]
    return np.stack(found, axis=1)


def _hits(counts: Counts) -> Floats:
    found: Floats = counts.table[:, :, 3].sum(axis=1).astype(float)
    return found


def _told(low: float, high: float) -> list[float] | None:
    return None if np.isnan(low) or np.isnan(high) else [float(low), float(high)]


def _at(found: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in path:
        found = found[name]
    return found


def _put(found: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        found = found.setdefault(name, {})
    found[path[-1]] = value


__all__ = ["MOST_UNITS", "Resampled", "Scores", "drawn_within", "shares"]
