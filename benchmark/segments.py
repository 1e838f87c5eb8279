"""Paragraphs and sentences of a text: the units of counting and of context. Pure functions of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CLOSING = "\"'”’»)]"
_ENDS = re.compile(r"[.!?…:][\"'”’»)\]]*$|[\"”»)\]]$")
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr st prof gen col lt maj capt sgt adm sen rep gov pres hon rev jr sr vs etc no fig inc ltd co corp jan feb
    mar apr jun jul aug sep sept oct nov dec approx al ca e.g i.e a.m p.m u.s u.k u.n d.c""".split()
)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"\S")
LONGEST = 20  # characters looked at before a full stop; no abbreviation is as long
# Both begin where their run begins and nowhere else: tried from every character of a long run, they would take its square.
_LINE_END = re.compile(r"(?<!\s)\s*\n\s*")
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’»)\]]*(?=\s)")


def paragraphs(text: str, regions: Iterable[tuple[int, int]] | None = None) -> list[tuple[int, int]]:
    """Half-open offsets of the paragraphs, in order, surrounding white space left out.

    A line end closes a paragraph if the line ends like a sentence, or if an empty line follows and the next line
    does not begin in lower case. So hard-wrapped lines are joined, and so is a sentence that a page breaks in two.
    A paragraph never crosses the border of a region.
    """
    found: list[tuple[int, int]] = []
    for low, high in [(0, len(text))] if regions is None else regions:
        start = low
        for end_of_line in _LINE_END.finditer(text[low:high]):
            before, after = low + end_of_line.start(), low + end_of_line.end()
            line = text[start:before]
            broken = "\n" in end_of_line.group().replace("\n", "", 1)
            if _ENDS.search(line) or (broken and not text[after : after + 1].islower()):
                found.append((start, before))
                start = after
        found.append((start, high))
    return [trimmed for span in found if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def sentences(text: str, regions: Iterable[tuple[int, int]] | None = None) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences, in order. They never cross a paragraph.

    A sentence ends at a full stop, question or exclamation mark (closing quotes and brackets included) before white
    space and an upper-case letter, digit or opening quote, unless the mark closes an abbreviation or an initial.
    """
    found: list[tuple[int, int]] = []
    for low, high in paragraphs(text, regions):
        start = low
        for stop in _STOP.finditer(text, low, high):
            end = stop.end()
            following = _WORD.search(text, end, high)
            if following is None or following.group().islower() or (text[end - 1] == "." and _is_abbreviation(text, start, end - 1)):
                continue
            found.append((start, end))
            start = following.start()
        if start < high:
            found.append((start, high))
    return found


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether the full stop at `end` closes an abbreviation or an initial; the sentence begins at `start`."""
    word = re.split(r"[\s(\[“\"‘]", text[max(start, end - LONGEST) : end])[-1]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper())


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Half-open offsets of the tokens: runs of word characters, and single other characters that are not white space."""
    return [match.span() for match in _TOKEN.finditer(text, start, len(text) if end is None else end)]
