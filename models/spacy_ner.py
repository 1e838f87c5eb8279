"""The named entities of any installed spaCy pipeline.

The default pipeline and most others are trained on OntoNotes 5; for one with other labels give ``--set scheme=NAME`` as well.
"""

from benchmark.api import Article, Extraction, Mention, Unavailable, extractor


@extractor(
    "spacy_ner",
    produces={"mentions"},
    scheme="ontonotes",
    requires=("spacy",),
    install="pip install 'entity-event-benchmark[spacy]'",
    trained_on=("OntoNotes 5 (default pipeline, as its authors say)",),
)
class SpacyNer:
    """A spaCy pipeline by package name or path.

    Parameters
    ----------
    pipeline
        Name of an installed pipeline package, or path of a saved pipeline.
    scheme
        Label scheme of its entities.
    """

    def __init__(self, pipeline: str = "en_core_web_sm", scheme: str = "ontonotes"):
        self.pipeline = pipeline
        self.scheme = scheme

    def load(self, device: str) -> None:
        """Load the pipeline, on a GPU where one is asked for and there."""
        import spacy

        if device.startswith("cuda"):
            spacy.require_gpu()
        elif device == "auto":
            spacy.prefer_gpu()
        try:
            self.nlp = spacy.load(self.pipeline)
        except OSError as error:
            how = f"python -m spacy download {self.pipeline}"
            raise Unavailable(f"spaCy pipeline {self.pipeline!r} is not installed; {how} (or give --set pipeline=PATH)") from error

    def extract(self, article: Article) -> Extraction:
        """Run the pipeline paragraph by paragraph, so that page furniture stays out of the context."""
        spans = article.paragraphs()
        docs = self.nlp.pipe(article.text[start:end] for start, end in spans)
        found = [(start, entity) for (start, _), doc in zip(spans, docs, strict=True) for entity in doc.ents]
        return Extraction(mentions=[Mention(start + e.start_char, start + e.end_char, e.label_) for start, e in found])
