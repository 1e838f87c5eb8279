"""``extract``: a model over an input, shard by shard, from where it was left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from benchmark import __version__, store
from benchmark.answers import Labels
from benchmark.extraction import parquet
from benchmark.extraction.inputs import Input
from benchmark.extraction.lane import Answer, Engine, Task, task
from benchmark.extraction.plan import Limits, Plan
from benchmark.extraction.shards import LOG, Format, Manifest, Output, Shard, totals
from benchmark.extractor import Declaration
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet
from benchmark.problems import BadInput, Problem
from benchmark.redaction import public, redacted, secrets
from benchmark.registry import Found, source_hash, versions
from benchmark.schema import Document
from benchmark.worker import Job, Ready


class Options(Struct, frozen=True):
    """How to extract. ``timeout`` is for one article, ``load_timeout`` for loading and training; both in seconds."""

    form: Format = "jsonl"
    limits: Limits = Limits()
    device: str = "auto"
    timeout: float = 300.0
    load_timeout: float = 3600.0
    force: bool = False
    seed: int = 0


class Progress(NamedTuple):
    """How far it is: documents finished in all and in this call, and the amount of input up to there."""

    documents: int
    new: int
    read: float


Watch = Callable[[Progress], object]


def extract(
    gold: GoldSet,
    found: Found,
    parameters: dict[str, Any],
    source: Input,
    folder: Path,
    engine: Engine,
    options: Options,
    watch: Watch = lambda progress: None,
    note: Callable[[str], object] = lambda line: None,
) -> Manifest:
    """Apply a model to all documents of an input.

    Parameters
    ----------
    gold
        The gold set: its label schemes, and, for a model with ``fit``, what it learns from: all documents there are.
    found, parameters
        The model and its constructor's parameters.
    source
        The documents.
    folder
        Where the shards go: a new folder, or that of the same extraction, which then goes on.
    engine
        What does the work.
    options
        Format, limits, whether to start anew.
    watch
        Called after each batch.
    note
        Called with lines for people.

    Returns
    -------
    Manifest
        As it is in the folder.

    Raises
    ------
    BadInput
        Where the model cannot be loaded, the input has a fault, or the folder holds an extraction by another model, with other
        parameters, or of another input. Finished shards are kept.
    """
    if options.form == "parquet":
        parquet.available()
    _apart(source, folder)
    documents = gold.documents(note=note) if found.fits else []
    work, about = _description(gold, found, parameters, documents, options)
    keys = secrets(parameters=parameters)
    described = Manifest(__version__, "running", work, source.identity(), about | {"engine": engine.describe(), "input": source.name})
    began = redacted(described, keys)
    output = Output(folder, options.form)
    output.open()
    with output.locked():
        before = output.manifest()
        if before is not None and not options.force:
            _same(before, began.work, began.input, folder)
        else:
            output.clear()
        shards = output.shards()
        job = Job(found, parameters, options.device, str(folder.absolute() / LOG), options.seed, tuple(documents) if found.fits else None)
        to_do = task(job, Labels.of(gold.inventory), options.timeout, options.load_timeout)
        closed = before is not None and before.state == "complete" and not options.force and len(shards) == len(before.shards)
        plan = Plan(source, options.limits, {number: shard.input for number, shard in shards.items()}, closed)
        session = _Session(output, shards, msgspec.structs.replace(before, about=began.about) if closed and before else began, watch)
        return session.run(engine, to_do, plan)


def _apart(source: Input, folder: Path) -> None:
    """Refuse an output inside the input's folder, which would be read as input the next time."""
    path = Path(source.path)
    if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
        raise BadInput(Problem(str(folder), 0, "is inside the folder that is read; give an OUTPUT outside of it"))


def _description(
    gold: GoldSet, found: Found, parameters: dict[str, Any], documents: list[Document], options: Options
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What decides the answers, and what does not."""
    declaration = found.declaration or Declaration(found.name)
    work = {
        "model": found.name,
        "source": source_hash(found),
        "parameters": public(parameters),
        "key": store.key(parameters),  # of all of them: two that are hidden alike may differ
        "files": store.contents(parameters),
        "versions": versions(declaration.requires) if declaration.requires else {},
        "environment": store.surroundings(declaration.environment),
        "scheme": declaration.scheme,
        "gold": gold.fingerprint() if found.fits else None,
        "learned_from": sorted(d.id for d in documents),
        "seed": options.seed,
        "format": options.form,
        "limits": msgspec.to_builtins(options.limits),
    }
    commit, dirty = store.commit(gold.folder.parent)
    learned = (f"all gold labels that there are ({len(documents)} texts)",) if found.fits else ()
    about = {
        "origin": found.origin,
        "produces": sorted(declaration.produces),
        "trained_on": [*declaration.trained_on, *learned],
        "device": options.device,
        "commit": commit,
        "dirty": dirty,
        "machine": store.machine(),
    }
    return msgspec.json.decode(msgspec.json.encode(work)), about


_WORDS = {
    "model": "the model",
    "source": "the model's source",
    "parameters": "the parameters",
    "key": "a value that is not written down",
    "files": "a file that a parameter names",
    "versions": "the version of a library",
    "gold": "the gold labels that it learns from",
    "learned_from": "the texts that it learns from",
    "limits": "the size of shards or batches",
}


def _same(before: Manifest, work: dict[str, Any], identity: dict[str, Any], folder: Path) -> None:
    """Refuse to go on where anything that decides the answers is another than it was."""
    other = [name for name in work if before.work.get(name) != work[name]]
    if other:
        other = [name for name in other if name != "key" or "parameters" not in other]  # told by the parameters themselves
        said = [f"{_WORDS.get(name, name)} ({_short(before.work.get(name))}, now {_short(work[name])})" for name in other]
        reason = f"holds an extraction with another setting: {'; '.join(said)}; give another OUTPUT, or --force to start anew"
        raise BadInput(Problem(str(folder), 0, reason))
    if before.input != identity and before.state != "bad input":  # what was at fault has been mended: what is done is compared by content
        parts = [name for name in {**before.input, **identity} if before.input.get(name) != identity.get(name)]
        said = [f"{name} ({_short(before.input.get(name))}, now {_short(identity.get(name))})" for name in parts]
        reason = f"holds an extraction of another input: {'; '.join(said)}; give another OUTPUT, or --force to start anew"
        raise BadInput(Problem(str(folder), 0, reason))


def _short(value: Any) -> str:
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


class _Session:
    """One extraction while it lasts."""

    def __init__(self, output: Output, shards: dict[int, Shard], manifest: Manifest, watch: Watch):
        self.output, self.shards, self.manifest, self.watch = output, shards, manifest, watch
        self.began = time.perf_counter()
        self.new = 0

    def run(self, engine: Engine, to_do: Task, plan: Plan) -> Manifest:
        """Do all units; the manifest is written before the first and after the last."""
        if not plan.closed:
            self.output.write_manifest(self.manifest)
        answers = engine.answers(to_do, plan)
        try:
            for answer in answers:
                if answer.unit.fault:
                    self.output.write_manifest(self._manifest("bad input"))
                    raise BadInput([Problem(*problem) for problem in answer.unit.fault])
                self._take(answer, answers)
        finally:
            answers.close() if hasattr(answers, "close") else None
        if plan.closed:
            return self.manifest
        finished = self._manifest("complete")
        self.output.write_manifest(finished)
        return finished

    def _take(self, answer: Answer, rest: Iterator[Answer]) -> None:
        """All batches of a shard, of which this is the first: put in order and written."""
        unit = answer.unit
        if not unit.positions:
            self._watch(unit.documents, 0, unit.read)
            return
        places: dict[int, Prediction] = {}
        seconds = 0.0
        start = self.documents
        while True:
            if answer.ready is None or answer.ready.outcome != "ok":
                raise BadInput(_unable(self.manifest.work["model"], answer.ready))
            self._describe(answer.ready)
            places.update(zip(answer.unit.positions, answer.predictions, strict=True))
            seconds += answer.seconds
            self.new += len(answer.predictions)
            share = unit.read if len(places) == unit.documents else self.read + (unit.read - self.read) * len(places) / unit.documents
            self.watch(Progress(start + len(places), self.new, share))
            if answer.unit.batch + 1 == unit.batches:
                break
            answer = next(rest)
        predictions = [places[n] for n in range(unit.documents)]
        self.shards[unit.shard] = self.output.add(unit.shard, predictions, unit.digest, seconds)
        self.documents, self.read = start + unit.documents, unit.read

    documents = 0
    read = 0.0

    def _watch(self, documents: int, new: int, read: float) -> None:
        self.documents, self.read, self.new = self.documents + documents, read, self.new + new
        self.watch(Progress(self.documents, self.new, read))

    def _describe(self, ready: Ready) -> None:
        """What is known of the model once it is loaded."""
        if "load_seconds" not in self.manifest.about:
            made = self.manifest.about["produces"] if ready.produces is None else list(ready.produces)
            known = {"scheme": ready.scheme, "produces": made, "load_seconds": round(ready.seconds, 3)}
            self.manifest = msgspec.structs.replace(self.manifest, about=self.manifest.about | known)

    def _manifest(self, state: Any) -> Manifest:
        shards = tuple(shard for _, shard in sorted(self.shards.items()))
        wall = round(time.perf_counter() - self.began, 3)
        return msgspec.structs.replace(self.manifest, state=state, wall_seconds=wall, shards=shards, **totals(shards))


def _unable(model: str, ready: Ready | None) -> str:
    said = f"{ready.outcome}: {ready.error}" if ready else "no answer"
    return f"model {model}: {said}"
