"""Where things are: the folder that holds gold/, models/ and results/, and files replaced in one step."""

from __future__ import annotations

import os
from pathlib import Path

from benchmark.problems import BadInput, Problem


def root() -> Path:
    """The benchmark's folder: ``BENCHMARK_ROOT``, else the checkout around the working directory, else the one of the package.

    Raises
    ------
    BadInput
        Where none of them holds ``gold/articles.toml``.
    """
    named = os.environ.get("BENCHMARK_ROOT")
    here = Path.cwd()
    candidates = [Path(named)] if named else [here, *here.parents, Path(__file__).resolve().parent.parent]
    for folder in candidates:
        if (folder / "gold" / "articles.toml").is_file():
            return folder
    where = f"BENCHMARK_ROOT={named}" if named else "the working directory and its parents"
    raise BadInput(f"{where}: no gold/articles.toml there; run inside a checkout of the benchmark or set BENCHMARK_ROOT to one")


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all: a new file beside it is flushed to disk, then renamed.

    Raises
    ------
    BadInput
        Where the folder cannot be made or written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True) if path.parent.is_dir() else None
        raise BadInput(Problem(str(path), 0, f"cannot be written ({error.strerror}); check the folder's permissions and space")) from None
