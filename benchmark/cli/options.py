"""Options and printing that the commands share."""

from __future__ import annotations

import json
import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.paths import root

if TYPE_CHECKING:
    from benchmark.gold import Edition, GoldSet


class EditionChoice(StrEnum):
    """Which texts."""

    source = "source"
    retold = "retold"
    all = "all"


class Kind(StrEnum):
    """Kinds of scaffold."""

    rules = "rules"
    spacy = "spacy"
    transformers = "transformers"
    llm = "llm"
    trained = "trained"
    command = "command"


class Listing(StrEnum):
    """What `list` lists."""

    models = "models"
    runs = "runs"
    metrics = "metrics"
    schemes = "schemes"
    articles = "articles"


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
EditionOption = Annotated[EditionChoice, typer.Option("--edition", help="Source articles, their retold editions, or all.")]


_BEYOND = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")  # what terminals heed; JSON escapes those below itself


def gold_set() -> GoldSet:
    """The gold set of the benchmark's folder."""
    from benchmark.gold import GoldSet

    return GoldSet(root() / "gold")


def note(line: str) -> None:
    """Something that the user should know, on standard error."""
    print(f"note: {shown(line)}", file=sys.stderr)


def shown(text: object, lines: bool = True) -> str:
    """A text for the terminal: without control characters, and without keys of the environment."""
    from benchmark.redaction import hidden
    from benchmark.report.plain import visible

    return visible(hidden(str(text)), lines)


def editions(choice: EditionChoice) -> tuple[Edition, ...]:
    """The editions of a choice."""
    return ("source", "retold") if choice is EditionChoice.all else (choice.value,)  # type: ignore[return-value]  # an enum of these


def edition_of(document: str) -> str:
    """The edition of a gold document."""
    from benchmark.gold import edition

    return edition(document)


def is_of(document: str, choice: EditionChoice) -> bool:
    """Whether a gold document is of the chosen edition."""
    return choice is EditionChoice.all or edition_of(document) == choice.value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    from benchmark.formats.jsonl import dumps

    print(_BEYOND.sub(lambda match: json.dumps(match[0])[1:-1], dumps(value)))


def print_rows(rows: list[dict[str, Any]]) -> None:
    """Rows as a table for people."""
    from benchmark.report.plain import table

    columns = list(dict.fromkeys(name for row in rows for name in row))
    print(table(columns, [[_cell(row.get(name)) for name in columns] for row in rows]))


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else json.dumps(value) if isinstance(value, dict) else value


def print_listing(what: Listing, as_json: bool) -> None:
    """One of the lists, as a table or JSON."""
    from benchmark import listings

    rows = getattr(listings, what.value)(root())
    if as_json:
        print_json(rows)
    else:
        print_rows(rows)
