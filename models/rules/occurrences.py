"""Which event mentions are one occurrence, by type, place, date and victims; the same in every article."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from .clauses import Sentence
from .identity import DEFINITE
from .lexicon import Found
from .phrases import Phrase
from .spelling import slug

_FAMILY = {"Conflict.AirStrike": "air", "Conflict.Shelling": "fire", "Conflict.Bombing": "bombing"}
_PLACED = {"Territory.Capture": "Territory", "Conflict.Siege": "Target", "Conflict.Battle": "Place"}  # the role that tells them apart
_LASTING = frozenset(("Conflict.Siege", "Conflict.Battle"))  # many dates may belong to one of them
_DATE = re.compile(r"(\d{4})(?:-W(\d\d)|-(\d\d)(?:-(\d\d))?)?(?![\dX])")
When = tuple[int, int, int]  # year, month and day; 0 where not known


class Occurrence:
    """Something that happened, as far as the mentions tell that have been read."""

    __slots__ = ("anchor", "family", "own", "type", "when")

    def __init__(self, type: str, family: str, anchor: str, own: str, when: When | None) -> None:
        self.type, self.family, self.anchor, self.own, self.when = type, family, anchor, own, when

    def may_be(self, when: When | None) -> bool:
        """Whether it may have happened then."""
        if self.when is None or when is None:
            return True
        known = 1 if self.type in _LASTING else 3
        return all(a == b or not a or not b for a, b in zip(self.when[:known], when[:known], strict=True))

    def id(self, published: When | None) -> str:
        """Id: that of the place and the time where it is told by them, else one of the article.

        What has no date is taken to belong to the time of publication. A month is as exact as two articles about one day are likely to
        agree; what lasts is told apart by the year.
        """
        when = self.when or published
        if self.type not in _PLACED or not self.anchor or when is None:
            return self.own
        exact = self.type not in _LASTING and when[1]
        return f"{self.family}-{self.anchor}-{when[0]:04}" + (f"-{when[1]:02}" if exact else "")


class Occurrences:
    """The occurrences of one article."""

    def __init__(self, article: str, published: str | None, is_country: Callable[[str], bool]) -> None:
        self.article, self.is_country = article, is_country
        self.published = read(published or "")
        self._known: dict[tuple[str, str], list[Occurrence]] = {}
        self._last: dict[str, Occurrence] = {}
        self._count = 0

    def identify(self, sentence: Sentence, event: Found) -> Occurrence:
        """The occurrence that an event mention refers to."""
        family = _FAMILY.get(event.type) or event.type.partition(".")[2].lower()
        self._count += 1
        anchor = self._anchor(event) if event.realis == "Actual" else ""
        times = [when for role, phrase in event.arguments if role == "Time" and (when := read(phrase.value or ""))]
        when = times[0] if times else None
        new = Occurrence(event.type, family, anchor, f"{self.article}-{family}-{self._count}", when)
        if event.realis != "Actual":
            return new
        if anchor:
            return self._same(new) or new
        phrase = sentence.cover(event.index) if event.noun else None
        definite = phrase is not None and sentence.tokens[phrase.first].low in DEFINITE
        if definite and family in self._last and self._last[family].may_be(when):
            return self._last[family]
        self._last[family] = new
        return new

    def _same(self, new: Occurrence) -> Occurrence | None:
        """The last one with this anchor that may have happened at the same time; the new one is remembered where there is none."""
        known = self._known.setdefault((new.family, new.anchor), [])
        for old in reversed(known):
            if old.may_be(new.when):
                if new.when and (old.when is None or sum(map(bool, new.when)) > sum(map(bool, old.when))):
                    old.when = new.when
                return old
        known.append(new)
        return None

    def _anchor(self, event: Found) -> str:
        """A named place or victim, or a number of victims, by which two mentions are known to be one occurrence."""
        wanted = _PLACED.get(event.type)
        for role, phrase in event.arguments:
            if phrase.level == "NAM" and phrase.entity and self._tells(role, phrase, wanted):
                return phrase.entity
        for role, phrase in event.arguments:
            if role in ("Victim", "Person") and phrase.type == "NUM":
                return slug(phrase.value) if phrase.value and not phrase.value.startswith("=1") else ""
        return ""

    def _tells(self, role: str, phrase: Phrase, wanted: str | None) -> bool:
        if role in ("Victim", "Person"):
            return phrase.type == "PER"
        if role == wanted or (wanted == "Place" and role == "Target" and phrase.type == "GPE"):
            return wanted == "Territory" or not self.is_country(phrase.entity or "")  # wars have many battles
        return False


@lru_cache(maxsize=4096)
def read(value: str) -> When | None:
    """Year, month and day of a TIMEX3 value, None where it tells no year; of a week, the month in which it begins."""
    match = _DATE.match(value)
    if match is None:
        return None
    year, week, month, day = (int(group or 0) for group in match.groups())
    if week:
        try:
            return year, date.fromisocalendar(year, week, 1).month, 0
        except ValueError:
            return year, 0, 0
    return year, month, day
