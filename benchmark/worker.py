"""The process in which a model runs: it gets articles through a pipe and answers with predictions.

A model can raise, print, exit or be killed here without harm to the run. What it prints goes to a log file.
"""

from __future__ import annotations

import contextlib
import importlib.util
import operator
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from benchmark import limits, logs, redaction
from benchmark.command import CommandModel
from benchmark.extractor import Product, Unavailable, Unsupported, extract_all
from benchmark.formats.jsonl import Outcome, Prediction, decode_line
from benchmark.paths import appending
from benchmark.problems import BadInput
from benchmark.registry import Found, load, versions
from benchmark.schema import Argument, Article, Document, Event, Extraction, Invented, Mention
from benchmark.training import fit

MOST_LABELS = 100_000  # an article with more mentions or events than this is a model gone wrong


class Job(Struct, frozen=True):
    """What a worker is started with."""

    found: Found
    parameters: dict[str, Any]
    device: str
    log: str
    seed: int
    training: tuple[Document, ...] | None
    anew: bool = False  # train even where trained parts are in the cache


class Ready(Struct, frozen=True):
    """The worker's first answer: ``ok`` and what is known of the loaded model, or why it cannot run."""

    outcome: Outcome
    error: str | None = None
    scheme: str | None = None
    seconds: float = 0.0
    versions: dict[str, str] = {}
    produces: tuple[Product, ...] | None = None


def main(pipe: Connection, job: bytes) -> None:
    """Body of the worker process: load, report, then answer articles until the pipe closes."""
    if hasattr(os, "setsid"):
        os.setsid()  # a signal for the terminal's group is the runner's to handle; and the worker is killed with its children
    work = msgspec.msgpack.decode(job, type=Job)
    keys = redaction.secrets(parameters=work.parameters)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionError), _output_to(Path(work.log), keys):
        model, ready = prepare(work)
        try:
            pipe.send_bytes(msgspec.msgpack.encode(redaction.redacted(ready, keys)))
            while model is not None:
                article = msgspec.msgpack.decode(pipe.recv_bytes(), type=Article)
                pipe.send_bytes(msgspec.msgpack.encode(redaction.redacted(predict(model, article), keys)))
        finally:
            _closed(model)


def _closed(model: Any) -> None:
    """Let the model end what it holds; nothing that goes wrong now can change an answer."""
    if hasattr(model, "close"):
        with contextlib.suppress(Exception):
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
        except Exception as error:
            _log(error)
            raise
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            if handle != file.fileno():  # the log is whole once nothing holds the way to it; what is said later would not be hidden
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)


def prepare(job: Job) -> tuple[Any, Ready]:
    """Construct and load the model, and fit it or restore what was fitted."""
    began = time.perf_counter()
    model: Any = None

    def work() -> Ready:
        nonlocal model
        model = _construct(job)
        if hasattr(model, "load"):
            model.load(job.device)
        if job.training is not None:
            fit(model, job.found, job.parameters, job.training, job.seed, job.device, job.anew)
        declaration = job.found.declaration
        scheme = getattr(model, "scheme", None) or (declaration.scheme if declaration else None)
        made = getattr(model, "produces", None)
        known = versions(declaration.requires if declaration else ())
        return Ready("ok", None, scheme, time.perf_counter() - began, known, None if made is None else tuple(sorted(made)))

    ready, outcome, error = _guarded(work)
    return (model, ready) if ready is not None else (None, Ready(outcome, error))


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


def predict(model: Any, article: Article) -> Prediction:
    """One article through the model, with outcome, time and memory; never raises."""
    wall, cpu = time.perf_counter(), time.process_time()
    extraction, outcome, error = _guarded(lambda: checked(extract_all(model, [article])[0], article))
    found = extraction or Extraction()
    return Prediction(
        article.id,
        mentions=found.mentions,
        events=found.events,
        invented=found.invented,
        outcome=outcome,
        error=error,
        seconds=round(time.perf_counter() - wall, 6),
        cpu_seconds=round(time.process_time() - cpu, 6),
        memory=_peak_memory(),
        tokens=found.tokens,
        cost=found.cost,
    )


def _guarded(work: Callable[[], Any]) -> tuple[Any, Outcome, str | None]:
    """Result, outcome and reason of a call of model code, whatever it raises."""
    try:
        return work(), "ok", None
    except Unavailable as error:
        return None, "unavailable", _words(error)
    except Unsupported as error:
        return None, "unsupported", _words(error)
    except ImportError as error:
        _log(error)
        return None, "unavailable", f"cannot be imported: {_words(error)}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a model must not end its worker with a success
        _log(error)
        where = traceback.extract_tb(error.__traceback__)[-1]
        return None, "failed", f"{type(error).__name__}: {_words(error)} ({Path(where.filename).name}:{where.lineno})"


def _words(error: BaseException) -> str:
    """What an exception says, as far as it can say it and it can be written down."""
    try:
        said = str(error)
    except Exception:  # a __str__ that raises must not cost the worker
        said = "(its message cannot be read)"
    return said[: limits.ERROR].encode("utf-8", "replace").decode("utf-8")


def _log(error: BaseException) -> None:
    with contextlib.suppress(Exception):  # as above; and a message may not be writable
        traceback.print_exception(error)


def checked(extraction: Any, article: Article) -> Extraction:
    """An extraction of plain values that fits its article; ValueError with the first fault otherwise.

    Numpy numbers become Python numbers; a NaN or a score outside [0, 1], an offset outside the text, a repeated id
    and an argument without mention are faults.
    """
    if not isinstance(extraction, Extraction):
        raise TypeError(f"extract() must return an Extraction, not {type(extraction).__name__}")
    for kind, labels in (("mentions", extraction.mentions), ("events", extraction.events), ("invented strings", extraction.invented)):
        if len(labels) > MOST_LABELS:
            raise ValueError(f"{len(labels)} {kind} in one article; more than {MOST_LABELS} are refused")
    plain = Prediction(
        article.id,
        mentions=tuple(map(_plain_mention, extraction.mentions)),
        events=tuple(map(_plain_event, extraction.events)),
        invented=tuple(Invented(i.text, i.type, i.kind) for i in extraction.invented),
        tokens=None if extraction.tokens is None else _int(extraction.tokens),
        cost=None if extraction.cost is None else _cost(extraction.cost),
    )
    try:
        read = decode_line(msgspec.json.encode(plain), "", 0)
    except BadInput as error:
        raise ValueError(error.problems[0].reason) from None
    size = len(article.text)
    for label in read.labels:
        if label.end > size:
            raise ValueError(f"{label.type} at {label.start} to {label.end} runs past the end of the text ({size} characters)")
    for event in read.events:
        for argument in event.arguments:
            if argument.end is not None and argument.end > size:
                raise ValueError(
                    f"argument {argument.role} at {argument.start} to {argument.end} runs past the end of the text ({size} characters)"
                )
    return Extraction(read.mentions, read.events, read.invented, read.tokens, read.cost)


def _plain_mention(m: Mention) -> Mention:
    return Mention(_int(m.start), _int(m.end), m.type, m.level, m.entity, m.value, _score(m.score), m.id, m.fragments)


def _plain_event(e: Event) -> Event:
    arguments = tuple(
        Argument(a.role, a.mention, None if a.start is None else _int(a.start), None if a.end is None else _int(a.end)) for a in e.arguments
    )
    return Event(_int(e.start), _int(e.end), e.type, e.realis, e.event, arguments, _score(e.score), e.id, e.fragments)


def _int(value: Any) -> int:
    return operator.index(value)


def _cost(value: Any) -> float:
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(f"cost {number} is not an amount of money")
    return number


def _score(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError(f"score {number} is not between 0 and 1")
    return number


def _peak_memory() -> float | None:
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
