"""Options and printing that the commands share."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.paths import root
from benchmark.problems import BadInput

if TYPE_CHECKING:
    from benchmark.corpus import Corpus, Edition
    from benchmark.extraction.cluster import Cluster
    from benchmark.gold import GoldSet
    from benchmark.schema import Document


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


class EngineChoice(StrEnum):
    """What does the work."""

    local = "local"
    ray = "ray"


class Listing(StrEnum):
    """What `list` lists."""

    models = "models"
    runs = "runs"
    metrics = "metrics"
    schemes = "schemes"
    articles = "articles"


FORM = "gold, jsonl:FILE, brat:FOLDER, iob2:FILE, wikievents:FILE, re3d:FOLDER, hf:NAME_OR_PATH[:split]"  # importing it costs numpy
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output and nothing else.")]
EditionOption = Annotated[EditionChoice, typer.Option("--edition", help="Source articles, their retold editions, or all.")]

EngineOption = Annotated[EngineChoice, typer.Option("--engine", help="Processes of this machine, or the actors of a Ray cluster.")]
Address = Annotated[
    str | None, typer.Option("--address", help="ray: a running cluster: auto or HOST:PORT (default: one for this command).")
]
Actors = Annotated[int, typer.Option("--actors", min=1, help="ray: how many actors; each loads the model once.")]
Cpus = Annotated[float, typer.Option("--cpus", min=0, help="ray: CPUs that an actor reserves.")]
Gpus = Annotated[float, typer.Option("--gpus", min=0, help="ray: GPUs that an actor reserves; fractions share one.")]


def cluster(engine: EngineChoice, address: str | None, actors: int, cpus: float, gpus: float) -> Cluster | None:
    """The Ray engine, if it is chosen; :class:`BadInput` where ray is missing."""
    if engine is EngineChoice.local:
        return None
    from benchmark.extraction.cluster import Cluster

    return Cluster(address, actors, cpus, gpus)


_BEYOND = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")  # what terminals heed; JSON escapes those below itself


def gold_set() -> GoldSet:
    """The gold set of the benchmark's folder."""
    from benchmark.gold import GoldSet

    return GoldSet(root() / "gold")


CorpusOption = Annotated[
    str,
    typer.Option("--corpus", help=f"Which labelled texts: {FORM} (?option=value behind it; docs/CORPORA.md)."),
]
TypesOption = Annotated[
    Path | None, typer.Option("--types", help="A TOML file that maps the corpus' labels to gold types (docs/CORPORA.md).")
]


def corpus_of(spec: str | None = None, types: Path | None = None) -> Corpus:
    """The corpus that a command works on: ``gold`` (or None), or any other that ``--corpus`` names, mapped by ``--types``."""
    from benchmark.corpora.opening import open_corpus

    return open_corpus(spec, types, root() / "gold")


def chosen_documents(corpus: Corpus, documents: Sequence[Document], choice: EditionChoice) -> list[Document]:
    """The documents of an edition; :class:`BadInput` where a corpus without editions is asked for one, or there is none."""
    if not corpus.gold and choice is not EditionChoice.all:
        raise BadInput(f"--edition {choice.value}: only the gold set has editions, {corpus.name} has none; leave the option out")
    chosen = [d for d in documents if is_of(d.id, choice)] if corpus.gold else list(documents)
    if not chosen:
        raise BadInput(f"no {choice.value} text to run on; add your copies with `python -m benchmark articles add DIR`")
    return chosen


def one_thread() -> None:
    """Have numpy, which is not imported yet, multiply in one thread: of products as small as ours several only wait for each other."""
    for library in ("OPENBLAS", "MKL", "VECLIB", "OMP"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def note(line: str) -> None:
    """Something that the user should know, on standard error."""
    print(f"note: {shown(line)}", file=sys.stderr)


def shown(text: object, lines: bool = True) -> str:
    """A text for the terminal: without control characters, and without keys of the environment."""
    from benchmark.redaction import hidden
    from benchmark.report.plain import plain

    return plain(hidden(str(text)), lines)


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
