"""The process in which a model runs: it gets articles through a pipe and answers with predictions.

A model can raise, print, exit or be killed here without harm to the run. What it prints goes to a log file.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from benchmark import logs, redaction, training
from benchmark.answers import MOST_LABELS, checked, guarded, spent
from benchmark.command import CommandModel
from benchmark.dimensions import bytes_on_disk, parameter_count, torch_device
from benchmark.extractor import Product, Unavailable, extract_all
from benchmark.formats.jsonl import Outcome, Prediction
from benchmark.paths import appending
from benchmark.registry import Found, load, source_files, versions
from benchmark.schema import Article, Document, Extraction
from benchmark.usage import Meter


class Job(Struct, frozen=True):
    """What a worker is started with: the model, its parameters and device, the file for what it prints, the seed, what it learns from."""

    found: Found
    parameters: dict[str, Any]
    device: str
    log: str
    seed: int
    training: tuple[Document, ...] | None
    anew: bool = False  # train even where trained parts are in the cache


class Ready(Struct, frozen=True):
    """The worker's first answer: ``ok`` and what is known of the loaded model (`seconds` of loading and training), or why it cannot run."""

    outcome: Outcome
    error: str | None = None
    scheme: str | None = None
    seconds: float = 0.0
    versions: dict[str, str] = {}
    produces: tuple[Product, ...] | None = None
    device: str | None = None
    parameter_count: int | None = None
    model_bytes: int | None = None
    restored: bool | None = None  # whether what it learned came out of the cache; None where it learns nothing
    imported: tuple[str, ...] = ()  # top-level modules
    together: bool = False  # whether it takes several articles at once


def main(pipe: Connection, life: Connection, job: bytes) -> None:
    """Body of the worker process: load, report, then answer articles until the pipe closes.

    Parameters
    ----------
    pipe
        Articles in, predictions out, as MessagePack.
    life
        The end of a pipe to which nobody writes: when it closes, the runner is gone, and so must be all that it started.
    job
        A :class:`Job` as MessagePack.
    """
    _apart()
    _end_with(life)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=pipe.close)  # a forked child neither answers nor keeps the pipe open
    work = msgspec.msgpack.decode(job, type=Job)
    keys = redaction.secrets(parameters=work.parameters)
    with contextlib.suppress(EOFError, OSError), _output_to(Path(work.log), keys):
        model, ready = prepare(work)
        try:
            pipe.send_bytes(msgspec.msgpack.encode(redaction.redacted(ready, keys)))
            while model is not None:
                sent = msgspec.msgpack.decode(pipe.recv_bytes(), type=Article | tuple[Article, ...])
                for prediction in predict_many(model, (sent,) if isinstance(sent, Article) else sent, ready.device):
                    pipe.send_bytes(msgspec.msgpack.encode(redaction.redacted(prediction, keys)))
        finally:
            _closed(model)


def _apart() -> None:
    """A session of its own: a signal for the terminal's group is the runner's to handle, and all that the model starts can be ended."""
    if hasattr(os, "setsid"):
        os.setsid()
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # blocked while the process was started
    with contextlib.suppress(OSError):  # where the system runs out of memory, it shall take this process and not the runner; Linux alone
        Path("/proc/self/oom_score_adj").write_text("1000")


def _end_with(life: Connection) -> None:
    """End this process and what it starts when the runner is gone, however it went, and whatever the model is doing then.

    A thread would wait for a model that computes in C and holds the interpreter, a child process would be in the way of a model that
    waits for children: so it is a shell, whose parent has ended, that reads from the pipe and then kills its process group.
    """
    watch = "exec 3<&0; (read line <&3; kill -9 0) >/dev/null 2>&1 &"
    try:
        subprocess.run(["/bin/sh", "-c", watch], stdin=life.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError):  # no such shell, as on Windows
        threading.Thread(target=_end_after, args=(life,), daemon=True).start()


def _end_after(life: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        life.recv_bytes()
    os._exit(1)


def _closed(model: Any) -> None:
    """Let the model end what it holds; nothing that goes wrong now can change an answer."""
    with contextlib.suppress(Exception):
        if hasattr(model, "close"):
            model.close()


@contextlib.contextmanager
def _output_to(log: Path, keys: frozenset[str]) -> Iterator[None]:
    """Standard output and error, also of C libraries and child processes, appended to a file, with the keys hidden."""
    with (
        os.fdopen(appending(log), "ab", buffering=0) as file,
        logs.hiding(file.fileno(), redaction.forms(keys), redaction.HIDDEN) as handle,
    ):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        try:
            yield
        except Exception:
            with contextlib.suppress(Exception):  # a message may not be writable
                traceback.print_exc()
            raise
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            if handle != file.fileno():  # the log is whole once nothing holds the way to it; what is said later would not be hidden
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)


def prepare(job: Job) -> tuple[Any, Ready]:
    """Construct and load the model, and fit it or restore what was fitted; never raises but KeyboardInterrupt.

    Returns
    -------
    model, ready
        The model, None where it cannot run; and its description, or why not.
    """
    began = time.perf_counter()
    model: Any = None

    def work() -> Ready:
        nonlocal model
        model = _construct(job)
        if hasattr(model, "load"):
            model.load(job.device)
        restored = None
        if job.training is not None:
            restored = training.fit(model, job.found, job.parameters, job.training, job.seed, job.device, job.anew)
        return _described(model, job, time.perf_counter() - began, restored)

    ready, outcome, error = guarded(work)
    return (model, ready) if ready is not None else (None, Ready(outcome, error))


def _described(model: Any, job: Job, seconds: float, restored: bool | None) -> Ready:
    declaration = job.found.declaration
    made = getattr(model, "produces", None)
    trained = None
    if job.training is not None and hasattr(model, "save"):
        trained = training.kept(job.found, job.parameters, job.training, job.seed, job.device)
    return Ready(
        "ok",
        None,
        getattr(model, "scheme", None) or (declaration.scheme if declaration else None),
        seconds,
        versions(declaration.requires if declaration else ()),
        None if made is None else tuple(sorted(made)),
        _device(model, job),
        _known(lambda: parameter_count(model)),
        _known(lambda: bytes_on_disk(model, source_files(job.found), trained)),
        restored,
        tuple(sorted({name.partition(".")[0] for name in list(sys.modules) if not name.startswith("_")})),
        hasattr(model, "extract_many"),
    )


def _device(model: Any, job: Job) -> str | None:
    """Where the model computes, as far as it can be seen: its torch modules, what it says itself; a program in this process: the CPU."""
    if job.found.kind == "command":
        return None
    said = getattr(model, "device", None)
    named = str(said) if said is not None and str(said) != "auto" else None
    return _known(lambda: torch_device(model)) or (named[:40] if named else "cpu")


def _known(work: Any) -> Any:
    """What can be found out about a model; None where looking fails: it is no fault of an article."""
    try:
        return work()
    except Exception:
        return None


def _construct(job: Job) -> Any:
    declaration = job.found.declaration
    for package in declaration.requires if declaration else ():
        if importlib.util.find_spec(package) is None:
            how = f"; install it: {declaration.install}" if declaration and declaration.install else ""
            raise Unavailable(f"package {package} is missing{how}")
    if job.found.kind == "command":
        return CommandModel(Path(job.found.origin))
    _seed(job.seed)
    return load(job.found)(**job.parameters)


def _seed(seed: int) -> None:
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed)


def predict(model: Any, article: Article, device: str | None = None) -> Prediction:
    """One article through the model; never raises but KeyboardInterrupt.

    Parameters
    ----------
    model
        The loaded model.
    article
        The article.
    device
        Where it computes, as the prediction tells.

    Returns
    -------
    Prediction
        With outcome, seconds, processor seconds, peak memory in MiB and words.
    """
    answer: Any = None

    def work() -> Extraction:
        nonlocal answer
        answer = extract_all(model, [article])[0]
        return checked(answer, article)

    meter = Meter()
    found = guarded(work)
    return _prediction(article, found, answer, meter.stop(), 1.0, device)


def predict_many(model: Any, articles: Sequence[Article], device: str | None = None) -> Iterator[Prediction]:
    """Articles through the model, at once where it can; where that fails, one by one.

    Parameters
    ----------
    model
        The loaded model.
    articles
        The articles.
    device
        As for :func:`predict`.

    Yields
    ------
    Prediction
        One an article, in order; of what was answered at once each has its share of the time, by length.
    """
    if len(articles) == 1 or not hasattr(model, "extract_many"):
        yield from (predict(model, article, device) for article in articles)
        return
    meter = Meter()
    found, outcome, _ = guarded(lambda: extract_all(model, articles))
    meter.stop()
    if outcome != "ok" or len(found) != len(articles):
        yield from (predict(model, article, device) for article in articles)
        return
    size = sum(len(article.text) + 1 for article in articles)
    for article, answer in zip(articles, found, strict=True):
        share = (len(article.text) + 1) / size
        yield _prediction(article, guarded(partial(checked, answer, article)), answer, meter, share, device)


def _prediction(
    article: Article, result: tuple[Any, Outcome, str | None], answer: Any, meter: Meter, share: float, device: str | None
) -> Prediction:
    """What came of an article that took a share of the metered time; what a refused answer says that it spent is spent."""
    extraction, outcome, error = result
    found = extraction or Extraction()
    tokens, cost = (found.tokens, found.cost) if extraction is not None else spent(answer)
    return Prediction(
        article.id,
        mentions=found.mentions,
        events=found.events,
        invented=found.invented,
        outcome=outcome,
        error=error,
        seconds=round(meter.seconds * share, 6),
        cpu_seconds=round(meter.cpu_seconds * share, 6),
        memory=meter.memory,
        words=len(article.text.split()),
        device=device,
        tokens=tokens,
        cost=cost,
    )


__all__ = ["MOST_LABELS", "Job", "Ready", "checked", "main", "predict", "predict_many", "prepare"]
