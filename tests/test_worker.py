import numpy as np
import pytest

from benchmark.api import Unavailable, Unsupported
from benchmark.schema import Argument, Article, Event, Extraction, Mention
from benchmark.worker import MOST_LABELS, checked, predict

ARTICLE = Article("a", "Kidal fell in May.")


def test_numpy_numbers_become_plain():
    found = checked(Extraction([Mention(np.int64(0), np.int32(5), "GPE", score=np.float32(0.5))]), ARTICLE)
    assert found == Extraction([Mention(0, 5, "GPE", score=0.5)])
    assert type(found.mentions[0].start) is int


@pytest.mark.parametrize(
    ("extraction", "reason"),
    [
        ([Mention(0, 5, "GPE")], "must return an Extraction, not list"),
        (None, "must return an Extraction, not NoneType"),
        (Extraction([Mention(0, 99, "GPE")]), "past the end"),
        (Extraction([Mention(-3, 5, "GPE")]), ">= 0"),
        (Extraction([Mention(5, 5, "GPE")]), "empty"),
        (Extraction([Mention(0, 5, "GPE", score=float("nan"))]), "score nan"),
        (Extraction([Mention(0, 5, "GPE", score=1.5)]), "score 1.5"),
        (Extraction([Mention(0.5, 5, "GPE")]), "float"),
        (Extraction([Mention(0, 5, None)]), "Expected `str`"),
        (Extraction([Mention(0, 5, "GPE", level="BIG")]), "Invalid enum value"),
        (Extraction([Mention(0, 5, "GPE", id="T1"), Mention(6, 8, "GPE", id="T1")]), "used twice"),
        (Extraction(events=[Event(6, 10, "X", arguments=[Argument("R", "T9")])]), "'T9', which is not there"),
        (Extraction(events=[Event(6, 10, "X", arguments=[Argument("R", start=0, end=99)])]), "past the end"),
        (Extraction([Mention(0, 5, "GPE")] * (MOST_LABELS + 1)), "are refused"),
    ],
)
def test_nonsense_is_refused_with_a_reason(extraction, reason):
    with pytest.raises((ValueError, TypeError), match=reason):
        checked(extraction, ARTICLE)


class Model:
    def __init__(self, error):
        self.error = error

    def extract(self, article):
        if self.error:
            raise self.error
        return Extraction([Mention(0, 5, "GPE")])


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "ok"),
        (ValueError("boom"), "failed"),
        (SystemExit(0), "failed"),
        (MemoryError(), "failed"),
        (Unavailable("no weights"), "unavailable"),
        (Unsupported("not English"), "unsupported"),
        (ImportError("no module x"), "unavailable"),
    ],
)
def test_whatever_a_model_raises_is_an_outcome(error, outcome, capsys):
    found = predict(Model(error), ARTICLE)
    assert found.outcome == outcome
    assert found.seconds >= 0
    assert (found.error is None) == (outcome == "ok")
    assert len(found.mentions) == (outcome == "ok")


def test_the_reason_of_a_failure_names_the_place(capsys):
    assert predict(Model(ValueError("boom")), ARTICLE).error.startswith("ValueError: boom (test_worker.py:")
