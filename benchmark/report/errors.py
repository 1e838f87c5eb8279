"""Errors for the terminal: how many of which kind, then the sentences, gold marked above and the prediction below."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.text import Text

from benchmark.errors import Error, Label, tallied
from benchmark.gold import edition, story
from benchmark.report.glyphs import columns, cut, glyphs, rows
from benchmark.report.plain import plain
from benchmark.report.terminal import console, print_rows
from benchmark.schema import Document, Span
from benchmark.segments import sentences

MARGIN = 7  # columns before the text: which side a line is of
TYPES = 6  # types named of each kind
STYLES = {"gold": "green", "found": "red"}
Side = str  # gold or found


class Mark(NamedTuple):
    """A label in a sentence: its side, its half-open offsets in the sentence, what is written beside the bar."""

    side: Side
    start: int
    end: int
    name: str


def print_errors(found: Sequence[Error], documents: Iterable[Document], limit: int | None = None) -> None:
    """Print the counts of all errors, then sentences.

    Parameters
    ----------
    found
        The errors, those of one sentence together.
    documents
        The documents that they are of.
    limit
        How many errors are shown in their sentences; None: all.
    """
    out = console()
    _print_counts(found)
    texts = {d.id: d for d in documents}
    shown = list(found if limit is None else found[:limit])
    for line in drawn(shown, texts, out.width):
        out.print(_encodable(line), no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
    if len(shown) < len(found):
        out.print(f"\n{len(shown)} of {len(found)} shown; --limit 0 shows all", markup=False)


def _print_counts(found: Sequence[Error]) -> None:
    lines = []
    for kind, types in tallied(found).items():
        named = [f"{plain(name)} {number}" for name, number in list(types.items())[:TYPES]]
        rest = len(types) - TYPES
        more = [f"{rest} other type{'s' if rest > 1 else ''}"] if rest > 0 else []
        lines.append((kind, sum(types.values()), ", ".join([*named, *more])))
    print_rows("", ("error", "number", "types"), [*lines, ("all", len(found), "")])


def drawn(found: Sequence[Error], documents: Mapping[str, Document], width: int) -> Iterator[Text]:
    """The lines that show some errors, those of one sentence together; without text, offsets and labels alone.

    Parameters
    ----------
    found
        The errors, in the order of the documents and of the text.
    documents
        By id.
    width
        Columns of the terminal.
    """
    spans: dict[str, list[Span]] = {}
    for (name, sentence), group in groupby(found, key=lambda error: (error.document, error.sentence)):
        errors, document = list(group), documents[name]
        where = f"sentence {sentence + 1}" if sentence is not None else "no place in the text" if document.text else "text not here"
        yield Text()
        yield Text(cut(f"{story(name)} ({edition(name)}), {where}", width), style="bold")
        yield from _listed(errors, width)
        if document.text and name not in spans:
            spans[name] = sentences(document.text, document.regions)
        if document.text and sentence is not None:
            start, end = spans[name][sentence]
            yield from sentence_lines(document.text[start:end], list(_marks(errors, start, end)), width)
            yield from _elsewhere(errors, document, spans[name], (start, end), width)
        else:
            yield from _offsets(errors, width)


def _listed(errors: Sequence[Error], width: int) -> Iterator[Text]:
    """The kinds and types of a sentence's errors, wrapped."""
    line = ""
    for error in errors:
        told = plain(f"{error.kind}: {error.type}")
        if line and columns(line) + 2 + columns(told) > width:
            yield Text(line + ";")
            line = ""
        line = f"{line}; {told}" if line else cut(told, width)
    yield Text(line)


def _sides(error: Error) -> Iterator[tuple[Side, Label]]:
    yield from (("gold", label) for label in error.gold)
    yield from (("found", label) for label in error.predicted)


def told(label: Label) -> str:
    """A label in words: its type, its role, and what the error is about."""
    name = f"{label.role} of {label.type}" if label.role else label.type
    more = (label.realis, label.value, f"={label.identity}" if label.identity is not None else None)
    return " ".join([name, *(part for part in more if part)])


def _marks(errors: Sequence[Error], start: int, end: int) -> Iterator[Mark]:
    """The labels that stand in a sentence at least in part, each once."""
    found: dict[Mark, None] = {}
    for error in errors:
        for side, label in _sides(error):
            if label.start is not None and label.end is not None and label.start < end and label.end > start:
                name = told(label) if label.value or error.kind != "wrong value" else f"{label.type} (no value)"
                mark = Mark(side, max(0, label.start - start), min(end, label.end) - start, name)
                found[mark] = None
    yield from found


def sentence_lines(text: str, marks: Sequence[Mark], width: int) -> Iterator[Text]:
    """A sentence in lines, with the marks of the gold labels above each line and those of the predicted ones below.

    Parameters
    ----------
    text
        The sentence.
    marks
        Its labels.
    width
        Columns there are, the margin included.
    """
    shown = glyphs(text)
    room = max(width - MARGIN, 10)
    begun: set[Mark] = set()
    for low, high in rows(shown, room):
        at = [0]
        for _, size in shown[low:high]:
            at.append(at[-1] + size)
        bars: dict[Side, list[tuple[int, int, str]]] = {"gold": [], "found": []}
        for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.name)):
            first, last = max(mark.start, low), min(mark.end, high)
            if first < last:
                left = min(at[first - low], room - 1)
                bars[mark.side].append((left, max(1, min(at[last - low], room) - left), "" if mark in begun else mark.name))
                begun.add(mark)
        lanes = {side: _lanes(found, room) for side, found in bars.items()}
        yield from (_line("gold" if n == 0 else "", lane, "gold") for n, lane in enumerate(reversed(lanes["gold"])))
        yield _line("", "".join(glyph for glyph, _ in shown[low:high]).rstrip(" "), "")
        yield from (_line("found" if n == 0 else "", lane, "found") for n, lane in enumerate(lanes["found"]))


def _lanes(bars: Sequence[tuple[int, int, str]], room: int) -> list[str]:
    """Lines of bars, each with its name beside it, as many as are needed so that none touches another."""
    lanes: list[list[tuple[int, str]]] = []  # of each line what stands where, from left to right
    for left, size, name in bars:
        place, what = _beside(left, size, name, room)
        end = place + columns(what)
        for lane in lanes:
            if all(end < other or place > other + columns(words) for other, words in lane):
                lane.append((place, what))
                break
        else:
            lanes.append([(place, what)])
    found = []
    for lane in lanes:
        line, used = "", 0
        for place, what in sorted(lane):
            line += " " * (place - used) + what
            used = place + columns(what)
        found.append(line)
    return found


def _beside(left: int, size: int, name: str, room: int) -> tuple[int, str]:
    """A bar with its name to the right, or to the left, or inside, or cut: where it begins, and what it is."""
    bar = "─" * size
    after, before, wide = room - left - size - 1, left - 1, columns(name)
    if not name:
        return left, bar
    if wide <= after:
        return left, f"{bar} {plain(name)}"
    if wide <= before:
        return left - wide - 1, f"{plain(name)} {bar}"
    if max(after, before) >= max(size - 2, 3):
        words = cut(name, max(after, before))
        return (left, f"{bar} {words}") if after >= before else (left - columns(words) - 1, f"{words} {bar}")
    words = cut(name, max(size - 2, 0))
    return left, ("─" + words + "─" * (size - 1 - columns(words)))[: max(size, 1)] if words else bar


def _line(margin: str, line: str, side: str) -> Text:
    return Text.assemble((f"{margin:{MARGIN}}", "dim" if margin else ""), (line, STYLES.get(side, ""))) if line else Text()


def _elsewhere(errors: Sequence[Error], document: Document, spans: Sequence[Span], here: Span, width: int) -> Iterator[Text]:
    """The labels of these errors that stand in other sentences, in words."""
    lines: dict[str, str] = {}
    for error in errors:
        for side, label in _sides(error):
            if label.start is None or label.end is None:
                continue
            if label.end <= here[0] or label.start >= here[1]:
                number = next((n for n, (low, high) in enumerate(spans) if low <= label.start < high), None)
                where = f"in sentence {number + 1}" if number is not None else "outside the sentences"
                words = (document.text or "")[label.start : label.end]
                lines[f"{side:{MARGIN}}{told(label)} “{words}” {where}"] = side
    yield from (Text(cut(line, width), style=STYLES[side]) for line, side in lines.items())


def _offsets(errors: Sequence[Error], width: int) -> Iterator[Text]:
    """Labels without a text to show them in: offsets, or the string of an invented one."""
    for error in errors:
        for side, label in _sides(error):
            where = f"[{label.start}, {label.end})" if label.start is not None else f"“{label.text or ''}”"
            yield Text(cut(f"{side:{MARGIN}}{told(label)} {where}", width), style=STYLES[side])


def _encodable(line: Text) -> Text:
    """The line, with hyphens for bars where standard output cannot say these."""
    if (sys.stdout.encoding or "utf-8").casefold().startswith("utf"):
        return line
    return Text(line.plain.replace("─", "-").replace("…", "~"), spans=line.spans, style=line.style)


__all__ = ["Mark", "drawn", "print_errors", "sentence_lines", "told"]
