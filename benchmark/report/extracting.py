"""Progress on standard error: documents, rate, time left. Silent where that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskProgressColumn, TextColumn
from rich.text import Text


class Step(Protocol):
    """How far something is: documents finished in all and now, and the amount of input up to there."""

    @property
    def documents(self) -> int:
        """Finished documents, those of earlier calls included."""
        ...

    @property
    def new(self) -> int:
        """Documents of this call."""
        ...

    @property
    def read(self) -> float:
        """Input up to there."""
        ...


class Speed:
    """Rate and time left, from what was done since this call began."""

    def __init__(self, size: float | None, clock: Callable[[], float] = time.monotonic):
        self.size, self.clock = size, clock
        self.began: float | None = None
        self.start = 0.0

    def told(self, step: Step) -> str:
        """``1,234 documents  56.7/s  0:01:23 left``; shards that were done before do not count for the rate."""
        now = self.clock()
        if self.began is None or not step.new:
            self.began, self.start = now, step.read
        seconds, read = now - self.began, step.read - self.start
        parts = [f"{step.documents:,} documents"]
        if step.new and seconds > 0:
            parts.append(f"{step.new / seconds:,.1f}/s")
            if self.size and read > 0:
                left = max(0, round((self.size - step.read) * seconds / read))
                parts.append(f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")
        return "  ".join(parts)


class _Words(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(str(task.fields.get("told", "")))


@contextmanager
def bar(size: float | None, console: Console | None = None) -> Iterator[Callable[[Step], None]]:
    """A progress bar; the function it gives is to be called with each step.

    Parameters
    ----------
    size
        The whole amount of input; None: not known, then there is no time left to tell.
    """
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda step: None
        return
    speed = Speed(size)
    columns = [SpinnerColumn(), TextColumn("extract"), BarColumn(), TaskProgressColumn(), _Words()]
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as progress:
        task = progress.add_task("extract", total=size, told="loading the model")

        def watch(step: Step) -> None:
            progress.update(task, completed=step.read, told=speed.told(step))

        yield watch
