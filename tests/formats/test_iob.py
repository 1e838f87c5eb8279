import json
import math
import random
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.formats import iob
from benchmark.metrics.arrays import SpanArrays, count
from benchmark.problems import BadInput

# Cases of seqeval's own tests that are not followed, and why.
NOT_FOLLOWED = {
    "seqeval/test_metrics/TestMetrics/test_get_entities_with_non_NE_input": "MISC is read as a tag M of type ISC; here it is no tag",
    "seqeval/test_metrics/TestMetrics/test_get_entities_with_non_NE_input#2": "MISC is read as a tag C of type MIS; here it is no tag",
    "seqeval/test_v1/TestPrecisionRecallFscoreSupport/test_bad_beta/precision_recall_fscore_support": "checks an argument of seqeval's",
    "seqeval/test_v1/TestPrecisionRecallFscoreSupport/test_bad_average_option/precision_recall_fscore_support": "as above",
    "seqeval/test_metrics/TestF1score/test_runtime_warning[None-None]/f1_score": "the mean over no types is nan there; 0/0 is 0 here",
    "seqeval/test_metrics/TestF1score/test_runtime_warning[strict-IOB2]/f1_score": "as above",
}
TOKEN_LEVEL = ("token-accuracy", "token-confusion")  # figures over tags, not chunks


def chunks(found):
    return [(int(d), int(a), int(b), found.types[k]) for d, a, b, k in zip(*found[:4], strict=True)]


def counted(gold, predicted, scheme=iob.LENIENT, suffix=False):
    iob.check_aligned(gold, predicted)
    return count(*(SpanArrays(*iob.decode(side, scheme, suffix=suffix)) for side in (gold, predicted)), schemas=("strict",))


@pytest.fixture
def cases(reference):
    path = reference / "scorer" / "ner_seqeval_unit.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not among the reference data")
    found = json.loads(path.read_text())["cases"]
    assert {case["id"] for case in found} >= NOT_FOLLOWED.keys()
    return [case for case in found if case["id"] not in NOT_FOLLOWED and case["schema"] not in TOKEN_LEVEL]


def test_seqeval_decoding(cases):
    decoding = [case for case in cases if case["schema"] == "seqeval-decode"]
    assert len(decoding) == 249
    for case in decoding:
        tags, params = case["tags"], case["params"]
        sequences = tags if tags and isinstance(tags[0], list) else [tags]
        scheme, suffix = params["scheme"] if params["strict"] else iob.LENIENT, params.get("suffix", False)
        if "error" in case["expected"]:
            with pytest.raises(ValueError, match="is not a tag of"):
                iob.decode(sequences, scheme, suffix=suffix)
            continue
        begin = np.cumsum([0, *(len(tags) + 1 for tags in sequences)])  # the source counts on, with one O after each sequence
        found = [
            {"start": begin[d] + a, "end": begin[d] + b, "label": k} for d, a, b, k in chunks(iob.decode(sequences, scheme, suffix=suffix))
        ]
        assert found == case["expected"]["entities"], case["id"]


def test_seqeval_detection_labels_and_validation(cases):
    for case in cases:
        expected = case["expected"]
        if case["schema"] == "seqeval-autodetect":
            if "error" in expected:
                with pytest.raises(ValueError, match="no scheme"):
                    iob.detect(case["tags"])
            else:
                assert iob.detect(case["tags"]) == expected["scheme"], case["id"]
        elif case["schema"] == "seqeval-labels":
            sides = [iob.decode(case[side], case["params"]["scheme"]) for side in ("tags_gold", "tags_pred")]
            assert sorted({found.types[k] for found in sides for k in found.type}) == expected["labels"], case["id"]
        elif case["schema"] == "seqeval-validate":
            if "error" in expected:
                with pytest.raises(ValueError, match=r"gold (sequences|tags), but"):
                    iob.check_aligned(case["tags_gold"], case["tags_pred"])
            else:
                iob.check_aligned(case["tags_gold"], case["tags_pred"])


def averaged(counts):
    """The figures of seqeval's reports; macro and weighted means run over the types of both sides."""
    rows = counts.by_type("strict")
    names = ("precision", "recall", "f1")
    support = {kind: row["gold"] for kind, row in rows.items()}
    total = sum(support.values())
    report = {kind: {name: row[name] for name in names} | {"support": support[kind]} for kind, row in rows.items()}
    micro = counts.overall("strict")
    return report, {
        "micro": {name: micro[name] for name in names} | {"support": total},
        "macro": {name: sum(row[name] for row in rows.values()) / max(len(rows), 1) for name in names} | {"support": total},
        "weighted": {name: sum(row[name] * support[kind] for kind, row in rows.items()) / max(total, 1) for name in names}
        | {"support": total},
    }


def test_seqeval_scores_and_reports(cases):
    scored = [case for case in cases if case["schema"] in ("seqeval-default", "seqeval-strict")]
    assert len(scored) == 38
    for case in scored:
        params, expected = case["params"], case["expected"]
        strict = case["schema"] == "seqeval-strict"
        arguments = (
            case["tags_gold"],
            case["tags_pred"],
            params.get("scheme", "IOB2") if strict else iob.LENIENT,
            params.get("suffix", False),
        )
        if "error" in expected:
            with pytest.raises(ValueError, match="gold tags, but"):
                counted(*arguments)
            continue
        report, averages = averaged(counted(*arguments))
        if "report" in expected:
            wanted = {k: {"f1" if n == "f1-score" else n: v for n, v in row.items()} for k, row in expected["report"].items()}
            for name in averages:
                assert averages[name] == pytest.approx(wanted.pop(f"{name} avg")), case["id"]
            assert report == {kind: pytest.approx(row) for kind, row in wanted.items()}, case["id"]
            continue
        average = params.get("average", "micro")
        if params.get("beta") == "inf":  # recall alone
            expected = {name: value for name, value in expected.items() if name != "f1"}
        for name, value in expected.items():
            found = averages[average][name] if average else [row[name] for row in report.values()]
            assert found == pytest.approx(value), (case["id"], name)


@pytest.mark.parametrize("scheme", [s for s in iob.SCHEMES if s != iob.LENIENT])
def test_random_tags_are_read_strictly_as_seqeval_reads_them(scheme):
    reader = pytest.importorskip("seqeval.scheme", reason="seqeval is not installed")
    rng = random.Random(scheme)
    letters = {"BILOU": "BIL U", "IOBES": "BIES "}.get(scheme, "I" + scheme[2] + " ").replace(" ", "")
    tags = ["O", "O", *(f"{x}-{t}" for x in letters for t in "AB")]
    sequences = [[rng.choice(tags) for _ in range(rng.randrange(12))] for _ in range(3000)]
    expected = [
        (n, e.start, e.end, e.tag) for n, found in enumerate(reader.Entities(sequences, getattr(reader, scheme)).entities) for e in found
    ]
    assert chunks(iob.decode(sequences, scheme)) == expected


def test_random_tags_are_read_leniently_as_seqeval_and_conlleval_read_them():
    metrics = pytest.importorskip("seqeval.metrics.sequence_labeling", reason="seqeval is not installed")
    rng = random.Random(0)
    tags = ["O", "O", *(f"{x}-{t}" for x in "BIES" for t in "AB")]
    sequences = [[rng.choice(tags) for _ in range(rng.randrange(12))] for _ in range(3000)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [(n, a, b + 1, t) for n, s in enumerate(sequences) for t, a, b in metrics.get_entities(s)]
    assert chunks(iob.decode(sequences)) == expected


SPANS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(["A", "B-C"])), max_size=5)


@given(st.lists(SPANS, max_size=4), st.sampled_from(["IOB2", "IOBES", "BILOU", "IOE2"]), st.booleans())
def test_what_is_written_in_a_scheme_is_read_back(layout, scheme, suffix):
    first, inside, last, single = {"IOB2": "BIIB", "IOBES": "BIES", "BILOU": "BILU", "IOE2": "IIEE"}[scheme]
    sequences, expected = [], []
    for number, row in enumerate(layout):
        tags = []
        for gap, length, kind in row:
            tags += ["O"] * gap
            expected.append((number, len(tags), len(tags) + length, kind))
            letters = single if length == 1 else first + inside * (length - 2) + last
            tags += [f"{kind}-{x}" if suffix else f"{x}-{kind}" for x in letters]
        sequences.append(tags)
    assert chunks(iob.decode(sequences, scheme, suffix=suffix)) == expected
    if scheme != "IOE2":
        assert chunks(iob.decode(sequences, suffix=suffix)) == expected  # well-formed tags leave nothing to leniency


def test_many_sequences_are_read_as_few():
    sequences = [["B-A", "I-A"], [], ["O", f"B-T{1}"]] * 3000
    found = iob.decode(sequences, "IOB2")
    assert found.documents == 9000
    assert chunks(found)[-1] == (8999, 1, 2, "T1")
    assert len(chunks(found)) == 6000
    assert iob.decode([]).documents == 0


def test_wrong_tags_are_named():
    for tags, scheme in ((["X-A"], "conlleval"), (["BA"], "IOB2"), ([""], "IOB2"), (["E-A"], "IOB2"), (["B-A"], "IOE2")):
        with pytest.raises(ValueError, match=repr(tags[0])):
            iob.decode([tags], scheme)
    with pytest.raises(ValueError, match="unknown scheme"):
        iob.decode([], "IOB3")


def test_columns():
    text = "-DOCSTART-\tO\r\n\r\nA\tx\tB-P\t \r\nb c\ty\tI-P\r\n \r\n\r\nd\tz\tO\n-DOCSTART- O\nSyria B-GPE\n\u00a0x\u2028y O"
    found = iob.read(text)
    assert found.tokens == [["A", "b c"], ["d"], ["Syria", "\u00a0x\u2028y"]]
    assert found.tags == [["B-P", "I-P"], ["O"], ["B-GPE", "O"]]
    assert found.documents == [0, 0, 1]
    assert iob.read("A x B-P\n", tag=1).tags == [["x"]]
    assert iob.read("") == ([], [], [])
    with pytest.raises(BadInput, match="f:3: 1 column"):
        iob.read("A O\n\nalone\n", "f")


PUBLISHED = {  # entity precision, recall, F1 and surface-form F1 of the WNUT 2017 shared task (Derczynski et al. 2017)
    "arcada": (47.40, 34.57, 39.98, 37.77),
    "flytxt": (47.92, 31.97, 38.35, 36.31),
    "drexel_cci": (50.39, 17.79, 26.30, 25.26),
}


@pytest.mark.parametrize("team", PUBLISHED)
def test_wnut_2017_submissions_come_out_as_published(reference, team):
    folder = reference / "corpora" / "wnut17"
    if not folder.is_dir():
        pytest.skip("corpora/wnut17 is not among the reference data")
    files = folder / "emerging.test.annotated", folder / "submissions" / team
    gold, predicted = (iob.read(path.read_bytes().decode(), path.name) for path in files)
    assert len(gold.tokens) == 1287
    counts = counted(gold.tags, predicted.tags)
    sides = [SpanArrays(*iob.decode(side.tags)) for side in (gold, predicted)]

    def surfaces(side, rows):
        return {(" ".join(gold.tokens[side.document[n]][side.start[n] : side.end[n]]), side.types[side.type[n]]) for n in rows}

    right = np.flatnonzero(counts.fate_gold["strict"] == 1)
    whole = sum(len(surfaces(side, range(len(side)))) for side in sides)
    overall = counts.overall("strict")
    surface = 2 * len(surfaces(sides[0], right)) / whole
    assert overall["gold"] == 1079
    found = [overall["precision"], overall["recall"], overall["f1"], surface]
    assert [math.floor(100 * 100 * x + 0.5) / 100 for x in found] == list(PUBLISHED[team])
