"""spaCy's own recipe on our labels: blank English pipelines trained on the other stories.

One has a tok2vec layer and an entity recogniser, for names and values. The other, for triggers, shares its tok2vec layer between an
entity recogniser and a span categoriser, which can give a word a second type; what either finds counts. (With names, triggers and a span
categoriser alone on one layer, triggers were found half as often: too few examples.)
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
CATEGORISER = {
    "spans_key": "triggers",
    "negative_weight": 1.0,
    "allow_overlap": True,
    "suggester": {"@misc": "spacy.ngram_suggester.v1", "sizes": [1]},
    "model": {
        "@architectures": "spacy.SpanCategorizer.v1",
        "tok2vec": LISTENER,
        "reducer": {"@layers": "spacy.mean_max_reducer.v1", "hidden_size": 128},
        "scorer": {"@layers": "Softmax.v2"},
    },
}
PARTS = ("names", "triggers")


@extractor(
    "spacy_trained",
    produces={"mentions", "events"},
    scheme="gold",
    requires=("spacy",),
    install="pip install 'entity-event-benchmark[spacy]'",
    trained_on=(),
)
class SpacyTrained:
    """Two blank pipelines.

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

    def __init__(self, epochs: int = 15, dropout: float = 0.2, batch: int = 150, seed: int = 0):
        self.epochs = epochs
        self.dropout = dropout
        self.batch = batch
        self.seed = seed

    def fit(self, documents: list[Document]) -> None:
        """Train both pipelines on the paragraphs of labelled documents."""
        names = [(d, [(m.start, m.end, m.type) for m in d.mentions if m.level in NAMES]) for d in documents]
        triggers = [(d, [(e.start, e.end, e.type) for e in d.events]) for d in documents]
        self.pipelines = {"names": self._train(names, False), "triggers": self._train(triggers, True)}

    def save(self, folder: Path) -> None:
        """Write the pipelines in spaCy's own format (message packs and JSON, no pickles)."""
        for name, nlp in self.pipelines.items():
            nlp.to_disk(folder / name)

    def restore(self, folder: Path) -> None:
        """Read what ``save`` wrote."""
        import spacy

        self.pipelines = {name: spacy.load(folder / name) for name in PARTS}

    def extract(self, article: Article) -> Extraction:
        """Apply both pipelines to each paragraph."""
        spans = article.paragraphs()
        texts = [article.text[start:end] for start, end in spans]
        found: dict[str, set[tuple[int, int, str]]] = {}
        for name, nlp in self.pipelines.items():
            found[name] = set()
            for (start, _), doc in zip(spans, nlp.pipe(texts), strict=True):
                labelled = [*doc.ents, *doc.spans.get("triggers", ())]
                found[name] |= {(start + span.start_char, start + span.end_char, span.label_) for span in labelled}
        return Extraction([Mention(*label) for label in sorted(found["names"])], [Event(*label) for label in sorted(found["triggers"])])

    def _train(self, labelled: list[tuple[Document, list[tuple[int, int, str]]]], categorise: bool) -> Any:
        import spacy
        from spacy.training.batchers import minibatch_by_words
        from spacy.util import fix_random_seed

        fix_random_seed(self.seed)
        nlp = spacy.blank("en")
        nlp.add_pipe("tok2vec")
        nlp.add_pipe("ner", config=NER)
        if categorise:
            nlp.add_pipe("spancat_singlelabel", config=CATEGORISER)
        examples = [example for document, spans in labelled for example in _examples(nlp, document, spans)]
        optimizer = nlp.initialize(lambda: examples)
        order = random.Random(self.seed)
        for _ in range(self.epochs):
            order.shuffle(examples)
            for group in minibatch_by_words(examples, size=self.batch, discard_oversize=False):
                nlp.update(group, sgd=optimizer, drop=self.dropout)
        return nlp


def _examples(nlp: Any, document: Document, spans: list[tuple[int, int, str]]) -> Iterator[Any]:
    """A training example a paragraph, without labels that are not whole tokens; of two that overlap the recogniser gets the longer."""
    from spacy.training import Example
    from spacy.util import filter_spans

    for start, end in document.article.paragraphs():
        doc = nlp.make_doc(document.article.text[start:end])
        reference = doc.copy()
        inside = [doc.char_span(a - start, b - start, kind) for a, b, kind in spans if start <= a and b <= end]
        whole = [span for span in inside if span is not None]
        reference.ents = filter_spans(whole)
        reference.spans["triggers"] = [reference.char_span(span.start_char, span.end_char, span.label_) for span in whole]
        yield Example(doc, reference)
