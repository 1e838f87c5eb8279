"""Paragraphs and sentences of a text: the units of counting and of context. Pure functions of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CLOSING = "\"'”’»)]"
_ENDS = frozenset(".!?…:")  # a line that ends so, or in one of these and closing marks, ends like a sentence
_CLOSED = frozenset('"”»)]')  # so does one that a mark closes that is no apostrophe
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr st prof gen col lt maj capt sgt adm sen rep gov pres hon rev jr sr vs etc no fig inc ltd co corp jan feb
    mar apr jun jul aug sep sept oct nov dec approx al ca e.g i.e a.m p.m u.s u.k u.n d.c""".split()
)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SEPARATORS = re.compile(r"[\s(\[“\"‘]")
_LAST_TWO = frozenset(word[-2:] for word in _ABBREVIATIONS)
LONGEST = 20  # characters looked at before a full stop; no abbreviation is as long
# It begins where its run begins and nowhere else: tried from every character of a long run, it would take its square.
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s)")


def paragraphs(text: str, regions: Iterable[tuple[int, int]] | None = None) -> list[tuple[int, int]]:
    """Paragraphs of a text.

    A line end closes a paragraph if the line ends like a sentence, or if an empty line follows and the next line
    does not begin in lower case. So hard-wrapped lines are joined, and so is a sentence that a page breaks in two.
    A paragraph never crosses the border of a region.

    Parameters
    ----------
    text
        The text.
    regions
        Half-open offsets of the parts that are looked at; None: all of it.

    Returns
    -------
    list of (start, end)
        Half-open code point offsets, region by region, surrounding white space left out; none is empty.
    """
    found: list[tuple[int, int]] = []
    for low, high in [(0, len(text))] if regions is None else regions:
        start = low
        line_end = text.find("\n", low, high)
        while line_end >= 0:
            before, after = line_end, line_end + 1
            while before > low and text[before - 1].isspace():
                before -= 1
            while after < high and text[after].isspace():
                after += 1
            broken = text.find("\n", line_end + 1, after) >= 0
            if (before > start and _ends(text, start, before)) or (broken and not text[after : after + 1].islower()):
                found.append((start, before))
                start = after
            line_end = text.find("\n", after, high)
        found.append((start, high))
    return [trimmed for span in found if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def _ends(text: str, start: int, end: int) -> bool:
    """Whether a line ends like a sentence; it is not empty."""
    last = text[end - 1]
    if last in _ENDS or last in _CLOSED:
        return True
    return last in _CLOSING and text[start:end].rstrip(_CLOSING)[-1:] in _ENDS


def sentences(text: str, regions: Iterable[tuple[int, int]] | None = None) -> list[tuple[int, int]]:
    """Sentences of a text. They never cross a paragraph.

    A sentence ends at a full stop, question or exclamation mark (closing quotes and brackets included) before white
    space and an upper-case letter, digit or opening quote, unless the mark closes an abbreviation or an initial.

    Parameters
    ----------
    text, regions
        As for :func:`paragraphs`.

    Returns
    -------
    list of (start, end)
        Half-open code point offsets, in order.
    """
    found: list[tuple[int, int]] = []
    for low, high in paragraphs(text, regions):
        start = low
        for stop in _STOP.finditer(text, low, high):
            end = stop.end()
            following = end + 1
            while following < high and text[following].isspace():
                following += 1
            if following >= high or text[following].islower() or (text[end - 1] == "." and _is_abbreviation(text, start, end - 1)):
                continue
            found.append((start, end))
            start = following
        if start < high:
            found.append((start, high))
    return found


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether the full stop at `end` closes an abbreviation or an initial; the sentence begins at `start`."""
    if text[max(start, end - 2) : end].lower()[-2:] not in _LAST_TWO and (end == start or not text[end - 1].isupper()):
        return False  # most stops: nothing has to be split
    word = _SEPARATORS.split(text[max(start, end - LONGEST) : end])[-1]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Tokens of a part of a text: runs of word characters, and single other characters that are not white space.

    Parameters
    ----------
    text
        The text.
    start, end
        Half-open offsets of the part; `end` None: to the end of the text.

    Returns
    -------
    list of (start, end)
        Half-open code point offsets into the whole text, in order.
    """
    return [match.span() for match in _TOKEN.finditer(text, start, len(text) if end is None else end)]
