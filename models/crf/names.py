"""Names and values: a tagger, and a second one that knows what the first found in the document."""

from __future__ import annotations

from collections.abc import Sequence

from .features import Memory, Rows, basic, extend_votes, votes
from .lexicon import lexicon
from .tagger import Tagger
from .tokens import Labelled, Sentence

Spans = list[Labelled]


def rows_of(document: Sequence[Sentence]) -> list[Rows]:
    """Features of each sentence of a document, with those from the rest of it."""
    match = lexicon().match
    classes = [match(sentence.words) for sentence in document]
    rows = [basic(sentence, known) for sentence, known in zip(document, classes, strict=True)]
    memory = Memory(document, classes)
    for sentence, features in zip(document, rows, strict=True):
        memory.extend(sentence, features)
    return rows


class Names:
    """Two CRFs, the second of which knows what the first found in the document.

    Parameters
    ----------
    first, second
        The taggers; None where there was nothing to learn.
    """

    def __init__(self, first: Tagger | None = None, second: Tagger | None = None):
        self.first = first
        self.second = second

    def tag(self, document: Sequence[Sentence], rows: Sequence[Rows]) -> list[Spans]:
        """Names and values of each sentence; the rows are left as they are."""
        if self.second is None:
            return [[] for _ in rows]
        return [self.second.tag(features) for features in self.with_votes(document, rows, self.tag_first(rows))]

    def tag_first(self, rows: Sequence[Rows]) -> list[Spans]:
        """What the first tagger finds in each sentence."""
        return [self.first.tag(features) if self.first else [] for features in rows]

    def with_votes(self, document: Sequence[Sentence], rows: Sequence[Rows], found: Sequence[Spans]) -> list[Rows]:
        """Copies of the rows with what a first tagger called the words in the document as a whole."""
        known = votes(document, [[(s.first, s.last, s.label) for s in spans] for spans in found])
        copies = [[list(row) for row in features] for features in rows]
        for sentence, features in zip(document, copies, strict=True):
            extend_votes(sentence, features, known)
        return copies
