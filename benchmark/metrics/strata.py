"""Strata: the counts of a metric taken apart by a property of the labels.

Every label is in exactly one stratum of each kind, so that the counts of the strata add up to those of the whole. Gold
labels, and with them recall, are in the stratum of their own properties, predicted labels, and with them precision, in that
of theirs: a right prediction of another level than gold's is a hit in two strata, once on either side. Kinds that need what
is not there (the text, the surfaces that a model learned from) put all labels in ``UNKNOWN``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Literal

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PARTIAL_GOLD, PARTIAL_PREDICTED, PREDICTED, Counts, Tally, Unit
from benchmark.metrics.spans import Key, best_matching
from benchmark.metrics.units import Paragraphs
from benchmark.schema import RETOLD, Document, Event, Level, Mention, Span
from benchmark.segments import paragraphs, sentences, tokens

Label = Mention | Event
NONE = "(none)"  # the label has no such property
UNKNOWN = "(unknown)"  # the property cannot be told
INVENTED = "(invented)"  # a predicted string that is not in the text
_QUOTE = re.compile('["“”„«»]')


class Strata:
    """Tells the strata of the labels of one document, gold and predicted ones.

    Parameters
    ----------
    document
        The gold document: its id, text and scored regions count, its labels do not.
    seen
        Surfaces that the model learned from, see :func:`surfaces`; None: not told.
    """

    def __init__(self, document: Document, seen: Collection[str] | None = None):
        self.document, self.seen = document, seen

    def of(self, label: Label, kind: str) -> str:
        """The stratum of a label; `kind` is one of ``KINDS``."""
        return KINDS[kind][1](self, label)

    def article(self, label: Label) -> str:
        """The slug of the story, which both its editions share."""
        return self.document.id.removesuffix(RETOLD)

    def edition(self, label: Label) -> str:
        """``retold`` or ``source``, by the document's id."""
        return "retold" if self.document.id.endswith(RETOLD) else "source"

    def length(self, label: Label) -> str:
        """Tokens of the label, of its fragments alone where it has any."""
        if self.document.text is None:
            return UNKNOWN
        text = self.document.text
        number = sum(len(tokens(text, *part)) for part in label.fragments or [(label.start, label.end)])
        return NONE if not number else str(number) if number < 4 else "4+"

    def surface(self, label: Label) -> str:
        """``seen`` or ``unseen``: whether the model learned from a label of the same words."""
        if self.document.text is None or self.seen is None:
            return UNKNOWN
        return "seen" if surface(self.document.text, label) in self.seen else "unseen"

    def quotation(self, label: Label) -> str:
        """``inside`` if the whole label stands between quotation marks, else ``outside``."""
        if self.document.text is None:
            return UNKNOWN
        place = bisect_right(self._quotations, (label.start, float("inf"))) - 1
        return "inside" if place >= 0 and label.end <= self._quotations[place][1] else "outside"

    def sentence(self, label: Label) -> str:
        """Tokens of the sentence in which the label begins."""
        if self.document.text is None:
            return UNKNOWN
        place = bisect_right(self._sentences, (label.start, float("inf"))) - 1
        if place < 0 or self._sentences[place][1] <= label.start:
            return NONE
        number = self._lengths.get(place)
        if number is None:  # counted once: a page without a full stop may hold thousands of labels
            number = self._lengths[place] = len(tokens(self.document.text, *self._sentences[place]))
        return "up to 15" if number <= 15 else "16-30" if number <= 30 else "over 30"

    @cached_property
    def _lengths(self) -> dict[int, int]:
        return {}

    @cached_property
    def _quotations(self) -> list[Span]:
        return quotations(self.document.text or "", self.document.regions)

    @cached_property
    def _sentences(self) -> list[Span]:
        return sorted(sentences(self.document.text or "", self.document.regions))


KINDS: dict[str, tuple[str, Callable[[Strata, Label], str]]] = {  # name: (definition, the stratum of a label)
    "article": ("the story told", Strata.article),
    "edition": ("source or retold", Strata.edition),
    "type": ("type of the label", lambda strata, label: label.type),
    "level": ("level of a mention: NAM, NOM, PRO", lambda strata, label: (isinstance(label, Mention) and label.level) or NONE),
    "realis": ("realis of an event: Actual, Other, Generic", lambda strata, label: (isinstance(label, Event) and label.realis) or NONE),
    "length": ("tokens of the label: 1, 2, 3, 4+", Strata.length),
    "surface": ("case-folded words of the label seen or unseen in the labels that the model learned from", Strata.surface),
    "quotation": ("inside or outside quotation marks", Strata.quotation),
    "sentence": ("tokens of the sentence: up to 15, 16-30, over 30", Strata.sentence),
}


def surface(text: str, label: Label) -> str:
    """The words of a label, case-folded, runs of white space as one space; fragments joined by a space."""
    words = " ".join(text[start:end] for start, end in label.fragments or [(label.start, label.end)])
    return " ".join(words.casefold().split())


def surfaces(documents: Iterable[Document], of: Literal["mentions", "triggers"] = "mentions") -> set[str]:
    """The surfaces of all labels in documents with text: what a model that learned from them has seen."""
    return {surface(d.text, label) for d in documents if d.text for label in (d.mentions if of == "mentions" else d.events)}


def quotations(text: str, regions: Iterable[Span] | None = None) -> list[Span]:
    """Half-open offsets of what stands between double quotation marks, the marks left out, in order.

    A straight mark opens outside and closes inside a quotation; typographic ones say which they are, but ``“`` closes what
    ``„`` opened. A quotation that its paragraph does not close goes to the paragraph's end, as one that the next paragraph
    takes up does. Marks within a quotation of the same direction, closing marks outside one, and single quotation marks
    count for nothing.
    """
    found: list[Span] = []
    for low, high in paragraphs(text, regions):
        start, opener = -1, ""
        for match in _QUOTE.finditer(text, low, high):
            mark = match.group()
            if start < 0:
                if mark not in "”»":
                    start, opener = match.end(), mark
            elif mark in '"”»' or (mark == "“" and opener == "„"):
                found.append((start, match.start()))
                start = -1
        if start >= 0:
            found.append((start, high))
    return sorted(found)


def count(
    documents: Iterable[tuple[Document, Document | None]],
    kinds: Iterable[str] = tuple(KINDS),
    *,
    of: Literal["mentions", "triggers"] = "mentions",
    criterion: Literal["strict", "partial"] = "strict",
    levels: Collection[Level | None] = ("NAM", None),
    seen: Mapping[str, Collection[str]] | Set[str] | None = None,
) -> dict[str, Counts]:
    """Count by strata what predictions get right.

    Parameters
    ----------
    documents
        Gold documents, each with the predicted one; None: nothing found.
    kinds
        Names from ``KINDS``.
    of
        ``mentions``, of the wanted levels; or ``triggers``, of which those of equal offsets and type count once.
    criterion
        ``strict``: offsets and type; ``partial`` (mentions alone): equal offsets 1, overlap one half, any type.
    levels
        Levels of the mentions that are compared.
    seen
        For each document's id the surfaces that the model learned from (documents that it lacks are unknown); or a set of them for all.

    Returns
    -------
    dict
        By kind, counts whose types are its strata; summed over them they are those of the metric.

    Raises
    ------
    ValueError
        For triggers by the partial criterion.
    """
    if of == "triggers" and criterion == "partial":
        raise ValueError("triggers have no partial criterion")
    tallies = {kind: Tally() for kind in kinds}
    units: list[Unit] = []
    for gold, predicted in documents:
        numbered = Paragraphs(gold)
        units.extend(numbered.units)
        strata = Strata(gold, _learned(seen, gold.id))
        sides = (_labels(gold, gold, of, levels), _labels(predicted or Document(gold.id), gold, of, levels))
        credits = _credited(*sides, criterion)
        for labels, credit, whole, correct, partial in zip(
            sides, credits, (GOLD, PREDICTED), (CORRECT_GOLD, CORRECT_PREDICTED), (PARTIAL_GOLD, PARTIAL_PREDICTED), strict=True
        ):
            for n, label in enumerate(labels):
                unit = numbered.unit(label.start)
                for kind, tally in tallies.items():
                    stratum = strata.of(label, kind)
                    tally.add(unit, stratum, whole)
                    if n in credit:
                        tally.add(unit, stratum, correct if credit[n] else partial)
        for one in predicted.invented if predicted is not None else ():
            if one.kind == ("mention" if of == "mentions" else "event"):
                placed = Mention(0, 1, one.type)  # it has no place: what is told of the document and the type alone is told of it
                for kind, tally in tallies.items():
                    stratum = strata.of(placed, kind) if kind in ("article", "edition", "type") else INVENTED
                    tally.add(numbered.units[0], stratum, PREDICTED)
    return {kind: tally.counts(units) for kind, tally in tallies.items()}


def _learned(seen: Mapping[str, Collection[str]] | Set[str] | None, document: str) -> Collection[str] | None:
    return seen.get(document) if isinstance(seen, Mapping) else seen


def _labels(document: Document, gold: Document, of: str, levels: Collection[Level | None]) -> list[Label]:
    """The labels that are compared, in an order that does not depend on the order in which they were listed."""
    if of == "mentions":
        mentions = [m for m in document.mentions if m.level in levels and gold.scored(m.start, m.end)]
        mentions.sort(key=lambda m: (*_key(m), m.level or "", m.fragments or ()))
        return [*mentions]
    events = [e for e in document.events if gold.scored(e.start, e.end)]
    events.sort(key=lambda e: (*_key(e), e.realis or "", e.fragments or ()))
    first = {_key(event): event for event in reversed(events)}
    return [first[key] for key in sorted(first)]


def _key(label: Label) -> Key:
    return label.start, label.end, label.type


def _credited(gold: Sequence[Label], predicted: Sequence[Label], criterion: str) -> tuple[dict[int, bool], dict[int, bool]]:
    """For each side the indices of the matched labels, with whether the match is whole."""
    sides = ([_key(label) for label in gold], [_key(label) for label in predicted])
    if criterion == "partial":
        pairs = [(g, p, sides[0][g][:2] == sides[1][p][:2]) for g, p in best_matching(*sides)]
        return {g: whole for g, _, whole in pairs}, {p: whole for _, p, whole in pairs}
    shared = Counter(sides[0]) & Counter(sides[1])
    return _first(sides[0], shared), _first(sides[1], shared)


def _first(keys: Sequence[Key], number: Counter[Key]) -> dict[int, bool]:
    """The first so many labels of each key."""
    met: Counter[Key] = Counter()
    found: dict[int, bool] = {}
    for n, key in enumerate(keys):
        met[key] += 1
        if met[key] <= number[key]:
            found[n] = True
    return found
