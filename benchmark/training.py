"""Trained parts: fitted once for the same code, parameters, labels and libraries, and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmark import __version__
from benchmark.extractor import Declaration
from benchmark.paths import flush
from benchmark.registry import Found, find, load, source_hash, versions
from benchmark.schema import Document


def cache_folder() -> Path:
    """Where trained parts are kept: ``BENCHMARK_CACHE``, else the system's folder for a user's caches."""
    if named := os.environ.get("BENCHMARK_CACHE"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("entity-event-benchmark", appauthor=False))


def fit(model: Any, found: Found, parameters: dict[str, Any], documents: Sequence[Document], seed: int, device: str, anew: bool) -> bool:
    """Train a model on labelled documents, or restore what was trained on the same ones before.

    A model takes part in the cache by having ``save(folder)`` and ``restore(folder)``; a folder that cannot be restored, written
    or renamed costs a training, never the run.

    Parameters
    ----------
    model
        The model, loaded.
    found, parameters, documents, seed, device
        What the cache knows it by, see :func:`key`; it learns from the documents.
    anew
        Train even where there is something to restore, and replace it.

    Returns
    -------
    bool
        Whether it was restored.
    """
    if not (hasattr(model, "save") and hasattr(model, "restore")):
        model.fit(list(documents))
        return False
    folder = cache_folder() / found.name / key(found, parameters, documents, seed, device)
    if not anew and (folder / "complete").is_file():
        try:
            model.restore(folder)
        except Exception as error:
            print(f"{folder} cannot be restored ({type(error).__name__}: {error}); training anew")
        else:
            return True
    model.fit(list(documents))
    _keep(model, folder)
    return False


def kept(found: Found, parameters: dict[str, Any], documents: Sequence[Document], seed: int, device: str) -> Path | None:
    """The folder of what was trained, if it is there; see :func:`key` for the parameters.

    Parameters
    ----------
    found, parameters, documents, seed, device
        As for :func:`key`.
    """
    folder = cache_folder() / found.name / key(found, parameters, documents, seed, device)
    return folder if (folder / "complete").is_file() else None


def key(found: Found, parameters: dict[str, Any], documents: Sequence[Document], seed: int, device: str) -> str:
    """The name of a folder of trained parts: whatever could make them differ, hashed.

    Parameters
    ----------
    found
        The model: its source, and the versions of the packages that it requires.
    parameters
        Those that it is given.
    documents
        What it learns from.
    seed, device
        Of the run.

    Returns
    -------
    str
        24 hexadecimal digits.
    """
    declaration = found.declaration or Declaration(found.name)
    learned = hashlib.sha256(msgspec.json.encode(documents)).hexdigest()
    parts = [__version__, source_hash(found), parameters, versions(declaration.requires), learned, seed, device]
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()[:24]


def _keep(model: Any, folder: Path) -> None:
    """Save into a new folder, then rename: a folder that bears the name is whole."""
    temporary = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        model.save(temporary)
        for path in (*temporary.rglob("*"), temporary):
            flush(path)
        (temporary / "complete").touch()
        flush(temporary)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)
    except Exception as error:  # no space, which libraries tell in errors of their own, or another process was first: it is trained anyway
        print(f"{folder}: trained parts are not kept ({type(error).__name__}: {error})")
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def member(
    name: str, models: Path, documents: Sequence[Document] | None, device: str, seed: int, parameters: dict[str, Any] | None = None
) -> Any:
    """Another model, ready to extract: constructed, loaded, and trained on the documents where it learns.

    Parameters
    ----------
    name
        Its name.
    models
        The folder of the models.
    documents, device, seed, parameters
        As for :func:`benchmark.api.member`.

    Raises
    ------
    Unavailable
        As the model's own ``load`` does.
    BadInput
        Where there is no model of the name.
    """
    found = find(name, models)
    model = load(found)(**(parameters or {}))
    if hasattr(model, "load"):
        model.load(device)
    if found.fits:
        fit(model, found, parameters or {}, documents or (), seed, device, False)
    return model
