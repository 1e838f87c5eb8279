"""What every extractor must satisfy: ``check MODEL``, and :func:`check_extractor` for an author's own tests."""

from __future__ import annotations

import contextlib
import inspect
import io
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.extractor import Unavailable, extract_all
from benchmark.registry import Found, load
from benchmark.schema import Argument, Article, Document, Event, Extraction, Mention
from benchmark.worker import CommandModel, Job, checked, prepare

_TEXT = (
    "Rebels seize Kidal\n\nOn 3 May 2012 about 200 rebels took the town of Kidal from the Malian army. "
    "Three soldiers were killed, the Red Cross said.\n\nThe army withdrew to Gao. Colonel Amadou Keita said: “We will be back in June.”\n"
)
_ODD = {
    "an empty text": "",
    "white space": " \n\n\t ",
    "one long word": "x" * 5000,
    "emoji, combining and right-to-left marks": "Ana\u0301 🇲🇱👩🏽‍🚒 attacked \u202eKidal\u202c on 3 May.\r\nشن الجيش هجوما.",
}


class Finding(NamedTuple):
    """One check: its name, ``passed``, ``failed`` or ``skipped``, and the reason of the latter two."""

    check: str
    result: str
    detail: str = ""


def sample(name: str = "check") -> Document:
    """A small labelled document about another war, on which checks run and models with ``fit`` are trained."""

    def at(words: str, kind: str, mention_id: str, level: Any = "NAM", value: str | None = None) -> Mention:
        start = _TEXT.index(words)
        return Mention(start, start + len(words), kind, level, words.lower() if value is None else None, value, id=mention_id)

    mentions = (
        at("Kidal", "GPE", "T1"),
        at("3 May 2012", "DATE", "T2", None, "2012-05-03"),
        at("about 200", "NUM", "T3", None, "~200"),
        at(["rebels", "took"][0], "PER", "T4", "NOM"),
        at("Malian army", "ORG", "T5"),
        at("Red Cross", "ORG", "T6"),
        at("Gao", "GPE", "T7"),
        at("Amadou Keita", "PER", "T8"),
    )
    start = _TEXT.index("took")
    arguments = (Argument("Taker", "T4"), Argument("Loser", "T5"), Argument("Time", "T2"))
    events = (Event(start, start + 4, "Territory.Capture", "Actual", "fall-of-kidal", arguments, id="E1"),)
    return Document(name, _TEXT, "2012-05-05", None, mentions, events)


def check_extractor(found: Found) -> list[Finding]:
    """Run all checks on an extractor; none of them needs the gold set.

    Checks: it loads; its constructor only stores parameters; it answers an ordinary article with labels inside the text and
    of its declared products; the same twice; odd texts do not break it; it prints nothing on standard output.
    """
    findings: list[Finding] = []

    def attempt(check: str, work: Callable[[], str | None]) -> bool:
        try:
            fault = work()
        except Unavailable as error:
            findings.append(Finding(check, "skipped", str(error)))
            return False
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        findings.append(Finding(check, "failed" if fault else "passed", fault or ""))
        return not fault

    if found.kind != "command":
        attempt("constructor only stores its parameters", lambda: _constructor_fault(load(found)))
    model: list[Any] = []
    if not attempt("loads" + (" and fits" if found.fits else ""), lambda: _load(found, model)):
        return findings
    article = sample().article
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        attempt("answers an ordinary article", lambda: _product_fault(found, _extract(model[0], article)))
        attempt("gives the same answer twice", lambda: _difference(_extract(model[0], article), _extract(model[0], article)))
        for what, text in _ODD.items():
            attempt(f"survives {what}", partial(_survives, model[0], Article("odd", text)))
    attempt("prints nothing on standard output", lambda: f"printed {printed.getvalue()[:60]!r}" if printed.getvalue() else None)
    if hasattr(model[0], "close"):
        attempt("closes", model[0].close)
    return findings


def _load(found: Found, model: list[Any]) -> str | None:
    if found.kind == "command":
        model.append(CommandModel(Path(found.origin)))
        return None
    with tempfile.TemporaryDirectory() as folder:
        training = tuple(sample(f"check-{n}") for n in range(4)) if found.fits else None
        loaded, ready = prepare(Job(found, {}, "cpu", str(Path(folder) / "log"), 0, training))
    if ready.outcome == "unavailable":
        raise Unavailable(ready.error or "")
    model.append(loaded)
    return ready.error


def _extract(model: Any, article: Article) -> Extraction:
    return checked(extract_all(model, [article])[0], article)


def _survives(model: Any, article: Article) -> None:
    _extract(model, article)


def _constructor_fault(cls: type[Any]) -> str | None:
    """scikit-learn's convention: each parameter is stored under its name, unchanged, and has a default."""
    parameters = [p for p in inspect.signature(cls).parameters.values() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    if without := [p.name for p in parameters if p.default is p.empty]:
        return f"parameters without a default: {', '.join(without)}; it must run without --set"
    model = cls()
    for parameter in parameters:
        if getattr(model, parameter.name, inspect.Parameter.empty) is not parameter.default:
            return f"parameter {parameter.name} is not stored unchanged as self.{parameter.name}"
    return None


def _product_fault(found: Found, extraction: Extraction) -> str | None:
    produces = found.declaration.produces if found.declaration else frozenset()
    made = {
        "mentions": any(extraction.mentions),
        "events": any(extraction.events),
        "arguments": any(event.arguments for event in extraction.events),
        "realis": any(event.realis for event in extraction.events),
        "values": any(mention.value for mention in extraction.mentions),
        "identity": any(mention.entity for mention in extraction.mentions),
    }
    undeclared = [name for name, there in made.items() if there and name not in produces]
    return f"makes {', '.join(undeclared)} without declaring it in produces: it would not be scored" if undeclared else None


def _difference(one: Extraction, other: Extraction) -> str | None:
    return None if one == other else "two calls with the same article gave different labels; seed what is random"
