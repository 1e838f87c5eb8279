"""A language model's answer, read as far as it can be and laid on a text."""

from pathlib import Path

from benchmark.api import Article, Extraction, companion
from benchmark.worker import checked

MODEL = str(Path(__file__).resolve().parents[2] / "models" / "llm.py")
answers, labels = companion(MODEL, "answers"), companion(MODEL, "labels")
READER = {"PER": ("NAM", "NOM"), "GPE": ("NAM",), "DATE": ()}, {"Life.Die": ("Victim", "Place")}, ("Actual", "Other", "Generic")


def one(data: bytes) -> None:
    text, _, content = data.decode("utf-8", "replace").partition("\n====\n")
    article = Article("a", text)
    found = answers.parse(content) or {"mentions": [], "events": []}
    reader, placed = answers.Reader(*READER), labels.Labels(text)
    for sentences in labels.pieces(text, article.sentences(), article.paragraphs(), 100):
        placed.add(sentences, reader.mentions(found["mentions"]), reader.events(found["events"]))
    placed.identities()
    checked(Extraction(placed.mentions, placed.events, placed.invented), article)
