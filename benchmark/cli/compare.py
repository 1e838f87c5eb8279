"""``compare``: stored runs against each other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from benchmark.cli.options import (
    CorpusOption,
    EditionChoice,
    EditionOption,
    Json,
    TypesOption,
    chosen_documents,
    corpus_of,
    note,
    one_thread,
    print_json,
)
from benchmark.paths import root
from benchmark.problems import BadInput

if TYPE_CHECKING:
    from benchmark.comparison import Compared
    from benchmark.schema import Document, Level
    from benchmark.schemes import Projection
    from benchmark.scores import Scores
    from benchmark.standings import Standing

HEADLINE = ("mentions.strict", "triggers.classified", "arguments.classified")


class Figure(StrEnum):
    """What is compared."""

    f1 = "f1"
    precision = "precision"
    recall = "recall"


def compare(
    models: Annotated[list[str], typer.Argument(help="Two or more models, or folders of runs; or 'all'.")],
    metric: Annotated[list[str] | None, typer.Option(help="A metric of `list metrics`; may be given again.")] = None,
    figure: Annotated[Figure, typer.Option(help="The figure that is compared.")] = Figure.f1,
    baseline: Annotated[str | None, typer.Option(help="The model the others are compared with (default: the last of two).")] = None,
    edition: EditionOption = EditionChoice.all,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    scheme: Annotated[str, typer.Option(help="A label scheme all must share, beside their own.")] = "shared",
    resamples: Annotated[int, typer.Option(min=1, help="Bootstrap resamples and permutations.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of both.")] = 0,
    results: Annotated[Path | None, typer.Option(help="Results folder (default: results/ of the checkout).")] = None,
    as_json: Json = False,
) -> None:
    """Compare stored runs: differences with intervals and p, rankings with ties, what only one of them finds.

    Example: python -m benchmark compare rules crf --metric mentions.strict

    Example: python -m benchmark compare rules capitals --corpus re3d:FOLDER
    """
    one_thread()
    from benchmark import comparison
    from benchmark.report.comparison import print_comparison
    from benchmark.scoring import DEFAULT_LEVELS
    from benchmark.standings import standings, table_scores

    gold = corpus_of(corpus, types)
    runs = standings(results or root() / "results", [*models, *([baseline] if baseline and models != ["all"] else [])], gold)
    runs = _with_answers(runs, named=models != ["all"])
    if len(runs) < 2:
        raise BadInput("compare needs two models with answers; see `python -m benchmark list runs`")
    if baseline is not None and baseline not in [one.name for one in runs]:
        raise BadInput(f"--baseline {baseline}: not among the models compared ({', '.join(one.name for one in runs)})")
    documents = chosen_documents(gold, gold.documents(), edition)
    scores, projections = table_scores(runs, gold, documents, scheme)
    wanted = _metrics(metric, scores)
    compared = {}
    for name in wanted:
        able = {m: s for m, s in scores.items() if metric or s.counts.get(name) is not None}
        if len(able) > 1:
            compared[name] = comparison.compare(able, name, figure.value, resamples, seed)
    last = baseline or (runs[-1].name if len(runs) == 2 else None)
    levels = gold.levels or DEFAULT_LEVELS
    others = [one for one in runs if last and one.name != last]
    found = {
        "metrics": [part.to_dict() for part in compared.values()],
        "against_baseline": [
            _against(one, next(r for r in runs if r.name == last), compared, scores, documents, projections, resamples, seed, levels)
            for one in others
        ],
        "note": (
            f"{len(documents)} texts{'' if gold.gold else f' of {gold.name}'}; {resamples} resamples and permutations over paragraphs; "
            "equal ranks: not told apart (p Holm >= 0.05); smallest: the smallest true difference that these labels show with a chance of "
            "80 %"
        ),
        "signature": next(iter(scores.values())).signature,
    }
    if as_json:
        print_json(found)
    else:
        print_comparison(found)


def _with_answers(runs: Sequence[Standing], named: bool) -> list[Standing]:
    """The runs that have answers; one that has none is said, and is an error where it was asked for by name."""
    empty = [one for one in runs if not one.answers]
    if empty and named:
        reason = next((p.error for p in empty[0].predictions if p.error), "no answers")
        raise BadInput(f"{empty[0].name} has no answers to compare: {reason}")
    if empty:
        note(f"left out, without answers: {', '.join(one.name for one in empty)}")
    return [one for one in runs if one.answers]


def _metrics(chosen: list[str] | None, scores: dict[str, Scores]) -> list[str]:
    known = list(next(iter(scores.values())).counts)
    for name in chosen or []:
        if name not in known:
            raise BadInput(f"--metric {name}: there is no such metric of counts; there are {', '.join(known)}")
    return chosen or list(HEADLINE)


def _against(
    one: Standing,
    other: Standing,
    compared: dict[str, Compared],
    scores: dict[str, Scores],
    documents: Sequence[Document],
    projections: dict[str, Projection],
    resamples: int,
    seed: int,
    levels: tuple[Level | None, ...],
) -> dict[str, Any]:
    """One model against the baseline: differences by task and type, and what each found alone."""
    from benchmark import comparison

    tasks = {}
    for metric, part in compared.items():
        if one.name not in part.models or other.name not in part.models:
            continue
        a, b = part.models.index(one.name), part.models.index(other.name)
        ends = comparison.difference_intervals(scores, metric, one.name, other.name, part.figure, resamples, seed)
        tasks[metric] = {kind: part.between(a, b, row) | {"interval": ends.get(kind)} for row, kind in enumerate(part.types)}
    a_side, b_side = ({name: projections[r.run.scheme].of_model(d) for name, d in r.answers.items()} for r in (one, other))
    wanted = [projections[one.run.scheme].of_gold(d) for d in documents]
    found = comparison.found_by(wanted, a_side, b_side, levels)
    return {"model": one.name, "baseline": other.name, "tasks": tasks, "found": found}
