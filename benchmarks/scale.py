"""How `extract` scales: processes and actors, documents a second, overhead, memory. Prints the Markdown table of docs/SCALE.md.

    python benchmarks/scale.py [--sizes 1000,10000,100000] [--models capitals,rules] [--most rules=10000] [--engines local1,ray2]

The texts are made up and seeded, 5 to 150 words each. Each row is a process of its own. The rate is from the first answer to the last, so
that starting Python, Ray and the model is not in it (that is `start`, in seconds); `bare` is the model alone in one process, on the same
texts in the same order, without reading, checking or writing. `command` is the peak memory of the command's process, `all` that of it and
of all processes that it started together, sampled (pages that they share are counted in each).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

WORDS = (
    "the army of Kidal took a town near Gao on 3 May after two days of fighting and about 200 rebels fled to Mali said Colonel Keita who "
    "commands troops in Timbuktu while the Red Cross counted dead soldiers and wounded people in camps along the river"
).split()
ENGINES = ("bare", "local1", "local2", "ray1", "ray2")


def write_texts(path: Path, count: int) -> None:
    rng = random.Random(count)
    with path.open("w") as file:
        for n in range(count):
            text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(5, 150)))
            file.write(json.dumps({"id": f"d{n}", "text": f"{text.capitalize()}.", "date": "2012-05-05"}) + "\n")


def bare(name: str, source: Path) -> dict[str, float]:
    """The model alone."""
    import resource

    from benchmark.extraction.inputs import find as find_input
    from benchmark.registry import find, load

    began = time.perf_counter()
    model = load(find(name, ROOT / "models"))()
    if hasattr(model, "load"):
        model.load("cpu")
    articles = [item.article for item in find_input(str(source)).input.documents()]
    loaded = time.perf_counter()
    for article in articles:
        model.extract(article)
    seconds = time.perf_counter() - loaded
    return {"start": loaded - began, "rate": len(articles) / seconds, "command": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def one(name: str, engine: str, source: Path) -> dict[str, float]:
    """One cell: an extraction from beginning to end."""
    import resource

    from benchmark.extraction.cluster import Cluster
    from benchmark.extraction.extracting import Options, Progress, extract
    from benchmark.extraction.inputs import find as find_input
    from benchmark.extraction.local import Local
    from benchmark.gold import GoldSet
    from benchmark.registry import find

    if engine == "bare":
        return bare(name, source)
    workers = int(engine[-1])
    steps: list[tuple[float, int]] = []

    def watch(step: Progress) -> None:
        steps[1:] = [(time.perf_counter(), step.documents)] if steps else []
        if not steps:
            steps.append((time.perf_counter(), step.documents))

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        made = Local(workers) if engine.startswith("local") else Cluster(actors=workers)
        found = find(name, ROOT / "models")
        extract(GoldSet(ROOT / "gold"), found, {}, find_input(str(source)).input, Path(folder, "out"), made, Options(device="cpu"), watch)
    (first, before), (last, after) = steps[0], steps[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"start": first - began, "rate": (after - before) / (last - first), "command": peak}


def _tree(root: int) -> int:
    """Resident pages of a process and all that it started, in bytes."""
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1])
            except (OSError, ValueError, IndexError):
                continue
    total = 0
    for process in sizes:
        above, steps = process, 0
        while above not in (0, root) and steps < 50:
            above, steps = parents.get(above, 0), steps + 1
        total += sizes[process] if above == root else 0
    return total * os.sysconf("SC_PAGE_SIZE")


def measure(name: str, engine: str, source: Path) -> dict[str, float]:
    """A cell in a process of its own, with the memory of all its processes."""
    command = [sys.executable, __file__, "--one", name, engine, str(source)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak, over = [0], threading.Event()

    def sample() -> None:
        while not over.wait(0.25):
            peak[0] = max(peak[0], _tree(process.pid))

    thread = threading.Thread(target=sample)
    if Path("/proc").is_dir():
        thread.start()
    said, errors = process.communicate()
    over.set()
    if process.returncode != 0:
        raise SystemExit(errors[-2000:])
    return {**json.loads(said.splitlines()[-1]), "all": peak[0] / 2**20}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--models", default="capitals,rules")
    parser.add_argument("--most", default="rules=10000", help="MODEL=COUNT: no larger size for a slow model")
    parser.add_argument("--engines", default=",".join(ENGINES[1:]))
    parser.add_argument("--repeat", type=int, default=1, help="the best rate of so many counts")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], options.one[1], Path(options.one[2]))))
        return 0
    most = {name: int(count) for name, _, count in (part.partition("=") for part in options.most.split(",") if part)}
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load {load:.1f} at the beginning\n")
    print("| model | documents | engine | start, s | documents/s | of bare | µs a document more | command, MiB | all, MiB |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.models.split(","):
            for size in map(int, options.sizes.split(",")):
                if size > most.get(name, size):
                    continue
                source = Path(folder, f"{size}.jsonl")
                write_texts(source, size)
                rates: dict[str, float] = {}
                for engine in ("bare", *options.engines.split(",")):
                    cells = [measure(name, engine, source) for _ in range(options.repeat)]
                    cell = max(cells, key=lambda c: c["rate"])
                    rates[engine] = cell["rate"]
                    more = 1e6 / cell["rate"] - 1e6 / rates["bare"]
                    share = cell["rate"] / rates["bare"]
                    print(
                        f"| {name} | {size:,} | {engine} | {cell['start']:.1f} | {cell['rate']:,.0f} | {share:.0%} | {more:,.0f} "
                        f"| {cell['command']:,.0f} | {cell['all']:,.0f} |",
                        flush=True,
                    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
