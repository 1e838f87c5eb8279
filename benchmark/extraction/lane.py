"""A model in a process of its own that works on batch after batch; a document that fails, hangs or kills it costs itself alone."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from benchmark.answers import Labels
from benchmark.extraction.plan import Unit
from benchmark.formats.jsonl import Prediction
from benchmark.isolation import Worker
from benchmark.problems import BadInput
from benchmark.registry import source_hash
from benchmark.schema import Article, Document
from benchmark.worker import Job, Ready


class Task(Struct, frozen=True):
    """A model to apply, and the limits in seconds: ``timeout`` for one article, ``load_timeout`` for loading and training.

    ``source`` is the hash of the model's source: a machine that has another one is refused. An article with other labels than
    ``labels`` has failed.
    """

    job: Job
    source: str
    labels: Labels
    timeout: float = 300.0
    load_timeout: float = 3600.0


def task(job: Job, labels: Labels, timeout: float, load_timeout: float) -> Task:
    """The task of a job.

    Parameters
    ----------
    job
        What to run.
    labels
        Those that it may give.
    timeout, load_timeout
        Seconds for one article; for loading and training.

    Raises
    ------
    OSError
        Where the model's source cannot be read.
    """
    return Task(job, source_hash(job.found), labels, timeout, load_timeout)


class Answer(Struct, frozen=True):
    """What came of a unit, without its articles; ``ready`` describes the loaded model (None: nothing was to do)."""

    unit: Unit
    ready: Ready | None = None
    predictions: tuple[Prediction, ...] = ()
    seconds: float = 0.0


class Engine(Protocol):
    """Applies a model to units; the answers come in the order of the units, one for each."""

    def answers(self, task: Task, units: Iterable[Unit]) -> Iterator[Answer]:
        """The answers; a model that cannot be loaded has no predictions, and its ``ready`` says why."""
        ...

    def describe(self) -> dict[str, object]:
        """What the manifest says of it."""
        ...


class Lane:
    """One worker process, started when it is needed and again after it has died."""

    def __init__(self, task: Task):
        self.task = task
        self.worker: Worker | None = None
        self.first: Ready | None = None
        self.stopped = False

    def ready(self) -> Ready:
        """Start the process where there is none, and wait for the model."""
        if self.worker is None:
            if self.stopped:
                return Ready("failed", "stopped")
            self.worker = Worker(self.task.job, self.task.load_timeout)
            self.state = self.worker.ready()
            self.first = self.first or self.state
            if self.state.outcome != "ok":
                self.close()
        return self.state

    def answer(self, unit: Unit) -> Answer:
        """The predictions of a unit, in the order of its articles."""
        told = msgspec.structs.replace(unit, articles=())
        if not unit.articles:
            return Answer(told)
        if self.ready().outcome != "ok" and self.first is self.state:
            return Answer(told, self.first)
        began = time.perf_counter()
        scheme = (self.first.scheme if self.first else None) or "gold"
        found = tuple(self.task.labels.allowed(p, scheme) for p in self._predictions(unit.articles))
        return Answer(told, self.first, found, time.perf_counter() - began)

    def _predictions(self, articles: Sequence[Article]) -> list[Prediction]:
        found: list[Prediction] = []
        together = True
        while len(found) < len(articles):
            rest = articles[len(found) :]
            ready = self.ready()
            if ready.outcome != "ok" or self.worker is None:  # it has died, and cannot be started again
                found.append(Prediction(rest[0].id, outcome=ready.outcome, error=ready.error))
                continue
            answers, fault = self.worker.predict_many(rest if together else rest[:1], self.task.timeout)
            found += answers
            if fault is None:
                continue
            self.close()
            if ready.together and together and len(rest) > 1:
                together = False  # nobody knows which of them it was: each by itself
            else:
                found.append(Prediction(articles[len(found)].id, outcome=fault.outcome, error=fault.error, seconds=fault.seconds))
        return found

    def close(self) -> None:
        """End the process."""
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.close()

    def stop(self) -> None:
        """End the process at once, whatever it is doing, from another thread; it is not started again."""
        self.stopped = True
        worker = self.worker
        if worker is not None and worker.process.exitcode is None:
            worker.process.kill()


def train(task: Task) -> Ready:
    """Load the model once, so that what it learns is in the cache before several processes need it."""
    lane = Lane(task)
    try:
        return lane.ready()
    finally:
        lane.close()


def refused(task: Task, node: str, log: Path) -> Task:
    """The task for another machine, with a log of its own, unless the model's source is another one there.

    Parameters
    ----------
    task
        The task of the machine that the command runs on.
    node
        What the other one is called, for messages.
    log
        File there for what the model prints.

    Raises
    ------
    BadInput
        Where the source is not there, or differs.
    """
    try:
        there = source_hash(task.job.found)
    except OSError as error:
        raise BadInput(
            f"node {node} has no {task.job.found.origin} ({error.strerror}); every node needs the checkout at the same path"
        ) from None
    if there != task.source:
        raise BadInput(f"node {node} has another {task.job.found.origin} than this one; every node needs the same checkout")
    return msgspec.structs.replace(task, job=msgspec.structs.replace(task.job, log=str(log)))


def units_of(documents: Sequence[Document]) -> list[Unit]:
    """Each document as a unit of its own: for runs, where every article is on disk before the next begins."""
    return [Unit(n, positions=(0,), articles=(document.article,), documents=1) for n, document in enumerate(documents)]
