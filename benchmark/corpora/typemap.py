"""The file of ``--types``: which gold types the labels of a corpus cover, in place of the map that comes with the benchmark.

::

    [mentions]
    person = "PER"                       # one gold type
    location = ["GPE", "LOC", "FAC"]     # several: compared as one class
    product = ""                         # none: left out of comparisons
    [events]
    "Conflict.Attack.Unspecified" = ["Conflict.Battle", "Conflict.AirStrike"]
    [roles]
    Killer = "Agent"

A table that is not given keeps the map that comes with the benchmark.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark import limits
from benchmark.decoding import read_toml
from benchmark.inventory import Inventory
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schemes import Covering

TABLES = ("mentions", "events", "roles")


class TypeMap(Struct, frozen=True):
    """What the labels of a corpus cover; None for a table that the file has not."""

    name: str
    mentions: Covering | None = None
    events: Covering | None = None
    roles: Covering | None = None


def load(path: Path, inventory: Inventory) -> TypeMap:
    """The map in a file.

    Raises
    ------
    BadInput
        Where the file is missing or not TOML, has a table, a gold type or a value that there is not; names file and line, and all of them.
    """
    content = read_toml(path, dict[str, Any])
    lines = _lines(read_text(path, limits.TOML))
    problems: list[Problem] = []
    for name, table in content.items():
        if name not in TABLES or not isinstance(table, dict):
            reason = f"unknown key {name!r}; a map has the tables {', '.join(f'[{t}]' for t in TABLES)}"
            problems.append(Problem(str(path), lines.get(name, 0), reason))
    known: dict[str, list[str]] = {"mentions": [*inventory.mentions], "events": [*inventory.events], "roles": [*inventory.roles]}
    found: dict[str, Covering] = {}
    for name in TABLES:
        table = content.get(name)
        if isinstance(table, dict):
            found[name] = {}
            for label, value in table.items():
                covered = _covered(value)
                problem = _problem(label, value, covered, known[name])
                if problem:
                    problems.append(Problem(str(path), lines.get(label, 0), f"[{name}] {problem}"))
                found[name][label] = covered or ()
    if not problems and not found:
        problems.append(Problem(str(path), 0, "no table; give [mentions], [events] or [roles] (see docs/CORPORA.md)"))
    if len(problems) > limits.FAULTS:
        problems[limits.FAULTS :] = [Problem(str(path), 0, f"and {len(problems) - limits.FAULTS} faults more")]
    if problems:
        raise BadInput(problems)
    return TypeMap(path.stem, **found)


def _covered(value: object) -> tuple[str, ...] | None:
    """The gold types of a value; None where it is neither a string nor a list of strings."""
    values = value if isinstance(value, list) else [value]
    strings = [v for v in values if isinstance(v, str)]
    return tuple(filter(None, strings)) if len(strings) == len(values) else None


def _problem(label: str, value: object, covered: tuple[str, ...] | None, known: Collection[str]) -> str:
    if covered is None:
        kind = "a table (quote a label that has dots in it)" if isinstance(value, dict) else repr(value)
        return f'{label} is {kind}; give a gold type, a list of gold types, or "" to leave it out'
    if wrong := [kind for kind in covered if kind not in known]:
        return f"{label}: there is no gold type {wrong[0]!r}; there are {', '.join(known)}"
    return ""


_KEY = re.compile(r"\s*+\[?[ \t]*+(?:\"([^\"]*)\"|'([^']*)'|([\w-]+))[ \t]*[]=.]")


def _lines(text: str) -> dict[str, int]:
    """The first line on which each key stands, from 1; keys that are written with escapes are left out."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := _KEY.match(line):
            found.setdefault(next(key for key in match.groups() if key is not None), number)
    return found


__all__ = ["TABLES", "TypeMap", "load"]
