"""How far a run is, on standard error: a live line a model on a terminal, plain lines in pipes and logs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from benchmark.formats.jsonl import Prediction
from benchmark.gold import edition, story
from benchmark.report.plain import plain

EVERY = 10.0  # seconds between two lines of a log


class RunProgress:
    """Shows articles done, rate, time left and failures of each model of a run.

    Parameters
    ----------
    console
        Where to (default: standard error). Live where it is a terminal that can move its cursor.
    clock
        Seconds from any point on.
    """

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic):
        self.console = console or Console(stderr=True, highlight=False)
        self.clock = clock
        self.model, self.done, self.now, self.failed, self.total = "", 0, 0, 0, 0
        self.began = self.told = clock()
        self.reasons: set[str] = set()
        self.task: TaskID | None = None
        self.live: Progress | None = None
        terminal = sys.stderr.isatty() if console is None else self.console.is_terminal  # FORCE_COLOR makes no log a terminal
        if terminal and not self.console.is_dumb_terminal:
            rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
            self.live = Progress(
                TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, max_width=20, overflow="ellipsis")),
                BarColumn(bar_width=12),
                TextColumn("{task.completed:.0f}/{task.total:.0f}"),
                TextColumn("{task.fields[status]}", markup=False, table_column=rest),
                console=self.console,
                expand=True,
            )

    def __enter__(self) -> RunProgress:
        if self.live is not None:
            self.live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.live is not None:
            self.live.stop()

    def begin(self, model: str) -> None:
        """Begin with a model."""
        self.model, self.done, self.now, self.failed, self.total = plain(model), 0, 0, 0, 0
        self.began = self.told = self.clock()
        self.reasons, self.task = set(), None

    def note(self, line: str) -> None:
        """Something of the model, in words: a line of a log; on a terminal it stands beside the bar until the next."""
        if self.live is None:
            print(plain(line), file=self.console.file, flush=True)
        elif self.task is None:
            self._print(line)
        else:
            self.live.update(self.task, status=plain(line.removeprefix(f"{self.model}: ")))

    def watch(self, finished: Sequence[Prediction], total: int) -> None:
        """Articles have been finished, of so many; the first call of a model tells those that were finished before."""
        first, self.total = self.total == 0, total
        self.done += len(finished)
        self.now += 0 if first else len(finished)
        self.failed += sum(p.outcome != "ok" for p in finished)
        if self.live is None:
            self._log(first)
            return
        if self.task is None:
            self.task = self.live.add_task(self.model, total=total, status="")
        for prediction in () if first else finished:
            self._explain(prediction)
        self.live.update(self.task, completed=self.done, status=self.status())

    def status(self) -> str:
        """Rate, time left and failures, in words."""
        seconds = self.clock() - self.began
        parts = []
        if self.now and seconds > 0:
            rate = self.now / seconds
            parts.append(f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.1f}/min")
            if self.done < self.total:
                parts.append(f"{duration((self.total - self.done) / rate)} left")
        elif self.done == self.total:
            parts.append("done before")
        return ", ".join([*parts, *([f"{self.failed} failed"] if self.failed else [])])

    def _log(self, first: bool) -> None:
        """A line of a log: when there is nothing to do, when all is done, and now and then on the way."""
        whole = self.done == self.total
        if whole if first else whole or self.clock() - self.told >= EVERY:
            self.told = self.clock()
            print(f"{self.model}: {self.done} of {self.total} articles, {self.status()}", file=self.console.file, flush=True)

    def _explain(self, prediction: Prediction) -> None:
        """A line above the bars on what failed; what is unavailable is told once, not for each article."""
        if prediction.outcome == "ok":
            return
        reason = f" ({prediction.error})" if prediction.error else ""
        what = f"{prediction.outcome}{reason}"
        if prediction.outcome in ("unavailable", "unsupported"):
            if what not in self.reasons:
                self._print(f"{self.model}: {what}")
        else:
            self._print(f"{self.model}: {story(prediction.id)} {edition(prediction.id)} {what}")
        self.reasons.add(what)

    def _print(self, line: str) -> None:
        self.console.print(Text(plain(line)))


def duration(seconds: float) -> str:
    """A time in words: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


__all__ = ["RunProgress", "duration"]
