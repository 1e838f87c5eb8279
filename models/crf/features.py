"""Features of tokens for the taggers: shape, affixes, context, gazetteers, patterns of values, and the rest of the document."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache

from .lexicon import lexicon
from .patterns import values
from .tokens import Sentence

_SHAPES = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "X" * 26 + "x" * 26 + "d" * 10)
_DOUBLED = re.compile(r"(.)\1+")
Rows = list[list[str]]  # the features of each token of a sentence


@lru_cache(maxsize=200_000)
def shape(word: str) -> str:
    """Upper case as X, lower as x, digits as d, repetitions once."""
    return _DOUBLED.sub(r"\1", word[:30].translate(_SHAPES))


@lru_cache(maxsize=200_000)
def kinds(lower: str) -> tuple[str, ...]:
    """Word classes of a word in lower case."""
    return lexicon().lower.get(lower, ())


@lru_cache(maxsize=200_000)
def _own(word: str) -> tuple[str, ...]:
    """Features of the token itself that depend on nothing else."""
    lower = word.lower()
    found = ["w=" + lower, "shape=" + shape(word)]
    if word.isalpha():
        found += [f"s{n}={lower[-n:]}" for n in (1, 2, 3, 4) if len(lower) > n]
        found += [f"p{n}={lower[:n]}" for n in (2, 3) if len(lower) > n]
        if word[0].isupper():
            found.append("upper" if word.isupper() and len(word) > 1 else "title")
            if len(word) <= 5:
                found.append("short-upper")
    elif word[0].isdigit():
        found += ["digits", f"digits={len(word)}", "year" if re.fullmatch(r"(?:19|20)\d\d", word) else "no-year"]
    else:
        found.append("mark")
    return (*found, *("k=" + kind for kind in kinds(lower)))


@lru_cache(maxsize=400_000)
def _near(word: str, place: str) -> tuple[str, ...]:
    """Features of a neighbour."""
    lower = word.lower()
    found = [f"{place}w={lower}", f"{place}shape={shape(word)}", *(f"{place}k={kind}" for kind in kinds(lower))]
    if len(lower) > 3:
        found.append(f"{place}s3={lower[-3:]}")
    return tuple(found)


@lru_cache(maxsize=400_000)
def _far(word: str, place: str) -> tuple[str, ...]:
    lower = word.lower()
    return (f"{place}w={lower}", *(f"{place}k={kind}" for kind in kinds(lower)))


def basic(sentence: Sentence, classes: Sequence[set[str]] | None = None) -> Rows:
    """Features from the sentence and the gazetteers."""
    words, lower = sentence.words, sentence.lower
    classes = lexicon().match(words) if classes is None else classes
    patterns = values(lower)
    shouting = sum(word.isupper() and len(word) > 1 for word in words) * 2 > len(words)
    padded = ["<s>", "<s>", *words, "</s>", "</s>"]
    gazetteer = [tuple(sorted("g=" + kind for kind in found)) for found in classes]
    rows: Rows = []
    for n, word in enumerate(words):
        row = ["bias", *_own(word), *_near(padded[n + 1], "-1"), *_near(padded[n + 3], "+1")]
        row += _far(padded[n], "-2")
        row += _far(padded[n + 4], "+2")
        row += gazetteer[n]
        if n:
            row += ["-1" + item for item in gazetteer[n - 1]]
            row.append(f"-1w0={lower[n - 1]}|{lower[n]}")
        else:
            row.append("first")
        if n + 1 < len(words):
            row += ["+1" + item for item in gazetteer[n + 1]]
            row.append(f"0w+1={lower[n]}|{lower[n + 1]}")
        row.append(f"sh3={shape(padded[n + 1])}|{shape(word)}|{shape(padded[n + 3])}")
        if not gazetteer[n] and word[0].isupper():
            row.append("upper-unknown")
        if patterns[n] != "O":
            row += ["v=" + patterns[n], f"v={patterns[n]}|{patterns[n + 1] if n + 1 < len(words) else 'O'}"]
        if shouting:
            row.append("shouting")
        rows.append(row)
    return rows


class Memory:
    """What the document says elsewhere of each capitalised word: its neighbours there, and whether it also stands in lower case."""

    def __init__(self, document: Sequence[Sentence], classes: Sequence[Sequence[set[str]]]):
        found: dict[str, Counter[str]] = defaultdict(Counter)
        self.lower: set[str] = set()
        for sentence, known in zip(document, classes, strict=True):
            words = sentence.words
            for n, word in enumerate(words):
                if not word[0].isupper():
                    if word.isalpha():
                        self.lower.add(word)
                    continue
                before = sentence.lower[n - 1] if n else "<s>"
                after = sentence.lower[n + 1] if n + 1 < len(words) else "</s>"
                hints = found[word]
                hints.update("m-1k=" + kind for kind in kinds(before))
                hints.update("m+1k=" + kind for kind in kinds(after))
                hints.update(("m-1=" + before, "m+1=" + after))
                hints.update("mg=" + kind for kind in known[n])
                if n and words[n - 1][0].isupper():
                    hints["m-1upper"] += 1
                if n + 1 < len(words) and words[n + 1][0].isupper():
                    hints["m+1upper"] += 1
        self.hints = {word: tuple(sorted(hint for hint in hints)) for word, hints in found.items()}

    def extend(self, sentence: Sentence, rows: Rows) -> None:
        """Add the features to the rows of a sentence."""
        for word, row in zip(sentence.words, rows, strict=True):
            if word[0].isupper():
                row += self.hints.get(word, ())
                if word.lower() in self.lower:
                    row.append("m:lower")


Votes = dict[str, tuple[str, ...]]


def votes(document: Sequence[Sentence], found: Sequence[Sequence[tuple[int, int, str]]]) -> Votes:
    """For each capitalised word what a first tagger called it in the document as a whole."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence, spans in zip(document, found, strict=True):
        inside = {n: ("B-" if n == first else "I-") + label for first, last, label in spans for n in range(first, last)}
        for n, word in enumerate(sentence.words):
            if word[0].isupper():
                counts[word][inside.get(n, "O")] += 1
    result: Votes = {}
    for word, tags in counts.items():
        total = sum(tags.values())
        features = [f"1:{tag}" + (":all" if count == total else ":most" if 2 * count > total else ":some") for tag, count in tags.items()]
        types = Counter({tag[2:]: 0 for tag in tags if tag != "O"})
        for tag, count in tags.items():
            if tag != "O":
                types[tag[2:]] += count
        if types:
            features.append("1best=" + max(sorted(types), key=lambda t: types[t]))
        result[word] = tuple(sorted(features))
    return result


def extend_votes(sentence: Sentence, rows: Rows, known: Votes) -> None:
    """Add what the first tagger said of a word, and of its neighbours."""
    words = sentence.words
    for n, row in enumerate(rows):
        row += known.get(words[n], ())
        if n:
            row += ["-" + item for item in known.get(words[n - 1], ())]
        if n + 1 < len(words):
            row += ["+" + item for item in known.get(words[n + 1], ())]
