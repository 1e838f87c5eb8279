"""What an uncased encoder does not see of a word: its shape, its place, and whether gazetteers know it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache

from . import lexicon

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)+|\w+|[^\w\s]")  # abbreviations with points and numbers whole
_CALENDAR = frozenset(
    """January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun""".split()
)

Span = tuple[int, int]


def words(text: str, start: int, end: int) -> list[Span]:
    """Runs of word characters, and single other characters."""
    return [match.span() for match in _WORD.finditer(text, start, end)]


class Article:
    """An article's words with their sentences and features.

    Attributes
    ----------
    words, sentences
        Offsets.
    sentence
        For each word, the number of its sentence.
    features
        For each word, numbers of shape, place and gazetteers, `WIDTH` in all.
    """

    def __init__(self, text: str, sentences: list[Span]):
        self.text = text
        self.sentences = sentences
        self.words = [word for start, end in sentences for word in words(text, start, end)]
        starts = [start for start, _ in sentences]
        self.sentence = [bisect_right(starts, start) - 1 for start, _ in self.words]
        self._forms = [text[a:b] for a, b in self.words]
        lower = Counter(form for form in self._forms if form.islower())
        share = self._capitalised()
        self.features = [
            [*_shape(form), *self._place(n), *self._known(form, lower), share[self.sentence[n]]] for n, form in enumerate(self._forms)
        ]
        self.known = self._listed()

    def _place(self, n: int) -> list[float]:
        """Whether the word begins its sentence, and stands close to the word before and to the word after it."""
        start, end = self.words[n]
        first = n == 0 or self.sentence[n - 1] != self.sentence[n]
        close = not first and self.words[n - 1][1] == start
        return [float(first), float(close), float(n + 1 < len(self.words) and self.words[n + 1][0] == end)]

    @staticmethod
    def _known(form: str, lower: Counter[str]) -> list[float]:
        """Whether a capitalised word stands in lower case elsewhere in the article; months and days of the week."""
        return [float(form[:1].isupper() and lower[form.lower()] > 0), float(form in _CALENDAR)]

    def _capitalised(self) -> list[float]:
        """The share of capitalised words in each sentence: near 1 in headlines."""
        capitals, letters = [0] * len(self.sentences), [0] * len(self.sentences)
        for form, sentence in zip(self._forms, self.sentence, strict=True):
            capitals[sentence] += form[:1].isupper()
            letters[sentence] += form[:1].isalpha()
        return [a / b if b else 0.0 for a, b in zip(capitals, letters, strict=True)]

    def _listed(self) -> list[list[int]]:
        """What word lists know of each word, sentence by sentence."""
        found: list[list[int]] = []
        first = 0
        for n in range(1, len(self._forms) + 1):
            if n == len(self._forms) or self.sentence[n] != self.sentence[first]:
                found += lexicon.rows(self._forms[first:n])
                first = n
        return [own + far for own, far in zip(found, lexicon.elsewhere(self._forms), strict=True)]


@lru_cache(maxsize=200_000)
def _shape(form: str) -> tuple[float, ...]:
    """Case, digits and punctuation of a word."""
    return tuple(
        float(value)
        for value in (
            form.islower(),
            form.istitle() and len(form) > 1,
            form.isupper() and 1 < len(form) <= 5,
            form.isupper() and len(form) > 5,
            form.isupper() and len(form) == 1,
            form[:1].isupper() and not form.istitle() and not form.isupper(),
            any(c.isdigit() for c in form),
            form.isdigit() and len(form) == 4,
            form.isdigit(),
            not form[:1].isalnum(),
            form == "-",
            form in "'’‘`",
            form in '"“”«»',
        )
    )


WIDTH = 13 + 3 + 2 + 1  # numbers a word
