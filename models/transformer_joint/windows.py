"""Windows of sub-words: a text of any length as inputs of an encoder, no word lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from . import features, labels

PIECES = 32  # sub-words of one word at most; the rest of a longer one is not shown to the encoder, the word itself stays
LETTERS = 200  # letters of a word that the tokenizer is given


@dataclass
class Window:
    """Successive words of an article that the encoder sees together."""

    article: features.Article
    first: int  # number of its first word
    size: int  # in words
    ids: list[int]  # sub-words, with the encoder's marks of beginning and end
    owner: list[int]  # for each sub-word the word in the window, -1 for the marks
    gold: labels.Labels | None = None  # in words of the window
    story: str = ""

    @property
    def place(self) -> float:
        """Where in its article its middle is, from 0 to 1."""
        return (self.first + self.size / 2) / len(self.article.words)

    def offsets(self, words: tuple[int, int]) -> tuple[int, int]:
        """Offsets in the text, from the first of the words to the last."""
        first, last = words
        return self.article.words[self.first + first][0], self.article.words[self.first + last][1]

    @property
    def sentences(self) -> list[int]:
        """For each word, the number of its sentence."""
        return self.article.sentence[self.first : self.first + self.size]

    @property
    def features(self) -> list[list[float]]:
        """For each word, its features."""
        return self.article.features[self.first : self.first + self.size]

    @property
    def known(self) -> list[list[int]]:
        """For each word, the numbers of what word lists know of it."""
        return self.article.known[self.first : self.first + self.size]

    def form(self, n: int) -> str:
        """A word in lower case."""
        start, end = self.article.words[self.first + n]
        return self.article.text[start:end].lower()


def cut(article: features.Article, paragraphs: list[tuple[int, int]], tokenizer: Any, longest: int) -> list[Window]:
    """Windows of whole paragraphs; a longer one is cut between sentences, a longer sentence between words."""
    if not article.words:
        return []
    texts = [article.text[a : min(b, a + LETTERS)] for a, b in article.words]
    unknown = [tokenizer.unk_token_id if tokenizer.unk_token_id is not None else 0]
    forms = list(dict.fromkeys(texts))
    # the space matters to tokenizers that count it to the word, and does nothing to the others
    found = tokenizer([f" {form}" for form in forms], add_special_tokens=False)["input_ids"]
    by_form = {form: ids[:PIECES] or unknown for form, ids in zip(forms, found, strict=True)}
    pieces = [by_form[text] for text in texts]
    before, after = _marks(tokenizer)
    room = longest - len(before) - len(after)
    borders = {start for start, _ in paragraphs}
    windows = []
    for first, last in _groups(article, [len(p) for p in pieces], borders, room):
        inner = [(piece, n) for n, word in enumerate(pieces[first:last]) for piece in word]
        ids = [*before, *(piece for piece, _ in inner), *after]
        owner = [-1] * len(before) + [n for _, n in inner] + [-1] * len(after)
        windows.append(Window(article, first, last - first, ids, owner))
    return windows


def _marks(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The sub-words that the encoder wants before and after a text."""
    plain, marked = tokenizer("a", add_special_tokens=False)["input_ids"], tokenizer("a")["input_ids"]
    at = next(n for n in range(len(marked)) if marked[n : n + len(plain)] == plain)
    return marked[:at], marked[at + len(plain) :]


def _groups(article: features.Article, sizes: list[int], borders: set[int], room: int) -> Iterator[tuple[int, int]]:
    """Ranges of words that make a window each."""
    begin, used = 0, 0
    sentence = 0  # first word of the present sentence
    for n, size in enumerate(sizes):
        if n == 0 or article.sentence[n] != article.sentence[n - 1]:
            sentence = n
            if n > begin and article.words[n][0] in borders:
                yield begin, n
                begin, used = n, 0
        if used + size > room and n > begin:
            middle = sentence if sentence > begin else n
            yield begin, middle
            begin, used = middle, sum(sizes[middle:n])
            if used + size > room and n > begin:
                yield begin, n
                begin, used = n, 0
        used += size
    yield begin, len(sizes)


def labelled(window: Window, gold: labels.Labels, story: str = "") -> Window:
    """The window, of a story, with those of an article's labels that lie in it whole."""
    inside = labels.Labels()
    kept: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for numbers, present, copies in ((kept[0], gold.triggers, inside.triggers), (kept[1], gold.mentions, inside.mentions)):
        for n, label in enumerate(present):
            first, last = (word - window.first for word in label.words)
            if first >= 0 and last < window.size:
                numbers[n] = len(copies)
                copies.append(replace(label, words=(first, last)))
    for (trigger, mention), role in gold.roles.items():
        if trigger in kept[0] and mention in kept[1]:
            inside.roles[kept[0][trigger], kept[1][mention]] = role
    return Window(window.article, window.first, window.size, window.ids, window.owner, inside, story)


def batches(windows: Iterable[Window], room: int) -> list[list[Window]]:
    """Windows of like length together, at most `room` sub-words with padding a batch."""
    found: list[list[Window]] = []
    for window in sorted(windows, key=lambda w: -len(w.ids)):
        if found and (len(found[-1]) + 1) * len(found[-1][0].ids) <= room:
            found[-1].append(window)
        else:
            found.append([window])
    return found
