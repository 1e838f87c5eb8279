"""Chains of phrases: what a quantity counts, and what is joined by `and` and commas."""

from __future__ import annotations

from .phrases import NAMED_PLACES, Phrase, Phrases


class Coordination(Phrases):
    """A sentence with its phrases, and which of them stand together."""

    def beyond(self, phrase: Phrase) -> int:
        """Token after the phrase, `of` complements of quantities included."""
        return self.counted(phrase).last

    def counted(self, phrase: Phrase) -> Phrase:
        """What a quantity counts: `dozens of women` is the women; `45 of them` stays the number."""
        last = phrase.last
        if last + 1 >= len(self.tokens) or self.tokens[last].low != "of":
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
        found = [self.counted(phrase)]
        current = phrase
        for _ in range(12):
            if step > 0:
                end = self.beyond(current)
                joint = self._joint(end)
                nearest = self.begins.get(joint) if joint else None
                if (
                    nearest is None
                    or nearest.type == "DATE"
                    or (not pair and self._finite(self.beyond(nearest)) and self.tags[end : end + 1] == "u")
                ):
                    break
                if self.tags[end] == "," and not self._list_goes_on(self.beyond(nearest)):
                    break
            else:
                before = current.first - 1
                if before < 1 or self.tags[before] not in "u,":
                    break
                at = before - (before > 0 and self.tags[before] == "u" and self.tags[before - 1] == ",")
                nearest = self.ends.get(at)
                if nearest is None or nearest.type == "DATE" or (self.tags[before] == "," and len(found) == 1):
                    break
                if nearest.first and self.tags[nearest.first - 1] in "i" and self.tags[before] == ",":
                    break
            found.append(self.counted(nearest))
            current = nearest
        return found

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
