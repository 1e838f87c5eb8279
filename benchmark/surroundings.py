"""What a model's code runs in while it is checked: a time limit, its own environment, its output caught; and what it changes of it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np


class Late(BaseException):
    """Raised in the middle of an extraction that takes too long; no Exception, so that a model cannot catch it."""


def surroundings() -> dict[str, Any]:
    """What an extraction has no business to change, by name; libraries add variables of their own to the environment, which is harmless."""
    drawn = np.random.get_state()
    return {
        "the working directory": str(Path.cwd()),
        **{f"the variable {name} of the environment": value for name, value in os.environ.items()},
        "sys.path": list(sys.path),
        "the state of random": random.getstate(),
        "the state of numpy.random": (drawn[1].tobytes(), drawn[2]),  # type: ignore[index]
    }


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """A time limit, where the system has timers and this is the main thread; elsewhere none."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> None:
        raise Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def captured_output() -> Iterator[Callable[[], str]]:
    """Standard output, also of C libraries and child processes, kept off the terminal; yields what tells it and begins anew."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        sys.stdout.flush()
        saved, told = os.dup(1), 0

        def tell() -> str:
            nonlocal told
            file.flush()
            file.seek(told)
            text = file.read()
            told = file.tell()
            return text

        os.dup2(file.fileno(), 1)
        try:
            with contextlib.redirect_stdout(file):
                yield tell
        finally:
            os.dup2(saved, 1)
            os.close(saved)
