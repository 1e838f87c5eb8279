"""The output: a folder of shards with a manifest, written so that nothing finished is lost, doubled or half-written.

A shard is a file that appears under its name only when it is whole; then a line in ``shards.jsonl`` says what it holds. What is not in
there is done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from benchmark.decoding import decode_json, decode_lines
from benchmark.extraction import parquet
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.paths import appending, write_atomically
from benchmark.problems import BadInput, Problem, read_bytes

Format = Literal["jsonl", "parquet"]
State = Literal["running", "bad input", "complete"]
MANIFEST, JOURNAL, LOG, LOCK = "manifest.json", "shards.jsonl", "output.log", ".lock"
_SHARD = re.compile(r"part-(\d{5,})\.(jsonl|parquet)")


class Shard(Struct, frozen=True):
    """A finished shard.

    Attributes
    ----------
    name, number
        Its file; its number, from 0.
    documents
        How many it has.
    sha256, bytes
        Of the file.
    input
        SHA-256 of its documents.
    outcomes
        How many documents have each outcome.
    seconds
        Of work, of all processes together.
    """

    name: str
    number: int
    documents: int
    sha256: str
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    input: str
    outcomes: dict[str, int]
    seconds: float


class Manifest(Struct, frozen=True):
    """``manifest.json``: what was applied to what, and what came of it. ``work`` decides whether an extraction may go on.

    Attributes
    ----------
    work
        Model, parameters, source, versions, seed, what it learned from, format and limits.
    input
        What is known of the input without reading it.
    about
        What does not change the answers: where the model is, engine, machine, git commit.
    documents, outcomes, seconds, input_sha256
        Of all finished shards: numbers of documents, outcomes, seconds of work (of all processes), SHA-256 over the documents' own.
    """

    benchmark: str
    state: State
    work: dict[str, Any]
    input: dict[str, Any]
    about: dict[str, Any]
    documents: int = 0
    outcomes: dict[str, int] = {}
    seconds: float = 0.0
    wall_seconds: float = 0.0
    input_sha256: str = ""
    shards: tuple[Shard, ...] = ()


class Output:
    """The folder of one extraction."""

    def __init__(self, path: Path, form: Format = "jsonl"):
        self.path, self.form = path, form

    def open(self) -> None:
        """Make the folder; :class:`BadInput` where it cannot be, or holds something else."""
        if self.path.exists() and not self.path.is_dir():
            raise BadInput(Problem(str(self.path), 0, "this is a file; OUTPUT is a folder, new or of an extraction before"))
        if self.path.is_dir() and not (self.path / MANIFEST).is_file():
            other = [name for name in os.listdir(self.path) if name not in (LOCK, LOG) and not name.startswith(f".{MANIFEST}.")]  # noqa: PTH208
            if other:
                reason = f"holds other things ({sorted(other)[0]!r}) and no {MANIFEST}; give a new folder"
                raise BadInput(Problem(str(self.path), 0, reason))
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            os.close(appending(self.path / LOG))
        except OSError as error:
            raise BadInput(Problem(str(self.path), 0, f"cannot be written ({error.strerror}); check its permissions and space")) from None

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process alone, as long as the process lives; :class:`BadInput` where another one does."""
        try:
            import fcntl
        except ImportError:  # not on Windows: two extractions into one folder at once are then the user's to avoid
            yield
            return
        with os.fdopen(appending(self.path / LOCK), "ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadInput(Problem(str(self.path), 0, "another process is extracting into this folder; wait for it to end")) from None
            yield

    def manifest(self) -> Manifest | None:
        """The manifest, if there is one; :class:`BadInput` where it cannot be read."""
        path = self.path / MANIFEST
        if not path.exists():
            return None
        return decode_json(read_bytes(path), Manifest, str(path), "the manifest of an extraction; give another OUTPUT")

    def write_manifest(self, manifest: Manifest) -> None:
        """Write the manifest, whole or not at all."""
        write_atomically(self.path / MANIFEST, jsonl.dumps(manifest) + "\n")

    def clear(self) -> None:
        """Remove the shards of an extraction before, and nothing else."""
        with contextlib.suppress(FileNotFoundError):
            (self.path / JOURNAL).unlink()
        for name in os.listdir(self.path):  # noqa: PTH208  # names alone: there may be very many
            if _SHARD.fullmatch(name):
                (self.path / name).unlink()

    def shards(self) -> dict[int, Shard]:
        """The finished shards whose files are whole, by number; what a killed process left half-written is removed.

        Raises
        ------
        BadInput
            Where a line of the journal is none.
        """
        for name in os.listdir(self.path):  # noqa: PTH208
            if re.fullmatch(rf"\.({_SHARD.pattern}|{re.escape(MANIFEST)}|{re.escape(JOURNAL)})\.\d+", name):
                (self.path / name).unlink()
        path = self.path / JOURNAL
        if not path.exists():
            return {}
        data = read_bytes(path)
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            write_atomically(path, whole)
        rows = decode_lines(whole.split(b"\n"), Shard, str(path), "a line of this file; --force starts anew")
        found = {shard.number: shard for _, shard in rows}
        return {n: shard for n, shard in sorted(found.items()) if self._is_whole(shard)}

    def _is_whole(self, shard: Shard) -> bool:
        if shard.name != self._name(shard.number):
            return False
        try:
            with (self.path / shard.name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == shard.sha256
        except OSError:
            return False

    def _name(self, number: int) -> str:
        return f"part-{number:05}.{self.form}"

    def add(self, number: int, predictions: Sequence[Prediction], digest: str, seconds: float) -> Shard:
        """Write a shard; it is on disk, and known to be, when this returns.

        Parameters
        ----------
        number
            Of the shard, from 0.
        predictions
            In the order of the input. What two runs could differ in (times, memory, device) and the number of words are left out.
        digest
            SHA-256 of its documents.
        seconds
            Of work, of all processes together.

        Raises
        ------
        BadInput
            Where it cannot be written; finished shards are safe.
        """
        plain = [msgspec.structs.replace(p, seconds=None, cpu_seconds=None, memory=None, words=None, device=None) for p in predictions]
        data = parquet.write(plain) if self.form == "parquet" else jsonl.write(plain)
        name = self._name(number)
        write_atomically(self.path / name, data)
        outcomes: dict[str, int] = dict(sorted(Counter(p.outcome for p in predictions).items()))
        shard = Shard(name, number, len(plain), hashlib.sha256(data).hexdigest(), len(data), digest, outcomes, round(seconds, 6))
        self._append(msgspec.json.encode(shard) + b"\n")
        return shard

    def _append(self, line: bytes) -> None:
        path = self.path / JOURNAL
        try:
            handle = appending(path)
            try:
                done = 0
                while done < len(line):
                    done += os.write(handle, line[done:])
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            reason = f"cannot be written ({error.strerror}); finished shards are safe, run again when there is space"
            raise BadInput(Problem(str(path), 0, reason)) from None


def read(folder: Path) -> Iterator[Prediction]:
    """The predictions of an extraction in the order of its input, shard by shard.

    Raises
    ------
    BadInput
        Where the folder has no manifest, or a shard is not as the manifest says.
    """
    output = Output(folder)
    manifest = output.manifest()
    if manifest is None:
        raise BadInput(Problem(str(folder), 0, f"no {MANIFEST}; this is not the output of an extraction"))
    for shard in manifest.shards:
        if not _SHARD.fullmatch(shard.name):
            raise BadInput(Problem(str(folder / MANIFEST), 0, f"{shard.name!r} is no name of a shard"))
        path = folder / shard.name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise BadInput(Problem(str(path), 0, f"cannot be read ({error.strerror}); run the extraction again")) from None
        data = read_bytes(path, shard.bytes) if size == shard.bytes else b""
        if size != shard.bytes or hashlib.sha256(data).hexdigest() != shard.sha256:
            raise BadInput(Problem(str(path), 0, "not as it was written; run the extraction again"))
        yield from parquet.read(data, str(path)) if shard.name.endswith(".parquet") else jsonl.parse(data, str(path))


def totals(shards: Sequence[Shard]) -> dict[str, Any]:
    """Documents, outcomes, seconds and the digest of the input, of all shards."""
    outcomes: Counter[str] = Counter()
    for shard in shards:
        outcomes.update(shard.outcomes)
    return {
        "documents": sum(shard.documents for shard in shards),
        "outcomes": dict(sorted(outcomes.items())),
        "seconds": round(sum(shard.seconds for shard in shards), 3),
        "input_sha256": hashlib.sha256("".join(shard.input for shard in shards).encode()).hexdigest(),
    }
