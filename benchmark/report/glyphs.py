"""Text as it stands in a terminal: what each character shows as, and how many columns it takes.

Texts and names come from anywhere. What could move the cursor, change colours or turn the order of a line around is replaced by a
visible sign, and what terminals draw differently wide (joined emoji, variation selectors) by what they all draw alike, so that marks
stand under what they mark.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import get_character_cell_size

from benchmark.report.plain import CIRCLE, combines, sign

Glyph = tuple[str, int]  # what is shown, and its columns


def glyph(character: str) -> Glyph:
    """What one character of a text shows as; combining marks take no column and stay with the character before them."""
    shown = sign(character)
    return shown, get_character_cell_size(shown) if shown else 0


def glyphs(text: str) -> list[Glyph]:
    """What each character of a text shows as; a combining mark at the beginning gets a circle to stand on."""
    found = [glyph(character) for character in text]
    if combines(text[:1]):
        found[0] = (CIRCLE + found[0][0], 1)
    return found


def columns(text: str) -> int:
    """The columns of a text as :func:`benchmark.report.plain.plain` shows it."""
    return sum(width for _, width in glyphs(text))


def cut(text: str, room: int) -> str:
    """A plain text in at most so many columns, with an ellipsis where it is cut."""
    found = glyphs(text)
    if sum(width for _, width in found) <= room:
        return "".join(shown for shown, _ in found)
    kept, used = "", 0
    for shown, width in found:
        if used + width > room - 1:
            break
        kept, used = kept + shown, used + width
    return kept + "…" if room > 0 else ""


def rows(text: Sequence[Glyph], room: int) -> list[tuple[int, int]]:
    """The lines of a text, broken after spaces where there are any.

    Parameters
    ----------
    text
        Its characters as they show.
    room
        Columns of a line.

    Returns
    -------
    list of (start, end)
        Half-open ranges of the glyphs on each line.
    """
    found: list[tuple[int, int]] = []
    start = used = 0
    after_space = 0
    for n, (shown, width) in enumerate(text):
        while used + width > room and shown != " " and start < n:  # a space may hang over the end: it shows nothing there
            end = after_space if after_space > start else n
            found.append((start, end))
            start, used = end, sum(w for _, w in text[end:n])
        used += width
        if shown == " ":
            after_space = n + 1
    return [*found, (start, len(text))] if start < len(text) else found


__all__ = ["Glyph", "columns", "cut", "glyph", "glyphs", "rows"]
