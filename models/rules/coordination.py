"""Chains of phrases: what a quantity counts, and what is joined by `and` and commas."""

from __future__ import annotations

from .phrases import NAMED_PLACES, Phrase, Phrases

_LONGEST = 12  # members of a list after the first


class Coordination(Phrases):
    """A sentence with its phrases, and which of them stand together."""

    def beyond(self, phrase: Phrase) -> int:
        """Token after the phrase, `of` complements of quantities included."""
        return self.counted(phrase).last

    def counted(self, phrase: Phrase) -> Phrase:
        """What a quantity counts: `dozens of women` is the women; `45 of them` stays the number."""
        last, tokens = phrase.last, self.tokens
        if last + 1 >= len(tokens) or tokens[last].low != "of":
            return phrase
        inner = self.begins.get(last + 1)
        if inner is None or inner.type == "DATE" or inner is phrase:
            return phrase
        if phrase.type == "NUM":
            return phrase if self.tags[last + 1] in "do" else inner
        if phrase.lemma in self.words.lists["quantity"] and (phrase.level == "NOM" or inner.type in ("GPE", "LOC", "FAC")):
            return inner
        if (
            phrase.level == "NOM"
            and phrase.lemma in NAMED_PLACES
            and inner.level == "NAM"
            and inner.type in ("GPE", "LOC", "FAC")
            and not phrase.plural
        ):
            return inner
        return phrase

    def expand(self, phrase: Phrase, step: int, pair: bool = False) -> list[Phrase]:
        """The phrase and those coordinated with it, to the left (-1) or right (+1); a `pair` is complete only with its second member."""
        first = self.counted(phrase)
        found = [first]
        if step < 0:
            self._preceding(found, phrase)
        elif first.last < len(self.tags) and self.tags[first.last] in "u,":
            self._following(found, pair)
        return found

    def _following(self, found: list[Phrase], pair: bool) -> None:
        for _ in range(_LONGEST):
            end = found[-1].last
            joint = self._joint(end)
            nearest = self.begins.get(joint) if joint else None
            if nearest is None or nearest.type == "DATE":
                return
            member = self.counted(nearest)
            if not self._list_goes_on(member.last) if self.tags[end] == "," else not pair and self._finite(member.last):
                return
            found.append(member)

    def _preceding(self, found: list[Phrase], current: Phrase) -> None:
        tags = self.tags
        for _ in range(_LONGEST):
            before = current.first - 1
            if before < 1 or tags[before] not in "u,":
                return
            nearest = self.ends.get(before - (tags[before] == "u" and tags[before - 1] == ","))
            if nearest is None or nearest.type == "DATE":
                return
            if tags[before] == "," and (len(found) == 1 or (nearest.first and tags[nearest.first - 1] == "i")):
                return
            found.append(self.counted(nearest))
            current = nearest

    def _joint(self, end: int) -> int:
        """Where the next member of a list would begin, 0 for nowhere."""
        tags = self.tags[end : end + 3]
        if tags.startswith(",u"):
            return end + 2
        return end + 1 if tags[:1] in ("u", ",") else 0

    def _list_goes_on(self, end: int) -> bool:
        return self.tags[end : end + 1] in ("u", ",") and "u" in self.tags[end : end + 12] and end in self.ends

    def _finite(self, i: int) -> bool:
        while i < len(self.tags) and self.tags[i] == "r":
            i += 1
        return i < len(self.tags) and self.tags[i] in "vxhqM"
