"""Logistic regression over sets of features: trained by scikit-learn, applied without it, kept as npz and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

Features = Sequence[str]


class Linear:
    """Weights of features by class.

    Parameters
    ----------
    classes
        The classes, sorted.
    features
        The known features, in the order of the rows of `weights`.
    weights
        One row a feature and one column a class.
    intercept
        One number a class.
    """

    def __init__(self, classes: Sequence[str], features: Sequence[str], weights: np.ndarray, intercept: np.ndarray):
        self.classes = list(classes)
        self.features = list(features)
        self.weights = weights
        self.intercept = intercept
        self._row = {feature: n for n, feature in enumerate(self.features)}

    @classmethod
    def train(cls, examples: Sequence[Features], labels: Sequence[str], strength: float = 1.0, rare: int = 2) -> Linear:
        """Fit to labelled examples.

        Parameters
        ----------
        strength
            Inverse of the regularisation.
        rare
            Features that occur less often than this are left out.
        """
        counts = Counter(feature for example in examples for feature in set(example))
        known = sorted(feature for feature, count in counts.items() if count >= rare)
        classes = sorted(set(labels))
        if len(classes) < 2 or not known:
            return cls(classes or [""], [], np.zeros((0, max(1, len(classes)))), np.zeros(max(1, len(classes))))
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        row = {feature: n for n, feature in enumerate(known)}
        cells = [sorted({row[feature] for feature in example if feature in row}) for example in examples]
        ends = np.cumsum([0, *map(len, cells)])
        matrix = csr_matrix((np.ones(ends[-1]), [n for line in cells for n in line], ends), (len(examples), len(known)))
        with threadpool_limits(1):  # the vectors are short: threads would wait for each other most of the time
            model = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(matrix, list(labels))
        weights, intercept = model.coef_.T, model.intercept_
        if len(classes) == 2:  # one column, of the second class
            weights, intercept = np.hstack([np.zeros_like(weights), weights]), np.array([0.0, intercept[0]])
        return cls(classes, known, np.ascontiguousarray(weights), intercept)

    def chances(self, examples: Sequence[Features]) -> np.ndarray:
        """The probability of each class (columns) for each example (rows)."""
        known = self._row
        cells = [[known[feature] for feature in dict.fromkeys(example) if feature in known] for example in examples]
        scores = np.tile(self.intercept, (len(cells), 1))
        filled = [n for n, cell in enumerate(cells) if cell]
        if filled:
            starts = np.cumsum([0, *(len(cells[n]) for n in filled)])[:-1]
            scores[filled] += np.add.reduceat(self.weights[[row for cell in cells for row in cell]], starts, axis=0)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def save(self, folder: Path, name: str) -> None:
        """Write ``NAME.json`` (classes, features) and ``NAME.npz`` (weights)."""
        (folder / f"{name}.json").write_text(json.dumps([self.classes, self.features]), encoding="utf-8")
        np.savez_compressed(folder / f"{name}.npz", weights=self.weights, intercept=self.intercept)

    @classmethod
    def restore(cls, folder: Path, name: str) -> Linear:
        """Read what :meth:`save` wrote."""
        classes, features = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            return cls(classes, features, arrays["weights"], arrays["intercept"])
