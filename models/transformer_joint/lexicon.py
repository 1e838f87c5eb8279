"""What word lists know of a word: the lists, gazetteers and patterns of the model ``crf``, as numbers of features.

Word classes (``fighters`` is a person, ``would`` a modal verb), events that a word may state with its form, gazetteers of names, and
patterns of dates, numbers and amounts. They are general knowledge, and with few training texts they say of a word that is not among
those what the encoder says but vaguely.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from benchmark.api import companion

NOUNS = {  # the type of an entity that words of a class name
    "person": "PER", "rank": "PER", "group": "ORG", "place": "GPE", "nature": "LOC", "facility": "FAC", "weapon": "WEA", "vehicle": "VEH",
}  # fmt: skip
VALUES = ("DATE", "NUM", "MONEY")


@cache
def crf(name: str) -> Any:
    """A part of the model ``crf``."""
    return companion(str(Path(__file__).parents[1] / "crf.py"), name)


@cache
def columns() -> dict[str, int]:
    """The number of each feature."""
    known = crf("lexicon").lexicon()
    senses = [sense for several in known.senses.values() for sense in several]
    phrases = {kind for options in known.event_phrases.values() for _, kind in options}
    names = {kind for options in known.phrases.values() for _, kind in options} | {"city-variant"}
    found = sorted({f"k={kind}" for kinds in known.lower.values() for kind in kinds})
    found += sorted({event_column(kind) for kind in phrases | {sense.type for sense in senses}})
    found += sorted({f"form={sense.form}" for sense in senses})
    found += ["event", "phrase", "noun", "upper-unknown"]
    found += [f"{part}:{kind}" for kind in sorted(names) for part in "BI"]
    found += [f"{part}-{kind}" for kind in VALUES for part in "BI"]
    found += [f"{place}{kind}" for place in ("before:", "after:") for kind in sorted({k for kinds in known.lower.values() for k in kinds})]
    return {name: n for n, name in enumerate(found)}


def event_column(kind: str) -> str:
    """The name of the feature of a word that may state an event of a type."""
    return f"event={kind}"


@cache
def event_types() -> dict[str, int]:
    """The event types that the lists know words for, each with the number of its feature."""
    return {name.removeprefix("event="): n for name, n in columns().items() if name.startswith("event=")}


@lru_cache(maxsize=200_000)
def lemma(lower: str) -> str:
    """The lemma by the lists, else the word without an ending."""
    return str(crf("triggers").stem(lower))


@lru_cache(maxsize=200_000)
def _of_word(lower: str) -> tuple[int, ...]:
    """Features that depend on the word alone."""
    known, number = crf("lexicon").lexicon(), columns()
    kinds = known.lower.get(lower, ())
    if not kinds and lower.endswith("s"):
        kinds = tuple(kind for kind in known.lower.get(lower[:-1], ()) if kind in NOUNS)
    found = {number[f"k={kind}"] for kind in kinds}
    for sense in known.senses.get(lower, ()):
        found |= {number["event"], number[event_column(sense.type)], number[f"form={sense.form}"]}
    if any(kind in NOUNS for kind in kinds):
        found.add(number["noun"])
    return tuple(sorted(found))


@lru_cache(maxsize=200_000)
def nominal(lower: str) -> str | None:
    """The class of mentions (type and level) that a common noun or a pronoun may be; None where the lists know it as neither."""
    known = crf("lexicon").lexicon().lower
    kinds = known.get(lower, ())
    if "pronoun" in kinds:
        return "PER/PRO"
    kinds = kinds or (known.get(lower[:-1], ()) if lower.endswith("s") else ())
    return next((f"{NOUNS[kind]}/NOM" for kind in kinds if kind in NOUNS), None)


def rows(forms: Sequence[str]) -> list[list[int]]:
    """The features of each word of a sentence."""
    known, number = crf("lexicon").lexicon(), columns()
    lower = [form.lower() for form in forms]
    found = [[*_of_word(word)] for word in lower]
    for n, classes in enumerate(known.match(forms)):
        found[n] += [number[name] for name in classes]
        if not classes and forms[n][0].isupper():
            found[n].append(number["upper-unknown"])
    for n, label in enumerate(crf("patterns").values(lower)):
        if label in number:
            found[n].append(number[label])
    for n, length, kind in _phrases(lower, known):
        found[n] += [number["event"], number[event_column(kind)], number["phrase"]]
        for m in range(n + 1, n + length):
            found[m].append(number["phrase"])
    return found


def elsewhere(forms: Sequence[str]) -> list[list[int]]:
    """For each word with a capital the classes of the words before and after it, wherever it stands in the article."""
    known, number = crf("lexicon").lexicon().lower, columns()
    found: dict[str, set[int]] = defaultdict(set)
    lower = [form.lower() for form in forms]
    for n, form in enumerate(forms):
        if form[0].isupper():
            if n:
                found[form].update(number["before:" + kind] for kind in known.get(lower[n - 1], ()))
            if n + 1 < len(forms):
                found[form].update(number["after:" + kind] for kind in known.get(lower[n + 1], ()))
    by_form = {form: sorted(classes) for form, classes in found.items()}
    return [by_form.get(form, []) for form in forms]


def _phrases(lower: Sequence[str], known: Any) -> Iterator[tuple[int, int, str]]:
    """Where phrases stand that may state an event: first word, number of words, event type."""
    for n, word in enumerate(lower):
        for parts, kind in known.event_phrases.get(word, ()):
            if tuple(lower[n : n + len(parts)]) == parts:
                yield n, len(parts), kind
