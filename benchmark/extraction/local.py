"""The engine for one machine: worker processes side by side, answers in order."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from benchmark.extraction.lane import Answer, Lane, Task, train
from benchmark.extraction.plan import Unit

_AHEAD = 8  # units a process, read while others are still at work


class Local:
    """``jobs`` processes; each loads the model once."""

    def __init__(self, jobs: int = 1):
        self.jobs = jobs

    def describe(self) -> dict[str, object]:
        """Name and number of processes."""
        return {"name": "local", "jobs": self.jobs}

    def answers(self, task: Task, units: Iterable[Unit]) -> Iterator[Answer]:
        """The answers in the order of the units; reading goes on while processes work, by a bounded number of units."""
        lanes = [Lane(task) for _ in range(self.jobs)]
        if task.job.training is not None and self.jobs > 1:
            train(task)
        free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
        for lane in lanes:
            free.put(lane)

        def work(unit: Unit) -> Answer:
            lane = free.get()
            try:
                return lane.answer(unit)
            finally:
                free.put(lane)

        waiting: deque[Future[Answer]] = deque()
        pool = ThreadPoolExecutor(self.jobs)  # a thread a process: it waits for the process's pipe
        try:
            for unit in units:
                waiting.append(pool.submit(work, unit))
                while waiting and (waiting[0].done() or len(waiting) >= _AHEAD * self.jobs):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for lane in lanes:
                lane.stop()
            pool.shutdown()
            for lane in lanes:
                lane.close()
