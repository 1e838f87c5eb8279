"""A dictionary of the training labels: each string that was a mention or a trigger, with what it was most often.

What it finds is what the stories share; what another extractor finds beyond it is what that one knows or has learned.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmark.api import Article, Document, Event, Extraction, Mention, extractor

_TOKEN = re.compile(r"\w+|[^\w\s]")
Meaning = list[Any]  # of a mention: type, level, value; of a trigger: type, realis
Entries = dict[str, Meaning]  # by the string's tokens with a space between them


@extractor(
    "majority",
    produces={"mentions", "values", "events", "realis"},
    scheme="gold",
    trained_on=(),
)
class Majority:
    """Looks strings up, case-sensitive, the longest first, from word boundary to word boundary.

    Parameters
    ----------
    least
        How often a string must have been labelled to be looked for.
    """

    def __init__(self, least: int = 1):
        self.least = least

    def fit(self, documents: list[Document]) -> None:
        """Count what each labelled string was; a value is kept where the string always had the same."""
        mentions, triggers = defaultdict(list), defaultdict(list)
        for document in documents:
            text = document.text or ""
            for mention in document.mentions:
                mentions[_key(text[mention.start : mention.end])].append((mention.type, mention.level, mention.value))
            for event in document.events:
                triggers[_key(text[event.start : event.end])].append((event.type, event.realis))
        kept = [(key, found) for key, found in sorted(mentions.items()) if key and len(found) >= self.least]
        self._mentions = {key: [*_most(m[:2] for m in found), _always(m[2] for m in found)] for key, found in kept}
        kept = [(key, found) for key, found in sorted(triggers.items()) if key and len(found) >= self.least]
        self._triggers = {key: [_most(e[:1] for e in found)[0], _most(e[1:] for e in found)[0]] for key, found in kept}
        self._index()

    def extract(self, article: Article) -> Extraction:
        """Look up the strings in each paragraph; mentions and triggers may overlap each other."""
        mentions, events = [], []
        for start, end in article.paragraphs():
            tokens = [match.span() for match in _TOKEN.finditer(article.text, start, end)]
            words = [article.text[a:b] for a, b in tokens]
            for first, last, (kind, level, value) in _matches(words, self._mentions, self._longest[0]):
                mentions.append(Mention(tokens[first][0], tokens[last - 1][1], kind, level, value=value))
            for first, last, (kind, realis) in _matches(words, self._triggers, self._longest[1]):
                events.append(Event(tokens[first][0], tokens[last - 1][1], kind, realis))
        return Extraction(mentions, events)

    def save(self, folder: Path) -> None:
        """Write the dictionary as JSON."""
        content = {"mentions": self._mentions, "triggers": self._triggers}
        (folder / "dictionary.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """Read what :meth:`save` wrote."""
        content = json.loads((folder / "dictionary.json").read_text(encoding="utf-8"))
        self._mentions, self._triggers = content["mentions"], content["triggers"]
        self._index()

    def _index(self) -> None:
        """By first word, the lengths in words of the strings that begin with it, the longest first."""
        self._longest = [_lengths(self._mentions), _lengths(self._triggers)]


def _key(string: str) -> str:
    return " ".join(_TOKEN.findall(string))


def _most(items: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The most frequent; of several the first in the alphabet."""
    counts = Counter(items)
    return min(counts, key=lambda item: (-counts[item], [part or "" for part in item]))


def _always(values: Iterable[str | None]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _lengths(entries: Entries) -> dict[str, list[int]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in entries:
        words = key.split(" ")
        lengths[words[0]].add(len(words))
    return {word: sorted(found, reverse=True) for word, found in lengths.items()}


def _matches(words: list[str], entries: Entries, lengths: dict[str, list[int]]) -> Iterator[tuple[int, int, Meaning]]:
    """Words ``first`` to ``last`` (exclusive) that are an entry, from left to right without overlap."""
    n = 0
    while n < len(words):
        for length in lengths.get(words[n], ()):
            if n + length <= len(words) and (meaning := entries.get(" ".join(words[n : n + length]))):
                yield n, n + length, meaning
                n += length
                break
        else:
            n += 1
