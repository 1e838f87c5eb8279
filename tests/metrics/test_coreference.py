import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.coreference import b_cubed, clusters, figures, lea


def clustering(document):
    """First occurrence of a mention wins, as the reference scorers read a response with repeats."""
    seen, found = set(), []
    for cluster in document:
        new = [m for m in cluster if m not in seen]
        seen.update(new)
        if new:
            found.append(frozenset(new))
    return found


@pytest.mark.parametrize(("schema", "side"), [("coref-bcub", b_cubed), ("coref-lea", lea)])
def test_the_reference_scorers_cases(reference, schema, side):
    cases = [c for c in json.loads((reference / "scorer" / "coref_tc.json").read_text())["cases"] if c["schema"] == schema]
    assert len(cases) == 36
    for case in cases:
        pairs = [(clustering(g), clustering(p)) for g, p in zip(case["gold"], case["pred"], strict=True)]
        found = figures(pairs, side)
        for name in ("precision", "recall", "f1"):
            assert found[name] == pytest.approx(case["expected"][name], abs=1e-4), (case["id"], name)


PAIRS = st.dictionaries(st.integers(0, 8), st.sampled_from([None, "a", "b", "c"]), max_size=8)


@given(PAIRS, PAIRS)
def test_laws(gold, predicted):
    one, other = clusters(gold.items()), clusters(predicted.items())
    for side in (b_cubed, lea):
        forth, back = figures([(one, other)], side), figures([(other, one)], side)
        assert forth["precision"] == back["recall"]
        assert 0 <= forth["f1"] <= 1 + 1e-9
        assert figures([(one, one)], side)["f1"] == pytest.approx(1.0 if one else 0.0)
