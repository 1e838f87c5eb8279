"""Clauses: who is subject, object or complement of which word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .clock import Value
from .coordination import Coordination
from .gazetteer import Name
from .name_shapes import is_headline
from .phrases import Phrase
from .tokens import Tokens
from .words import Words

_COMPASS = frozenset("north south east west northeast northwest southeast southwest north-east".split())
_NO_FORMS: frozenset[str] = frozenset()


class Sentence(Coordination):
    """A sentence with its phrases, and the relations between them."""

    def __init__(self, tokens: Tokens, names: Sequence[Name], values: Sequence[tuple[int, int, Value]], words: Words) -> None:
        super().__init__(tokens, names, values, words)
        self._subjects: dict[int, list[Phrase]] = {}
        self._lows: frozenset[str] | None = None

    @property
    def headline(self) -> bool:
        """Whether the line is set in Title Case or capitals."""
        return is_headline(self.tokens)

    def lows(self) -> frozenset[str]:
        """The words of the sentence in lower case."""
        if self._lows is None:
            self._lows = frozenset([word.low for word in self.tokens])
        return self._lows

    # -- verbs

    def forms(self, i: int) -> frozenset[str]:
        """Which forms of a verb token i may be, as ``Words.verbs`` tells."""
        verb = self.tokens[i].verb
        return verb[1] if verb else _NO_FORMS

    def group_start(self, i: int) -> int:
        """First token of the verb group that ends at i (auxiliaries, adverbs, `to`)."""
        k = i
        while k > 0 and self.tags[k - 1] in "xhqMTr":
            k -= 1
        return k

    def passive(self, i: int) -> bool:
        """Whether the verb at i is a passive with its auxiliary, be it that of a verb before (`were arrested and hanged`)."""
        if self.tags[i] not in "kv":
            return False
        begin = self.group_start(i)
        if begin < i:
            if "x" in self.tags[begin:i]:
                return True
            if self.tags[begin:i].strip("r"):
                return False
        if begin and self.tags[begin - 1] == "u" and "k" in self.forms(i):
            verb = self.previous_verb(begin)
            while verb >= 0 and self.tags[verb] == "g":
                verb = self.previous_verb(verb)
            return verb >= 0 and self.tags[verb] == "k" and i + 1 not in self.begins and self.passive(verb)
        return False

    def reduced(self, i: int) -> bool:
        """Whether the verb at i is a participle that hangs on the noun before it (`civilians killed in the raid`)."""
        forms = self.forms(i)
        if "k" not in forms or self.tags[i] not in "vk" or self.group_start(i) != i or i == 0:
            return False
        k = i + 1
        while k < len(self.tags) and self.tags[k] == "r":
            k += 1
        following = self.tags[k] if k < len(self.tags) else "."
        if following in "dcnpojmgs" and not (following in "djn" and self.tokens[k].low in ("last", "this", "next")):
            return False
        if k < len(self.tokens) and self.tokens[k].low == "by":
            return True
        if self.tags[i] == "k" and "v" not in forms:
            return True
        if self.headline or (self.tags[-1] != "." and len(self.tokens) < 20):
            return self.tags[i - 1] in "npcm"
        return self._hangs(i)

    def _hangs(self, i: int) -> bool:
        """Whether the noun before a past form is an object, or has another finite verb: then the form is a participle."""
        phrase = self.ends.get(i) or self.ends.get(i - 1)
        if phrase is None:
            return False
        outer = self._out_of_complement(phrase) or phrase
        before = outer.first - 1
        if before >= 0 and self.tags[before] in "vkgb" and not self._speech(before):
            return True
        for k in range(i + 1, len(self.tags)):
            if self.tags[k] in "zw.u" or (self.tags[k] == "," and self.tags[i - 1] != ","):
                return False
            if self.tags[k] in "vxhqM" and self.tags[k - 1] not in "o":
                return True
        return False

    def _speech(self, i: int) -> bool:
        return self.tokens[i].low in self.words.lists["speech"]

    def previous_verb(self, i: int) -> int:
        """Nearest verb before token i, or -1."""
        while i > 0:
            i -= 1
            if self.tags[i] in "vkgb" and not (self.tags[i] == "g" and i and self.tags[i - 1] == "d"):
                return i
        return -1

    def subjects(self, i: int) -> list[Phrase]:
        """Grammatical subjects of the verb at i (of the passive too: then they are what it is done to)."""
        if i not in self._subjects:
            self._subjects[i] = []  # a guard against going round in circles
            phrase = self._subject(i)
            found = self.expand(phrase, -1) if isinstance(phrase, Phrase) else phrase or []
            self._subjects[i] = [p for p in found if p.type != "DATE"]
        return self._subjects[i]

    def _subject(self, i: int) -> Phrase | list[Phrase] | None:
        begin = self.group_start(i)
        if begin == 0:
            return self._inverted(i) if self.tags[i] == "g" else None
        before = begin - 1
        while before > 0 and self.tags[before] in '"':
            before -= 1
        tag = self.tags[before]
        if "T" in self.tags[begin:i]:
            return self._controller(begin)
        if tag == "w":
            return self.ends.get(begin)
        if tag == "u" or (tag in "iz" and self.tags[i] == "g") or (tag == "z" and self.reduced(i)):
            verb = self.previous_verb(before)
            return self.subjects(verb) if verb >= 0 else self._inverted(i)
        if tag == ",":
            return self._across_comma(i, before)
        if tag == ")":
            opened = self.tags.rfind("(", 0, before)
            return self.ends.get(opened) if opened > 0 else None
        phrase = self.ends.get(before + 1)
        if phrase is None:
            return None
        attached = self.tags[i] == "g" or (self.tags[i] in "vk" and not self.passive(i) and self.reduced(i))
        return phrase if attached and phrase.type != "DATE" else self._out_of_complement(phrase)

    def _inverted(self, i: int) -> list[Phrase] | None:
        """A participle that opens the sentence takes the subject of the main verb."""
        for k in range(i + 1, len(self.tags)):
            if self.tags[k] in "vx" and k in self.ends:
                return self.subjects(k)
        return None

    def _controller(self, begin: int) -> Phrase | list[Phrase] | None:
        """Subject of an infinitive: the object just before it (`forced them to leave`), or the subject of the verb before."""
        phrase = self.ends.get(begin)
        verb = self.previous_verb(begin)
        if phrase is not None and phrase.type in ("PER", "ORG", "NORP", "VEH") and phrase.first == verb + 1:
            return phrase
        return self.subjects(verb) if verb >= 0 else None

    def _across_comma(self, i: int, comma: int) -> Phrase | list[Phrase] | None:
        participle = self.tags[i] == "g" or self.reduced(i)
        if participle:
            verb = self.previous_verb(comma)
            if self.reduced(i) and self.tags[i] != "g" and (near := self.ends.get(comma)) is not None:
                return near
            return self.subjects(verb) if verb >= 0 else None
        opened = self.tags.rfind(",", 0, comma)
        while opened > 0:
            phrase = self.ends.get(opened)
            name = self.ends.get(comma)
            if phrase is not None and name is not None and (name.level, phrase.level, name.type) == ("NAM", "NOM", phrase.type):
                return name  # `their leader, Abu Omar, fled`
            if phrase is not None:
                return self._out_of_complement(phrase)
            opened = self.tags.rfind(",", 0, opened)
        verb = self.previous_verb(comma)
        return self.subjects(verb) if verb >= 0 and not self._speech(verb) else None

    def _out_of_complement(self, phrase: Phrase) -> Phrase | None:
        """From the noun next to a verb to its subject: back over `in the town`, `of the army` and time expressions."""
        current: Phrase | None = phrase
        for _ in range(8):
            if current is None:
                return None
            before = current.first - 1
            if current.type == "DATE" and (before < 0 or self.tags[before] != "i"):
                current = self.ends.get(current.first)
            elif before >= 0 and self.tags[before] in "i":
                at = before
                while at > 0 and self.tags[at - 1] in "jr" and at not in self.ends:
                    at -= 1  # `fighters loyal to the general`
                outer = self.ends.get(at)
                if outer is None:
                    return None
                if self.tokens[before].low == "of" and self.counted(outer) is current:
                    current = outer
                    back = outer.first - 1
                    if back < 0 or self.tags[back] != "i":
                        return outer
                else:
                    current = outer
            else:
                return current
        return current

    def objects(self, i: int, particles: frozenset[str] = frozenset()) -> list[Phrase]:
        """Direct objects of the verb at i."""
        k = i + 1
        while k < len(self.tags) and (self.tags[k] in 'r"' or self.tokens[k].low in particles):
            k += 1
        phrase = self.begins.get(k)
        if phrase is None or phrase.type == "DATE" or self.tags[k] == "w":
            return []
        found = self.expand(phrase, +1)
        second = self.begins.get(self.beyond(phrase))
        if (
            second is not None
            and second.type != "DATE"
            and self.tags[second.first] in "dcmnj"
            and phrase.type in ("PER", "ORG", "NORP", "GPE")
        ):
            found.append(second)
        return found

    def complements(self, k: int, through: frozenset[str] = frozenset()) -> Iterator[tuple[str, Phrase, bool]]:
        """Prepositions and what they govern from token k on; the flag tells whether another event noun stands between.

        Verbs with a lemma in `through` are passed over (`clashes continued in the town`).
        """
        nested = False
        tokens, tags, begins = self.tokens, self.tags, self.begins
        count = len(tags)
        while k < count:
            tag = tags[k]
            phrase = begins.get(k)
            if phrase is not None and phrase.type == "DATE":
                yield "time", phrase, nested
                k = phrase.last
            elif tag == "j" and tokens[k].low in _COMPASS and k + 2 in begins and tokens[k + 1].low == "of":
                yield "near", begins[k + 2], nested
                k = begins[k + 2].last
            elif tag in "i" or (tag == "T" and begins.get(k + 1) is not None):
                inner = begins.get(k + 1)
                if inner is None:
                    if k + 1 < count and tags[k + 1] in "ir":
                        k += 1
                        continue
                    return
                preposition = tokens[k].low
                for member in self.expand(inner, +1, preposition == "between"):
                    yield preposition, member, nested
                    k = max(k, self.beyond(member))
                nested = nested or (inner.level == "NOM" and not inner.type)
            elif (
                tag in "r"
                or (through and (tag in "xh" or (tag in "vk" and self.lemmas[k] in through)))
                or (tag == "," and k + 1 < count and tags[k + 1] in "i" and k + 2 in begins)
            ):
                k += 1
            elif tag == "(" and ")" in tags[k : k + 6]:
                k = tags.index(")", k) + 1
            else:
                return

    def governor(self, phrase: Phrase) -> int:
        """The verb whose object the phrase is, or -1."""
        k = phrase.first - 1
        while k >= 0 and self.tags[k] in 'r"':
            k -= 1
        if k >= 0 and self.tags[k] in "vkgb":
            return k
        if k >= 1 and self.tags[k] == "i" and self.tokens[k].low in ("out", "under", "on", "off", "up"):
            return k - 1 if self.tags[k - 1] in "vkgb" else -1
        if k >= 1 and self.tags[k] == "u" and (other := self.ends.get(k)) is not None:
            return self.governor(other)
        return -1
