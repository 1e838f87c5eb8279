"""What an article has told of its names: types by context, surnames, acronyms."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from .gazetteer import Gazetteer, Name
from .spelling import ARTICLES, fold, slug
from .tokens import Tokens
from .words import Word


class Read:
    """A name with its words and the keys of its spelling."""

    __slots__ = ("folded", "key", "name", "part")
    part: list[Word]

    def __init__(self, name: Name, tokens: Tokens) -> None:
        self.name = name
        if name.last == name.first + 1:
            word = tokens[name.first]
            self.part, self.key, self.folded = [word], word.key, word.folded
        else:
            self.part = tokens[name.first : name.last]
            self.key = "".join([word.key for word in self.part])
            self.folded = fold(self.key)

    @property
    def surname(self) -> str:
        """The key of the last word, of the first if the last is an initial."""
        last = self.part[-1]
        return last.folded if len(last.key) > 1 else self.part[0].folded


class Memory:
    """What the article has told of its names: types by context, surnames, acronyms."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.people: dict[str, str] = {}  # surname: entity
        self.acronyms: dict[str, tuple[str, str]] = {}
        self.sure: set[str] = set()  # listed names that stand where nothing else can
        self.short: set[str] = set()  # names in capitals

    def learn(self, names: list[Read]) -> None:
        """Count the evidence of one sentence."""
        for read in names:
            name = read.name
            if len(read.part) == 1 and read.part[0].text.isupper():
                self.short.add(read.part[0].low)
            if name.entity and name.weight > 0.4:
                self.sure.add(read.folded)
            if name.type and name.weight >= 0.2 and not name.entity:
                self.votes[read.folded][name.type] += name.weight
            if name.type == "PER" and len(read.part) > 1 and name.weight >= 0.9:
                self.people.setdefault(read.surname, read.surname)

    def learn_acronyms(self, tokens: Tokens, names: list[Read]) -> None:
        """`Full Name (FN)`, and `FN (Full Name)`: both are one thing."""
        for one, two in pairwise(names):
            name, other = one.name, two.name
            if other.first != name.last + 1 or tokens[name.last].text != "(" or other.last >= len(tokens) or tokens[other.last].text != ")":
                continue
            short, long = (two, one) if other.last - other.first <= name.last - name.first else (one, two)
            if len(short.part) == 1 and short.part[0].text.isupper():
                kind, entity = self.resolve(long)
                listed = self.gazetteer.entries.get(short.key)
                if listed and not long.name.entity:
                    kind, entity = listed[0], listed[1]
                    self.acronyms[long.folded] = (kind, entity)
                self.acronyms[short.part[0].low] = (kind if kind != "PER" else "ORG", entity)

    def learn_initials(self, names: list[Read]) -> None:
        """`FN` without brackets is the `Full Name` that has these initials, unless the lists know better."""
        for read in names:
            if len(read.part) > 2 and (read.name.type or read.name.entity):
                initials = "".join([word.text[0] for word in read.part if word.cap]).lower()
                if (
                    len(initials) > 2
                    and initials in self.short
                    and initials not in self.acronyms
                    and initials not in self.gazetteer.entries
                ):
                    kind, entity = self.resolve(read)
                    if kind == "ORG":
                        self.acronyms[initials] = (kind, entity)

    def resolve(self, read: Read) -> tuple[str, str]:
        """Type and entity of a name in the light of the whole article."""
        name, part, folded = read.name, read.part, read.folded
        if self.acronyms and (known := self.acronyms.get(folded) or self.acronyms.get(part[0].low if len(part) == 1 else "")):
            return known
        if name.entity and (name.weight >= 0.5 or folded not in self.people):
            return name.type, name.entity
        if (
            len(part) <= 3
            and (folded in self.people or read.surname in self.people)
            and name.type in ("PER", "", "GPE", "ORG")
            and name.weight < 2
        ):
            return "PER", self.people.get(folded) or self.people.get(read.surname) or folded.removeprefix("al")
        votes = self.votes.get(folded)
        if not votes:
            kind = name.type
        else:
            kind = next(iter(votes)) if len(votes) == 1 else max(votes, key=lambda label: (votes[label], label))
        if kind == "PER":
            return kind, read.surname
        return kind, self.gazetteer.folded.get(folded) or slug(
            read.key if len(read.key) > 5 and "al" in read.key[:2] else "-".join([word.low for word in part if word.text != "-"])
        )

    def settle(self, names: list[Read]) -> list[Name]:
        """Names of one sentence with type and entity; guesses without support are dropped."""
        settled = []
        for read in names:
            name, folded = read.name, read.folded
            if name.entity and name.weight >= 0.5 and not self.acronyms:
                settled.append(name)  # listed, and nothing tells otherwise
                continue
            kind, entity = self.resolve(read)
            if (
                name.weight <= 0.2
                and not (name.entity and name.weight >= 0.4)
                and not (folded in self.votes or folded in self.people or folded in self.acronyms or folded in self.sure)
            ):
                continue
            if not kind:
                kind = "PER" if len(read.part) > 1 and read.part[0].low not in ARTICLES else "GPE"
            settled.append(name if name.type == kind and name.entity == entity else Name(name.first, name.last, kind, entity, name.weight))
        return settled
