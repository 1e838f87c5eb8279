"""Phrases of a tagged sentence, and who is subject, object or complement of which word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .dates import Value
from .gazetteer import Name
from .words import Token, Words

_RUN = re.compile(r"[dcjnpmt](?:[dcjnpmt]|-(?=[dcjnpmt]))*")
_PLURAL_PRONOUNS = frozenset("they them their we us our these those many some most all both others who themselves".split())
_POSSESSIVE = frozenset("his her its their my our your whose".split())
_STANDALONE = frozenset("many some most those others all both several few none".split())
_COMPOUNDED = frozenset(
    "held controlled occupied ruled backed led run based affiliated linked aligned dominated created supported owned inspired".split()
)
_NAMED_PLACES = frozenset(
    "city town village province district region governorate area county municipality neighbourhood "
    "neighborhood suburb settlement enclave island state oblast camp "
    "valley port peninsula quarter hamlet stronghold bastion capital".split()
)
_COMPASS = frozenset("north south east west northeast northwest southeast southwest north-east".split())
_VEHICLE_MODIFIERS = frozenset("fighter stealth strategic heavy jet dive us american russian".split())


class Phrase:
    """A noun phrase, name, pronoun or value that can fill a role.

    Attributes
    ----------
    first, last
        Token range with determiners and possessors.
    head
        Index of the head token.
    start, end
        Offsets of the mention it would be.
    names
        Names that stand before the head in the same phrase.
    poss
        The possessor.
    """

    __slots__ = ("end", "entity", "first", "head", "last", "lemma", "level", "names", "plural", "poss", "start", "text", "type", "value")

    def __init__(self, first: int, last: int, head: int, start: int, end: int, type: str, level: str | None) -> None:
        self.first, self.last, self.head, self.start, self.end = first, last, head, start, end
        self.type, self.level = type, level
        self.lemma = self.text = ""
        self.entity = self.value = None
        self.plural = False
        self.names: list[Phrase] = []
        self.poss: Phrase | None = None


class Sentence:
    """A tagged sentence with its phrases.

    ``begins`` and ``ends`` map a token index to the widest phrase that begins there or ends before it; ``covers`` gives for each token
    the phrase whose head part it belongs to.
    """

    def __init__(
        self, tokens: list[Token], tags: str, names: Sequence[Name], values: Sequence[tuple[int, int, Value]], words: Words, headline: bool
    ) -> None:
        self.tokens, self.tags, self.words, self.headline = tokens, tags, words, headline
        self.phrases: list[Phrase] = []
        self.names = [self._name(name) for name in names]
        self.values = [self._value(first, last, value) for first, last, value in values]
        self.begins: dict[int, Phrase] = {}
        self.ends: dict[int, Phrase] = {}
        self.covers: dict[int, Phrase] = {}
        self._subjects: dict[int, list[Phrase]] = {}
        self._build()

    # -- phrases

    def _name(self, name: Name) -> Phrase:
        start, end = self.tokens[name.first].start, self.tokens[name.last - 1].end
        phrase = Phrase(name.first, name.last, name.last - 1, start, end, name.type, "NAM")
        phrase.entity = name.entity
        phrase.lemma = phrase.text = " ".join(token.low for token in self.tokens[name.first : name.last])
        phrase.plural = name.type == "NORP"
        return phrase

    def _value(self, first: int, last: int, value: Value) -> Phrase:
        phrase = Phrase(first, last, last - 1, value.start, value.end, value.type, None)
        phrase.value, phrase.plural = value.value, True
        return phrase

    def _build(self) -> None:
        marked = {phrase.first: phrase for phrase in (*self.names, *self.values)}
        for run in _RUN.finditer(self.tags):
            for first, last in self._split(run.start(), run.end(), marked):
                self._chunk(first, last, marked)
        for i, tag in enumerate(self.tags):
            if tag in "ow":
                self._pronoun(i)
        self.phrases.sort(key=lambda phrase: phrase.head)
        for phrase in self.phrases:
            if phrase.poss is None:
                self._join_possessor(phrase)
        for phrase in self.phrases:
            for i in range(phrase.first, phrase.last):
                self.covers.setdefault(i, phrase)
        for value in self.values:
            if value.first not in self.begins:
                self.begins[value.first] = value
            self.ends.setdefault(value.last, value)

    def _split(self, first: int, last: int, marked: dict[int, Phrase]) -> Iterator[tuple[int, int]]:
        """Cut a run of nominal tags into phrases: before a determiner, and around time expressions that modify nothing."""
        begin, i = first, first
        while i < last:
            tag = self.tags[i]
            if tag == "d" and i > begin and self.tags[i - 1] not in "d":
                yield begin, i
                begin = i
            elif tag == "t" and i in marked:
                end = marked[i].last
                if i > begin and self.tags[i - 1] in "npc":
                    yield begin, i
                    begin = i
                if end >= last or self.tags[end] == "d":
                    if begin < i and self.tags[begin:i].strip("d"):
                        yield begin, i
                    yield i, end
                    begin = end
                i = max(end, i + 1)
                continue
            i += 1
        if begin < last:
            yield begin, last

    def _chunk(self, first: int, last: int, marked: dict[int, Phrase]) -> None:
        tags = self.tags
        inner = [marked[i] for i in range(first, last) if i in marked]
        names = [phrase for phrase in inner if phrase.level]
        for i in range(first, last):
            if self.tokens[i].low in _POSSESSIVE and tags[i] == "d":
                self._pronoun(i)
        head = last - 1
        while head > first and tags[head] in "-j" and any(tag in "np" for tag in tags[first:head]):
            head -= 1
        last = head + 1 if tags[last - 1] in "-j" else last
        if tags[head] in "p" and names:
            phrase = names[-1]
            phrase.names, phrase.first = names[:-1], min(first, phrase.first)
        elif tags[head] in "n":
            phrase = self._nominal(first, head, names)
            if names and names[-1].type in ("GPE", "LOC") and names[-1].last == head and phrase.lemma in _NAMED_PLACES:
                phrase = names[-1]  # `Kharkiv region`: the name stands for the whole
                phrase.names, phrase.first = names[:-1], first
        elif inner and inner[-1].level is None and inner[-1].last >= head:
            phrase = inner[-1]
            phrase.first = first if inner[-1].type != "DATE" else phrase.first
        elif names:
            phrase = names[-1]
        elif tags[first] == "d" and last == first + 1 and self.tokens[first].low in _STANDALONE | {"this", "that", "these", "such"}:
            if self.tokens[first].low in _STANDALONE:
                self._pronoun(first)
            return
        else:
            return
        phrase.last = max(last, phrase.last)
        self.phrases.append(phrase)
        self.begins[phrase.first] = phrase
        self.ends[phrase.last] = phrase

    def _nominal(self, first: int, head: int, names: list[Phrase]) -> Phrase:
        """A common noun with the modifiers that stand directly before it."""
        tags, tokens, outside = self.tags, self.tokens, self.words.lists["outside"]
        begin = first
        for i in range(first, head):
            if tags[i] in "dctpsm" or tokens[i].low in outside:
                begin = i + 1
            elif tags[i] == "-" and i and (tags[i - 1] in "pct" or tokens[i + 1].low in _COMPOUNDED):
                begin = min(i + 2, head)
        while begin < head and tags[begin] == "-":
            begin += 1
        low = tokens[head].low
        lemma, kind, plural = self.words.nouns.get(low, (low, "", low.endswith("s")))
        if lemma == "bomber" and head > first and (tokens[head - 1].low in _VEHICLE_MODIFIERS or (names and names[-1].type == "VEH")):
            kind = "VEH"
        if lemma == "force" and not plural:
            kind = "ORG" if begin < head else ""
        phrase = Phrase(first, head + 1, head, tokens[begin].start, tokens[head].end, kind, "NOM")
        phrase.lemma, phrase.plural, phrase.names = lemma, plural, names
        phrase.text = " ".join(token.low for token in tokens[begin : head + 1])
        return phrase

    def _pronoun(self, i: int) -> None:
        token = self.tokens[i]
        low = token.low
        if low in ("you", "your", "whom", "himself", "herself", "itself", "themselves", "myself", "ourselves", "yourself"):
            kind = "reflexive" if low.endswith(("self", "selves")) else "PER"
        elif low in ("it", "its", "which", "that", "whose"):
            kind = "ANY"
        else:
            kind = "PLACE" if low == "where" else "PER"
        phrase = Phrase(i, i + 1, i, token.start, token.end, kind, "PRO")
        phrase.lemma = phrase.text = low
        phrase.plural = low in _PLURAL_PRONOUNS
        self.phrases.append(phrase)
        self.begins.setdefault(i, phrase)
        self.ends.setdefault(i + 1, phrase)

    def _join_possessor(self, phrase: Phrase) -> None:
        """`the army's tanks`: the phrase reaches back over its possessor."""
        begin = phrase.first
        if begin >= 2 and self.tags[begin - 1] == "s":
            owner = self.ends.get(begin - 1)
            if owner is not None and owner is not phrase:
                phrase.poss = owner
                self.begins.pop(phrase.first, None)
                phrase.first = owner.first
                self.begins[phrase.first] = phrase
        elif self.tokens[begin].low in _POSSESSIVE and self.tags[begin] == "d" and phrase.head != begin:
            phrase.poss = next((other for other in self.phrases if other.head == begin), None)

    # -- chains

    def beyond(self, phrase: Phrase) -> int:
        """Token after the phrase, `of` complements of quantities included."""
        return self.counted(phrase).last if self.counted(phrase) is not phrase else phrase.last

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
            and phrase.lemma in _NAMED_PLACES
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

    # -- verbs

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
        if begin and self.tags[begin - 1] == "u" and "k" in self.words.verbs.get(self.tokens[i].low, ("", ()))[1]:
            verb = self.previous_verb(begin)
            while verb >= 0 and self.tags[verb] == "g":
                verb = self.previous_verb(verb)
            return verb >= 0 and self.tags[verb] == "k" and i + 1 not in self.begins and self.passive(verb)
        return False

    def reduced(self, i: int) -> bool:
        """Whether the verb at i is a participle that hangs on the noun before it (`civilians killed in the raid`)."""
        forms = self.words.verbs.get(self.tokens[i].low, ("", set()))[1]
        if "k" not in forms or self.tags[i] not in "vk" or self.group_start(i) != i or i == 0:
            return False
        following = self.tags[i + 1] if i + 1 < len(self.tags) else "."
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
        if self.headline or (self.tokens[-1].tag != "." and len(self.tokens) < 20):
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
        count = len(self.tags)
        while k < count:
            tag = self.tags[k]
            phrase = self.begins.get(k)
            if phrase is not None and phrase.type == "DATE":
                yield "time", phrase, nested
                k = phrase.last
            elif tag == "j" and self.tokens[k].low in _COMPASS and k + 2 in self.begins and self.tokens[k + 1].low == "of":
                yield "near", self.begins[k + 2], nested
                k = self.begins[k + 2].last
            elif tag in "i" or (tag == "T" and self.begins.get(k + 1) is not None):
                inner = self.begins.get(k + 1)
                if inner is None:
                    if k + 1 < count and self.tags[k + 1] in "ir":
                        k += 1
                        continue
                    return
                preposition = self.tokens[k].low
                for member in self.expand(inner, +1, preposition == "between"):
                    yield preposition, member, nested
                    k = max(k, self.beyond(member))
                nested = nested or (inner.level == "NOM" and not inner.type)
            elif (
                tag in "r"
                or (through and (tag in "xh" or (tag in "vk" and self.tokens[k].lemma in through)))
                or (tag == "," and k + 1 < count and self.tags[k + 1] in "i" and k + 2 in self.begins)
            ):
                k += 1
            elif tag == "(" and ")" in self.tags[k : k + 6]:
                k = self.tags.index(")", k) + 1
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
