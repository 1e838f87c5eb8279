"""``errors``: what a stored run got wrong, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.options import (
    CorpusOption,
    EditionChoice,
    EditionOption,
    Json,
    TypesOption,
    corpus_of,
    is_of,
    note,
    one_thread,
    print_json,
)
from benchmark.paths import root
from benchmark.problems import BadInput

SHOWN = 20


def errors(
    model: Annotated[str, typer.Argument(help="A model, or the folder of a run; see `list runs`.")],
    kind: Annotated[list[str] | None, typer.Option(help="A kind of error, such as missed or wrong-role; may be given again.")] = None,
    type_: Annotated[list[str] | None, typer.Option("--type", help="A type or role, on either side; may be given again.")] = None,
    edition: EditionOption = EditionChoice.all,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    article: Annotated[list[str] | None, typer.Option(help="A story of `list articles`; may be given again.")] = None,
    limit: Annotated[int | None, typer.Option(min=0, help=f"Errors shown (default: {SHOWN}, with --json all); 0: all.")] = None,
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    as_json: Json = False,
) -> None:
    """Show what a stored run got wrong: counts by kind and type, then the sentences, gold marked above and the prediction below.

    Kinds: missed, spurious, boundary, type, boundary-and-type; missed-trigger, spurious-trigger, trigger-boundary, wrong-trigger-type,
    trigger-boundary-and-type; missed-argument, wrong-role, spurious-argument; wrong-realis, wrong-value, split-identity,
    merged-identity, invented-string.

    Example: python -m benchmark errors crf --kind type --kind boundary --edition retold
    """
    one_thread()
    from benchmark import browsing

    labels = corpus_of(corpus, types)
    if not labels.gold and edition is not EditionChoice.all:
        raise BadInput(f"--edition {edition.value}: only the gold set has editions, {labels.name} has none; leave the option out")
    wanted = (model, kind or (), type_ or (), article or ())
    found = browsing.browse(labels, results or root() / "results", *wanted, lambda name: not labels.gold or is_of(name, edition), note)
    if as_json:
        print_json(found.to_dict(limit or None))
    else:
        from benchmark.report.errors import print_errors
        from benchmark.report.terminal import console

        print_errors(found.errors, found.documents, SHOWN if limit is None else limit or None)
        console().print(f"\n{len(found.documents)} texts; {found.signature}", markup=False, soft_wrap=True)


__all__ = ["errors"]
