"""What a format cannot say: counted while it is written, and told in one line.

Each kind of information is counted by :data:`KINDS` in the documents themselves; what a format has no place for at all is the whole
of a kind (``benchmark.formats.FORMAT.UNSAID``), what it loses in part its writer counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from benchmark.schema import Document

Note = Callable[[str], object]
Losses = Counter[str]

KINDS: dict[str, Callable[[Document], int]] = {
    "dates of documents": lambda d: d.date is not None,
    "scored regions": lambda d: len(d.regions or ()),
    "levels": lambda d: sum(m.level is not None for m in d.mentions),
    "identities": lambda d: sum(m.entity is not None for m in d.mentions),
    "values": lambda d: sum(m.value is not None for m in d.mentions),
    "scores": lambda d: sum(label.score is not None for label in d.labels),
    "ids of labels": lambda d: sum(label.id is not None for label in d.labels),
    "gaps in discontinuous spans": lambda d: sum(label.fragments is not None for label in d.labels),
    "events": lambda d: len(d.events),
    "realis": lambda d: sum(e.realis is not None for e in d.events),
    "identities of events": lambda d: sum(e.event is not None for e in d.events),
    "arguments": lambda d: sum(len(e.arguments) for e in d.events),
    "arguments given by offsets": lambda d: sum(a.mention is None for e in d.events for a in e.arguments),
    "invented strings": lambda d: len(d.invented),
}


def counted(documents: Iterable[Document], unsaid: Collection[str], losses: Losses) -> Iterator[Document]:
    """The documents, as they come, with what a format has no place for counted.

    Parameters
    ----------
    documents
        The documents.
    unsaid
        Names from :data:`KINDS`.
    losses
        What is counted into; complete once the last document is taken.
    """
    for document in documents:
        for kind in unsaid:
            losses[kind] += KINDS[kind](document)
        yield document


def told(format_: str, losses: Mapping[str, int]) -> str:
    """One line: ``iob2: 12 nested mentions, 30 events not written``; empty where nothing is lost."""
    parts = [f"{number:,} {kind}" for kind, number in losses.items() if number]
    return f"{format_}: {', '.join(parts)} not written" if parts else ""


__all__ = ["KINDS", "Losses", "counted", "told"]
