"""The lexicon of triggers: its entries, their conditions, and the events that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from .clauses import Sentence
from .phrases import Phrase
from .words import read

# Kinds that conditions and roles name, as sets of mention types. PRO phrases of type ANY or PER are let through where they may be meant.
_KINDS: dict[str, frozenset[str]] = {
    "place": frozenset({"GPE", "LOC", "FAC", "PLACE", "ANY"}),
    "settlement": frozenset({"GPE", "LOC", "FAC", "ANY"}),
    "territory": frozenset({"GPE", "LOC", "FAC"}),
    "facility": frozenset({"FAC"}),
    "person": frozenset({"PER", "ORG", "NORP", "NUM", "ANY"}),
    "actor": frozenset({"PER", "ORG", "NORP", "NUM", "ANY", "GPE"}),
    "force": frozenset({"PER", "ORG", "NORP", "NUM", "ANY"}),
    "org": frozenset({"ORG"}),
    "weapon": frozenset({"WEA"}),
    "vehicle": frozenset({"VEH"}),
    "money": frozenset({"MONEY"}),
    "operation": frozenset({"OPN"}),
    "reflexive": frozenset({"reflexive"}),
}
_LEMMAS: dict[str, frozenset[str]] = {
    "projectile": frozenset("rocket missile shell mortar artillery round projectile grenade torpedo bullet shot".split()),
    "aircraft": frozenset("aircraft plane jet warplane drone helicopter bomber gunship fighter-jet".split()),
    "lives": frozenset(["life"]),
    "vest": frozenset("vest belt himself herself themselves itself".split()),
}
_MILITARY = frozenset(
    "fighter soldier troop militant rebel insurgent gunman jihadist jihadi terrorist force army militia "
    "paramilitary guerrilla peacekeeper unit brigade patrol mercenary garrison".split()
)
ACTOR = frozenset({"PER", "ORG", "NORP", "GPE", "ANY"})
PLACES = frozenset({"GPE", "LOC", "FAC", "PLACE"})
ROLE_TYPES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("Attacker", "Agent", "Taker", "Loser", "Controller", "Giver", "Recipient", "Participant", "Communicator"), ACTOR),
    "Target": ACTOR | PLACES | {"VEH", "WEA", "NUM"},
    "Victim": frozenset({"PER", "NORP", "ORG", "NUM", "ANY"}),
    "Person": frozenset({"PER", "NORP", "ORG", "NUM", "VEH", "WEA", "ANY"}),
    "Instrument": frozenset({"WEA", "VEH"}),
    "Place": PLACES,
    "Territory": PLACES | {"ANY"},
    "Origin": PLACES,
    "Destination": PLACES,
    "Vehicle": frozenset({"VEH"}),
    "Money": frozenset({"MONEY"}),
    "Thing": frozenset({"WEA", "VEH", "MONEY"}),
    "Artifact": frozenset({"FAC", "WEA", "VEH", "GPE", "ANY"}),
    "Organization": frozenset({"ORG", "PER", "ANY"}),
    "Time": frozenset({"DATE"}),
}
ROLE_PLACES = frozenset("in at near inside outside around across throughout on along from".split())
_MEANS = frozenset("with using by via".split())
Complement = tuple[str, Phrase, bool]


class Found:
    """An event in the making."""

    __slots__ = ("arguments", "end", "index", "noun", "realis", "roles", "start", "type")

    def __init__(self, sentence: Sentence, index: int, last: int, type: str, roles: frozenset[str], noun: bool) -> None:
        self.index, self.type, self.roles, self.noun = index, type, roles, noun
        self.start, self.end = sentence.tokens.starts[index], sentence.tokens.stop(last)
        self.realis = "Actual"
        self.arguments: list[tuple[str, Phrase]] = []

    def add(self, role: str, phrase: Phrase) -> None:
        """Fill a role with a phrase, if the type of the event has the role, the phrase fits it, and does not fill another."""
        if role in self.roles and phrase.type in ROLE_TYPES[role]:
            for _, other in self.arguments:
                if other is phrase:
                    return
            self.arguments.append((role, phrase))

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is filled."""
        return bool([role for role, _ in self.arguments if role in roles])


def is_kind(phrase: Phrase, kind: str) -> bool:
    """Whether a phrase is of a kind that the lexicon names."""
    types = _KINDS.get(kind)
    if types is not None:
        return phrase.type in types or (kind == "force" and phrase.type == "GPE" and phrase.level == "NAM")
    if kind in _LEMMAS:
        return phrase.lemma in _LEMMAS[kind]
    return phrase.lemma in _MILITARY or (phrase.type == "ORG" and phrase.level == "NAM")


def any_kind(phrases: Iterable[Phrase], kinds: Iterable[str]) -> bool:
    """Whether one of the phrases is of one of the kinds."""
    for phrase in phrases:
        for kind in kinds:
            if is_kind(phrase, kind):
                return True
    return False


@lru_cache(maxsize=1000)
def choices(role: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Roles and kinds of `Instrument:weapon vehicle|Attacker`, in order."""
    parts = (choice.partition(":") for choice in role.split("|"))
    return tuple((name, tuple(kinds.split())) for name, _, kinds in parts if name)


def fill(event: Found, role: str, phrases: Iterable[Phrase]) -> None:
    """Fill `role`, which may name kinds and a second choice: `Instrument:weapon vehicle|Attacker`."""
    if not role:
        return
    allowed = choices(role)
    for phrase in phrases:
        for name, kinds in allowed:
            if not kinds or any_kind((phrase,), kinds):
                event.add(name, phrase)
                if name == "Instrument" and phrase.names:
                    fill(event, allowed[-1][0], phrase.names[-1:])
                break


def fill_complements(event: Found, frame: Mapping[str, str], complements: Iterable[Complement]) -> None:
    """Fill the roles that the frame gives to prepositions, means and places."""
    for preposition, phrase, nested in complements:
        role = frame.get(preposition)
        if preposition in _MEANS and phrase.type in ("WEA", "VEH"):
            event.add("Instrument", phrase)
        if role is not None and not nested:
            fill(event, role, (phrase,))
        if preposition in ROLE_PLACES and phrase.type in PLACES and not (role and preposition in ("from", "on")):
            event.add("Place", phrase)


class Entry:
    """An entry of the lexicon: type, roles by relation for verbs and nouns, and conditions (None where there is none)."""

    __slots__ = (
        "active", "active_object", "also", "before", "by", "governor", "intransitive", "label", "mod", "named", "near",
        "near_after", "neverpassive", "not_of", "noun", "object", "of", "particle", "particle_not", "passive", "plural",
        "prep", "prepositions", "roles", "subject", "trigger", "verb",
    )  # fmt: skip

    def __init__(self, raw: Mapping[str, Any], frames: Mapping[str, Any], inventory: Mapping[str, frozenset[str]]) -> None:
        self.label: str = raw.get("retype", raw["type"])
        self.roles = inventory[self.label]
        frame, own = frames[self.label], raw.get("roles", {})
        self.verb: dict[str, str] = {**frame["verb"], **own}
        self.noun: dict[str, str] = {**frame["noun"], **own}
        for flag in ("active", "also", "intransitive", "named", "neverpassive", "passive", "plural"):
            setattr(self, flag, bool(raw.get(flag)))
        self.by = "by" in raw
        for key in ("active_object", "before", "governor", "mod", "near", "near_after", "not_of", "particle", "particle_not", "trigger"):
            setattr(self, key, frozenset(raw[key].split()) if key in raw else None)
        for key in ("object", "subject", "of"):
            setattr(self, key, tuple(raw[key].split()) if key in raw else None)
        self.prep: tuple[tuple[str, str], ...] | None = None
        if "prep" in raw:
            self.prep = tuple((wanted.partition(":")[0], wanted.partition(":")[2]) for wanted in raw["prep"].split())
        self.prepositions = frozenset(preposition for preposition, _ in self.prep or ())


class Lexicon:
    """Entries of ``triggers.toml`` by lemma."""

    def __init__(self, inventory: Mapping[str, Iterable[str]]) -> None:
        data = read("triggers.toml")
        self.roles = {label: frozenset(roles) for label, roles in inventory.items()}
        self.verbs, self.nouns, self.adjectives, self.compounds = (
            self._index(data[kind], data["frame"]) for kind in ("verb", "noun", "adjective", "compound")
        )
        self.anywhere = {lemma for lemma, entries in self.verbs.items() if all(entry.near is None for entry in entries)}
        self.has_passive = {
            lemma: not all(entry.intransitive or entry.neverpassive for entry in entries) for lemma, entries in self.verbs.items()
        }
        self.particles = {
            lemma: frozenset(word for entry in entries for word in entry.particle or ()) for lemma, entries in self.verbs.items()
        }

    def _index(self, raw: Iterable[Mapping[str, Any]], frames: Mapping[str, Any]) -> dict[str, list[Entry]]:
        index: dict[str, list[Entry]] = {}
        for listed in raw:
            entry = Entry(listed, frames, self.roles)
            for word in listed["words"].split():
                index.setdefault(word, []).append(entry)
        return index
