"""Confidences: what a threshold on them would buy (precision and recall), and whether they can be believed (calibration)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.schema import Document, Level

BINS = 10
POINTS = 120  # of a curve; more cannot be seen
Task = Literal["mentions", "triggers"]
Floats = NDArray[np.float64]


class Judged(NamedTuple):
    """Predictions with a confidence: how sure, whether right, and in which document; and how many gold labels each document has.

    Attributes
    ----------
    score, correct, document
        Of each prediction, arrays of shape (predictions,).
    gold
        By document, shape (documents,).
    unscored
        How many predictions tell no confidence; they are left out.
    """

    score: Floats
    correct: NDArray[np.bool_]
    document: NDArray[np.int64]
    gold: NDArray[np.int64]
    unscored: int

    def of(self, documents: Iterable[int]) -> Judged:
        """The same of some documents alone."""
        chosen = np.array(sorted(documents), dtype=np.int64)
        kept = np.isin(self.document, chosen)
        return Judged(self.score[kept], self.correct[kept], self.document[kept], self.gold[chosen], self.unscored)


def judged(
    gold: Sequence[Document], predicted: Mapping[str, Document], task: Task, levels: Iterable[Level | None] = ("NAM", None)
) -> Judged | None:
    """Which predictions with a confidence are right, by offsets and type.

    Of identical predictions the surest ones are taken for the right ones, as many as gold has.

    Parameters
    ----------
    gold
        The gold documents; their places number the documents.
    predicted
        What a model found, by document.
    task
        ``mentions`` or ``triggers``, of which those of equal offsets and type count once.
    levels
        The levels of mentions that are compared.

    Returns
    -------
    Judged or None
        None where no prediction has a confidence.
    """
    levels = tuple(levels)
    rows: list[tuple[float, bool, int]] = []
    wanted: list[int] = []
    unscored = 0
    for n, document in enumerate(gold):
        left = Counter(_key(label) for label in _labels(document, document, task, levels))
        wanted.append(left.total())
        found = _labels(predicted.get(document.id) or Document(document.id), document, task, levels)
        unscored += sum(label.score is None for label in found)
        for label in sorted(found, key=lambda label: (-(label.score or 0.0), _key(label))):
            right = left[_key(label)] > 0
            left[_key(label)] -= right
            if label.score is not None:
                rows.append((label.score, right, n))
    if not rows:
        return None
    score, correct, document_number = zip(*rows, strict=True)
    return Judged(np.array(score), np.array(correct), np.array(document_number, dtype=np.int64), np.array(wanted, dtype=np.int64), unscored)


def _labels(document: Document, gold: Document, task: Task, levels: tuple[Level | None, ...]) -> list[Any]:
    if task == "mentions":
        return [m for m in document.mentions if m.level in levels and gold.scored(m.start, m.end)]
    surest: dict[Any, Any] = {}  # triggers of equal offsets and type count once
    for event in sorted(document.events, key=lambda event: -(event.score or 0.0)):
        if gold.scored(event.start, event.end):
            surest.setdefault(_key(event), event)
    return list(surest.values())


def _key(label: Any) -> tuple[int, int, str]:
    return label.start, label.end, label.type


def precision_recall(
    score: ArrayLike, correct: ArrayLike, gold: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Thresholds, and precision and recall of what is at least as sure, from the surest down.

    Parameters
    ----------
    score, correct
        Of each prediction, shape (n,).
    gold
        The number of gold labels.

    Returns
    -------
    threshold, precision, recall
        Arrays of shape (distinct scores,).
    """
    scores, right = np.asarray(score, dtype=float), np.asarray(correct, dtype=bool)
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1) if len(scores) else np.zeros(0, dtype=np.int64)
    hits = np.cumsum(right[order])[last]
    return scores[order][last], hits / (last + 1), hits / max(gold, 1)


def average_precision(precision: ArrayLike, recall: ArrayLike) -> float:
    """The area under the curve as the mean of precision over the steps of recall (Manning et al. 2008, 8.4)."""
    return float(np.sum(np.diff(np.asarray(recall, dtype=float), prepend=0.0) * np.asarray(precision, dtype=float)))


def reliability(score: ArrayLike, correct: ArrayLike, bins: int = BINS) -> tuple[list[dict[str, float]], float]:
    """Calibration: bins of equal width, closed on the right, and the expected calibration error.

    The error is the mean distance between confidence and accuracy, weighted by the number in each bin (Naeini et al. 2015; Guo et al.
    2017).

    Parameters
    ----------
    score, correct
        Of each prediction, shape (n,).
    bins
        How many.

    Returns
    -------
    rows
        Of each bin that is not empty: ``low``, mean ``confidence``, ``accuracy`` and ``number``.
    error
        In [0, 1]; 0 without predictions.
    """
    scores, right = np.asarray(score, dtype=float), np.asarray(correct, dtype=float)
    place = np.clip(np.ceil(scores * bins).astype(np.int64) - 1, 0, bins - 1)  # right-closed, as Guo et al. have them
    number = np.bincount(place, minlength=bins)
    sums = [np.bincount(place, weights=values, minlength=bins) for values in (scores, right)]
    rows = [
        {"low": n / bins, "confidence": float(sums[0][n] / number[n]), "accuracy": float(sums[1][n] / number[n]), "number": int(number[n])}
        for n in range(bins)
        if number[n]
    ]
    error = sum(row["number"] * abs(row["confidence"] - row["accuracy"]) for row in rows) / max(len(scores), 1)
    return rows, float(error)


def summary(found: Judged) -> dict[str, Any]:
    """The curve (at most :data:`POINTS` points: threshold, precision, recall), its area, the best F1 on it, and the calibration."""
    gold = int(found.gold.sum())
    threshold, precision, recall = precision_recall(found.score, found.correct, gold)
    bins, error = reliability(found.score, found.correct)
    with np.errstate(invalid="ignore"):
        f1 = np.nan_to_num(2 * precision * recall / (precision + recall))
    best = int(np.argmax(f1)) if len(f1) else -1
    shown = np.unique(np.round(np.linspace(0, len(threshold) - 1, min(POINTS, len(threshold)))).astype(np.int64))
    shown = np.union1d(shown, [best]) if best >= 0 else shown
    curve = [[round(float(column[n]), 4) for column in (threshold, precision, recall)] for n in shown]
    return {
        "curve": curve,
        "average_precision": round(average_precision(precision, recall), 4),
        "best": {"threshold": round(float(threshold[best]), 4), "f1": round(float(f1[best]), 4)} if best >= 0 else None,
        "bins": [{name: round(value, 4) for name, value in row.items()} for row in bins],
        "ece": round(error, 4),
        "predictions": len(found.score),
        "unscored": found.unscored,
    }


__all__ = ["Judged", "average_precision", "judged", "precision_recall", "reliability", "summary"]
