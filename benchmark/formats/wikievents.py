"""WikiEvents (Li, Ji and Han 2021): OneIE-style JSON Lines with token offsets, and a coreference file beside it.

Offsets of mentions are tokens of the document, end exclusive; ``sentences`` carry the tokens' character offsets. Clusters of two and
more mentions of one entity stand in the coreference file. In the published files ``text`` glues sentences together that the character
offsets hold apart; it is then rebuilt from the sentences.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import Struct

from benchmark import limits
from benchmark.decoding import decode_lines
from benchmark.formats.losses import Losses, counted, told
from benchmark.problems import BadInput, Problem
from benchmark.schema import Argument, Document, Event, Level, Mention, Span
from benchmark.segments import sentences, tokens

Note = Callable[[str], object]
Row = dict[str, Any]
UNSAID = (
    "dates of documents",
    "scored regions",
    "values",
    "scores",
    "gaps in discontinuous spans",
    "realis",
    "identities of events",
    "invented strings",
)
_LEVELS: dict[str, Level] = {"NAM": "NAM", "NOM": "NOM", "PRO": "PRO"}


# --------------------------------------------------------------------------------------------------------------- writing


def write(documents: Iterable[Document], note: Note = lambda line: None) -> tuple[str, str]:
    """Documents with text in the form of WikiEvents; mentions are widened to whole tokens.

    What is lost is said through `note`. Identities keep who is the same within a document, not their names.

    Returns
    -------
    documents, coreference
        JSON Lines each, a document a line, in the same order.
    """
    rows: list[Row] = []
    coreference: list[Row] = []
    losses = Losses()
    told_in: Counter[str] = Counter()
    for document in counted(documents, UNSAID, losses):
        row = _row(document, losses)
        rows.append(row)
        written = {mention["id"] for mention in row["entity_mentions"]}
        groups: dict[str, list[str]] = {}
        for key, mention in zip(_keys(document), document.mentions, strict=True):
            if mention.entity is not None and key in written:
                groups.setdefault(mention.entity, []).append(key)
        coreference.append({"doc_key": document.id, "clusters": [group for group in groups.values() if len(group) > 1]})
        told_in.update(groups.keys())
    losses["names of identities"] = len(told_in)
    losses["identities across documents"] = sum(number > 1 for number in told_in.values())
    if line := told("wikievents", losses):
        note(line)
    return _lines(rows), _lines(coreference)


def _keys(document: Document) -> list[str]:
    """The names of the mentions in the file: their own after that of the document, or a number that is free."""
    used = {m.id for m in document.mentions}
    free = (name for n in range(1, 2 * len(document.mentions) + 2) if (name := f"T{n}") not in used)
    return [f"{document.id}-{next(free) if m.id is None else m.id}" for m in document.mentions]


def _row(document: Document, losses: Losses) -> Row:
    text = document.text or ""
    spans = [(a, b, tokens(text, a, b)) for a, b in sentences(text, document.regions)]
    flat = [token for _, _, inside in spans for token in inside]
    starts, ends = [a for a, _ in flat], [b for _, b in flat]
    first = [bisect_left(starts, a) for a, _, _ in spans]  # number of each sentence's first token

    def located(start: int, end: int) -> Row | None:
        a, b = bisect_right(ends, start), bisect_left(starts, end)
        if a >= b:
            return None
        losses["ends of spans within tokens (moved to the tokens')"] += (starts[a], ends[b - 1]) != (start, end)
        return {"sent_idx": max(0, bisect_right(first, a) - 1), "start": a, "end": b, "text": text[start:end]}

    keys = _keys(document)
    ids = {m.id: key for key, m in zip(keys, document.mentions, strict=True) if m.id is not None}
    mentions = []
    for key, m in zip(keys, document.mentions, strict=True):
        if (place := located(m.start, m.end)) is not None:
            mentions.append({"id": key, **place, "entity_type": m.type, "mention_type": m.level or "UNK"})
    losses["mentions without a token"] += len(keys) - len(mentions)
    written = {mention["id"] for mention in mentions}
    events = []
    for n, event in enumerate(document.events, 1):
        trigger = located(event.start, event.end)
        if trigger is None:
            losses["events without a token"] += 1
            losses["arguments given by offsets or without a token"] += len(event.arguments)
            continue
        arguments = []
        for argument in event.arguments:
            key = ids.get(argument.mention, "") if argument.mention is not None else ""
            if (span := document.argument_span(argument)) is not None and key in written:
                arguments.append({"entity_id": key, "role": argument.role, "text": text[span[0] : span[1]]})
        losses["arguments given by offsets or without a token"] += len(event.arguments) - len(arguments)
        key = f"{document.id}-{event.id or f'E{n}'}"
        events.append({"id": key, "event_type": event.type, "trigger": trigger, "arguments": arguments})
    return {
        "doc_id": document.id,
        "tokens": [text[a:b] for a, b in flat],
        "text": text,
        "sentences": [[[[text[a:b], a, b] for a, b in inside], text[start:end]] for start, end, inside in spans],
        "entity_mentions": mentions,
        "relation_mentions": [],
        "event_mentions": events,
    }


def _lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# --------------------------------------------------------------------------------------------------------------- reading


class _Place(Struct):
    start: int
    end: int


class _Mention(Struct):
    id: str
    start: int
    end: int
    entity_type: str
    mention_type: str = "UNK"


class _Filler(Struct):
    entity_id: str
    role: str


class _Event(Struct):
    id: str
    event_type: str
    trigger: _Place
    arguments: tuple[_Filler, ...] = ()


class _Line(Struct):
    doc_id: str
    text: str
    sentences: tuple[tuple[tuple[tuple[str, int, int], ...], str], ...]
    entity_mentions: tuple[_Mention, ...] = ()
    event_mentions: tuple[_Event, ...] = ()
    relation_mentions: tuple[Any, ...] = ()


class _Clusters(Struct):
    doc_key: str
    clusters: tuple[tuple[str, ...], ...]


_T = TypeVar("_T")


def read(data: bytes, name: str = "", coreference: bytes | None = None, beside: str = "", note: Note = lambda line: None) -> list[Document]:
    """The documents of a file, with identities from its coreference file where there is one.

    A mention in no cluster of the coreference file is an entity of its own. Identities hold within a document.

    Parameters
    ----------
    data, coreference
        Contents of the two files.
    name, beside
        Their names, for messages.
    note
        Called with lines on what is passed over or mended.

    Raises
    ------
    BadInput
        For a line that is not of the format, token offsets outside the document, or an id that is not there.
    """
    clusters = {row.doc_key: row.clusters for _, row in _rows(coreference, beside, _Clusters)} if coreference is not None else None
    found: list[Document] = []
    mended = Counter[str]()
    seen: dict[str, int] = {}
    for number, row in _rows(data, name, _Line):
        if row.doc_id in seen:
            raise BadInput(Problem(name, number, f"document {row.doc_id!r} stands already in line {seen[row.doc_id]}; keep one"))
        seen[row.doc_id] = number
        identities = None if clusters is None else _identities(clusters.get(row.doc_id, ()))
        found.append(_document(row, identities, name, number, mended))
    if clusters is not None and (strange := [key for key in clusters if key not in seen]):
        note(f"{beside}: {len(strange)} documents are not in {name}, {strange[0]!r} for one; passed over")
    for kind, count in mended.items():
        note(f"{name}: {count:,} {kind}")
    return found


def _rows(data: bytes, name: str, kind: type[_T]) -> Iterator[tuple[int, _T]]:
    return decode_lines(data.split(b"\n"), kind, name, "a line of WikiEvents; see docs/CORPORA.md for the form")


def _identities(clusters: Iterable[Iterable[str]]) -> dict[str, str]:
    """The identity of each mention in a cluster: the id of the cluster's first."""
    found: dict[str, str] = {}
    for cluster in clusters:
        keys = list(cluster)
        for key in keys:
            found.setdefault(key, keys[0])
    return found


def _document(row: _Line, identities: dict[str, str] | None, name: str, number: int, mended: Counter[str]) -> Document:
    flat = [(a, b) for inside, _ in row.sentences for _, a, b in inside]
    text = _text(row, name, number)
    if text != row.text:
        mended["documents whose text runs sentences together; rebuilt from their sentences, whose offsets hold them apart"] += 1
    if row.relation_mentions:
        mended["relations, which the data model has no place for; passed over"] += len(row.relation_mentions)

    def placed(start: int, end: int, what: str) -> Span:
        if not 0 <= start < end <= len(flat):
            reason = f"{what} is at tokens {start} to {end} of a document of {len(flat)} tokens; mend its offsets"
            raise BadInput(Problem(name, number, reason))
        span = flat[start][0], flat[end - 1][1]
        if not 0 <= span[0] < span[1] <= len(text):
            raise BadInput(
                Problem(name, number, f"{what} is at tokens {start} to {end}, which are empty or out of order; mend their offsets")
            )
        return span

    def named(key: str) -> str:
        return key.removeprefix(f"{row.doc_id}-") or key

    mentions = [
        Mention(
            *placed(m.start, m.end, m.id),
            m.entity_type,
            _LEVELS.get(m.mention_type),
            None if identities is None else identities.get(m.id, m.id),
            id=named(m.id),
        )
        for m in row.entity_mentions
    ]
    known = {m.id for m in row.entity_mentions}
    if len(known) < len(row.entity_mentions):
        twice = next(key for key, n in Counter(m.id for m in row.entity_mentions).items() if n > 1)
        raise BadInput(Problem(name, number, f"the id {twice!r} is used twice; make ids unique"))
    if strange := [key for key in identities or () if key not in known]:
        mended["ids in clusters of coreference that no mention has; passed over"] += len(strange)
    events = []
    for e in row.event_mentions:
        arguments = [Argument(a.role, named(a.entity_id)) for a in e.arguments if a.entity_id in known]
        if len(arguments) < len(e.arguments):
            mended["arguments whose mention is not there; left out"] += len(e.arguments) - len(arguments)
        span = placed(e.trigger.start, e.trigger.end, e.id)
        events.append(Event(*span, e.event_type, arguments=tuple(arguments), id=named(e.id)))
    return Document(row.doc_id, text, mentions=tuple(mentions), events=tuple(events))


def _text(row: _Line, name: str, number: int) -> str:
    """The text that the tokens' offsets are of: as given where they fit it, else made of the sentences and what is between them."""
    if all(row.text[a:b] == word for inside, _ in row.sentences for word, a, b in inside):
        return row.text
    text = ""
    for inside, sentence in row.sentences:
        if not inside:
            continue
        gap = inside[0][1] - len(text)
        if gap > limits.GAP:
            raise BadInput(Problem(name, number, f"{gap:,} characters between sentences; more than {limits.GAP:,} are refused"))
        # A single character apart, a sentence that ends like one goes on in its paragraph; a title does not.
        text += "\n" * gap if gap > 1 or not text.endswith((".", "!", "?", '"', "\u201d")) else " " * gap
        text += sentence
        if gap < 0 or any(text[a:b] != word for word, a, b in inside):
            reason = f"the offsets of {row.doc_id!r} fit neither its text nor its sentences (at {inside[0][0]!r}); mend them"
            raise BadInput(Problem(name, number, reason))
    return text


__all__ = ["UNSAID", "read", "write"]
