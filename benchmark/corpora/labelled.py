"""A corpus of somebody else's: documents in memory, with the labels that they came with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from benchmark.corpora.mapping import BY_NAME, Labels, representatives
from benchmark.corpus import EDITIONS, Corpus, Edition, Fold, Note
from benchmark.inventory import Inventory
from benchmark.problems import BadInput
from benchmark.schema import Document, Level
from benchmark.schemes import Projection, Scheme, project, project_events, shared
from benchmark.schemes import scheme as scheme_by_name

GROUPS = 5  # folds of a corpus of more documents than this
_SEED = 0


class LabelledCorpus(Corpus):
    """Documents with labels of a scheme of their own.

    Parameters
    ----------
    name
        What tables call it.
    documents
        The documents, with text.
    scheme
        Their labels, with the gold types that each covers.
    inventory
        The gold types.
    digest
        SHA-256 of what the documents were read from, and how.
    folder, products, levels, notes
        See :class:`benchmark.corpus.Corpus`.
    """

    def __init__(
        self,
        name: str,
        documents: Sequence[Document],
        scheme: Scheme,
        inventory: Inventory,
        digest: str,
        folder: Path,
        products: frozenset[str],
        levels: tuple[Level | None, ...] | None = None,
        notes: Sequence[str] = (),
    ):
        self.name, self.inventory, self.folder = name, inventory, folder
        self.products, self.levels, self.notes = products, levels, tuple(notes)
        self._documents, self._scheme, self._digest = list(documents), scheme, digest
        self.labels = Labels.of(documents)

    @property
    def scheme(self) -> Scheme:
        """The labels of the corpus, with the gold types that each covers."""
        return self._scheme

    @property
    def by_name(self) -> bool:
        """Whether labels meet a model's by name, none of them being known to correspond to a gold type."""
        return self._scheme.name == BY_NAME

    def documents(self, editions: Iterable[Edition] = EDITIONS, note: Note = lambda line: None) -> list[Document]:
        """The documents; what could not be read or mapped is said through `note`. There are no editions."""
        for line in self.notes:
            note(line)
        return list(self._documents)

    def fingerprint(self) -> str:
        """SHA-256 of the files, how they were read, and what the labels cover."""
        return self._digest

    def folds(self, documents: Sequence[Document]) -> list[Fold]:
        """Each document by itself, or five groups dealt at random (always the same) where there are more documents than that.

        The training side bears gold types, as models learn them: the one that a label covers, or the first of several, which all
        are compared as one class; labels that cover none are left out. Where labels meet by name they stay as they are.

        Raises
        ------
        BadInput
            Where there is only one document.
        """
        ids = sorted(d.id for d in documents)
        if len(ids) < 2:
            raise BadInput(f"nothing to learn from: models with fit() need a second document, and {self.name} has one")
        random.Random(_SEED).shuffle(ids)
        groups = [set(ids[n::GROUPS]) for n in range(GROUPS)] if len(ids) > GROUPS else [{name} for name in ids]
        basis = f"the other documents, in {GROUPS} groups" if len(ids) > GROUPS else "the other documents"
        taught = {d.id: self.taught(d) for d in documents}
        return [
            Fold(
                tuple(taught[d.id] for d in documents if d.id not in group),
                tuple(d for d in documents if d.id in group),
                basis + ("" if self.by_name else ", as gold types"),
            )
            for group in groups
        ]

    def taught(self, document: Document) -> Document:
        """A document as models learn from it; a mention that could have a level and does not tell it is a name."""
        if self.by_name:
            return document
        own = self._scheme
        found = project_events(project(document, representatives(own.labels)), representatives(own.events), representatives(own.roles))
        mentions = tuple(
            msgspec.structs.replace(m, level="NAM") if m.level is None and self.inventory.mentions[m.type].levels else m
            for m in found.mentions
        )
        return msgspec.structs.replace(found, mentions=mentions)

    def projections(self, names: Iterable[str], wanted: str | None = None) -> dict[str, Projection]:
        """The projections of the corpus' labels and of models' schemes onto the coarsest scheme that all share.

        Labels are as they are where all have the scheme of the corpus, or where they are compared by name. Event types and roles of
        models are the gold ones, whatever the scheme of their mentions.
        """
        names = list(dict.fromkeys(names))
        further = [] if wanted in (None, "shared") else [wanted]
        theirs = {n: self._scheme if n == self._scheme.name else scheme_by_name(n, self.inventory) for n in [*names, *further] if n}
        if self.by_name:
            return {name: Projection(self._scheme.name, None, None) for name in names}
        (gold_events, model_events), (gold_roles, model_roles) = self._met("events"), self._met("roles")
        further_labels = (gold_events, model_events, gold_roles, model_roles)
        if not theirs.keys() - {self._scheme.name}:
            return {name: Projection(self._scheme.name, None, None, *further_labels) for name in names}
        table = shared([self._scheme, *theirs.values()])
        corpus = table[self._scheme.name]
        return {name: Projection(corpus.name, corpus.model, table[name].model, *further_labels) for name in names}

    def _met(self, kind: str) -> tuple[dict[str, str] | None, dict[str, str] | None]:
        """How event types (or roles) of the corpus and the gold ones, which are those of all models, become classes."""
        if self._scheme.name == "gold":
            return None, None
        own: Scheme = Scheme(self._scheme.name, getattr(self._scheme, kind), "")
        met = shared([own, Scheme("gold", {}, "")])
        return met[own.name].model, met["gold"].model

    def labels_allowed(self, learned: bool) -> tuple[frozenset[str], frozenset[str]]:
        """The corpus' own labels, where a model learned them as they are.

        Returns
        -------
        mentions, events
            Their types; none where the corpus' labels meet others through gold types.
        """
        if not (learned and self.by_name):
            return frozenset(), frozenset()
        return frozenset(self.labels.mentions), frozenset(self.labels.events)


__all__ = ["GROUPS", "LabelledCorpus"]
