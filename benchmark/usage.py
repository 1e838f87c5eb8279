"""What processes use: processor seconds and memory of one and of those that it started; limits on them in words."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import Any

from benchmark.problems import BadInput

MIB = 1024 * 1024
_UNITS = {"": 1.0, "K": 1 / 1024, "M": 1.0, "G": 1024.0, "T": 1024.0 * 1024}


def mebibytes(text: str) -> float:
    """A size in MiB from ``512``, ``512M``, ``4G`` or ``1.5GiB``; without a unit it is MiB.

    Raises
    ------
    BadInput
        Where it is none, or not more than 0.
    """
    read = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    size = float(read[1]) * _UNITS[read[2].upper()] if read else 0.0
    if not size:
        raise BadInput(f"{text!r} is not a size of memory; give MiB (2000) or a unit (512M, 4G)")
    return size


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Meter:
    """Wall seconds, processor seconds and peak memory of this process, from the making of the meter to :meth:`stop`.

    Attributes
    ----------
    seconds
        Wall time, of a clock that is never set.
    cpu_seconds
        Processor time of all threads, and of child processes: of those that have ended and of those that go on.
    memory
        Peak resident size in MiB; where the system cannot begin anew (all but Linux), the peak since the process began.
    """

    def __init__(self) -> None:
        _forget_peak()
        self._children = _running_children()
        self._own, self._wall = _own(), time.perf_counter()
        self.seconds = self.cpu_seconds = 0.0
        self.memory: float | None = None

    def stop(self) -> Meter:
        """Take the readings."""
        wall, own = time.perf_counter(), _own()
        self.seconds = round(wall - self._wall, 6)
        self.cpu_seconds = round(max(0.0, own - self._own + _running_children() - self._children), 6)
        self.memory = _peak_memory()
        return self


def _own() -> float:
    """Processor seconds of this process and of the children that it has seen end."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _running_children() -> float:
    """Processor seconds of the processes below this one that go on."""
    if not _has_children():
        return 0.0
    import psutil

    total = 0.0
    for child in psutil.Process().children(recursive=True):
        try:
            total += sum(child.cpu_times()[:4])
        except psutil.Error:  # it has just ended
            continue
    return total


def _has_children() -> bool:
    """Whether this process may have children; where the system does not tell at once, it may."""
    try:
        return any((task / "children").read_bytes() for task in Path("/proc/self/task").iterdir())
    except OSError:
        return True


def _forget_peak() -> None:
    """Let the peak of this process's resident size begin anew; Linux can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_memory() -> float | None:
    try:
        with Path("/proc/self/status").open() as lines:
            for line in lines:
                if line.startswith("VmHWM:"):
                    return round(int(line.split()[1]) / 1024, 1)
    except OSError:
        pass
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (MIB if sys.platform == "darwin" else 1024), 1)


class Tree:
    """A process and all below it, seen from outside.

    Memory is watched and not limited by the system: ``RLIMIT_AS`` counts addresses that nobody uses, of which torch and CUDA reserve
    gigabytes, ``RLIMIT_DATA`` counts each process for itself, and both turn what is too much into any error whatever. A look at the
    resident size costs a millisecond or two; :attr:`pause` keeps looking below five percent of the time.
    """

    PAUSE = 0.05  # seconds between looks, at the least

    def __init__(self, pid: int):
        self.pid = pid
        self.peak = 0.0  # MiB, since it was last set to 0
        self.pause = self.PAUSE
        self._next = 0.0

    def look(self) -> float | None:
        """Resident MiB of all of them together, if it is time for a look and they can be seen."""
        now = time.monotonic()
        if now < self._next:
            return None
        import psutil

        total = 0
        for process in self.processes():
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue
        self.pause = max(self.PAUSE, 20 * (time.monotonic() - now))
        self._next = time.monotonic() + self.pause
        self.peak = max(self.peak, round(total / MIB, 1))
        return total / MIB

    def processes(self) -> list[Any]:
        """The process and those below it, as ``psutil.Process``."""
        import psutil

        try:
            top = psutil.Process(self.pid)
            return [top, *top.children(recursive=True)]
        except psutil.Error:
            return []


__all__ = ["MIB", "Meter", "Tree", "cores", "mebibytes"]
