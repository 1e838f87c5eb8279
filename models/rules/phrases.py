"""Noun phrases, pronouns, names and values of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from .clock import Value
from .gazetteer import Name
from .tagger import tag
from .tokens import Tokens
from .words import Words

_RUN = re.compile(r"[dcjnpmt](?:[dcjnpmt]|-(?=[dcjnpmt]))*|[ow]")
_SIMPLE = re.compile(r"d*[cjnpm-]*$")  # runs that are one phrase: no determiner inside, no time expression
_PLAIN = re.compile(r"d*[jn-]*$")  # of these, those without a name or value
_PLURAL_PRONOUNS = frozenset("they them their we us our these those many some most all both others who themselves".split())
_POSSESSIVE = frozenset("his her its their my our your whose".split())
_STANDALONE = frozenset("many some most those others all both several few none".split())
_ALONE = _STANDALONE | {"this", "that", "these", "such"}
_COMPOUNDED = frozenset(
    "held controlled occupied ruled backed led run based affiliated linked aligned dominated created supported owned inspired".split()
)
NAMED_PLACES = frozenset(
    "city town village province district region governorate area county municipality neighbourhood "
    "neighborhood suburb settlement enclave island state oblast camp "
    "valley port peninsula quarter hamlet stronghold bastion capital".split()
)
_VEHICLE_MODIFIERS = frozenset("fighter stealth strategic heavy jet dive us american russian".split())
_YOU = frozenset("you your whom".split())
_PRONOUNS = {
    "where": "PLACE",
    **dict.fromkeys("himself herself itself themselves myself ourselves yourself".split(), "reflexive"),
    **dict.fromkeys("it its which that whose".split(), "ANY"),
}  # the others are people
_NOTHING: list[Phrase] = []
_head = attrgetter("head")
_TAGS = {"DATE": "t", "NUM": "c", "MONEY": "m"}


@lru_cache(maxsize=4096)
def _shape(run: str) -> tuple[str, int, int]:
    """What a run of tags is, how many determiners open it, and where its head is.

    It is a pronoun (``o``), one phrase of common words with a noun (``n``) or without (``j``), perhaps a single name or value (``1``), one
    phrase with names or values (``p``), or to be split (empty); determiners and head are told of common words.
    """
    if run in "ow":
        return "o", 0, 0
    if run[0] in "pctm" and run == run[0] * len(run):
        return "1", 0, 0
    if not _PLAIN.match(run):
        return "p" if _SIMPLE.match(run) else "", 0, 0
    return "n" if "n" in run else "j", len(run) - len(run.lstrip("d")), run.rfind("n")


class Phrase:
    """A noun phrase, name, pronoun or value that can fill a role.

    Attributes
    ----------
    first, last
        Token range with determiners and possessors.
    head
        Index of the head token.
    start, end
        Offsets of the mention it would be.
    names
        Names that stand before the head in the same phrase.
    poss
        The possessor.
    """

    __slots__ = ("end", "entity", "first", "head", "last", "lemma", "level", "names", "plural", "poss", "start", "text", "type", "value")

    def __init__(self, first: int, last: int, head: int, start: int, end: int, type: str, level: str | None, lemma: str = "") -> None:
        self.first, self.last, self.head, self.start, self.end = first, last, head, start, end
        self.type, self.level = type, level
        self.lemma = self.text = lemma
        self.entity: str | None = None
        self.value: str | None = None
        self.plural = False
        self.names: Sequence[Phrase] = ()
        self.poss: Phrase | None = None


class Phrases:
    """The phrases of a sentence; they and the tags are made by :meth:`parse`, which only sentences with an event need.

    ``begins`` and ``ends`` map a token index to the widest phrase that begins there or ends before it.
    """

    def __init__(self, tokens: Tokens, names: Sequence[Name], values: Sequence[tuple[int, int, Value]], words: Words) -> None:
        self.tokens, self.words = tokens, words
        self.names = [self._name(name) for name in names]
        self.values = [self._value(first, last, value) for first, last, value in values]
        self.tags = ""
        self.lemmas: list[str] = []
        self.phrases: list[Phrase] = []
        self.begins: dict[int, Phrase] = {}
        self.ends: dict[int, Phrase] = {}
        self._possessives = False
        self.parsed = False

    def _name(self, name: Name) -> Phrase:
        first, last = name.first, name.last
        tokens = self.tokens
        start, end = tokens.starts[first], tokens.starts[last - 1] + len(tokens[last - 1].text)
        lemma = tokens[first].low if last == first + 1 else " ".join([word.low for word in tokens[first:last]])
        phrase = Phrase(first, last, last - 1, start, end, name.type, "NAM", lemma)
        phrase.entity = name.entity
        phrase.plural = name.type == "NORP"
        return phrase

    @staticmethod
    def _value(first: int, last: int, value: Value) -> Phrase:
        phrase = Phrase(first, last, last - 1, value.start, value.end, value.type, None)
        phrase.value, phrase.plural = value.value, True
        return phrase

    def read(self) -> None:
        """Tag the words."""
        if not self.tags:
            spans = {i: _TAGS[value.type] for value in self.values for i in range(value.first, value.last)}
            for name in self.names:
                for i in range(name.first, name.last):
                    spans[i] = "p"
            self.tags, self.lemmas = tag(self.tokens, spans)

    def parse(self) -> None:
        """Tag the words and build the phrases."""
        if self.parsed:
            return
        self.parsed = True
        self.read()
        marked = {phrase.first: phrase for phrase in (*self.names, *self.values)}
        pronouns = []
        for run in _RUN.finditer(self.tags):
            begin, end = run.span()
            shape, determiners, head = _shape(run.group())
            if shape == "n":
                if determiners:
                    self._own_pronouns(begin, begin + determiners)
                self._place(self._nominal(begin, begin + determiners, begin + head, _NOTHING))
            elif shape == "o":
                pronouns.append(begin)
            elif shape == "j":
                self._own_pronouns(begin, begin + determiners)
                self._alone(begin, end)
            elif shape == "1" and begin in marked and marked[begin].last == end:
                self._place(marked[begin])
            elif shape == "p":
                self._chunk(begin, end, marked)
            else:
                for first, last in self._split(begin, end, marked):
                    self._chunk(first, last, marked)
        for i in pronouns:
            self._pronoun(i)
        self.phrases.sort(key=_head)
        if "s" in self.tags or self._possessives:
            for phrase in self.phrases:
                if phrase.poss is None:
                    self._join_possessor(phrase)
        for value in self.values:
            self.begins.setdefault(value.first, value)
            self.ends.setdefault(value.last, value)

    def cover(self, i: int) -> Phrase | None:
        """The first phrase that has token i."""
        for phrase in self.phrases:
            if phrase.first <= i < phrase.last:
                return phrase
        return None

    def _split(self, first: int, last: int, marked: dict[int, Phrase]) -> Iterator[tuple[int, int]]:
        """Cut a run of nominal tags into phrases: before a determiner, and around time expressions that modify nothing."""
        begin, i = first, first
        while i < last:
            tag = self.tags[i]
            if tag == "d" and i > begin and self.tags[i - 1] != "d":
                yield begin, i
                begin = i
            elif tag == "t" and i in marked:
                end = marked[i].last
                if i > begin and self.tags[i - 1] in "npc":
                    yield begin, i
                    begin = i
                if end >= last or self.tags[end] == "d" or (self.tags[end] == "p" and i > 0 and self.tags[i - 1] == "i"):
                    if begin < i and self.tags[begin:i].strip("d"):
                        yield begin, i
                    yield i, end
                    begin = end
                i = max(end, i + 1)
                continue
            i += 1
        if begin < last:
            yield begin, last

    def _chunk(self, first: int, last: int, marked: dict[int, Phrase]) -> None:
        tags = self.tags
        inner = [marked[i] for i in range(first, last) if i in marked]
        names = [phrase for phrase in inner if phrase.level] if inner else _NOTHING
        determined = first
        while determined < last and tags[determined] == "d":
            determined += 1
        self._own_pronouns(first, determined)
        head = last - 1
        if tags[head] in "-j":
            while head > first and tags[head] in "-j" and ("n" in tags[first:head] or "p" in tags[first:head]):
                head -= 1
            last = head + 1
        if tags[head] == "p" and names:
            phrase = self._named(names, min(first, names[-1].first))
        elif tags[head] == "n":
            phrase = self._nominal(first, determined, head, names)
            if names and names[-1].last == head and names[-1].type in ("GPE", "LOC") and phrase.lemma in NAMED_PLACES:
                phrase = self._named(names, first)  # `Kharkiv region`: the name stands for the whole
        elif inner and inner[-1].level is None and inner[-1].last >= head:
            phrase = inner[-1]
            phrase.first = first if phrase.type != "DATE" else phrase.first
        elif names:
            phrase = names[-1]
        else:
            self._alone(first, last)
            return
        phrase.last = max(last, phrase.last)
        self._place(phrase)

    def _own_pronouns(self, first: int, last: int) -> None:
        """Possessive pronouns among the determiners of a phrase."""
        for i in range(first, last):
            if self.tokens[i].low in _POSSESSIVE:
                self._possessives = True
                self._pronoun(i)

    def _alone(self, first: int, last: int) -> None:
        """A determiner without a noun may be a pronoun."""
        if last == first + 1 and self.tags[first] == "d" and self.tokens[first].low in _STANDALONE:
            self._pronoun(first)

    def _place(self, phrase: Phrase) -> None:
        self.phrases.append(phrase)
        self.begins[phrase.first] = phrase
        self.ends[phrase.last] = phrase

    @staticmethod
    def _named(names: list[Phrase], first: int) -> Phrase:
        phrase = names[-1]
        phrase.names, phrase.first = names[:-1], first
        return phrase

    def _nominal(self, first: int, determined: int, head: int, names: list[Phrase]) -> Phrase:
        """A common noun with the modifiers that stand directly before it; determiners stand from `first` to `determined`."""
        tokens = self.tokens
        begin = determined
        if determined < head:
            tags, outside = self.tags, self.words.lists["outside"]
            for i in range(determined, head):
                if tags[i] in "dctpsm" or tokens[i].low in outside:
                    begin = i + 1
                elif tags[i] == "-" and i and (tags[i - 1] in "pct" or tokens[i + 1].low in _COMPOUNDED):
                    begin = min(i + 2, head)
            while begin < head and tags[begin] == "-":
                begin += 1
        word = tokens[head]
        lemma, kind, plural = word.noun or (word.low, "", word.low.endswith("s"))
        if lemma == "force":
            if not plural:
                kind = "ORG" if begin < head else ""
        elif lemma == "bomber" and head > first and (tokens[head - 1].low in _VEHICLE_MODIFIERS or (names and names[-1].type == "VEH")):
            kind = "VEH"
        starts = tokens.starts
        phrase = Phrase(first, head + 1, head, starts[begin], starts[head] + len(word.text), kind, "NOM", lemma)
        phrase.plural, phrase.names = plural, names
        phrase.text = word.low if begin == head else " ".join([word.low for word in tokens[begin : head + 1]])
        return phrase

    def _pronoun(self, i: int) -> None:
        low = self.tokens[i].low
        start = self.tokens.starts[i]
        phrase = Phrase(i, i + 1, i, start, start + len(low), _PRONOUNS.get(low, "PER"), "PRO", low)
        phrase.plural = low in _PLURAL_PRONOUNS
        self.phrases.append(phrase)
        self.begins.setdefault(i, phrase)
        self.ends.setdefault(i + 1, phrase)

    def _join_possessor(self, phrase: Phrase) -> None:
        """`the army's tanks`: the phrase reaches back over its possessor."""
        begin = phrase.first
        if begin >= 2 and self.tags[begin - 1] == "s":
            owner = self.ends.get(begin - 1)
            if owner is not None and owner is not phrase:
                phrase.poss = owner
                self.begins.pop(phrase.first, None)
                phrase.first = owner.first
                self.begins[phrase.first] = phrase
        elif self.tags[begin] == "d" and phrase.head != begin and self.tokens[begin].low in _POSSESSIVE:
            phrase.poss = next((other for other in self.phrases if other.head == begin), None)
