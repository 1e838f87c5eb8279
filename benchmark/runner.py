"""Runs models over articles: plan, isolate, time, append, resume.

Each model runs in a process of its own (started, not forked). An article that fails, hangs or kills the process costs
itself alone: the process is started anew for the next one. Everything finished is on disk before the next article begins.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from benchmark import store
from benchmark.extractor import Declaration
from benchmark.formats.jsonl import Prediction
from benchmark.gold import Fold, GoldSet, edition, folds
from benchmark.inventory import Inventory
from benchmark.problems import BadInput
from benchmark.redaction import public
from benchmark.registry import Found, source_hash, versions
from benchmark.schema import Document
from benchmark.schemes import Projection, common, projections, scheme
from benchmark.scores import Scores
from benchmark.scoring import Seen, learnable, score, signature
from benchmark.worker import Job, Ready, main

Note = Callable[[str], object]
_Answer = TypeVar("_Answer", Ready, Prediction)


class Options(Struct, frozen=True):
    """How to run. ``timeout`` is for one article, ``load_timeout`` for loading and training; both in seconds."""

    device: str = "auto"
    timeout: float = 300.0
    load_timeout: float = 3600.0
    force: bool = False
    retry_failed: bool = False
    seed: int = 0


class Result(Struct, frozen=True):
    """A model's run: where it is, what came of each article, and its scores."""

    found: Found
    run: store.Run
    folder: str
    predictions: list[Prediction]
    scores: Scores
    words: dict[str, int]  # of each document, for speed

    def outcomes(self) -> dict[str, int]:
        """Number of articles by outcome."""
        names = [p.outcome for p in self.predictions]
        return {name: names.count(name) for name in dict.fromkeys(names)}

    def to_dict(self) -> dict[str, Any]:
        """The run for ``--json``: description, outcome and cost of each article, figures."""
        articles = [{n: getattr(p, n) for n in ("id", "outcome", "error", "seconds", "cpu_seconds", "memory")} for p in self.predictions]
        run = msgspec.to_builtins(self.run)
        return {"model": self.run.model, "folder": self.folder, "run": run, "articles": articles, "scores": self.scores.summary()}

    def reason(self) -> str | None:
        """Why something is missing: the first error."""
        return next((p.error for p in self.predictions if p.outcome != "ok" and p.error), None)


def run_model(
    gold: GoldSet,
    documents: Sequence[Document],
    chosen: Sequence[Document],
    found: Found,
    parameters: dict[str, Any],
    results: Path,
    options: Options,
    note: Note = lambda line: None,
) -> Result:
    """Run one model on the chosen documents, skipping the articles that are done, and score it.

    Parameters
    ----------
    gold
        The gold set.
    documents
        All gold documents there are: what a model with ``fit`` may learn from.
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
    """
    declaration = found.declaration or Declaration(found.name)
    splits, obstacle = _splits(documents, found)
    fingerprint = gold.fingerprint()
    learned = sorted(d.id for d in documents) if found.fits else []
    source = source_hash(found)
    around = store.surroundings(declaration.environment)
    parts = [found.name, source, parameters, versions(declaration.requires), fingerprint, declaration.scheme, learned, options.seed]
    key = store.key(*parts, *(part for part in (around, store.contents(parameters)) if part))
    folder = store.RunFolder(results, found.name, key)
    folder.open()
    run = store.Run(
        found.name,
        key,
        public(parameters),
        _origin(found, gold.folder.parent),
        source,
        fingerprint,
        declaration.scheme,
        tuple(sorted(declaration.produces)),
        (*declaration.trained_on, *(f"gold labels of {fold.basis}" for fold in splits[:1] if found.fits)),
        (splits[0].basis if splits else "") or None,
        options.seed,
        options.device,
        environment=around,
        machine=store.machine(),
    )
    with folder.locked():
        done = {} if options.force else {p.id: p for p in folder.predictions() if _keeps(p, options)}
        folder.keep(done.values())
        if done:
            run = folder.read_run()
        session = _Session(gold.inventory, found, parameters, folder, options, run, done, note)
        if obstacle:
            session.skip([d for d in chosen if d.id not in done], obstacle)
        for fold in splits:
            session.extract(fold, [d for d in fold.test if d.id not in done and d in chosen])
        predictions = [done[d.id] for d in chosen if d.id in done]
        scores = score_run(gold, chosen, predictions, session.run, learnable(documents))
        folder.write("scores.json", scores.to_dict())
    return Result(found, session.run, str(folder.path), predictions, scores, {d.id: len((d.text or "").split()) for d in chosen})


def _splits(documents: Sequence[Document], found: Found) -> tuple[list[Fold], str | None]:
    """The folds of a model, or why there are none; what learns nothing has one fold of everything."""
    if not found.fits:
        return [Fold((), tuple(documents), "")], None
    try:
        return folds(documents), None
    except BadInput as error:
        return [], str(error)


def score_run(
    gold: GoldSet,
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
    projection = projection or common(scheme(run.scheme, gold.inventory))
    found = {p.id: p.document for p in predictions if p.outcome == "ok"}
    return score(documents, found, signature(run.gold[:12], projection.name), run.produces, projection, seen=seen)


def _keeps(prediction: Prediction, options: Options) -> bool:
    return prediction.outcome in store.FINAL and (prediction.outcome == "ok" or not options.retry_failed)


def _origin(found: Found, root: Path) -> str:
    path = Path(found.origin)
    return (
        path.resolve().relative_to(root.resolve()).as_posix()
        if path.exists() and path.resolve().is_relative_to(root.resolve())
        else found.origin
    )


class _Session:
    """One model's run while it lasts."""

    def __init__(
        self,
        inventory: Inventory,
        found: Found,
        parameters: dict[str, Any],
        folder: store.RunFolder,
        options: Options,
        run: store.Run,
        done: dict[str, Prediction],
        note: Note,
    ):
        self.inventory, self.found, self.parameters, self.folder = inventory, found, parameters, folder
        self.options, self.run, self.done, self.note = options, run, done, note

    def extract(self, fold: Fold, todo: Sequence[Document]) -> None:
        """Extract from the documents of one fold, one by one; each is on disk before the next begins."""
        log = str(self.folder.path / "output.log")
        training = fold.train if self.found.fits else None
        job = Job(self.found, self.parameters, self.options.device, log, self.options.seed, training, self.options.force)
        worker: Worker | None = None
        try:
            for document in todo:
                if worker is None:
                    if training is not None:
                        self.note(f"{self.found.name}: training on {len(training)} texts ({fold.basis})")
                    worker = Worker(job)
                    ready = worker.ready(self.options.load_timeout)
                    self._describe(ready)
                    if ready.outcome != "ok":
                        self.note(f"{self.found.name}: {ready.outcome}: {ready.error}")
                if ready.outcome != "ok":
                    prediction = Prediction(document.id, outcome=ready.outcome, error=ready.error)
                else:
                    prediction = self._allowed(worker.predict(document, self.options.timeout))
                self.folder.append(prediction)
                self.done[document.id] = prediction
                if ready.outcome == "ok":
                    self.note(_line(self.found.name, prediction))
                if ready.outcome == "ok" and worker.process.exitcode is not None:
                    worker.close()
                    worker = None  # it died over this article: the next one gets a new process
        finally:
            if worker is not None:
                worker.close()

    def skip(self, todo: Sequence[Document], reason: str) -> None:
        """Record documents that the model cannot be run on here."""
        self.folder.write("run.json", self.run)
        for document in todo:
            self.done[document.id] = Prediction(document.id, outcome="unavailable", error=reason)
            self.folder.append(self.done[document.id])

    def _describe(self, ready: Ready) -> None:
        """Write run.json once the model is loaded, before its first article."""
        commit, dirty = store.commit(self.folder.path.parent.parent)
        self.run = msgspec.structs.replace(
            self.run,
            scheme=ready.scheme or self.run.scheme,
            produces=self.run.produces if ready.produces is None else ready.produces,
            versions=ready.versions,
            commit=commit,
            dirty=dirty,
            load_seconds=round(ready.seconds, 3),
        )
        self.folder.write("run.json", self.run)

    def _allowed(self, prediction: Prediction) -> Prediction:
        """The prediction, as failed if it holds labels that the model's scheme has not."""
        known = scheme(self.run.scheme, self.inventory).labels
        unknown = sorted({m.type for m in prediction.mentions} - set(known))
        unknown = unknown or sorted({e.type for e in prediction.events} - set(self.inventory.events))
        if not unknown:
            return prediction
        reason = (
            f"label {unknown[0]!r} is not in the scheme {self.run.scheme!r}; declare the scheme that the model uses (see `list schemes`)"
        )
        return Prediction(prediction.id, outcome="failed", error=reason, seconds=prediction.seconds, memory=prediction.memory)


def by_scheme(results: Sequence[Result], gold: GoldSet, chosen: Sequence[Document], wanted: str | None) -> list[list[Result]]:
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
    on = projections(answering, gold.inventory, wanted)
    seen = learnable(gold.documents())
    found = []
    for result in results:
        projection = on.get(result.run.scheme)  # None: a row without answers
        scores = score_run(gold, chosen, result.predictions, result.run, seen, projection) if projection else result.scores
        found.append(msgspec.structs.replace(result, scores=scores))
    return [found]


class Worker:
    """The runner's side of a worker process."""

    def __init__(self, job: Job):
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=main, args=(theirs, msgspec.msgpack.encode(job)))
        self.process.start()
        theirs.close()

    def ready(self, timeout: float) -> Ready:
        """Wait until the model is loaded."""
        answer = self._answer(timeout, Ready)
        if isinstance(answer, str):
            return Ready("timeout" if answer.startswith("took") else "failed", f"loading {answer}")
        return answer

    def predict(self, document: Document, timeout: float) -> Prediction:
        """Send an article and wait for the answer; a worker that is late or gone makes the article's outcome."""
        began = time.perf_counter()
        with contextlib.suppress(OSError):  # the worker is gone: the answer says how
            self.pipe.send_bytes(msgspec.msgpack.encode(document.article))
        answer = self._answer(timeout, Prediction)
        if isinstance(answer, str):
            seconds = round(time.perf_counter() - began, 6)
            return Prediction(document.id, outcome="timeout" if answer.startswith("took") else "failed", error=answer, seconds=seconds)
        return answer

    def _answer(self, timeout: float, kind: type[_Answer]) -> _Answer | str:
        """The next message, or in words why there is none; the worker is dead in that case."""
        try:
            if self.pipe.poll(timeout):
                return msgspec.msgpack.decode(self.pipe.recv_bytes(), type=kind)
        except (EOFError, OSError):
            self.process.join(5)
            code = self.process.exitcode
            self._kill()
            how = f"was ended by {signal.Signals(-code).name}" if code is not None and code < 0 else f"exited with status {code}"
            return f"the model's process {how}; see output.log"
        self._kill()
        return f"took more than {timeout:g} s"

    def _kill(self) -> None:
        """Kill the worker and what it started."""
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except (OSError, AttributeError):
            self.process.kill()
        self.process.join()

    def close(self) -> None:
        """End the worker: closing the pipe ends its loop; what does not end is killed."""
        self.pipe.close()
        self.process.join(2)
        if self.process.exitcode is None:
            self._kill()


def _line(model: str, prediction: Prediction) -> str:
    told = edition(prediction.id)
    cost = f"{prediction.seconds:.2f} s" if prediction.seconds is not None else ""
    reason = f" ({prediction.error})" if prediction.error else ""
    return f"{model}: {prediction.id.removesuffix('.retold')} {told} {prediction.outcome} {cost}{reason}".rstrip()


def exit_status(results: Sequence[Result], named: bool) -> int:
    """0 if all went well, 1 if something failed; what is unavailable is a failure only of a model asked for by name."""
    bad = {"failed", "timeout"} | ({"unavailable"} if named else set())
    return int(any(p.outcome in bad for r in results for p in r.predictions))


__all__ = ["Options", "Result", "Worker", "by_scheme", "exit_status", "run_model", "score_run"]
