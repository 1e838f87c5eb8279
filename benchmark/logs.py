"""The log of a model's process: what it prints, its keys taken out before they reach the disk.

A program of its own does that, so that the last words of a process that is killed are kept. Run as a file it is that program, and needs
nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator

_BLOCK = 1 << 16


@contextlib.contextmanager
def hiding(log: int, forms: list[str], hidden: str) -> Iterator[int]:
    """A handle whose bytes go to the log with secrets hidden. What was written is in the log when the context ends.

    Parameters
    ----------
    log
        Handle of the log, which is itself given where there is nothing to hide.
    forms
        What is hidden (see :func:`benchmark.redaction.forms`).
    hidden
        What stands in its place.

    Yields
    ------
    int
        The handle to write to.
    """
    if not forms:
        yield log
        return
    program = subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, stdout=log, start_new_session=True)
    assert program.stdin is not None
    program.stdin.write(json.dumps([hidden, *forms]).encode() + b"\n")
    program.stdin.flush()
    try:
        yield program.stdin.fileno()
    finally:
        with contextlib.suppress(OSError):
            program.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # a child of the model's may go on writing
            program.wait(2)


def pass_on(source: int, target: int, forms: list[bytes], hidden: bytes) -> None:
    """Copy until the end, hiding the forms: line by line, and of a line without end all but what could begin one.

    Parameters
    ----------
    source, target
        Handles to read from and to write to.
    forms
        What is hidden, the longest first; at least one.
    hidden
        What stands in its place.
    """
    pattern, longest = re.compile(b"|".join(map(re.escape, forms))), max(map(len, forms))
    rest = b""
    while block := os.read(source, _BLOCK):
        rest = pattern.sub(hidden, rest + block)
        end = max(rest.rfind(b"\n"), rest.rfind(b"\r")) + 1
        if len(rest) - end > _BLOCK:
            end = len(rest) - longest
        _write(target, rest[:end])
        rest = rest[end:]
    _write(target, pattern.sub(hidden, rest))


def _write(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]


def _main() -> None:
    line = b""
    while not line.endswith(b"\n"):  # unbuffered: what follows is the log's
        byte = os.read(0, 1)
        if not byte:
            return
        line += byte
    hidden, *forms = (form.encode("utf-8", "surrogatepass") for form in json.loads(line))
    pass_on(0, 1, forms, hidden)


if __name__ == "__main__":
    _main()
