"""Patterns of dates, numbers and amounts of money, as hints for the tagger: which token begins one and which continues it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .lexicon import lexicon

# A sentence is written with one letter a token, and the patterns are over these letters.
_LETTERS = (
    ("month", "M"),
    ("weekday", "D"),
    ("timeunit", "U"),
    ("deictic", "T"),
    ("number", "N"),
    ("plural_number", "P"),
    ("measure", "K"),
    ("money", "F"),
)
_WORDS = {
    "-": "-",
    "$": "$",
    "€": "$",
    "£": "$",
    "¥": "$",
    "%": "%",
    "of": "o",
    "the": "t",
    "a": "a",
    "an": "a",
    "ago": "g",
    "and": "&",
    "to": "-",
    "–": "-",
    "old": "O",
    "than": "n",
    "as": "s",
    "many": "m",
    "much": "m",
    "at": "e",
    "least": "l",
    "most": "l",
    "about": "~",
    "around": "~",
    "some": "~",
    "nearly": "~",
    "almost": "~",
    "approximately": "~",
    "roughly": "~",
    "over": "~",
    "under": "~",
    "estimated": "~",
    "only": "y",
    "just": "y",
    "more": ">",
    "less": ">",
    "fewer": ">",
    "up": "^",
    "several": "v",
    "few": "v",
    "past": "r",
    "last": "r",
    "next": "r",
    "this": "h",
    "previous": "r",
    "coming": "r",
    "following": "r",
    "early": "q",
    "late": "q",
    "mid": "q",
    "earlier": "g",
    "later": "g",
    "every": "h",
    "each": "h",
    "same": "r",
    "recent": "r",
    "first": "r",
    "per": "p",
    "cent": "c",
    "square": "z",
    "cubic": "z",
    "between": "~",
    ",": ",",
}
_NUMBER = r"(?:[#NY](?:-?[#NYP])*(?:o?P)?|v?P(?:oP)?)"
_APPROX = r"(?:~|>n|el|s[m]s|^-|y)*"
_DATE = "|".join(
    [
        r"(?:D,?)?[#]M(?:,?Y)?", r"(?:D,?)?q?-?M[#](?:,?Y)?", r"q?-?r?hM,?Y?", r"q?-?rM", r"q?-?M,?Y", r"q?-?M", r"Y",
        r"[rh]?D[U]?", rf"[rh]?{_APPROX}?(?:{_NUMBER}|v|[a])-?U(?:g)?", rf"(?:r|h)(?:{_NUMBER}|v)?U", r"Tn?U?", r"vUg?", r"q[U]", r"Ug",
    ]
)  # fmt: skip
_PATTERN = re.compile(
    rf"(?P<AGE>[#N]-U-O)|(?P<MONEY>{_APPROX}\$[#N](?:-?[NP])*|{_APPROX}{_NUMBER}F)|(?P<DATE>{_DATE})"
    rf"|(?P<NUM>{_APPROX}{_NUMBER}(?:-?z?K|%|pc)?|[#])"
)
_CONTEXT = "ta"  # a determiner stays outside


@lru_cache(maxsize=100_000)
def letter(lower: str) -> str:
    """The letter that stands for a token."""
    if lower[0].isdigit():
        return "Y" if re.fullmatch(r"(?:1[6-9]|20)\d\d", lower) else "#"
    if lower in _WORDS:
        return _WORDS[lower]
    known = lexicon().lower.get(lower, ())
    return next((code for kind, code in _LETTERS if kind in known), ".")


def values(lower: Sequence[str]) -> list[str]:
    """A BIO label for each token (``B-DATE``), by the patterns alone."""
    labels = ["O"] * len(lower)
    text = "".join(map(letter, lower))
    if text == "." * len(text):
        return labels
    for match in _PATTERN.finditer(text):
        first, last = match.span()
        while first < last and text[first] in _CONTEXT:
            first += 1
        kind = "NUM" if match.lastgroup == "AGE" else match.lastgroup
        if first < last:
            labels[first:last] = [f"B-{kind}"] + [f"I-{kind}"] * (last - first - 1)
    return labels
