"""Trained parts on their way to other machines, so that a model is trained once and not on every node."""

from __future__ import annotations

import io
import shutil
import tarfile
import tempfile
from pathlib import Path

from benchmark.training import cache_folder, key
from benchmark.worker import Job


def _folder(job: Job) -> Path:
    name = key(job.found, job.parameters, job.training or (), job.seed, job.device)
    return cache_folder() / job.found.name / name


def pack(job: Job) -> bytes | None:
    """The cached parts of a trained model as a tar file; None where it learns nothing, or nothing is kept of it."""
    if job.training is None or not (_folder(job) / "complete").is_file():
        return None
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(_folder(job), arcname=".")
    return data.getvalue()


def unpack(job: Job, data: bytes) -> bool:
    """Put packed parts into this machine's cache, unless they are there; whether they were put."""
    folder = _folder(job)
    if (folder / "complete").is_file():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            tar.extractall(temporary, filter="data")  # nothing outside the folder, no devices, no owners
        temporary.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(temporary, ignore_errors=True)
        return False
    return True
