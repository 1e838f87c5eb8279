"""Sentences as tokens, and labels of tokens as spans and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmark.api import Article

_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,:]\d+)*|_|[^\w\s]")
LONGEST = 400  # tokens: a longer sentence is a table or a mistake, and is cut


class Sentence(NamedTuple):
    """A sentence: offsets of its tokens in the text, their words, and these in lower case."""

    starts: list[int]
    ends: list[int]
    words: list[str]
    lower: list[str]


class Labelled(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive) with a label and a probability."""

    first: int
    last: int
    label: str
    score: float = 1.0


def sentences(article: Article) -> list[Sentence]:
    """The sentences of the scored text that have tokens."""
    found = []
    for start, end in article.sentences():
        spans = [match.span() for match in _TOKEN.finditer(article.text, start, end)]
        for begin in range(0, len(spans), LONGEST):
            part = spans[begin : begin + LONGEST]
            words = [article.text[a:b] for a, b in part]
            found.append(Sentence([a for a, _ in part], [b for _, b in part], words, [word.lower() for word in words]))
    return found


def locate(sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
    """First and last (exclusive) token that a span touches; None where it touches none."""
    touched = [n for n, (a, b) in enumerate(zip(sentence.starts, sentence.ends, strict=True)) if a < end and start < b]
    return (touched[0], touched[-1] + 1) if touched else None


def encode(length: int, spans: Iterable[Labelled]) -> list[str]:
    """A BIO label for each token; of two spans that overlap the longer is kept."""
    labels = ["O"] * length
    for first, last, label, _ in sorted(spans, key=lambda s: (s.first - s.last, s)):
        if all(tag == "O" for tag in labels[first:last]):
            labels[first:last] = ["B-" + label] + ["I-" + label] * (last - first - 1)
    return labels


def decode(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """The spans of BIO labels; an ``I-`` that continues nothing begins a span."""
    first, kind = 0, ""
    for n, label in enumerate([*labels, "O"]):
        if kind and label != "I-" + kind:
            yield first, n, kind
            kind = ""
        if label != "O" and not kind:
            first, kind = n, label[2:]
