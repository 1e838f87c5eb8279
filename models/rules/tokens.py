"""Tokens: shared records of the words of a sentence, and where they stand.

Each stretch between two blanks is looked up as a whole, so that a word seen before costs one dictionary lookup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .signals import CLASSES, HEAD, NAME, TRIGGER, signals
from .words import Word, Words

TOKEN = re.compile(
    r"\d{1,2}:\d{2}|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:[A-Z]\.){2,}|['’]s(?![^\W_])|"
    r"[^\W\d_]+(?:['’](?!s(?![^\W_]))[^\W\d_]+)*|[^\W_]+|\S"
)
_KEPT = 50_000  # stretches and words remembered
_LONGEST = 60  # characters of a stretch that is remembered
# the word that is all of a stretch, its words, their offsets, the way to the next stretch, the bits that any of them has
_Stretch = tuple[Word | None, tuple[Word, ...], tuple[int, ...], int, int]


class Tokens(list[Word]):
    """The words of a sentence, their offsets in the article, and the bits that any of them has.

    ``headline`` is None until somebody asks (see :func:`names.is_headline`); ``listed`` keeps what the gazetteer said.
    """

    __slots__ = ("end", "flags", "headline", "listed", "starts")

    def __init__(self, words: list[Word], starts: list[int], flags: int) -> None:
        super().__init__(words)
        self.starts, self.flags = starts, flags
        self.listed: dict[int, Any] = {}
        self.headline: bool | None = None

    def stop(self, i: int) -> int:
        """Offset of the end of token i."""
        return self.starts[i] + len(self[i].text)

    def glued(self, i: int) -> bool:
        """Whether no white space stands before token i."""
        return i > 0 and self.starts[i] == self.starts[i - 1] + len(self[i - 1].text)


class _Stretches(dict[str, _Stretch]):
    """What was split before; what was not is split when it is asked for, and remembered unless it is long."""

    def __init__(self, word: Callable[[str], Word]) -> None:
        super().__init__()
        self.word = word

    def __missing__(self, stretch: str) -> _Stretch:
        matches = list(TOKEN.finditer(stretch))
        words = tuple(self.word(match.group()) for match in matches)
        flags = 0
        for word in words:
            flags |= word.flags
        alone = words[0] if len(words) == 1 and matches[0].start() == 0 else None
        entry = alone, words, tuple(match.start() for match in matches), len(stretch) + 1, flags
        if len(stretch) <= _LONGEST:
            self[stretch] = entry
        return entry


class Vocabulary:
    """Splits text into tokens; remembers the words that it has seen, a bounded number of them."""

    def __init__(self, words: Words, firsts: dict[str, int], heads: frozenset[str]) -> None:
        self.words, self.firsts, self.heads = words, firsts, heads
        self._known: dict[str, Word] = {}
        self._plain: dict[str, Word] = {}
        self._stretches = _Stretches(self._word)

    def tokenize(self, text: str, start: int, end: int) -> Tokens:
        """Tokens of a stretch of the article; parts of hyphenated compounds are tokens of their own."""
        if len(self._stretches) > _KEPT or len(self._known) > _KEPT:
            self._stretches.clear()
            self._known.clear()
            self._plain.clear()
        found: list[Word] = []
        starts: list[int] = []
        flags = 0
        for word, words, offsets, step, bits in map(self._stretches.__getitem__, text[start:end].split(" ")):
            if bits:
                flags |= bits
            if word is not None:
                found.append(word)
                starts.append(start)
            else:
                found += words
                for offset in offsets:
                    starts.append(start + offset)
            start += step
        return Tokens(found, starts, flags)

    def _word(self, text: str) -> Word:
        word = self._known.get(text)
        if word is None:
            word = self._known[text] = self._new(text, text[0].isupper())
        return word

    def plain(self, word: Word) -> Word:
        """The same word where its capital means nothing."""
        other = self._plain.get(word.text)
        if other is None:
            other = self._plain[word.text] = self._new(word.text, False)
        return other

    def _new(self, text: str, cap: bool) -> Word:
        word = Word(text, self.words, cap)
        word.reach = self.firsts.get(word.key, 0)
        word.flags = (
            signals(text, word.low)
            | (NAME if word.begins_name else 0)
            | (HEAD if text in self.heads or word.low in self.heads else 0)
            | (TRIGGER if word.trigger else 0)
        )
        word.classes = word.flags & CLASSES
        return word
