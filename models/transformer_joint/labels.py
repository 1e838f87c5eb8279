"""What is learned: the labels of the training documents, as numbers for each word and for each pair of a trigger and a mention."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmark.api import Document, Event, Mention

from . import features

REALIS = ("Actual", "Other", "Generic")
ARGUMENTS = ("NOM", "PRO")  # levels that are labelled only where a mention is an argument
BEGIN, INSIDE, END, SINGLE = range(4)
SEPARATOR = "/"  # between type and level in the name of a class of mentions

Span = tuple[int, int]  # first and last word, both inclusive


@dataclass(frozen=True)
class Inventory:
    """The classes to tell apart, in a fixed order; event types with the roles seen with them."""

    mentions: tuple[str, ...]
    events: tuple[str, ...]
    roles: tuple[str, ...]
    allowed: tuple[tuple[int, ...], ...]  # for each event type, its roles

    @classmethod
    def of(cls, documents: list[Document]) -> Inventory:
        """The classes that occur in documents."""
        mentions = sorted({mention_class(m) for d in documents for m in d.mentions})
        events = sorted({e.type for d in documents for e in d.events})
        roles = sorted({a.role for d in documents for e in d.events for a in e.arguments})
        seen = {(e.type, a.role) for d in documents for e in d.events for a in e.arguments}
        allowed = tuple(tuple(r for r, role in enumerate(roles) if (kind, role) in seen) for kind in events)
        return cls(tuple(mentions), tuple(events), tuple(roles), allowed)

    @property
    def tags(self) -> int:
        """Number of tags of a word: outside; beginning, inside and end of each class, and the only word of each class."""
        return 1 + 4 * len(self.mentions)

    def tags_of(self, mention: Found) -> list[int]:
        """The tags of a mention's words; all beginnings come first, then all insides, ends, only words."""
        classes, size = len(self.mentions), mention.words[1] - mention.words[0] + 1
        parts = [SINGLE] if size == 1 else [BEGIN, *[INSIDE] * (size - 2), END]
        return [1 + part * classes + mention.type for part in parts]


def mention_class(mention: Mention) -> str:
    """Type and level in one."""
    return f"{mention.type}{SEPARATOR}{mention.level or ''}"


@dataclass
class Trigger:
    """A trigger of one type; one with two types is two."""

    words: Span
    type: int
    realis: int = 0
    score: float = 1.0


@dataclass
class Found:
    """A mention."""

    words: Span
    type: int
    score: float = 1.0


@dataclass
class Labels:
    """Mentions, triggers and arguments of a text, in words: the gold labels, or what was found."""

    mentions: list[Found] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    roles: dict[tuple[int, int], int] = field(default_factory=dict)  # by number of the trigger and of the mention

    def items(self, inventory: Inventory) -> dict[str, set[Any]]:
        """What is right or wrong: names and values, triggers with type, arguments with trigger and role."""
        triggers = [(t.words, t.type) for t in self.triggers]
        return {
            "mentions": {(m.words, m.type) for m in self.mentions if inventory.mentions[m.type].partition(SEPARATOR)[2] not in ARGUMENTS},
            "triggers": set(triggers),
            "arguments": {(triggers[t], self.mentions[m].words, role) for (t, m), role in self.roles.items()},
        }


def to_builtins(inventory: Inventory) -> dict[str, Any]:
    """An inventory as JSON has it."""
    return asdict(inventory)


def from_builtins(value: dict[str, Any]) -> Inventory:
    """The inventory that `to_builtins` wrote."""
    allowed = tuple(tuple(roles) for roles in value["allowed"])
    return Inventory(tuple(value["mentions"]), tuple(value["events"]), tuple(value["roles"]), allowed)


def of_document(document: Document, article: features.Article, inventory: Inventory) -> Labels:
    """The gold labels of a document; those outside its words, and arguments that name no mention, are left out."""
    labels = Labels()
    number: dict[str | None, int] = {}
    for mention in document.mentions:
        if (span := covered(article.words, mention)) is not None:
            number[mention.id] = len(labels.mentions)
            labels.mentions.append(Found(span, inventory.mentions.index(mention_class(mention))))
    for event in document.events:
        if (span := covered(article.words, event)) is None:
            continue
        realis = REALIS.index(event.realis) if event.realis else 0
        for argument in event.arguments:
            if argument.mention in number:
                labels.roles[len(labels.triggers), number[argument.mention]] = inventory.roles.index(argument.role)
        labels.triggers.append(Trigger(span, inventory.events.index(event.type), realis))
    return labels


def covered(words: list[tuple[int, int]], label: Mention | Event) -> Span | None:
    """First and last word that a label touches."""
    first = bisect_right(words, label.start, key=lambda word: word[1])
    last = bisect_left(words, label.end, key=lambda word: word[0]) - 1
    return (first, last) if first <= last else None
