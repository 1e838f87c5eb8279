"""The command line: parsing only. What is heavy is imported inside the commands."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.compare import compare
from benchmark.cli.errors import errors
from benchmark.cli.extract import extract
from benchmark.cli.gold import articles_app, gold_app
from benchmark.cli.options import (
    FORM,
    Actors,
    Address,
    CorpusOption,
    Cpus,
    EditionChoice,
    EditionOption,
    EngineChoice,
    EngineOption,
    Gpus,
    Json,
    Kind,
    Listing,
    TypesOption,
    chosen_documents,
    cluster,
    corpus_of,
    edition_of,
    editions,
    note,
    print_json,
    print_listing,
    shown,
)
from benchmark.cli.report import report
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
app.command()(errors)
app.command()(report)
app.command()(extract)


@app.command()
def run(
    models: Annotated[list[str] | None, typer.Argument(help="Names, paths or module:Class; none or 'all': every model.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE or MODEL.KEY=VALUE: a model's parameter.")] = None,
    edition: EditionOption = EditionChoice.all,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    jobs: Annotated[int, typer.Option(min=1, help="Articles (or folds of a model that learns) worked on side by side.")] = 1,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds an article may take.")] = 300.0,
    load_timeout: Annotated[float, typer.Option(min=0.001, help="Seconds loading and training may take.")] = 3600.0,
    run_timeout: Annotated[float | None, typer.Option(min=0.001, help="Seconds a model's whole run may take.")] = None,
    memory: Annotated[str | None, typer.Option(help="Memory a model and what it starts may take: MiB, or 512M, 4G.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Do finished articles again, and train anew.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do articles again that failed or took too long.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of whatever is random.")] = 0,
    max_cost: Annotated[float | None, typer.Option(min=0, help="Most USD a model may spend (its parameter max_cost).")] = None,
    scheme: Annotated[str | None, typer.Option(help="One table on a label scheme that all share: 'shared', or a scheme's name.")] = None,
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    engine: EngineOption = EngineChoice.local,
    address: Address = None,
    actors: Actors = 1,
    cpus: Cpus = 1.0,
    gpus: Gpus = 0.0,
    as_json: Json = False,
) -> None:
    """Run models on the articles or another corpus, write results/, and print precision, recall and F1.

    What is finished is kept, whatever happens: the same command goes on from there. Ctrl-C once finishes the article under way, twice
    stops now.

    Example: python -m benchmark run rules crf --edition source

    Example: python -m benchmark run crf --jobs 4 --timeout 60 --run-timeout 1800 --memory 4G

    Example: python -m benchmark run crf --retry-failed

    Example: python -m benchmark run rules --corpus wikievents:dev.jsonl

    Example: python -m benchmark run rules --corpus 'iob2:test.txt?mode=strict&scheme=conll2003'
    """
    from benchmark.interruption import Interruption
    from benchmark.registry import find, listing, settings
    from benchmark.report import export, leaderboard, terminal
    from benchmark.report.progress import RunProgress
    from benchmark.runner import Options, by_scheme, exit_status, run_model
    from benchmark.usage import mebibytes

    home = root()
    named = bool(models) and models != ["all"]
    found = [find(name, home / "models") for name in models or []] if named else listing(home / "models")
    parameters = settings([*(set_ or []), *([] if max_cost is None else [f"max_cost={max_cost}"])], found)
    gold = corpus_of(corpus, types)
    notes: list[str] = []
    documents = gold.documents(note=notes.append)
    chosen = chosen_documents(gold, documents, edition)
    for line in notes:
        note(line)
    folder = results or home / "results"
    most = None if memory is None else mebibytes(memory)
    options = Options(device, timeout, load_timeout, force, retry_failed, seed, run_timeout, most, jobs, tuple(sys.argv[1:]))
    pool = cluster(engine, address, actors, cpus, gpus)
    done = []
    stopped = "interrupted: finished articles are kept; the same command goes on from there"
    try:
        with Interruption() as interrupted, RunProgress() as progress:
            for item in found:
                if not interrupted():
                    progress.begin(item.name)
                    how = (parameters[item.name], folder, options, progress.note, interrupted, progress.watch, pool)
                    done.append(run_model(gold, documents, chosen, item, *how))
    except KeyboardInterrupt:
        terminal.note(stopped)
        raise typer.Exit(1) from None
    if interrupted():
        terminal.note(stopped)
    tables = by_scheme([result for result in done if not result.unfinished], gold, chosen, scheme)
    if as_json:
        parts = [result for table in tables for result in table] + [result for result in done if result.unfinished]
        said = [result.to_dict() for result in parts]
        print_json({"corpus": gold.name, "edition": edition.value, "notes": notes, "results": said})
    else:
        told = list(dict.fromkeys(edition_of(d.id) for d in chosen)) if gold.gold else [f"corpus {gold.name}"]
        leaderboard.print_results(tables, len(chosen), told)
    if gold.gold:
        try:
            export.write_leaderboards(folder, gold)
        except BadInput as error:  # of another run: this one is stored
            note(f"leaderboard not written: {error}")
    raise typer.Exit(1 if interrupted() else exit_status(done, named))


@app.command()
def score(
    predictions: Annotated[Path, typer.Argument(help="Predictions as JSON Lines: ours, or anybody's.")],
    gold: Annotated[str, typer.Option("--gold", "--corpus", help=f"Gold documents as JSON Lines, or a corpus: {FORM}.")] = "gold",
    types: TypesOption = None,
    scheme: Annotated[str | None, typer.Option(help="Label scheme of the predictions (default: that of the gold documents).")] = None,
    edition: EditionOption = EditionChoice.all,
    levels: Annotated[str | None, typer.Option(help="Levels of mentions: NAM,NOM,PRO,values or all (default: NAM,values).")] = None,
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

    Example: python -m benchmark score predictions.jsonl --gold iob2:test.txt --scheme gold
    """
    from benchmark.corpora.spec import is_spec
    from benchmark.evaluation import parse_levels, score_file
    from benchmark.report import terminal

    chosen = None if levels is None else parse_levels(levels)
    file = None if is_spec(gold) else Path(gold)
    if file is not None and types is not None:
        raise BadInput("--types maps the labels of a corpus; write --gold jsonl:FILE for one in JSON Lines")
    labels = corpus_of(gold if file is None else None, types)
    if not labels.gold and edition is not EditionChoice.all:
        raise BadInput(f"--edition {edition.value}: only the gold set has editions, {labels.name} has none; leave the option out")
    scores, documents = score_file(predictions, labels, file, scheme, editions(edition), chosen, note, per_document, learned)
    summary = scores.summary(resamples, seed, interval.value)
    for part in (summary, *documents) if match else ():
        part["mentions"] = {name: part["mentions"][name] for name in dict.fromkeys(schema.value for schema in match or ())}
    if as_json:
        print_json(summary | ({"per_document": documents} if per_document else {}))
    else:
        terminal.print_scores(summary)


@app.command("list")
def list_(what: Annotated[Listing, typer.Argument(help="What to list.")], as_json: Json = False) -> None:
    """List models, runs, metrics, label schemes or articles.

    Example: python -m benchmark list models
    """
    print_listing(what, as_json)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the new extractor.")],
    kind: Annotated[Kind, typer.Option(help="What it is built on.")] = Kind.rules,
    as_json: Json = False,
) -> None:
    """Write a new extractor in models/, ready to run.

    Example: python -m benchmark new mymodel --kind spacy
    """
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
