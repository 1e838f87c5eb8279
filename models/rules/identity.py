"""Which mentions are one entity, and which events one occurrence: kept simple."""

from __future__ import annotations

from collections.abc import Callable

from .events import Found
from .gazetteer import slug
from .grammar import Phrase, Sentence

_SETTLEMENTS = frozenset(
    "town city village province district neighbourhood neighborhood suburb settlement stronghold enclave governorate".split()
)
_COUNTRIES = frozenset("country nation state".split())
_GROUPS = frozenset("group organisation organization militia movement party alliance insurgency outfit".split())
_DEFINITE = frozenset("the this that these those".split())
_MASCULINE = frozenset("he him his she her".split())
_FAMILY = {"Conflict.AirStrike": "air", "Conflict.Shelling": "fire", "Conflict.Bombing": "bombing"}
_NAMED_ONCE = {"Territory.Capture": "Territory", "Conflict.Siege": "Target", "Conflict.Battle": "Place"}


class Entities:
    """Ids of the entities of one article, and the type of its pronouns."""

    def __init__(self, article: str, is_country: Callable[[str], bool], press: frozenset[str]) -> None:
        self.article, self.is_country, self.press = article, is_country, press
        self.history: list[Phrase] = []
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

    def remember(self, phrase: Phrase) -> None:
        """Add a phrase that later ones may refer to."""
        if phrase.entity is not None or (phrase.level == "NOM" and phrase.type):
            self.history.append(phrase)

    def _antecedent(self, sentence: Sentence, phrase: Phrase) -> Phrase | None:
        if phrase.level == "PRO":
            return self._of_pronoun(sentence, phrase)
        first = sentence.tokens[phrase.first].low
        if phrase.names or first not in _DEFINITE:
            return None
        for other in reversed(self.history[-60:]):
            if other.level == "NOM" and other.text == phrase.text and other.type == phrase.type and other.plural == phrase.plural:
                return other
            if other.level == "NAM" and not phrase.plural and self._describes(phrase, other):
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
        for other in reversed(self.history[-40:]):
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


class Occurrences:
    """Ids of the events of one article."""

    def __init__(self, article: str) -> None:
        self.article = article
        self.seen: dict[tuple[str, str], str] = {}
        self.last: dict[str, str] = {}
        self.count = 0

    def identify(self, sentence: Sentence, event: Found) -> str:
        """Id of the occurrence that an event mention refers to."""
        family = _FAMILY.get(event.type, event.type.split(".")[1].lower())
        self.count += 1
        own = f"{self.article}-{family}-{self.count}"
        if event.realis != "Actual":
            return own
        anchor = self._anchor(event)
        if anchor:
            return self.seen.setdefault((family, anchor), f"{family}-{anchor}" if event.type in _NAMED_ONCE else own)
        phrase = sentence.covers.get(event.index) if event.noun else None
        definite = phrase is not None and sentence.tokens[phrase.first].low in _DEFINITE
        if definite and family in self.last:
            return self.last[family]
        self.last[family] = own
        return own

    @staticmethod
    def _anchor(event: Found) -> str:
        """A named place or victim by which two mentions are known to be one occurrence."""
        wanted = _NAMED_ONCE.get(event.type)
        for role, phrase in event.arguments:
            if (
                phrase.level == "NAM"
                and phrase.entity
                and (
                    role == wanted
                    or (role in ("Victim", "Person") and phrase.type == "PER")
                    or (wanted == "Place" and role == "Target" and phrase.type == "GPE")
                )
            ):
                return phrase.entity
        number = next((phrase.value for role, phrase in event.arguments if role in ("Victim", "Person") and phrase.type == "NUM"), None)
        return slug(number) if number and not number.startswith("=1") else ""
