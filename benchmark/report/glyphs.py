"""Text as it stands in a terminal: what each character shows as, and how many columns it takes.

Texts and names come from anywhere. What could move the cursor, change colours or turn the order of a line around is replaced by a
visible sign, and what terminals draw differently wide (joined emoji, variation selectors) by what they all draw alike, so that marks
stand under what they mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.cells import get_character_cell_size

Glyph = tuple[str, int]  # what is shown, and its columns

STRANGE = "\ufffd"
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VARIANTS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x1F3FB, 0x1F3FF), (0x180B, 0x180F))  # selectors, and skin tones of emoji
_REGIONAL = 0x1F1E6  # regional indicator A: two of them are a flag, or two letters
_CONTROLS = 0x2400  # signs that show control characters


def glyph(character: str) -> Glyph:
    """What one character of a text shows as; combining marks take no column and stay with the character before them."""
    number = ord(character)
    if 0x20 <= number < 0x7F:
        return character, 1
    kind = unicodedata.category(character)
    if character in "\t\n\r" or kind in ("Zs", "Zl", "Zp"):
        return " ", 1
    if number < 0x20 or number == 0x7F:
        return chr(_CONTROLS + (number if number < 0x20 else 0x21)), 1
    if character in _BIDIRECTIONAL or kind in ("Cc", "Cs", "Co", "Cn"):  # unassigned ones may be of any width
        return STRANGE, 1
    if kind == "Cf" or any(low <= number <= high for low, high in _VARIANTS):
        return "", 0
    if _REGIONAL <= number < _REGIONAL + 26:
        return chr(ord("A") + number - _REGIONAL), 1
    return character, get_character_cell_size(character)


def glyphs(text: str) -> list[Glyph]:
    """What each character of a text shows as; a combining mark at the beginning gets a circle to stand on."""
    found = [glyph(character) for character in text]
    if found and found[0][0] and found[0][1] == 0:
        found[0] = ("\u25cc" + found[0][0], 1)
    return found


def plain(text: str) -> str:
    """A text that can be printed anywhere."""
    return "".join(shown for shown, _ in glyphs(text))


def columns(text: str) -> int:
    """The columns of a text as :func:`plain` shows it."""
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
        if used + width > room and shown != " ":  # a space may hang over the end: it shows nothing there
            end = after_space if after_space > start else n
            found.append((start, end))
            start, used = end, sum(w for _, w in text[end:n])
        used += width
        if shown == " ":
            after_space = n + 1
    return [*found, (start, len(text))] if start < len(text) else found


__all__ = ["Glyph", "columns", "cut", "glyph", "glyphs", "plain", "rows"]
