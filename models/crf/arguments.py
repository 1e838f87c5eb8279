"""Arguments: every pair of a trigger and a mention of its sentence is given a position (agent, patient, place ...) or none."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from pathlib import Path

from .features import kinds
from .lexicon import lexicon
from .linear import Linear
from .tokens import Labelled, Sentence
from .triggers import stem

NONE = "-"
_PREPOSITIONS = frozenset(
    """in at on of by from to into onto near around outside inside within across throughout over against with between under after before
    during since until for along behind towards toward through amid among off out upon as despite without""".split()
)


@functools.cache
def _positions() -> dict[str, dict[str, str]]:
    """By event type: position by role."""
    tables = tomllib.loads((Path(__file__).parent / "roles.toml").read_text(encoding="utf-8"))
    return {kind: {role: position for position, role in table.items()} for kind, table in tables.items()}


def position(event_type: str, role: str) -> str:
    """The position that a role is of an event type; the role itself where the table has none."""
    return _positions().get(event_type, {}).get(role, role)


def role(event_type: str, place: str) -> str | None:
    """The role at a position of an event type; None where the type has no such role."""
    table = _positions().get(event_type)
    if table is None:
        return place
    return next((name for name, known in table.items() if known == place), None)


def level(mention: Labelled, named: bool) -> str:
    """How it mentions: a name, a value, a noun or a pronoun."""
    if mention.label in ("DATE", "NUM", "MONEY"):
        return "VAL"
    return "NAM" if named else "PRO" if mention.label == "PRO" else "NOM"


class Pairs:
    """The features of the pairs of one sentence.

    Parameters
    ----------
    sentence
        The sentence.
    mentions
        Its mentions with their levels, sorted.
    triggers
        Its triggers, sorted.
    """

    def __init__(self, sentence: Sentence, mentions: Sequence[tuple[Labelled, str]], triggers: Sequence[Labelled]):
        self.sentence = sentence
        self.mentions = mentions
        self.triggers = triggers
        self.lower = sentence.lower
        self._before = [self._introduction(mention) for mention, _ in mentions]

    def _introduction(self, mention: Labelled) -> str:
        """The preposition, or other short word, that introduces a mention; what stands between is a noun phrase."""
        for n in range(mention.first - 1, max(-1, mention.first - 6), -1):
            word = self.lower[n]
            if word in _PREPOSITIONS or "quoting" in kinds(word) or (not word[0].isalnum() and word not in "-'’$“\""):
                return word
            if "be" in kinds(word) or "have" in kinds(word) or "modal" in kinds(word):
                return "aux"
        return "<s>" if mention.first < 6 else "far"

    def features(self, trigger: Labelled, number: int) -> list[str]:
        """Features of a trigger with the mention of that number."""
        mention, how = self.mentions[number]
        lower, kind = self.lower, "PRO:" + self.lower[mention.first] if mention.label == "PRO" else mention.label
        word = " ".join(lower[trigger.first : trigger.last])
        lemma, form = stem(lower[trigger.first]), self._form(trigger)
        family = trigger.label.partition(".")[0]
        if mention.last <= trigger.first:
            side, between = "<", range(mention.last, trigger.first)
        elif trigger.last <= mention.first:
            side, between = ">", range(trigger.last, mention.first)
        else:
            side, between = "=", range(0)
        intro = self._before[number]
        after = lower[mention.last] if mention.last < len(lower) else "</s>"
        gap = len(between)
        bucket = str(gap) if gap < 3 else "3" if gap < 5 else "5" if gap < 8 else "8" if gap < 13 else "13" if gap < 20 else "20"
        rivals = sum(1 for m, _ in self.mentions if m.label == mention.label and m.first in between)
        nearer = sum(1 for m, _ in self.mentions if m.first in between)
        others = sum(1 for t in self.triggers if t.first in between and t[:2] != trigger[:2])
        breaks = sum(lower[n] in (",", ";", ":", "–", "—", "“", "”", '"', "(", ")") or "quoting" in kinds(lower[n]) for n in between)
        voice = self._voice(trigger, form)
        place = f"{side}{min(rivals, 2)}"
        near = f"{side}{min(nearer, 3)}"
        what = f"{kind}|{side}"
        spot = f"{side}|{intro}"
        found = [
            f"k={kind}", f"how={how}", f"et={trigger.label}", f"fam={family}", f"side={side}", f"gap={side}{bucket}", f"rivals={place}",
            f"near={near}", f"others={side}{min(others, 3)}", f"breaks={side}{min(breaks, 3)}", f"intro={spot}", f"after={side}|{after}",
            f"et|k={trigger.label}|{kind}", f"et|k|side={trigger.label}|{what}", f"et|intro={trigger.label}|{spot}",
            f"fam|k={family}|{what}", f"lemma={lemma}|{what}", f"word={word}|{what}", f"lemma|intro={lemma}|{spot}",
            f"lemma|k={lemma}|{kind}",
            f"k|intro={kind}|{spot}", f"k|intro|form={kind}|{spot}|{form}", f"form|side={form}|{side}", f"voice|what={voice}|{what}",
            f"voice|intro={voice}|{spot}", f"voice|near={voice}|{near}|{how}", f"k|near={kind}|{near}", f"k|gap={kind}|{side}{bucket}",
            f"how|near={how}|{near}", f"k|breaks={kind}|{side}{min(breaks, 2)}|{min(others, 2)}", f"et|near={trigger.label}|{near}",
            f"form|gap={form}|{side}{bucket}", f"lemma|voice={lemma}|{voice}|{side}", f"et|voice={trigger.label}|{voice}|{what}",
            f"k|rivals={kind}|{place}|{min(others, 2)}",
        ]  # fmt: skip
        if 0 < gap <= 3:
            found.append(f"between={side}|{' '.join(lower[n] for n in between)}")
            found.append(f"between|k={what}|{' '.join(lower[n] for n in between)}")
        if gap == 1 and lower[between[0]] == "-":
            found.append(f"hyphen={what}|{lemma}")
        if gap == 0:
            found.append(f"adjacent={what}|{form}")
        if how == "NOM":
            found.append(f"head={lower[mention.last - 1]}|{side}")
        if number + 1 < len(self.mentions) and self.mentions[number + 1][0].first == mention.last:
            nearby = self.mentions[number + 1]
            found += [f"modifies={nearby[1]}", f"modifies={mention.label}|{nearby[0].label}|{nearby[1]}"]
        return found

    def _form(self, trigger: Labelled) -> str:
        """The form of the trigger: that of its sense, else its ending."""
        word = self.lower[trigger.first]
        forms = {sense.form for sense in lexicon().senses.get(word, ()) if sense.type == trigger.label}
        if not forms:
            return word[-3:] if word.endswith("ing") else word[-2:] if word.endswith("ed") else "other"
        nominal = forms <= {"noun", "nouns"}
        before = self.lower[max(0, trigger.first - 2) : trigger.first]
        if not nominal and forms & {"noun", "nouns"}:  # either: a determiner or an adjective before it makes it a noun
            nominal = any("determiner" in kinds(w) for w in before) or (bool(before) and before[-1] in ("of", "'", "’", "s"))
        return "noun" if nominal else "/".join(sorted(forms - {"noun", "nouns"}) or ["noun"])

    def _voice(self, trigger: Labelled, form: str) -> str:
        """Passive, active, infinitive or noun, by the words before the trigger."""
        before = self.lower[max(0, trigger.first - 3) : trigger.first]
        if form == "noun":
            return "noun-of" if self.lower[trigger.last : trigger.last + 1] == ["of"] else "noun"
        if "en" in form:
            if any("be" in kinds(word) for word in before):
                return "passive"
            if before and before[-1] == "-":
                return "compound"
            if self.lower[trigger.last : trigger.last + 1] == ["by"]:
                return "passive"
        if "ing" in form:
            return "ing"
        return "infinitive" if "to" in before[-2:] else "modal" if any("modal" in kinds(w) for w in before) else "active"


class Arguments:
    """Chooses the position of each pair.

    Parameters
    ----------
    model
        Classes are positions, and ``-`` for none.
    """

    def __init__(self, model: Linear | None = None):
        self.model = model

    def find(
        self, sentence: Sentence, mentions: Sequence[tuple[Labelled, str]], triggers: Sequence[Labelled], threshold: float
    ) -> list[tuple[int, int, str, float]]:
        """Number of the trigger, number of the mention, role and probability of each argument."""
        if self.model is None or not mentions or not triggers:
            return []
        pairs, found = Pairs(sentence, mentions, triggers), []
        numbers = [(t, m) for t in range(len(triggers)) for m in range(len(mentions))]
        chances = self.model.chances([pairs.features(triggers[t], m) for t, m in numbers]).tolist()
        for (t, m), row in zip(numbers, chances, strict=True):
            by_place = dict(zip(self.model.classes, row, strict=True))
            filled = 1.0 - by_place.pop(NONE, 0.0)
            options = (
                [(p, name) for place, p in by_place.items() if (name := role(triggers[t].label, place))] if filled >= threshold else []
            )
            if options:
                found.append((t, m, max(options)[1], min(1.0, filled)))
        return found
