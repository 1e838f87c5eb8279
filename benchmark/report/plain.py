"""Tables of plain text, for what must be quick to print."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

WIDEST = 30  # characters of a column; longer cells are wrapped


def table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns as wide as their widest cell; cells longer than :data:`WIDEST` are wrapped. Narrowed to the terminal where it can be."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
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
