"""Everything an extractor's author imports, and nothing else.

>>> from benchmark.api import Article, Extraction, Mention, extractor
"""

from benchmark.extractor import Unavailable, Unsupported, extractor
from benchmark.network import hub_reachable
from benchmark.schema import Argument, Article, Document, Event, Extraction, Mention

__all__ = ["Argument", "Article", "Document", "Event", "Extraction", "Mention", "Unavailable", "Unsupported", "extractor", "hub_reachable"]
