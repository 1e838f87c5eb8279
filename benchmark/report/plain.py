"""Tables of plain text, for what must be quick to print."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any


def visible(text: str, lines: bool = False) -> str:
    """A text from outside as it may be shown on a terminal: with signs for control and direction characters, it can forge nothing.

    Parameters
    ----------
    lines
        Whether it may have lines and tabs.
    """
    return (_CONTROLS if lines else _CONTROLS_AND_LINES).sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


_HIGH = "\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f"
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f{_HIGH}]")
_CONTROLS_AND_LINES = re.compile(f"[\x00-\x1f{_HIGH}]")
WIDEST = 30  # characters of a column; longer cells are wrapped


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; cells longer than :data:`WIDEST` are wrapped. Narrowed to the terminal where it can be."""
    cells = [["" if cell is None else visible(str(cell), lines=True) for cell in row] for row in rows]
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
