"""What the words around a name tell of its type."""

from __future__ import annotations

from .gazetteer import COMPASS, Gazetteer
from .spelling import ARTICLES
from .tokens import Tokens
from .words import Words

_PLACE_PREPOSITIONS = frozenset(
    "in near at from to into outside inside around across towards toward through throughout retake capture reach leave enter".split()
)
_PLACE_NOUNS = frozenset(
    "city town village province district governorate region capital neighbourhood neighborhood suburb county municipality area settlement "
    "hamlet villages towns cities port enclave stronghold state oblast island provinces districts".split()
)
_FACILITY_NOUNS = frozenset(
    "prison camp airport airbase airfield base hospital mosque bridge dam bakery stadium school university "
    "crossing oilfield barracks refinery".split()
)
_GROUP_NOUNS = frozenset("army group militia militants fighters brigade movement party insurgents rebels network news".split())
_LAND_NOUNS = frozenset("river desert mountains valley mountain volcanic oilfield lake sea peninsula".split())
_BEFORE_OF = frozenset("north south east west outside northeast northwest outskirts fall battle siege capture".split()) | _PLACE_NOUNS


class Context:
    """Guesses the type of a name that is not listed."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self.given = gazetteer.given
        self.roles = frozenset(gazetteer.data["titles"]["roles"].split())
        self.speech = words.lists["speech"]

    def of_place(self, tokens: Tokens, i: int, j: int) -> bool:
        """Whether the words around tokens i to j are those around a place."""
        before = tokens[i - 1].low if i else ""
        if before == "of" and i > 1:
            return tokens[i - 2].low in _BEFORE_OF
        return (
            before in _PLACE_PREPOSITIONS
            or (before in COMPASS and not tokens[i - 1].cap)
            or (j < len(tokens) and tokens[j].low in _PLACE_NOUNS)
        )

    def classify(self, tokens: Tokens, i: int, j: int, titled: bool) -> tuple[str, float]:
        """Type of an unlisted name by its context, and a weight from 0 to 3."""
        before, after = tokens[i - 1].low if i else "", tokens[j].low if j < len(tokens) else ""
        text, size = tokens[i].text, j - i
        if titled or before in self.roles:
            return "PER", 3.0
        if tokens[i].low in self.given and (size > 1 or before not in _PLACE_PREPOSITIONS):
            return "PER", 2.5 if size > 1 else 1.2
        if after in self.speech and not text.isupper():
            return "PER", 2.0
        if after in _FACILITY_NOUNS:
            return "FAC" if after == "camp" else "GPE", 1.0
        if size == 1 and text.isupper() and 2 <= len(text) <= 6:
            return "ORG", 1.5
        if after in _GROUP_NOUNS:
            return "ORG", 1.5
        if after in _LAND_NOUNS:
            return "LOC", 2.0
        if self.of_place(tokens, i, j):
            return "GPE", 2.0 if size == 1 or tokens[i].low in ARTICLES else 1.0
        if after == "," and (apposed := self._apposed(tokens, j)):
            return apposed
        if before == "the" and size == 1:
            return "ORG", 0.7
        if size >= 2 and before != "the" and all(word.text != "-" for word in tokens[i:j]):
            return "PER", 0.9
        if after in ("'s", "’s") or size >= 2:
            return ("PER", 0.5) if before != "the" else ("ORG", 0.6)
        return "", 0.3

    def _apposed(self, tokens: Tokens, j: int) -> tuple[str, float] | None:
        """What stands after the comma: `X, a commander of`, `X, a town in`, `X, 32,`."""
        if j + 2 >= len(tokens):
            return None
        age = tokens[j + 1].text.isdigit()
        if not (tokens[j + 1].low in ("a", "an", "the", "who", "whose") or (age and tokens[j + 2].text == ",")):
            return None
        role = next((word.low for word in tokens[j + 2 : j + 7] if word.low in self.roles or word.low in _PLACE_NOUNS), "")
        return ("GPE", 2.0) if role in _PLACE_NOUNS else ("PER", 2.0 if role or age else 1.0)
