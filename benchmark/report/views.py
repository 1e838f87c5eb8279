"""Views: the counts of every model under every metric, label scheme and choice of levels, small enough to be carried by a page.

A view is one table that a reader can switch to. Its counts are of each document and type, and of each paragraph; figures, and by
paragraphs their intervals and tests, are sums of them. Hits are told twice over (an overlap under ``partial`` is one half), so that
all numbers are whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.comparison import aligned
from benchmark.corpus import Corpus
from benchmark.inventory import Inventory
from benchmark.metrics import arrays
from benchmark.metrics.counts import (
    COLUMNS,
    CORRECT_GOLD,
    CORRECT_PREDICTED,
    GOLD,
    PARTIAL_GOLD,
    PARTIAL_PREDICTED,
    PREDICTED,
    Unit,
)
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document, Level
from benchmark.schemes import Projection, projections, schemes
from benchmark.scores import Scores
from benchmark.scoring import DEFAULT_LEVELS

Integers = NDArray[np.int64]
LEVELS: dict[str, tuple[tuple[Level | None, ...], str]] = {  # name: (levels, for people)
    "NAM+values": (("NAM", None), "names and values"),
    "NAM": (("NAM",), "names"),
    "NOM+PRO": (("NOM", "PRO"), "nouns and pronouns"),
    "values": ((None,), "values (and what tells no level)"),
    "all": (("NAM", "NOM", "PRO", None), "all"),
}
_LEVEL_CODES: dict[Level | None, int] = {None: 0, "NAM": 1, "NOM": 2, "PRO": 3}


def usual_levels(corpus: Corpus) -> str:
    """The name of the levels at which the mentions of a corpus are compared by default."""
    wanted = set(corpus.levels or DEFAULT_LEVELS)
    return next((name for name, (levels, _) in LEVELS.items() if set(levels) == wanted), "all")


class Side(NamedTuple):
    """What a model found: its label scheme, the documents by id, and what it produces."""

    scheme: str
    documents: Mapping[str, Document]
    produces: Collection[str] = ("mentions",)


class View(NamedTuple):
    """The counts of one view.

    Attributes
    ----------
    types
        Names of the types, sorted.
    table
        By model, counts of shape (units, types, 6), the columns those of :data:`benchmark.metrics.counts.COLUMNS`; None where the model
        has no place in the view.
    """

    types: list[str]
    table: list[Integers | None]

    def to_dict(self, units: Sequence[Unit], documents: Sequence[str], with_units: bool = True) -> dict[str, Any]:
        """The view for the page: what the gold set has is told once, each model's part in flat lists (documents by types; units).

        A model's lists are ``n``, predictions, ``g``, hits among the gold labels and, where they are others, ``p``, hits among the
        predictions; hits are doubled. ``t`` is by document and type, ``u`` by paragraph.

        Parameters
        ----------
        units
            What the rows of the table are, the paragraphs of a document together.
        documents
            Ids of the documents, in the same order.
        with_units
            Whether ``u`` is told.
        """
        of = [unit[0] for unit in units]
        starts = [of.index(name) for name in documents]
        tables = [None if table is None else np.stack(_doubled(table)) for table in self.table]
        gold = next(table for table in tables if table is not None)[0]
        whole = {"t": np.add.reduceat(gold, starts, axis=0).ravel().tolist()}
        parts: list[dict[str, Any] | None] = [
            None if table is None else {"t": _lists(np.add.reduceat(table, starts, axis=1))} for table in tables
        ]
        if with_units:
            whole["u"] = gold.sum(axis=1).tolist()
            for part, table in zip(parts, tables, strict=True):
                if part is not None and table is not None:
                    part["u"] = _lists(table.sum(axis=2))
        return {"types": self.types, "gold": whole, "models": parts}


_HITS = ((CORRECT_GOLD, PARTIAL_GOLD), (CORRECT_PREDICTED, PARTIAL_PREDICTED))


def _doubled(table: Integers) -> list[Integers]:
    """Gold labels, predictions, and doubled hits on either side: four arrays of shape (units, types)."""
    return [table[..., GOLD], table[..., PREDICTED], *(2 * table[..., whole] + table[..., half] for whole, half in _HITS)]


def _lists(table: Integers) -> dict[str, list[int]]:
    _, predicted, hit_gold, hit_predicted = (part.ravel().tolist() for part in table)
    return {"n": predicted, "g": hit_gold} | ({} if hit_gold == hit_predicted else {"p": hit_predicted})


def counted(scores: Mapping[str, Scores], metric: str, units: Sequence[Unit]) -> View | None:
    """The view of stored counts of one metric.

    Parameters
    ----------
    scores
        By model, over the same paragraphs.
    metric
        A name from :data:`benchmark.scoring.METRICS`.
    units
        The paragraphs, in the order that is wanted.

    Returns
    -------
    View or None
        None where no model produces what the metric asks for.
    """
    able = {name: one for name, one in scores.items() if one.counts.get(metric) is not None}
    if not able:
        return None
    table, order, types = aligned(able, metric)
    place = {unit: n for n, unit in enumerate(order)}
    found = iter(table[:, [place[unit] for unit in units]])
    return View(types, [next(found) if name in able else None for name in scores])


def table_projections(names: Sequence[str], inventory: Inventory) -> dict[str, dict[str, Projection]]:
    """The label schemes on which a table of models of some schemes can be shown, each with the projections of the schemes that it can hold.

    ``gold`` holds those of gold labels; another scheme those and its own; ``shared`` all of them, where they are of several other schemes.
    """
    found = {"gold": projections(["gold"], inventory)}
    for name in schemes(inventory):
        if name != "gold":
            found[name] = projections(["gold", name], inventory)
    if len({name for name in names if name != "gold"}) > 1:
        found["shared"] = projections({"gold", *names}, inventory)
    return found


def default_scheme(names: Iterable[str]) -> str:
    """The scheme that holds all models of some schemes."""
    others = {name for name in names if name != "gold"}
    return "gold" if not others else others.pop() if len(others) == 1 else "shared"


class _Flat:
    """The mentions of one side in the scored regions as arrays, in the order of the gold documents."""

    def __init__(self, documents: Sequence[Document], gold: Sequence[Document], starts: Sequence[Sequence[int]]):
        rows = [(m, n) for n, (d, g) in enumerate(zip(documents, gold, strict=True)) for m in d.mentions if g.scored(m.start, m.end)]
        self.types = sorted({m.type for m, _ in rows} | {i.type for d in documents for i in d.invented if i.kind == "mention"})
        code = {name: n for n, name in enumerate(self.types)}
        columns = [(m.start, m.end, code[m.type], _LEVEL_CODES[m.level], n) for m, n in rows]
        self.start, self.end, self.type, self.level, self.document = np.array(columns, dtype=np.int64).reshape(-1, 5).T
        spans = arrays.SpanArrays(self.document, self.start, self.end, self.type, self.types, len(gold)).with_units(starts)
        self.unit: Integers = spans.unit.astype(np.int64)
        self.invented = [(n, code[i.type]) for n, d in enumerate(documents) for i in d.invented if i.kind == "mention"]

    def named(self, mapping: Mapping[str, str] | None) -> set[str]:
        """What the side's types become."""
        return {kind if mapping is None else mapping[kind] for kind in self.types if mapping is None or kind in mapping}

    def mapped(self, mapping: Mapping[str, str] | None, names: Sequence[str]) -> Integers:
        """The number among `names` of what each of the side's types becomes; -1 where the scheme has nothing for it."""
        targets = [kind if mapping is None else mapping.get(kind) for kind in self.types]
        return np.array([-1 if kind is None else names.index(kind) for kind in targets], dtype=np.int64)

    def at(
        self, levels: Sequence[Level | None], mapping: Mapping[str, str] | None, names: Sequence[str], document: int, unit: int
    ) -> tuple[Integers, ...]:
        """Document, start, end, type and unit of the mentions of some levels; documents and units are numbered from the given ones on."""
        kinds = np.append(self.mapped(mapping, names), -1)[self.type]
        kept = np.isin(self.level, [_LEVEL_CODES[level] for level in levels]) & (kinds >= 0)
        return self.document[kept] + document, self.start[kept], self.end[kept], kinds[kept], self.unit[kept] + unit


def tables_of(corpus: Corpus, names: Sequence[str]) -> dict[str, dict[str, Projection]]:
    """The label schemes on which models of some schemes are shown, the one that holds all of them first.

    For the gold set those of :func:`table_projections`, for another corpus what its labels and the models' share.
    """
    if not corpus.gold:
        on = corpus.projections(names)
        return {next(iter(on.values())).name: on}
    found, first = table_projections(names, corpus.inventory), default_scheme(names)
    return {first: found.pop(first)} | found


def mention_views(
    sides: Sequence[Side], gold: Sequence[Document], tables: Mapping[str, Mapping[str, Projection]]
) -> dict[tuple[str, str, str], View]:
    """The views of mentions, all models and levels of a scheme counted at once.

    Parameters
    ----------
    sides
        What each model found.
    gold
        The gold documents.
    tables
        By label scheme, the projections of the models' schemes that it can hold.

    Returns
    -------
    dict
        By (metric, scheme, levels); a view has no types that neither side has.
    """
    starts = [Paragraphs(document).starts for document in gold]
    whole = _Flat(gold, gold, starts)
    flats = [_Flat([side.documents.get(d.id) or Document(d.id) for d in gold], gold, starts) for side in sides]
    found: dict[tuple[str, str, str], View] = {}
    for scheme, on in tables.items():
        members = {n: on[side.scheme] for n, side in enumerate(sides) if side.scheme in on and "mentions" in side.produces}
        if members:
            mapping = next(iter(on.values())).gold
            mapped = [(whole, mapping), *((flats[n], projection.model) for n, projection in members.items())]
            for (schema, levels), (types, counts) in _counted_at_once(mapped, starts).items():
                by_model = iter(counts)
                view = View(types, [next(by_model) if n in members else None for n in range(len(sides))])
                found[f"mentions.{schema}", scheme, levels] = _told(view)
    return found


_Mapped = tuple[_Flat, Mapping[str, str] | None]


def _counted_at_once(sides: Sequence[_Mapped], starts: Sequence[Sequence[int]]) -> dict[tuple[str, str], tuple[list[str], list[Integers]]]:
    """By schema and levels, the types and each model's counts; `sides` are gold and the models, with what their types become.

    The documents are laid beside each other once for each model and choice of levels, as if they were one large collection.
    """
    (whole, mapping), *models = sides
    names = sorted({kind for flat, on in sides for kind in flat.named(on)})
    documents, first = len(starts), np.cumsum([0, *(max(1, len(begins)) for begins in starts)])
    size = int(first[-1])
    laid: tuple[list[tuple[Integers, ...]], list[tuple[Integers, ...]]] = ([], [])
    copies = [(flat, on, levels) for flat, on in models for levels, _ in LEVELS.values()]
    for n, (flat, on, levels) in enumerate(copies):
        for rows, side, kinds in zip(laid, (whole, flat), (mapping, on), strict=True):
            rows.append(side.at(levels, kinds, names, n * documents, n * size))
    collections = [_stacked(rows, names, len(copies) * documents, len(copies) * size) for rows in laid]
    matched = arrays.count(*collections)
    found = {}
    for schema in arrays.SCHEMAS:
        table = matched.table(schema)[:, [matched.types.index(name) for name in names], : len(COLUMNS)]
        table = table.reshape(len(models), len(LEVELS), size, len(names), len(COLUMNS))
        for place, (model, becomes) in enumerate(models):
            numbers = model.mapped(becomes, names)
            for document, kind in model.invented:
                if numbers[kind] >= 0:
                    table[place, :, first[document], numbers[kind], PREDICTED] += 1
        for row, name in enumerate(LEVELS):
            found[schema, name] = names, list(table[:, row])
    return found


def _stacked(rows: Sequence[tuple[Integers, ...]], names: Sequence[str], documents: int, units: int) -> arrays.SpanArrays:
    document, start, end, kind, unit = (np.concatenate(column) for column in zip(*rows, strict=True))
    return arrays.SpanArrays(document, start, end, kind, names, documents, unit, units)


def _told(view: View) -> View:
    """The view without the types that neither side has under its levels."""
    kept = np.any([table.any(axis=(0, 2)) for table in view.table if table is not None], axis=0)
    types = [name for name, there in zip(view.types, kept, strict=True) if there]
    return View(types, [None if table is None else table[:, kept] for table in view.table])


__all__ = ["LEVELS", "Side", "View", "counted", "default_scheme", "mention_views", "table_projections", "tables_of", "usual_levels"]
