"""Drives one target: with atheris where it is installed, else by random changes of the corpus. Started by run.py."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
LONGEST = 4096  # bytes of an input
# What breaks parsers: brackets, numbers beyond their types, text that is none, what terminals and file systems heed.
TOKENS = (
    *(b"[" * 40, b"{" * 40, b'{"a":', b"[[", b"]]", b'"', b"\\", b"\\u0022", b"\\ud800", b"\\u0000"),
    *(b"1e999", b"-1", b"NaN", b"0.5", b"2147483648", b"9" * 30, b"9" * 5000, b"1_000", b"null", b"true"),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf0\x9f\x99\x82", b"e\xcc\x81", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xd9\xa3"),
    *(b"\r\n", b"\n\n", b"\r", b"\t", b" ", b"\x1b[2J", b"../", b"/", b"CON", b"-DOCSTART-", b"T1", b"E1", b"#1", b"|", b":", b";", b"%"),
)
Target = Callable[[bytes], None]


def load(name: str) -> Target:
    """The function of a target: it takes bytes and raises only where there is a bug."""
    for folder in (HERE, HERE.parent):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    one: Target = importlib.import_module(f"targets.{name}").one
    return one


def corpus(name: str) -> list[bytes]:
    """The inputs that a target begins with."""
    return [path.read_bytes() for path in sorted((HERE / "corpus" / name).iterdir())]


def changed(data: bytes, others: Sequence[bytes], dice: random.Random) -> bytes:
    """An input with a few random changes."""
    for _ in range(dice.choice((1, 1, 2, 4, 8))):
        at = dice.randint(0, len(data))
        to = min(len(data), at + dice.choice((0, 1, 1, 4, 16, 64)))
        kind = dice.randrange(6)
        if kind == 0:
            piece = dice.randbytes(dice.randint(0, 4))
        elif kind == 1:
            piece = dice.choice(TOKENS)
        elif kind == 2:  # a number for a number
            start = next((n for n in range(at, len(data)) if data[n : n + 1].isdigit()), at)
            at, to = start, start + 1
            piece = dice.choice((b"0", b"1", b"9", b"-1", b"99", b"4294967296"))
        elif kind == 3:
            piece = data[at:to] * dice.randint(2, 50)
        elif kind == 4:
            other = dice.choice(others)
            begin = dice.randint(0, len(other))
            piece = other[begin : begin + dice.randint(0, 200)]
        else:
            piece = b""
        data = (data[:at] + piece + data[to:])[:LONGEST]
    return data


def inputs(name: str, seed: int) -> Iterator[bytes]:
    """The corpus, then changes of it without end."""
    known, dice = corpus(name), random.Random(f"{name} {seed}")
    yield from known
    while True:
        yield changed(dice.choice(known), known, dice)


def hammer(name: str, seconds: float, seed: int = 0) -> int:
    """Run a target on random inputs for so long; returns their number. An input that fails is kept, and its exception raised."""
    one, end, number = load(name), time.monotonic() + seconds, 0
    for data in inputs(name, seed):
        guarded(name, one, data)
        number += 1
        if time.monotonic() > end and number >= len(corpus(name)):
            return number
    return number


def guarded(name: str, one: Target, data: bytes) -> None:
    """Run one input; where it fails keep it."""
    try:
        one(data)
    except BaseException:
        path = Path(f"crash-{name}-{random.Random(data).getrandbits(32):08x}")
        with contextlib.suppress(OSError):
            path.write_bytes(data)
        print(f"{name}: failed on {path}: {data[:200]!r}", file=sys.stderr)
        raise


def guided(name: str, seconds: float, seed: int) -> None:
    """With atheris, which ends the process."""
    import atheris

    with atheris.instrument_imports(include=["benchmark", "targets"]):
        one = load(name)
    with tempfile.TemporaryDirectory() as folder:  # new inputs go there, the corpus stays as it is
        dictionary = Path(folder) / "tokens"
        dictionary.write_text("".join('"' + "".join(map(r"\x{:02x}".format, token[:64])) + '"\n' for token in TOKENS))
        limits = [f"-max_total_time={max(1, round(seconds))}", f"-seed={seed + 1}", f"-max_len={LONGEST}", f"-dict={dictionary}"]
        found = Path(folder) / "found"
        found.mkdir()
        kept = [f"-artifact_prefix=crash-{name}-", "-timeout=10", "-verbosity=0"]
        atheris.Setup([sys.argv[0], str(found), str(HERE / "corpus" / name), *limits, *kept], lambda data: guarded(name, one, data))
        atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--input", type=Path)
    options = parser.parse_args()
    if options.input:
        load(options.target)(options.input.read_bytes())
        return 0
    if not options.plain and importlib.util.find_spec("atheris"):
        print(f"{options.target}: atheris, {options.seconds:g} s", flush=True)
        guided(options.target, options.seconds, options.seed)
        return 0
    try:
        number = hammer(options.target, options.seconds, options.seed)
    except Exception:
        traceback.print_exc()
        return 1
    print(f"{options.target}: {number} random inputs in {options.seconds:g} s", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
