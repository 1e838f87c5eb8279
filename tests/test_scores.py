"""Every figure carries its interval; what cannot have one says so."""

import json

import pytest

from benchmark.metrics.counts import COLUMNS
from benchmark.schema import Document, Mention
from benchmark.scores import Scores
from benchmark.scoring import METRICS, learnable, score
from tests.conftest import story

GOLD = list(story())
HALF = {"kidal": GOLD[0]}


def figures(found, path=()):
    """All parts of a summary that are figures, by path."""
    if isinstance(found, dict):
        if any(name in found for name in ("f1", "accuracy", "share", "error")):
            yield path, found
        for name, part in found.items():
            yield from figures(part, (*path, name))


def test_every_figure_has_an_interval_around_it():
    found = score(GOLD, HALF, "s", seen=learnable(GOLD)).summary(resamples=200)
    number = 0
    for path, row in figures(found):
        if "across_documents" in path or "agreement" in path:  # one clustering: nothing to draw; an agreement is no score
            assert "interval" not in row
            continue
        assert "interval" in row, path
        if row["interval"] is None:
            continue
        number += 1
        low, high = row["interval"]
        value = row.get("f1", row.get("accuracy", row.get("share", row.get("error"))))
        assert low <= value + 1e-9 or low <= high, path
        assert low <= high
    assert number > 100


@pytest.mark.parametrize("name", ["precision_interval", "recall_interval"])
def test_precision_and_recall_have_their_own(name):
    overall = score(GOLD, HALF, "s").summary(resamples=500)["mentions"]["strict"]["overall"]
    low, high = overall[name]
    assert low <= overall[name.partition("_")[0]] <= high


def test_intervals_of_means_of_types_are_around_them():
    part = score(GOLD, HALF, "s").summary(resamples=500)["mentions"]["strict"]
    for mean in ("macro", "weighted"):
        low, high = part[mean]["interval"]
        assert low < part[mean]["f1"] < high


def test_the_macro_interval_of_one_type_is_its_own():
    documents = [Document(f"d{n}", mentions=[Mention(0, 1, "X")]) for n in range(20)]
    part = score(documents, {d.id: d for d in documents[:12]}, "s").summary(resamples=500)["mentions"]["strict"]
    assert part["macro"]["interval"] == pytest.approx(part["overall"]["interval"])
    assert part["weighted"]["recall_interval"] == pytest.approx(part["overall"]["recall_interval"])


def test_without_resamples_there_are_no_intervals():
    assert "interval" not in json.dumps(score(GOLD, HALF, "s").summary())


def test_the_figures_are_the_same_with_and_without_intervals_and_twice():
    scores = score(GOLD, HALF, "s")
    plain = scores.summary()
    one, other = scores.summary(50), scores.summary(50)
    assert one == other
    assert scores.summary() == plain


def test_stored_counts_are_read_back():
    scores = score(GOLD, HALF, "s", seen=learnable(GOLD))
    read = Scores.from_dict(json.loads(json.dumps(scores.to_dict())))
    assert read.units == scores.units
    assert read.signature == "s"
    for name in METRICS:
        assert read.counts[name].overall() == {
            k: v for k, v in scores.counts[name].overall().items() if k in read.counts[name].overall()
        }, name
        assert read.counts[name].table[..., : len(COLUMNS)].sum() == scores.counts[name].table[..., : len(COLUMNS)].sum()
