"""Ctrl-C: once asks to stop after what is under way, twice stops now."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class Interruption:
    """While it is entered, a first interrupt is noted and a second raises KeyboardInterrupt.

    Parameters
    ----------
    tell
        Called with a line for people at the first interrupt; in the midst of anything, so it must not use a buffer that may be in use.

    Examples
    --------
    >>> with Interruption() as interrupted:
    ...     while not interrupted():
    ...         break
    """

    def __init__(self, tell: Callable[[str], object] | None = None):
        self._tell = tell or _to_standard_error
        self._asked = False
        self._before: Any = None
        self._entered = False

    def __call__(self) -> bool:
        """Whether it was asked to stop."""
        return self._asked

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread():  # Python lets no other handle signals
            self._before = signal.signal(signal.SIGINT, self._on_interrupt)
            self._entered = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._entered:
            signal.signal(signal.SIGINT, self._before)
            self._entered = False

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        self._tell("interrupted: the article under way is finished first; once more stops now")


def _to_standard_error(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"{line}\n".encode())


def never() -> bool:
    """For a run that nobody interrupts."""
    return False


__all__ = ["Interruption", "never"]
