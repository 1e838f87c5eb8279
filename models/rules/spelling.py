"""Keys under which spellings of a name fall together, and ids of names."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ARTICLES = frozenset("al el as ash ad adh an ar at az ez es ed ul ur ud uz eş eż th".split())
PARTICLES = frozenset("bin ibn bint abu abd abdul de da del della van von der den di du la le el al umm ould".split())
_NO_WORD = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s'’-]+")
_DOUBLED = re.compile(r"(.)\1+")
_NO_VOWELS = str.maketrans("", "", "aeiouwyh")
_PAIRS = tuple(zip("ou oo ee ei ai ay ey".split(), "uuiiiii", strict=True))
_ASPIRATED = (("dh", "d"), ("gh", "g"), ("kh", "k"))
_LETTERS = str.maketrans("oeyq", "uiik")


def _plain(text: str) -> str:
    """Text without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=100_000)
def normal(low: str) -> str:
    """Lower-case word without accents, apostrophes and hyphens; forms of the Arabic article become one."""
    if low in ARTICLES:
        return "al"
    if not low.isascii():
        low = _plain(low)
    return low if low.isalnum() else "".join(c for c in low if c.isalnum())


@lru_cache(maxsize=100_000)
def fold(key: str) -> str:
    """Key under which spellings of one foreign name fall together (ou/u/o, ee/i/y/e, q/k, dh/d, gh/g, kh/k, doubled letters, final h)."""
    if len(key) < 6:
        return key
    for old, new in _PAIRS:
        key = key.replace(old, new)
    for old, new in _ASPIRATED:
        key = key.replace(old, new)
    key = _DOUBLED.sub(r"\1", key.translate(_LETTERS))
    return key[:-1] if key.endswith("h") else key


@lru_cache(maxsize=100_000)
def slug(text: str) -> str:
    """Lower-case id of a name."""
    if text.isalpha() and text.isascii():
        return text.lower()
    text = text.lower().replace("’", "'").replace("'", "")
    if not text.isascii():
        text = _plain(text)
    return _NO_WORD.sub("-", text).strip("-")


def consonants(name: str) -> str:
    """Consonants of a name, doubled ones once, and its first letter: what spellings of a place in several languages share."""
    low = name.lower()
    if low.isalpha() and low.isascii() and low not in ARTICLES:
        return _DOUBLED.sub(r"\1", low.translate(_NO_VOWELS)) + low[:1]
    name = normal(low) if low.isalnum() else "".join(normal(part) for part in _SEPARATORS.split(low))
    return _DOUBLED.sub(r"\1", name.translate(_NO_VOWELS)) + name[:1]
