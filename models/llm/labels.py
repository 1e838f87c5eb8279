"""Strings of an answer to labels of the text, each with a status; what stands nowhere is invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from benchmark.api import Argument, Event, Invented, Mention, Status, align

from .answers import FoundEvent, FoundMention

Span = tuple[int, int]
_MOST_WORDS = 8  # of an invented string
_MOST_SLUGS = 80  # of entities and of events that a later request names
_MOST_LOOKED_FOR = 300  # different strings of an answer that are looked for outside the sentence that was named


class Placed(NamedTuple):
    """Where a string was found; ``again`` for one asking too many, which is the last of them once more."""

    span: Span | None
    status: Status
    again: bool = False


class Labels:
    """The labels of one article, gathered piece by piece."""

    def __init__(self, text: str):
        self.text = text
        self.mentions: list[Mention] = []
        self.events: list[Event] = []
        self.invented: list[Invented] = []
        self.statuses: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()

    def add(self, sentences: Sequence[Span], mentions: Sequence[FoundMention], events: Sequence[FoundEvent]) -> None:
        """Place what was found in one piece of the text."""
        names = self._mentions(sentences, mentions)
        self._events(sentences, events, names)

    def identities(self) -> tuple[dict[str, str], dict[str, str]]:
        """Slugs of entities and of events so far, each with the first words for it."""
        entities: dict[str, str] = {}
        for mention in self.mentions:
            if mention.entity and mention.level == "NAM":
                entities.setdefault(mention.entity, " ".join(self.text[mention.start : mention.end].split()))
        events: dict[str, str] = {}
        for event in self.events:
            if event.event:
                events.setdefault(event.event, event.type)
        return _first(entities), _first(events)

    def _mentions(self, sentences: Sequence[Span], found: Sequence[FoundMention]) -> dict[str, str]:
        """Adds the mentions; returns the ids of the labels by the names that the answer has for them, and by their texts."""
        names: dict[str, str] = {}
        texts: dict[str, str] = {}
        spans: dict[Span, str] = {}
        for item, placed in zip(found, self._place(sentences, [(m.text, m.sentence) for m in found]), strict=True):
            if placed.span is None:
                self.invented.append(Invented(_beginning(item.text), item.type, "mention"))
                continue
            if placed.span in spans:
                self.dropped["repeated"] += 1
            else:
                spans[placed.span] = f"M{len(self.mentions) + 1}"
                level: Any = item.level
                self.mentions.append(Mention(*placed.span, item.type, level, item.entity, item.value, id=spans[placed.span]))
            names.setdefault(item.name, spans[placed.span])
            texts.setdefault(item.text, spans[placed.span])
        return {**texts, **names}

    def _events(self, sentences: Sequence[Span], found: Sequence[FoundEvent], names: dict[str, str]) -> None:
        """Adds the events. One word may be the trigger of several types, so that each type counts its occurrences for itself."""
        for kind in dict.fromkeys(event.type for event in found):
            events = [event for event in found if event.type == kind]
            numbers: dict[Span, int] = {}
            for item, placed in zip(events, self._place(sentences, [(e.text, e.sentence) for e in events]), strict=True):
                if placed.span is None:
                    self.invented.append(Invented(_beginning(item.text), kind, "event"))
                    continue
                arguments = [Argument(role, names[name]) for role, name in item.arguments if name in names]
                self.dropped["argument without mention"] += len(item.arguments) - len(arguments)
                if placed.span in numbers:  # the same event again: it may bring more arguments
                    self.dropped["repeated"] += 1
                    number = numbers[placed.span]
                    old = self.events[number]
                    arguments = [*old.arguments, *arguments]
                    self.events[number] = Event(*placed.span, kind, old.realis, old.event, _distinct(arguments), id=old.id)
                else:
                    numbers[placed.span] = len(self.events)
                    name: Any = f"E{len(self.events) + 1}"
                    realis: Any = item.realis
                    self.events.append(Event(*placed.span, kind, realis, item.event, _distinct(arguments), id=name))

    def _place(self, sentences: Sequence[Span], asked: Sequence[tuple[str, int | None]]) -> list[Placed]:
        """Spans of strings: in the sentence that is named, else where it stands in the piece, edits allowed only in the end."""
        placed: dict[int, Placed] = {}
        piece = (sentences[0][0], sentences[-1][1])
        within = {n: sentences[s - 1] if s is not None and 0 < s <= len(sentences) else piece for n, (_, s) in enumerate(asked)}
        for similarity in (1.0, 0.8):
            for part in dict.fromkeys(within.values()):
                numbers = [n for n in within if n not in placed and within[n] == part]
                placed.update(self._in_part(part, numbers, asked, similarity))
            self._elsewhere(sentences, asked, within, placed, similarity)
        missing = Placed(None, Status.NOT_FOUND)
        answer = [placed.get(n, missing) for n in range(len(asked))]
        self.statuses.update(p.status.value for p in answer)
        return answer

    def _in_part(
        self, part: Span, numbers: list[int], asked: Sequence[tuple[str, int | None]], similarity: float
    ) -> Iterator[tuple[int, Placed]]:
        last: dict[str, Placed] = {}
        strings = [asked[n][0] for n in numbers]
        for number, found in zip(numbers, align(self.text, strings, *part, similarity=similarity, apart=True), strict=True):
            if found.span is not None:
                last[found.string] = Placed(found.span, found.status)
                yield number, last[found.string]
            elif found.string in last:
                yield number, last[found.string]._replace(again=True)

    def _elsewhere(
        self,
        sentences: Sequence[Span],
        asked: Sequence[tuple[str, int | None]],
        within: dict[int, Span],
        placed: dict[int, Placed],
        similarity: float,
    ) -> None:
        """Places what is not where it was said to be: at the occurrence in the piece nearest to that, one that is not taken if there is."""
        piece = (sentences[0][0], sentences[-1][1])
        taken = {p.span for p in placed.values()}
        known: dict[str, list[Placed]] = {}
        for number, (string, _) in enumerate(asked):
            if number in placed or (string not in known and len(known) == _MOST_LOOKED_FOR):
                continue
            if string not in known:
                found = align(self.text, [string] * 50, *piece, similarity=similarity)
                scored = [a for a in found if a.span and any(low <= a.span[0] and a.span[1] <= high for low, high in sentences)]
                known[string] = [Placed(a.span, a.status) for a in scored]
            begin = within[number][0]
            best = min(known[string], key=lambda p: (p.span in taken, abs((p.span or piece)[0] - begin)), default=None)
            if best:
                placed[number] = best._replace(again=best.span in taken)
                taken.add(best.span)


def _first(slugs: dict[str, str]) -> dict[str, str]:
    return dict(list(slugs.items())[:_MOST_SLUGS])


def _beginning(string: str) -> str:
    """Enough of an invented string to know it by; a longer one may be a sentence of the article with a word changed."""
    return " ".join(string.split()[:_MOST_WORDS])


def _distinct(arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    return tuple(dict.fromkeys(arguments))


def pieces(text: str, sentences: Sequence[Span], paragraphs: Sequence[Span], size: int) -> list[list[Span]]:
    """Runs of whole paragraphs of at most so many characters, as their sentences; a longer paragraph is cut between its sentences,
    a longer sentence at white space."""
    size = max(50, size)
    runs: list[list[Span]] = []
    length = 0
    for low, high in paragraphs:
        inside = [part for a, b in sentences if low <= a and b <= high for part in _cut(text, a, b, size)]
        for group in [inside] if high - low <= size else [[s] for s in inside]:
            if not group:
                continue
            amount = group[-1][1] - group[0][0]
            if not runs or length + amount > size:
                runs.append([])
                length = 0
            runs[-1] += group
            length += amount
    return runs


def _cut(text: str, start: int, end: int, size: int) -> list[Span]:
    parts = []
    while end - start > size:
        space = max(text.rfind(" ", start + 1, start + size), text.rfind("\n", start + 1, start + size))
        middle = space if space > start else start + size
        parts.append((start, middle))
        start = middle
    return [*parts, (start, end)]
