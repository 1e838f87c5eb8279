import json
import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics import coreference
from benchmark.metrics.coreference import (
    COLUMNS,
    MEASURES,
    b_cubed,
    clustering,
    clusters,
    count,
    count_clusterings,
    figures,
    lea,
)
from benchmark.schema import Document, Event, Mention

NAMES = {
    "coref-muc": "muc",
    "coref-bcub": "b_cubed",
    "coref-ceafm": "ceaf_m",
    "coref-ceafe": "ceaf_e",
    "coref-blanc": "blanc",
    "coref-lea": "lea",
}
COUNTS = ("recall_num", "recall_den", "precision_num", "precision_den")


@pytest.fixture
def cases(reference):
    return json.loads((reference / "scorer" / "coref_tc.json").read_text())["cases"]


def document(name, groups):
    """A document of the clusters; a mention id of the cases holds its offsets."""
    mentions = [Mention(*map(int, m.split(":")), "X", entity=f"cluster {n}") for n, group in enumerate(groups) for m in group]
    random.Random(len(mentions)).shuffle(mentions)
    return Document(name, mentions=mentions)


@pytest.mark.parametrize("schema", NAMES)
def test_the_reference_scorers_cases(cases, schema):
    cases = [c for c in cases if c["schema"] == schema]
    assert len(cases) == 36
    for case in cases:
        sides = list(zip(case["gold"], case["pred"], strict=True))
        by_clusters = count_clusterings((clustering(g), clustering(p)) for g, p in sides)
        by_documents = count((document(str(n), g), document(str(n), p)) for n, (g, p) in enumerate(sides))
        expected = case["expected"]
        for counts in (by_clusters, by_documents):
            found = figures(counts)[NAMES[schema]]
            for name in ("recall", "precision", "f1"):
                assert found[name] == pytest.approx(expected[name], abs=1e-9), (case["id"], name)
            sums = counts.of(NAMES[schema]).sum(axis=0)
            if schema == "coref-blanc":
                told = [expected[f"{kind}_links"][side] for kind in ("coref", "noncoref") for side in ("common", "key", "response")]
            else:
                told = [expected[name] for name in COUNTS]
            assert sums == pytest.approx(told, abs=1e-9), case["id"]


@pytest.mark.parametrize(("schema", "side"), [("coref-bcub", b_cubed), ("coref-lea", lea)])
def test_one_side_of_the_reference_cases(cases, schema, side):
    for case in (c for c in cases if c["schema"] == schema):
        pairs = [tuple(clusters(clustering(side).items()) for side in sides) for sides in zip(case["gold"], case["pred"], strict=True)]
        found = figures(pairs, side)
        for name in ("precision", "recall", "f1"):
            assert found[name] == pytest.approx(case["expected"][name], abs=1e-9), (case["id"], name)


def test_nothing_against_nothing_is_zero_and_undefined():
    found = figures(count([(Document("d"), Document("d"))]))
    assert set(found) == {*MEASURES, "conll"}
    for name in found:
        assert found[name] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "undefined": ["f1", "precision", "recall"]}
    assert figures(count([]))["muc"]["f1"] == 0.0


def test_within_documents_and_across_the_collection():
    one = Document("a", mentions=[Mention(0, 1, "X", entity="e"), Mention(2, 3, "X", entity="e")])
    two = Document("b", mentions=[Mention(0, 1, "X", entity="e")])
    split = Document("b", mentions=[Mention(0, 1, "X", entity="f")])
    pairs = [(one, one), (two, split)]
    within, across = count(pairs), count(pairs, collection=True)
    assert within.documents == ("a", "b")
    assert within.table.shape == (2, 26)
    assert figures(within)["b_cubed"]["recall"] == 1.0
    assert across.documents == ("collection",)
    assert figures(across)["b_cubed"]["recall"] == pytest.approx((2 * 2 / 3 + 1 / 3) / 3)
    assert across.of("muc")[0].tolist() == [1, 2, 1, 1]


def test_given_mentions_are_those_that_both_have():
    gold = Document("a", mentions=[Mention(n, n + 1, "X", entity="e") for n in range(3)])
    predicted = Document("a", mentions=[Mention(n, n + 1, "Y", entity="f") for n in range(1, 5)])
    assert figures(count([(gold, predicted)]))["muc"]["recall"] == 0.5
    assert figures(count([(gold, predicted)], given=True))["conll"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_what_has_no_identity_or_another_level_or_is_not_scored_is_left_out():
    mentions = [Mention(0, 1, "X", "NAM", "e"), Mention(2, 3, "X", "PRO", "e"), Mention(4, 5, "DATE"), Mention(90, 91, "X", "NAM", "e")]
    gold, predicted = Document("a", regions=[[0, 10]], mentions=mentions), Document("a", mentions=mentions)
    assert count([(gold, predicted)]).of("b_cubed")[0].tolist() == [2, 2, 2, 2]
    assert count([(gold, predicted)], levels=["NAM"]).of("b_cubed")[0].tolist() == [1, 1, 1, 1]


def test_two_events_on_one_trigger():
    events = [
        Event(0, 8, "Justice.Execute", event="execution"),
        Event(0, 8, "Life.Die", event="death"),
        Event(9, 13, "Life.Die", event="death"),
    ]
    gold = Document("a", events=events)
    assert count([(gold, gold)], "events").of("muc")[0].tolist() == [1, 1, 1, 1]


def test_a_repeated_mention_stays_in_the_first_cluster_by_position_whatever_the_names():
    def predicted(names, order):
        mentions = [Mention(3, 7, "X", entity=names[0]), Mention(9, 10, "X", entity=names[0]), Mention(3, 7, "X", entity=names[1])]
        return Document("a", mentions=[(*mentions, Mention(13, 14, "X", entity=names[1]))[n] for n in order])

    gold = Document("a", mentions=[Mention(3, 7, "X", entity="e"), Mention(9, 10, "X", entity="e")])
    tables = [count([(gold, predicted(names, order))]).table.tolist() for names in ("ab", "ba") for order in ([0, 1, 2, 3], [3, 2, 1, 0])]
    assert all(table == tables[0] for table in tables)
    assert tables[0][0][COLUMNS["muc"]] == [1, 1, 1, 1]


MENTIONS = st.dictionaries(st.integers(0, 8), st.sampled_from("abcd"), max_size=9)
SIDES = st.lists(st.tuples(MENTIONS, MENTIONS), min_size=1, max_size=3)


@given(SIDES)
def test_laws(sides):
    forth, back = figures(count_clusterings(sides)), figures(count_clusterings((p, g) for g, p in sides))
    one_kind = any(not n for n in count_clusterings(sides).table.sum(axis=0)[COLUMNS["blanc"]][[1, 2, 4, 5]])
    for name, found in forth.items():
        assert all(0 <= found[figure] <= 1 + 1e-9 for figure in ("precision", "recall", "f1"))
        if name != "blanc" or not one_kind:
            assert found["precision"] == pytest.approx(back[name]["recall"])
            assert found["f1"] == pytest.approx(back[name]["f1"])
    same = figures(count_clusterings((g, g) for g, _ in sides))
    for found in same.values():
        for name in ("precision", "recall", "f1"):
            assert found[name] == pytest.approx(1.0) or name in found.get("undefined", [])


@given(SIDES, st.permutations(range(9)), st.randoms())
def test_names_and_order_do_not_matter(sides, names, rng):
    def renamed(side):
        items = list(side.items())
        rng.shuffle(items)
        return {m: names["abcd".index(c)] for m, c in items}

    assert count_clusterings(sides).table == pytest.approx(count_clusterings((renamed(g), renamed(p)) for g, p in sides).table)


@given(SIDES)
def test_counts_by_pairs_of_mentions(sides):
    """BLANC's links and MUC's numerator by their definitions, mention by mention."""
    for gold, predicted in sides:
        row = count_clusterings([(gold, predicted)]).table[0]

        def links(side):
            pairs = {(a, b) for a in side for b in side if a < b}
            same = {(a, b) for a, b in pairs if side[a] == side[b]}
            return same, pairs - same

        (cg, ng), (cp, np_) = links(gold), links(predicted)
        assert row[COLUMNS["blanc"]].tolist() == [len(cg & cp), len(cg), len(cp), len(ng & np_), len(ng), len(np_)]
        sizes = [[m for m in gold if gold[m] == c] for c in set(gold.values())]
        parts = [len({predicted.get(m, ("alone", m)) for m in group}) for group in sizes]
        assert row[COLUMNS["muc"]][0] == sum(map(len, sizes)) - sum(parts)


def test_sums_of_documents_are_the_figures():
    rng = random.Random(1)
    sides = [tuple({m: rng.randrange(4) for m in range(9) if rng.random() < 0.8} for _ in range(2)) for _ in range(5)]
    counts = count_clusterings(sides)
    weights = np.array([[1, 1, 1, 1, 1], [2, 0, 1, 0, 2]])
    for name, found in figures(counts).items():
        resampled = coreference.ratios(name, weights @ counts.table)
        assert resampled.shape == (2, 3)
        assert resampled[0] == pytest.approx([found["recall"], found["precision"], found["f1"]])


def test_time_is_linear():
    rng = random.Random(0)
    gold = {n: n // 8 for n in range(100_000)}
    predicted = {n: n // 8 if rng.random() < 0.9 else 12_500 + rng.randrange(12_500) for n in range(100_000)}
    begin = time.perf_counter()
    found = figures(count_clusterings([(gold, predicted)]))
    assert 0.5 < found["conll"]["f1"] < 1
    assert time.perf_counter() - begin < 10  # about 1 s, the assignment of CEAF included
