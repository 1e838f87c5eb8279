"""The annotators as models: the labels of A and of B before adjudication, so that a table shows agreement as the ceiling.

It is no human ceiling: both annotators are instances of one language model (see gold/CARD.md).
"""

from benchmark.api import Article, Extraction, annotator_labels, extractor


@extractor(
    "annotator_a",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    trained_on=("the articles themselves: independent labels by one of the two annotators, from which the gold labels were made",),
)
class AnnotatorA:
    """Replays ``gold/annotators/A``."""

    def extract(self, article: Article) -> Extraction:
        """The annotator's labels of this article; unsupported where it is none of the gold set's."""
        return annotator_labels("A", article)


@extractor(
    "annotator_b",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    trained_on=("the articles themselves: independent labels by the other annotator, from which the gold labels were made",),
)
class AnnotatorB:
    """Replays ``gold/annotators/B``."""

    def extract(self, article: Article) -> Extraction:
        """The annotator's labels of this article; unsupported where it is none of the gold set's."""
        return annotator_labels("B", article)
