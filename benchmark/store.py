"""``results/`` on disk: a folder a run, written so that nothing finished is lost and nothing half-written is read."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from benchmark import __version__, limits, redaction
from benchmark.decoding import decode_json
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.names import checked_model
from benchmark.paths import appending, write_atomically
from benchmark.problems import BadInput, Problem, read_bytes

FINAL = frozenset({"ok", "failed", "timeout", "unsupported"})  # outcomes that a later run keeps; what was unavailable is tried again


class Run(Struct, frozen=True, omit_defaults=True):
    """``run.json``: all that is needed to do the run again."""

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
    benchmark: str = __version__
    commit: str | None = None
    dirty: bool | None = None
    machine: dict[str, Any] = {}
    load_seconds: float | None = None


class RunFolder:
    """The folder of one run. Opening it makes it; a second process that opens it is refused."""

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
            os.close(appending(self.path / "output.log"))
        except OSError as error:
            reason = f"cannot be written ({error.strerror}); check the permissions and space of the results folder"
            raise BadInput(Problem(str(self.path), 0, reason)) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process alone, as long as the process lives."""
        try:
            import fcntl
        except ImportError:  # not on Windows: two runs of one model at once are then the user's to avoid
            yield
            return
        with os.fdopen(appending(self.path / "output.log"), "ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadInput(Problem(str(self.path), 0, "another process is running this model now; wait for it to end")) from None
            yield

    def predictions(self) -> list[Prediction]:
        """The finished articles; a line that a killed run left half-written is cut off first."""
        if not self.predictions_path.exists():
            return []
        data = self.predictions_path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            write_atomically(self.predictions_path, whole)
        return list(jsonl.parse(whole, str(self.predictions_path)))

    def keep(self, predictions: Iterable[Prediction]) -> None:
        """Replace the predictions by these, in one step."""
        write_atomically(self.predictions_path, jsonl.write(predictions))

    def append(self, prediction: Prediction) -> None:
        """Add a finished article: one line in one write, flushed to the disk before this returns."""
        line = jsonl.write([prediction])
        try:
            handle = appending(self.predictions_path)
            try:
                done = 0
                while done < len(line):
                    done += os.write(handle, line[done:])
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            reason = f"cannot be written ({error.strerror}); finished articles are safe, run again when there is space"
            raise BadInput(Problem(str(self.predictions_path), 0, reason)) from None

    def write(self, name: str, value: Any) -> None:
        """Write ``run.json`` (indented, for people) or ``scores.json`` (counts, for programs), whole or not at all."""
        content = jsonl.dumps(value).encode() if name == "run.json" else msgspec.json.encode(value)
        write_atomically(self.path / name, content + b"\n")

    def read_run(self) -> Run:
        """``run.json`` of the folder."""
        path = self.path / "run.json"
        return decode_json(read_bytes(path, limits.RUN), Run, str(path), "a run's description; remove the folder and run again")


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
    """All runs in a results folder, by name."""
    return [(p.parent, RunFolder.at(p.parent).read_run()) for p in sorted(results.glob("*-*/run.json"))]


def commit(root: Path) -> tuple[str | None, bool | None]:
    """The git commit of the checkout and whether files of it are changed; (None, None) outside git."""

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
