"""Told twice: does a model find the same things in both editions of a story, and does it say the same about them?

Of the identities that gold tells in both editions (documents ``SLUG`` and ``SLUG.retold``), an identity is *found* in an edition
if one of its gold labels there is matched by a prediction of equal offsets and type. Of those found in both, labels agree if

===========  ============================================================================================================
type         the most frequent type of the predictions on the identity's spans is the same in both editions (predictions of
             any type count here, and identities with a prediction on one of their spans in each edition)
identity     some identity that the model gives to matches is the same in both (n/a where it gives none in one of them)
realis       the most frequent realis of the matches is the same in both (events alone; n/a where the model tells none)
===========  ============================================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.schema import RETOLD, Document, Event, Mention

Pair = tuple[Document, Document]  # gold, predicted
Kind = Literal["entities", "events"]
Label = Mention | Event

FOUND = ("both", "source", "retold", "none")
AGREEMENTS = ("type", "identity", "realis")
COLUMNS = (*FOUND, *(f"{name}.{part}" for name in AGREEMENTS for part in ("agree", "total")))


class ToldTwice(NamedTuple):
    """How many identities were found where.

    Attributes
    ----------
    stories
        The story of each row.
    table
        Integers of shape (stories, len(COLUMNS)): identities found in both editions, in the source or the retold edition alone, in
        none; then how many agree of how many, in type, identity and realis.
    """

    stories: tuple[str, ...]
    table: NDArray[np.int64]

    def figures(self) -> dict[str, Any]:
        """Counts and shares; ``one`` is found in one edition alone; an agreement is None where nothing could be compared."""
        sums = dict(zip(COLUMNS, self.table.sum(axis=0).tolist(), strict=True))
        identities = sum(sums[name] for name in FOUND)
        found: dict[str, Any] = {
            "identities": identities,
            "both": sums["both"],
            "one": sums["source"] + sums["retold"],
            "none": sums["none"],
        }
        found |= {"source_alone": sums["source"], "retold_alone": sums["retold"], "share": sums["both"] / identities if identities else 0.0}
        if not identities:
            found["undefined"] = ["share"]
        return found | {"agreement": {name: _agreement(sums[f"{name}.agree"], sums[f"{name}.total"]) for name in AGREEMENTS}}


def _agreement(agree: int, total: int) -> dict[str, Any] | None:
    return {"agree": agree, "total": total, "share": agree / total} if total else None


def count(pairs: Iterable[Pair], kind: Kind = "entities", levels: Collection[str | None] | None = None) -> ToldTwice:
    """Count the identities told in both editions of a story that a model finds in both, in one, in none.

    Parameters
    ----------
    pairs
        Gold and predicted documents; stories of which one edition is missing are left out.
    kind
        ``entities`` (the mentions' `entity`) or ``events`` (the events' `event`).
    levels
        The levels of the entity mentions that are looked for; None: all.
    """
    editions = {gold.id: (gold, predicted) for gold, predicted in pairs}
    stories = sorted(name for name in editions if name + RETOLD in editions)
    table = np.zeros((len(stories), len(COLUMNS)), dtype=np.int64)
    for row, story in enumerate(stories):
        source, retold = (_seen(*editions[name], kind, levels) for name in (story, story + RETOLD))
        for identity in source.keys() & retold.keys():
            for name in _judged(source[identity], retold[identity]):
                table[row, COLUMNS.index(name)] += 1
    return ToldTwice(tuple(stories), table)


class _Seen(NamedTuple):
    """The predictions on the spans of one identity in one edition; `matches` are those of equal type."""

    spans: list[Label]
    matches: list[Label]


def _seen(gold: Document, predicted: Document, kind: Kind, levels: Collection[str | None] | None) -> dict[str, _Seen]:
    on_span: dict[tuple[int, int], list[Label]] = {}
    for label in _labels(predicted, kind):
        on_span.setdefault((label.start, label.end), []).append(label)
    found: dict[str, _Seen] = {}
    for label in _labels(gold, kind):
        identity = identity_of(label)
        wanted = levels is None or isinstance(label, Event) or label.level in levels
        if identity is not None and wanted and gold.scored(label.start, label.end):
            seen = found.setdefault(identity, _Seen([], []))
            here = on_span.get((label.start, label.end), [])
            seen.spans.extend(here)
            seen.matches.extend(other for other in here if other.type == label.type)
    return found


def identity_of(label: Label) -> str | None:
    """The identity of a mention or an event."""
    return label.event if isinstance(label, Event) else label.entity


def _labels(document: Document, kind: Kind) -> Sequence[Label]:
    return document.mentions if kind == "entities" else document.events


def _judged(source: _Seen, retold: _Seen) -> Iterable[str]:
    """The columns in which one identity counts."""
    yield {(True, True): "both", (True, False): "source", (False, True): "retold"}.get((bool(source.matches), bool(retold.matches)), "none")
    sides = (source, retold)
    yield from _compared("type", *(_most(label.type for label in side.spans) for side in sides))
    identities = [{name for label in side.matches if (name := identity_of(label)) is not None} for side in sides]
    if all(identities):
        yield "identity.total"
        if identities[0] & identities[1]:
            yield "identity.agree"
    realis = [_most(e.realis for e in side.matches if isinstance(e, Event) and e.realis is not None) for side in sides]
    yield from _compared("realis", *realis)


def _compared(name: str, one: str | None, other: str | None) -> Iterable[str]:
    if one is not None and other is not None:
        yield f"{name}.total"
        if one == other:
            yield f"{name}.agree"


def _most(labels: Iterable[str]) -> str | None:
    """The most frequent label, the first by name of equally frequent ones."""
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label)) if counts else None
