"""The inventory of labels: types, levels and roles, as ``gold/schema.toml`` defines them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from benchmark.decoding import read_toml
from benchmark.problems import BadInput, Problem
from benchmark.schema import LEVELS, Document, Event, Mention


class MentionType(Struct, frozen=True, forbid_unknown_fields=True):
    """A mention type: what it is, the levels it may have (none: a value), the labels of other schemes for it."""

    definition: str
    levels: tuple[str, ...] = ()
    identity: bool = True
    maps: dict[str, tuple[str, ...]] = {}


class EventType(Struct, frozen=True, forbid_unknown_fields=True):
    """An event type: what it is, the roles of its arguments, the labels of other schemes for it."""

    definition: str
    roles: tuple[str, ...]
    maps: dict[str, tuple[str, ...]] = {}


class Role(Struct, frozen=True, forbid_unknown_fields=True):
    """A role: what fills it, and the roles of other schemes that mean the same or include it."""

    definition: str
    maps: dict[str, tuple[str, ...]] = {}


class Inventory(Struct, frozen=True, forbid_unknown_fields=True):
    """All types and roles of the gold set."""

    version: str
    mentions: dict[str, MentionType]
    events: dict[str, EventType]
    roles: dict[str, Role]

    @property
    def names(self) -> list[str]:
        """Every type and role name."""
        return [*self.mentions, *self.events, *self.roles]

    def faults(self, document: Document) -> Iterator[tuple[str | None, str]]:
        """What in the labels of a document the inventory does not allow.

        Yields
        ------
        label, reason
            The id of the label, None where it has none, and what is wrong.
        """
        for mention in document.mentions:
            for reason in self._mention_faults(mention):
                yield mention.id, reason
        for event in document.events:
            for reason in self._event_faults(event):
                yield event.id, reason

    def _mention_faults(self, mention: Mention) -> Iterator[str]:
        kind = self.mentions.get(mention.type)
        if kind is None:
            yield f"unknown mention type {mention.type!r}; known: {', '.join(self.mentions)}"
            return
        if mention.level is not None and mention.level not in kind.levels:
            yield f"{mention.type} takes no level {mention.level}; it takes {', '.join(kind.levels) or 'none'}"
        if mention.level is None and kind.levels:
            yield f"{mention.type} needs a level: {', '.join(kind.levels)}"
        if kind.identity and mention.entity is None:
            yield f"{mention.type} needs an identity (entity:ID)"
        if not kind.identity and mention.entity is not None:
            yield f"{mention.type} is a value and has no identity; remove entity:{mention.entity}"
        if not kind.identity and mention.value is None:
            yield f"{mention.type} needs a value (value:...)"
        if mention.value is not None:
            if kind.identity:
                yield f"{mention.type} is an entity and has no value; remove value:{mention.value}"
            elif not parses(mention.type, mention.value):
                yield f"value {mention.value!r} is not of the form that the guidelines give for {mention.type}"

    def _event_faults(self, event: Event) -> Iterator[str]:
        kind = self.events.get(event.type)
        if kind is None:
            yield f"unknown event type {event.type!r}; known: {', '.join(self.events)}"
            return
        if event.realis is None:
            yield f"{event.type} needs a realis: Actual, Other or Generic"
        if event.event is None:
            yield f"{event.type} needs an identity (event:ID)"
        for argument in event.arguments:
            if argument.role not in kind.roles:
                yield f"role {argument.role} is not allowed for {event.type}; it takes {', '.join(kind.roles)}"


_DATE = re.compile(
    r"(\d{3}[\dX]|XXXX)(-(\d\d|XX)(-(\d\d|XX)(T\d\d:\d\d)?|-W(\d\d|XX)(-(\d|WE))?)?|-W(\d\d|XX)(-(\d|WE))?|-(SP|SU|FA|WI|Q[1-4X]|H[12]))?(T(MO|AF|EV|NI|\d\d(:\d\d)?))?"
    r"|P(T?(\d+(\.\d+)?|X)(Y|M|W|D|DE|CE|H|S))+|T(MO|AF|EV|NI|\d\d:\d\d)|PRESENT_REF|PAST_REF|FUTURE_REF|XXXX"
)
_NUMBER = re.compile(r"(>=|<=|=|>|<|~)\d+(\.\d+)?( \S.*)?")


def parses(kind: str, value: str) -> bool:
    """Whether a normalised value has the form of its type: TIMEX3 for DATE, comparator, digits and unit for the others."""
    return bool((_DATE if kind == "DATE" else _NUMBER).fullmatch(value))


def load(path: Path) -> Inventory:
    """The inventory in a ``schema.toml``.

    Raises
    ------
    BadInput
        Where the file is missing, not TOML, or has an unknown key or an undefined role.
    """
    inventory = read_toml(path, Inventory)
    undefined = {role for kind in inventory.events.values() for role in kind.roles} - set(inventory.roles)
    wrong = {level for kind in inventory.mentions.values() for level in kind.levels} - set(LEVELS)
    if undefined or wrong:
        raise BadInput(Problem(str(path), 0, f"undefined roles or levels: {', '.join(sorted(undefined | wrong))}; define them"))
    return inventory
