import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from benchmark.metrics import assignment
from benchmark.metrics.assignment import best_assignment


@pytest.mark.parametrize("dense", [0, 250_000])
def test_the_assignment_by_components_is_that_of_the_whole(monkeypatch, dense):
    monkeypatch.setattr(assignment, "_DENSE", dense)
    generator = np.random.default_rng(0)
    for _ in range(30):
        matrix = generator.random((generator.integers(1, 12), generator.integers(1, 12))) * (generator.random() < 0.4)
        matrix *= generator.random(matrix.shape) < 0.3
        weights = {(int(g), f"p{p}"): float(matrix[g, p]) for g, p in zip(*np.nonzero(matrix), strict=True)}
        best = best_assignment(weights)
        assert len({g for g, _ in best}) == len({p for _, p in best}) == len(best)
        assert sum(weights[pair] for pair in best) == pytest.approx(matrix[linear_sum_assignment(matrix, maximize=True)].sum())
