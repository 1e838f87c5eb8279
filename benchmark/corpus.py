"""What a corpus is: labelled documents, what they are called, and how their labels meet a model's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from benchmark.inventory import Inventory
from benchmark.schema import Document, Level
from benchmark.schemes import Projection, Scheme, projections, schemes

Edition = Literal["source", "retold"]
EDITIONS: tuple[Edition, ...] = ("source", "retold")
Note = Callable[[str], object]
GOLD = "gold"  # the name of the benchmark's own corpus


class Fold(Struct, frozen=True):
    """One training and one test side. ``basis`` says in words what the sides are."""

    train: tuple[Document, ...]
    test: tuple[Document, ...]
    basis: str


class Corpus:
    """Labelled documents to run models on and to score against; the gold set is one.

    Attributes
    ----------
    name
        What tables and run.json call it, however it was given on the command line.
    inventory
        The gold types, over which label schemes meet.
    folder
        The folder of the gold set, which lies beside models/.
    products
        The kinds of label that it has (:data:`benchmark.extractor.PRODUCTS`); None: all. Metrics of the others are n/a, since a model
        cannot be judged on what nobody labelled.
    levels
        The levels of mentions that are compared by default; None: names and values.
    notes
        What could not be read or mapped, a line each, with counts.
    """

    name: str = GOLD
    inventory: Inventory
    folder: Path
    products: frozenset[str] | None = None
    levels: tuple[Level | None, ...] | None = None
    notes: tuple[str, ...] = ()

    @property
    def scheme(self) -> Scheme:
        """The labels of the corpus, with the gold types that each covers."""
        return schemes(self.inventory)[GOLD]

    @property
    def gold(self) -> bool:
        """Whether this is the benchmark's own gold set, with editions and with identities that hold across documents."""
        return self.name == GOLD

    @property
    def mark(self) -> str:
        """The labels in signatures: the first digits of the fingerprint, after the name where it is not the gold set."""
        return marked(self.name, self.fingerprint())

    def documents(self, editions: Iterable[Edition] = EDITIONS, note: Note = lambda line: None) -> list[Document]:
        """The documents with text and labels; what is left out is said through `note`."""
        raise NotImplementedError

    def labelled(self) -> list[Document]:
        """All documents, without their text where the user has none: what suffices where stored answers are compared by offsets."""
        return self.documents()

    def fingerprint(self) -> str:
        """SHA-256 of all that makes up the labels."""
        raise NotImplementedError

    def folds(self, documents: Sequence[Document]) -> list[Fold]:
        """Splits for models that learn; :class:`benchmark.problems.BadInput` where there is nothing to learn from."""
        raise NotImplementedError

    def projections(self, names: Iterable[str], wanted: str | None = None) -> dict[str, Projection]:
        """The projections, by name, of models' schemes that are to stand in one table with the corpus.

        `wanted` is a further scheme that all must share (``shared`` or None: none).
        """
        return projections(names, self.inventory, wanted)

    def labels_allowed(self, learned: bool) -> tuple[frozenset[str], frozenset[str]]:
        """Labels that a model may give beside those of its scheme: what it could learn here.

        Parameters
        ----------
        learned
            Whether the model learns from the corpus.

        Returns
        -------
        mentions, events
            Their types; none of the gold set, whose labels every model may give.
        """
        return frozenset(), frozenset()


def marked(name: str, fingerprint: str) -> str:
    """How signatures name the labels of a corpus."""
    return fingerprint[:12] if name == GOLD else f"{name}@{fingerprint[:12]}"


__all__ = ["EDITIONS", "GOLD", "Corpus", "Edition", "Fold", "marked"]
