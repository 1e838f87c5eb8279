"""``report``: stored runs as a table, a file, a page that people open, or plots."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmark.cli.options import CorpusOption, Json, TypesOption, corpus_of, edition_of, note, one_thread, shown
from benchmark.paths import root, write_atomically
from benchmark.problems import BadInput

if TYPE_CHECKING:
    from benchmark.corpus import Corpus


class Format(StrEnum):
    """Formats of the leaderboard."""

    md = "md"
    csv = "csv"
    latex = "latex"
    json = "json"


def report(
    format_: Annotated[Format | None, typer.Option("--format", help="Markdown, CSV, LaTeX (booktabs) or JSON.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file instead of standard output.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page: one file that needs no network.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    with_text: Annotated[
        bool, typer.Option("--with-text", help="Show source articles from your copies; the page is then yours alone.")
    ] = False,
    plots: Annotated[Path | None, typer.Option(help="Write the plots to this folder, as SVG and PNG.")] = None,
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    as_json: Json = False,
) -> None:
    """Report the stored runs: who is better and is it sure, on what, and the sentences.

    A table on the terminal; or Markdown, CSV, LaTeX or JSON; or a page; or plots.

    Example: python -m benchmark report --html results/index.html --open

    Example: python -m benchmark report --format latex --out leaderboard.tex
    """
    if as_json and format_ not in (None, Format.json):
        raise BadInput(f"--json and --format {format_.value} are two formats; choose one")
    chosen = Format.json if as_json else format_
    if out is not None and chosen is None:
        raise BadInput(f"--out {out}: say in which --format: {', '.join(Format)}")
    if (open_ or with_text) and html is None:
        raise BadInput("--open and --with-text are of the page: give --html FILE, too")
    one_thread()
    labels = corpus_of(corpus, types)
    folder = results or root() / "results"
    if html is not None or plots is not None:
        _draw(folder, labels, html, open_, with_text, plots, _say if chosen is None else note)
    if chosen is not None or (html is None and plots is None):
        _tell(folder, labels, chosen, out)


def _tell(results: Path, labels: Corpus, chosen: Format | None, out: Path | None) -> None:
    """The leaderboard, as a table or in a format."""
    from benchmark.standings import stored_tables

    tables = stored_tables(results, labels)
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


def _say(line: str) -> None:
    print(shown(line))


def _draw(
    results: Path, labels: Corpus, html: Path | None, show: bool, with_text: bool, plots: Path | None, told: Callable[[str], object]
) -> None:
    """The page and the plots."""
    from benchmark.standings import standings

    runs = standings(results, ["all"], labels)
    if html is not None:
        from benchmark.report.html import page

        content = page(runs, labels, with_text, note)
        write_atomically(html, content)
        told(f"wrote {html} ({len(content.encode()) / 1e6:.1f} MB, {len(runs)} models)")
    if plots is not None:
        from benchmark.report.plots import write

        for path in write(plots, runs, labels, note):
            told(f"wrote {path}")
    if show and html is not None:
        import webbrowser

        webbrowser.open(html.resolve().as_uri())


__all__ = ["report"]
