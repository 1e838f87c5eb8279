"""spaCy's own recipe on our labels: blank English pipelines trained on the other stories.

Names and values are one entity recogniser's, triggers another's, since triggers and names may overlap.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from benchmark.api import Article, Document, Event, Extraction, Mention, extractor

NAMES = frozenset({"NAM", None})  # the levels that are learned: names and values


@extractor(
    "spacy_trained",
    produces={"mentions", "events"},
    scheme="gold",
    requires=("spacy",),
    install="pip install 'entity-event-benchmark[spacy]'",
    trained_on=(),
)
class SpacyTrained:
    """Two blank pipelines with a tok2vec layer and an entity recogniser each.

    Parameters
    ----------
    epochs
        Passes over the training paragraphs.
    dropout
        Share of features left out in training.
    batch
        Words in a batch.
    seed
        Seed of initial weights and order.
    """

    def __init__(self, epochs: int = 12, dropout: float = 0.25, batch: int = 400, seed: int = 0):
        self.epochs = epochs
        self.dropout = dropout
        self.batch = batch
        self.seed = seed

    def fit(self, documents: list[Document]) -> None:
        """Train both pipelines on the paragraphs of labelled documents."""
        self.mentions = self._train([(d, [(m.start, m.end, m.type) for m in d.mentions if m.level in NAMES]) for d in documents])
        self.triggers = self._train([(d, [(e.start, e.end, e.type) for e in d.events]) for d in documents])

    def extract(self, article: Article) -> Extraction:
        """Apply both pipelines to each paragraph."""
        spans = article.paragraphs()
        mentions = [Mention(start, end, kind) for start, end, kind in _entities(self.mentions, article.text, spans)]
        events = [Event(start, end, kind) for start, end, kind in _entities(self.triggers, article.text, spans)]
        return Extraction(mentions=mentions, events=events)

    def _train(self, labelled: list[tuple[Document, list[tuple[int, int, str]]]]) -> Any:
        import spacy
        from spacy.training.batchers import minibatch_by_words
        from spacy.util import fix_random_seed

        fix_random_seed(self.seed)
        nlp = spacy.blank("en")
        nlp.add_pipe("ner")
        examples = [example for document, spans in labelled for example in _examples(nlp, document, spans)]
        optimizer = nlp.initialize(lambda: examples)
        order = random.Random(self.seed)
        for _ in range(self.epochs):
            order.shuffle(examples)
            for group in minibatch_by_words(examples, size=self.batch, discard_oversize=False):
                nlp.update(group, sgd=optimizer, drop=self.dropout)
        return nlp


def _examples(nlp: Any, document: Document, spans: list[tuple[int, int, str]]) -> Iterator[Any]:
    """A training example a paragraph; labels that do not begin and end with tokens, and the shorter of two that overlap, are left out."""
    from spacy.training import Example
    from spacy.util import filter_spans

    for start, end in document.article.paragraphs():
        doc = nlp.make_doc(document.article.text[start:end])
        inside = [doc.char_span(a - start, b - start, kind) for a, b, kind in spans if start <= a and b <= end]
        reference = doc.copy()
        reference.ents = filter_spans([span for span in inside if span is not None])
        yield Example(doc, reference)


def _entities(nlp: Any, text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    docs = nlp.pipe(text[start:end] for start, end in spans)
    for (start, _), doc in zip(spans, docs, strict=True):
        for entity in doc.ents:
            yield start + entity.start_char, start + entity.end_char, entity.label_
