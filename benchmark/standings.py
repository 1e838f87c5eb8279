"""Stored runs brought into one table: which runs, on which label scheme, with which scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark import limits, store
from benchmark.decoding import decode_json
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet, edition, story
from benchmark.problems import BadInput, read_bytes
from benchmark.runner import score_run
from benchmark.schema import Document
from benchmark.schemes import Projection, projections
from benchmark.scores import Scores
from benchmark.scoring import Seen, learnable, signature


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


def standings(results: Path, names: Sequence[str], gold: GoldSet) -> list[Standing]:
    """The stored runs of some models, given by name of the model or of the run's folder; ``all``: of every model.

    Of several runs of one model on the present labels the newest is taken.

    Raises
    ------
    BadInput
        Where there is no run of a model, or none on the present labels.
    """
    present = gold.fingerprint()
    there = store.runs(results)
    current = [(folder, run) for folder, run in there if run.gold == present]
    if list(names) == ["all"]:
        names = list(dict.fromkeys(run.model for _, run in current))
        if not names:
            raise BadInput(f"{results}: no run on the present labels; run `python -m benchmark run` first")
    found = []
    for name in dict.fromkeys(names):
        of_name = [(folder, run) for folder, run in current if name in (run.model, folder.name)]
        if not of_name:
            known = ", ".join(sorted({run.model for _, run in current})) or "none"
            old = any(name in (run.model, folder.name) for folder, run in there)
            why = "its run is of other labels than the present ones" if old else f"there are runs of {known}"
            raise BadInput(f"no run of {name!r} in {results} on the present labels ({why}); run `python -m benchmark run {name}`")
        folder, run = max(of_name, key=lambda item: (item[0] / "predictions.jsonl").stat().st_mtime)
        found.append(Standing(name, folder, run, tuple(store.RunFolder.at(folder).predictions())))
    return found


def table_scores(
    runs: Sequence[Standing], gold: GoldSet, documents: Sequence[Document], scheme_name: str | None = None
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
    on = projections([one.run.scheme for one in runs], gold.inventory, scheme_name)
    seen = cache(lambda: learnable(gold.documents()))
    return {one.name: _scores(one, gold, documents, on[one.run.scheme], seen) for one in runs}, on


def _scores(one: Standing, gold: GoldSet, documents: Sequence[Document], projection: Projection, seen: Callable[[], Seen]) -> Scores:
    """The stored scores where they are of these documents, this scheme and this scorer, else new ones of the stored predictions."""
    wanted = signature(one.run.gold[:12], projection.name)
    ids = [d.id for d in documents]
    lacking = [name for name in ids if name not in {p.id for p in one.predictions}]
    if lacking:
        told = f"{story(lacking[0])} ({edition(lacking[0])})"
        raise BadInput(f"{one.folder.name} has no answer for {len(lacking)} of the texts, {told} for one; run it again on this edition")
    try:
        path = one.folder / "scores.json"
        stored: dict[str, Any] = decode_json(read_bytes(path, limits.SCORES), dict, str(path), "scores")
        if stored["figures"]["signature"] == wanted and set(ids) <= {unit[0] for unit in stored["units"]}:
            return Scores.from_dict(stored).of(ids)
    except (BadInput, KeyError, AttributeError, TypeError, ValueError, IndexError):
        pass  # not there, or of another release: the predictions are what counts
    return score_run(gold, documents, one.predictions, one.run, seen(), projection)


__all__ = ["Standing", "standings", "table_scores"]
