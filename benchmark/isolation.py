"""The runner's side of a worker process: started apart, watched while it works, ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from multiprocessing import connection as connections
from multiprocessing import get_context, resource_tracker
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmark.formats.jsonl import Outcome, Prediction
from benchmark.schema import Article, Document
from benchmark.usage import Tree
from benchmark.worker import Job, Ready, main

MOST_BYTES = 256_000_000  # of a message; the worker refuses larger answers long before
LONGEST_LOG = 16_000_000  # bytes of output.log; what a model prints beyond is cut
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
)


class Ended(Struct, frozen=True):
    """A worker that is no more: the outcome of what it was doing, why, after how many seconds, and its peak of memory in MiB."""

    outcome: Outcome
    error: str
    seconds: float
    memory: float | None


class Worker:
    """A worker process. It is loading first; then it is given one document after another.

    Parameters
    ----------
    job
        What to run.
    load_timeout
        Seconds until it must be loaded.
    memory
        Most resident MiB of the process and those it starts.
    threads
        Threads of each numerical library that the user has not set; None: the library's own choice.
    """

    def __init__(self, job: Job, load_timeout: float = 3600.0, memory: float | None = None, threads: int | None = None):
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        life, self._life = context.Pipe(duplex=False)
        self._log = Path(job.log)
        self._memory = memory
        self.process = context.Process(target=main, args=(theirs, life, msgspec.msgpack.encode(job)), daemon=False)
        with _environment(threads), _no_interrupt():
            self.process.start()
        theirs.close()
        life.close()
        self._tree = Tree(self.process.pid or 0)
        self.document: Document | None = None
        self.loaded = False
        self.answers = 0
        self._ended: Ended | None = None
        self._begin(load_timeout)

    def _begin(self, limit: float) -> None:
        self._began = time.monotonic()
        self._limit = limit
        self._tree.peak = 0.0

    @property
    def working(self) -> bool:
        """Whether there is something to wait for: it is loading, or has a document."""
        return self._ended is None and (not self.loaded or self.document is not None)

    def send(self, document: Document, timeout: float) -> None:
        """Give it a document, to be answered within `timeout` seconds."""
        self.document = document
        self._begin(timeout)
        with contextlib.suppress(OSError):  # it is gone: the answer says how
            self.pipe.send_bytes(msgspec.msgpack.encode(document.article))

    def answer(self) -> Ready | Prediction | Ended | None:
        """What it has to say, if anything: after :class:`Ended` it is dead with all it started."""
        found = self._message()
        if found is None:
            found = self._fault()
        if isinstance(found, Ready):
            self.loaded = found.outcome == "ok"
        if isinstance(found, Prediction):
            self.document = None
            self.answers += 1
            found = msgspec.structs.replace(found, memory=max(found.memory or 0.0, self._tree.peak) or None)
        if isinstance(found, Ended):
            self._ended = found
            self.kill()
        return found

    def _message(self) -> Ready | Prediction | Ended | None:
        try:
            if not self.pipe.poll():
                return None
            data = self.pipe.recv_bytes(MOST_BYTES)
        except (EOFError, OSError):
            return self._gone()
        try:
            if not self.loaded:
                return msgspec.msgpack.decode(data, type=Ready)
            found = msgspec.msgpack.decode(data, type=Prediction)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._end("failed", "the model's process sent what is no answer")
        if self.document is None or found.id != self.document.id:
            return self._end("failed", f"the model's process answered for another document ({found.id[:80]!r})")
        return found

    def _fault(self) -> Ended | None:
        """Why it cannot go on, if so: it has ended, is late, or too large."""
        if self.process.exitcode is not None:
            return self._message() if self.pipe.poll() else self._gone()  # type: ignore[return-value]  # its last words, if any
        if time.monotonic() - self._began > self._limit:
            return self._end("timeout", f"took more than {self._limit:g} s")
        size = self._tree.look()
        self._cut_log()
        if self._memory is not None and size is not None and size > self._memory:
            return self._end("failed", f"took more than {self._memory:g} MiB of memory")
        return None

    def _gone(self) -> Ended:
        """How it ended; one that has only closed its pipe is ended now."""
        code = self._wait(2)
        if code is None:
            return self._end("failed", "the model's process closed its connection; see output.log")
        if code >= 0:
            how = f"exited with status {code}"
        else:
            how = f"was ended by {signal.Signals(-code).name}"
            if -code == getattr(signal, "SIGKILL", None):
                how += " (the system does this where memory runs out)"
        return self._end("failed", f"the model's process {how}; see output.log")

    def _end(self, outcome: Outcome, reason: str) -> Ended:
        seconds = round(time.monotonic() - self._began, 6)
        return Ended(outcome, reason if self.loaded else f"loading: {reason}", seconds, self._tree.peak or None)

    def _cut_log(self) -> None:
        """What a model prints without end must not fill the disk: it goes to a file opened for appending, which may be cut meanwhile."""
        with contextlib.suppress(OSError):
            if self._log.stat().st_size > LONGEST_LOG:
                with self._log.open("r+b") as file:
                    file.truncate(LONGEST_LOG // 2)
                    file.seek(0, os.SEEK_END)
                    file.write(b"\n[more was printed here than is kept]\n")

    def _wait(self, seconds: float) -> int | None:
        """Exit code once it has ended. ``join`` would wait for a pipe that processes started by the model hold open."""
        until = time.monotonic() + seconds
        while (code := self.process.exitcode) is None and time.monotonic() < until:
            time.sleep(0.002)
        return code

    def kill(self) -> None:
        """Kill it and what it started."""
        below = self._tree.processes()[1:] if self.process.exitcode is None else []
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        if self.process.exitcode is None:
            self.process.kill()  # it has not yet a group of its own
        for process in below:  # those that left the group
            with contextlib.suppress(Exception):
                process.kill()
        self._wait(30)
        self._release()

    def close(self) -> None:
        """End it: closing the pipe ends its loop; what does not end is killed, and so is what it leaves behind."""
        self.pipe.close()
        self._wait(2)
        self.kill()

    def _release(self) -> None:
        self.pipe.close()
        self._life.close()

    def ready(self) -> Ready:
        """Wait until it is loaded."""
        found = self._awaited()
        if isinstance(found, Ended):
            return Ready(found.outcome, found.error)
        assert isinstance(found, Ready)
        return found

    def predict(self, document: Document, timeout: float) -> Prediction:
        """Send a document and wait for the answer."""
        self.send(document, timeout)
        found = self._awaited()
        if isinstance(found, Ended):
            return Prediction(document.id, outcome=found.outcome, error=found.error, seconds=found.seconds, memory=found.memory)
        assert isinstance(found, Prediction)
        return found

    def predict_many(self, articles: Sequence[Article], timeout: float) -> tuple[list[Prediction], Ended | None]:
        """Send articles together, and wait for their answers.

        Parameters
        ----------
        articles
            The articles; without any nothing is awaited.
        timeout
            Seconds for each, or for all where the model takes them at once.

        Returns
        -------
        predictions, ended
            The answers that came, in order; and how the worker ended before the rest, None where it answered all.
        """
        with contextlib.suppress(OSError):  # it is gone: the answer says how
            self.pipe.send_bytes(msgspec.msgpack.encode(tuple(articles)))
        found: list[Prediction] = []
        for article in articles:
            self.document = Document(article.id)
            self._begin(timeout)
            answer = self._awaited()
            if isinstance(answer, Ended):
                return found, answer
            assert isinstance(answer, Prediction)
            found.append(answer)
        return found, None

    def _awaited(self) -> Ready | Prediction | Ended:
        while (found := self.answer()) is None:
            wait([self])
        return found


def wait(workers: Sequence[Worker], most: float = 1.0) -> None:
    """Wait until one of the workers may have something to say, or it is time to look after them; at most `most` seconds."""
    now = time.monotonic()
    pauses = [min(worker._tree.pause, max(0.0, worker._began + worker._limit - now) + 0.001) for worker in workers]
    connections.wait([worker.pipe for worker in workers], min([most, *pauses]))


@contextlib.contextmanager
def _environment(threads: int | None) -> Iterator[None]:
    """Environment variables for a process that is started within."""
    chosen = os.environ.get("OMP_NUM_THREADS", str(threads))
    mine = [] if threads is None else [name for name in THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(mine, chosen))
    try:
        yield
    finally:
        for name in mine:
            os.environ.pop(name, None)


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Hold Ctrl-C back while a process is started, which belongs to the terminal's group until it has a session of its own."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its start would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


__all__ = ["Ended", "Worker", "wait"]
