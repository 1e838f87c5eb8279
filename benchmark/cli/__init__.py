"""The command line: parsing only. What is heavy is imported inside the commands."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.compare import compare
from benchmark.cli.gold import articles_app, gold_app
from benchmark.cli.options import (
    EditionChoice,
    EditionOption,
    Json,
    Kind,
    Listing,
    edition_of,
    editions,
    gold_set,
    is_of,
    note,
    print_json,
    print_listing,
    shown,
)
from benchmark.paths import root
from benchmark.problems import BadInput


class Match(StrEnum):
    """The schemas of SemEval-2013."""

    strict = "strict"
    exact = "exact"
    partial = "partial"
    type = "type"


class Interval(StrEnum):
    """Kinds of bootstrap interval."""

    bca = "bca"
    percentile = "percentile"


app = typer.Typer(
    help="The benchmark for entity and event extraction from news.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: importing what draws boxes takes longer than everything else together
)
app.add_typer(gold_app, name="gold")
app.add_typer(articles_app, name="articles")
app.command()(compare)


@app.command()
def run(
    models: Annotated[list[str] | None, typer.Argument(help="Names, paths or module:Class; none or 'all': every model.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE or MODEL.KEY=VALUE: a model's parameter.")] = None,
    edition: EditionOption = EditionChoice.all,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds an article may take.")] = 300.0,
    load_timeout: Annotated[float, typer.Option(min=0.001, help="Seconds loading and training may take.")] = 3600.0,
    force: Annotated[bool, typer.Option("--force", help="Do finished articles again.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do failed articles again.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of whatever is random.")] = 0,
    max_cost: Annotated[float | None, typer.Option(min=0, help="Most USD a model may spend (its parameter max_cost).")] = None,
    scheme: Annotated[str | None, typer.Option(help="One table on a label scheme that all share: 'shared', or a scheme's name.")] = None,
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    as_json: Json = False,
) -> None:
    """Run models on the articles, write results/, and print precision, recall and F1.

    Example: python -m benchmark run rules crf --edition source
    """
    from benchmark.registry import find, listing, settings
    from benchmark.report import leaderboard, terminal
    from benchmark.runner import Options, by_scheme, exit_status, run_model

    home = root()
    named = bool(models) and models != ["all"]
    found = [find(name, home / "models") for name in models or []] if named else listing(home / "models")
    parameters = settings([*(set_ or []), *([] if max_cost is None else [f"max_cost={max_cost}"])], found)
    gold = gold_set()
    notes: list[str] = []
    documents = gold.documents(note=notes.append)
    chosen = [d for d in documents if is_of(d.id, edition)]
    if not chosen:
        raise BadInput(f"no {edition.value} text to run on; add your copies with `python -m benchmark articles add DIR`")
    for line in notes:
        note(line)
    options = Options(device, timeout, load_timeout, force, retry_failed, seed)
    done = []
    try:
        for item in found:
            done.append(
                run_model(gold, documents, chosen, item, parameters[item.name], results or home / "results", options, terminal.note)
            )
    except KeyboardInterrupt:
        terminal.note("interrupted: finished articles are kept; the same command goes on from there")
        raise typer.Exit(1) from None
    tables = by_scheme(done, gold, chosen, scheme)
    if as_json:
        print_json({"edition": edition.value, "notes": notes, "results": [result.to_dict() for table in tables for result in table]})
    else:
        leaderboard.print_results(tables, len(chosen), list(dict.fromkeys(edition_of(d.id) for d in chosen)))
    raise typer.Exit(exit_status(done, named))


@app.command()
def score(
    predictions: Annotated[Path, typer.Argument(help="Predictions as JSON Lines: ours, or anybody's.")],
    gold: Annotated[Path | None, typer.Option(help="Gold documents as JSON Lines (default: the gold set).")] = None,
    scheme: Annotated[str, typer.Option(help="Label scheme of the predictions.")] = "gold",
    edition: EditionOption = EditionChoice.all,
    levels: Annotated[str, typer.Option(help="Levels of mentions: NAM,NOM,PRO,values or all.")] = "NAM,values",
    match: Annotated[list[Match] | None, typer.Option(help="Mentions under this schema alone; may be given again.")] = None,
    learned: Annotated[Path | None, typer.Option(help="Labelled documents the model learned from, for seen and unseen surfaces.")] = None,
    per_document: Annotated[bool, typer.Option("--per-document", help="Figures of each document, too (with --json).")] = False,
    resamples: Annotated[int, typer.Option(min=0, help="Bootstrap resamples for 95 % intervals; 0: none.")] = 10_000,
    interval: Annotated[Interval, typer.Option(help="Bias-corrected and accelerated, or percentile.")] = Interval.bca,
    seed: Annotated[int, typer.Option(help="Seed of the resamples.")] = 0,
    as_json: Json = False,
) -> None:
    """Score a file of predictions against gold labels.

    Example: python -m benchmark score predictions.jsonl --gold gold.jsonl --json
    """
    from benchmark.evaluation import parse_levels, score_file
    from benchmark.report import terminal

    chosen = parse_levels(levels)
    scores, documents = score_file(predictions, gold_set(), gold, scheme, editions(edition), chosen, note, per_document, learned)
    summary = scores.summary(resamples, seed, interval.value)
    for part in (summary, *documents) if match else ():
        part["mentions"] = {name: part["mentions"][name] for name in dict.fromkeys(schema.value for schema in match or ())}
    if as_json:
        print_json(summary | ({"per_document": documents} if per_document else {}))
    else:
        terminal.print_scores(summary)


@app.command("list")
def list_(what: Annotated[Listing, typer.Argument(help="What to list.")], as_json: Json = False) -> None:
    """List models, runs, metrics, label schemes or articles."""
    print_listing(what, as_json)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new extractor.")],
    kind: Annotated[Kind, typer.Option(help="What it is built on.")] = Kind.rules,
    as_json: Json = False,
) -> None:
    """Write a new extractor in models/, ready to run."""
    from benchmark.scaffold import create

    paths = create(root(), name, kind.value)
    if as_json:
        print_json({"files": [str(path) for path in paths]})
    else:
        for path in paths:
            print(f"wrote {shown(path)}")
        print(f"next: python -m benchmark check {name} && python -m benchmark run {name}")


@app.command()
def check(
    model: Annotated[str, typer.Argument(help="Name, path or module:Class.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE: a parameter of the model.")] = None,
    as_json: Json = False,
) -> None:
    """Check that an extractor does what every extractor must.

    Example: python -m benchmark check mymodel
    """
    from benchmark.registry import find, settings
    from benchmark.testing import check_extractor, described

    found = find(model, root() / "models")
    findings = check_extractor(found, settings(set_ or [], [found])[found.name])
    if as_json:
        print_json([finding._asdict() for finding in findings])
    else:
        print(shown(described(findings)))
    raise typer.Exit(int(any(finding.result == "failed" for finding in findings)))


def main() -> None:
    """Entry point: errors of the user end in a message and status 2."""
    try:
        app(prog_name="python -m benchmark")
    except BadInput as error:
        for problem in error.problems:
            print(f"error: {shown(problem, lines=False)}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


__all__ = ["app", "main"]
