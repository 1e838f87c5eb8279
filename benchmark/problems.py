"""What is wrong with an input, said so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from benchmark import limits


class Problem(NamedTuple):
    """One fault in one place. ``line`` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.reason}" if where else self.reason


class BadInput(Exception):
    """Wrong use or bad input: the command line prints it without a traceback and exits with status 2."""

    def __init__(self, problems: str | Problem | Iterable[Problem]):
        if isinstance(problems, str):
            problems = Problem("", 0, problems)
        self.problems: list[Problem] = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_text(path: Path, most: int = limits.FILE) -> str:
    """The text of a UTF-8 file with its line ends as they are.

    Raises
    ------
    BadInput
        Where the file is missing, a directory, unreadable, larger than `most` bytes or not UTF-8; says which and what to do.
    """
    return decode_text(read_bytes(path, most), str(path))


def read_bytes(path: Path, most: int = limits.FILE) -> bytes:
    """The content of a file of at most so many bytes; :class:`BadInput` as of :func:`read_text`."""
    try:
        with path.open("rb") as file:  # not read_bytes(): a device has no end
            data = file.read(most + 1)
    except FileNotFoundError:
        raise BadInput(Problem(str(path), 0, "there is no such file; check the path")) from None
    except IsADirectoryError:
        raise BadInput(Problem(str(path), 0, "this is a directory where a file is expected")) from None
    except OSError as error:
        raise BadInput(Problem(str(path), 0, f"cannot be read ({error.strerror}); check its permissions")) from None
    except ValueError:
        raise BadInput(f"path {str(path)!a} holds a NUL character; check it") from None
    if len(data) > most:
        raise BadInput(Problem(str(path), 0, limits.too_large("the file", most)))
    return data


def decode_text(data: bytes, name: str) -> str:
    """UTF-8 bytes as text; a byte order mark is refused, since it would shift every offset by one.

    Raises
    ------
    BadInput
        Where it is not UTF-8, or begins with such a mark.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"not UTF-8 (byte 0x{data[error.start]:02x} at position {error.start}); convert it to UTF-8"
        raise BadInput(Problem(name, line, reason)) from None
    if text.startswith("\ufeff"):
        raise BadInput(Problem(name, 1, "starts with a byte order mark, which shifts offsets; save it as UTF-8 without BOM"))
    return text
