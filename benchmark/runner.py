"""Runs models over articles: plan, isolate, time, append, resume.

Each model runs in processes of its own (started, not forked). An article that fails, hangs or kills its process costs itself alone:
the process is started anew for the next one. Everything finished is on disk before the next article begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from benchmark import store
from benchmark.corpus import Corpus
from benchmark.formats.jsonl import Prediction
from benchmark.interruption import never
from benchmark.plan import Options, plan
from benchmark.registry import Found
from benchmark.schema import Document
from benchmark.schemes import Projection
from benchmark.scores import Scores
from benchmark.scoring import DEFAULT_LEVELS, OURS, Seen, learnable, score, signature
from benchmark.session import Engine, Note, Session

Watch = Callable[[Sequence[Prediction], int], object]  # articles just finished, number of all
_COSTS = ("id", "outcome", "error", "seconds", "cpu_seconds", "memory", "words", "device", "tokens", "cost")


class Result(Struct, frozen=True):
    """A model's run: where it is, what came of each article, and its scores."""

    found: Found
    run: store.Run
    folder: str
    predictions: list[Prediction]
    scores: Scores
    words: dict[str, int]  # of each document, for speed
    unfinished: tuple[str, ...] = ()  # documents not yet run, where it was interrupted

    def outcomes(self) -> dict[str, int]:
        """Number of articles by outcome."""
        names = [p.outcome for p in self.predictions]
        return {name: names.count(name) for name in dict.fromkeys(names)}

    def to_dict(self) -> dict[str, Any]:
        """The run for ``--json``: description, outcome and cost of each article, figures."""
        articles = [{n: getattr(p, n) for n in _COSTS} | {"words_per_second": _speed(p)} for p in self.predictions]
        run = msgspec.to_builtins(self.run)
        found = {"model": self.run.model, "folder": self.folder, "run": run, "articles": articles, "scores": self.scores.summary()}
        return found | ({"unfinished": list(self.unfinished)} if self.unfinished else {})

    def reason(self) -> str | None:
        """Why something is missing: the first error."""
        return next((p.error for p in self.predictions if p.outcome != "ok" and p.error), None)


def _speed(prediction: Prediction) -> float | None:
    return round(prediction.words / prediction.seconds, 1) if prediction.words is not None and prediction.seconds else None


def run_model(
    gold: Corpus,
    documents: Sequence[Document],
    chosen: Sequence[Document],
    found: Found,
    parameters: dict[str, Any],
    results: Path,
    options: Options,
    note: Note = lambda line: None,
    interrupted: Callable[[], bool] = never,
    watch: Watch = lambda finished, total: None,
    engine: Engine | None = None,
) -> Result:
    """Run one model on the chosen documents, skipping the articles that are done, and score it.

    Parameters
    ----------
    gold
        The gold set, or another corpus.
    documents
        All documents of it that there are: what a model with ``fit`` may learn from.
    chosen
        Those to extract from and to score.
    found, parameters
        The model and its constructor's parameters.
    results
        The results folder.
    options
        Limits, device, what to do again.
    note
        Called with a line on each article, for people.
    interrupted
        Asked now and then: when true, what is under way is finished and no more is begun.
    watch
        Called with the articles finished before, then with each that is finished, and how many there are in all.
    engine
        What extracts; None: worker processes here.
    """
    planned = plan(gold, documents, found, parameters, results, options)
    folder = store.RunFolder(results, found.name, planned.run.key)
    folder.open()
    wanted = {d.id for d in chosen}
    with folder.locked():
        done = {p.id: p for p in folder.predictions() if p.id not in wanted or not options.again(p.outcome)}
        folder.keep(done.values())
        session = Session(planned, gold, folder, options, done, note, interrupted, lambda finished: watch([finished], len(chosen)), engine)
        watch([done[d.id] for d in chosen if d.id in done], len(chosen))
        session.extract(chosen)
        order = {d.id: n for n, d in enumerate(documents)}
        folder.keep(sorted(done.values(), key=lambda p: order.get(p.id, len(order))))
        predictions = [done[d.id] for d in chosen if d.id in done]
        unfinished = tuple(d.id for d in chosen if d.id not in done)
        scores = score_run(gold, chosen, predictions, session.run, learnable(documents, gold.folds))
        folder.write("scores.json", scores.to_dict() | ({"unfinished": unfinished} if unfinished else {}))
    words = {d.id: len((d.text or "").split()) for d in chosen}
    return Result(found, session.run, str(folder.path), predictions, scores, words, unfinished)


def score_run(
    gold: Corpus,
    documents: Sequence[Document],
    predictions: Sequence[Prediction],
    run: store.Run,
    seen: Seen | None = None,
    projection: Projection | None = None,
) -> Scores:
    """Score predictions; an article that failed counts as nothing found.

    Parameters
    ----------
    projection
        The label scheme to score on; None: the common one of the gold set and the run.
    """
    projection = projection or gold.projections([run.scheme])[run.scheme]
    found = {p.id: p.document for p in predictions if p.outcome == "ok"}
    levels = gold.levels or DEFAULT_LEVELS
    produced = [name for name in run.produces if gold.products is None or name in gold.products]
    scores = score(documents, found, signature(run.mark, projection.name, levels), produced, projection, levels, seen)
    return scores if gold.gold else scores.without(OURS)


def by_scheme(results: Sequence[Result], gold: Corpus, chosen: Sequence[Document], wanted: str | None) -> list[list[Result]]:
    """The results in tables whose rows can be compared.

    Parameters
    ----------
    wanted
        None: a table for each label scheme, the gold scheme first, rows without answers in that of their scheme. ``shared`` or a scheme's
        name: one table, everything scored anew on what all of the models (and that scheme) share.
    """
    if wanted is None:
        names = sorted({r.run.scheme for r in results}, key=lambda name: (name != "gold", name))
        return [[r for r in results if r.run.scheme == name] for name in names]
    answering = [r.run.scheme for r in results if any(p.outcome == "ok" for p in r.predictions)]
    on = gold.projections(answering, wanted)
    seen = learnable(gold.documents(), gold.folds)
    found = []
    for result in results:
        projection = on.get(result.run.scheme)  # None: a row without answers
        scores = score_run(gold, chosen, result.predictions, result.run, seen, projection) if projection else result.scores
        found.append(msgspec.structs.replace(result, scores=scores))
    return [found]


def exit_status(results: Sequence[Result], named: bool) -> int:
    """0 if all went well, 1 if something failed or was not finished; what is unavailable is a failure only of a model asked for by name."""
    if any(r.unfinished for r in results):
        return 1
    bad = {"failed", "timeout"} | ({"unavailable"} if named else set())
    return int(any(p.outcome in bad for r in results for p in r.predictions))


__all__ = ["Options", "Result", "by_scheme", "exit_status", "run_model", "score_run"]
