"""Agreement between two annotators: F1, Krippendorff's alpha, Cohen's kappa, B³ and LEA, with intervals.

F1 treats one annotator as gold and is the same either way round (Hripcsak and Rothschild 2005); *strict* asks for equal
offsets and type, *partial* gives half for an overlap. Alpha (Krippendorff 2018, nominal) is over units: every span that
either annotator labelled, with the label that each gave it or none. Kappa (Cohen 1960) is over tokens. Alpha and kappa are
computed from coincidences and confusions summed over paragraphs, so that the same resamples of paragraphs give their
intervals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics import coreference
from benchmark.metrics.counts import Counts, Tally, Unit
from benchmark.metrics.spans import Key, count_partial, count_strict
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document
from benchmark.segments import paragraphs, tokens
from benchmark.stats import Floats, f1_interval, resampled_sums

Pair = tuple[Document, Document]
NONE = "(none)"  # the label of a unit or token that an annotator left unlabelled


def _names(document: Document) -> Iterable[Key]:
    return ((m.start, m.end, m.type) for m in document.mentions if m.level in ("NAM", None))


def _mentions(document: Document) -> Iterable[Key]:
    return ((m.start, m.end, m.type) for m in document.mentions)


def _triggers(document: Document) -> Iterable[Key]:
    return ((e.start, e.end, e.type) for e in document.events)


def _realis(document: Document) -> Iterable[Key]:
    return ((e.start, e.end, e.realis or NONE) for e in document.events)


def _arguments(document: Document) -> Iterable[Key]:
    for event in document.events:
        for argument in event.arguments:
            if span := document.argument_span(argument):
                yield (*span, f"{event.type}:{argument.role}")


TASKS: dict[str, tuple[str, Callable[[Document], Iterable[Key]]]] = {
    "names": ("names and values: offsets and type", _names),
    "mentions": ("all mentions, nominal and pronominal ones too: offsets and type", _mentions),
    "triggers": ("event triggers: offsets and event type", _triggers),
    "realis": ("event triggers: offsets and realis", _realis),
    "arguments": ("arguments: offsets, event type and role", _arguments),
}


def agreement(pairs: Sequence[Pair], resamples: int = 10_000, seed: int = 0) -> dict[str, Any]:
    """All figures of agreement over pairs of documents, the same text labelled by the one and by the other.

    Parameters
    ----------
    pairs
        The documents, with text.
    resamples
        Bootstrap resamples of paragraphs (of alpha and kappa at most 2,000).
    seed
        Seed of the generator.

    Returns
    -------
    dict
        For each task of :data:`TASKS`: ``strict`` and ``partial`` F1, ``alpha``, ``kappa``, each with ``interval`` (95 %),
        strict F1 by ``types`` and ``articles``; and ``identity``: B³ and LEA of entities and of events within documents.
    """
    found: dict[str, Any] = {"documents": [a.id for a, _ in pairs]}
    units = [unit for a, _ in pairs for unit in Paragraphs(a).units]
    for task, (definition, keys) in TASKS.items():
        found[task] = {"definition": definition} | _task(pairs, units, keys, resamples, seed)
    found["identity"] = identity(pairs)
    return found


def _task(pairs: Sequence[Pair], units: list[Unit], keys: Callable[[Document], Iterable[Key]], resamples: int, seed: int) -> dict[str, Any]:
    strict, partial = _counted(pairs, units, keys, count_strict), _counted(pairs, units, keys, count_partial)
    figures: dict[str, Any] = {}
    for name, counts in (("strict", strict), ("partial", partial)):
        figures[name] = _with_interval(counts, counts.table.sum(axis=1), resamples, seed)
    alpha, kappa = _coincidences(pairs, units, keys), _confusions(pairs, units, keys)
    figures["alpha"] = _coefficient(alpha, units, _alpha, resamples, seed)
    figures["kappa"] = _coefficient(kappa, units, _kappa, resamples, seed)
    figures["types"] = {
        kind: _with_interval(strict, strict.table[:, n], resamples, seed) for n, kind in enumerate(strict.types) if strict.table[:, n].any()
    }
    figures["articles"] = {}
    for a, _ in pairs:
        part = strict.of([a.id])
        figures["articles"][a.id] = _with_interval(part, part.table.sum(axis=1), resamples, seed)
    return figures


def _with_interval(counts: Counts, table: NDArray[np.int64], resamples: int, seed: int) -> dict[str, Any]:
    from benchmark.metrics.counts import figures

    row = figures(table.sum(axis=0))
    interval = f1_interval(table, counts.units, resamples=resamples, seed=seed)
    return {"f1": row["f1"], "interval": list(interval), "a": row["gold"], "b": row["predicted"], "both": row["tp"]}


def _counted(pairs: Sequence[Pair], units: list[Unit], keys: Callable[[Document], Iterable[Key]], count: Callable[..., None]) -> Counts:
    tally = Tally()
    for a, b in pairs:
        count(sorted(keys(a)), sorted(keys(b)), Paragraphs(a).unit, tally)
    return tally.counts(units)


def _coincidences(pairs: Sequence[Pair], units: list[Unit], keys: Callable[[Document], Iterable[Key]]) -> NDArray[np.int64]:
    """For each paragraph how often the two gave a unit labels i and j."""
    entries: list[tuple[Unit, str, str]] = []
    for a, b in pairs:
        unit = Paragraphs(a).unit
        sides = [_by_span(keys(a)), _by_span(keys(b))]
        for span in sorted(sides[0].keys() | sides[1].keys()):
            entries.extend((unit(span[0]), i, j) for i, j in _aligned(sides[0].get(span, []), sides[1].get(span, [])))
    return _matrices(entries, units)


def _by_span(keys: Iterable[Key]) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = {}
    for start, end, kind in sorted(keys):
        found.setdefault((start, end), []).append(kind)
    return found


def _aligned(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    """Labels of one span side by side: equal ones first, the rest in order, what is over against none."""
    same = list((Counter(one) & Counter(other)).elements())
    rest = [list((Counter(side) - Counter(same)).elements()) for side in (one, other)]
    size = max(map(len, rest))
    padded = [side + [NONE] * (size - len(side)) for side in rest]
    return [(kind, kind) for kind in same] + list(zip(*padded, strict=True))


def _confusions(pairs: Sequence[Pair], units: list[Unit], keys: Callable[[Document], Iterable[Key]]) -> NDArray[np.int64]:
    """For each paragraph how many tokens the two gave labels i and j; of several labels on a token the first by name counts."""
    entries: list[tuple[Unit, str, str]] = []
    for a, b in pairs:
        unit = Paragraphs(a).unit
        labels = [_by_character(keys(a)), _by_character(keys(b))]
        for start, end in _paragraphs(a):
            for token, _ in tokens(a.text or "", start, end):
                entries.append((unit(token), labels[0].get(token, NONE), labels[1].get(token, NONE)))
    return _matrices(entries, units)


def _by_character(keys: Iterable[Key]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start, end, kind in sorted(keys, key=lambda key: key[2], reverse=True):
        found.update(dict.fromkeys(range(start, end), kind))
    return found


def _matrices(entries: list[tuple[Unit, str, str]], units: list[Unit]) -> NDArray[np.int64]:
    kinds = {kind: n for n, kind in enumerate(sorted({kind for _, i, j in entries for kind in (i, j)}))}
    rows = {unit: n for n, unit in enumerate(units)}
    table = np.zeros((len(units), len(kinds), len(kinds)), dtype=np.int64)
    for unit, i, j in entries:
        table[rows[unit], kinds[i], kinds[j]] += 1
    return table


def _coefficient(table: NDArray[np.int64], units: list[Unit], of: Callable[..., Any], resamples: int, seed: int) -> dict[str, Any]:
    size = table.shape[1]
    sums = resampled_sums(table.reshape(len(table), -1), units, min(resamples, 2000), seed).reshape(-1, size, size)
    low, high = np.quantile(of(sums), [0.025, 0.975])
    return {"value": float(of(table.sum(axis=0, keepdims=True).astype(float))[0]), "interval": [float(low), float(high)]}


def _kappa(confusion: Floats) -> Floats:
    """Cohen's kappa of each matrix of shape (n, labels, labels)."""
    total = np.maximum(confusion.sum(axis=(1, 2)), 1)
    observed = np.trace(confusion, axis1=1, axis2=2) / total
    expected = (confusion.sum(axis=1) * confusion.sum(axis=2)).sum(axis=1) / total**2
    kappa: Floats = np.divide(observed - expected, 1 - expected, out=np.ones_like(observed), where=expected < 1)
    return kappa


def _alpha(coincidence: Floats) -> Floats:
    """Krippendorff's nominal alpha for two coders of each matrix of shape (n, labels, labels)."""
    both = coincidence + coincidence.transpose(0, 2, 1)
    values = both.sum(axis=2)
    total = np.maximum(values.sum(axis=1), 2)
    observed = 1 - np.trace(both, axis1=1, axis2=2) / total
    expected = 1 - (values * (values - 1)).sum(axis=1) / (total * (total - 1))
    alpha: Floats = 1 - np.divide(observed, expected, out=np.zeros_like(observed), where=expected > 0)
    return alpha


def identity(pairs: Sequence[Pair]) -> dict[str, Any]:
    """B³ and LEA of the annotators' identities, as if the first were gold; entities over all their mentions, events over all triggers."""
    entities = [tuple(coreference.clusters(((m.start, m.end), m.entity) for m in d.mentions if m.entity) for d in pair) for pair in pairs]
    events = [tuple(coreference.clusters(((e.start, e.end, e.type), e.event) for e in d.events) for d in pair) for pair in pairs]
    return {
        kind: {name: coreference.figures(((one, other) for one, other in found), side) for name, side in _MEASURES.items()}
        for kind, found in (("entities", entities), ("events", events))
    }


_MEASURES = {"b_cubed": coreference.b_cubed, "lea": coreference.lea}


def _paragraphs(document: Document) -> list[tuple[int, int]]:
    return paragraphs(document.text or "", document.regions)
