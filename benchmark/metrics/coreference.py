"""Identity: clusters of mentions compared by B³ and LEA.

A clustering is a list of sets of mention keys. Mentions of one side that the other lacks count against recall (gold) or
precision (predicted), as in the reference scorers (Pradhan et al. 2014; Moosavi and Strube 2016). Singletons count.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

Cluster = frozenset[Any]
Ratio = tuple[float, float]  # numerator, denominator


def clusters(pairs: Iterable[tuple[Hashable, Hashable | None]]) -> list[Cluster]:
    """Clusters of (mention, identity) pairs; mentions without identity are singletons."""
    groups: dict[Hashable, set[Hashable]] = {}
    for mention, identity in pairs:
        groups.setdefault(("no identity", mention) if identity is None else identity, set()).add(mention)
    return [frozenset(group) for group in groups.values()]


def b_cubed(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Ratio:
    """Recall side of B³ (Bagga and Baldwin 1998): for each gold mention the share of its cluster that is found with it."""
    of = _index(predicted)
    total = sum(len(cluster) for cluster in gold)
    numerator = 0.0
    for cluster in gold:
        shared: dict[int, int] = {}
        for mention in cluster:
            if mention in of:
                shared[of[mention]] = shared.get(of[mention], 0) + 1
        numerator += sum(n * n for n in shared.values()) / len(cluster)
    return numerator, float(total)


def lea(gold: Sequence[Cluster], predicted: Sequence[Cluster]) -> Ratio:
    """Recall side of LEA (Moosavi and Strube 2016): links found, weighted by cluster size; a singleton has a link to itself."""
    of = _index(predicted)
    numerator = 0.0
    for cluster in gold:
        if len(cluster) == 1:
            (mention,) = cluster
            found = float(mention in of and len(predicted[of[mention]]) == 1)
        else:
            shared: dict[int, int] = {}
            for mention in cluster:
                if mention in of:
                    shared[of[mention]] = shared.get(of[mention], 0) + 1
            found = sum(n * (n - 1) for n in shared.values()) / (len(cluster) * (len(cluster) - 1))
        numerator += len(cluster) * found
    return numerator, float(sum(len(cluster) for cluster in gold))


def figures(documents: Iterable[tuple[Sequence[Cluster], Sequence[Cluster]]], side: Callable[..., Ratio]) -> dict[str, float]:
    """Precision, recall and F1 over documents: numerators and denominators are summed first; 0/0 is 0."""
    sums = [0.0, 0.0, 0.0, 0.0]
    for gold, predicted in documents:
        for n, value in enumerate((*side(gold, predicted), *side(predicted, gold))):
            sums[n] += value
    recall = sums[0] / sums[1] if sums[1] else 0.0
    precision = sums[2] / sums[3] if sums[3] else 0.0
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0}


def _index(clustering: Sequence[Cluster]) -> dict[Any, int]:
    return {mention: n for n, cluster in enumerate(clustering) for mention in cluster}
