"""Marks: the errors of one text as the page shows them, each with the labels that it stands at.

What is an error is said in :mod:`benchmark.errors`; here its labels are looked up among those of the gold set and of the model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from benchmark.errors import KINDS, Error, Label
from benchmark.schema import Document, Event, Mention, Span

_ORDER = list(KINDS)
_ARGUMENTS = ("missed argument", "wrong role", "spurious argument")
Place = int | tuple[int, int] | None  # number of a mention or event; of an event and one of its arguments; nowhere


class Mark(NamedTuple):
    """An error and where it stands.

    Attributes
    ----------
    kind
        Number of the kind among :data:`benchmark.errors.KINDS`.
    sentence
        Number of the sentence, from 0; None where there is no text, or no place.
    of
        ``m``, a mention; ``t``, a trigger; ``a``, an argument; ``s``, a string.
    gold, predicted
        The label on either side; None where that side has none.
    """

    kind: int
    sentence: int | None
    of: str
    gold: Place
    predicted: Place


class _Side:
    """The labels of one side by what errors tell of them."""

    def __init__(self, document: Document):
        self.mentions = _numbers(document.mentions)
        self.events = _numbers(document.events)
        self.arguments: dict[tuple[str | Span | None, ...], tuple[int, int]] = {}
        spans = {m.id: (m.start, m.end) for m in document.mentions if m.id is not None}
        for n, event in enumerate(document.events):
            for k, argument in enumerate(event.arguments):
                own = (argument.start, argument.end)
                span = own if argument.mention is None else spans.get(argument.mention, own)
                self.arguments.setdefault(((event.start, event.end), event.type, argument.role, span), (n, k))  # type: ignore[arg-type]

    def place(self, kind: str, label: Label | None, last: bool) -> Place:
        """Where a label is; of several equal ones the last where it is one too many, else the first."""
        if label is None:
            return None
        if kind in _ARGUMENTS:
            return self.arguments.get((label.trigger, label.type, label.role, (label.start, label.end)))  # type: ignore[arg-type]
        numbers = (self.mentions if _about(kind, label, self) == "m" else self.events).get((label.start, label.end, label.type), [None])
        return numbers[-1 if last else 0]


def _numbers(labels: Iterable[Mention | Event]) -> dict[tuple[int | None, int | None, str], list[int | None]]:
    found: defaultdict[tuple[int | None, int | None, str], list[int | None]] = defaultdict(list)
    for n, label in enumerate(labels):
        found[label.start, label.end, label.type].append(n)
    return dict(found)


def _about(kind: str, label: Label, side: _Side) -> str:
    """What an error is about; identities of mentions and of events go by one name."""
    if kind == "invented string":
        return "s"
    if kind in _ARGUMENTS:
        return "a"
    if "identity" in kind:
        return "m" if (label.start, label.end, label.type) in side.mentions else "t"
    return "t" if "trigger" in kind or kind == "wrong realis" else "m"


def marks(gold: Document, predicted: Document, found: Sequence[Error]) -> list[Mark]:
    """The errors of one text with their places; of the two labels of a wrong link the second is marked.

    Parameters
    ----------
    gold, predicted
        The text's labels, on the label scheme of the errors.
    found
        Its errors.

    Returns
    -------
    list of Mark
        In the order of the errors.
    """
    sides = _Side(gold), _Side(predicted)
    rows = []
    for error in found:
        one, other = (labels[-1] if labels else None for labels in (error.gold, error.predicted))
        label = one or other
        if label is None:
            continue
        about = _about(error.kind, label, sides[0] if one else sides[1])
        places: list[Place] = [None, None]
        if about != "s":
            places = [sides[0].place(error.kind, one, last=False), sides[1].place(error.kind, other, last=one is None)]
        rows.append(Mark(_ORDER.index(error.kind), error.sentence, about, *places))
    return rows


def by_document(found: Iterable[Error]) -> Callable[[str], list[Error]]:
    """The errors of each document, by its id."""
    groups: defaultdict[str, list[Error]] = defaultdict(list)
    for error in found:
        groups[error.document].append(error)
    return lambda document: groups.get(document, [])


__all__ = ["Mark", "by_document", "marks"]
