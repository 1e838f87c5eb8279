import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics import arrays, spans
from benchmark.metrics.arrays import SCHEMAS, SpanArrays, count
from benchmark.metrics.counts import Tally
from benchmark.schema import Document, Mention

WORDS = ("correct", "incorrect", "partial", "missed", "spurious", "possible", "actual")
SPAN = st.tuples(st.integers(0, 9), st.integers(1, 5), st.sampled_from("ABC")).map(lambda t: (t[0], t[0] + t[1], t[2]))
DOCUMENTS = st.lists(st.tuples(st.lists(SPAN, max_size=7), st.lists(SPAN, max_size=7)), min_size=1, max_size=3)


def counted(documents, **options):
    return count(*(SpanArrays.from_spans([pair[side] for pair in documents]) for side in (0, 1)), **options)


def of_case(documents):
    return SpanArrays.from_spans([[(s["start"], s["end"], s["label"]) for s in spans] for spans in documents])


def test_cases_of_nervaluate(reference):
    """All of them, also the 12 whose number depends on the order of the lists: the order of its tests is one that matches optimally."""
    path = reference / "scorer" / "ner_nervaluate_unit.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the reference data")
    cases = json.loads(path.read_text())["cases"]
    assert len(cases) == 144
    failed = []
    for case in cases:
        schema, params = case["schema"].removeprefix("ner-"), case["params"]
        gold, predicted = of_case(case["gold"]), of_case(case["pred"])
        if case.get("filter"):
            gold, predicted = (side.of_type(*params["labels"]) for side in (gold, predicted))
        options = {"minimum_overlap": params["min_overlap_percent_of_gold"] / 100, "schemas": (schema,)}
        found = {None: count(gold, predicted, **options).overall(schema)}
        for kind in case.get("expected_per_type", {}):
            # the source matches each type anew
            found[kind] = count(gold.of_type(kind), predicted.of_type(kind), **options).overall(schema)
        expected = {None: case["expected"], **case.get("expected_per_type", {})}
        names = (*WORDS, "precision", "recall", "f1")
        if any({n: found[k][n] for n in names} != {n: pytest.approx(row[n]) for n in names} for k, row in expected.items()):
            failed.append(case["id"])
    assert failed == []


def flat(rng, size=30, types="ABC"):
    """Spans that do not overlap."""
    found, at = [], 0
    while (at := at + rng.choice((0, 0, 1, 2, 5))) < size:
        end = at + rng.choice((1, 2, 3, 4))
        found.append((at, end, rng.choice(types)))
        at = end
    return found


def flat_pair(rng):
    """Gold and predictions that often agree."""
    gold = flat(rng)
    other = iter(flat(rng))
    kept = [(a, b, t if rng.random() < 0.8 else "C") for a, b, t in gold if rng.random() < 0.6]
    for span in other:
        if not any(min(span[1], b) > max(span[0], a) for a, b, _ in kept):
            kept.append(span)
    return gold, sorted(kept)


def test_random_flat_documents_against_nervaluate():
    nervaluate = pytest.importorskip("nervaluate", reason="nervaluate is not installed")
    rng = random.Random(0)
    documents = [flat_pair(rng) for _ in range(300)]
    sides = [[[{"label": t, "start": a, "end": b - 1} for a, b, t in pair[n]] for pair in documents] for n in (0, 1)]
    expected = nervaluate.Evaluator(*sides, tags=list("ABC"), loader="dict").evaluate()
    counts = counted(documents)
    kinds = {kind: counted([[[s for s in side if s[2] == kind] for side in pair] for pair in documents]) for kind in "ABC"}
    # Flat and sorted lists are the case in which its greedy matching is optimal under these schemas.
    for schema in ("strict", "exact", "partial"):
        for found, row in ((counts, expected["overall"]), *((kinds[kind], expected["entities"][kind]) for kind in "ABC")):
            overall = found.overall(schema)
            assert {n: overall[n] for n in WORDS} == {n: getattr(row[schema], n) for n in WORDS}
            assert overall["f1"] == pytest.approx(row[schema].f1)
    # Under type it takes the nearest mention of equal type, and may take it from another prediction.
    assert counts.overall("type")["correct"] >= expected["overall"]["ent_type"].correct
    plain = [pair for pair in documents if not any(crowded(a, b) for a, b in (pair, pair[::-1]))]
    assert len(plain) > 30
    sides = [[[{"label": t, "start": a, "end": b - 1} for a, b, t in pair[n]] for pair in plain] for n in (0, 1)]
    row = nervaluate.Evaluator(*sides, tags=list("ABC"), loader="dict").evaluate()["overall"]["ent_type"]
    assert {n: counted(plain).overall("type")[n] for n in WORDS} == {n: getattr(row, n) for n in WORDS}


def crowded(some, others):
    """Whether a span overlaps several of the other side."""
    return any(sum(min(a[1], b[1]) > max(a[0], b[0]) for b in others) > 1 for a in some)


def test_random_flat_documents_against_seqeval():
    seqeval = pytest.importorskip("seqeval.metrics", reason="seqeval is not installed")
    scheme = pytest.importorskip("seqeval.scheme")
    rng = random.Random(1)
    documents = [flat_pair(rng) for _ in range(300)]

    def tags(found):
        row = ["O"] * 40
        for a, b, kind in found:
            row[a:b] = [f"B-{kind}", *[f"I-{kind}"] * (b - a - 1)]
        return row

    sides = [[tags(pair[n]) for pair in documents] for n in (0, 1)]
    report = seqeval.classification_report(*sides, mode="strict", scheme=scheme.IOB2, output_dict=True, zero_division=0)
    counts = counted(documents)
    for name, row in {**counts.by_type("strict"), "micro avg": counts.overall("strict")}.items():
        found = [row["precision"], row["recall"], row["f1"], row["gold"]]
        assert found == pytest.approx([report[name][n] for n in ("precision", "recall", "f1-score", "support")])


def test_random_flat_documents_against_spacy():
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    scorer, training, tokens = spacy.scorer, pytest.importorskip("spacy.training"), spacy.tokens
    rng = random.Random(2)
    documents = [flat_pair(rng) for _ in range(100)]
    vocabulary = spacy.blank("en").vocab

    def document(found):
        made = tokens.Doc(vocabulary, words=[f"w{n}" for n in range(40)])
        made.ents = [tokens.Span(made, a, b, label=kind) for a, b, kind in found]
        return made

    examples = [training.Example(document(predicted), document(gold)) for gold, predicted in documents]
    expected = scorer.Scorer.score_spans(examples, "ents")
    counts = counted(documents)
    for row, figures in (
        (counts.overall("strict"), [expected[f"ents_{x}"] for x in "prf"]),
        *((row, [expected["ents_per_type"][kind][x] for x in "prf"]) for kind, row in counts.by_type("strict").items()),
    ):
        assert [row["precision"], row["recall"], row["f1"]] == pytest.approx(figures)


@given(DOCUMENTS)
def test_strict_and_partial_equal_the_matching_document_by_document(documents):
    counts = counted(documents)
    units = [("d", n) for n in range(len(documents))]
    for schema, reference in (("strict", spans.count_strict), ("partial", spans.count_partial)):
        tally = Tally()
        for unit, (gold, predicted) in zip(units, documents, strict=True):
            reference(sorted(gold), sorted(predicted), lambda offset, unit=unit: unit, tally)
        # Per type the two can differ where two matchings are equally good by every criterion.
        assert (counts.table(schema)[..., :6].sum(axis=1) == tally.counts(units).table.sum(axis=1)).all()


def test_per_type_counts_equal_the_matching_document_by_document():
    rng = random.Random(3)
    documents = [flat_pair(rng) for _ in range(200)]
    counts = counted(documents)
    units = [("d", n) for n in range(len(documents))]
    for schema, reference in (("strict", spans.count_strict), ("partial", spans.count_partial)):
        tally = Tally()
        for unit, (gold, predicted) in zip(units, documents, strict=True):
            reference(sorted(gold), sorted(predicted), lambda offset, unit=unit: unit, tally)
        assert (counts.table(schema)[..., :6] == tally.counts(units).table).all()


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(documents, rng):
    shuffled = [tuple(rng.sample(side, len(side)) for side in pair) for pair in documents]
    one, other = counted(documents), counted(shuffled)
    for schema in SCHEMAS:
        assert (one.table(schema) == other.table(schema)).all()


def test_the_order_of_documents_in_the_arrays_does_not_matter(monkeypatch):
    monkeypatch.setattr(arrays, "_BLOCK", 20)
    rng = np.random.default_rng(0)
    sides = [
        SpanArrays.from_spans([[(int(a), int(a) + 3, "AB"[a % 2]) for a in rng.integers(0, 20, 6)] for _ in range(50)]) for _ in range(2)
    ]
    mixed = []
    for side in sides:
        order = rng.permutation(len(side))
        mixed.append(SpanArrays(side.document[order], side.start[order], side.end[order], side.type[order], side.types, 50))
    one, other = count(*sides), count(*mixed)
    monkeypatch.setattr(arrays, "_BLOCK", 1 << 20)
    whole = count(*sides)
    for schema in SCHEMAS:
        assert (one.table(schema) == whole.table(schema)).all()
        assert (other.table(schema) == whole.table(schema)).all()
        for side, found in ((sides, one), (mixed, other)):
            paired = np.flatnonzero(found.partner[schema] >= 0)
            partners = found.partner[schema][paired]
            assert len(np.unique(partners)) == len(paired) == np.count_nonzero(found.fate_predicted[schema])
            assert (side[0].document[paired] == side[1].document[partners]).all()


@given(DOCUMENTS)
def test_swapping_gold_and_predictions_swaps_precision_and_recall(documents):
    one, other = counted(documents), counted([pair[::-1] for pair in documents])
    for schema in SCHEMAS:
        a, b = one.overall(schema), other.overall(schema)
        assert (a["precision"], a["recall"], a["missed"], a["spurious"]) == (b["recall"], b["precision"], b["spurious"], b["missed"])
        assert [a[n] for n in ("correct", "partial", "incorrect")] == [b[n] for n in ("correct", "partial", "incorrect")]


@given(DOCUMENTS)
def test_schemas_are_ordered_and_their_counts_add_up(documents):
    counts = counted(documents)
    found = {schema: counts.overall(schema) for schema in SCHEMAS}
    for figure in ("precision", "recall", "f1"):
        assert found["strict"][figure] <= found["exact"][figure] <= found["partial"][figure] <= 1
        assert found["strict"][figure] <= found["type"][figure] <= 1
    for schema, row in found.items():
        paired = row["correct"] + row["incorrect"] + row["partial"]
        assert row["possible"] == paired + row["missed"] == sum(len(gold) for gold, _ in documents)
        assert row["actual"] == paired + row["spurious"] == sum(len(predicted) for _, predicted in documents)
        assert (counts.table(schema).sum(axis=0) == counts.sums(schema)).all()
        for name in ("missed", "spurious", "possible", "actual"):
            assert row[name] == sum(kind[name] for kind in counts.by_type(schema).values())


@given(DOCUMENTS, st.data())
def test_a_right_answer_more_never_lowers_recall(documents, data):
    number = data.draw(st.integers(0, len(documents) - 1))
    gold, predicted = documents[number]
    if not gold:
        return
    more = [*documents[:number], (gold, [*predicted, data.draw(st.sampled_from(gold))]), *documents[number + 1 :]]
    for schema in SCHEMAS:
        assert counted(more).overall(schema)["recall"] >= counted(documents).overall(schema)["recall"]


@given(DOCUMENTS)
def test_gold_against_gold_is_perfect(documents):
    counts = counted([(gold, gold[::-1]) for gold, _ in documents])
    for schema in SCHEMAS:
        row = counts.overall(schema)
        assert row["correct"] == row["possible"]
        assert row["f1"] == (1 if row["possible"] else 0)
        assert ("undefined" in row) == (not row["possible"])


@given(DOCUMENTS, st.integers(0, 2**40 - 20))
def test_offsets_of_any_size(documents, far):
    moved = [tuple([(a + far, b + far, t) for a, b, t in side] for side in pair) for pair in documents]
    for schema in SCHEMAS:
        assert (counted(moved).table(schema) == counted(documents).table(schema)).all()


def test_a_long_document_with_far_and_long_spans():
    gold = [(0, 2**40, "A"), (2**39, 2**39 + 1, "B"), (2**40, 2**40 + 7, "A")]
    row = counted([(gold, [(1, 2**40, "A"), (2**39, 2**39 + 1, "B"), (2**40 + 6, 2**41, "B")])])
    assert [row.overall(schema)["correct"] for schema in SCHEMAS] == [1, 1, 1, 2]
    assert row.overall("partial")["partial"] == 2


def test_duplicates_count_against_precision():
    counts = counted([([(1, 3, "A")], [(1, 3, "A")] * 2)])
    for schema in SCHEMAS:
        assert [counts.overall(schema)[n] for n in ("correct", "spurious", "f1")] == [1, 1, pytest.approx(2 / 3)]


def test_each_side_counts_under_its_own_type():
    counts = counted([([(0, 4, "A")], [(0, 5, "B")]), ([], [(9, 11, "B")])])
    found = counts.by_type("strict")
    assert (found["A"]["incorrect_gold"], found["A"]["incorrect_predicted"], found["A"]["missed"]) == (1, 0, 0)
    assert (found["B"]["incorrect_gold"], found["B"]["incorrect_predicted"], found["B"]["spurious"]) == (0, 1, 1)
    assert counts.by_type("partial")["A"]["recall"] == 0.5
    assert counts.by_type("partial")["B"]["precision"] == 0.25
    assert counts.table("partial").shape == (2, 2, len(arrays.COLUMNS))
    assert counts.table("partial")[1].tolist() == [[0] * 8, [0, 1, 0, 0, 0, 0, 0, 0]]


def test_minimum_overlap_is_a_share_of_the_gold_mention():
    documents = [([(0, 10, "A")], [(7, 30, "A")])]
    assert counted(documents, minimum_overlap=0.3).overall("partial")["partial"] == 1
    assert counted(documents, minimum_overlap=0.31).overall("partial")["partial"] == 0


def test_documents_with_levels_regions_and_paragraphs():
    gold = Document(
        "d",
        regions=[(0, 50)],
        mentions=[Mention(0, 2, "A", "NAM"), Mention(20, 25, "B"), Mention(3, 5, "A", "NOM"), Mention(60, 62, "A", "NAM")],
    )
    other = Document("e", mentions=[Mention(7, 9, "C", "NAM")])
    found = SpanArrays.from_documents([gold, other, Document("f")], starts=[[0, 10, 20], [5], []])
    assert (found.documents, found.units) == (3, 5)
    assert found.document.tolist() == [0, 0, 1]
    assert found.unit.tolist() == [0, 2, 3]
    assert SpanArrays.from_documents([gold, other], levels=("NOM",)).start.tolist() == [3]
    assert SpanArrays.from_spans([[(3, 5, "A")]]).with_units([[10, 20]]).unit.tolist() == [0]
    empty = SpanArrays.from_documents([])
    assert count(empty, empty).overall("strict")["undefined"] == ["precision", "recall", "f1"]


def test_wrong_arrays_are_refused():
    for arguments in (
        ([0], [3], [3], [0]),
        ([0], [-1], [3], [0]),
        ([0, 0], [1], [2], [0]),
        ([0], [1], [2], [1]),
        ([-1], [1], [2], [0]),
        ([0], [0.5], [2], [0]),
    ):
        with pytest.raises(ValueError, match=r"."):
            SpanArrays(*arguments, ["A"])
    with pytest.raises(ValueError, match="only 1"):
        SpanArrays([1], [1], [2], [0], ["A"], documents=1)


def test_confusion_between_types():
    gold = SpanArrays.from_spans([[(0, 5, "PER"), (9, 12, "ORG"), (20, 22, "ORG")]])
    predicted = SpanArrays.from_spans([[(0, 5, "PER"), (8, 12, "LOC"), (30, 33, "LOC")]])
    assert count(gold, predicted).confusion() == {"PER": {"PER": 1}, "ORG": {"LOC": 1, "missed": 1}, "spurious": {"LOC": 1}}
