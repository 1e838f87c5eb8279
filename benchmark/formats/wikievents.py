"""WikiEvents (Li, Ji and Han 2021): OneIE-style JSON Lines with token offsets, and a coreference file beside it.

Offsets of mentions are tokens of the document, end exclusive; ``sentences`` carry the tokens' character offsets. Clusters of two and
more mentions of one entity stand in the coreference file.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from benchmark.schema import Document
from benchmark.segments import sentences, tokens

Note = Callable[[str], object]
Row = dict[str, Any]


def write(documents: Iterable[Document], note: Note = lambda line: None) -> tuple[str, str]:
    """JSON Lines of documents with text, and of their coreference; mentions are widened to whole tokens."""
    rows: list[Row] = []
    coreference: list[Row] = []
    lost = {"values": 0, "realis": 0, "event identities": 0}
    for document in documents:
        rows.append(_row(document))
        groups: dict[str, list[str]] = {}
        for n, mention in enumerate(document.mentions, 1):
            if mention.entity is not None:
                groups.setdefault(mention.entity, []).append(f"{document.id}-T{n}")
        coreference.append({"doc_key": document.id, "clusters": [group for group in groups.values() if len(group) > 1]})
        lost["values"] += sum(m.value is not None for m in document.mentions)
        lost["realis"] += sum(e.realis is not None for e in document.events)
        lost["event identities"] += sum(e.event is not None for e in document.events)
    if told := ", ".join(f"{number} {what}" for what, number in lost.items() if number):
        note(f"the WikiEvents format cannot say: {told}; they are left out")
    return _lines(rows), _lines(coreference)


def _row(document: Document) -> Row:
    text = document.text or ""
    spans = [(a, b, tokens(text, a, b)) for a, b in sentences(text, document.regions)]
    flat = [token for _, _, inside in spans for token in inside]
    starts, ends = [a for a, _ in flat], [b for _, b in flat]
    first = [bisect_left(starts, a) for a, _, _ in spans]  # number of each sentence's first token

    def located(start: int, end: int) -> Row:
        a, b = bisect_right(ends, start), bisect_left(starts, end)
        return {"sent_idx": max(0, bisect_right(first, a) - 1), "start": a, "end": max(a + 1, b), "text": text[start:end]}

    ids = {m.id: f"{document.id}-T{n}" for n, m in enumerate(document.mentions, 1) if m.id is not None}
    mentions = [
        {"id": f"{document.id}-T{n}", **located(m.start, m.end), "entity_type": m.type, "mention_type": m.level or "UNK"}
        for n, m in enumerate(document.mentions, 1)
    ]
    events = []
    for n, event in enumerate(document.events, 1):
        arguments = []
        for argument in event.arguments:
            span = document.argument_span(argument)
            if span is not None and argument.mention in ids:
                arguments.append({"entity_id": ids[argument.mention], "role": argument.role, "text": text[span[0] : span[1]]})
        trigger = located(event.start, event.end)
        events.append({"id": f"{document.id}-E{n}", "event_type": event.type, "trigger": trigger, "arguments": arguments})
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
