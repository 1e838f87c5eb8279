"""Which mentions of an article are one entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from .clauses import Sentence
from .phrases import Phrase
from .spelling import slug

_SETTLEMENTS = frozenset(
    "town city village province district neighbourhood neighborhood suburb settlement stronghold enclave governorate".split()
)
_COUNTRIES = frozenset("country nation state".split())
_PLACES = _SETTLEMENTS | _COUNTRIES
_GROUPS = frozenset("group organisation organization militia movement party alliance insurgency outfit".split())
DEFINITE = frozenset("the this that these those".split())
_MASCULINE = frozenset("he him his she her".split())


class Entities:
    """Ids of the entities of one article, and the type of its pronouns."""

    def __init__(self, article: str, is_country: Callable[[str], bool], press: frozenset[str]) -> None:
        self.article, self.is_country, self.press = article, is_country, press
        self.history: list[Sentence | list[Phrase]] = []  # sentences without events are not parsed unless somebody looks back to them
        self.counts: dict[str, int] = {}

    def resolve(self, sentence: Sentence, phrase: Phrase) -> None:
        """Give a nominal or pronominal phrase its entity, and a pronoun its type."""
        if phrase.entity is not None or phrase.type in ("DATE", "NUM", "MONEY"):
            return
        antecedent = self._antecedent(sentence, phrase)
        if antecedent is not None:
            antecedent.entity = phrase.entity = antecedent.entity or self._own(antecedent)
            if phrase.level == "PRO":
                phrase.type = antecedent.type
        phrase.entity = phrase.entity or self._own(phrase)

    def _own(self, phrase: Phrase) -> str:
        """A new id."""
        stem = slug(phrase.text or phrase.lemma) or "thing"
        self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{self.article}-{stem}-{self.counts[stem]}"

    def read(self, sentence: Sentence, needed: set[int], extra: list[Phrase]) -> None:
        """Take note of the phrases of a sentence and `extra` ones, and resolve those whose ``id()`` is in `needed`."""
        known: list[Phrase] = []
        self.history.append(known)
        for phrase in sorted((*sentence.phrases, *extra), key=_start):
            if phrase.entity is None:
                if id(phrase) in needed:
                    self.resolve(sentence, phrase)
                if phrase.entity is None and not (phrase.level == "NOM" and phrase.type):
                    continue  # a later phrase cannot refer to it
            known.append(phrase)

    def pass_over(self, sentence: Sentence) -> None:
        """Take note of a sentence in which nothing has to be resolved."""
        self.history.append(sentence)

    def _back(self, count: int) -> Iterator[Phrase]:
        """The last phrases that may be referred to, the last first."""
        for at in range(len(self.history) - 1, -1, -1):
            known = self.history[at]
            if isinstance(known, Sentence):
                known.parse()
                known = self.history[at] = [phrase for phrase in sorted(known.phrases, key=_start) if _can_be_meant(phrase)]
            if len(known) >= count:
                yield from known[: -count - 1 : -1]
                return
            yield from reversed(known)
            count -= len(known)

    def _antecedent(self, sentence: Sentence, phrase: Phrase) -> Phrase | None:
        if phrase.level == "PRO":
            return self._of_pronoun(sentence, phrase)
        if phrase.names or sentence.tokens[phrase.first].low not in DEFINITE:
            return None
        describes = not phrase.plural and (phrase.lemma in _GROUPS or (phrase.type == "GPE" and phrase.lemma in _PLACES))
        for other in self._back(60):
            if other.level == "NOM":
                if other.text == phrase.text and other.type == phrase.type and other.plural == phrase.plural:
                    return other
            elif describes and other.level == "NAM" and self._describes(phrase, other):
                return other
        return None

    def _describes(self, phrase: Phrase, name: Phrase) -> bool:
        if phrase.type == "GPE" and name.type == "GPE":
            country = self.is_country(name.entity or "")
            return phrase.lemma in (_COUNTRIES if country else _SETTLEMENTS)
        return phrase.lemma in _GROUPS and name.type == "ORG" and (name.entity or "") not in self.press

    def _of_pronoun(self, sentence: Sentence, phrase: Phrase) -> Phrase | None:
        if phrase.lemma in ("who", "which", "that", "where", "whose", "whom"):
            return self._before(sentence, phrase)
        for other in self._back(40):
            if phrase.lemma in _MASCULINE and other.type == "PER" and not other.plural:
                return other
            if phrase.lemma in ("they", "them", "their") and other.plural and other.type in ("PER", "ORG", "NORP"):
                return other
            if phrase.lemma in ("it", "its") and not other.plural and other.type in ("ORG", "GPE", "LOC", "FAC") and other.level != "PRO":
                return other
        return None

    def _before(self, sentence: Sentence, phrase: Phrase) -> Phrase | None:
        at = phrase.first
        while at > 0 and sentence.tags[at - 1] in ',i"':
            at -= 1
        other = sentence.ends.get(at)
        if other is None or other is phrase or other.type in ("DATE", "NUM", "MONEY", ""):
            return None
        other = sentence.counted(other)
        self.resolve(sentence, other)
        return other


_start = attrgetter("start")


def _can_be_meant(phrase: Phrase) -> bool:
    """Whether a later phrase may refer to this one."""
    return phrase.entity is not None or (phrase.level == "NOM" and phrase.type != "")
