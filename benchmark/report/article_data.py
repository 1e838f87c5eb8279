"""The articles of the page: sentences, gold labels, and what each model found in them with its errors marked.

Labels are short lists, as a page of ten models holds tens of thousands of them: a mention is [start, end, type, level, entity, value],
an event [start, end, type, realis, identity, arguments], an argument [role, start, end], an error [kind, sentence, of, gold, predicted]
(see :class:`benchmark.report.marks.Mark`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from benchmark.corpus import Corpus
from benchmark.errors import KINDS, TASKS, Error, errors
from benchmark.gold import edition, story
from benchmark.inventory import parses
from benchmark.report.marks import by_document, marks
from benchmark.schema import LEVELS, Document
from benchmark.schemes import Projection
from benchmark.scoring import DEFAULT_LEVELS
from benchmark.segments import sentences
from benchmark.standings import Standing

LONGEST = 24  # characters of a value that is shown where words may not be
_AT_ALL_LEVELS = frozenset(TASKS["mentions.strict"])


def articles(runs: Sequence[Standing], gold: Corpus, with_text: bool) -> dict[str, Any]:
    """The kinds of errors, and the articles, retold editions first.

    Parameters
    ----------
    runs
        What models found.
    gold
        The gold set.
    with_text
        Whether words of source articles, or of the documents of another corpus, may be shown. Without, they come as offsets and labels
        alone; identities that a model made up are numbered, since a model may make them of the words.

    Returns
    -------
    dict
        ``errors``, ``with_text`` and ``list``, plain values as the module says.
    """
    documents = sorted(gold.labelled(), key=lambda document: gold.gold and edition(document.id) != "retold")
    levels = gold.levels or DEFAULT_LEVELS
    columns = []
    for one in runs:
        projection = gold.projections([one.run.scheme])[one.run.scheme]
        produced = {name for name in one.run.produces if gold.products is None or name in gold.products}
        pairs = [(d, one.answers[d.id]) for d in documents if d.id in one.answers]
        usual = by_document(errors(pairs, produced, projection, levels))
        every = by_document(errors(pairs, {"mentions"} & produced, projection, (*LEVELS, None)))
        answers = {d.id: _answer(d, answer, projection, usual(d.id), every(d.id)) for d, answer in pairs}
        columns.append((one.answers, answers))
    listed = [_article(d, columns, with_text or (gold.gold and edition(d.id) == "retold"), gold) for d in documents]
    return {"errors": KINDS, "with_text": with_text, "list": listed}


def _article(
    document: Document, columns: Sequence[tuple[dict[str, Document], dict[str, Any]]], shown: bool, gold: Corpus
) -> dict[str, Any]:
    text = document.text
    last = max((label.end for label in document.labels), default=0)
    spans = sentences(text, document.regions) if text else document.regions or [(0, last)]
    models = []
    for answers, marked in columns:
        answer = answers.get(document.id)
        models.append(None if answer is None else _labels(answer, shown) | _strings(answer, shown) | marked[document.id])
    return {
        "id": document.id,
        "story": story(document.id) if gold.gold else document.id,
        "edition": edition(document.id) if gold.gold else gold.name,
        "text": text if shown else None,
        "sentences": [list(span) for span in spans],
        "gold": _labels(document, shown=True),
        "models": models,
    }


def _answer(gold: Document, answer: Document, projection: Projection, usual: Sequence[Error], every: Sequence[Error]) -> dict[str, Any]:
    """The errors as the figures have them, at the default levels, and those of mentions at all levels."""
    laid = _typed(gold, projection.gold), _typed(answer, projection.model)
    rows = [_short(list(mark)) for mark in marks(*laid, usual)]
    nouns = [_short(list(mark)) for mark in marks(*laid, [error for error in every if error.kind in _AT_ALL_LEVELS])]
    return {"marks": rows, "nouns": nouns}


def _typed(document: Document, mapping: dict[str, str] | None) -> Document:
    """The document with mapped types and every label in its place, those without a counterpart too, which errors tell nothing of."""
    if mapping is None:
        return document
    mentions = tuple(msgspec.structs.replace(m, type=mapping.get(m.type, "")) for m in document.mentions)
    return msgspec.structs.replace(document, mentions=mentions)


def _strings(answer: Document, shown: bool) -> dict[str, Any]:
    return {"invented": [[one.text if shown else None, one.type] for one in answer.invented]} if answer.invented else {}


def _labels(document: Document, shown: bool) -> dict[str, Any]:
    spans = {m.id: (m.start, m.end) for m in document.mentions if m.id is not None}
    names: dict[str, str] = {}

    def identity(name: str | None) -> str | None:
        return name if shown or name is None else names.setdefault(name, f"#{len(names) + 1}")

    mentions = [[m.start, m.end, m.type, m.level, identity(m.entity), _value(m.type, m.value, shown)] for m in document.mentions]
    events = []
    for event in document.events:
        arguments = []
        for a in event.arguments:
            span = (a.start, a.end) if a.mention is None else spans.get(a.mention, (None, None))
            arguments.append([a.role, *span])
        events.append([event.start, event.end, event.type, event.realis, identity(event.event), arguments])
    return {"mentions": [_short(m) for m in mentions], "events": [_short(e) for e in events]}


def _value(kind: str, value: str | None, shown: bool) -> str | None:
    """A value; where words may not be shown only one of the form of its type, and no longer than such a value is."""
    return value if value is None or shown or (parses(kind, value) and len(value) <= LONGEST) else "?"


def _short(row: list[Any]) -> list[Any]:
    """A row without the empty places at its end."""
    while row and row[-1] is None:
        row = row[:-1]
    return row


__all__ = ["articles"]
