"""Fixtures: stored runs of the small benchmark folder, honest and hostile ones."""

import json
import re

import pytest

from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet
from benchmark.schema import Argument, Event, Invented, Mention
from benchmark.standings import standings
from tests.conftest import span
from tests.stored import digits, store_run

EVERYTHING = ("mentions", "values", "events", "arguments", "realis", "identity")
BIDI = "\u202e\u2066"  # turn the direction of what follows
HOSTILE = f"</script><script>window.pwned=1</script><img src=x onerror='window.pwned=1'>\"&amp;{{{{7*7}}}}{BIDI}\u2028🙂"


def perfect(document):
    """Gold itself, with confidences."""
    mentions = tuple(Mention(*m.span(), "NUM", score=0.4) for m in re.finditer(r"\d+", document.text or ""))
    found = (*(_with(m, score=0.9) for m in document.mentions), *mentions)
    return Prediction(document.id, mentions=found, events=tuple(_with(e, score=0.8) for e in document.events), seconds=0.2)


def wrong(document):
    """Gold with a mention left out, another type, another boundary, and events with other roles."""
    first, second, *rest = sorted(document.mentions, key=lambda m: m.start)
    moved = (_with(first, type="ORG"), _with(second, end=second.end + 1), *rest[1:])
    events = [_with(e, realis="Other", arguments=tuple(Argument("Place", a.mention) for a in e.arguments)) for e in document.events]
    return Prediction(document.id, mentions=moved, events=tuple(events), seconds=0.5)


def hostile(document):
    """Labels whose every string would do harm if it were taken for more than text."""
    (start, end), last = span(document.text, "Kidal"), len(document.text)
    mentions = (
        Mention(start, end, f"GPE{HOSTILE}", "NAM", HOSTILE, score=0.5, id=HOSTILE),
        Mention(start, end, "GPE", "NAM", "__proto__", score=0.7, id="constructor"),
        Mention(last - 4, last - 1, "constructor", "NAM", "toString"),
    )
    events = (Event(start, end, HOSTILE, "Actual", HOSTILE, (Argument(HOSTILE, HOSTILE), Argument("__proto__", "constructor"))),)
    return Prediction(document.id, mentions=mentions, events=events, invented=(Invented(HOSTILE, HOSTILE),), seconds=0.1, cost=0.5)


def _with(label, **changes):
    import msgspec

    return msgspec.structs.replace(label, **changes)


def rename(folder, **changes):
    """Change the description of a stored run."""
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.fixture
def ran(home):
    """Three runs on both editions: gold with confidences, gold with errors, digits."""
    store_run(home, "perfect", perfect, EVERYTHING)
    store_run(home, "wrong", wrong, EVERYTHING)
    store_run(home, "digits", digits)
    return home


@pytest.fixture
def attacked(ran):
    """A run more, of hostile names and labels, and a hostile retold text."""
    path = ran / "gold" / "retold" / "kidal.txt"
    path.write_text(path.read_text() + f"\n{HOSTILE} Kidal fell again.\n")
    for name in ("perfect", "wrong", "digits"):  # the text is part of the gold set, so that its fingerprint has changed
        rename(ran / "results" / f"{name}-00000000", gold=GoldSet(ran / "gold").fingerprint())
    rename(
        store_run(ran, "hostile", hostile, EVERYTHING), model=HOSTILE, trained_on=[HOSTILE], commit=HOSTILE, parameters={HOSTILE: HOSTILE}
    )
    return ran


def runs_of(home):
    """The stored runs and the gold set of a folder."""
    gold = GoldSet(home / "gold")
    return standings(home / "results", ["all"], gold), gold
