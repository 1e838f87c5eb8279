"""What the page carries: counts of all views, intervals and tests of the headline figures, confidences, confusion, and the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmark import __version__, stats
from benchmark.comparison import LEVEL
from benchmark.corpus import Corpus
from benchmark.gold import edition, story
from benchmark.inventory import Inventory
from benchmark.metrics import arrays
from benchmark.metrics.counts import Unit
from benchmark.metrics.units import Paragraphs
from benchmark.problems import BadInput
from benchmark.report import confidence
from benchmark.report.article_data import articles
from benchmark.report.views import LEVELS, Side, counted, mention_views, tables_of, usual_levels
from benchmark.schema import Document, Level
from benchmark.schemes import schemes
from benchmark.scores import Scores, drawn_within
from benchmark.scoring import DEFAULT_LEVELS, METRICS, STRATA
from benchmark.standings import Standing, table_scores

HEADLINE = ("mentions.strict", "triggers.classified", "arguments.classified")
RESAMPLES = 10_000
_LEFT_OUT = ("tokens.",)  # not a criterion of matching
_TASKS = {"mentions": "names and values", "triggers": "triggers", "arguments": "arguments"}


def collect(
    runs: Sequence[Standing], gold: Corpus, with_text: bool, note: Callable[[str], object], resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Everything that the page shows.

    Parameters
    ----------
    runs
        The stored runs.
    gold
        The gold set, or another corpus.
    with_text
        Whether the words of source articles that the user has may be shown; else their offsets and labels alone.
    note
        Called with a line on what is left out.
    resamples
        Bootstrap resamples and permutations of the headline figures.

    Returns
    -------
    dict
        Plain values, the same for the same input; ``templates/data.js`` reads them.

    Raises
    ------
    BadInput
        Where no run has answered for the texts that there are.
    """
    runs, documents = comparable(runs, gold.documents(note=note), note)
    scores, on = table_scores(runs, gold, documents)
    tables = tables_of(gold, [one.run.scheme for one in runs])
    levels = gold.levels or DEFAULT_LEVELS
    units = [unit for document in documents for unit in Paragraphs(document).units]
    names = [document.id for document in documents]
    views = mention_views([Side(one.run.scheme, one.answers, one.run.produces) for one in runs], documents, tables)
    found: dict[str, Any] = {f"{metric} {name} {levels}": view.to_dict(units, names) for (metric, name, levels), view in views.items()}
    for metric in METRICS:
        if not metric.startswith(("mentions.", *_LEFT_OUT)) and (view := counted(scores, metric, units)) is not None:
            found[metric] = view.to_dict(units, names, with_units=metric not in STRATA)
    sides = [{name: on[one.run.scheme].of_model(d) for name, d in one.answers.items()} for one in runs]
    projected = [next(iter(on.values())).of_gold(d) for d in documents]
    return {
        "signature": next(iter(scores.values())).signature,
        "version": __version__,
        "resamples": resamples,
        "level": LEVEL,
        "scheme": next(iter(tables)),
        "usual_levels": usual_levels(gold),
        "editions": _editions(documents, gold),
        "documents": [_document(d, gold) for d in documents],
        "units": [names.index(unit[0]) for unit in units],
        "models": [_model(one, documents) for one in runs],
        "metrics": _metrics(scores),
        "schemes": _schemes(tables, gold.inventory),
        "levels": {name: told for name, (_, told) in LEVELS.items()},
        "views": found,
        "sure": {_editions(documents, gold)[0]: _sure(scores, units, resamples)},
        "confusion": [_confusion(projected, side, gold, levels) for side in sides],
        "confidence": _confidence(projected, sides, gold, levels),
        "articles": articles(runs, gold, with_text),
    }


def comparable(
    runs: Sequence[Standing], documents: Sequence[Document], note: Callable[[str], object]
) -> tuple[list[Standing], list[Document]]:
    """The runs that can stand beside each other, and the texts on which: those that any run with an answer was given.

    Parameters
    ----------
    runs
        The runs.
    documents
        The texts there are.
    note
        Called with a line on runs that are left out: they have no answers, or were not given all of these texts.

    Returns
    -------
    runs, documents
        In the orders given.

    Raises
    ------
    BadInput
        Where nothing is left.
    """
    given = {one.name: {p.id for p in one.predictions} for one in runs if one.answers}
    chosen = [d for d in documents if any(d.id in ids for ids in given.values())]
    kept = [one for one in runs if one.name in given and {d.id for d in chosen} <= given[one.name]]
    for told, names in (
        ("without answers", [one.name for one in runs if one.name not in given]),
        ("not run on all of these texts", [one.name for one in runs if one.name in given and one not in kept]),
    ):
        if names:
            note(f"left out, {told}: {', '.join(names)}")
    if not kept or not chosen:
        raise BadInput("no run has answered for all of the same texts; run the models again, all on one edition")
    return kept, chosen


def told(document: Document, corpus: Corpus) -> str:
    """The edition of a document; for a corpus without editions its name."""
    return edition(document.id) if corpus.gold else corpus.name


def _editions(documents: Sequence[Document], corpus: Corpus) -> list[str]:
    there = list(dict.fromkeys(told(d, corpus) for d in documents))
    return ["all", *there] if len(there) > 1 else list(there)


def _document(document: Document, corpus: Corpus) -> dict[str, Any]:
    return {
        "id": document.id,
        "story": story(document.id) if corpus.gold else document.id,
        "edition": told(document, corpus),
        "date": document.date,
        "words": len((document.text or "").split()),  # what a model was shown, scored or not
    }


def _model(one: Standing, documents: Sequence[Document]) -> dict[str, Any]:
    """What the tables say of a model: what it saw, how it fared, and what it cost on each document that it answered for."""
    by_id = {p.id: p for p in one.predictions}
    outcomes = [by_id[d.id].outcome for d in documents]
    good = [by_id[d.id] if by_id[d.id].outcome == "ok" else None for d in documents]
    run = one.run
    return {
        "name": one.name,
        "run": one.folder.name,
        "scheme": run.scheme,
        "produces": sorted(run.produces),
        "saw": list(run.trained_on),
        "commit": run.commit,
        "dirty": run.dirty,
        "machine": run.machine,
        "parameters": run.parameters,
        "outcomes": {name: outcomes.count(name) for name in dict.fromkeys(outcomes)},
        "seconds": [None if p is None else p.seconds for p in good],
        "cost": [None if p is None else p.cost for p in good],
        "memory": max((p.memory for p in good if p is not None and p.memory is not None), default=None),
    }


def _metrics(scores: Mapping[str, Scores]) -> list[dict[str, Any]]:
    """The metrics that a view can have, in the order of the table of metrics."""
    made = [m for m in METRICS if any(one.counts.get(m) is not None for one in scores.values())]
    return [
        {"name": name, "task": _TASKS[name.partition(".")[0]], "definition": METRICS[name][1], "headline": name in HEADLINE}
        for name in made
        if name not in STRATA and not name.startswith(_LEFT_OUT)
    ]


def _schemes(tables: Iterable[str], inventory: Inventory) -> dict[str, str]:
    known = {name: scheme.source for name, scheme in schemes(inventory).items()} | {"shared": "what the label schemes of all runs share"}
    return {name: known.get(name, "what the labels of the corpus and of the models share") for name in tables}


def _sure(scores: Mapping[str, Scores], units: Sequence[Unit], resamples: int) -> dict[str, Any]:
    """Intervals and tests of the headline F1 on all texts, by metric: the same that ``compare`` gives."""
    views = {metric: view for metric in HEADLINE if (view := counted(scores, metric, units)) is not None}
    if len(units) < 2 or not views:
        return {}
    models = len(next(iter(views.values())).table)
    table = np.zeros((models, len(units), len(views), 6), dtype=np.int64)  # each metric's sum over types takes the place of a type
    for column, view in enumerate(views.values()):
        for n, counts in enumerate(view.table):
            if counts is not None:
                table[n, :, column] = counts.sum(axis=1)
    intervals = stats.bootstrap(table, units, ["f1"], resamples=resamples, within=drawn_within(units))
    tests = stats.permutation_test(table, units, "f1", permutations=resamples)
    found: dict[str, Any] = {}
    for column, (metric, view) in enumerate(views.items()):
        able = [n for n, counts in enumerate(view.table) if counts is not None]
        first, second = np.triu_indices(len(able), 1)
        pairs = tests.p[column][np.ix_(able, able)][first, second]
        found[metric] = {
            "models": able,
            "f1": _ends(intervals.low[0, able, column], intervals.high[0, able, column]),
            "holm": [round(float(p), 5) for p in stats.holm(pairs)] if len(pairs) else [],
        }
    return found


def _ends(low: Any, high: Any) -> list[list[float] | None]:
    return [None if np.isnan(a) or np.isnan(b) else [round(float(a), 4), round(float(b), 4)] for a, b in zip(low, high, strict=True)]


def _confusion(gold: Sequence[Document], answers: Mapping[str, Document], corpus: Corpus, levels: Sequence[Level | None]) -> dict[str, Any]:
    """Types of paired gold and predicted mentions of some levels, by edition."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(told(d, corpus) for d in gold):
        pairs = [(d, answers.get(d.id) or Document(d.id)) for d in gold if told(d, corpus) == name]
        laid = [(d, Document(d.id, None, None, d.regions, p.mentions)) for d, p in pairs]
        one, other = (arrays.SpanArrays.from_documents([pair[side] for pair in laid], levels) for side in (0, 1))
        found[name] = arrays.count(one, other, schemas=("partial",)).confusion()
    return found


def _confidence(
    gold: Sequence[Document], sides: Sequence[Mapping[str, Document]], corpus: Corpus, levels: Sequence[Level | None]
) -> dict[str, Any]:
    """By task, model (None: tells no confidence) and edition."""
    found: dict[str, Any] = {}
    tasks: tuple[confidence.Task, ...] = ("mentions", "triggers")
    for task in tasks:
        rows: list[dict[str, Any] | None] = []
        for side in sides:
            judged = confidence.judged(gold, side, task, levels)
            if judged is None:
                rows.append(None)
                continue
            rows.append(
                {
                    name: confidence.summary(judged.of(n for n, d in enumerate(gold) if name in ("all", told(d, corpus))))
                    for name in _editions(gold, corpus)
                }
            )
        found[task] = rows
    return found


__all__ = ["HEADLINE", "collect", "comparable"]
