"""Whatever a model returns or raises becomes plain values or a bounded reason."""

import itertools

import pytest

from benchmark import limits
from benchmark.answers import MOST_LABELS, Labels, checked, guarded, spent
from benchmark.api import Unavailable
from benchmark.formats.jsonl import Prediction
from benchmark.inventory import load
from benchmark.schema import Argument, Article, Event, Extraction, Mention
from benchmark.worker import predict
from tests.conftest import ROOT

ARTICLE = Article("a", "Kidal fell in May.")
FELL = Event(6, 10, "Life.Die")


class Endless:
    """Says that it has three members and never ends."""

    def __len__(self):
        return 3

    def __iter__(self):
        return itertools.repeat(Mention(0, 5, "GPE"))


class Enormous(tuple):
    def __len__(self):
        return 10**15


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError("no attribute for you")


class Disguised:
    @property
    def __class__(self):
        raise RuntimeError("no class for you")


class Mute(Exception):
    def __str__(self):
        raise ValueError("says nothing")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: Extraction(Endless()), "more than 100000 mentions"),
        (lambda: Extraction(Mention(0, 5, "GPE") for _ in itertools.count()), "more than 100000 mentions"),
        (lambda: Extraction(Enormous([Mention(0, 5, "GPE")] * (MOST_LABELS + 1))), "more than 100000 mentions"),
        (lambda: Extraction(events=itertools.repeat(FELL)), "more than 100000 events"),
        (
            lambda: Extraction(events=[Event(6, 10, "X", arguments=itertools.repeat(Argument("R", start=0, end=5)))]),
            "arguments of an event",
        ),
        (
            lambda: Extraction(events=[Event(6, 10, "X", arguments=[Argument("R", start=0, end=5)] * 60_000)] * 2),
            "arguments in one article",
        ),
        (lambda: Extraction([Mention(0, 5, "GPE", entity="x" * 70_000_000)]), "answer of 70 MB is refused"),
        (lambda: Extraction([Mention(0, 5, "\ud800")]), "surrogates"),
        (lambda: Extraction([Mention(0, 5, "GPE", fragments=itertools.repeat((0, 1)))]), "unsupported"),
        (lambda: Extraction([Mention(10**30, 10**31, "GPE")]), "2147483647"),
        (lambda: Extraction([Hostile()]), "no attribute for you"),
        (lambda: Extraction(5), "not iterable"),
        (lambda: Hostile(), "must return an Extraction, not Hostile"),
        (lambda: Disguised(), "no class for you"),
        (lambda: Extraction(cost=float("inf")), "not an amount of money"),
        (lambda: Extraction(tokens="many"), "str"),
    ],
)
def test_nonsense_costs_the_article_and_says_why(answer, reason, capsys):
    class Model:
        def extract(self, article):
            return answer()

    found = predict(Model(), ARTICLE)
    assert (found.outcome, found.mentions, found.events) == ("failed", (), ())
    with pytest.raises(Exception, match=reason):
        checked(answer(), ARTICLE)
    assert len(found.error) <= limits.ERROR + 200


def test_a_generator_that_ends_is_an_answer():
    found = checked(Extraction(Mention(n, n + 1, "GPE") for n in range(3)), ARTICLE)
    assert [m.start for m in found.mentions] == [0, 1, 2]


def deep():
    return deep()


def fail(error):
    raise error


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (lambda: fail(ValueError("x" * 10_000_000)), "ValueError: xxx"),
        (lambda: fail(ValueError("lone \ud800 surrogate")), "lone \\ud800 surrogate"),
        (lambda: fail(Unavailable("no \udfff weights")), "no \\udfff weights"),
        (lambda: fail(Mute()), "Mute: (its message cannot be had)"),
        (lambda: fail(Unavailable(Mute())), "cannot be had"),
        (deep, "RecursionError"),
        (lambda: fail(GeneratorExit()), "GeneratorExit"),
    ],
)
def test_what_is_raised_becomes_a_short_reason_that_can_be_written(work, reason, capsys):
    result, outcome, said = guarded(work)
    assert result is None
    assert outcome in ("failed", "unavailable")
    assert reason in said
    assert len(said) < limits.ERROR + 200
    said.encode()


def test_what_was_spent_on_a_refused_answer_is_told(capsys):
    class Model:
        def extract(self, article):
            return Extraction([Mention(0, 99, "GPE")], tokens=120, cost=0.25)

    found = predict(Model(), ARTICLE)
    assert (found.outcome, found.tokens, found.cost, found.words) == ("failed", 120, 0.25, 4)


@pytest.mark.parametrize("amount", [-1, 10**400, 10**18, float("nan"), float("inf"), "many", None])
def test_what_a_refused_answer_says_that_it_spent_counts_only_where_it_can_be(amount):
    assert spent(Extraction(tokens=amount, cost=amount)) == (None, None)
    assert spent(Extraction(tokens=7, cost=amount)) == (7, None)
    assert spent(Extraction(tokens=amount, cost=0.5)) == (None, 0.5)


def test_labels_that_the_scheme_has_not_are_a_failure_that_keeps_what_it_cost():
    inventory = load(ROOT / "gold" / "schema.toml")
    found = Prediction("a", mentions=(Mention(0, 1, "Drug" * 50),), seconds=2.0, tokens=3, cost=0.5)
    told = Labels.of(inventory).allowed(found, "gold")
    assert (told.outcome, told.mentions, told.seconds, told.tokens, told.cost) == ("failed", (), 2.0, 3, 0.5)
    assert told.error.startswith("label 'DrugDrug")
    assert len(told.error) < 250
    event = Prediction("a", events=(Event(0, 1, "Party"),))
    assert "'Party' is not in the scheme" in Labels.of(inventory).allowed(event, "gold").error
    more = Labels.of(inventory, frozenset({"Drug" * 50}), frozenset({"Party"}))  # a corpus of these labels was learned
    assert more.allowed(found, "gold") is found
    assert more.allowed(event, "conll2003") is event
    name = Prediction("a", mentions=(Mention(0, 1, "GPE"),))
    assert Labels.of(inventory).allowed(name, "gold") is name
    assert Labels.of(inventory).allowed(name, "conll2003").outcome == Labels.of(inventory).allowed(name, "no such").outcome == "failed"
