"""Identity: clusters of mentions compared by MUC, B³, CEAF, BLANC and LEA, within documents and across the collection.

Everything is computed from the sizes of the clusters and from how many mentions each gold cluster shares with each predicted
one, so the work is linear in the mentions but for the assignment of CEAF. Conventions are those of the reference scorer
(Pradhan et al. 2014, version 8.01; LEA: Moosavi and Strube 2016):

- Mentions that one side lacks count against recall (gold) or precision (predicted); singletons count.
- A mention that a clustering repeats stays in the first cluster that has it; later copies are dropped (coval lets the last win,
  metametric counts both; the reference scorer itself keeps repeats of mentions that gold lacks, which is an oversight: its
  reader is meant to drop them). In documents, clusters come in the order of their mentions' positions, never that of the list.
- 0/0 is 0, also where there is nothing to find and nothing found (scorch and metametric: 1), and is listed as undefined.
  MUC knows no singletons: gold singletons against themselves are 0 and undefined.
- CEAFm divides by mentions (coval's ``ceafm`` by clusters, which gives recalls above 1). Predicted singletons stay in CEAFe.
- Numerators and denominators are summed over documents; no mean of documents is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast, overload

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.assignment import best_assignment
from benchmark.schema import Document

Cluster = frozenset[Any]
Clustering = Mapping[Any, Hashable]  # the cluster of each mention
Ratio = tuple[float, float]  # numerator, denominator
Pair = tuple[Document, Document]  # gold, predicted
Kind = Literal["entities", "events"]
Floats = NDArray[np.float64]

MEASURES = ("muc", "b_cubed", "ceaf_m", "ceaf_e", "blanc", "lea")
CONLL = ("muc", "b_cubed", "ceaf_e")  # whose mean is the CoNLL score (Pradhan et al. 2012)
COLLECTION = "collection"  # the name of the only row of counts across documents
# Numerator and denominator of recall, then of precision; of BLANC the common, gold and predicted coreference links, then the others.
_WIDTHS = {name: 6 if name == "blanc" else 4 for name in MEASURES}
_BEGINS = dict(zip(MEASURES, np.cumsum([0, *_WIDTHS.values()]).tolist(), strict=False))
COLUMNS = {name: slice(_BEGINS[name], _BEGINS[name] + width) for name, width in _WIDTHS.items()}


class Overlap(NamedTuple):
    """Sizes of gold and predicted clusters, and the number of mentions that a gold and a predicted cluster share, where there are any."""

    gold: Mapping[Hashable, int]
    predicted: Mapping[Hashable, int]
    shared: Mapping[tuple[Hashable, Hashable], int]

    @classmethod
    def of(cls, gold: Clustering, predicted: Clustering) -> Overlap:
        """The overlap of two clusterings."""
        shared = Counter((cluster, predicted[mention]) for mention, cluster in gold.items() if mention in predicted)
        return cls(Counter(gold.values()), Counter(predicted.values()), shared)

    def swapped(self) -> Overlap:
        """The same with predicted for gold."""
        return Overlap(self.predicted, self.gold, {(p, g): n for (g, p), n in self.shared.items()})


class IdentityCounts(NamedTuple):
    """What the figures of identity are sums of.

    Attributes
    ----------
    documents
        The document of each row; (``"collection"``,) where one clustering over all documents was compared.
    table
        Array of shape (documents, 26): the columns of each measure stand at :data:`COLUMNS`. Sums of rows, also of resampled
        ones, go to :func:`ratios`.
    """

    documents: tuple[str, ...]
    table: Floats

    def of(self, measure: str) -> Floats:
        """The part of one measure.

        Returns
        -------
        array of shape (documents, 4), of BLANC (documents, 6)
            Numerator and denominator of recall, then of precision; of BLANC common, gold and predicted coreference links, then the others.
        """
        return self.table[:, COLUMNS[measure]]


def clusters(pairs: Iterable[tuple[Hashable, Hashable | None]]) -> list[Cluster]:
    """Clusters of (mention, identity) pairs; mentions without identity are singletons."""
    groups: dict[Hashable, set[Hashable]] = {}
    for mention, identity in pairs:
        groups.setdefault(("no identity", mention) if identity is None else identity, set()).add(mention)
    return [frozenset(group) for group in groups.values()]


def clustering(groups: Iterable[Iterable[Hashable]]) -> Clustering:
    """The number of each mention's cluster; a repeated mention stays in the first cluster that has it."""
    found: dict[Hashable, Hashable] = {}
    for number, group in enumerate(groups):
        for mention in group:
            found.setdefault(mention, number)
    return found


def identities(document: Document, kind: Kind, levels: Collection[str | None] | None = None) -> Clustering:
    """The identity of each mention in the scored regions that has one.

    Parameters
    ----------
    document
        The document.
    kind
        ``entities``: a mention is known by its (start, end). ``events``: by (start, end, type), because one trigger may state two events.
    levels
        The levels of the entity mentions that are taken; None: all.

    Returns
    -------
    mapping
        From mention to identity. Where a mention is given twice, from mention to the number of its cluster: it stays in the one that comes
        first in the text.
    """
    pairs: list[tuple[Hashable, Hashable]]
    if kind == "entities":
        mentions = (m for m in document.mentions if levels is None or m.level in levels)
        pairs = [((m.start, m.end), m.entity) for m in mentions if m.entity is not None and document.scored(m.start, m.end)]
    else:
        pairs = [((e.start, e.end, e.type), e.event) for e in document.events if e.event is not None and document.scored(e.start, e.end)]
    return _first(pairs)


def _first(pairs: Iterable[tuple[Hashable, Hashable]]) -> Clustering:
    found: dict[Hashable, Hashable] = {}
    groups: dict[Hashable, set[Any]] = {}
    for mention, identity in pairs:
        found[mention] = identity
        groups.setdefault(identity, set()).add(mention)
    if sum(map(len, groups.values())) == len(found):
        return found
    order = sorted(groups, key=lambda identity: sorted(groups[identity]))  # by position: neither the list's order nor the names tell
    return clustering(groups[identity] for identity in order)


def count(
    pairs: Iterable[Pair],
    kind: Kind = "entities",
    *,
    given: bool = False,
    collection: bool = False,
    levels: Collection[str | None] | None = None,
) -> IdentityCounts:
    """Count what the measures need over (gold, predicted) documents.

    Parameters
    ----------
    kind
        ``entities``, clustered by the mentions' `entity`, or ``events``, by the events' `event`. What has none is left out.
    given
        Compare only mentions that both sides have; otherwise the mentions as predicted.
    collection
        Compare one clustering over all documents, in which equal identities of different documents are one cluster.
        The counts then have a single row.
    levels
        The levels of the entity mentions that are compared; None: all.
    """
    names, sides = [], []
    for gold, predicted in pairs:
        names.append(gold.id)
        laid_on = Document(gold.id, regions=gold.regions, mentions=predicted.mentions, events=predicted.events)
        sides.append((identities(gold, kind, levels), identities(laid_on, kind, levels)))
    if collection:
        merged = [{(name, m): c for name, side in zip(names, sides, strict=True) for m, c in side[n].items()} for n in (0, 1)]
        names, sides = [COLLECTION], [(merged[0], merged[1])]
    if given:
        sides = [({m: c for m, c in g.items() if m in p}, {m: c for m, c in p.items() if m in g}) for g, p in sides]
    return count_clusterings(sides, names)


def count_clusterings(sides: Iterable[tuple[Clustering, Clustering]], documents: Sequence[str] | None = None) -> IdentityCounts:
    """Count what the measures need over (gold, predicted) clusterings, one pair a document.

    Parameters
    ----------
    sides
        The pairs.
    documents
        Their names; None: their numbers.
    """
    nothing = [0.0] * sum(_WIDTHS.values())
    rows = [_row(Overlap.of(gold, predicted)) if gold or predicted else nothing for gold, predicted in sides]
    table = np.array(rows, dtype=np.float64).reshape(len(rows), sum(_WIDTHS.values()))
    return IdentityCounts(tuple(documents if documents is not None else map(str, range(len(rows)))), table)


def _row(overlap: Overlap) -> list[float]:
    back = overlap.swapped()
    row: list[float] = []
    for measure in MEASURES:
        if measure == "blanc":
            row.extend(_links(overlap))
        elif measure.startswith("ceaf"):
            row.extend(_ceaf(overlap, by_mention=measure == "ceaf_m"))
        else:
            row.extend((*_SIDES[measure](overlap), *_SIDES[measure](back)))
    return row


def _muc(overlap: Overlap) -> Ratio:
    """Recall side of MUC (Vilain et al. 1995): links of a spanning tree of each gold cluster that join what the prediction joins."""
    return float(sum(n - 1 for n in overlap.shared.values())), float(sum(size - 1 for size in overlap.gold.values()))


def _b_cubed(overlap: Overlap) -> Ratio:
    return sum(n * n / overlap.gold[g] for (g, _), n in overlap.shared.items()), float(sum(overlap.gold.values()))


def _lea(overlap: Overlap) -> Ratio:
    found = 0.0
    for (g, p), n in overlap.shared.items():
        size = overlap.gold[g]
        found += n * (n - 1) / (size - 1) if size > 1 else float(overlap.predicted[p] == 1)
    return found, float(sum(overlap.gold.values()))


_SIDES: dict[str, Callable[[Overlap], Ratio]] = {"muc": _muc, "b_cubed": _b_cubed, "lea": _lea}


def b_cubed(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Ratio:
    """Recall side of B³ (Bagga and Baldwin 1998): for each gold mention the share of its cluster that is found with it."""
    return _b_cubed(Overlap.of(clustering(gold), clustering(predicted)))


def lea(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Ratio:
    """Recall side of LEA (Moosavi and Strube 2016): links found, weighted by cluster size; a singleton has a link to itself."""
    return _lea(Overlap.of(clustering(gold), clustering(predicted)))


def _links(overlap: Overlap) -> list[float]:
    """Links of BLANC (Luo et al. 2014): coreference links that are common, gold, predicted; non-coreference links likewise."""

    def links(sizes: Iterable[int]) -> int:
        return sum(n * (n - 1) // 2 for n in sizes)

    common: tuple[Counter[Hashable], Counter[Hashable]] = (Counter(), Counter())
    for (g, p), n in overlap.shared.items():
        common[0][g] += n
        common[1][p] += n
    together = links(overlap.shared.values())
    # Of the pairs of common mentions those that neither side joins, by inclusion and exclusion.
    apart = links([sum(common[0].values())]) - links(common[0].values()) - links(common[1].values()) + together
    gold, predicted = links(overlap.gold.values()), links(overlap.predicted.values())
    every = [links([sum(sizes.values())]) for sizes in (overlap.gold, overlap.predicted)]
    return [together, gold, predicted, apart, every[0] - gold, every[1] - predicted]


def _ceaf(overlap: Overlap, by_mention: bool) -> list[float]:
    """Both sides of CEAF (Luo 2005): CEAFm (φ3, mentions) or CEAFe (φ4, Dice of the clusters)."""
    if by_mention:
        weights = {cell: float(n) for cell, n in overlap.shared.items()}
        totals = [float(sum(overlap.gold.values())), float(sum(overlap.predicted.values()))]
    else:
        weights = {(g, p): 2 * n / (overlap.gold[g] + overlap.predicted[p]) for (g, p), n in overlap.shared.items()}
        totals = [float(len(overlap.gold)), float(len(overlap.predicted))]
    best = sum(weights[pair] for pair in best_assignment(weights))
    return [best, totals[0], best, totals[1]]


def ratios(measure: str, sums: Floats) -> Floats:
    """Recall, precision and F1 of one measure or ``conll`` from summed counts.

    Parameters
    ----------
    sums
        Array of shape (n, 26): sums of rows of :attr:`IdentityCounts.table`, one for each resample, say.

    Returns
    -------
    array of shape (n, 3)
        0/0 is 0. BLANC is the mean of its two kinds of links; where gold has links of one kind alone it is that of this kind, and
        where gold has none 0, as in the reference scorer. There, and only there, swapping the sides may not swap the figures.
        ``conll`` is the mean of the figures of MUC, B³ and CEAFe.
    """
    if measure == "conll":
        return cast(Floats, np.mean([ratios(name, sums) for name in CONLL], axis=0))
    part = sums[:, COLUMNS[measure]]
    if measure != "blanc":
        return _harmonic(part[:, 0], part[:, 1], part[:, 2], part[:, 3])
    kinds = [_harmonic(part[:, n], part[:, n + 1], part[:, n], part[:, n + 2]) for n in (0, 3)]
    told = (part[:, [1, 4]] > 0).astype(np.float64)
    mean: Floats = (kinds[0] * told[:, :1] + kinds[1] * told[:, 1:]) / np.maximum(told.sum(axis=1, keepdims=True), 1)
    return mean


def _harmonic(recall_num: Floats, recall_den: Floats, precision_num: Floats, precision_den: Floats) -> Floats:
    recall = np.divide(recall_num, recall_den, out=np.zeros(len(recall_num)), where=recall_den > 0)
    precision = np.divide(precision_num, precision_den, out=np.zeros(len(recall_num)), where=precision_den > 0)
    both = recall + precision
    return np.stack([recall, precision, np.divide(2 * recall * precision, both, out=np.zeros(len(both)), where=both > 0)], axis=1)


@overload
def figures(documents: IdentityCounts) -> dict[str, dict[str, Any]]: ...
@overload
def figures(documents: Iterable[tuple[Sequence[Cluster], Sequence[Cluster]]], side: Callable[..., Ratio]) -> dict[str, float]: ...
def figures(documents: Any, side: Any = None) -> dict[str, Any]:
    """Precision, recall and F1 over documents: numerators and denominators are summed first; 0/0 is 0.

    Of counts: all measures and ``conll``, each with ``undefined`` where a figure is 0/0. Of pairs of clusterings, with the recall
    side of one measure (:func:`b_cubed`, :func:`lea`): that measure.
    """
    if isinstance(documents, IdentityCounts):
        sums = documents.table.sum(axis=0, keepdims=True)
        undefined = {name: _undefined(name, sums[0, COLUMNS[name]]) for name in MEASURES}
        undefined["conll"] = set().union(*(undefined[name] for name in CONLL))
        return {name: _told(ratios(name, sums)[0], undefined[name]) for name in (*MEASURES, "conll")}
    parts = np.array([[*side(gold, predicted), *side(predicted, gold)] for gold, predicted in documents]).reshape(-1, 4).sum(axis=0)
    return _told(_harmonic(*parts[:, None])[0], set())


def _undefined(measure: str, sums: Floats) -> set[str]:
    gold, predicted = (sums[1] + sums[4], sums[2] + sums[5]) if measure == "blanc" else (sums[1], sums[3])
    return {name for name, base in (("precision", predicted), ("recall", gold), ("f1", gold + predicted)) if not base}


def _told(values: Floats, undefined: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"precision": float(values[1]), "recall": float(values[0]), "f1": float(values[2])}
    return found | {"undefined": sorted(undefined)} if undefined else found
