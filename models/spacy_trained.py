"""spaCy's own recipe on our labels: a blank English pipeline trained on the other stories.

One tok2vec layer is shared by an entity recogniser, for names and values, and a span categoriser, for triggers: those may overlap
with names and with each other, and one word can have several types.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmark.api import Article, Document, Event, Extraction, Mention, extractor

NAMES = frozenset({"NAM", None})  # the levels that are learned: names and values
WIDTH = 96
LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": WIDTH, "upstream": "tok2vec"}
NER = {
    "model": {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": LISTENER,
    }
}
TRIGGERS = {
    "spans_key": "triggers",
    "threshold": 0.5,
    "suggester": {"@misc": "spacy.ngram_suggester.v1", "sizes": [1, 2]},
    "model": {
        "@architectures": "spacy.SpanCategorizer.v1",
        "tok2vec": LISTENER,
        "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 128},
        "scorer": {"@layers": "spacy.LinearLogistic.v1"},
    },
}


@extractor(
    "spacy_trained",
    produces={"mentions", "events"},
    scheme="gold",
    requires=("spacy",),
    install="pip install 'entity-event-benchmark[spacy]'",
    trained_on=(),
)
class SpacyTrained:
    """A blank pipeline: tok2vec, entity recogniser, span categoriser.

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

    def __init__(self, epochs: int = 15, dropout: float = 0.2, batch: int = 250, seed: int = 0):
        self.epochs = epochs
        self.dropout = dropout
        self.batch = batch
        self.seed = seed

    def fit(self, documents: list[Document]) -> None:
        """Train on the paragraphs of labelled documents."""
        import spacy
        from spacy.training.batchers import minibatch_by_words
        from spacy.util import fix_random_seed

        fix_random_seed(self.seed)
        nlp = spacy.blank("en")
        nlp.add_pipe("tok2vec")
        nlp.add_pipe("ner", config=NER)
        nlp.add_pipe("spancat", config=TRIGGERS)
        examples = [example for document in documents for example in _examples(nlp, document)]
        optimizer = nlp.initialize(lambda: examples)
        order = random.Random(self.seed)
        for _ in range(self.epochs):
            order.shuffle(examples)
            for group in minibatch_by_words(examples, size=self.batch, discard_oversize=False):
                nlp.update(group, sgd=optimizer, drop=self.dropout)
        self.nlp = nlp

    def save(self, folder: Path) -> None:
        """Write the pipeline in spaCy's own format (message packs and JSON, no pickles)."""
        self.nlp.to_disk(folder / "pipeline")

    def restore(self, folder: Path) -> None:
        """Read what ``save`` wrote."""
        import spacy

        self.nlp = spacy.load(folder / "pipeline")

    def extract(self, article: Article) -> Extraction:
        """Apply the pipeline to each paragraph."""
        spans = article.paragraphs()
        mentions, events = [], []
        for (start, _), doc in zip(spans, self.nlp.pipe(article.text[a:b] for a, b in spans), strict=True):
            mentions += [Mention(start + e.start_char, start + e.end_char, e.label_) for e in doc.ents]
            group = doc.spans["triggers"]
            for span, score in zip(group, group.attrs["scores"], strict=True):
                events.append(Event(start + span.start_char, start + span.end_char, span.label_, score=float(score)))
        return Extraction(mentions=mentions, events=events)


def _examples(nlp: Any, document: Document) -> Iterator[Any]:
    """A training example a paragraph; labels that are not whole tokens, and the shorter of two names that overlap, are left out."""
    from spacy.training import Example
    from spacy.util import filter_spans

    for start, end in document.article.paragraphs():
        doc = nlp.make_doc(document.article.text[start:end])
        reference = doc.copy()
        names = [(m.start, m.end, m.type) for m in document.mentions if m.level in NAMES]
        reference.ents = filter_spans(_inside(doc, start, end, names))
        reference.spans["triggers"] = _inside(reference, start, end, [(e.start, e.end, e.type) for e in document.events])
        yield Example(doc, reference)


def _inside(doc: Any, start: int, end: int, spans: list[tuple[int, int, str]]) -> list[Any]:
    found = [doc.char_span(a - start, b - start, kind) for a, b, kind in spans if start <= a and b <= end]
    return [span for span in found if span is not None]
