"""Stored runs brought into one table: which runs, on which label scheme, with which scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark import limits, store
from benchmark.corpus import Corpus
from benchmark.decoding import decode_json
from benchmark.formats.jsonl import Prediction
from benchmark.gold import edition, story
from benchmark.problems import BadInput, read_bytes
from benchmark.registry import Found
from benchmark.runner import Result, score_run
from benchmark.schema import Document
from benchmark.schemes import Projection
from benchmark.scores import Scores
from benchmark.scoring import DEFAULT_LEVELS, Seen, learnable, signature


class _Rows(Struct):
    types: list[str]
    cells: list[list[int]]


class _Stored(Struct):
    """A ``scores.json``; its counts are many, and have a form."""

    figures: dict[str, Any]
    units: list[tuple[str, int]]
    counts: dict[str, _Rows | None]


class Standing(Struct, frozen=True):
    """A stored run: its folder, its description, what it found."""

    name: str  # of the model, or of the folder where a table holds several runs of one model
    folder: Path
    run: store.Run
    predictions: tuple[Prediction, ...]

    @property
    def answers(self) -> dict[str, Document]:
        """What it found, by document; what failed found nothing."""
        return {p.id: p.document for p in self.predictions if p.outcome == "ok"}


def standings(results: Path, names: Sequence[str], gold: Corpus) -> list[Standing]:
    """The stored runs of some models. Of several runs of one model on the present labels the newest is taken.

    Parameters
    ----------
    results
        The results folder.
    names
        Names of models, or of runs' folders; ``all`` by itself: every model.
    gold
        The corpus that the runs must be of, as it is now.

    Returns
    -------
    list of Standing
        In the order of the names, each once.

    Raises
    ------
    BadInput
        Where there is no run of a model, or none on the present labels.
    """
    present, of = gold.fingerprint(), "the present labels" if gold.gold else f"the corpus {gold.name}"
    there = store.runs(results)
    current = [(folder, run) for folder, run in there if run.gold == present]
    if list(names) == ["all"]:
        names = list(dict.fromkeys(run.model for _, run in current))
        if not names:
            raise BadInput(f"{results}: no run on {of}; run `python -m benchmark run` first")
    found = []
    for name in dict.fromkeys(names):
        of_name = [(folder, run) for folder, run in current if name in (run.model, folder.name)]
        if not of_name:
            known = ", ".join(sorted({run.model for _, run in current})) or "none"
            old = any(name in (run.model, folder.name) for folder, run in there)
            why = "its run is of other labels than the present ones" if old else f"there are runs of {known}"
            raise BadInput(f"no run of {name!r} in {results} on {of} ({why}); run `python -m benchmark run {name}`")
        folder, run = store.newest(of_name)
        found.append(Standing(name, folder, run, tuple(store.RunFolder.at(folder).predictions())))
    return found


def table_scores(
    runs: Sequence[Standing], gold: Corpus, documents: Sequence[Document], scheme_name: str | None = None
) -> tuple[dict[str, Scores], dict[str, Projection]]:
    """Scores of several runs on the label scheme that all of them share.

    Parameters
    ----------
    runs
        The runs; they must have answered for the documents.
    gold, documents
        The gold set, and those of its documents that are scored.
    scheme_name
        A further scheme that all must share; None or ``shared``: those of the runs alone.

    Returns
    -------
    scores, projections
        By name of the run; by label scheme.
    """
    on = gold.projections([one.run.scheme for one in runs], scheme_name)
    seen = cache(lambda: learnable(gold.documents(), gold.folds))
    return {one.name: _scores(one, gold, documents, on[one.run.scheme], seen) for one in runs}, on


def _scores(one: Standing, gold: Corpus, documents: Sequence[Document], projection: Projection, seen: Callable[[], Seen]) -> Scores:
    """The stored scores where they are of these documents, this scheme and this scorer, else new ones of the stored predictions."""
    wanted = signature(one.run.mark, projection.name, gold.levels or DEFAULT_LEVELS)
    ids = [d.id for d in documents]
    lacking = [name for name in ids if name not in {p.id for p in one.predictions}]
    if lacking:
        told = f"{story(lacking[0])} ({edition(lacking[0])})" if gold.gold else lacking[0]
        raise BadInput(f"{one.folder.name} has no answer for {len(lacking)} of the texts, {told} for one; run it again on this edition")
    stored = stored_scores(one, wanted)
    if stored is not None and set(ids) <= {unit[0] for unit in stored.units}:
        return stored.of(ids)
    return score_run(gold, documents, one.predictions, one.run, seen(), projection)


def stored_scores(one: Standing, wanted: str) -> Scores | None:
    """The stored scores of a run; None where there are none, or they are of another signature or another release."""
    try:
        path = one.folder / "scores.json"
        stored = decode_json(read_bytes(path, limits.SCORES), _Stored, str(path), "scores", loose=lambda value: value.figures)
        if stored.figures["signature"] != wanted:
            return None
        counts = {name: rows and {"types": rows.types, "cells": rows.cells} for name, rows in stored.counts.items()}
        return Scores.from_dict({"figures": stored.figures, "units": stored.units, "counts": counts})
    except (BadInput, KeyError, AttributeError, TypeError, ValueError, IndexError):
        return None  # the predictions are what counts


class StoredTable(Struct, frozen=True):
    """Stored runs that can be compared: on one label scheme, with answers to the same texts.

    Attributes
    ----------
    results
        The runs, as :func:`benchmark.runner.run_model` gives them.
    documents
        The ids of the texts, in the order of the gold set.
    """

    results: tuple[Result, ...]
    documents: tuple[str, ...]


def stored_tables(results: Path, gold: Corpus) -> list[StoredTable]:
    """The newest run of each model on the present labels, in tables: those on the gold scheme first, those of most texts first.

    Scores are the stored ones, which need no article's text; where these are of another release, the stored predictions are scored anew.

    Raises
    ------
    BadInput
        Where there is no run on the present labels.
    """
    texts = {d.id: d for d in gold.labelled()}
    words = {name: len(d.text.split()) for name, d in texts.items() if d.text}
    seen = cache(lambda: learnable(gold.documents(), gold.folds))
    groups: dict[tuple[str, tuple[str, ...]], list[Result]] = {}
    for one in standings(results, ["all"], gold):
        answered = {p.id for p in one.predictions}
        documents = [d for name, d in texts.items() if name in answered]
        projection = gold.projections([one.run.scheme])[one.run.scheme]
        scores = stored_scores(one, signature(one.run.mark, projection.name, gold.levels or DEFAULT_LEVELS))
        if scores is None or {unit[0] for unit in scores.units} != {d.id for d in documents}:
            scores = score_run(gold, documents, one.predictions, one.run, seen(), projection)
        found = Found(one.run.model, one.run.origin, "python", None)
        own = [p for p in one.predictions if p.id in texts]
        result = Result(found, one.run, str(one.folder), own, scores, words)
        groups.setdefault((one.run.scheme, tuple(d.id for d in documents)), []).append(result)
    order = sorted(groups, key=lambda key: (key[0] != "gold", key[0], -len(key[1]), key[1]))
    return [StoredTable(tuple(groups[key]), key[1]) for key in order if key[1]]


__all__ = ["Standing", "StoredTable", "standings", "stored_scores", "stored_tables", "table_scores"]
