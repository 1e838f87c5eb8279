"""Everything an extractor's author imports, and nothing else.

>>> from benchmark.api import Article, Extraction, Mention, extractor
"""

from benchmark.extractor import Unavailable, Unsupported, extractor
from benchmark.network import hub_reachable
from benchmark.schema import Argument, Article, Document, Event, Extraction, Mention


def annotator_labels(who: str, article: Article) -> Extraction:
    """The labels of an annotator before adjudication, of one of the gold set's own articles.

    Raises
    ------
    Unsupported
        Where the annotator has not labelled this text.
    """
    from benchmark.gold import GoldSet, annotator
    from benchmark.paths import root

    for file in annotator(GoldSet(root() / "gold"), who).files():
        if file.document.id == article.id and file.document.text == article.text:
            return Extraction(file.document.mentions, file.document.events)
    raise Unsupported(f"annotator {who} has not labelled {article.id!r}")


__all__ = [
    "Argument",
    "Article",
    "Document",
    "Event",
    "Extraction",
    "Mention",
    "Unavailable",
    "Unsupported",
    "annotator_labels",
    "extractor",
    "hub_reachable",
]
