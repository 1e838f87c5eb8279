"""Score predictions against gold: count once, then figures by sums.

The table of metrics is here; each metric itself is in ``benchmark.metrics``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from benchmark import __version__
from benchmark.metrics import events, spans
from benchmark.metrics.counts import Counts, Tally, Unit
from benchmark.schema import Document, Level
from benchmark.schemes import Projection
from benchmark.segments import paragraphs

DEFAULT_LEVELS: tuple[Level | None, ...] = ("NAM", None)  # names and values

METRICS: dict[str, tuple[str, str]] = {  # name: (what a model must produce, definition)
    "mentions.strict": ("mentions", "entity and value mentions: offsets and type equal"),
    "mentions.partial": ("mentions", "entity and value mentions: equal offsets 1, overlap one half, any type (SemEval-2013 task 9.1)"),
    "triggers.identified": ("events", "event triggers: offsets equal (Trigger-I)"),
    "triggers.classified": ("events", "event triggers: offsets and event type equal (Trigger-C)"),
    "arguments.identified": ("arguments", "event type and argument span (Arg-I)"),
    "arguments.classified": ("arguments", "event type, argument span and role (Arg-C)"),
    "arguments.identified_attached": ("arguments", "as identified, and the trigger span (Arg-I+)"),
    "arguments.classified_attached": ("arguments", "as classified, and the trigger span (Arg-C+)"),
}


class Scores:
    """The counts of one model on one gold set.

    Attributes
    ----------
    units
        Document and paragraph of each row of the counts.
    counts
        By metric; None where the model does not produce what the metric asks for.
    signature
        What the figures depend on, in one line; figures with different signatures are not comparable.
    """

    def __init__(self, units: list[Unit], counts: dict[str, Counts | None], signature: str):
        self.units, self.counts, self.signature = units, counts, signature

    def summary(self) -> dict[str, Any]:
        """Figures of all metrics as nested dicts: ``{"mentions": {"strict": {"overall": …, "macro": …, "types": …}}}``; None is n/a."""
        found: dict[str, Any] = {"signature": self.signature, "documents": len({document for document, _ in self.units})}
        for name, counts in self.counts.items():
            task, _, criterion = name.partition(".")
            found.setdefault(task, {})[criterion] = counts.summary() if counts is not None else None
        return found

    def to_dict(self) -> dict[str, Any]:
        """Everything, for ``scores.json``: figures, and the counts they are sums of."""
        counts = {name: c.to_rows() if c is not None else None for name, c in self.counts.items()}
        return {"figures": self.summary(), "units": [list(unit) for unit in self.units], "counts": counts}

    def of(self, documents: Iterable[str]) -> Scores:
        """The scores on some documents alone."""
        chosen = set(documents)
        units = [unit for unit in self.units if unit[0] in chosen]
        return Scores(units, {n: c.of(chosen) if c is not None else None for n, c in self.counts.items()}, self.signature)


def score(
    gold: Sequence[Document],
    predictions: dict[str, Document],
    signature: str,
    produces: Collection[str] | None = None,
    projection: Projection | None = None,
    levels: Collection[Level | None] = DEFAULT_LEVELS,
) -> Scores:
    """Count what predictions get right.

    Parameters
    ----------
    gold
        The gold documents; those without a prediction count as nothing found.
    predictions
        Predicted documents by id.
    signature
        See :func:`signature`.
    produces
        What the model makes; metrics of the rest are n/a. None: everything.
    projection
        How both sides come to a common label scheme; None: as they are.
    levels
        The levels of mentions that are compared.
    """
    tallies = {name: Tally() for name, (needs, _) in METRICS.items() if produces is None or needs in produces}
    units: list[Unit] = []
    for document in gold:
        predicted = _laid_on(document, predictions.get(document.id))
        starts = [a for a, _ in paragraphs(document.text, document.regions)] if document.text else []
        units.extend((document.id, n) for n in range(max(1, len(starts))))
        _count(document, predicted, starts, tallies, projection, levels)
    return Scores(units, {name: tallies[name].counts(units) if name in tallies else None for name in METRICS}, signature)


def _laid_on(gold: Document, predicted: Document | None) -> Document:
    """The predicted labels with the scored regions of the gold document."""
    labels = predicted or Document(gold.id)
    return Document(gold.id, regions=gold.regions, mentions=labels.mentions, events=labels.events)


def _count(
    gold: Document,
    predicted: Document,
    starts: list[int],
    tallies: dict[str, Tally],
    projection: Projection | None,
    levels: Collection[Level | None],
) -> None:
    def unit(offset: int) -> Unit:
        return gold.id, max(0, bisect_right(starts, offset) - 1)

    if projection is not None:
        gold, predicted = projection.of_gold(gold), projection.of_model(predicted)
    keys = (spans.selected(gold, levels), spans.selected(predicted, levels))
    for name, tally in tallies.items():
        if name == "mentions.strict":
            spans.count_strict(*keys, unit, tally)
        elif name == "mentions.partial":
            spans.count_partial(*keys, unit, tally)
        else:
            events.count(gold, predicted, name, unit, tally)


def signature(gold: str, scheme: str, levels: Collection[Level | None] = DEFAULT_LEVELS) -> str:
    """What figures depend on, after the manner of sacreBLEU: gold fingerprint, label scheme, levels, version of the scorer."""
    told = "+".join("values" if level is None else level for level in levels)
    return f"gold:{gold}|scheme:{scheme}|levels:{told}|average:micro|version:{__version__}"
