import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics import matching
from benchmark.metrics.arrays import SCHEMAS, SpanArrays, count
from benchmark.metrics.matching import Spans, edges_between, lay_out, match, overlaps

SPAN = st.tuples(st.integers(0, 9), st.integers(1, 6), st.sampled_from("AB")).map(lambda t: (t[0], t[0] + t[1], t[2]))
FEW = st.lists(SPAN, max_size=5)


def laid_out(gold, predicted):
    sides = [Spans(*(np.array([s[n] for s in spans], dtype=np.int64) for n in (3, 0, 1, 2))) for spans in (gold, predicted)]
    return lay_out(*sides)


def worth(schema, gold, predicted):
    """Credit, correct pairs and pairs, by which matchings are compared; None where spans do not overlap."""
    if min(gold[1], predicted[1]) <= max(gold[0], predicted[0]):
        return None
    same, typed = gold[:2] == predicted[:2], gold[2] == predicted[2]
    correct = {"strict": same and typed, "exact": same, "partial": same, "type": typed}[schema]
    return np.array([correct or (0.5 if schema == "partial" else 0), correct, 1])


def best_by_hand(schema, gold, predicted):
    """The best of all one-to-one matchings, by trying all."""
    few, many = sorted((gold, predicted), key=len)
    found = []
    for chosen in itertools.permutations(many, len(few)):
        pairs = [w for a, b in zip(few, chosen, strict=True) if (w := worth(schema, a, b)) is not None]
        found.append(tuple(np.sum(pairs, axis=0)) if pairs else (0, 0, 0))
    return max(found)


@given(st.lists(st.tuples(FEW, FEW), min_size=1, max_size=3))
def test_matching_is_optimal_under_every_schema(documents):
    counts = count(*(SpanArrays.from_spans([pair[side] for pair in documents]) for side in (0, 1)))
    for schema in SCHEMAS:
        table = counts.table(schema).sum(axis=1)
        for row, (gold, predicted) in zip(table, documents, strict=True):
            _, _, correct, _, partial, _, incorrect, _ = row
            assert (correct + 0.5 * partial, correct, correct + partial + incorrect) == best_by_hand(schema, gold, predicted)


@given(st.lists(SPAN, max_size=12), st.lists(SPAN, max_size=12))
def test_all_overlaps_are_found_once(gold, predicted):
    gold, predicted = sorted(gold), sorted(predicted)
    sides = [tuple(np.array([s[n] for s in spans], dtype=np.int64) for n in (0, 1)) for spans in (gold, predicted)]
    expected = [(i, j) for i, a in enumerate(gold) for j, b in enumerate(predicted) if min(a[1], b[1]) > max(a[0], b[0])]
    assert list(zip(*(x.tolist() for x in overlaps(*sides)), strict=True)) == expected


def criteria(edges, correct, rows):
    """The four criteria in their order, of some chosen pairs."""
    return correct[rows].sum(), len(rows), edges.typed[rows].sum(), pytest.approx(edges.shared[rows].sum())


def crowd(seed, size, reach=40, width=12, types=3):
    rng = np.random.default_rng(seed)
    start = rng.integers(0, reach, size)
    return [
        (int(a), int(a + w), int(t), 0) for a, w, t in zip(start, rng.integers(1, width, size), rng.integers(0, types, size), strict=True)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_the_ways_to_solve_clusters_agree(monkeypatch, seed):
    """Local rules, trying all, the dense and the sparse solver: each alone finds a matching as good as the others'."""
    one, other = laid_out(crowd(seed, 30), crowd(seed + 100, 25))
    edges = edges_between(one, other, 0.0)
    for correct, equal_first in ((edges.same & edges.typed, True), (edges.same, True), (edges.typed, False)):
        rows = match(edges, correct, equal_first)
        for ends in (edges.gold, edges.predicted):
            assert len(np.unique(ends[rows])) == len(rows)
        expected = criteria(edges, correct, rows)
        with monkeypatch.context() as patch:
            patch.setattr(matching, "_ROUNDS", 0)
            assert criteria(edges, correct, match(edges, correct, False)) == expected
            patch.setattr(matching, "_WAYS", np.zeros_like(matching._WAYS))
            assert criteria(edges, correct, match(edges, correct, False)) == expected
            patch.setattr(matching, "_DENSE", 0)
            assert criteria(edges, correct, match(edges, correct, False)) == expected


def test_one_long_span_over_many_stays_cheap():
    """A span over a whole document makes one cluster of everything; that must not become a matrix of everything."""
    many = [(10 * n, 10 * n + 5, n % 3, 0) for n in range(5000)]
    shifted = [(a + 1, b + 1, t, d) for a, b, t, d in many]
    one, other = laid_out([*many, (0, 60_000, 0, 0)], [*shifted, (1, 60_000, 0, 0)])
    edges = edges_between(one, other, 0.0)
    assert len(edges.gold) == 15_001
    assert len(match(edges, edges.typed, False)) == 5001


def test_offsets_and_documents_that_fit_no_integer_together_are_ranked():
    far = 2**40
    spans = [(far, far + 2**39, 0, 2**26), (far + 5, far + 9, 1, 2**26), (far, far + 1, 2**20, 0)]
    one, other = laid_out(spans, spans[::-1])
    assert one.order.tolist() == [2, 0, 1]
    assert other.order.tolist() == [0, 2, 1]
    assert (one.key == other.key).all()
    edges = edges_between(one, other, 0.0)
    assert list(zip(edges.gold.tolist(), edges.predicted.tolist(), strict=True)) == [(0, 0), (1, 1), (1, 2), (2, 1), (2, 2)]
    assert edges.same.tolist() == [True, True, False, False, True]
