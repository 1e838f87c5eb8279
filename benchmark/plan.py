"""What a run is, before anything is started: its options, its folds, its key, its description."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark import __version__, store
from benchmark.corpus import Corpus, Fold
from benchmark.extractor import Declaration
from benchmark.problems import BadInput
from benchmark.redaction import public, redactor, secrets
from benchmark.registry import Found, source_hash, versions
from benchmark.schema import Document
from benchmark.usage import cores


class Options(Struct, frozen=True):
    """How to run.

    Attributes
    ----------
    device
        What models' ``load`` is given: ``auto``, ``cpu``, ``cuda``, ...
    timeout, load_timeout, run_timeout
        Seconds: for one article, for loading and training, for the whole of a model's run (None: no limit).
    force
        Do all anew, what was learned too.
    retry_failed
        Try again what failed, beside what could not be had.
    seed
        Of the standard library's and numpy's generators, before the model is made; part of the run's key.
    memory
        Most resident MiB of a worker and what it starts; None: no limit.
    jobs
        How many articles, or folds of a model that learns, are worked on side by side.
    arguments
        The command line, for run.json.
    """

    device: str = "auto"
    timeout: float = 300.0
    load_timeout: float = 3600.0
    force: bool = False
    retry_failed: bool = False
    seed: int = 0
    run_timeout: float | None = None
    memory: float | None = None
    jobs: int = 1
    arguments: tuple[str, ...] = ()

    @property
    def threads(self) -> int | None:
        """Threads of the numerical libraries in each of several workers, so that together they fill the cores; None: their choice."""
        return max(1, cores() // self.jobs) if self.jobs > 1 else None

    def again(self, outcome: str) -> bool:
        """Whether a stored outcome is not kept: it was not to be had, failed and is to be tried again, or all is done anew."""
        return self.force or outcome not in store.FINAL or (outcome != "ok" and self.retry_failed)

    def limits(self) -> dict[str, float | int | None]:
        """For run.json."""
        return {
            "timeout": self.timeout,
            "load_timeout": self.load_timeout,
            "run_timeout": self.run_timeout,
            "memory": self.memory,
            "jobs": self.jobs,
            "threads": self.threads,
        }


class Plan(Struct, frozen=True):
    """A model's run as it is meant to be: ``run`` describes it as far as it is known before the model is loaded."""

    found: Found
    parameters: dict[str, Any]
    folds: list[Fold]
    obstacle: str | None  # why there is nothing to learn from
    run: store.Run


def plan(corpus: Corpus, documents: Sequence[Document], found: Found, parameters: dict[str, Any], results: Path, options: Options) -> Plan:
    """The plan of a model's run on labelled documents.

    Parameters
    ----------
    corpus
        The labels; the benchmark's folder, of whose paths and commit the description tells, is the one around its gold set.
    documents
        All documents there are of it: what a model with ``fit`` may learn from.
    found
        The model.
    parameters
        For its constructor, beside the defaults.
    results
        The results folder.
    options
        How to run.
    """
    declaration = found.declaration or Declaration(found.name)
    splits, obstacle = _splits(corpus, documents, found)
    fingerprint, root = corpus.fingerprint(), corpus.folder.parent
    learned = sorted(d.id for d in documents) if found.fits else []
    source = source_hash(found)
    around = store.surroundings(declaration.environment)
    parts = [found.name, source, parameters, versions(declaration.requires), fingerprint, declaration.scheme, learned, options.seed]
    commit, dirty = store.commit(root)
    hide = redactor(secrets(None, parameters))
    run = store.Run(
        found.name,
        store.key(*parts, *(part for part in (around, store.contents(parameters)) if part)),
        public(parameters),
        _origin(found, root),
        source,
        fingerprint,
        declaration.scheme,
        tuple(sorted(declaration.produces)),
        (*declaration.trained_on, *(f"{corpus.name} labels of {fold.basis}" for fold in splits[:1] if found.fits)),
        (splits[0].basis if splits else "") or None,
        options.seed,
        options.device,
        environment=around,
        benchmark=__version__,
        commit=commit,
        dirty=dirty,
        machine=store.machine(),
        arguments=tuple(hide(store.without_secrets(word)) for word in options.arguments),
        limits=options.limits(),
        serial=store.next_serial(results, found.name),
        corpus=corpus.name,
    )
    return Plan(found, parameters, splits, obstacle, run)


def _splits(corpus: Corpus, documents: Sequence[Document], found: Found) -> tuple[list[Fold], str | None]:
    """The folds of a model, or why there are none; what learns nothing has one fold of everything."""
    if not found.fits:
        return [Fold((), tuple(documents), "")], None
    try:
        return corpus.folds(documents), None
    except BadInput as error:
        return [], str(error)


def _origin(found: Found, root: Path) -> str:
    path = Path(found.origin)
    if path.exists() and path.resolve().is_relative_to(root.resolve()):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return found.origin


__all__ = ["Options", "Plan", "plan"]
