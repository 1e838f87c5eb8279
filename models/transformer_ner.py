"""The named entities of any Hugging Face token classifier, by name or local path.

Texts are cut into overlapping windows of sub-words; of a word that stands in two windows the prediction with more context counts.
Labels of CoNLL-2003 are expected; for a model with others give ``--set scheme=NAME`` as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmark.api import Article, Extraction, Mention, Unavailable, extractor, hub_reachable

Word = tuple[int, int, str, float]  # offsets in the text, label, probability


@extractor(
    "transformer_ner",
    produces={"mentions"},
    scheme="conll2003",
    requires=("torch", "transformers"),
    install="pip install 'entity-event-benchmark[transformers]'",
    trained_on=("CoNLL-2003 (default model, as its card says)",),
)
class TransformerNer:
    """A token classifier with a fast tokenizer.

    Parameters
    ----------
    model
        Name on the Hugging Face Hub, or folder of a saved model (weights in safetensors; pickles are not read).
    scheme
        Label scheme of its classes.
    window, stride
        Length of a window and overlap of two, in sub-words. The window is never longer than the model can take.
    batch
        Windows in a batch.
    """

    def __init__(self, model: str = "dslim/bert-base-NER", scheme: str = "conll2003", window: int = 256, stride: int = 64, batch: int = 8):
        self.model = model
        self.scheme = scheme
        self.window = window
        self.stride = stride
        self.batch = batch

    def load(self, device: str) -> None:
        """Load tokenizer and weights; unavailable within seconds where they are neither here nor to be reached."""
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: busy waiting is ruinous beside other processes
        import torch
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        offline = not Path(self.model).is_dir() and not hub_reachable()
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(self.model, local_files_only=offline)
            self.network = AutoModelForTokenClassification.from_pretrained(self.model, local_files_only=offline, use_safetensors=True)
        except (OSError, ValueError) as error:
            why = "no network and no copy in the cache" if offline else str(error).strip().splitlines()[0]
            raise Unavailable(f"model {self.model!r}: {why}; give --set model=FOLDER or connect once") from error
        if not self.tokenizer.is_fast:
            raise Unavailable(f"model {self.model!r} has no fast tokenizer, and only those tell offsets")
        self.device = torch.device(_best_device() if device == "auto" else device)
        self.network.to(self.device).eval()
        longest = min(self.tokenizer.model_max_length, getattr(self.network.config, "max_position_embeddings", 512))
        self.length = max(8, min(self.window, longest - 2))
        self.overlap = min(self.stride, self.length // 2)

    def extract(self, article: Article) -> Extraction:
        """Label the words of each paragraph and join them to entities."""
        return self.extract_many([article])[0]

    def extract_many(self, articles: Sequence[Article]) -> list[Extraction]:
        """Several articles at once: all their paragraphs are windows of the same batches."""
        places = [(number, start, end) for number, article in enumerate(articles) for start, end in article.paragraphs()]
        mentions: list[list[Mention]] = [[] for _ in articles]
        texts = [articles[number].text[start:end] for number, start, end in places]
        for (number, start, _), text, words in zip(places, texts, self._words(texts), strict=True):
            for a, b, kind, score in entities(words):
                while a < b and text[a].isspace():  # some tokenizers count the space before a word to it
                    a += 1
                # rounded, since the length of a batch moves the last digits
                mentions[number].append(Mention(start + a, start + b, kind, score=round(min(1.0, max(0.0, score)), 4)))
        return [Extraction(mentions=found) for found in mentions]

    def _words(self, texts: list[str]) -> list[list[Word]]:
        """For each text, the words with the label of their first sub-word."""
        if not texts:
            return []
        encoded = self.tokenizer(
            texts,
            truncation=True,
            max_length=self.length,
            stride=self.overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        offsets = encoded.pop("offset_mapping")
        owner = encoded.pop("overflow_to_sample_mapping")
        # for each text, by number of the word: how good the view of it is, the word
        best: list[dict[int, tuple[tuple[int, int], Word]]] = [{} for _ in texts]
        for row, (labels, scores) in enumerate(self._predict(encoded)):
            known = best[owner[row]]
            for number, context, spans in _grouped(encoded.word_ids(row), offsets[row]):
                first, start, end = spans[0][0], spans[0][1], spans[-1][2]
                view = (-start, context)  # a window that begins inside the word sees less of it than one that has its beginning
                if number in known:
                    end = max(end, known[number][1][1])  # and a very long word may end in a later window
                    known[number] = (known[number][0], (*known[number][1][:1], end, *known[number][1][2:]))
                if number not in known or view > known[number][0]:
                    known[number] = (view, (start, end, labels[first], scores[first]))
        return [[word for _, (_, word) in sorted(found.items()) if word[0] < word[1]] for found in best]

    def _predict(self, encoded: Any) -> list[tuple[list[str], list[float]]]:
        """Label and probability of each sub-word of each window; windows of like length share a batch, so that little is padded."""
        import torch

        names = self.network.config.id2label
        sizes = [len(ids) for ids in encoded["input_ids"]]
        order = sorted(range(len(sizes)), key=lambda row: sizes[row])
        answers: list[tuple[list[str], list[float]]] = [([], [])] * len(sizes)
        for begin in range(0, len(order), self.batch):
            rows = order[begin : begin + self.batch]
            group = self.tokenizer.pad({key: [value[row] for row in rows] for key, value in encoded.items()}, return_tensors="pt")
            with torch.inference_mode():
                best = self.network(**group.to(self.device)).logits.float().softmax(-1).max(-1)
            for row, labels, scores in zip(rows, best.indices.tolist(), best.values.tolist(), strict=True):
                answers[row] = ([names[label] for label in labels], scores)
        return answers


def _grouped(ids: list[int | None], offsets: list[list[int]]) -> Iterator[tuple[int, int, list[tuple[int, int, int]]]]:
    """The words of a window: number in the text, sub-words between it and the nearer end of the window, its sub-words with offsets."""
    groups: dict[int, list[tuple[int, int, int]]] = {}
    for n, word in enumerate(ids):
        if word is not None:
            groups.setdefault(word, []).append((n, offsets[n][0], offsets[n][1]))
    ends = [n for n, word in enumerate(ids) if word is not None]
    for word, spans in groups.items():
        yield word, min(spans[0][0] - ends[0], ends[-1] - spans[-1][0]), spans


def entities(words: list[Word]) -> Iterator[Word]:
    """Join labelled words: ``B-`` begins an entity, ``I-`` or a bare label goes on with one of its type, anything else ends it."""
    current: list[Word] = []
    for word in [*words, (0, 0, "O", 0.0)]:
        prefix, _, kind = word[2].rpartition("-") if word[2][:2] in ("B-", "I-", "S-", "E-", "L-", "U-") else ("I", "", word[2])
        goes_on = bool(current) and prefix in ("I", "E", "L") and current[-1][2] == kind
        if current and not goes_on:
            yield current[0][0], current[-1][1], current[0][2], sum(w[3] for w in current) / len(current)
            current = []
        if kind != "O":
            current.append((word[0], word[1], kind, word[3]))


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
