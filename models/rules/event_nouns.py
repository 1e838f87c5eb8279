"""Events that nouns, adjectives and compounds state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .clauses import Sentence
from .lexicon import Complement, Entry, Found, Lexicon, fill, fill_complements, is_kind
from .phrases import Phrase
from .words import NO_NOUN, Words

_HAPPEN = frozenset("continue erupt rage happen occur begin start resume intensify end".split())
_SUFFERING = frozenset("suffer face survive sustain".split())
_GAINING = frozenset("take seize gain regain recapture win lose retain repel fight support wrest provide".split())
_GIVING = frozenset("give offer send provide pay".split())
_OF_WEAPONS = frozenset("suicide car truck nail roadside machine long-range".split())
_MODIFIER_ROLES = {"WEA": "Instrument", "VEH": "Instrument", "FAC": "Target"}
_AFTER_NOUN = frozenset("dead wounded injured displaced".split())


class NounEvents:
    """Events that nouns, adjectives and compounds state."""

    def __init__(self, lexicon: Lexicon, words: Words, is_country: Callable[[str], bool]) -> None:
        self.lexicon, self.words, self.is_country = lexicon, words, is_country

    # -- nouns

    def find(self, sentence: Sentence, i: int) -> list[Found]:
        """Events that the noun at token i states."""
        phrase = sentence.cover(i)
        if phrase is None or phrase.head != i or phrase.level != "NOM" or phrase.type:
            return []
        governor = sentence.governor(phrase)
        complements = list(sentence.complements(self._end_of_noun_group(sentence, phrase), _HAPPEN))
        chosen: list[Found] = []
        for entry in self.lexicon.nouns[sentence.lemmas[i]]:
            if (not chosen or entry.also) and self._fits(sentence, i, phrase, entry, governor, complements):
                chosen.append(self._event(sentence, i, phrase, entry, governor, complements))
        return chosen

    def _end_of_noun_group(self, sentence: Sentence, phrase: Phrase) -> int:
        """Complements may come after a verb that adds nothing: `an offensive was launched by ...`."""
        k = phrase.last
        while k < len(sentence.tags) and sentence.tags[k] in "xhr":
            k += 1
        light = k < len(sentence.tags) and sentence.tags[k] in "vk" and sentence.lemmas[k] in self.words.lists["light"]
        return k + 1 if light and (sentence.passive(k) or sentence.reduced(k)) else phrase.last

    @staticmethod
    def _fits(sentence: Sentence, i: int, phrase: Phrase, entry: Entry, governor: int, complements: list[Complement]) -> bool:
        tokens = sentence.tokens
        before = tokens[phrase.first - 1].low if phrase.first else ""
        if entry.near and entry.near.isdisjoint(sentence.lows()):
            return False
        if entry.mod and not any(word.low in entry.mod for word in tokens[max(phrase.first, i - 3) : i]):
            return False
        if entry.of and not any(
            preposition == "of" and is_kind(inner, kind) for preposition, inner, _ in complements[:3] for kind in entry.of
        ):
            return False
        if (
            entry.prep
            and before not in entry.prepositions
            and not any(preposition in entry.prepositions for preposition, _, _ in complements[:2])
        ):
            return False
        if entry.before and before not in entry.before and tokens[phrase.first].low not in entry.before:
            return False
        if entry.governor and not (governor >= 0 and sentence.lemmas[governor] in entry.governor):
            return False
        if entry.named and not phrase.names:
            return False
        if entry.not_of and before == "of" and phrase.first > 1 and tokens[phrase.first - 2].low in entry.not_of:
            return False
        if entry.near_after and not any(word.low in entry.near_after for word in tokens[i + 1 : i + 4]):
            return False
        return not entry.plural or phrase.plural

    def _event(self, sentence: Sentence, i: int, phrase: Phrase, entry: Entry, governor: int, complements: list[Complement]) -> Found:
        frame = entry.noun
        event = Found(sentence, i, i, entry.label, entry.roles, noun=True)
        if i >= 2 and sentence.tags[i - 1] == "-" and sentence.tokens[i - 2].low == "counter":
            event.start = sentence.tokens.starts[i - 2]
        agent = frame.get("agent", "")
        if phrase.poss is not None:
            owner = phrase.poss
            fill(event, "Place" if owner.type in ("LOC", "FAC") or self._town(owner) else frame.get("poss", ""), [owner])
        for name in phrase.names:
            fill(event, "Place" if self._town(name) or name.type in ("LOC", "FAC") else frame.get("mod", ""), [name])
        self._modifiers(sentence, event, phrase, frame)
        if agent and complements:
            fill(event, agent, [inner for preposition, inner, _ in complements if preposition == "by"])
        if governor >= 0 and not event.has(agent.split(":")[0]):
            self._light(sentence, event, phrase, frame, governor)
        elif phrase.first > 1 and sentence.tokens[phrase.first - 1].low == "under":
            verb = max(sentence.tags.rfind("x", 0, phrase.first), sentence.tags.rfind("v", 0, phrase.first))
            if phrase.first - verb <= 3 and verb >= 0:
                fill(event, "Territory" if "Territory" in event.roles else "Target", sentence.subjects(verb))
        fill_complements(event, frame, complements)
        return event

    def _light(self, sentence: Sentence, event: Found, phrase: Phrase, frame: Mapping[str, str], governor: int) -> None:
        """The subject of `launched an offensive`, `came under attack`, `repelled an assault`, `took control`."""
        lemma, before = sentence.lemmas[governor], sentence.tokens[phrase.first - 1].low if phrase.first else ""
        if sentence.passive(governor):
            return
        subjects = sentence.subjects(governor)
        if before == "under" or lemma in _SUFFERING:
            role = "Target" if "Target" in event.roles else "Victim" if "Victim" in event.roles else ""
            fill(event, role, subjects)
        elif lemma in self.words.lists["light"] or lemma in _GAINING:
            lost = lemma == "lose" and event.type == "Territory.Capture"
            fill(event, "Loser" if lost else frame.get("agent", ""), subjects)
        if "Recipient" in event.roles and lemma in _GIVING:
            fill(event, "Recipient", [p for p in sentence.objects(governor) if p is not phrase])

    def _modifiers(self, sentence: Sentence, event: Found, phrase: Phrase, frame: Mapping[str, str]) -> None:
        """Common nouns before the trigger: `artillery fire`, `rebel attack`, `prison siege`."""
        k = phrase.head - 1
        while k >= phrase.first and sentence.tags[k] in "nj":
            lemma, kind, _ = sentence.tokens[k].noun or NO_NOUN
            if kind:
                first = k
                while (
                    kind in ("WEA", "VEH")
                    and first > phrase.first
                    and sentence.tags[first - 1] in "nj"
                    and sentence.tokens[first - 1].low in _OF_WEAPONS
                ):
                    first -= 1
                inner = Phrase(first, k + 1, k, sentence.tokens.starts[first], sentence.tokens.stop(k), kind, "NOM", lemma)
                role = _MODIFIER_ROLES.get(kind) or (frame.get("mod", "") if kind in ("PER", "ORG") else "Place")
                fill(event, role, [inner])
                k = first
            k -= 1

    def _town(self, phrase: Phrase) -> bool:
        return phrase.type == "GPE" and not (phrase.level == "NAM" and self.is_country(phrase.entity or ""))

    # -- adjectives and compounds

    def adjective(self, sentence: Sentence, i: int) -> list[Found]:
        """Events that the adjective or compound at token i states."""
        low = sentence.tokens[i].low
        compound = i >= 2 and sentence.tags[i - 1] == "-" and low in self.lexicon.compounds
        entries = self.lexicon.compounds[low] if compound else self.lexicon.adjectives.get(low, [])
        phrase = sentence.cover(i)
        outside = phrase is None or phrase.head == i
        if outside:
            phrase = sentence.ends.get(sentence.group_start(i)) if low in _AFTER_NOUN and i else None
        for entry in entries:
            if low == "dead" and i and sentence.lemmas[i - 1] == "shoot":
                continue  # `shot dead` is one word for it
            if entry.object and not (phrase is not None and any(is_kind(phrase, kind) for kind in entry.object)):
                continue
            event = Found(sentence, i, i, entry.label, entry.roles, noun=True)
            frame = entry.verb
            if phrase is not None:
                fill(event, frame["object"], sentence.expand(phrase, -1) if outside else [sentence.counted(phrase)])
            if compound and (holder := next((name for name in sentence.names if name.last == i - 1), None)):
                fill(event, frame["subject"], [holder])
            elif compound:
                fill(event, frame["subject"], [self._bare(sentence, i - 2)])
            if outside:
                fill_complements(event, frame, list(sentence.complements(i + 1)))
            return [event]
        return []

    @staticmethod
    def _bare(sentence: Sentence, k: int) -> Phrase:
        """The common noun of a compound such as `rebel-held`."""
        word, start = sentence.tokens[k], sentence.tokens.starts[k]
        lemma, kind, plural = word.noun or (word.low, "ORG" if word.low in ("government", "opposition") else "", False)
        phrase = Phrase(k, k + 1, k, start, start + len(word.text), kind, "NOM", lemma)
        phrase.plural = plural
        return phrase
