"""Invented strings: what a model that answers in strings named and that does not stand in the text.

Such an answer has no offsets and can match nothing: it is a false positive of its type, under every criterion, in the first paragraph
of its document. Of the events the triggers alone count. The rate is the share of invented strings among all that was named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmark.metrics.counts import PREDICTED, Counts
from benchmark.schema import Document

Named = list[tuple[str, str]]  # document, type
KINDS = ("mention", "event")


def named(documents: Sequence[Document], kind: str) -> Named:
    """The document and the type of each invented string of a kind."""
    return [(document.id, one.type) for document in documents for one in document.invented if one.kind == kind]


def added(counts: Counts, invented: Named) -> Counts:
    """The counts with invented strings as false positives of their types."""
    if not invented:
        return counts
    types = sorted({*counts.types, *(kind for _, kind in invented)})
    shape = (len(counts.units), len(types), counts.table.shape[2])
    table = np.zeros(shape, dtype=np.int64)
    table[:, [types.index(kind) for kind in counts.types]] = counts.table
    first: dict[str, int] = {}
    for n, (document, _) in enumerate(counts.units):
        first.setdefault(document, n)
    for document, kind in invented:
        table[first[document], types.index(kind), PREDICTED] += 1
    return Counts(counts.units, types, table, counts.figures)


def rates(pairs: Sequence[tuple[Document, Document]]) -> dict[str, Any]:
    """``{"mentions": {"invented", "named", "rate"}, "events": …}``; 0/0 is 0 and marked undefined."""
    found: dict[str, Any] = {}
    for kind, name in zip(KINDS, ("mentions", "events"), strict=True):
        invented = sum(len(named([predicted], kind)) for _, predicted in pairs)
        every = invented + sum(len(predicted.mentions if kind == "mention" else predicted.events) for _, predicted in pairs)
        found[name] = {"invented": invented, "named": every, "rate": invented / every if every else 0.0}
        if not every:
            found[name]["undefined"] = ["rate"]
    return found


__all__ = ["KINDS", "added", "named", "rates"]
