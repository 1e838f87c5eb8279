"""What is learned: the labels of the training documents, as numbers for each word and for each pair of a trigger and a mention."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from benchmark.api import Document, Event, Mention

from . import features, lexicon

REALIS = ("Actual", "Other", "Generic")
ARGUMENTS = ("NOM", "PRO")  # levels that are labelled only where a mention is an argument
BEGIN, INSIDE, END, SINGLE = range(4)
SEPARATOR = "/"  # between type and level in the name of a class of mentions

Span = tuple[int, int]  # first and last word, both inclusive


@dataclass(frozen=True)
class Inventory:
    """The classes to tell apart, in a fixed order.

    Roles are learned as positions that event types have in common (agent, patient, place ...): so a rare type gains from frequent ones.
    """

    mentions: tuple[str, ...]
    events: tuple[str, ...]
    positions: tuple[str, ...]
    roles: tuple[tuple[str, ...], ...]  # for each event type, its role at each position; empty where it has none there
    seen: dict[str, tuple[int, ...]]  # by lemma, the event types that it stated; the other event types are known from word lists alone

    @classmethod
    def of(cls, documents: list[Document]) -> Inventory:
        """The classes that occur in documents."""
        arguments = lexicon.crf("arguments")
        mentions = sorted({mention_class(m) for d in documents for m in d.mentions})
        stated = {(_lemma(d, e), e.type) for d in documents for e in d.events}
        events = sorted({kind for _, kind in stated} | (lexicon.event_types().keys() if stated else set()))
        by_lemma: dict[str, tuple[int, ...]] = {}
        for lemma, kind in sorted(stated):
            by_lemma[lemma] = (*by_lemma.get(lemma, ()), events.index(kind))
        filled = {(e.type, arguments.position(e.type, a.role)): a.role for d in documents for e in d.events for a in e.arguments}
        positions = sorted({position for _, position in filled})
        roles = [tuple(filled.get((kind, p)) or arguments.role(kind, p) or "" for p in positions) for kind in events]
        return cls(tuple(mentions), tuple(events), tuple(positions), tuple(roles), by_lemma)

    def stated_by(self, lower: str, known: Sequence[int]) -> set[int]:
        """The event types that a word may state, by word lists and training; empty where neither knows it.

        Of a word that stated an event in training, those that did not occur there are left out: nothing weighs them against the others.
        """
        listed = {n for n, kind in enumerate(self.events) if lexicon.event_types().get(kind) in known}
        seen = set(self.seen.get(lexicon.lemma(lower), ()))
        return seen | (listed & self.learned) if seen else listed

    @cached_property
    def learned(self) -> set[int]:
        """The event types that occurred."""
        return {kind for several in self.seen.values() for kind in several}

    @property
    def tags(self) -> int:
        """Number of tags of a word: outside; beginning, inside and end of each class, and the only word of each class."""
        return 1 + 4 * len(self.mentions)

    def tags_of(self, mention: Found) -> list[int]:
        """The tags of a mention's words; all beginnings come first, then all insides, ends, only words."""
        classes, size = len(self.mentions), mention.words[1] - mention.words[0] + 1
        parts = [SINGLE] if size == 1 else [BEGIN, *[INSIDE] * (size - 2), END]
        return [1 + part * classes + mention.type for part in parts]


def _lemma(document: Document, event: Event) -> str:
    """The lemma of a trigger's first word."""
    words = features.words(document.text or "", event.start, event.end)
    return lexicon.lemma((document.text or "")[slice(*words[0])].lower()) if words else ""


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
    roles: dict[tuple[int, int], int] = field(default_factory=dict)  # position by number of the trigger and of the mention

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
    roles = tuple(tuple(of_type) for of_type in value["roles"])
    seen = {lemma: tuple(kinds) for lemma, kinds in value["seen"].items()}
    return Inventory(tuple(value["mentions"]), tuple(value["events"]), tuple(value["positions"]), roles, seen)


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
        kind, realis = inventory.events.index(event.type), REALIS.index(event.realis) if event.realis else 0
        for argument in event.arguments:
            if argument.mention in number:
                role = inventory.roles[kind].index(argument.role)
                labels.roles[len(labels.triggers), number[argument.mention]] = role
        labels.triggers.append(Trigger(span, kind, realis))
    return labels


def covered(words: list[tuple[int, int]], label: Mention | Event) -> Span | None:
    """First and last word that a label touches."""
    first = bisect_right(words, label.start, key=lambda word: word[1])
    last = bisect_left(words, label.end, key=lambda word: word[0]) - 1
    return (first, last) if first <= last else None
