"""The units of counting: the paragraphs of a document, or the whole of one without text."""

from __future__ import annotations

from bisect import bisect_right

from benchmark.metrics.counts import Unit
from benchmark.schema import Document
from benchmark.segments import paragraphs


class Paragraphs:
    """The paragraphs of a document.

    Attributes
    ----------
    starts
        Their first offsets; empty where there is no text.
    units
        The units that they are; a single one where there is no text.
    """

    def __init__(self, document: Document):
        self.starts = [start for start, _ in paragraphs(document.text, document.regions)] if document.text else []
        self.units: list[Unit] = [(document.id, n) for n in range(max(1, len(self.starts)))]

    def unit(self, offset: int) -> Unit:
        """The unit in which an offset counts: the paragraph that began last before it."""
        return self.units[max(0, bisect_right(self.starts, offset) - 1)]
