"""What an article has told of its names: types by context, surnames, acronyms."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from .gazetteer import ARTICLES, Gazetteer, Name, fold, key_of, normal, slug
from .words import Token


class Memory:
    """What the article has told of its names: types by context, surnames, acronyms."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.people: dict[str, str] = {}  # surname: entity
        self.acronyms: dict[str, tuple[str, str]] = {}

    def learn(self, tokens: list[Token], names: list[Name]) -> None:
        """Count the evidence of one sentence."""
        for name in names:
            part = tokens[name.first : name.last]
            if name.type and name.weight >= 0.2 and not name.entity:
                self.votes[fold(key_of(part))][name.type] += name.weight
            if name.type == "PER" and len(part) > 1 and name.weight >= 0.9:
                surname = fold(_surname(part))
                self.people.setdefault(surname, surname)

    def learn_acronyms(self, tokens: list[Token], names: list[Name]) -> None:
        """`Full Name (FN)`, and `FN (Full Name)`: both are one thing."""
        for name, other in pairwise(names):
            if other.first != name.last + 1 or tokens[name.last].text != "(" or other.last >= len(tokens) or tokens[other.last].text != ")":
                continue
            short, long = (other, name) if other.last - other.first <= name.last - name.first else (name, other)
            if tokens[short.first].text.isupper() and short.last == short.first + 1:
                kind, entity = self.resolve(tokens, long)
                listed = self.gazetteer.entries.get(normal(tokens[short.first].low))
                if listed and not long.entity:
                    kind, entity = listed[0], listed[1]
                    self.acronyms[fold(key_of(tokens[long.first : long.last]))] = (kind, entity)
                self.acronyms[tokens[short.first].low] = (kind if kind != "PER" else "ORG", entity)

    def resolve(self, tokens: list[Token], name: Name) -> tuple[str, str]:
        """Type and entity of a name in the light of the whole article."""
        part = tokens[name.first : name.last]
        key = key_of(part)
        folded = fold(key)
        if known := self.acronyms.get(folded) or self.acronyms.get(part[0].low if len(part) == 1 else ""):
            return known
        if name.entity and (name.weight >= 0.5 or folded not in self.people):
            return name.type, name.entity
        bare = folded.removeprefix("al")
        if (
            len(part) <= 3
            and (folded in self.people or fold(_surname(part)) in self.people)
            and name.type in ("PER", "", "GPE", "ORG")
            and name.weight < 2
        ):
            return "PER", self.people.get(folded) or self.people.get(fold(_surname(part))) or bare
        votes = self.votes.get(folded)
        kind = max(votes, key=lambda label: (votes[label], label)) if votes else name.type
        if kind == "PER":
            return kind, fold(_surname(part))
        return kind, self.gazetteer.folded.get(folded) or slug(
            key if len(key) > 5 and "al" in key[:2] else "-".join(token.low for token in part if token.text != "-")
        )

    def settle(self, tokens: list[Token], names: list[Name]) -> list[Name]:
        """Names of one sentence with type and entity; guesses without support are dropped."""
        settled = []
        for name in names:
            kind, entity = self.resolve(tokens, name)
            folded = fold(key_of(tokens[name.first : name.last]))
            supported = folded in self.votes or folded in self.people or folded in self.acronyms
            if name.weight <= 0.2 and not supported and not (name.entity and name.weight >= 0.4):
                continue
            if not kind:
                kind = "PER" if name.last - name.first > 1 and tokens[name.first].low not in ARTICLES else "GPE"
            settled.append(name._replace(type=kind, entity=entity))
        return settled


def _surname(tokens: list[Token]) -> str:
    last = tokens[-1]
    key = normal(last.low)
    return key if len(key) > 1 or len(tokens) == 1 else normal(tokens[0].low)
