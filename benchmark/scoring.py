"""Score predictions against gold: count once, then figures by sums.

The table of metrics is here; each metric itself is in ``benchmark.metrics``. ``docs/METRICS.md`` has the definitions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from benchmark import __version__, stats
from benchmark.metrics import arrays, coreference, events, linking, records, tokens, told_twice, values
from benchmark.metrics.counts import Counts, Tally, Unit
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document, Level
from benchmark.schemes import Projection

Pair = tuple[Document, Document]  # gold, predicted
Identity = dict[coreference.Kind, list[coreference.IdentityCounts]]
DEFAULT_LEVELS: tuple[Level | None, ...] = ("NAM", None)  # names and values
CHUNK = 2_000  # documents whose labels are held in memory at once
MOST_UNITS = 20_000  # paragraphs up to which intervals are computed, and figures that need the whole collection at once

_MENTIONS = {
    "strict": "offsets and type equal",
    "exact": "offsets equal, whatever the type",
    "partial": "equal offsets 1, overlap one half, whatever the type",
    "type": "overlap and type equal",
}
_EVENTS = {
    "triggers.identified": "trigger (Trigger-I)",
    "triggers.classified": "trigger, event type (Trigger-C)",
    "triggers.family": "trigger, first part of the event type",
    "triggers.realis": "trigger, event type, realis",
    "arguments.identified": "event type, argument (Arg-I)",
    "arguments.classified": "event type, argument, role (Arg-C)",
    "arguments.identified_attached": "trigger, event type, argument (Arg-I+)",
    "arguments.classified_attached": "trigger, event type, argument, role (Arg-C+)",
}
_HOW = {"_head": "; spans by head word", "_identity": "; any mention of the argument's entity counts"}


def _definition(name: str) -> str:
    how = next((suffix for suffix in _HOW if name.endswith(suffix)), "")
    return _EVENTS[name.removesuffix(how)] + _HOW.get(how, "")


# name: (what a model must produce, definition)
METRICS: dict[str, tuple[str, str]] = {f"mentions.{name}": ("mentions", text) for name, text in _MENTIONS.items()} | {
    "tokens.types": ("mentions", "tokens of the text: type of the mention that covers them"),
}
METRICS |= {
    name: ("arguments" if name.startswith("arguments") else "realis" if "realis" in name else "events", _definition(name))
    for name in events.METRICS
}
WHOLE: dict[str, tuple[str, str]] = {
    "entity_coreference": ("identity", "MUC, B3, CEAFm, CEAFe, BLANC, LEA and the CoNLL mean of the mentions' entities"),
    "event_coreference": ("identity", "the same of the triggers' events"),
    "confusion": ("mentions", "types of overlapping gold and predicted mentions; missed and spurious ones"),
    "linking": ("identity", "offsets and the benchmark's own identity equal"),
    "values": ("values", "normalised dates, numbers and amounts, on matched mentions and end to end"),
    "records": ("arguments", "Actual events merged by identity into rows, aligned; slots as CEAF-REE has them"),
    "told_twice": ("mentions", "identities told in both editions of a story that are found in both, one, none"),
}


class Scores:
    """What became of one model's labels on one gold set.

    Attributes
    ----------
    units
        Document and paragraph of each row of the counts.
    counts
        By metric of :data:`METRICS`; None where the model does not produce what it asks for.
    whole
        Figures by metric of :data:`WHOLE`, which are not sums over paragraphs; None where n/a.
    signature
        What the figures depend on, in one line; figures with different signatures are not comparable.
    """

    def __init__(self, units: list[Unit], counts: dict[str, Counts | None], whole: dict[str, Any], signature: str):
        self.units, self.counts, self.whole, self.signature = units, counts, whole, signature

    def summary(self, resamples: int = 0, seed: int = 0) -> dict[str, Any]:
        """Figures of all metrics as nested dicts; None is n/a.

        With `resamples`, micro and per-type F1 of the counted metrics carry a 95 % BCa ``interval`` (None where it is undefined or
        there are more than :data:`MOST_UNITS` paragraphs).
        """
        found: dict[str, Any] = {"signature": self.signature, "documents": len({document for document, _ in self.units})}
        for name, counts in self.counts.items():
            task, _, criterion = name.partition(".")
            found.setdefault(task, {})[criterion] = counts.summary() if counts is not None else None
        found["realis"] = self._realis()
        if resamples:
            self._add_intervals(found, resamples, seed)
        return found | self.whole

    def to_dict(self) -> dict[str, Any]:
        """Everything, for ``scores.json``: figures, and the counts they are sums of."""
        counts = {name: c.to_rows() if c is not None else None for name, c in self.counts.items()}
        return {"figures": self.summary(), "units": [list(unit) for unit in self.units], "counts": counts}

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

    def _add_intervals(self, summary: dict[str, Any], resamples: int, seed: int) -> None:
        """One bootstrap for all metrics and types: each, and each metric's sum, is a column of one table."""
        rows: list[dict[str, Any]] = []
        tables: list[Any] = []
        for name, counts in self.counts.items():
            if counts is None:
                continue
            task, _, criterion = name.partition(".")
            part = summary[task][criterion]
            rows += [part["overall"], *part["types"].values()]
            tables.append(counts.table.sum(axis=1, keepdims=True, dtype=np.int64)[..., :6])
            tables.append(counts.table[:, [counts.types.index(kind) for kind in part["types"]], :6])
        for row in rows:
            row["interval"] = None
        if not rows or not 0 < len(self.units) <= MOST_UNITS:
            return
        single = all(number == 0 for _, number in self.units)  # documents of one paragraph each are themselves what is drawn
        within: stats.Within = "collection" if single else "documents"
        found = stats.bootstrap(np.concatenate(tables, axis=1)[None], self.units, ("f1",), resamples=resamples, seed=seed, within=within)
        for n, row in enumerate(rows):
            low, high = float(found.low[0, 0, n]), float(found.high[0, 0, n])
            row["interval"] = None if np.isnan(low) or np.isnan(high) else [low, high]


def score(
    gold: Sequence[Document],
    predictions: Mapping[str, Document],
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
    return score_pairs(((g, predictions.get(g.id) or Document(g.id)) for g in gold), signature, produces, projection, levels)


def score_pairs(
    pairs: Iterable[Pair],
    signature: str,
    produces: Collection[str] | None = None,
    projection: Projection | None = None,
    levels: Collection[Level | None] = DEFAULT_LEVELS,
) -> Scores:
    """Score a stream of gold and predicted documents, in memory that grows with their counts alone.

    What needs all labels at once (identity across documents, records, told twice) is computed where there are no more than
    :data:`CHUNK` documents, and otherwise None.
    """
    stream = (_prepared(gold, predicted, projection) for gold, predicted in pairs)
    wanted = [name for name, (needs, _) in METRICS.items() if produces is None or needs in produces]
    parts: list[tuple[list[Unit], dict[str, Counts]]] = []
    identity: Identity = {"entities": [], "events": []}
    everything: list[Pair] | None = []
    while chunk := list(islice(stream, CHUNK)):
        parts.append(_count(chunk, wanted, levels))
        for kind, counted in identity.items():
            counted.append(coreference.count(chunk, kind))
        everything = [*everything, *chunk] if everything is not None and len(everything) + len(chunk) <= CHUNK else None
    units = [unit for part, _ in parts for unit in part]
    counts = {name: Counts.joined([found[name] for _, found in parts]) if name in wanted else None for name in METRICS}
    return Scores(units, counts, _whole(everything, identity, produces, levels), signature)


def _prepared(gold: Document, predicted: Document, projection: Projection | None) -> Pair:
    """Both sides on the common scheme, the predicted labels with the scored regions of the gold document."""
    laid_on = Document(gold.id, regions=gold.regions, mentions=predicted.mentions, events=predicted.events)
    return (gold, laid_on) if projection is None else (projection.of_gold(gold), projection.of_model(laid_on))


def _count(pairs: Sequence[Pair], wanted: Collection[str], levels: Collection[Level | None]) -> tuple[list[Unit], dict[str, Counts]]:
    """The counts of some documents, by metric."""
    numbered = [Paragraphs(gold) for gold, _ in pairs]
    units = [unit for document in numbered for unit in document.units]
    found: dict[str, Counts] = {}
    if "mentions.strict" in wanted:
        starts = [document.starts for document in numbered]
        one, other = (arrays.SpanArrays.from_documents([pair[side] for pair in pairs], levels, starts) for side in (0, 1))
        matched = arrays.count(one, other)
        for schema in arrays.SCHEMAS:
            found[f"mentions.{schema}"] = Counts(units, list(matched.types), matched.table(schema), arrays.figures)
    for name in wanted:
        if name.startswith("mentions."):
            continue
        tally = Tally()
        for (gold, predicted), document in zip(pairs, numbered, strict=True):
            if name.startswith("tokens."):
                if gold.text is not None:
                    tokens.count(gold, predicted, levels, document.unit, tally)
            elif gold.events or predicted.events:
                events.count(gold, predicted, name, document.unit, tally)
        found[name] = tally.counts(units)
    return units, found


def _whole(
    pairs: list[Pair] | None, identity: Identity, produces: Collection[str] | None, levels: Collection[Level | None]
) -> dict[str, Any]:
    """The figures that are not sums over paragraphs; None where the model does not produce them, or there is too much to hold."""
    found: dict[str, Any] = dict.fromkeys(WHOLE)

    def made(name: str) -> bool:
        return produces is None or WHOLE[name][0] in produces

    for kind, counts in identity.items():
        name = "entity_coreference" if kind == "entities" else "event_coreference"
        if made(name) and counts:
            joined = coreference.IdentityCounts(tuple(d for c in counts for d in c.documents), np.concatenate([c.table for c in counts]))
            found[name] = coreference.figures(joined)
            if pairs is not None:
                given = coreference.figures(coreference.count(pairs, kind, given=True))
                across = coreference.figures(coreference.count(pairs, kind, collection=True))
                found[name] |= {"given_mentions": given, "across_documents": across}
    if pairs is None:
        return found
    if made("confusion"):
        one, other = (arrays.SpanArrays.from_documents([pair[side] for pair in pairs], levels) for side in (0, 1))
        found["confusion"] = arrays.count(one, other, schemas=("partial",)).confusion()
    if made("linking"):
        links = {kind: linking.count(pairs, kind) for kind in linking.KINDS}
        found["linking"] = {kind: counts.summary() if counts is not None else None for kind, counts in links.items()}
    if made("values") and (counted := values.count(pairs)) is not None:
        found["values"] = counted.figures()
    if made("records"):
        found["records"] = records.count(pairs).figures()
    if made("told_twice"):
        kinds: tuple[coreference.Kind, ...] = ("entities", "events") if produces is None or "events" in produces else ("entities",)
        found["told_twice"] = {kind: told_twice.count(pairs, kind).figures() for kind in kinds}
    return found


def paired(gold: Iterable[Document], predicted: Iterable[Document], missing: list[str], unknown: list[str]) -> Iterator[Pair]:
    """Gold and predicted documents of one id, read side by side: in the same order neither side is held in memory.

    Gold documents without a prediction are paired with an empty one and listed in `missing`, predictions of no gold document in `unknown`,
    both complete once the last pair is taken.
    """
    waiting: dict[str, Document] = {}
    rest = iter(predicted)
    for document in gold:
        while document.id not in waiting and (found := next(rest, None)) is not None:
            waiting[found.id] = found
        if document.id not in waiting:
            missing.append(document.id)
        yield document, waiting.pop(document.id, Document(document.id))
    unknown.extend([*waiting, *(document.id for document in rest)])


def signature(gold: str, scheme: str, levels: Collection[Level | None] = DEFAULT_LEVELS) -> str:
    """What figures depend on, after the manner of sacreBLEU: gold fingerprint, label scheme, levels, version of the scorer."""
    told = "+".join("values" if level is None else level for level in levels)
    return f"gold:{gold}|scheme:{scheme}|levels:{told}|average:micro|version:{__version__}"
