"""Score predictions against gold: count once, then figures by sums.

The table of metrics is here; each metric itself is in ``benchmark.metrics``. ``docs/METRICS.md`` has the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any

import msgspec
import numpy as np

from benchmark import __version__
from benchmark.corpus import Fold
from benchmark.gold import folds
from benchmark.metrics import arrays, coreference, events, invented, linking, records, strata, tokens, told_twice, values
from benchmark.metrics.counts import Counts, Tally, Unit
from benchmark.metrics.units import Paragraphs
from benchmark.problems import BadInput
from benchmark.resampling import Floats
from benchmark.schema import Document, Level
from benchmark.schemes import Projection
from benchmark.scores import MOST_UNITS, Resampled, Scores, shares

Pair = tuple[Document, Document]  # gold, predicted
Seen = Mapping[str, Mapping[str, Collection[str]] | Set[str]]  # of mentions, triggers: the surfaces learned, of each document or all
Behind = Resampled | tuple[tuple[str, ...], Counts]
Part = tuple[list[Unit], dict[str, Counts]]
Identity = dict[coreference.Kind, list[coreference.IdentityCounts]]
DEFAULT_LEVELS: tuple[Level | None, ...] = ("NAM", None)  # names and values
OURS = ("linking", "told_twice")  # figures that need the gold set's own identities and editions, n/a on other corpora
NAMED = 1_000  # names kept of documents of one side alone
CHUNK = 2_000  # documents whose labels are held in memory at once

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
STRATA = {f"strata.{of}.{kind}": (of, kind) for of in ("mentions", "triggers") for kind in strata.KINDS}
METRICS |= {
    name: ("mentions" if of == "mentions" else "events", f"{of}, {'strict' if of == 'mentions' else 'type'}, by {strata.KINDS[kind][0]}")
    for name, (of, kind) in STRATA.items()
}
WHOLE: dict[str, tuple[str, str]] = {
    "entity_coreference": ("identity", "MUC, B3, CEAFm, CEAFe, BLANC, LEA and the CoNLL mean of the mentions' entities"),
    "event_coreference": ("identity", "the same of the triggers' events"),
    "confusion": ("mentions", "types of overlapping gold and predicted mentions; missed and spurious ones"),
    "linking": ("identity", "offsets and the benchmark's own identity equal"),
    "values": ("values", "normalised dates, numbers and amounts, on matched mentions and end to end"),
    "records": ("arguments", "Actual events merged by identity into rows, aligned; slots as CEAF-REE has them"),
    "invented": ("mentions", "strings that a model named and that are not in the text"),
    "told_twice": ("mentions", "identities told in both editions of a story that are found in both, one, none"),
}


def score(
    gold: Sequence[Document],
    predictions: Mapping[str, Document],
    signature: str,
    produces: Collection[str] | None = None,
    projection: Projection | None = None,
    levels: Collection[Level | None] = DEFAULT_LEVELS,
    seen: Seen | None = {},  # noqa: B006  # never changed
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
    seen
        What a model could learn from, see :func:`learnable`; empty: not told. None: no strata.
    """
    return score_pairs(((g, predictions.get(g.id) or Document(g.id)) for g in gold), signature, produces, projection, levels, seen)


def learnable(documents: Iterable[Document], split: Callable[[Sequence[Document]], Sequence[Fold]] = folds) -> Seen:
    """The surfaces of the labels of the other stories, for each document: what a model trained under the protocol has seen.

    `split` makes the folds of a corpus. Empty where there is one document alone.
    """
    documents = list(documents)
    try:
        splits = split(documents)
    except BadInput:
        return {}
    of: dict[str, dict[str, Collection[str]]] = {}
    for name in ("mentions", "triggers"):
        own = {d.id: strata.surfaces([d], "mentions" if name == "mentions" else "triggers") for d in documents}
        of[name] = {}
        for fold in splits:
            learned = frozenset().union(*(own[other.id] for other in fold.train))
            of[name] |= {d.id: learned for d in fold.test}
    return of


def score_pairs(
    pairs: Iterable[Pair],
    signature: str,
    produces: Collection[str] | None = None,
    projection: Projection | None = None,
    levels: Collection[Level | None] = DEFAULT_LEVELS,
    seen: Seen | None = {},  # noqa: B006  # never changed
) -> Scores:
    """Score a stream of gold and predicted documents, in memory that grows with their counts alone.

    What needs all labels at once (identity across documents, records, told twice), and strata, are computed where there are no more
    than :data:`CHUNK` documents, and otherwise None.

    Parameters
    ----------
    pairs
        Gold and predicted documents; of the predicted ones the labels alone count.
    signature, produces, projection, levels, seen
        As for :func:`score`.
    """
    stream = (prepared(gold, predicted, projection) for gold, predicted in pairs)
    made = [name for name, (needs, _) in METRICS.items() if produces is None or needs in produces]
    wanted = [name for name in made if name not in STRATA]
    parts: list[Part] = []
    identity: Identity = {"entities": [], "events": []}
    everything: list[Pair] | None = []
    documents = paragraphs = 0
    while chunk := list(islice(stream, CHUNK)):
        documents += len(chunk)
        parts.append(_count(chunk, wanted, levels))
        for kind, counted in identity.items():
            counted.append(coreference.count(chunk, kind))
        paragraphs += len(parts[-1][0])
        if paragraphs > MOST_UNITS:  # too many to draw from: their sums are all that is needed, and all that is kept
            parts, identity = [_summed(parts)], {kind: [_summed_identity(counted)] for kind, counted in identity.items()}
        everything = [*everything, *chunk] if everything is not None and len(everything) + len(chunk) <= CHUNK else None
    units = [unit for part, _ in parts for unit in part]
    counts = {name: Counts.joined([found[name] for _, found in parts]) if name in wanted else None for name in METRICS}
    if everything is not None and seen is not None:
        counts |= _strata(everything, [name for name in made if name in STRATA], levels, seen)
    whole, behind = _whole(everything, identity, produces, levels)
    return Scores(units, counts, whole, signature, behind, documents)


def _summed(parts: Sequence[Part]) -> Part:
    """The counts of several parts as those of one unit."""
    unit = [("(all)", 0)]
    names = parts[0][1]
    joined = {name: Counts.joined([found[name] for _, found in parts]) for name in names}
    return unit, {n: Counts(unit, c.types, c.table.sum(axis=0, keepdims=True, dtype=np.int64), c.figures) for n, c in joined.items()}


def _summed_identity(counts: Sequence[coreference.IdentityCounts]) -> coreference.IdentityCounts:
    return coreference.IdentityCounts(("(all)",), np.concatenate([c.table for c in counts]).sum(axis=0, keepdims=True))


def _strata(pairs: Sequence[Pair], wanted: Sequence[str], levels: Collection[Level | None], seen: Seen) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for of in dict.fromkeys(STRATA[name][0] for name in wanted):
        known = seen.get(of, {})
        counted = strata.count(pairs, of="mentions" if of == "mentions" else "triggers", levels=levels, seen=known)
        found |= {f"strata.{of}.{kind}": counts for kind, counts in counted.items()}
    return found


def prepared(gold: Document, predicted: Document, projection: Projection | None) -> Pair:
    """Both sides on the common scheme, the predicted labels with the scored regions of the gold document.

    Parameters
    ----------
    gold, predicted
        The documents; id, text, date and regions of the predicted one do not count.
    projection
        How both come to a common label scheme; None: as they are.

    Returns
    -------
    gold, predicted
    """
    laid_on = msgspec.structs.replace(predicted, id=gold.id, text=None, date=None, regions=gold.regions)
    return (gold, laid_on) if projection is None else (projection.of_gold(gold), projection.of_model(laid_on))


def _count(pairs: Sequence[Pair], wanted: Collection[str], levels: Collection[Level | None]) -> tuple[list[Unit], dict[str, Counts]]:
    """The counts of some documents, by metric."""
    numbered = [Paragraphs(gold) for gold, _ in pairs]
    units = [unit for document in numbered for unit in document.units]
    found: dict[str, Counts] = {}
    strings = {kind: invented.named([predicted for _, predicted in pairs], kind) for kind in invented.KINDS}
    if "mentions.strict" in wanted:
        starts = [document.starts for document in numbered]
        one, other = (arrays.SpanArrays.from_documents([pair[side] for pair in pairs], levels, starts) for side in (0, 1))
        matched = arrays.count(one, other)
        for schema in arrays.SCHEMAS:
            counts = Counts(units, list(matched.types), matched.table(schema), arrays.figures)
            found[f"mentions.{schema}"] = invented.added(counts, strings["mention"])
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
        if name.startswith("triggers."):
            kinds = [(document, events.kind_of(kind, name)) for document, kind in strings["event"]]
            found[name] = invented.added(found[name], kinds)
    return units, found


def _whole(
    pairs: list[Pair] | None, identity: Identity, produces: Collection[str] | None, levels: Collection[Level | None]
) -> tuple[dict[str, Any], list[Behind]]:
    """The figures that are not sums over paragraphs, None where n/a or where there is too much to hold; and what is behind them."""
    found: dict[str, Any] = dict.fromkeys(WHOLE)
    behind: list[Behind] = []

    def made(name: str) -> bool:
        return produces is None or WHOLE[name][0] in produces

    for kind, counts in identity.items():
        name = "entity_coreference" if kind == "entities" else "event_coreference"
        if made(name) and counts:
            joined = coreference.IdentityCounts(tuple(d for c in counts for d in c.documents), np.concatenate([c.table for c in counts]))
            found[name] = coreference.figures(joined)
            behind.append(_of_identity(joined, (name,)))
            if pairs is not None:
                given = coreference.count(pairs, kind, given=True)
                behind.append(_of_identity(given, (name, "given_mentions")))
                across = coreference.figures(coreference.count(pairs, kind, collection=True))
                found[name] |= {"given_mentions": coreference.figures(given), "across_documents": across}
    if pairs is None:
        return found, behind
    if made("confusion"):
        one, other = (arrays.SpanArrays.from_documents([pair[side] for pair in pairs], levels) for side in (0, 1))
        found["confusion"] = arrays.count(one, other, schemas=("partial",)).confusion()
    if made("invented"):
        found["invented"] = invented.rates(pairs)
    if made("linking"):
        links = {kind: linking.count(pairs, kind) for kind in linking.KINDS}
        found["linking"] = {kind: counts.summary() if counts is not None else None for kind, counts in links.items()}
        behind += [(("linking", kind), counts) for kind, counts in links.items() if counts is not None]
    if made("values") and (counted := values.count(pairs)) is not None:
        found["values"] = counted.figures()
        accuracy = counted.accuracy
        keys = [("values", "matched", *name.split(".")) for name in values.CRITERIA]
        behind.append(Resampled(accuracy.units, accuracy.table.reshape(len(accuracy.units), -1).astype(float), shares, keys, "documents"))
        behind.append((("values", "end_to_end"), counted.end_to_end))
    if made("records"):
        rows = records.count(pairs)
        found["records"] = rows.figures()
        keys = [("records", *path) for path in records.PATHS]
        behind.append(Resampled(rows.units, rows.table, records.resampled, keys, "documents"))
    if made("told_twice"):
        kinds: tuple[coreference.Kind, ...] = ("entities", "events") if produces is None or "events" in produces else ("entities",)
        told = {kind: told_twice.count(pairs, kind) for kind in kinds}
        found["told_twice"] = {kind: counts.figures() for kind, counts in told.items()}
        behind += [_of_stories(counts, kind) for kind, counts in told.items()]
    return found, behind


def _of_identity(counts: coreference.IdentityCounts, path: tuple[str, ...]) -> Resampled:
    """F1 of each measure, resampled over documents through their numerators and denominators."""
    measures = (*coreference.MEASURES, "conll")

    def f1(sums: Floats) -> Floats:
        return np.stack([coreference.ratios(measure, sums)[:, 2] for measure in measures], axis=1)

    units = [(document, 0) for document in counts.documents]
    return Resampled(units, counts.table, f1, [(*path, measure) for measure in measures], "collection")


def _of_stories(counts: told_twice.ToldTwice, kind: str) -> Resampled:
    """The share of identities found in both editions, resampled over stories."""
    table = counts.table[:, : len(told_twice.FOUND)].astype(float)
    both = np.stack([table[:, told_twice.FOUND.index("both")], table.sum(axis=1)], axis=1)
    return Resampled([(story, 0) for story in counts.stories], both, shares, [("told_twice", kind)], "collection")


class Unpaired:
    """Documents of one side alone: how many, and the names of the first."""

    def __init__(self) -> None:
        self.number = 0
        self.names: list[str] = []

    def add(self, name: str) -> None:
        """Count a document."""
        self.number += 1
        if len(self.names) < NAMED:
            self.names.append(name)


def paired(gold: Iterable[Document], predicted: Iterable[Document], missing: Unpaired, unknown: Unpaired) -> Iterator[Pair]:
    """Gold and predicted documents of one id, read side by side: in the same order neither side is held in memory.

    Parameters
    ----------
    gold, predicted
        The documents, each id once on a side.
    missing
        Counts gold documents without a prediction, which are paired with an empty one.
    unknown
        Counts predictions of no gold document. Both are complete once the last pair is taken.

    Yields
    ------
    gold, predicted
        In the order of the gold documents.
    """
    waiting: dict[str, Document] = {}
    rest = iter(predicted)
    for document in gold:
        while document.id not in waiting and (found := next(rest, None)) is not None:
            waiting[found.id] = found
        if document.id not in waiting:
            missing.add(document.id)
        yield document, waiting.pop(document.id, Document(document.id))
    for name in waiting:
        unknown.add(name)
    for left in rest:
        unknown.add(left.id)


def signature(gold: str, scheme: str, levels: Collection[Level | None] = DEFAULT_LEVELS) -> str:
    """What figures depend on, after the manner of sacreBLEU (Post 2018): gold fingerprint, scheme, levels, average, version of the scorer.

    Parameters
    ----------
    gold
        What the labels are known by (:attr:`benchmark.corpus.Corpus.mark`).
    scheme
        Name of the common label scheme.
    levels
        The levels of mentions that are compared.
    """
    told = "+".join("values" if level is None else level for level in levels)
    return f"gold:{gold}|scheme:{scheme}|levels:{told}|average:micro|version:{__version__}"
