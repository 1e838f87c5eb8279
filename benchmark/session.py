"""One model's run while it lasts: workers side by side, each article on disk as soon as it is finished."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from benchmark import store
from benchmark.answers import Labels, plain
from benchmark.corpus import Corpus, Fold
from benchmark.formats.jsonl import Prediction
from benchmark.gold import edition
from benchmark.interruption import never
from benchmark.isolation import Ended, Worker, wait
from benchmark.plan import Options, Plan
from benchmark.registry import versions
from benchmark.schema import Document
from benchmark.worker import Job, Ready

Note = Callable[[str], object]


class Engine(Protocol):
    """Something else than this machine's own workers that extracts: a cluster."""

    def predictions(self, job: Job, documents: Sequence[Document], labels: Labels, options: Options) -> Iterator[tuple[Ready, Prediction]]:
        """Each document's prediction, in order, with the description of the model that gave it.

        Parameters
        ----------
        job
            The model, and what it learns from.
        documents
            What it is applied to.
        labels
            Those that it may give.
        options
            How to run; the limits are the engine's to keep.

        Yields
        ------
        ready, prediction
        """
        ...


class _Batch(Struct, eq=False):
    """Documents that the same loaded model answers: a fold's, or all of a model that learns nothing."""

    job: Job
    todo: deque[Document]
    most: int  # workers at once: what learns is trained in one
    workers: int = 0
    seen: bool = False  # whether a worker of it was started
    refusal: Ready | None = None  # what a worker that could not load said


class Session:
    """The run of a plan into a folder.

    Attributes
    ----------
    run
        The description of the run, as far as it is known.
    done
        The predictions by document, those from earlier too.
    """

    def __init__(
        self,
        planned: Plan,
        corpus: Corpus,
        folder: store.RunFolder,
        options: Options,
        done: dict[str, Prediction],
        note: Note,
        interrupted: Callable[[], bool] = never,
        finished: Callable[[Prediction], object] = lambda prediction: None,
        engine: Engine | None = None,
    ):
        self.plan, self.corpus, self.folder, self.options = planned, corpus, folder, options
        self.done, self.note, self.interrupted, self.finished, self.engine = done, note, interrupted, finished, engine
        self.run, self._written = self._begun(), False
        self._began = time.monotonic()
        self.labels = Labels.of(corpus.inventory, *corpus.labels_allowed(planned.found.fits))

    def _begun(self) -> store.Run:
        """The description: of an earlier sitting, what was learned about the loaded model is taken over."""
        fresh = self.plan.run
        if not self.done:
            return fresh
        before = self.folder.read_run()
        names = ("scheme", "produces", "versions", "load_seconds", "restored", "seconds", "parameter_count", "model_bytes", "libraries")
        return msgspec.structs.replace(fresh, **{name: getattr(before, name) for name in names})

    def extract(self, chosen: Sequence[Document]) -> None:
        """Extract from the chosen documents that are not done; each is on disk before its worker gets another."""
        wanted = {d.id for d in chosen if d.id not in self.done}
        if not wanted:
            self.run = self.folder.read_run()
            return
        if self.plan.obstacle:
            self._skip([d for d in chosen if d.id in wanted], self.plan.obstacle)
            return
        batches = [self._batch(fold, [d for d in fold.test if d.id in wanted]) for fold in self.plan.folds]
        batches = [batch for batch in batches if batch.todo]
        if self.engine is not None:
            self._extract_elsewhere(self.engine, batches)
            return
        pool: dict[Worker, _Batch] = {}
        try:
            self._work(pool, batches)
        except KeyboardInterrupt:
            self._end(pool)
            raise
        finally:
            for worker in pool:
                worker.kill()
        self._end(pool)

    def _extract_elsewhere(self, engine: Engine, batches: list[_Batch]) -> None:
        """Extract by an engine; each article is on disk when its answer has come, in the order of the articles."""
        for batch in batches:
            described = False
            for ready, prediction in engine.predictions(batch.job, list(batch.todo), self.labels, self.options):
                if not described:
                    self._loaded(ready)
                    described = True
                self._finish(self.labels.allowed(prediction, self.run.scheme))
                if self.interrupted():
                    break
        self._end({})

    def _work(self, pool: dict[Worker, _Batch], batches: list[_Batch]) -> None:
        while self._fill(pool, batches):
            wait(list(pool), self._left())
            for worker in list(pool):
                self._attend(worker, pool)
            self._stop_late(pool, batches)

    def _end(self, pool: dict[Worker, _Batch]) -> None:
        """End what still works, and note how long this took."""
        for worker in list(pool):
            worker.kill()
            self._leave(worker, pool)
        if self._written:
            self._describe(seconds=round((self.run.seconds or 0.0) + time.monotonic() - self._began, 3))

    def _batch(self, fold: Fold, todo: Sequence[Document]) -> _Batch:
        learns, options = self.plan.found.fits, self.options
        log = str(self.folder.path / "output.log")
        training = fold.train if learns else None
        job = Job(self.plan.found, self.plan.parameters, options.device, log, options.seed, training, options.force)
        return _Batch(job, deque(todo), 1 if learns else options.jobs)

    def _fill(self, pool: dict[Worker, _Batch], batches: list[_Batch]) -> bool:
        """Give idle workers something to do or end them, and start new ones; whether any is working."""
        for worker in [w for w in pool if not w.working]:
            batch = pool[worker]
            spent = worker.answers and worker.process.exitcode is not None  # it ended after an answer: the next document is not to blame
            if batch.todo and not spent and not self.interrupted():
                worker.send(batch.todo.popleft(), self.options.timeout)
            else:
                worker.close()
                self._leave(worker, pool)
        if self.interrupted():
            for worker in [w for w in pool if not w.loaded]:
                worker.kill()
                self._leave(worker, pool)
            return bool(pool)
        for batch in batches:
            while len(pool) < self.options.jobs and batch.refusal is None and batch.workers < min(batch.most, _needed(batch, pool)):
                pool[self._started(batch)] = batch
                batch.workers += 1
        return bool(pool)

    def _started(self, batch: _Batch) -> Worker:
        if batch.job.training is not None:
            self.note(f"{self.run.model}: training on {len(batch.job.training)} texts ({self.run.folds})")
        options = self.options
        job = msgspec.structs.replace(batch.job, anew=batch.job.anew and not batch.seen)  # what it learned first is good for the next
        batch.seen = True
        return Worker(job, options.load_timeout, options.memory, options.threads)

    def _attend(self, worker: Worker, pool: dict[Worker, _Batch]) -> None:
        batch, document = pool[worker], worker.document
        said = worker.answer()
        if isinstance(said, Prediction):
            self._finish(self.labels.allowed(said, self.run.scheme))
        elif isinstance(said, Ready) and said.outcome == "ok":
            self._loaded(said)
        elif isinstance(said, Ended) and document is not None:
            self._leave(worker, pool)
            words = len((document.text or "").split())
            self._finish(
                Prediction(document.id, outcome=said.outcome, error=said.error, seconds=said.seconds, memory=said.memory, words=words)
            )
        elif said is not None:
            worker.close()
            self._leave(worker, pool)
            self._refused(batch, Ready(said.outcome, said.error))

    def _leave(self, worker: Worker, pool: dict[Worker, _Batch]) -> None:
        pool.pop(worker).workers -= 1

    def _refused(self, batch: _Batch, ready: Ready) -> None:
        """A worker could not load: its documents are for the others, and where there are none they share its outcome."""
        batch.refusal = ready
        self.note(f"{self.run.model}: {ready.outcome}: {ready.error}")
        if not batch.workers:
            self._drain(batch, ready)

    def _drain(self, batch: _Batch, ready: Ready) -> None:
        if not self._written:
            self._describe()
        while batch.todo:
            document = batch.todo.popleft()
            words = len((document.text or "").split())
            self._finish(Prediction(document.id, outcome=ready.outcome, error=ready.error, words=words), silent=True)

    def _skip(self, todo: Sequence[Document], reason: str) -> None:
        """Record documents that the model cannot be run on here."""
        self._describe()
        for document in todo:
            self._finish(Prediction(document.id, outcome="unavailable", error=reason), silent=True)

    def _left(self) -> float:
        """Seconds until the run must end, at most one."""
        limit = self.options.run_timeout
        return 1.0 if limit is None else min(1.0, max(0.0, limit - (time.monotonic() - self._began)))

    def _stop_late(self, pool: dict[Worker, _Batch], batches: list[_Batch]) -> None:
        """Where the run's time is over, end what is under way, and record it and all the rest."""
        limit = self.options.run_timeout
        if limit is None or time.monotonic() - self._began < limit:
            return
        late = Ready("timeout", f"the run took more than {limit:g} s")
        for worker, batch in list(pool.items()):
            if worker.document is not None:
                batch.todo.appendleft(worker.document)
            worker.kill()
            self._leave(worker, pool)
        for batch in batches:
            self._drain(batch, late)
            batch.refusal = late

    def _finish(self, prediction: Prediction, silent: bool = False) -> None:
        if prediction.error is not None:
            prediction = msgspec.structs.replace(prediction, error=plain(prediction.error))
        self.folder.append(prediction)
        self.done[prediction.id] = prediction
        if not silent:
            self.note(_line(self.run.model, prediction, self.corpus.gold))
        self.finished(prediction)

    def _loaded(self, ready: Ready) -> None:
        """Complete the description by what is known of the loaded model, before its first article."""
        self._describe(
            scheme=ready.scheme or self.run.scheme,
            produces=self.run.produces if ready.produces is None else ready.produces,
            versions=ready.versions,
            load_seconds=round(max(ready.seconds, self.run.load_seconds or 0.0), 3),
            restored=self.run.restored if ready.restored is None else bool(self.run.restored) or ready.restored,
            parameter_count=ready.parameter_count,
            model_bytes=ready.model_bytes,
            libraries=self.run.libraries | versions(ready.imported),
        )

    def _describe(self, **known: object) -> None:
        if not self._written:
            self.folder.discard("scores.json")  # from now on they are not of these predictions
        self.run = msgspec.structs.replace(self.run, **known)
        self.folder.write("run.json", self.run)
        self._written = True


def _needed(batch: _Batch, pool: dict[Worker, _Batch]) -> int:
    """How many workers a batch can give something to do: one for each document that waits, and those that are busy."""
    busy = sum(1 for worker, of in pool.items() if of is batch and worker.document is not None)
    return len(batch.todo) + busy


def _line(model: str, prediction: Prediction, editions: bool) -> str:
    told = f" {edition(prediction.id)}" if editions else ""
    cost = f"{prediction.seconds:.2f} s" if prediction.seconds is not None else ""
    reason = f" ({prediction.error})" if prediction.error else ""
    return f"{model}: {prediction.id.removesuffix('.retold')}{told} {prediction.outcome} {cost}{reason}".rstrip()


__all__ = ["Engine", "Note", "Session"]
