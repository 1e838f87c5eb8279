"""``report``: the leaderboard of the stored runs, on the terminal or in a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.options import CorpusOption, Json, TypesOption, corpus_of, edition_of
from benchmark.paths import root, write_atomically
from benchmark.problems import BadInput


class Format(StrEnum):
    """Formats of the leaderboard."""

    md = "md"
    csv = "csv"
    latex = "latex"
    json = "json"


def report(
    format_: Annotated[Format | None, typer.Option("--format", help="Markdown, CSV, LaTeX (booktabs) or JSON.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of standard output.")] = None,
    # further outputs (a page, plots) are further options here, each with a branch below
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    as_json: Json = False,
) -> None:
    """Report the stored runs: the leaderboard as a table, or as Markdown, CSV, LaTeX or JSON.

    Example: python -m benchmark report --format latex --out leaderboard.tex
    """
    from benchmark.standings import stored_tables

    if as_json and format_ not in (None, Format.json):
        raise BadInput(f"--json and --format {format_.value} are two formats; choose one")
    chosen = Format.json if as_json else format_
    if out is not None and chosen is None:
        raise BadInput(f"--out {out}: say in which --format: {', '.join(Format)}")
    labels = corpus_of(corpus, types)
    tables = stored_tables(results or root() / "results", labels)
    if chosen is not None:
        from benchmark.report import export

        content = export.FORMATS[chosen.value](export.ranked(tables))
        if out is None:
            print(content, end="")
        else:
            write_atomically(out, content)
    else:
        from benchmark.report import leaderboard

        for table in tables:
            editions = list(dict.fromkeys(edition_of(name) for name in table.documents)) if labels.gold else [f"corpus {labels.name}"]
            leaderboard.print_results([table.results], len(table.documents), editions)


__all__ = ["report"]
