"""How fast mentions are scored, against the scorers that people use, on the same data in the same run.

    python benchmarks/mentions.py [--sentences 20000] [--large]

The data are synthetic and seeded: sentences of about 26 tokens with 5.5 gold entities of eight types, and predictions with errors of
all kinds. Every scorer gets the form of input it likes best, and the conversion into it counts: lists of (start, end, type) become
span arrays here and lists of dicts for nervaluate; tag lists are taken as they are. Each measurement runs in a process of its own:
time is the best of several runs, memory the highest resident size above that of the loaded input. nervaluate 1.2.1 and seqeval 1.2.2
must be installed. Exit status 1: a target is missed, or the figures differ.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TYPES = ("PER", "ORG", "GPE", "LOC", "DATE", "NUM", "WEAPON", "VEHICLE")
Span = tuple[int, int, str]
Data = dict[str, Any]


def sentence(rng: random.Random) -> tuple[int, list[Span], list[Span]]:
    """Length, gold and predictions of one sentence; neither side overlaps itself."""
    at, gold, predicted = 0, [], []
    for _ in range(rng.choice((4, 5, 5, 6, 6, 7))):
        at += rng.choice((1, 2, 2, 3, 3, 4))
        end = at + rng.choice((1, 1, 1, 2, 2, 3, 4))
        kind = rng.choice(TYPES)
        gold.append((at, end, kind))
        predicted += spoiled(rng, at, end, kind)
        at = end
        if rng.random() < 0.05:
            predicted.append((at + 1, at + 2, rng.choice(TYPES)))
            at += 2
    flat: list[Span] = []
    for start, end, kind in predicted:
        if not flat or start >= flat[-1][1]:
            flat.append((start, end, kind))
    return at + 5, gold, flat


def spoiled(rng: random.Random, start: int, end: int, kind: str) -> list[Span]:
    """What a model makes of one gold entity."""
    luck = rng.random()
    if luck < 0.76:
        return [(start, end, kind)]
    if luck < 0.82:
        return [(start, end, rng.choice(TYPES))]
    if luck < 0.87:
        return [(start, end + 1, kind)]
    if luck < 0.92:
        return [(max(0, start - 1), end, kind)]
    if luck < 0.94 and end - start > 1:
        return [(start, start + 1, kind), (start + 1, end, rng.choice(TYPES))]
    return []


def tags(length: int, spans: list[Span]) -> list[str]:
    found = ["O"] * length
    for start, end, kind in spans:
        found[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return found


def nested(rng: random.Random, spans: list[Span], length: int) -> list[Span]:
    """The same spans, some of them inside or across others."""
    more = [
        (max(0, a - rng.randint(0, 2)), min(length, b + rng.randint(1, 3)), rng.choice(TYPES)) for a, b, _ in spans if rng.random() < 0.3
    ]
    return spans + more


def make(sentences: int, seed: int = 0) -> Data:
    """All forms of the data."""
    rng = random.Random(seed)
    drawn = [sentence(rng) for _ in range(sentences)]
    data: Data = {"gold": [g for _, g, _ in drawn], "predicted": [p for _, _, p in drawn]}
    data["gold_tags"], data["predicted_tags"] = [tags(n, g) for n, g, _ in drawn], [tags(n, p) for n, _, p in drawn]
    data["gold_nested"] = [nested(rng, g, n) for n, g, _ in drawn]
    data["predicted_nested"] = [g[: len(g) // 2] + nested(rng, p, n) for (n, _, p), g in zip(drawn, data["gold_nested"], strict=True)]
    return data


# The measured jobs. Each imports what it needs and returns a function of the data, so that importing is not measured.


def ours(gold: str, predicted: str, schemas: tuple[str, ...] | None = None, ready: bool = False) -> Callable[[Data], Any]:
    from benchmark.metrics.arrays import SCHEMAS, SpanArrays, count

    made: dict[str, SpanArrays] = {}

    def run(data: Data) -> Any:
        if ready and not made:
            made.update(gold=SpanArrays.from_spans(data[gold]), predicted=SpanArrays.from_spans(data[predicted]))
            return None  # the first run only converts
        one, other = (made["gold"], made["predicted"]) if ready else (SpanArrays.from_spans(data[x]) for x in (gold, predicted))
        wanted = schemas or SCHEMAS
        counts = count(one, other, schemas=wanted)
        return {schema: {"overall": counts.overall(schema), "types": counts.by_type(schema)} for schema in wanted}

    return run


def ours_tags(scheme: str) -> Callable[[Data], Any]:
    from benchmark.formats import iob
    from benchmark.metrics.arrays import SpanArrays, count

    def run(data: Data) -> Any:
        iob.check_aligned(data["gold_tags"], data["predicted_tags"])
        one, other = (SpanArrays(*iob.decode(data[x], scheme)) for x in ("gold_tags", "predicted_tags"))
        counts = count(one, other, schemas=("strict",))
        return {"strict": {"overall": counts.overall("strict"), "types": counts.by_type("strict")}}

    return run


def nervaluate(gold: str, predicted: str) -> Callable[[Data], Any]:
    from nervaluate import Evaluator

    def run(data: Data) -> Any:
        # its ends are inclusive
        sides = [[[{"label": t, "start": a, "end": b - 1} for a, b, t in spans] for spans in data[x]] for x in (gold, predicted)]
        found = Evaluator(*sides, tags=list(TYPES), loader="dict").evaluate()["overall"]
        return {
            {"ent_type": "type"}.get(name, name): {"overall": {"tp": r.correct + 0.5 * r.partial, "f1": r.f1}} for name, r in found.items()
        }

    return run


def seqeval(strict: bool) -> Callable[[Data], Any]:
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    options = {"mode": "strict", "scheme": IOB2} if strict else {}

    def run(data: Data) -> Any:
        found = classification_report(data["gold_tags"], data["predicted_tags"], output_dict=True, zero_division=0, **options)
        types = {kind: {"f1": row["f1-score"]} for kind, row in found.items() if kind in TYPES}
        return {"strict": {"overall": {"f1": found["micro avg"]["f1-score"]}, "types": types}}

    return run


JOBS: dict[str, Callable[[], Callable[[Data], Any]]] = {
    "spans, four schemas": lambda: ours("gold", "predicted"),
    "nested spans, four schemas": lambda: ours("gold_nested", "predicted_nested"),
    "spans, strict": lambda: ours("gold", "predicted", ("strict",)),
    "arrays, strict": lambda: ours("gold", "predicted", ("strict",), ready=True),
    "tags, strict": lambda: ours_tags("IOB2"),
    "tags, lenient": lambda: ours_tags("conlleval"),
    "nervaluate": lambda: nervaluate("gold", "predicted"),
    "nervaluate, nested": lambda: nervaluate("gold_nested", "predicted_nested"),
    "seqeval, strict": lambda: seqeval(True),
    "seqeval, lenient": lambda: seqeval(False),
}
COMPARED = (  # ours, the peer, how many times as fast it shall be
    ("spans, four schemas", "nervaluate", 40),
    ("nested spans, four schemas", "nervaluate, nested", 15),  # no one asks for more; its figures depend on the order of the lists
    ("arrays, strict", "seqeval, strict", 40),
    ("spans, strict", "seqeval, strict", 40),
    ("arrays, strict", "seqeval, lenient", 40),
    ("tags, strict", "seqeval, strict", 10),
    ("tags, lenient", "seqeval, lenient", 10),
)


def resident(field: str) -> int:
    """A line of /proc/self/status, in bytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def work(job: str, path: str, pipe: Any) -> None:
    """Run one job in this process: seconds of the best run, bytes above the input in the first, the figures."""
    run = JOBS[job]()
    read = msgspec.msgpack.decode(Path(path).read_bytes())
    data = {key: value if key.endswith("_tags") else [list(map(tuple, spans)) for spans in value] for key, value in read.items()}
    # A first run on a little of the data, so that what libraries load or set up once does not count; for "arrays" it makes the arrays.
    run(data if job.startswith("arrays") else {key: value[:100] for key, value in data.items()})
    ctypes.CDLL(None).malloc_trim(0)  # what was freed before must not be reused unseen
    before = resident("VmRSS:")
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    best, spent, memory, found = float("inf"), 0.0, 0, None
    for number in range(9):
        started = time.perf_counter()
        found = run(data)
        elapsed = time.perf_counter() - started
        if not number:
            memory = resident("VmHWM:") - before
        best, spent = min(best, elapsed), spent + elapsed
        if spent > 10:
            break
    pipe.send_bytes(msgspec.msgpack.encode((best, memory, found), enc_hook=lambda number: number.item()))


def measure(job: str, path: str) -> tuple[float, int, Any]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(job, path, theirs))
    process.start()
    theirs.close()
    found = msgspec.msgpack.decode(ours.recv_bytes())
    process.join()
    return found


def agree(one: Any, other: Any) -> bool:
    """Whether two scorers give the same figures, where both give one."""
    if isinstance(one, dict):
        return all(agree(one[key], other[key]) for key in one.keys() & other.keys())
    return abs(one - other) < 1e-9


def stored(folder: str, sentences: int, keys: tuple[str, ...] | None = None) -> tuple[str, int]:
    data = make(sentences)
    path = Path(folder) / f"{sentences}.msgpack"
    path.write_bytes(msgspec.msgpack.encode({key: value for key, value in data.items() if keys is None or key in keys}))
    return str(path), sum(map(len, data["gold"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--large", action="store_true", help="200,000 sentences")
    options = parser.parse_args()
    if absent := [name for name in ("nervaluate", "seqeval") if importlib.util.find_spec(name) is None]:
        parser.error(f"not installed: {', '.join(absent)}; pip install nervaluate==1.2.1 seqeval==1.2.2")
    sentences = 200_000 if options.large else options.sentences
    good = True
    with tempfile.TemporaryDirectory() as folder:
        path, entities = stored(folder, sentences)
        print(f"{sentences:,} sentences, {entities:,} gold entities\n")
        results = {}
        print(f"{'':28}{'seconds':>10}{'MB':>9}")
        for job in JOBS:
            results[job] = measure(job, path)
            print(f"{job:28}{results[job][0]:10.3f}{results[job][1] / 1e6:9.1f}", flush=True)
        print(f"\n{'':28}{'against':22}{'times as fast':>14}{'target':>8}{'memory':>9}{'target':>8}  figures")
        for job, peer, target in COMPARED:
            (fast, little, one), (slow, much, other) = results[job], results[peer]
            same = "differ: order matters to the peer" if "nested" in job else "equal" if agree(one, other) else "DIFFER"
            good &= slow / fast >= target and little / much <= 0.25 and same != "DIFFER"
            print(f"{job:28}{peer:22}{slow / fast:14.1f}{target:8}{little / much:9.1%}{'25%':>8}  {same}")
        print("\nlinear in the corpus (time at 4n over time at n; 4 is linear)")
        quarter, _ = stored(folder, sentences // 4)
        for job in ("spans, four schemas", "nested spans, four schemas", "tags, strict"):
            print(f"{job:28}{results[job][0] / measure(job, quarter)[0]:10.2f}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
