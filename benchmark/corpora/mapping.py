"""Which gold types the labels of a corpus cover: the scheme that fits them, or the names that are known; and what has no place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from benchmark.corpora.typemap import TypeMap
from benchmark.inventory import Inventory
from benchmark.problems import BadInput
from benchmark.schema import Document
from benchmark.schemes import Covering, Scheme, schemes

# Names that corpora without a scheme of ours use, in lower case, as they correspond beyond doubt.
NAMES: Covering = {
    **dict.fromkeys(("per", "pers", "person", "people"), ("PER",)),
    **dict.fromkeys(("org", "organization", "organisation", "company", "corporation", "group"), ("ORG",)),
    **dict.fromkeys(("loc", "location", "place"), ("GPE", "LOC", "FAC")),
    **dict.fromkeys(("gpe", "geo-political-entity"), ("GPE",)),
    **dict.fromkeys(("fac", "facility", "building"), ("FAC",)),
    **dict.fromkeys(("norp", "nationality"), ("NORP",)),
    **dict.fromkeys(("date", "time", "temporal"), ("DATE",)),
    **dict.fromkeys(("money",), ("MONEY",)),
    **dict.fromkeys(("num", "number", "cardinal", "quantity", "percent"), ("NUM",)),
    **dict.fromkeys(("weapon", "wea"), ("WEA",)),
    **dict.fromkeys(("vehicle", "veh"), ("VEH",)),
}
BY_NAME = "own"  # the scheme of a corpus none of whose labels corresponds to a gold type: compared by name


class Labels(msgspec.Struct, frozen=True):
    """How often each label occurs in a corpus."""

    mentions: Counter[str]
    events: Counter[str]
    roles: Counter[str]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Labels:
        """Count the labels of documents."""
        found = cls(Counter(), Counter(), Counter())
        for document in documents:
            found.mentions.update(m.type for m in document.mentions)
            found.events.update(e.type for e in document.events)
            found.roles.update(a.role for e in document.events for a in e.arguments)
        return found


def scheme_of(labels: Labels, wanted: str | None, preferred: Sequence[str], inventory: Inventory, types: TypeMap | None) -> Scheme:
    """The scheme of a corpus.

    Parameters
    ----------
    labels
        Its labels.
    wanted
        The name of a scheme (``own``: none, labels are compared by name); None: the first that has all of its labels, those of
        `preferred` before the others, else one of `preferred` that has most of its mentions, else what the names of the labels say
        (:data:`NAMES`), else ``own``.
    preferred
        Names of the schemes that the corpus is likely to be in, the likeliest first.
    inventory
        The gold types.
    types
        The user's map, which replaces the tables that it has.

    Raises
    ------
    BadInput
        Where there is no such scheme.
    """
    known = schemes(inventory)
    if wanted is not None and wanted not in known and wanted != BY_NAME:
        raise BadInput(f"no label scheme {wanted!r}; there are {', '.join(known)}, and {BY_NAME} (labels compared by name)")
    found = known[wanted] if wanted in known else _by_name(labels) if wanted == BY_NAME else _fitting(labels, preferred, known)
    if types is None:
        return found
    mentions, events, roles = (
        theirs if own is None else own
        for own, theirs in ((types.mentions, found.labels), (types.events, found.events), (types.roles, found.roles))
    )
    return Scheme(f"map-{types.name}", mentions, "the map that the user gives", events, roles)


def _fitting(labels: Labels, preferred: Sequence[str], known: Mapping[str, Scheme]) -> Scheme:
    for name in dict.fromkeys([*preferred, *known]):
        theirs = known[name]
        # A scheme of others lists the event types that have a counterpart here, not all that it has.
        events = labels.events.keys() <= theirs.events.keys() or (name != "gold" and any(kind in theirs.events for kind in labels.events))
        if labels.mentions.keys() <= theirs.labels.keys() and events:
            return theirs
    for name in preferred:  # a few labels beside those of a format's own scheme, and event types
        theirs = known[name]
        if 2 * sum(n for kind, n in labels.mentions.items() if kind in theirs.labels) > labels.mentions.total():
            return Scheme(f"{name}-partly", theirs.labels, theirs.source, theirs.events, theirs.roles)
    found = {kind: NAMES.get(kind.lower(), ()) for kind in labels.mentions}
    gold = known["gold"]
    return Scheme("names", found, "labels whose names are known", *_own(labels, gold)) if any(found.values()) else _by_name(labels)


def _own(labels: Labels, gold: Scheme) -> tuple[Covering, Covering]:
    """The event types and roles that are called as the gold ones are."""
    events = {name: covered for name, covered in gold.events.items() if name in labels.events}
    return events, {name: covered for name, covered in gold.roles.items() if name in labels.roles}


def _by_name(labels: Labels) -> Scheme:
    return Scheme(BY_NAME, dict.fromkeys(labels.mentions, ()), "the corpus' own labels, compared by name")


def unmapped(labels: Labels, scheme: Scheme) -> list[str]:
    """What has no gold type, a line for mentions, events and roles each, with counts; and labels of a map that the corpus has not."""
    lines = []
    tables = (("mention types", labels.mentions, scheme.labels), ("event types", labels.events, scheme.events))
    for kind, counts, table in (*tables, ("roles", labels.roles, scheme.roles)):
        without = {label: number for label, number in counts.most_common() if not table.get(label)}
        if without and scheme.name == BY_NAME:
            lines.append(f"{kind} compared by name, since none of them is known to correspond to a gold type: {_told(without)}")
        elif without:
            lines.append(f"{kind} without a gold type, left out where they meet other labels: {_told(without)}")
        if scheme.name.startswith("map-") and (strange := [label for label in table if counts and label not in counts]):
            lines.append(f"{kind} of the map that the corpus has not: {', '.join(strange[:10])}")
    return lines


def _told(counts: Mapping[str, int], most: int = 20) -> str:
    shown = [f"{label} {number:,}" for label, number in list(counts.items())[:most]]
    return ", ".join(shown) + (f" and {len(counts) - most} more" if len(counts) > most else "")


def representatives(table: Covering) -> dict[str, str]:
    """A gold type for each label that covers some: its own name where it is one of them, else the first."""
    return {label: label if label in covered else covered[0] for label, covered in table.items() if covered}


__all__ = ["BY_NAME", "NAMES", "Labels", "representatives", "scheme_of", "unmapped"]
