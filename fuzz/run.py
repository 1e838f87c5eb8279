"""Fuzz the readers, the scorer and the model protocol: python fuzz/run.py [--seconds 20] [TARGET...]

Each target runs in a process of its own: coverage-guided where atheris is installed (pip install atheris), else with random changes of
its corpus (fuzz/corpus/TARGET). Any exception but the package's own BadInput is a failure; the input is kept in the working directory as
crash-TARGET-*. Exit status 1 if there is one. `python fuzz/run.py TARGET --input FILE` runs one input again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGETS = sorted(path.stem for path in (HERE / "targets").glob("[a-z]*.py"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--seconds", type=float, default=20, help="for each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", action="store_true", help="random changes even where atheris is installed")
    parser.add_argument("--input", type=Path, help="run this input alone")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no target {min(unknown)!r}; there are {', '.join(TARGETS)}")
    failed = []
    for target in options.targets or TARGETS:
        how = ["--input", str(options.input)] if options.input else ["--seconds", str(options.seconds), "--seed", str(options.seed)]
        command = [sys.executable, str(HERE / "driver.py"), target, *how, *(["--plain"] if options.plain else [])]
        if subprocess.run(command, check=False).returncode:
            failed.append(target)
    print(f"failed: {', '.join(failed)}" if failed else "no failure", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
