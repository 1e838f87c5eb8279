"""Where things are: the folder that holds gold/, models/ and results/, and files replaced in one step."""

from __future__ import annotations

import contextlib
import errno
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


def present(path: Path) -> bool:
    """Whether something is there; :class:`BadInput` where that cannot be told: no permission, a name longer than the system takes."""
    try:
        return path.exists()
    except OSError as error:
        raise BadInput(f"path {str(path)[:200]!a} cannot be looked at ({error.strerror}); check it") from None


def appending(path: Path) -> int:
    """Handle of a file to append to, made where there is none; never the file that a link leads to.

    Raises
    ------
    BadInput
        Where a link stands in its place.
    OSError
        Where it cannot be opened otherwise.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():  # for systems without O_NOFOLLOW
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return os.open(path, flags, 0o644)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise BadInput(Problem(str(path), 0, "is a link, which is not written through; remove it")) from None
        raise


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write a file whole or not at all: a new file beside it is flushed to disk, then renamed, then the folder is flushed.

    Raises
    ------
    BadInput
        Where the folder cannot be made or written; nothing is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.unlink(missing_ok=True)  # what a killed run left, or a link that somebody laid there
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), "wb") as file:
                file.write(data.encode() if isinstance(data, str) else data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        flush(path.parent)
    except OSError as error:
        raise BadInput(Problem(str(path), 0, f"cannot be written ({error.strerror}); check the folder's permissions and space")) from None


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before this returns."""
    if os.name == "nt":  # there a folder cannot be opened, and a file only for writing
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot
            raise
    finally:
        os.close(handle)
