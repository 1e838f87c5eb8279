"""An annotator as a model: the labels of A or B before adjudication, so that a table shows agreement as the ceiling.

It is no human ceiling: both annotators are instances of one language model (see gold/CARD.md).
"""

from benchmark.api import Article, Extraction, annotator_labels, extractor


@extractor(
    "annotator",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    trained_on=("the articles themselves: independent labels by one of the two annotators",),
)
class Annotator:
    """Replays ``gold/annotators/WHO``.

    Parameters
    ----------
    who
        ``A`` or ``B``.
    """

    def __init__(self, who: str = "A"):
        self.who = who

    def extract(self, article: Article) -> Extraction:
        """The annotator's labels of this article; unsupported where it is none of the gold set's."""
        return annotator_labels(self.who, article)
