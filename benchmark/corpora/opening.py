"""Open a corpus: read it, find its label scheme, check it, and fingerprint it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from benchmark.corpora.labelled import LabelledCorpus
from benchmark.corpora.mapping import BY_NAME, Labels, scheme_of, unmapped
from benchmark.corpora.reading import Read, read
from benchmark.corpora.spec import Spec, parse
from benchmark.corpora.typemap import load
from benchmark.corpus import GOLD, Corpus
from benchmark.formats import jsonl
from benchmark.gold import GoldSet
from benchmark.problems import BadInput
from benchmark.schema import LEVELS, Document
from benchmark.schemes import Scheme


def open_corpus(spec: str | None, types: Path | None, gold: Path) -> Corpus:
    """The corpus that a user names.

    Parameters
    ----------
    spec
        ``gold`` or None: the gold set; else ``KIND:PLACE?option=value``, see docs/CORPORA.md.
    types
        A file that maps its labels to gold types (see :mod:`benchmark.corpora.typemap`).
    gold
        The folder of the gold set.

    Raises
    ------
    BadInput
        Where the corpus cannot be read, holds nothing, or has labels that do not fit their texts.
    """
    own = GoldSet(gold)
    if spec in (None, "gold"):
        if types is not None:
            raise BadInput("--types maps the labels of another corpus; the gold set needs none: give --corpus, too")
        return own
    named = parse(spec or "")
    notes: list[str] = []
    found = read(named, own.inventory, notes.append)
    _check(named, found.documents)
    labels = Labels.of(found.documents)
    mapped = None if types is None else load(types, own.inventory)
    scheme = scheme_of(labels, named.options.get("scheme"), found.schemes, own.inventory, mapped)
    if scheme.name != "gold":
        covered = f"labels of {named.kind}:{named.place} read as those of {scheme.name}"
        if mapped is None and "scheme" not in named.options:
            notes.append(f"{covered} ({scheme.source}); ?scheme=NAME or --types FILE says otherwise")
    notes += unmapped(labels, scheme)
    return LabelledCorpus(
        named.options.get("name") or _name(named),
        found.documents,
        scheme,
        own.inventory,
        _digest(named, found, scheme),
        gold,
        frozenset(_products(found.documents, scheme)),
        (*LEVELS, None) if found.nominal else None,
        notes,
    )


def _check(spec: Spec, documents: Sequence[Document]) -> None:
    """Refuse a corpus that is empty, has documents without text or of one name, or labels outside their text."""
    if not documents:
        raise BadInput(f"{spec.kind}:{spec.place} holds no documents; check what it names")
    for document in documents:
        if document.text is None:
            raise BadInput(f"{spec.kind}:{spec.place}: document {document.id!r} has no text; a corpus to run on needs it")
        size = len(document.text)
        for label in document.labels:
            if label.end > size:
                reason = f"{label.type} at {label.start} to {label.end} runs past the end of its text ({size} characters)"
                raise BadInput(f"{spec.kind}:{spec.place}: document {document.id!r}: {reason}; mend its offsets")
        if (problem := next(jsonl.faults(document), None)) is not None:
            raise BadInput(f"{spec.kind}:{spec.place}: {problem}")
    if len(seen := {d.id for d in documents}) < len(documents):
        names = [d.id for d in documents]
        twice = next(name for name in names if names.count(name) > 1) if len(seen) < 1_000 else "one of them"
        raise BadInput(f"{spec.kind}:{spec.place}: several documents have the same id ({twice}); make ids unique")


def _products(documents: Sequence[Document], scheme: Scheme) -> Iterator[str]:
    """The kinds of label that somebody gave and that meet a model's, on which it can be judged."""
    yield "mentions"
    if any(m.value is not None for d in documents for m in d.mentions):
        yield "values"
    if any(m.entity is not None for d in documents for m in d.mentions):
        yield "identity"
    met = [e for d in documents for e in d.events if scheme.name == BY_NAME or scheme.events.get(e.type)]
    if met:
        yield "events"
    if any(scheme.name == BY_NAME or scheme.roles.get(a.role) for e in met for a in e.arguments):
        yield "arguments"
    if any(e.realis is not None for e in met):
        yield "realis"


def _name(spec: Spec) -> str:
    """A name that does not depend on how the path was spelled: the folder's and the file's, or the dataset's."""
    if spec.kind == "hf" and not Path(spec.place).exists():
        words = spec.place
    else:
        path = Path(spec.place).resolve()
        words = path.name if path.is_dir() else f"{path.parent.name}/{path.stem}"
    name = re.sub(r"[^\w./:-]+", "-", words).strip("-/")
    return f"{spec.kind}:{name}" if name in ("", GOLD) else name


def _digest(spec: Spec, found: Read, scheme: Scheme) -> str:
    """SHA-256 of the files (or the documents), the options that they were read by, and what the labels cover."""
    digest = hashlib.sha256()
    options = {name: value for name, value in spec.options.items() if name in ("mode", "encoding", "documents")}
    digest.update(msgspec.json.encode([spec.kind, options, scheme.name, scheme.labels, scheme.events, scheme.roles], order="sorted"))
    for path in found.files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    if not found.files:
        digest.update(msgspec.json.encode(found.documents))
    return digest.hexdigest()


__all__ = ["open_corpus"]
