"""``results/`` on disk: a folder a run, written so that nothing finished is lost and nothing half-written is read."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from benchmark import limits, redaction
from benchmark.corpus import GOLD, marked
from benchmark.decoding import decode_json
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.names import checked_model
from benchmark.paths import appending, flush, write_atomically
from benchmark.problems import BadInput, Problem, read_bytes

FINAL = frozenset({"ok", "failed", "timeout", "unsupported"})  # outcomes that a later run keeps; what was unavailable is tried again


class Run(Struct, frozen=True):
    """``run.json``: all that is needed to do the run again. ``docs/RESULTS_FORMAT.md`` describes each field."""

    model: str
    key: str
    parameters: dict[str, Any]
    origin: str
    source: str
    gold: str
    scheme: str
    produces: tuple[str, ...]
    trained_on: tuple[str, ...] = ()
    folds: str | None = None
    seed: int = 0
    device: str = "auto"
    versions: dict[str, str] = {}
    environment: dict[str, str | None] = {}
    benchmark: str = ""
    commit: str | None = None
    dirty: bool | None = None
    machine: dict[str, Any] = {}
    load_seconds: float | None = None
    restored: bool | None = None
    seconds: float | None = None
    parameter_count: int | None = None
    model_bytes: int | None = None
    libraries: dict[str, str] = {}
    arguments: tuple[str, ...] = ()
    limits: dict[str, float | int | None] = {}
    serial: int = 0
    corpus: str = GOLD

    @property
    def mark(self) -> str:
        """The labels in signatures, see :attr:`benchmark.corpus.Corpus.mark`."""
        return marked(self.corpus, self.gold)


class RunFolder:
    """The folder of one run. Opening it makes it; a second process that locks it is refused."""

    def __init__(self, results: Path, model: str, key: str):
        self.path = results / f"{checked_model(model)}-{checked_model(key)}"
        self.predictions_path = self.path / "predictions.jsonl"

    @classmethod
    def at(cls, path: Path) -> RunFolder:
        """The run in an existing folder."""
        folder = cls.__new__(cls)  # its name is there, whatever it is
        folder.path, folder.predictions_path = path, path / "predictions.jsonl"
        return folder

    def open(self) -> None:
        """Make the folder; :class:`BadInput` where that cannot be."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if self.path.is_symlink():
                raise BadInput(Problem(str(self.path), 0, "is a link, which is not written through; remove it"))
            self._log().close()
            flush(self.path.parent)
        except OSError as error:
            raise self._unwritable(error) from None

    def _log(self) -> BinaryIO:
        return os.fdopen(appending(self.path / "output.log"), "ab")

    def _unwritable(self, error: OSError) -> BadInput:
        reason = f"cannot be written ({error.strerror}); check the permissions and space of the results folder"
        return BadInput(Problem(str(self.path), 0, reason))

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process alone, as long as the process lives, and clear away what a killed one left behind.

        Raises
        ------
        BadInput
            Where another process holds it, or it cannot be written.
        """
        try:
            file = self._log()
        except OSError as error:
            raise self._unwritable(error) from None
        with file:
            try:
                _lock(file)
            except BlockingIOError:
                raise BadInput(Problem(str(self.path), 0, "another process is running this model now; wait for it to end")) from None
            for name in ("predictions.jsonl", "run.json", "scores.json"):
                for left in self.path.glob(f".{name}.*"):
                    with contextlib.suppress(OSError):
                        left.unlink()
            yield

    def predictions(self) -> list[Prediction]:
        """The finished articles. A last line without its end is being written now, or was when a run was killed: it is not read."""
        if not self.predictions_path.exists():
            return []
        data = self.predictions_path.read_bytes()
        return list(jsonl.parse(data[: data.rfind(b"\n") + 1], str(self.predictions_path)))

    def keep(self, predictions: Iterable[Prediction]) -> None:
        """Replace the predictions by these, in one step; for the process that holds the lock."""
        self._replace(self.predictions_path, jsonl.write(predictions))

    def append(self, prediction: Prediction) -> None:
        """Add a finished article: one line, flushed to the disk before this returns; where it cannot be written whole, none of it.

        For the process that holds the lock: what a killed one left half-written is cut off first.

        Raises
        ------
        BadInput
            Where it cannot be written; what was finished is safe.
        """
        try:
            with os.fdopen(appending(self.predictions_path), "a+b", buffering=0) as file:
                _append(file, jsonl.write([prediction]))
        except OSError as error:
            reason = f"cannot be written ({error.strerror}); finished articles are safe, run again when there is space"
            raise BadInput(Problem(str(self.predictions_path), 0, reason)) from None

    def write(self, name: str, value: Any) -> None:
        """Write ``run.json`` (indented, for people) or ``scores.json`` (counts, for programs), whole or not at all."""
        content = jsonl.dumps(value).encode() if name == "run.json" else msgspec.json.encode(value)
        self._replace(self.path / name, content + b"\n")

    def discard(self, name: str) -> None:
        """Remove a file that will be wrong in a moment."""
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None

    @staticmethod
    def _replace(path: Path, content: bytes) -> None:
        """Write a file if it would change: what is only scored again stays as it is, its time too."""
        try:
            if path.read_bytes() == content:
                return
        except OSError:
            pass
        write_atomically(path, content)

    def read_run(self) -> Run:
        """``run.json`` of the folder."""
        path = self.path / "run.json"
        return decode_json(read_bytes(path, limits.RUN), Run, str(path), "a run's description; remove the folder and run again")


def _append(file: FileIO, line: bytes) -> None:
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.seek(0)
            size = file.read().rfind(b"\n") + 1
            file.truncate(size)
    try:
        done = 0
        while done < len(line):
            done += os.write(file.fileno(), line[done:])
        os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(size)
        raise


def _lock(file: BinaryIO) -> None:
    """Lock an open file until it is closed; BlockingIOError where another process has."""
    try:
        import fcntl
    except ImportError:
        _lock_on_windows(file)
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a file system without locks: two runs of one model at once are then the user's to avoid
        return


def _lock_on_windows(file: BinaryIO) -> None:
    import msvcrt

    file.seek(2**30)  # a byte beyond the log's end: a lock there hinders nobody who writes
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        raise BlockingIOError from None


def key(*parts: Any) -> str:
    """The short key of a run: the same parts, the same key."""
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:8]


def contents(parameters: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of the files that parameters name: with other contents it is another run."""
    found = {}
    for name, value in parameters.items():
        with contextlib.suppress(OSError, ValueError):
            if isinstance(value, str) and Path(value).is_file():
                with Path(value).open("rb") as file:
                    found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def surroundings(names: Iterable[str]) -> dict[str, str | None]:
    """The values of environment variables, without what could be a secret in an address: user, password, query."""
    found = {name: os.environ.get(name) for name in names}
    told = {name: value if value is None else re.sub(r"//[^/@]*@", "//", value).partition("?")[0] for name, value in found.items()}
    return redaction.public(told)


def runs(results: Path) -> list[tuple[Path, Run]]:
    """All runs in a results folder.

    Returns
    -------
    list of (folder, run)
        Sorted by the folder's name.

    Raises
    ------
    BadInput
        Where a ``run.json`` cannot be read.
    """
    return [(p.parent, RunFolder.at(p.parent).read_run()) for p in sorted(results.glob("*-*/run.json"))]


def newest(found: Iterable[tuple[Path, Run]]) -> tuple[Path, Run]:
    """Of several runs, at least one, that which last extracted something.

    That is told by the number that a run takes when it does, which no clock can set back; of one number, by the time of its predictions.

    Returns
    -------
    folder, run
    """

    def age(item: tuple[Path, Run]) -> tuple[int, float, str]:
        path = item[0] / "predictions.jsonl"
        return item[1].serial, path.stat().st_mtime if path.exists() else 0.0, item[0].name

    return max(found, key=age)


def next_serial(results: Path, model: str) -> int:
    """A number above those of all runs of a model."""
    numbers = []
    for path in results.glob(f"{glob.escape(model)}-*/run.json"):
        with contextlib.suppress(BadInput):
            numbers.append(RunFolder.at(path.parent).read_run().serial)
    return max(numbers, default=0) + 1


def without_secrets(text: str) -> str:
    """A text without the user, password and query of the addresses in it."""
    return re.sub(r"(://[^\s?#]*)[?#]\S*", r"\1", re.sub(r"//[^/@\s]*@", "//", text))


def commit(root: Path) -> tuple[str | None, bool | None]:
    """The state of the checkout.

    Returns
    -------
    commit, dirty
        The git commit, and whether tracked files are changed, ``results/`` aside; (None, None) outside git.
    """

    def git(*words: str) -> str | None:
        try:
            done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
        except OSError:
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    head = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ":!results")
    return head, None if head is None else bool(changed)


def machine() -> dict[str, Any]:
    """What the figures of time and memory depend on."""
    return {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count(), "python": sys.version.split()[0]}
