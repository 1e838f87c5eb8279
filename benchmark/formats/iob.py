"""Tag sequences: chunks of IOB1, IOB2, IOE1, IOE2, IOBES and BILOU tags as arrays, and files of columns.

Two readings exist and give different chunks on sequences that break their scheme's rules:

- lenient (``conlleval``), as the CoNLL shared tasks scored (Tjong Kim Sang and De Meulder 2003): a ``B-`` or ``S-`` (``U-``) tag,
  a change of type and the token after an ``E-``, ``L-``, ``S-`` or ``U-`` start a chunk; the other prefixes only continue one;
- strict (the name of a scheme), as the scheme classes of seqeval 1.2.2 define them: chunks that do not start or end as the scheme
  demands are no chunks, and a prefix that the scheme does not know is an error.

Tags are turned into integers once per token; everything after that are array operations.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.problems import BadInput, Problem

LENIENT = "conlleval"
UNTYPED = "_"  # the type of a bare B or I
_BLOCK = 2048  # sequences that are read at a time

_LETTERS = "OIBESLU"
_SAME, _DIFFERENT, _ANY = 1, 2, 3  # whether the types of two neighbours are equal; bits
_START, _INSIDE, _END = 1, 2, 4  # what a token is, seen from the one before it; _END: the chunk before may end here

_Patterns = tuple[tuple[str, str, int], ...]  # letters before, letters here, relation of the types


def _single_or_last(last: str, single: str) -> tuple[_Patterns, _Patterns, _Patterns]:
    """IOBES and BILOU: the same scheme in other letters."""
    return (
        ((_LETTERS, "B" + single, _ANY),),
        (("BI", "I" + last, _SAME),),
        ((single + last, _LETTERS, _ANY),),
    )


# For each scheme the neighbours at which a chunk starts, goes on, and may end (before the second of the two).
_SCHEMES: dict[str, tuple[str, _Patterns, _Patterns, _Patterns]] = {
    LENIENT: (
        _LETTERS,
        (("O", "IBESLU", _ANY), ("ESLU", "IBESLU", _ANY), (_LETTERS, "BSU", _ANY), (_LETTERS, "IEL", _DIFFERENT)),
        (("BI", "IEL", _SAME),),
        ((_LETTERS, _LETTERS, _ANY),),
    ),
    "IOB1": (
        "IOB",
        (("OB", "I", _ANY), ("I", "I", _DIFFERENT), ("IB", "B", _SAME)),
        (("BI", "I", _SAME),),
        (("I", "I", _DIFFERENT), ("I", "OB", _ANY), ("B", "O", _ANY), ("B", "I", _DIFFERENT), ("B", "B", _SAME)),
    ),
    "IOB2": (
        "IOB",
        ((_LETTERS, "B", _ANY),),
        (("BI", "I", _SAME),),
        (("BI", "OB", _ANY), ("BI", "I", _DIFFERENT)),
    ),
    "IOE1": (
        "IOE",
        (("OE", "I", _ANY), ("I", "I", _DIFFERENT), ("E", "E", _SAME)),
        (("I", "IE", _SAME),),
        (("I", "IE", _DIFFERENT), ("I", "O", _ANY), ("E", "IE", _SAME)),
    ),
    "IOE2": (
        "IOE",
        (("OE", "IE", _ANY), ("I", "IE", _DIFFERENT)),
        (("I", "IE", _SAME),),
        (("E", _LETTERS, _ANY),),
    ),
    "IOBES": ("IOBES", *_single_or_last("E", "S")),
    "BILOU": ("BILOU", *_single_or_last("L", "U")),
}
SCHEMES = tuple(_SCHEMES)


class Chunks(NamedTuple):
    """Chunks of many sequences, in order; the fields are those of :class:`benchmark.metrics.arrays.SpanArrays`.

    Attributes
    ----------
    document
        Number of the sequence of each chunk, from 0.
    start, end
        Half-open token offsets in the sequence.
    type
        Index into ``types``.
    types
        The types that any tag names.
    documents
        The number of sequences.
    """

    document: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    type: NDArray[np.int32]
    types: tuple[str, ...]
    documents: int


def decode(sequences: Sequence[Sequence[str]], scheme: str = LENIENT, *, suffix: bool = False, delimiter: str = "-") -> Chunks:
    """Find the chunks of tag sequences.

    Parameters
    ----------
    sequences
        One sequence of tags a sentence: ``O``, ``B-PER``, or a bare ``B``.
    scheme
        One of ``SCHEMES``; the default reads leniently, the others strictly.
    suffix
        The prefix stands at the end of the tag (``PER-B``).
    delimiter
        What separates prefix and type.

    Raises
    ------
    ValueError
        For a tag that is none, or has a prefix that the scheme does not know; names the tag.
    """
    if scheme not in _SCHEMES:
        raise ValueError(f"unknown scheme {scheme!r}; one of {', '.join(SCHEMES)}")
    codes: defaultdict[str, int] = defaultdict()
    codes.default_factory = codes.__len__
    codes["O"]  # O is 0
    table, known = _table(scheme), -1
    found = []
    for first in range(0, len(sequences), _BLOCK):
        part = sequences[first : first + _BLOCK]
        base, padded = _padded(part, codes)
        if known != len(codes):
            letter, kind, types = _read_tags(codes, _SCHEMES[scheme][0], suffix, delimiter, scheme)
            known = len(codes)
        start, end = _runs(letter[padded], kind[padded], table)
        document = np.searchsorted(base, start, side="right") - 1
        parts = document + first, start - base[document], end - base[document], kind[padded[start]]
        found.append([part.astype(np.int32) for part in parts])
    if not found:
        none = np.zeros(0, dtype=np.int32)
        return Chunks(none, none, none, none, (), 0)
    arrays = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    return Chunks(arrays[0], arrays[1], arrays[2], arrays[3], types, len(sequences))


def _padded(sequences: Sequence[Sequence[str]], codes: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The codes of the tags in one row, and where each sequence begins in it.

    An O (code 0) stands before, between and after the sequences: no chunk crosses it, and every token has a neighbour on either side.
    """
    lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
    size = int(lengths.sum())
    flat = np.fromiter(map(codes.__getitem__, chain.from_iterable(sequences)), np.int32, size)
    padded = np.zeros(size + len(lengths) + 1, dtype=np.int32)
    padded[np.arange(size) + np.repeat(np.arange(1, len(lengths) + 1), lengths)] = flat
    return np.cumsum(lengths + 1) - lengths, padded


def _runs(letter: NDArray[np.int8], kind: NDArray[np.int32], table: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends of the chunks in one padded sequence."""
    same = kind[1:] == kind[:-1]
    role = np.empty(len(letter), dtype=np.int8)
    role[0] = 0
    role[1:] = table[letter[:-1], letter[1:], same.view(np.int8)]
    breaks = (role & _INSIDE) == 0  # every token that does not go on with a chunk closes the one before
    start = np.flatnonzero(role & _START)
    run = np.cumsum(breaks)[start]
    if len(start):
        # In IOB1 a token can both start a chunk and go on with one: it starts one only if nothing before it in its run did.
        leads = np.concatenate(([True], run[1:] != run[:-1]))
        start, run = start[leads], run[leads]
    end = np.flatnonzero(breaks)[run]
    closed = (role[end] & _END) != 0
    return start[closed], end[closed]


def _table(scheme: str) -> NDArray[np.int8]:
    """What a token is by the letters of the one before and its own, and whether their types are equal."""
    table = np.zeros((len(_LETTERS), len(_LETTERS), 2), dtype=np.int8)
    for role, patterns in zip((_START, _INSIDE, _END), _SCHEMES[scheme][1:], strict=True):
        for before, here, relation in patterns:
            for same in (0, 1):
                if relation & (_SAME if same else _DIFFERENT):
                    table[np.ix_([_LETTERS.index(x) for x in before], [_LETTERS.index(x) for x in here], [same])] |= role
    return table


def _split(tag: str, suffix: bool, delimiter: str) -> tuple[str, str]:
    """Letter and type of a tag; the letter is empty where there is none."""
    letter, rest = (tag[-1:], tag[:-1]) if suffix else (tag[:1], tag[1:])
    kind = rest.removesuffix(delimiter) if suffix else rest.removeprefix(delimiter)
    if not letter or letter not in _LETTERS or (rest and kind == rest):
        return "", tag
    return letter, kind or UNTYPED


def _read_tags(
    codes: Iterable[str], allowed: str, suffix: bool, delimiter: str, scheme: str
) -> tuple[NDArray[np.int8], NDArray[np.int32], tuple[str, ...]]:
    """Letter and type of each tag, in the order of the codes, and the names of the types."""
    kinds: dict[str, int] = {}
    letters, numbers = [], []
    for tag in codes:
        letter, kind = _split(tag, suffix, delimiter)
        if not letter or letter not in allowed:
            told = "a prefix or suffix" if suffix else "a prefix"
            raise ValueError(f"{tag!r} is not a tag of {scheme}: expected O, or {told} of {', '.join(sorted(set(allowed) - {'O'}))}")
        letters.append(_LETTERS.index(letter))
        numbers.append(-1 if letter == "O" else kinds.setdefault(kind, len(kinds)))
    return np.array(letters, dtype=np.int8), np.array(numbers, dtype=np.int32), tuple(kinds)


def detect(sequences: Iterable[Sequence[str]], *, suffix: bool = False, delimiter: str = "-") -> str:
    """The scheme whose letters the tags use: IOB2, IOE2, IOBES or BILOU.

    IOB1 is never told: its tags are tags of IOB2 too, and ``I`` alone belongs to any scheme.

    Parameters
    ----------
    sequences, suffix, delimiter
        As for :func:`decode`.

    Raises
    ------
    ValueError
        Where the letters belong to no scheme, or to several.
    """
    tags = set(chain.from_iterable(sequences))
    letters = {_split(tag, suffix, delimiter)[0] for tag in tags}
    for scheme, marks in (("IOB2", ({"B"},)), ("IOE2", ({"E"},)), ("IOBES", ({"B", "E"}, {"S"})), ("BILOU", ({"B", "L"}, {"U"}))):
        if letters <= set(_SCHEMES[scheme][0]) and any(mark <= letters for mark in marks):
            return scheme
    raise ValueError(f"no scheme can be told from these tags: {', '.join(sorted(tags)[:10])}; name one of {', '.join(SCHEMES)}")


def check_aligned(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> None:
    """Raise ValueError, naming the first place, unless both sides have equally many sequences of equal lengths."""
    if len(gold) != len(predicted):
        raise ValueError(f"{len(gold)} gold sequences, but {len(predicted)} predicted ones")
    for number, (one, other) in enumerate(zip(gold, predicted, strict=True)):
        if len(one) != len(other):
            raise ValueError(f"sequence {number} has {len(one)} gold tags, but {len(other)} predicted ones")


class Columns(NamedTuple):
    """A file of columns: tokens and tags of each sentence, and the number of each sentence's document, from 0."""

    tokens: list[list[str]]
    tags: list[list[str]]
    documents: list[int]


_BLANKS = re.compile("[ \t]+")


def read(text: str, name: str = "", *, token: int = 0, tag: int = -1) -> Columns:
    """Read columns: one token a line, tab or blanks between columns, an empty line between sentences.

    Lines may end in CR LF; blanks at the end of a line do not count. ``-DOCSTART-`` lines begin a document and are no tokens.

    Parameters
    ----------
    text
        The file's content.
    name
        The file's name, for messages.
    token, tag
        Which column holds the tokens, which the tags.

    Raises
    ------
    BadInput
        For a line without these columns; names the line.
    """
    found = Columns([], [], [])
    sentence: tuple[list[str], list[str]] | None = None
    document, needed = 0, max(x + 1 if x >= 0 else -x for x in (token, tag))
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip(" \t\r")
        if not line or line.startswith("-DOCSTART-"):
            document += bool(line and found.tokens)
            sentence = None
            continue
        cells = line.split("\t") if "\t" in line else _BLANKS.split(line)
        if len(cells) < max(needed, 2):
            raise BadInput(Problem(name, number, f"{len(cells)} column, where a token and a tag are expected"))
        if sentence is None:
            sentence = [], []
            found.tokens.append(sentence[0])
            found.tags.append(sentence[1])
            found.documents.append(document)
        sentence[0].append(cells[token])
        sentence[1].append(cells[tag])
    return found


__all__ = ["LENIENT", "SCHEMES", "UNTYPED", "Chunks", "Columns", "check_aligned", "decode", "detect", "read"]
