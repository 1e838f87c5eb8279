"""Finds nothing: the floor under every figure, and a check that a metric gives nothing for nothing."""

from __future__ import annotations

from benchmark.api import Article, Extraction, extractor


@extractor(
    "empty",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    trained_on=("nothing",),
)
class Empty:
    """The empty answer to every article; it says that it makes everything, so that nothing in its row is n/a."""

    def extract(self, article: Article) -> Extraction:
        """Find nothing."""
        return Extraction()
