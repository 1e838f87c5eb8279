"""Strings to offsets, for extractors that answer in strings: :func:`align` finds them in a text and says how.

A string stands in the text exactly, or folded (case, white space, compatibility forms, quotes and dashes do not count), or nearly
(fuzzy: a few edits), or it does not. Offsets always index the text as it is, in code points, whatever was folded to find them.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise

from msgspec import Struct

from benchmark.schema import Span

_MOST_EDITS = 8
_LONGEST_FUZZY = 200  # characters of a string that is still looked for with edits
_CELLS = 1_000_000  # of edit distance tables in one call: about half a second
_HITS = 4_000  # places looked at for one string
_IGNORED = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # soft hyphen, zero width, direction
_BLANK = _IGNORED + "".join(chr(n) for n in range(0x3001) if chr(n).isspace())
_SAME = str.maketrans({**dict.fromkeys("‘’‚‛′‵`´ʼʹ‹›", "'"), **dict.fromkeys("“”„‟″‶«»", '"'), "−": "-", **dict.fromkeys(_IGNORED, "")})
_NO_WORD = re.compile(r"\W")


class Status(StrEnum):
    """How a string was found."""

    EXACT = "exact"
    FOLDED = "folded"
    FUZZY = "fuzzy"
    NOT_FOUND = "not_found"


class Aligned(Struct, frozen=True):
    """Where a string stands in a text, and how it was found.

    Attributes
    ----------
    string
        The string as asked for.
    status
        How it was found.
    span
        Half-open offsets in the text; None where it was not found.
    """

    string: str
    status: Status
    span: Span | None = None


def align(
    text: str, strings: Sequence[str], start: int = 0, end: int | None = None, *, similarity: float = 0.8, apart: bool = False
) -> list[Aligned]:
    """Find strings in a text, repeated ones in order.

    The nth asking of a string gets its nth occurrence. Askings beyond the last occurrence are not found. Strings that differ only as
    folding allows share their occurrences; each takes those that are exactly like it first. Occurrences do not overlap and are whole
    words; parts of words count only where the string is nowhere a whole word, edits only where it is nowhere without. White space
    around a string does not count, and a string of nothing else is not found.

    Parameters
    ----------
    text
        The text; offsets are its own, also where only a part of it is searched.
    strings
        What to find, in the order of the text.
    start, end
        The part of the text to search.
    similarity
        Least share of a string's characters that must be right; with 1 nothing is fuzzy. Strings with a wrong digit, and very short
        ones, are never fuzzy.
    apart
        Prefer occurrences that do not lie inside what was found for a longer string: of a ``Gao`` beside a ``Radio Gao``, the other.

    Returns
    -------
    list of Aligned
        One for each string, in their order.

    Examples
    --------
    >>> [(a.status.value, a.span) for a in align("Gao, then Kidal, then Gao", ["Gao", "gao", "Timbuktu"])]
    [('exact', (0, 3)), ('folded', (22, 25)), ('not_found', None)]
    """
    places = _Places(text, max(0, start), len(text) if end is None else min(end, len(text)), similarity)
    groups: dict[str, dict[str, list[int]]] = {}  # by folded form, then by string: numbers of the askings
    for number, string in enumerate(strings):
        if bare := string.strip(_BLANK):
            groups.setdefault(fold(bare), {}).setdefault(bare, []).append(number)
    answers = [Aligned(string, Status.NOT_FOUND) for string in strings]
    claimed = _Spans()
    for key in sorted(groups, key=len, reverse=True) if apart else groups:
        given: list[Span] = []
        for number, status, span in _share(places, key, groups[key], claimed):
            answers[number] = Aligned(strings[number], status, span)
            given.append(span)
        if apart:
            for span in given:
                claimed.add(span)
    return answers


def _share(places: _Places, key: str, askings: dict[str, list[int]], claimed: _Spans) -> Iterator[tuple[int, Status, Span]]:
    """The occurrences of one folded form, given to the strings that ask for it: exact ones first, the rest in the text's order."""
    taken = _Spans()
    chosen: dict[str, list[tuple[Span, Status]]] = {string: [] for string in askings}
    found_any = False
    for part in (False, True):
        if found_any:
            break
        for status in (Status.EXACT, Status.FOLDED):
            for string, numbers in askings.items():
                wanted = len(numbers) - len(chosen[string])
                if wanted > 0:
                    found = places.exact(string, part) if status is Status.EXACT else places.folded(key, part)
                    for span in _first(found, wanted, claimed, taken):
                        chosen[string].append((span, status))
                        taken.add(span)
                        found_any = True
    if not found_any:
        for string, numbers in askings.items():
            for span in _first(iter(places.fuzzy(key)), len(numbers), claimed, taken):
                chosen[string].append((span, Status.FUZZY))
                taken.add(span)
    for string, numbers in askings.items():
        for number, (span, status) in zip(numbers, sorted(chosen[string]), strict=False):
            yield number, status, span


def _first(found: Iterator[Span], wanted: int, claimed: _Spans, taken: _Spans) -> list[Span]:
    """The first so many spans that nothing has taken; those inside a claimed span only where there are no more others."""
    free: list[Span] = []
    nested: list[Span] = []
    for span in found:
        if not taken.overlaps(span):
            (nested if claimed.overlaps(span) else free).append(span)
            if len(free) == wanted:
                return free
    return free + nested[: wanted - len(free)]


class _Spans:
    """A growing set of spans, asked whether one overlaps it."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._longest = 0

    def add(self, span: Span) -> None:
        self._spans.insert(bisect_left(self._spans, span), span)
        self._longest = max(self._longest, span[1] - span[0])

    def overlaps(self, span: Span) -> bool:
        n = bisect_left(self._spans, (span[0] - self._longest, 0))
        while n < len(self._spans) and self._spans[n][0] < span[1]:
            if self._spans[n][1] > span[0]:
                return True
            n += 1
        return False


class _Places:
    """Occurrences of strings in a part of a text, whole words or parts of words."""

    def __init__(self, text: str, start: int, end: int, similarity: float):
        self.text, self.start, self.end, self.similarity = text, start, end, similarity
        self.cells = _CELLS

    @cached_property
    def view(self) -> _Folded:
        """The folded text; made only when something is not exactly there."""
        return _Folded(self.text, self.start, self.end)

    def exact(self, string: str, part: bool) -> Iterator[Span]:
        """Occurrences of the string as it is."""
        return _occurrences(self.text, string, self.start, self.end, part)

    def folded(self, key: str, part: bool) -> Iterator[Span]:
        """Occurrences of the folded string in the folded text, which cut no character of the text in two."""
        for span in _occurrences(self.view.text, key, 0, len(self.view.text), part) if key else ():
            if original := self.view.original(*span):
                yield original

    def fuzzy(self, key: str) -> list[Span]:
        """Runs of whole words within a bounded edit distance of the folded string and with the same digits, the nearest first.

        Of a string cut into one piece more than edits are allowed, one piece must stand in the text unchanged; only there is measured.
        """
        edits = min(_MOST_EDITS, int(len(key) * (1 - self.similarity) + 1e-9))
        if edits < 1 or len(key) > _LONGEST_FUZZY:
            return []
        found: dict[Span, int] = {}
        for begin in self._beginnings(key, edits):
            self.cells -= len(key) * (2 * edits + 1)
            if (best := self._nearest(key, begin, edits)) is not None:
                found[best[1]] = best[0]
        apart, spans = _Spans(), []
        for span in sorted(found, key=lambda span: (found[span], span)):
            if not apart.overlaps(span):
                apart.add(span)
                spans.append(span)
        return spans

    def _beginnings(self, key: str, edits: int) -> Iterator[int]:
        """Where in the folded text a run of words can begin that is within so many edits, the likeliest first."""
        text, seen = self.view.text, set[int]()
        cuts = [len(key) * n // (edits + 1) for n in range(edits + 2)]
        pieces = [(text.count(key[a:b]), a, key[a:b]) for a, b in pairwise(cuts)]
        hits = 0
        for _, offset, piece in sorted(pieces):  # the rarest first
            position = text.find(piece)
            while position >= 0 and hits < _HITS and self.cells > 0:
                hits += 1
                self.cells -= 2 * edits + 1
                for begin in range(max(0, position - offset - edits), max(0, position - offset + edits + 1)):
                    if begin not in seen and begin < len(text) and text[begin] != " " and _is_edge(text, begin):
                        seen.add(begin)
                        yield begin
                position = text.find(piece, position + 1)

    def _nearest(self, key: str, begin: int, edits: int) -> tuple[int, Span] | None:
        """The least distance of the folded string to the words from a place on, with their offsets in the text."""
        text = self.view.text
        distances = _distances(key, text[begin : begin + len(key) + edits], edits)
        for length in sorted(distances, key=lambda n: (distances[n], abs(n - len(key)), n)):
            words = text[begin : begin + length]
            if words[-1:] in ("", " ") or not _is_edge(text, begin + length) or _digits(words) != _digits(key):
                continue
            if span := self.view.original(begin, begin + length):
                return distances[length], span
        return None


class _Folded:
    """A part of a text, folded, with the way back to its offsets."""

    def __init__(self, text: str, start: int, end: int):
        pieces: list[str] = []
        self._begins: list[int] = []  # of each folded character: where its cluster begins in the text, -1 inside a cluster
        self._ends: list[int] = []  # and where it ends, -1 before the cluster's last character
        for a, b in _clusters(text, start, end):
            piece = " " if text[a].isspace() else _fold_cluster(text[a:b])
            pieces.append(piece)
            if len(piece) == 1:
                self._begins.append(a)
                self._ends.append(b)
            elif piece:
                self._begins += [a, *[-1] * (len(piece) - 1)]
                self._ends += [*[-1] * (len(piece) - 1), b]
        self.text = "".join(pieces)

    def original(self, start: int, end: int) -> Span | None:
        """Offsets in the text of a folded span; None where it begins or ends inside a cluster."""
        begin, last = self._begins[start], self._ends[end - 1]
        return (begin, last) if begin >= 0 and last >= 0 else None


def fold(string: str) -> str:
    """The string without the differences that do not count: white space, case, compatibility forms, quotes, dashes, unseen characters."""
    bare = string.strip(_BLANK)
    return _Folded(bare, 0, len(bare)).text


def _clusters(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of white space, and single other characters with the marks on them."""
    at = start
    while at < end:
        first, low = text[at], at
        at += 1
        if first.isspace():
            while at < end and (text[at].isspace() or text[at] in _IGNORED):
                at += 1
        else:
            while at < end and text[at] > "\u02ff" and unicodedata.combining(text[at]):
                at += 1
        yield low, at


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in cluster.translate(_SAME))
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())


def _occurrences(text: str, string: str, start: int, end: int, part: bool) -> Iterator[Span]:
    """Occurrences that do not overlap: whole words alone, or where parts of words are asked for, any."""
    size = len(string)
    at = text.find(string, start, end)
    while at >= 0:
        if part or (_is_edge(text, at) and _is_edge(text, at + size)):
            yield at, at + size
            at += size
        elif _is_word(string[0]):  # on past the end of the word, or texts of one letter take for ever
            gap = _NO_WORD.search(text, at + 1, end)
            at = gap.end() if gap else end
        else:
            at += 1
        at = text.find(string, at, end)


def _is_edge(text: str, at: int) -> bool:
    """Whether no word goes on across a place in the text; a mark belongs to the character before it."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if unicodedata.combining(after):
        return before.isspace()
    return not (_is_word(after) and (_is_word(before) or unicodedata.combining(before)))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _digits(string: str) -> str:
    return "".join(c for c in string if c.isdigit())


def _distances(string: str, text: str, bound: int) -> dict[int, int]:
    """Edit distances of a string to the beginnings of a text, by their length, where they are within the bound (Ukkonen's band)."""
    row = {n: n for n in range(min(bound, len(text)) + 1)}
    for i, letter in enumerate(string, 1):
        new: dict[int, int] = {}
        left = bound + 1
        for n in range(max(0, i - bound), min(len(text), i + bound) + 1):
            best = min(row.get(n, bound) + 1, left + 1)
            if n and (across := row.get(n - 1)) is not None:
                best = min(best, across + (letter != text[n - 1]))
            if best <= bound:
                new[n] = best
            left = best
        if not new:
            return {}
        row = new
    return row


__all__ = ["Aligned", "Status", "align", "fold"]
