"""A linear-chain CRF over BIO labels (CRFsuite), trained in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .features import Rows
from .tokens import Labelled, decode


class Tagger:
    """One CRF: features of tokens in, labelled spans with probabilities out."""

    def __init__(self, model: bytes):
        import pycrfsuite

        self.model = model
        self._crf = pycrfsuite.Tagger()
        self._crf.open_inmemory(model)
        self.known: frozenset[str] = frozenset(self._crf.info().attributes)
        self._labels = self._crf.labels()

    @classmethod
    def train(cls, examples: Sequence[tuple[Rows, list[str]]], l1: float, l2: float, rounds: int, rare: int) -> Tagger:
        """Train by L-BFGS, which is deterministic, with elastic-net regularisation."""
        import pycrfsuite

        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params({"c1": l1, "c2": l2, "max_iterations": rounds, "feature.minfreq": rare, "feature.possible_transitions": True})
        for rows, labels in examples:
            trainer.append(rows, labels)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.crfsuite"
            trainer.train(str(path))
            return cls(path.read_bytes())

    def tag(self, rows: Rows) -> list[Labelled]:
        """The best labelling's spans, each with the mean probability of its labels."""
        known = self.known
        labels = self._crf.tag([[item for item in row if item in known] for row in rows])
        if all(label == "O" for label in labels):
            return []
        marginal = self._crf.marginal
        return [
            Labelled(first, last, kind, _mean([marginal(labels[n], n) for n in range(first, last)])) for first, last, kind in decode(labels)
        ]

    def candidates(self, rows: Rows, threshold: float) -> list[Labelled]:
        """Spans of the tokens whose probability of being in any is at least the threshold, each by the likeliest labels but ``O``."""
        if not rows or "O" not in self._labels or len(self._labels) == 1:
            return []
        known = self.known
        self._crf.set([[item for item in row if item in known] for row in rows])
        marginal, inside = self._crf.marginal, [label for label in self._labels if label != "O"]
        labels, chances = [], []
        for n in range(len(rows)):
            chance = 1.0 - marginal("O", n)
            labels.append(max(inside, key=lambda label, n=n: marginal(label, n)) if chance >= threshold else "O")
            chances.append(chance)
        return [Labelled(first, last, kind, _mean(chances[first:last])) for first, last, kind in decode(labels)]


def _mean(values: list[float]) -> float:
    return min(1.0, max(0.0, sum(values) / len(values)))


def trained(examples: Sequence[tuple[Rows, list[str]]], l1: float = 0.1, l2: float = 0.05, rounds: int = 60, rare: int = 2) -> Any:
    """A tagger, or None where there is nothing to learn: CRFsuite crashes on labels that are all the same."""
    if not any(label != "O" for _, labels in examples for label in labels):
        return None
    return Tagger.train(examples, l1, l2, rounds, rare)
