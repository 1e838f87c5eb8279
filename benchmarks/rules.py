"""Words a second of the model `rules`, in one process and in two side by side, and the seconds that it takes to load.

Run with ``python benchmarks/rules.py``. Two corpora: text made up from patterns, seeded, with about as many sentences, names, values
and events to a thousand words as news and statements on wars have; and the retold editions of the gold set, again and again under other
dates. Every article is extracted from start to end, identity included; words are what white space separates. Each figure is the best
and the median of several runs over the whole corpus after one that is not counted; two processes are started anew, and let go at one
moment. Exit status 1: a target (100,000 words a second in one process, 200,000 in two, half a second to load) is missed.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmark.api import Article  # noqa: E402

TARGET = 100_000
LOAD = 0.5

_SYLLABLES = "ka ro ve lin dar mu tes bel or an zu mir ha so pel gri nov ast em tol ri sha ber kun ya lo".split()
_PLACES = "Kharkiv Goma Mekelle Nyala Izium Marawi Taiz Donetsk Bamako Kidal Mocimboa Palma Stepanakert Bukavu Gondar Odesa".split()
_GIVEN = "Ahmed Maria Ivan Fatima Joseph Olena Samir Anna Thomas Ibrahim Elena David Leila Peter Nadia Viktor".split()
_TITLES = ["Gen.", "President", "Col", "Mayor", "Foreign Minister", "Dr", "Captain", "Governor"]
_GROUPS = ["the army", "rebels", "Russian troops", "government forces", "militants", "the Rapid Support Forces (RSF)", "Houthi fighters"]
_GROUPS += ["peacekeepers", "the Ukrainian army", "gunmen", "the militia", "Ethiopian soldiers", "police", "separatists", "the coalition"]
_DATES = ["on Monday", "on 14 March", "last week", "in June 2021", "three days ago", "overnight", "on Friday morning", "since 2019"]
_NUMBERS = ["12", "at least 30", "more than 4,000", "two dozen", "about 150", "seven", "hundreds of", "an estimated 20,000", "three"]
_EVENTS = (
    "{group} attacked a convoy near {place} {date}, killing {number} people and leaving others by the side of the road, officials said",
    "civilians fled the town of {place} for the hills after {group} shelled the market and the streets around the old mosque",
    "{title} {person} said {group} had taken control of {place}, the capital of {name} province, without a shot and without warning",
    "an air strike on a hospital in {place} killed {number} patients, according to {name} Watch, which relies on a network of doctors",
    "clashes between {group} and {group} continued in the suburbs of {place}, where families were still without water and light",
    "a car bomb exploded outside the {name} Hotel in {place} {date}, in a part of the city that had long been thought to be quiet",
    "{group} arrested the brother of {person} and {number} other men in houses in {place} and {place}, their relatives told the agency",
    "{group} would launch an offensive on {place} if the talks came to nothing, warned {person}, a spokesman for the {name} Front",
    "the siege of {place}, which began when the roads were closed {date}, is the longest that the people of the valley can remember",
    "{group} withdrew from {place} towards the {name} River, leaving behind armoured vehicles, uniforms and the papers of a whole office",
    "“they set fire to our house and took my brother,” said {person}, 34, a teacher who escaped to {place} with her mother",
)
_OTHERS = (
    "the price of bread has doubled in the region, and schools in {place} have been closed for most of the year",
    "{person}, an analyst at the {name} Institute in London, described the situation as difficult but not hopeless",
    "it was raining when the reporters came to {place}, a quiet city of wide avenues on the border with Chad",
    "the {name} Foundation, a charity based in Geneva, said its budget of $3m was too small for the work that remains",
    "“nobody knows what the winter will be like,” {person} told the newspaper in the lobby of the only hotel with a generator",
    "many in {place} are tired, and the roads are as bad as they were before {name} became minister",
    "neither the ministry nor {title} {person} could be reached for comment",
    "according to the United Nations, the economy of the country is smaller than it was in {year}",
    "his mother, who is 71, has lived in the same rooms of the old quarter since her wedding",
    "the report, a copy of which was seen by the agency, is due to be discussed in Brussels next month",
    "in the evening the streets are empty except for dogs and the cars of the {name} Company",
)
_TAILS = (
    ", as the rains set in and the aid agencies worry about the villages along the road",
    ", although the government in the capital disputes almost every part of that account",
    ", in what diplomats describe as a sign that neither side is as sure of itself as it sounds",
    " and that little had changed since, a view that is shared by most of those who know the region",
    ", while shopkeepers in the centre go on as if nothing of the kind could ever concern them",
)


def made_up(articles: int, words: int, seed: int = 0) -> list[str]:
    """News-like articles of about so many words, a headline and paragraphs of one to four sentences each."""
    rng = random.Random(seed)
    texts = []
    for _ in range(articles):
        paragraphs = [f"{rng.choice(_PLACES)}: {rng.choice(_GROUPS)} and {rng.choice(_GROUPS)} face a long winter"]
        while sum(len(paragraph.split()) for paragraph in paragraphs) < words:
            paragraphs.append(" ".join(_sentence(rng) for _ in range(rng.randint(1, 4))))
        texts.append("\n\n".join(paragraphs) + "\n")
    return texts


def _sentence(rng: random.Random) -> str:
    pattern = rng.choice(_EVENTS if rng.random() < 0.55 else _OTHERS) + (rng.choice(_TAILS) if rng.random() < 0.3 else "") + "."
    filled = []
    for part in pattern.split("{"):
        field, closed, rest = part.partition("}")
        filled.append(_FIELDS[field](rng) + rest if closed else part)
    text = "".join(filled)
    at = 1 if text[0] == "“" else 0
    return text[:at] + text[at].upper() + text[at + 1 :]


def _name(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


_FIELDS: dict[str, Callable[[random.Random], str]] = {
    "group": lambda rng: rng.choice(_GROUPS),
    "title": lambda rng: rng.choice(_TITLES),
    "date": lambda rng: rng.choice(_DATES),
    "year": lambda rng: str(rng.randint(1990, 2021)),
    "number": lambda rng: rng.choice(_NUMBERS),
    "place": lambda rng: rng.choice(_PLACES) if rng.random() < 0.7 else _name(rng),
    "person": lambda rng: f"{rng.choice(_GIVEN)} {_name(rng)}",
    "name": _name,
}


def retold(words: int) -> list[Article]:
    """The retold editions, again and again, each time under another date of publication."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "gold" / "retold").glob("*.txt"))]
    length = sum(len(text.split()) for text in texts)
    return [
        Article(f"retold-{k}-{i}", text, f"20{10 + k % 15}-0{1 + k % 9}-17")
        for k in range(max(1, round(words / length)))
        for i, text in enumerate(texts)
    ]


def load() -> tuple[Any, float]:
    """The model, and the seconds that loading took."""
    path = ROOT / "models" / "rules.py"
    spec = importlib.util.spec_from_file_location("rules_measured", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot read {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    model = module.Rules()
    begin = time.perf_counter()
    model.load("cpu")
    return model, time.perf_counter() - begin


def seconds(model: Any, articles: list[Article]) -> float:
    """Wall-clock seconds to extract from all articles."""
    begin = time.perf_counter()
    for article in articles:
        model.extract(article)
    return time.perf_counter() - begin


def _worker(articles: list[Article], runs: int, barrier: Barrier, results: Any) -> None:
    model, _ = load()
    seconds(model, articles)
    for _ in range(runs):
        barrier.wait()
        begin = time.monotonic()
        seconds(model, articles)
        results.put((begin, time.monotonic()))
        barrier.wait()


def side_by_side(articles: list[Article], runs: int, processes: int = 2) -> list[float]:
    """Seconds of each run of several processes that share the articles, from the first to begin to the last to end."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes + 1), context.Queue()
    parts = [articles[i::processes] for i in range(processes)]
    workers = [context.Process(target=_worker, args=(part, runs, barrier, results)) for part in parts]
    for worker in workers:
        worker.start()
    found = []
    for _ in range(runs):
        barrier.wait()
        spans = [results.get() for _ in range(processes)]
        barrier.wait()
        found.append(max(end for _, end in spans) - min(begin for begin, _ in spans))
    for worker in workers:
        worker.join()
    return found


def main() -> int:
    """Measure, print, and tell whether the targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--words", type=int, default=60_000, help="words of each corpus")
    parser.add_argument("--runs", type=int, default=7)
    size = parser.parse_args()
    model, first = load()
    loads = [first, *(load()[1] for _ in range(2))]
    print(f"load: {first:.2f} s, best {min(loads):.2f} s")
    corpora = {
        "made up": [Article(f"made-up-{i}", text, "2022-09-14") for i, text in enumerate(made_up(size.words // 600, 600))],
        "retold": retold(size.words),
    }
    missed = min(loads) > LOAD
    for name, articles in corpora.items():
        words = sum(len(article.text.split()) for article in articles)
        seconds(model, articles)
        one = sorted(seconds(model, articles) for _ in range(size.runs))
        two = sorted(side_by_side(articles, size.runs))
        for processes, found in ((1, one), (2, two)):
            best, median = words / found[0], words / found[len(found) // 2]
            missed |= best < processes * TARGET
            print(f"{name:<8} {words:>7,} words, processes: {processes}, words/s: {best:>9,.0f} best, {median:>9,.0f} median")
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
