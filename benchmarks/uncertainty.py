"""Seconds for the uncertainty of a whole table: intervals and paired tests; and the ratio to scipy.stats.bootstrap on one figure.

Run with ``python benchmarks/uncertainty.py``. The data are random and seeded: ten models, 2,000 paragraphs in 100 articles, 20 types.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import bootstrap as scipy_bootstrap

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmark import stats
from benchmark.metrics.counts import COLUMNS, CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED

ARTICLES = 100


def table(models: int, units: int, types: int, seed: int = 0) -> np.ndarray:
    """Counts of shape (models, units, types, columns) of models that are better one after the other."""
    generator = np.random.default_rng(seed)
    gold = generator.poisson(0.4, (units, types))
    counts = np.zeros((models, units, types, len(COLUMNS)), dtype=np.int64)
    for model, part in enumerate(counts):
        hits = generator.binomial(gold, 0.6 + 0.03 * model / max(1, models - 1))
        part[..., GOLD] = gold
        part[..., PREDICTED] = hits + generator.poisson(0.1, (units, types))
        part[..., CORRECT_GOLD] = part[..., CORRECT_PREDICTED] = hits
    return counts


def seconds(task: Callable[[], Any], runs: int) -> list[float]:
    """Wall-clock seconds of each run, ascending."""
    found = []
    for _ in range(runs):
        begin = time.perf_counter()
        task()
        found.append(time.perf_counter() - begin)
    return sorted(found)


def one_f1(counts: np.ndarray, method: str, resamples: int) -> object:
    """scipy's interval of the overall F1 of one model, in the form that it is fastest in: vectorized, columns as paired samples."""
    sums = counts.sum(axis=1)
    columns = (sums[:, CORRECT_GOLD], sums[:, GOLD] + sums[:, PREDICTED])

    def f1(hits: np.ndarray, both: np.ndarray, axis: int = -1) -> np.ndarray:
        return 2 * hits.sum(axis=axis) / both.sum(axis=axis)

    return scipy_bootstrap(
        columns, f1, paired=True, vectorized=True, n_resamples=resamples, method=method, batch=500, rng=np.random.default_rng(0)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("models", 10), ("paragraphs", 2000), ("types", 20), ("resamples", 10_000), ("runs", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    size = parser.parse_args()
    counts = table(size.models, size.paragraphs, size.types)
    units = [(f"article {n % ARTICLES}", n // ARTICLES) for n in range(size.paragraphs)]
    pairs = size.models * (size.models - 1) // 2
    figures = 3 * size.models * (size.types + 2)
    print(f"{size.models} models, {size.paragraphs} paragraphs, {size.types} types, {size.resamples} resamples")
    print(f"{'':<78} {'best':>10} {'median':>10}   of {size.runs} runs")

    def told(what: str, task: Callable[[], Any]) -> float:
        found = seconds(task, size.runs)
        print(f"{what:<78} {found[0]:8.3f} s {found[len(found) // 2]:8.3f} s")
        return found[len(found) // 2]

    def intervals(method: str) -> Callable[[], Any]:
        return lambda: stats.bootstrap(counts, units, method=method, resamples=size.resamples)  # type: ignore[arg-type]

    told(f"BCa intervals of all {figures} figures (precision, recall, F1)", intervals("bca"))
    told(f"percentile intervals of all {figures} figures", intervals("percentile"))
    told(f"paired tests of all {pairs} pairs, all types", lambda: stats.permutation_test(counts, units, permutations=size.resamples))
    together = counts.sum(axis=2, keepdims=True)
    told(f"paired tests of all {pairs} pairs, overall F1", lambda: stats.permutation_test(together, units, permutations=size.resamples))
    for method in ("bca", "percentile"):
        ours = told(
            f"one figure, {method}",
            lambda method=method: stats.bootstrap(together[:1], units, ["f1"], method=method, resamples=size.resamples),  # type: ignore[misc]
        )
        theirs = told(f"one figure, {method}, scipy.stats.bootstrap", lambda method=method: one_f1(counts[0], method, size.resamples))  # type: ignore[misc]
        print(f"  ratio {theirs / ours:.1f}")
    whole = seconds(intervals("bca"), 1)[0]
    single = seconds(lambda: one_f1(counts[0], "bca", size.resamples), 1)[0]
    print(
        f"BCa a figure: {1e3 * whole / figures:.2f} ms in the table, {1e3 * single:.0f} ms by scipy: ratio {single * figures / whole:.0f}"
    )


if __name__ == "__main__":
    main()
