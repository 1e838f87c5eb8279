"""JSON and TOML from outside as values: by parsers that run nothing, with bounded size and depth."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from benchmark import limits
from benchmark.problems import BadInput, Problem, read_text

_T = TypeVar("_T")


def decode_json(
    data: bytes, kind: type[_T], name: str, expected: str, line: int = 0, loose: Callable[[_T], Any] = msgspec.to_builtins
) -> _T:
    """A JSON document as a value of the given kind.

    Parameters
    ----------
    data, name
        The bytes, and what they are called in messages.
    expected
        What they should be, and what to do where they are not: ``a run's description; remove the folder``.
    line
        The line of the file that they are; 0: the file as a whole.
    loose
        The parts of the value whose form its type does not fix, which may be nested without end; by default all of it.

    Raises
    ------
    BadInput
        Where they are not that, or nested deeper than :data:`benchmark.limits.DEPTH`.
    """
    try:
        value = msgspec.json.decode(data, type=kind)
        deep = limits.depth(value if isinstance(value, dict) else loose(value)) > limits.DEPTH
    except RecursionError:
        deep = True
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(Problem(name, line, f"not {expected} ({error})")) from None
    if deep:
        raise BadInput(Problem(name, line, limits.too_deep()))
    return value


def decode_lines(lines: Iterable[bytes], kind: type[_T], name: str, expected: str) -> Iterator[tuple[int, _T]]:
    """JSON Lines as values of one kind, with the numbers of the lines, from 1; empty lines are passed over.

    Parameters
    ----------
    lines
        As :func:`lines_of` gives them: of one that is too long only so much that it is seen here.
    kind, name, expected
        As for :func:`decode_json`.

    Raises
    ------
    BadInput
        For a line that is not of the kind, nested too deep, or of more than :data:`benchmark.limits.LINE` bytes.
    """
    for number, line in enumerate(lines, 1):
        if len(line) > limits.LINE:
            raise BadInput(Problem(name, number, limits.too_large("the line", limits.LINE)))
        if line.strip():
            yield number, decode_json(line, kind, name, expected, number)


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file without their ends; of one that is too long only so much that its reader sees it."""
    while line := file.readline(limits.LINE + 1):
        rest = line
        while len(rest) > limits.LINE and not rest.endswith(b"\n"):
            rest = file.readline(limits.LINE + 1)
        yield line.rstrip(b"\n")


def repeated_key(data: bytes) -> str | None:
    """A key that stands twice in one object of a JSON document that is known to be valid; None where there is none.

    Of two values that are said of one thing a reader would drop one, and another reader the other.
    """
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            found.append(Counter(key for key, _ in pairs).most_common(1)[0][0])

    json.loads(data, object_pairs_hook=look)
    return found[0] if found else None


def read_toml(path: Path, kind: type[_T]) -> _T:
    """A TOML file as a struct of the given kind; :class:`BadInput` with file and line where it is not one."""
    text = read_text(path, limits.TOML)
    try:
        content: dict[str, Any] = tomllib.loads(text)
        if limits.depth(content) > limits.DEPTH:
            raise RecursionError
        return msgspec.convert(content, kind)
    except RecursionError:
        raise BadInput(Problem(str(path), 0, limits.too_deep())) from None
    except msgspec.ValidationError as error:
        raise BadInput(Problem(str(path), 0, f"{error}; see the other entries of the file for the form")) from None
    except ValueError as error:  # tomllib's own, and that of a number with thousands of digits
        line = int(m[1]) if (m := re.search(r"at line (\d+)", str(error))) else 0
        raise BadInput(Problem(str(path), line, f"not TOML: {error}; mend it")) from None


__all__ = ["decode_json", "decode_lines", "lines_of", "read_toml", "repeated_key"]
