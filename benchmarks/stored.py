"""How long commands on stored runs take: python benchmarks/stored.py [REPEATS]. Wall and processor seconds of whole processes, the best."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

COMMANDS = (["errors", "crf"], ["compare", "rules", "crf"], ["report", "--format", "csv"])


def measured(words: list[str]) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # waiting threads would count as work
    root = Path(__file__).resolve().parent.parent
    subprocess.run([sys.executable, "-m", "benchmark", *words], cwd=root, env=environment, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    for words in COMMANDS:
        found = [measured(words) for _ in range(repeats)]
        wall, processor = (min(column) for column in zip(*found, strict=True))
        print(f"{' '.join(words):28} wall {wall:.2f} s  processor {processor:.2f} s")
