"""The gold set: load it, fingerprint it, split it into folds."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark.articles import Shelf
from benchmark.corpus import EDITIONS, Corpus, Edition, Fold
from benchmark.formats import brat
from benchmark.inventory import Inventory
from benchmark.inventory import load as load_inventory
from benchmark.names import fault, short
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import RETOLD, Document

Report = Callable[[Problem], object]


class GoldFile(Struct, frozen=True):
    """A labelled text.

    Attributes
    ----------
    slug, edition
        The story, and which telling of it.
    path
        The label file.
    document
        Text and labels; the text is None where the user has no copy of the article.
    lines
        By id of a label the line of the file, from 1.
    """

    slug: str
    edition: Edition
    path: Path
    document: Document
    lines: dict[str, int]


class GoldSet(Corpus):
    """The label files of one ``gold`` folder.

    Parameters
    ----------
    folder
        The folder, with ``articles.toml`` and ``schema.toml``.
    labels
        The folder of the label files, with ``source`` and ``retold``; the gold labels by default, an annotator's otherwise.
    """

    def __init__(self, folder: Path, labels: Path | None = None):
        self.folder = folder
        self.labels = labels or folder
        self.shelf = Shelf(folder)
        self.inventory: Inventory = load_inventory(folder / "schema.toml")

    def files(self, editions: Iterable[Edition] = EDITIONS, report: Report | None = None) -> list[GoldFile]:
        """The labelled texts, source before retold, in the order of the manifest."""
        return [
            self._read(slug, edition, path, report)
            for edition in editions
            for slug in self.shelf.entries
            if (path := self.labels / edition / f"{slug}.ann").exists()
        ]

    def documents(self, editions: Iterable[Edition] = EDITIONS, note: Callable[[str], object] = lambda line: None) -> list[Document]:
        """The gold documents with text; says through `note` which are left out because the user has no copy.

        Raises
        ------
        BadInput
            Where a label file has problems, or nothing is left.
        """
        files = self.files(editions)
        missing = [file.slug for file in files if file.document.text is None]
        if missing:
            note(
                f"{len(missing)} of {len(self.shelf.entries)} source articles missing ({', '.join(missing)}): "
                "`python -m benchmark articles add DIR` with your copies adds them; the retold editions need none"
            )
        documents = [file.document for file in files if file.document.text is not None]
        if not documents:
            raise BadInput(f"nothing to work on: no labelled {' or '.join(editions)} text here; see `python -m benchmark articles list`")
        return documents

    def labelled(self) -> list[Document]:
        """All documents, without the text of articles that the user has no copy of."""
        return [file.document for file in self.files()]

    def fingerprint(self) -> str:
        """SHA-256 over all files that make up the labels; every result carries its first twelve digits."""
        digest = hashlib.sha256()
        for path in sorted(self._label_files()):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.folder).as_posix()} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def folds(self, documents: Iterable[Document]) -> list[Fold]:
        """By story, see :func:`folds`."""
        return folds(documents)

    def _label_files(self) -> Iterable[Path]:
        yield from (self.folder / name for name in ("articles.toml", "schema.toml"))
        yield from self.folder.glob("*.jsonl")
        yield from self.folder.glob("source/*.ann")
        yield from self.folder.glob("retold/*.*")
        yield from self.folder.glob("annotators/*/*/*.ann")

    def _read(self, slug: str, edition: Edition, path: Path, report: Report | None) -> GoldFile:
        entry = self.shelf.entries[slug]
        try:
            if edition == "source":
                empty = Document(slug, self.shelf.text(slug), entry.date, entry.regions)
            else:
                empty = Document(slug + RETOLD, read_text(self.folder / "retold" / f"{slug}.txt"), entry.date)
            content = read_text(path)
        except BadInput as error:
            if report is None:
                raise
            for problem in error.problems:
                report(problem)
            return GoldFile(slug, edition, path, Document(slug), {})
        lines = brat.Lines()
        document = brat.read(content, empty, str(path), report, self.inventory.names, lines)
        return GoldFile(slug, edition, path, document, lines)


def story(document_id: str) -> str:
    """The slug of the story that a document tells: both editions of one story share it, and so a fold."""
    return document_id.removesuffix(RETOLD)


def edition(document_id: str) -> Edition:
    """The edition of a gold document."""
    return "retold" if document_id.endswith(RETOLD) else "source"


def annotator(gold: GoldSet, name: str) -> GoldSet:
    """The labels of one annotator before adjudication (``gold``: the adjudicated ones).

    Raises
    ------
    BadInput
        Where there is no such annotator; names those there are.
    """
    folder = gold.folder if name == "gold" else gold.folder / "annotators" / name
    if fault(name) or not folder.is_dir():
        known = sorted(p.name for p in gold.folder.glob("annotators/*") if p.is_dir())
        raise BadInput(f"no annotator {short(name)}; there are {', '.join(known) or 'none'}, and gold")
    return GoldSet(gold.folder, folder)


def annotated_pairs(
    gold: GoldSet, names: Sequence[str], editions: Iterable[Edition] = EDITIONS, note: Callable[[str], object] = lambda line: None
) -> list[tuple[Document, Document]]:
    """The texts that two annotators labelled, with the labels of the one and of the other.

    Parameters
    ----------
    gold
        The gold set.
    names
        Of the two annotators; ``gold``: the adjudicated labels.
    editions
        Which editions.
    note
        Called with a line on articles that are not here.

    Returns
    -------
    list of (Document, Document)
        In the order of the manifest, source before retold.

    Raises
    ------
    BadInput
        Where there are not two names, one is no annotator's, or they have no text in common.
    """
    if len(names) != 2:
        raise BadInput(f"two annotators are compared, {len(names)} given: --annotators A,B")
    one, other = ({d.id: d for d in annotator(gold, name).documents(editions, note)} for name in names)
    pairs = [(document, other[key]) for key, document in one.items() if key in other]
    if not pairs:
        raise BadInput(f"{names[0]} and {names[1]} have labelled no text in common")
    return pairs


def folds(documents: Iterable[Document]) -> list[Fold]:
    """Split by story: each story is tested once, by what was learned on the others.

    With a single story the editions are the folds: it is trained on the one edition and tested on the other, which is easier than
    an unseen story; ``basis`` says so.

    Raises
    ------
    BadInput
        Where there is only one document, and so nothing to learn from.
    """
    documents = list(documents)
    stories = list(dict.fromkeys(story(d.id) for d in documents))
    by_story = len(stories) > 1
    groups = [[d for d in documents if story(d.id) == s] for s in stories] if by_story else [[d] for d in documents]
    if len(groups) < 2:
        raise BadInput("nothing to learn from: models with fit() need a second story or the second edition; run with --edition all")
    basis = "the other stories" if by_story else "the other edition of the same story"
    return [Fold(tuple(d for d in documents if d not in group), tuple(group), basis) for group in groups]


def stats(files: Sequence[GoldFile]) -> list[dict[str, Any]]:
    """Counts of each label file: mentions by type and level, events by type and realis, arguments by role."""
    return [{"article": file.slug, "edition": file.edition, **counts(file.document)} for file in files]


def counts(document: Document) -> dict[str, Any]:
    """Words (None without the text), labels, and labels by type, level, realis and role of a document."""
    return {
        "words": None
        if document.text is None
        else sum(len(document.text[a:b].split()) for a, b in document.regions or [(0, len(document.text))]),
        "mentions": len(document.mentions),
        "names": sum(m.level == "NAM" for m in document.mentions),
        "nominals": sum(m.level in ("NOM", "PRO") for m in document.mentions),
        "values": sum(m.level is None for m in document.mentions),
        "events": len(document.events),
        "arguments": sum(len(e.arguments) for e in document.events),
        "types": dict(sorted(Counter(m.type for m in document.mentions).items())),
        "levels": dict(sorted(Counter(m.level or "-" for m in document.mentions).items())),
        "event_types": dict(sorted(Counter(e.type for e in document.events).items())),
        "realis": dict(sorted(Counter(e.realis or "-" for e in document.events).items())),
        "roles": dict(sorted(Counter(a.role for e in document.events for a in e.arguments).items())),
    }


__all__ = [
    "EDITIONS",
    "Edition",
    "Fold",
    "GoldFile",
    "GoldSet",
    "annotated_pairs",
    "annotator",
    "counts",
    "edition",
    "folds",
    "stats",
    "story",
]
