"""Linking: mentions and triggers with the benchmark's own identity.

A prediction is right if its span and its identity equal a gold label's, whatever the type: the strong annotation match of
entity linking (Cornolti, Ferragina and Ciaramita 2013). It asks for a model that uses the identities of ``entities.jsonl`` and
``events.jsonl``; for one that calls its clusters by names of its own the figure is n/a, coreference tells about those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Counts, Tally
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document

Pair = tuple[Document, Document]  # gold, predicted
Link = tuple[int, int, str]  # start, end, identity

KINDS = ("entities", "events")


def count(pairs: Sequence[Pair], kind: str = "entities", known: Collection[str] | None = None) -> Counts | None:
    """Count right links by paragraph and by type.

    Parameters
    ----------
    pairs
        Gold and predicted documents.
    kind
        ``entities`` (the mentions' `entity`) or ``events`` (the events' `event`).
    known
        The benchmark's identities; None: those of the gold documents.

    Returns
    -------
    Counts or None
        None (n/a) where no prediction has a known identity. Otherwise every predicted identity counts, unknown ones as wrong.
        Rows are paragraphs; types are those of the gold label for gold, of the predicted one for predictions. Repeated
        predictions count against precision.
    """
    sides = [(_links(gold, gold, kind), _links(predicted, gold, kind)) for gold, predicted in pairs]
    if known is None:
        known = {identity for gold, _ in sides for (_, _, identity), _ in gold}
    if not any(identity in known for _, predicted in sides for (_, _, identity), _ in predicted):
        return None
    tally, units = Tally(), []
    for (document, _), (gold, predicted) in zip(pairs, sides, strict=True):
        numbered = Paragraphs(document)
        units.extend(numbered.units)
        common = Counter(link for link, _ in gold) & Counter(link for link, _ in predicted)
        for links, total, correct in ((gold, GOLD, CORRECT_GOLD), (predicted, PREDICTED, CORRECT_PREDICTED)):
            left = common.copy()
            for link, kind_of in links:
                tally.add(numbered.unit(link[0]), kind_of, total)
                if left[link]:
                    left[link] -= 1
                    tally.add(numbered.unit(link[0]), kind_of, correct)
    return tally.counts(units)


def _links(document: Document, gold: Document, kind: str) -> list[tuple[Link, str]]:
    """Links and types in the scored regions, sorted, so that the order of the labels tells nothing."""
    return sorted(
        ((start, end, identity), type_)
        for start, end, type_, identity in _labels(document, kind)
        if identity is not None and gold.scored(start, end)
    )


def _labels(document: Document, kind: str) -> Iterator[tuple[int, int, str, str | None]]:
    if kind == "entities":
        yield from ((m.start, m.end, m.type, m.entity) for m in document.mentions)
    else:
        yield from ((e.start, e.end, e.type, e.event) for e in document.events)
