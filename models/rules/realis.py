"""Whether the text presents an event as a fact (Actual), as a habit (Generic) or as something else (Other)."""

from __future__ import annotations

from .clauses import Sentence
from .lexicon import Found
from .words import read

_UNCERTAIN_NOUNS = frozenset(
    "threat threats risk risks fear fears possibility prospect plan plans danger hope hopes call calls "
    "preparation preparations bid attempt attempts talk warning warnings "
    "likelihood chance chances intention proposal demand demands deadline".split()
)
_PREVENTION = frozenset("prevent prevented prevents preventing stop stopped stops ban banned barred refrain refrained discourage".split())

_NOBODY = frozenset("no neither nobody none".split())
_EVERY = frozenset("every each daily weekly nightly monthly".split())
_DENIALS = frozenset("deny denies denied denying doubt doubts doubted dispute disputes disputed refuted refute".split())


class Realis:
    """Decides the realis of events by the words around their triggers."""

    def __init__(self) -> None:
        self.words = {name: frozenset(listed.split()) for name, listed in read("realis.toml").items()}
        self._habits = self.words["habitual"] | {"regular", "frequent", "daily", "routine"}
        self._no_fact = self.words["prospective"] | {"no", "any"}

    def decide(self, sentence: Sentence, event: Found) -> str:
        """Realis of one event."""
        if event.noun:
            return self._noun(sentence, event)
        if self._nobody(sentence, event) or self._denied(sentence, event.index):
            return "Other"
        return self._generic(sentence, event.index, event) or self._verb(sentence, event.index, event.type, 0)

    def _verb(self, sentence: Sentence, i: int, label: str, depth: int) -> str:
        tokens, tags, words = sentence.tokens, sentence.tags, self.words
        begin = sentence.group_start(i)
        for token in tokens[begin:i]:
            if token.low in words["negation"] or token.low.endswith("n't"):
                return "Other"
        group = tags[begin:i]
        if "M" in group or self._conditional(sentence, begin):
            return "Other"
        if "T" in group:
            return self._infinitive(sentence, begin + group.rindex("T"), label, depth)
        before = tokens[begin - 1].low if begin else ""
        if before in words["negation"] or (tags[i] == "g" and before in words["intention"]):
            return "Other"
        if (
            tags[i] == "g"
            and before in ("from", "of")
            and any(token.low in _PREVENTION or token.low in _UNCERTAIN_NOUNS for token in tokens[max(0, begin - 5) : begin])
        ):
            return "Other"
        if depth < 4 and tags[i] in "bv" and begin and tags[begin - 1] in "u," and self._base(sentence, i):
            previous = sentence.previous_verb(begin)
            if previous >= 0 and (tags[previous] == "b") and not any(tags[k] in "z." for k in range(previous, begin)):
                return self._verb(sentence, previous, label, depth + 1)
        return "Other" if tokens[-1].text == "?" and begin == 0 else "Actual"

    @staticmethod
    def _nobody(sentence: Sentence, event: Found) -> bool:
        """Whether the subject or object says that there was none: `no civilians were killed`."""
        for role, phrase in event.arguments:
            if (
                sentence.tokens[phrase.first].low in _NOBODY
                and role not in ("Place", "Time", "Origin", "Destination")
                and abs(phrase.head - event.index) < 9
            ):
                return True
        return False

    @staticmethod
    def _denied(sentence: Sentence, i: int) -> bool:
        """Whether the clause hangs on a denial: `he denied that troops had shelled the town`."""
        k = sentence.group_start(i) - 1
        while k > 0 and sentence.tags[k] not in ",.vkgbxu":
            if sentence.tokens[k].low == "that" and sentence.tokens[k - 1].low in _DENIALS:
                return True
            k -= 1
        return False

    @staticmethod
    def _base(sentence: Sentence, i: int) -> bool:
        return "b" in sentence.forms(i)

    def _infinitive(self, sentence: Sentence, to: int, label: str, depth: int) -> str:
        """`managed to flee` is a fact, `wanted to flee` is none; `used to` tells a state or a habit."""
        tokens = sentence.tokens
        if to and tokens[to - 1].low == "used":
            return "Actual" if label == "Territory.Control" else "Generic"
        if to and tokens[to - 1].low in ("how", "where", "not"):
            return "Other"
        verb = sentence.previous_verb(to)
        near = verb >= 0 and to - verb <= 6 and "," not in sentence.tags[verb:to] and tokens[verb].low in self.words["factive"]
        if near and not (sentence.ends.get(to) is not None and sentence.ends[to].type == ""):
            return self._verb(sentence, verb, label, depth + 1) if depth < 4 else "Actual"
        return "Other"

    def _conditional(self, sentence: Sentence, begin: int) -> bool:
        """Whether the clause up to the verb begins with `if`."""
        k = begin - 1
        while k >= 0 and sentence.tags[k] not in ",.":
            if sentence.tokens[k].low in self.words["conditional"]:
                return sentence.tokens[k - 1].low != "as" if k else True
            k -= 1
        return False

    def _generic(self, sentence: Sentence, i: int, event: Found) -> str:
        begin = sentence.group_start(i)
        if not self.words["habitual"].isdisjoint([token.low for token in sentence.tokens[max(0, begin - 1) : i + 2]]):
            return "Generic"
        for role, phrase in event.arguments:
            if role == "Time" and str(phrase.value).startswith("P1") and sentence.tokens[phrase.first].low in _EVERY:
                present = sentence.tags[i] in "vb" and "z" in sentence.forms(i)
                return "Generic" if present or not sentence.headline else ""
        return ""

    def _noun(self, sentence: Sentence, event: Found) -> str:
        tokens, words = sentence.tokens, self.words
        phrase = sentence.cover(event.index)
        if phrase is None:
            return "Actual"
        inside = [token.low for token in tokens[phrase.first : event.index]]
        if not self._no_fact.isdisjoint(inside):
            return "Other"
        before = tokens[phrase.first - 1].low if phrase.first else ""
        if before in words["negation"]:
            return "Other"
        if before in ("of", "for") and phrase.first >= 2 and tokens[phrase.first - 2].low in _UNCERTAIN_NOUNS:
            return "Other"
        governor = sentence.governor(phrase)
        if governor >= 0:
            if tokens[governor].low in words["prospective_governor"]:
                return "Other"
            if (tokens[governor].low not in ("had", "has") and phrase.first == governor + 1) or sentence.lemmas[
                governor
            ] in sentence.words.lists["light"]:
                return self._verb(sentence, governor, event.type, 0)
        if inside[:1] and inside[0] in ("a", "an") and phrase.last < len(tokens) and sentence.tags[phrase.last] == "M":
            return "Other"
        if not self._habits.isdisjoint(inside):
            return "Generic"
        return "Other" if self._conditional(sentence, phrase.first) else "Actual"
