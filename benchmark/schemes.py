"""Label schemes of other people's models, and the scheme on which two can be compared.

Each scheme says which gold types each of its labels covers. Two schemes are compared on their *common* scheme: labels
that overlap, directly or through others, fall into one class (for CoNLL-2003 and the gold types: ``LOC`` = GPE, LOC, FAC);
labels that the other side has nothing for are left out on both sides. So a CoNLL model is not punished for calling Syria
LOC, nor asked for dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from benchmark.inventory import EventType, Inventory, Role
from benchmark.problems import BadInput
from benchmark.schema import Document

Covering = dict[str, tuple[str, ...]]  # of each label, the gold types that it covers


class Scheme(Struct, frozen=True):
    """A set of mention labels; ``labels`` gives for each the gold types that it covers (none: the gold set has no such thing).

    ``events`` and ``roles`` say the same of event types and roles, for corpora that have them.
    """

    name: str
    labels: Covering
    source: str
    events: Covering = {}
    roles: Covering = {}


# Labels that the gold inventory has no counterpart for; what has one stands in schema.toml ("maps").
_NO_COUNTERPART: dict[str, tuple[str, tuple[str, ...]]] = {
    "ontonotes": ("OntoNotes 5 named entities (Weischedel et al. 2013)", ("ORDINAL", "WORK_OF_ART", "LAW", "LANGUAGE")),
    "conll2003": ("CoNLL-2003 shared task (Tjong Kim Sang and De Meulder 2003)", ()),
    "ace2005": ("ACE 2005 entities, values and times (LDC)", ("Job-Title", "Crime", "Sentence", "Contact-Info")),
    "kairos": (
        "DARPA KAIROS entities, as in WikiEvents (Li, Ji and Han 2021)",
        ("MHI", "COM", "TTL", "SID", "ABS", "BAL", "BOD", "CRM", "INF", "LAW", "NAT", "PLA", "PTH", "RES", "SEN"),
    ),
    "re3d": (
        "Relationship and Entity Extraction Evaluation Dataset (Dstl)",
        ("CommsIdentifier", "DocumentReference", "Frequency", "MilitaryPlatform", "Url", "Coordinate", "Event"),
    ),
}
# Schemes that schema.toml does not name: social media types of WNUT 2017, after its guidelines.
_FURTHER: dict[str, tuple[str, Covering]] = {
    "wnut17": (
        "WNUT 2017 emerging entities (Derczynski et al. 2017)",
        {
            "person": ("PER",),
            "location": ("GPE", "LOC", "FAC"),
            "corporation": ("ORG",),
            "group": ("ORG",),
            "product": (),
            "creative-work": (),
        },
    ),
}
_ALIASES: dict[str, dict[str, str]] = {
    "ontonotes": {},
    "conll2003": {"PERSON": "PER", "LOCATION": "LOC", "ORGANIZATION": "ORG"},
}


def schemes(inventory: Inventory) -> dict[str, Scheme]:
    """All schemes by name, ``gold`` first."""
    own: list[Covering] = [{name: (name,) for name in kinds} for kinds in (inventory.mentions, inventory.events, inventory.roles)]
    found = {"gold": Scheme("gold", own[0], "the types of this benchmark, gold/schema.toml", *own[1:])}
    for name, (source, others) in _NO_COUNTERPART.items():
        labels: dict[str, tuple[str, ...]] = {}
        for kind, definition in inventory.mentions.items():
            for label in definition.maps.get(name, ()):
                labels[label] = (*labels.get(label, ()), kind)
        for alias, label in _ALIASES.get(name, {}).items():
            labels[alias] = labels[label]
        events, roles = (_covering(kinds, name) for kinds in (inventory.events, inventory.roles))
        found[name] = Scheme(name, labels | dict.fromkeys(others, ()), source, events, roles)
    return found | {name: Scheme(name, labels, source) for name, (source, labels) in _FURTHER.items()}


def _covering(kinds: Mapping[str, EventType] | Mapping[str, Role], name: str) -> Covering:
    """The labels of another scheme, with what they cover."""
    found: Covering = {}
    for kind, definition in kinds.items():
        for label in definition.maps.get(name, ()):
            found[label] = (*found.get(label, ()), kind)
    return found


def scheme(name: str, inventory: Inventory) -> Scheme:
    """A scheme by name; :class:`BadInput` with the names there are."""
    known = schemes(inventory)
    if name not in known:
        raise BadInput(f"no label scheme {name!r}; there are {', '.join(known)}")
    return known[name]


class Projection(Struct, frozen=True):
    """How labels of the gold set and of a model become labels of their common scheme; labels in neither mapping are left out.

    ``gold`` and ``model`` map type to type; None stands for "as they are" (same scheme, nothing to do). So do the others, for the event
    types and roles of the gold side and of the model.
    """

    name: str
    gold: dict[str, str] | None
    model: dict[str, str] | None
    gold_events: dict[str, str] | None = None
    model_events: dict[str, str] | None = None
    gold_roles: dict[str, str] | None = None
    model_roles: dict[str, str] | None = None

    def of_gold(self, document: Document) -> Document:
        """The gold document with projected types."""
        return project_events(project(document, self.gold), self.gold_events, self.gold_roles)

    def of_model(self, document: Document) -> Document:
        """The predicted document with projected types."""
        return project_events(project(document, self.model), self.model_events, self.model_roles)


def common(theirs: Scheme) -> Projection:
    """The projection of the gold types and another scheme onto the coarsest scheme that both can be mapped to without guessing."""
    return shared([theirs])[theirs.name]


def shared(schemes: Iterable[Scheme]) -> dict[str, Projection]:
    """The projections of the gold types and of several schemes onto the coarsest scheme that all of them share, by scheme.

    Gold types that a label of any scheme covers together fall into one class; a class that some scheme has no label for is left out.
    """
    several = {theirs.name: theirs for theirs in schemes}
    others = [theirs for name, theirs in sorted(several.items()) if name != "gold"]
    if not others:
        return {name: Projection("gold", None, None) for name in several}
    classes: list[tuple[set[str], set[tuple[str, str]]]] = []  # (gold types, their schemes' labels) of each connected component
    for theirs in others:
        for label, covered in theirs.labels.items():
            if not covered:
                continue
            gold_types, labels = set(covered), {(theirs.name, label)}
            rest = []
            for other_gold, other_labels in classes:
                if other_gold & gold_types:
                    gold_types |= other_gold
                    labels |= other_labels
                else:
                    rest.append((other_gold, other_labels))
            classes = [*rest, (gold_types, labels)]
    whole = {theirs.name for theirs in others}
    kept = [(gold_types, labels) for gold_types, labels in classes if {name for name, _ in labels} == whole]
    names = [_class_name(gold_types, {label for _, label in labels}) for gold_types, labels in kept]
    names = [n if names.count(n) == 1 else "+".join(sorted(gold_types)) for n, (gold_types, _) in zip(names, kept, strict=True)]
    gold = {kind: name for name, (gold_types, _) in zip(names, kept, strict=True) for kind in gold_types}
    title = "+".join(theirs.name for theirs in others)
    found = {"gold": Projection(title, gold, gold)} if "gold" in several else {}
    for theirs in others:
        own = {label: name for name, (_, labels) in zip(names, kept, strict=True) for scheme, label in labels if scheme == theirs.name}
        found[theirs.name] = Projection(title, gold, own)
    return found


def projections(names: Iterable[str], inventory: Inventory, wanted: str | None = None) -> dict[str, Projection]:
    """The projections of schemes that are to stand in one table.

    Parameters
    ----------
    names
        The schemes.
    inventory
        The gold types.
    wanted
        A further scheme that all must share; ``shared`` or None: none.

    Returns
    -------
    dict
        By scheme, `wanted` among them; all onto one common scheme.

    Raises
    ------
    BadInput
        Where there is no scheme of a name.
    """
    further = [] if wanted in (None, "shared") else [wanted]
    return shared([scheme(name, inventory) for name in {*names, *further}])


def _class_name(gold_types: Iterable[str], labels: Iterable[str]) -> str:
    """The gold type where the class is one gold type, else their label where it is one, else the shortest."""
    gold_types, labels = sorted(gold_types), sorted(labels, key=lambda label: (len(label), label))
    return gold_types[0] if len(gold_types) == 1 else labels[0]


def project(document: Document, mapping: Mapping[str, str] | None) -> Document:
    """A document with the types of its mentions mapped; mentions without a target go, and with them the arguments that name them.

    Such arguments keep their spans, since events are compared by span.
    """
    if mapping is None:
        return document
    strings = tuple(
        i if i.kind == "event" else msgspec.structs.replace(i, type=mapping[i.type])
        for i in document.invented
        if i.kind == "event" or i.type in mapping
    )
    document = msgspec.structs.replace(document, invented=strings)
    kept = tuple(msgspec.structs.replace(m, type=mapping[m.type]) for m in document.mentions if m.type in mapping)
    if len(kept) == len(document.mentions):
        return msgspec.structs.replace(document, mentions=kept)
    ids = {m.id for m in kept}
    spans = {m.id: (m.start, m.end) for m in document.mentions if m.id is not None}
    events = []
    for event in document.events:
        arguments = tuple(
            a
            if a.mention is None or a.mention in ids
            else msgspec.structs.replace(a, mention=None, start=spans[a.mention][0], end=spans[a.mention][1])
            for a in event.arguments
        )
        events.append(msgspec.structs.replace(event, arguments=arguments))
    return msgspec.structs.replace(document, mentions=kept, events=tuple(events))


def project_events(document: Document, types: Mapping[str, str] | None, roles: Mapping[str, str] | None) -> Document:
    """A document with its event types and roles mapped; what is without a target goes: events, invented triggers, arguments.

    Parameters
    ----------
    document
        The document.
    types, roles
        What each becomes; None: as they are.
    """
    if types is None and roles is None:
        return document
    events = []
    for event in document.events:
        kind = event.type if types is None else types.get(event.type)
        if kind is None:
            continue
        arguments = event.arguments
        if roles is not None:
            arguments = tuple(msgspec.structs.replace(a, role=roles[a.role]) for a in arguments if a.role in roles)
        events.append(msgspec.structs.replace(event, type=kind, arguments=arguments))
    strings = document.invented
    if types is not None:
        strings = tuple(
            i if i.kind == "mention" else msgspec.structs.replace(i, type=types[i.type])
            for i in strings
            if i.kind == "mention" or i.type in types
        )
    return msgspec.structs.replace(document, events=tuple(events), invented=strings)
