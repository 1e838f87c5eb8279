"""Words a second of ``transformer_ner`` and of transformers' own token-classification pipeline, at the same window and batch.

Run with ``python benchmarks/transformers_inference.py``. The model is a randomly initialised BERT of MiniLM's size with a tokenizer made on
the spot, the texts are made up and seeded; both run in this process in turn. Exit status 1 where the pipeline is faster.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: busy waiting is ruinous beside other processes
os.environ.setdefault("HF_HUB_OFFLINE", "1")

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
import transformers

from benchmark.api import Article
from benchmark.registry import find, load

MODELS = Path(__file__).resolve().parent.parent / "models"
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeiou"]


def save_model(folder: str, seed: int = 0) -> None:
    """A BERT of six layers and 384 numbers, and a WordPiece tokenizer of syllables."""
    from tokenizers import BertWordPieceTokenizer

    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*marks, *SYLLABLES, *(f"##{s}" for s in SYLLABLES), "."]
    backend = BertWordPieceTokenizer({piece: n for n, piece in enumerate(pieces)}, lowercase=True)
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=backend._tokenizer, model_max_length=512, **names).save_pretrained(folder)
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=len(pieces),
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        id2label=dict(enumerate(LABELS)),
        label2id={label: n for n, label in enumerate(LABELS)},
    )
    transformers.BertForTokenClassification(config).save_pretrained(folder)


def made_up(articles: int, seed: int = 0) -> list[Article]:
    """Articles of paragraphs of 3 to 150 words, as uneven as those of news."""
    generator = random.Random(seed)

    def word() -> str:
        made = "".join(generator.choices(SYLLABLES, k=generator.choice((1, 1, 1, 2, 2, 3))))
        return made.capitalize() if generator.random() < 0.2 else made

    def paragraph() -> str:
        return " ".join(word() for _ in range(min(150, 3 + int(generator.expovariate(1 / 40))))) + "."

    return [Article(f"article-{n}", "\n\n".join(paragraph() for _ in range(20))) for n in range(articles)]


def fastest(tasks: dict[str, Callable[[], Any]], runs: int) -> dict[str, list[float]]:
    """Wall-clock seconds of each task, ascending; the tasks take turns, so that both meet the machine in the same state."""
    found: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(runs):
        for name, task in tasks.items():
            begin = time.perf_counter()
            task()
            found[name].append(time.perf_counter() - begin)
    return {name: sorted(seconds) for name, seconds in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("articles", 10), ("window", 128), ("stride", 32), ("batch", 8), ("threads", 2), ("runs", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    size = parser.parse_args()
    torch.set_num_threads(size.threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    articles = made_up(size.articles)
    words = sum(len(article.text.split()) for article in articles)
    with tempfile.TemporaryDirectory() as folder:
        save_model(folder)
        ours = load(find("transformer_ner", MODELS))(model=folder, window=size.window, stride=size.stride, batch=size.batch)
        ours.load("cpu")
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, model_max_length=size.window)
        network = transformers.AutoModelForTokenClassification.from_pretrained(folder, use_safetensors=True)
        pipeline = transformers.pipeline(
            "token-classification",
            model=network,
            tokenizer=tokenizer,
            aggregation_strategy="first",
            stride=size.stride,
            batch_size=size.batch,
            device=-1,
        )
        texts = [article.text[a:b] for article in articles for a, b in article.paragraphs()]
        tasks: dict[str, Callable[[], Any]] = {
            "transformer_ner, article by article": lambda: [ours.extract(article) for article in articles],
            "transformer_ner, all at once": lambda: ours.extract_many(articles),
            "transformers' pipeline, all at once": lambda: list(pipeline(texts)),
        }
        fastest(tasks, 1)  # warm up
        seconds = fastest(tasks, size.runs)
    print(f"{words} words in {len(texts)} paragraphs, windows of {size.window} with {size.stride} shared, batches of {size.batch}")
    middle = {name: found[len(found) // 2] for name, found in seconds.items()}
    for name, found in seconds.items():
        print(f"{name:<40} best {found[0]:7.3f} s, median {middle[name]:7.3f} s, {words / middle[name]:8.0f} words/s")
    *mine, theirs = middle.values()
    ratios = [theirs / value for value in mine]
    print(f"ratio to the pipeline: {ratios[0]:.2f} article by article, {ratios[1]:.2f} all at once")
    return int(min(ratios) < 1.0)


if __name__ == "__main__":
    sys.exit(main())
