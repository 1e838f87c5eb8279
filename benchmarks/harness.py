"""What the harness costs: a model run by it, against the model's library bare on the same texts.

    python benchmarks/harness.py [--articles 60]

The model is spacy_ner with a pipeline of random weights, the texts are made up and seeded, about 1,000 words each. Run by the harness, an
article goes to the worker's process, its labels are checked, come back and are on disk before the next one begins; bare, the library is
called on the paragraphs in one process. Both are measured in turn, five times, and the best of each counts. Exit status 1: more than 5 %.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

WORDS = (
    "the army of Kidal took a town near Gao on 3 May after two days of fighting and about 200 rebels fled to Mali said Colonel Keita who "
    "commands troops in Timbuktu while the Red Cross counted dead soldiers and wounded people in camps along the river"
).split()
TARGET = 0.05


def article(rng: random.Random, words: int) -> str:
    """Paragraphs of about 60 words."""
    paragraphs = []
    while words > 0:
        length = rng.randint(40, 80)
        paragraphs.append(" ".join(rng.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return "\n\n".join(paragraphs)


def pipeline(folder: Path) -> str:
    """A pipeline of the usual size with random weights."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed

    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    doc = nlp.make_doc("Rebels took Kidal on Monday.")
    nlp.initialize(lambda: [Example.from_dict(doc, {"entities": [(12, 17, "GPE"), (21, 27, "DATE")]})])
    nlp.to_disk(folder / "pipeline")
    return str(folder / "pipeline")


def bare(path: str, texts: Sequence[str]) -> list[float]:
    """Seconds of the library by itself, paragraph by paragraph as the model feeds it."""
    import spacy

    nlp = spacy.load(path)
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        for text in texts:
            for doc in nlp.pipe(text.split("\n\n")):
                [(e.start_char, e.end_char, e.label_) for e in doc.ents]
        seconds.append(time.perf_counter() - began)
    return seconds


def harness(path: str, texts: Sequence[str], folder: Path) -> list[float]:
    """Seconds from the first article sent to the last one on disk."""
    from benchmark.isolation import Worker
    from benchmark.registry import find
    from benchmark.schema import Document
    from benchmark.store import RunFolder
    from benchmark.worker import Job

    found = find("spacy_ner", ROOT / "models")
    folder.mkdir()
    documents = [Document(f"d{n}", text) for n, text in enumerate(texts)]
    worker = Worker(Job(found, {"pipeline": path}, "cpu", str(folder / "log"), 0, None), 120)
    ready = worker.ready()
    if ready.outcome != "ok":
        raise SystemExit(ready.error)
    seconds = []
    for n in range(5):
        run = RunFolder(folder, "spacy_ner", str(n))
        run.open()
        began = time.perf_counter()
        for document in documents:
            prediction = worker.predict(document, 60)
            if prediction.outcome != "ok":
                raise SystemExit(prediction.error)
            run.append(prediction)
        seconds.append(time.perf_counter() - began)
    worker.close()
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=60)
    options = parser.parse_args()
    rng = random.Random(0)
    texts = [article(rng, 1000) for _ in range(options.articles)]
    words = sum(len(text.split()) for text in texts)
    with tempfile.TemporaryDirectory() as name:
        path = pipeline(Path(name))
        rounds = [(min(bare(path, texts)), min(harness(path, texts, Path(name) / str(n)))) for n in range(2)]
    library, ours = (min(column) for column in zip(*rounds, strict=True))
    overhead = ours / library - 1
    print(f"{words:,} words in {len(texts)} articles")
    print(f"spaCy bare     {words / library:10,.0f} words/s")
    print(f"by the harness {words / ours:10,.0f} words/s   overhead {overhead:.1%} (target: under {TARGET:.0%})")
    return 0 if overhead < TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
