"""The data model: articles, mentions, events, documents.

Offsets are Unicode code points into the article's text, half-open ``[start, end)``.
All classes are frozen and slotted msgspec structs: they decode from JSON with a type check, refuse
unknown keys, compare by value and hash. Construct them by position or by keyword; lists are stored as tuples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from benchmark.limits import OFFSET

Offset: TypeAlias = Annotated[int, Meta(ge=0, le=OFFSET, description="code points from the start of the text")]
Confidence: TypeAlias = Annotated[float, Meta(ge=0, le=1, description="confidence from 0 to 1")]
Span: TypeAlias = tuple[Offset, Offset]
Level: TypeAlias = Literal["NAM", "NOM", "PRO"]
Realis: TypeAlias = Literal["Actual", "Other", "Generic"]

LEVELS: tuple[Level, ...] = ("NAM", "NOM", "PRO")
REALIS: tuple[Realis, ...] = ("Actual", "Other", "Generic")
RETOLD = ".retold"  # what the id of a retold edition adds to that of its source


_NO_LISTS = frozenset((str, int, float, tuple, type(None)))


class _Label(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the data model."""


class _Listing(_Label, frozen=True):
    """Turns lists given to the constructor into tuples, so that values compare and hash."""

    def __post_init__(self) -> None:
        values = msgspec.structs.astuple(self)
        if _NO_LISTS.issuperset(map(type, values)):
            return  # nearly always: a test that costs a tenth of the loop
        for name, value in zip(self.__struct_fields__, values, strict=True):
            if isinstance(value, list):
                msgspec.structs.force_setattr(self, name, tuple(tuple(v) if isinstance(v, list) else v for v in value))


class Mention(_Label, frozen=True):
    """A span of text that mentions an entity or a value.

    Attributes
    ----------
    start, end
        Half-open code point offsets.
    type
        Type name, in the label scheme of whoever made it (``PER``, ``DATE``).
    level
        ``NAM``, ``NOM`` or ``PRO`` after ACE; None for values and where the maker does not tell.
    entity
        Identity: mentions of one thing share it, within and across documents.
    value
        Normalised value: an ISO 8601 / TIMEX3 date, or comparator and number (``>200``, ``=30 km``).
    score
        Confidence in [0, 1].
    id
        Name by which arguments refer to the mention; unique among the document's mentions.
    fragments
        The parts of a discontinuous mention, in order; None for a contiguous one.
    """

    start: Offset
    end: Offset
    type: str
    level: Level | None = None
    entity: str | None = None
    value: str | None = None
    score: Confidence | None = None
    id: str | None = None
    fragments: tuple[Span, ...] | None = None


class Argument(_Label, frozen=True):
    """A participant of an event, by mention or by offsets.

    Attributes
    ----------
    role
        Name of the role (``Attacker``).
    mention
        Id of a mention of the same document; it goes before the offsets.
    start, end
        Half-open code point offsets, where no mention is named.
    """

    role: str
    mention: str | None = None
    start: Offset | None = None
    end: Offset | None = None


class Event(_Listing, frozen=True):
    """An event mention.

    Attributes
    ----------
    start, end
        Half-open code point offsets of the trigger.
    type
        Type name, ``Family.Kind`` in the gold scheme (``Conflict.Battle``).
    realis
        ``Actual``, ``Other`` or ``Generic``; None where the maker does not tell.
    event
        Identity: mentions of one event share it, within and across documents.
    arguments
        The participants.
    score
        Confidence in [0, 1].
    id
        Unique among the document's events.
    fragments
        The parts of a discontinuous trigger, in order; None for a contiguous one.
    """

    start: Offset
    end: Offset
    type: str
    realis: Realis | None = None
    event: str | None = None
    arguments: tuple[Argument, ...] = ()
    score: Confidence | None = None
    id: str | None = None
    fragments: tuple[Span, ...] | None = None


class Invented(_Label, frozen=True):
    """A string that a model named and that does not stand in the text: it has no offsets, and counts against precision.

    Attributes
    ----------
    text
        The string.
    type
        Type of the mention or event that it was to be.
    kind
        ``mention`` or ``event``.
    """

    text: str
    type: str
    kind: Literal["mention", "event"] = "mention"


class Extraction(_Listing, frozen=True):
    """What an extractor found in one article.

    Attributes
    ----------
    mentions, events
        The labels.
    invented
        Strings named by a model that answers in strings and not found in the text.
    tokens, cost
        Tokens that a language model used, in and out, and their price in USD.
    """

    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    invented: tuple[Invented, ...] = ()
    tokens: int | None = None
    cost: float | None = None

    @property
    def labels(self) -> tuple[Mention | Event, ...]:
        """Mentions and events together."""
        return (*self.mentions, *self.events)


class Article(_Listing, frozen=True):
    """A text to extract from: all that an extractor is shown.

    Attributes
    ----------
    id
        Name of the document.
    text
        The text, as it is: no line end or character is changed.
    date
        Of publication, ISO 8601.
    regions
        The scored parts of the text, half-open code point offsets in order; None: all of it.
    """

    id: str
    text: str
    date: str | None = None
    regions: tuple[Span, ...] | None = None

    def finditer(self, pattern: str | re.Pattern[str], flags: int = 0) -> Iterator[re.Match[str]]:
        """Iterate over the matches of `pattern` in the text; their ``span()`` are document offsets."""
        return re.finditer(pattern, self.text, flags)

    def paragraphs(self) -> list[Span]:
        """Offsets of the paragraphs (see :func:`benchmark.segments.paragraphs`)."""
        from benchmark.segments import paragraphs

        return paragraphs(self.text, self.regions)

    def sentences(self) -> list[Span]:
        """Offsets of the sentences (see :func:`benchmark.segments.sentences`)."""
        from benchmark.segments import sentences

        return sentences(self.text, self.regions)


class Document(_Listing, frozen=True):
    """An article with labels: gold, or a model's.

    Attributes
    ----------
    id, text, date, regions
        As of an article; predictions leave the text out.
    mentions, events
        The labels.
    invented
        Strings that a model named and that do not stand in the text.
    """

    id: str
    text: str | None = None
    date: str | None = None
    regions: tuple[Span, ...] | None = None
    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    invented: tuple[Invented, ...] = ()

    @property
    def labels(self) -> tuple[Mention | Event, ...]:
        """Mentions and events together."""
        return (*self.mentions, *self.events)

    @property
    def article(self) -> Article:
        """The article without its labels."""
        return Article(self.id, self.text or "", self.date, self.regions)

    def scored(self, start: int, end: int) -> bool:
        """Whether the span lies wholly in a scored region."""
        return self.regions is None or any(a <= start and end <= b for a, b in self.regions)

    def argument_span(self, argument: Argument) -> Span | None:
        """Offsets of an argument, through its mention where it names one; None where there is no such mention."""
        if argument.mention is None:
            return None if argument.start is None or argument.end is None else (argument.start, argument.end)
        return next(((m.start, m.end) for m in self.mentions if m.id == argument.mention), None)


def to_builtins(value: Any) -> Any:
    """Plain dicts and lists of a struct, defaults left out."""
    return msgspec.to_builtins(value)


__all__ = [
    "LEVELS",
    "REALIS",
    "RETOLD",
    "Argument",
    "Article",
    "Confidence",
    "Document",
    "Event",
    "Extraction",
    "Invented",
    "Level",
    "Mention",
    "Offset",
    "Realis",
    "Span",
    "to_builtins",
]
