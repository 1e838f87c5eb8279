"""The engine for many machines: Ray Data, with a pool of actors that each load the model once.

The input is read on the machine that the command runs on, and nowhere else; batches travel to the actors, answers back. What a lost node
had in work or had not yet handed over, Ray does again elsewhere. Where Ray itself gives up, or waits for room that the cluster no longer
has, the rest is begun anew from the first batch without an answer.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import queue
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from benchmark import redaction, store
from benchmark.answers import Labels
from benchmark.extraction import trained
from benchmark.extraction.lane import Answer, Lane, Task, refused, train, units_of
from benchmark.extraction.plan import Unit
from benchmark.formats.jsonl import Prediction
from benchmark.plan import Options
from benchmark.problems import BadInput
from benchmark.schema import Document
from benchmark.worker import Job, Ready

if TYPE_CHECKING:
    import pyarrow as pa

PASSED_ON = ("BENCHMARK_ROOT", "BENCHMARK_CACHE", "BENCHMARK_ARTICLES", "HF_HUB_OFFLINE", "OMP_WAIT_POLICY")  # environment variables
STORE = 512 * 1024 * 1024  # bytes of shared memory for batches under way, where the cluster is the command's own
ATTEMPTS = 3  # without a single answer between them
PATIENCE = 20.0  # seconds without an answer, after which it is looked whether the cluster has room for the actors


class Cluster:
    """A pool of actors.

    Parameters
    ----------
    address
        Of a running cluster (``auto``, ``HOST:PORT``); None: ``RAY_ADDRESS``, else a cluster of this machine alone, for this command.
    actors
        How many.
    cpus, gpus
        What each reserves; a GPU may be shared by fractions.

    Raises
    ------
    BadInput
        Where ray is missing, or the address is one of the Ray client (``ray://``).
    """

    def __init__(self, address: str | None = None, actors: int = 1, cpus: float = 1.0, gpus: float = 0.0):
        if address and address.startswith("ray://"):
            raise BadInput("--address: the Ray client cannot read this machine's files; run the command on a node, with auto or HOST:PORT")
        os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # threads of an attempt that was given up must not connect again by themselves
        try:
            import ray.data  # noqa: F401
        except ImportError as error:
            raise BadInput(f"ray cannot be imported ({error}); pip install 'entity-event-benchmark[ray]'") from None
        self.address, self.actors, self.cpus, self.gpus = address, actors, cpus, gpus
        self.patience = PATIENCE

    def describe(self) -> dict[str, object]:
        """Name and size of the pool."""
        return {"name": "ray", "actors": self.actors, "cpus": self.cpus, "gpus": self.gpus}

    def answers(self, task: Task, units: Iterable[Unit]) -> Iterator[Answer]:
        """The answers in the order of the units. The units are read by a process of this machine: they must be what pickle can send.

        Raises
        ------
        BadInput
            Where there is no cluster, or three attempts running ended without an answer; finished work is kept.
        """
        if task.job.training is not None and (ready := train(task)).outcome != "ok":
            yield from (Answer(unit, ready) for unit in units)
            return
        task = msgspec.structs.replace(task, job=msgspec.structs.replace(task.job, anew=False))
        parts = trained.pack(task.job)
        hide = redaction.redactor(redaction.secrets(parameters=task.job.parameters))
        finished = failures = 0
        while True:
            before = finished
            try:
                with self._connected(task):
                    for answer in self._pass(task, parts, units, finished):
                        finished += 1
                        yield answer
                return
            except _LostError as error:
                failures = 0 if finished > before else failures + 1
                if failures >= ATTEMPTS:
                    raise BadInput(
                        f"ray: given up after {ATTEMPTS} attempts without an answer ({hide(str(error))}); finished work is kept"
                    ) from None

    def predictions(self, job: Job, documents: Sequence[Document], labels: Labels, options: Options) -> Iterator[tuple[Ready, Prediction]]:
        """The engine of a run.

        Parameters
        ----------
        job
            The model.
        documents
            What it is applied to, each a unit of its own.
        labels
            Those that it may give.
        options
            Of which the limits for an article and for loading count.

        Yields
        ------
        ready, prediction
            For each document, in order, the description of the model that answered, and its answer.
        """
        from benchmark.extraction.lane import task

        work = task(job, labels, options.timeout, options.load_timeout)
        for document, answer in zip(documents, self.answers(work, units_of(documents)), strict=True):
            ready = answer.ready or Ready("failed", "no answer")
            found = answer.predictions[0] if answer.predictions else Prediction(document.id, outcome=ready.outcome, error=ready.error)
            yield ready, found

    @contextlib.contextmanager
    def _connected(self, task: Task) -> Iterator[None]:
        """A connection to the cluster for the length of an attempt; one that the caller has is used and left as it is."""
        import ray

        logging.getLogger("ray.data").setLevel(logging.ERROR)
        if ray.is_initialized():
            yield
            return
        declaration = task.job.found.declaration
        declared = store.surroundings(declaration.environment if declaration else ())
        names = [*PASSED_ON, *(name for name, value in declared.items() if value == os.environ.get(name))]  # nothing that holds a password
        passed = {name: os.environ[name] for name in names if name in os.environ}
        path = [str(Path(__file__).resolve().parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        options: dict[str, Any] = {"runtime_env": {"env_vars": {**passed, "PYTHONPATH": os.pathsep.join(path)}}}
        if self.address or os.environ.get("RAY_ADDRESS"):
            options["address"] = self.address
        else:
            cpus = max(os.cpu_count() or 1, math.ceil(self.actors * self.cpus))
            options |= {"address": "local", "num_cpus": cpus, "include_dashboard": False, "object_store_memory": STORE}
            options |= {"num_gpus": math.ceil(self.actors * self.gpus)} if self.gpus else {}
        try:
            ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise BadInput(
                f"ray: no cluster at {self.address or 'this machine'} ({str(error).splitlines()[0]}); see `ray status`"
            ) from None
        try:
            yield
        finally:
            ray.shutdown()

    def _pass(self, task: Task, parts: bytes | None, units: Iterable[Unit], skip: int) -> Iterator[Answer]:
        """One attempt: the answers from unit number `skip` on."""
        answers: queue.Queue[Answer | Exception | None] = queue.Queue(64)
        over = threading.Event()

        def put(item: Answer | Exception | None) -> None:
            while not over.is_set():
                with contextlib.suppress(queue.Full):
                    answers.put(item, timeout=1)
                    return

        def run() -> None:
            try:
                for answer in self._stream(task, parts, units, skip):
                    put(answer)
                    if over.is_set():
                        return
                put(None)
            except Exception as error:
                put(error)

        threading.Thread(target=run, daemon=True).start()
        last = time.monotonic()
        try:
            while True:
                try:
                    item = answers.get(timeout=1)
                except queue.Empty:
                    if time.monotonic() - last > self.patience:
                        last = time.monotonic()
                        self._look_for_room()
                    continue
                last = time.monotonic()
                if item is None:
                    return
                if isinstance(item, Exception):
                    raise _LostError(f"{type(item).__name__}: {str(item).strip().splitlines()[-1] if str(item).strip() else ''}") from item
                yield item
        finally:
            over.set()

    def _look_for_room(self) -> None:
        """End the attempt if a node is gone and the rest have no room for all actors: Ray would wait for ever."""
        import ray

        nodes = ray.nodes()  # type: ignore[no-untyped-call]
        if all(node["Alive"] for node in nodes):
            return
        room = 0
        for node in nodes:
            if node["Alive"]:
                there = node["Resources"]
                fits = [there.get(kind, 0.0) // amount for kind, amount in (("CPU", self.cpus), ("GPU", self.gpus)) if amount]
                room += int(min(fits, default=self.actors))
        if 0 < room < self.actors:
            self.actors = room
            raise _LostError(f"a node is gone, {room} actors have room")

    def _stream(self, task: Task, parts: bytes | None, units: Iterable[Unit], skip: int) -> Iterator[Answer]:
        """Ray Data's execution: one reading task on this node, the pool, answers in order."""
        import ray

        # In a list they travel as references, fetched once a node; and no description of the plan holds a parameter.
        shared = [ray.put(part) for part in (msgspec.msgpack.encode(task), parts) if part is not None]
        with _data_context():
            rows = ray.data.read_datasource(_source(units, skip), override_num_blocks=1, num_cpus=0)
            mapped = rows.map_batches(
                _Actor,
                fn_constructor_args=(shared,),
                batch_size=1,
                batch_format="pyarrow",
                compute=ray.data.ActorPoolStrategy(size=self.actors),
                num_cpus=self.cpus,
                num_gpus=self.gpus,
            )
            number = skip
            for table in mapped.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
                for row in table.to_pylist():
                    if row["number"] != number:
                        raise RuntimeError(f"answer {row['number']} came in place of {number}")
                    number += 1
                    yield msgspec.msgpack.decode(row["answer"], type=Answer)


class _LostError(Exception):
    """An attempt that has ended before its end."""


@contextlib.contextmanager
def _data_context() -> Iterator[None]:
    """Ray Data's settings: answers in order, a block a batch, nothing on the terminal."""
    from ray.data import DataContext

    context = DataContext.get_current()
    before = (context.enable_progress_bars, context.target_max_block_size, context.execution_options.preserve_order)
    context.enable_progress_bars, context.target_max_block_size, context.execution_options.preserve_order = False, 1, True
    try:
        yield
    finally:
        context.enable_progress_bars, context.target_max_block_size, context.execution_options.preserve_order = before


def _source(units: Iterable[Unit], skip: int) -> Any:
    """A Ray datasource of one reading task that yields a block for each unit."""
    from ray.data.block import BlockMetadata
    from ray.data.datasource import Datasource, ReadTask

    class Source(Datasource):
        @property
        def supports_distributed_reads(self) -> bool:
            return False  # on the node of the command, where the input is

        def estimate_inmemory_data_size(self) -> int | None:
            return None

        def get_read_tasks(self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None) -> list[Any]:
            nothing_known = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
            return [ReadTask(lambda: _blocks(units, skip), nothing_known)]

    return Source()  # type: ignore[no-untyped-call]


def _blocks(units: Iterable[Unit], skip: int) -> Iterator[pa.Table]:
    import pyarrow as pa

    for number, unit in islice(enumerate(units), skip, None):
        yield pa.table({"number": pa.array([number], pa.int64()), "unit": pa.array([msgspec.msgpack.encode(unit)], pa.large_binary())})


class _Actor:
    """A lane on some node: the model in a process of its own, as everywhere."""

    def __init__(self, shared: Sequence[Any]):
        import ray

        task, *parts = shared
        work = msgspec.msgpack.decode(ray.get(task), type=Task)
        there = Path(work.job.log)
        log = there if there.parent.is_dir() else Path(tempfile.mkdtemp(prefix="benchmark-")) / "output.log"
        self.refusal: Ready | None = None
        try:
            self.lane = Lane(refused(work, ray.get_runtime_context().get_node_id()[:12], log))
        except BadInput as error:
            self.refusal = Ready("unavailable", str(error))
            return
        for part in parts:
            trained.unpack(work.job, ray.get(part))

    def __call__(self, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        found = []
        for data in table.column("unit").to_pylist():
            unit = msgspec.msgpack.decode(data, type=Unit)
            answer = self.lane.answer(unit) if self.refusal is None else Answer(msgspec.structs.replace(unit, articles=()), self.refusal)
            found.append(msgspec.msgpack.encode(answer))
        return pa.table({"number": table.column("number"), "answer": pa.array(found, pa.large_binary())})
