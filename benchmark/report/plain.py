"""Text from outside as a terminal may show it, and tables of it for what must be quick to print."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any


def plain(text: str, lines: bool = False) -> str:
    """A text from outside as it may be shown on a terminal: it can neither move the cursor nor turn the order of a line around.

    What it holds of these shows as a sign, white space as blanks, and marks that join or vary the characters beside them not at all. A
    combining mark at the beginning gets a circle to stand on.

    Parameters
    ----------
    lines
        Whether it may have lines and tabs; it is then a part of something larger, and gets no circle.
    """
    if text.isascii() and text.isprintable():
        return text
    if lines:
        return "".join(c if c in "\n\t" else sign(c) for c in text)
    return (CIRCLE if combines(text[:1]) else "") + "".join(map(sign, text))


@lru_cache(maxsize=4096)
def sign(character: str) -> str:
    """What one character shows as; nothing for those that only join or vary others."""
    number, kind = ord(character), unicodedata.category(character)
    if 0x20 <= number < 0x7F:
        return character
    if character in "\t\n\r" or kind in ("Zs", "Zl", "Zp"):
        return " "
    if number < 0x20 or number == 0x7F:
        return chr(_CONTROLS + (number if number < 0x20 else 0x21))
    if character in _BIDIRECTIONAL or kind in ("Cc", "Cs", "Co", "Cn"):  # unassigned ones may be of any width
        return STRANGE
    if kind == "Cf" or any(low <= number <= high for low, high in _VARIANTS):
        return ""
    return chr(ord("A") + number - _REGIONAL) if _REGIONAL <= number < _REGIONAL + 26 else character


def combines(character: str) -> bool:
    """Whether a character is drawn over the one before it, and takes no column of its own."""
    if character.isascii() or not sign(character):
        return False
    from rich.cells import get_character_cell_size  # rarely needed, and this must be quick

    return get_character_cell_size(sign(character)) == 0


CIRCLE, STRANGE = "\u25cc", "\ufffd"
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_VARIANTS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x1F3FB, 0x1F3FF), (0x180B, 0x180F))  # selectors, and skin tones of emoji
_REGIONAL = 0x1F1E6  # regional indicator A: two of them are a flag, or two letters
_CONTROLS = 0x2400  # signs that show control characters
WIDEST = 30  # characters of a column; longer cells are wrapped


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; cells longer than :data:`WIDEST` are wrapped. Narrowed to the terminal where it can be."""
    cells = [["" if cell is None else plain(str(cell), lines=True) for cell in row] for row in rows]
    room = shutil.get_terminal_size((100, 24)).columns
    widths = [min(WIDEST, max(map(len, column))) for column in zip(columns, *cells, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > room and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    lines = [_line([[name] for name in columns], widths), _line([["-" * width] for width in widths], widths)]
    lines += [_line([textwrap.wrap(c, w) or [""] for c, w in zip(row, widths, strict=True)], widths) for row in cells]
    return "\n".join(lines)


def _line(parts: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    height = max(map(len, parts), default=0)
    rows = [[part[n] if n < len(part) else "" for part in parts] for n in range(height)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


__all__ = ["CIRCLE", "WIDEST", "combines", "plain", "sign", "table"]
