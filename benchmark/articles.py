"""The source articles: known by SHA-256, kept by the user, never part of the project.

An article is looked for as ``gold/source/SLUG.txt`` (where ``articles add`` puts it), then among the files of the folder that
``BENCHMARK_ARTICLES`` names, whatever they are called.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from benchmark.decoding import read_toml
from benchmark.names import distinct
from benchmark.paths import write_atomically
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import Span

LARGEST = 1_000_000  # bytes; larger files of the user's folder are no articles and are not read


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """An article of the manifest ``gold/articles.toml``.

    Attributes
    ----------
    title, publisher
        For people.
    date
        Of publication, ISO 8601.
    sha256
        Of the text, to the byte.
    regions
        The scored parts: half-open code point offsets, in order.
    """

    title: str
    publisher: str
    date: str
    sha256: str
    regions: tuple[Span, ...]


class _Manifest(Struct, forbid_unknown_fields=True):
    articles: dict[str, Entry]


def manifest(gold: Path) -> dict[str, Entry]:
    """The articles by slug, in the order of ``gold/articles.toml``."""
    entries = read_toml(gold / "articles.toml", _Manifest).articles
    distinct(entries, "slug")
    return entries


class Shelf:
    """Where the user's copies of the articles are; reads the folder of ``BENCHMARK_ARTICLES`` at most once."""

    def __init__(self, gold: Path):
        self.gold = gold
        self.entries = manifest(gold)
        self._elsewhere: dict[str, Path] | None = None

    def path(self, slug: str) -> Path | None:
        """The file of an article, or None where the user has none. A copy with the wrong SHA-256 is :class:`BadInput`."""
        copy = self.gold / "source" / f"{slug}.txt"
        if copy.exists():
            if copy.is_dir():
                raise BadInput(Problem(str(copy), 0, "is a directory where the article's text is expected; move it away"))
            if _sha256(copy) != self.entries[slug].sha256:
                raise BadInput(Problem(str(copy), 0, "wrong SHA-256: not the text that was labelled; remove it and add the article again"))
            return copy
        if self._elsewhere is None:
            folder = os.environ.get("BENCHMARK_ARTICLES")
            self._elsewhere = identify(Path(folder), self.entries) if folder else {}
        return self._elsewhere.get(slug)

    def text(self, slug: str) -> str | None:
        """The text of an article exactly as in its file, or None where the user has none."""
        path = self.path(slug)
        return None if path is None else read_text(path)


def identify(folder: Path, entries: dict[str, Entry]) -> dict[str, Path]:
    """The articles among the files of a folder (and of its folders), by SHA-256.

    Raises
    ------
    BadInput
        Where the folder is missing or not a folder.
    """
    if not folder.is_dir():
        reason = "is a file; give the folder that holds the articles" if folder.exists() else "there is no such folder; check the path"
        raise BadInput(Problem(str(folder), 0, reason))
    by_hash = {entry.sha256: slug for slug, entry in entries.items()}
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and path.stat().st_size <= LARGEST and (slug := by_hash.get(_sha256(path))):
                found.setdefault(slug, path)
        except OSError:
            continue  # unreadable files are not the articles that the user means
    return found


def add(gold: Path, folder: Path) -> dict[str, Path]:
    """Copy the articles found in `folder` and below to ``gold/source``; returns where each came from, by slug.

    Raises
    ------
    BadInput
        Where none of them is there, or a copy cannot be written.
    """
    found = identify(folder, manifest(gold))
    if not found:
        raise BadInput(Problem(str(folder), 0, "none of the articles is here (they are known by SHA-256); see `articles list`"))
    for slug, path in found.items():
        write_atomically(gold / "source" / f"{slug}.txt", path.read_bytes())
    return found


def remove(gold: Path, slugs: Iterable[str] = ()) -> list[str]:
    """Delete the copies in ``gold/source`` (all, or those of `slugs`); returns the slugs deleted. Labels stay.

    Raises
    ------
    BadInput
        Where there is no article of a slug.
    """
    entries = manifest(gold)
    chosen = list(slugs) or list(entries)
    if unknown := [slug for slug in chosen if slug not in entries]:
        raise BadInput(f"no article {unknown[0]!r}; there are {', '.join(entries)}")
    copies = [(slug, gold / "source" / f"{slug}.txt") for slug in chosen]
    gone = [slug for slug, copy in copies if copy.is_file()]
    for slug in gone:
        (gold / "source" / f"{slug}.txt").unlink()
    return gone


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
