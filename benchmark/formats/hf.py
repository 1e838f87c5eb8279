"""Hugging Face ``datasets``: a DatasetDict with a split an edition, features after BigBio's kb schema (Fries et al. 2022).

Three things are added to that schema, since the labels have them: ``level`` of entities, ``realis`` and ``identity`` of
events. Identities of entities and normalised values stand under ``normalized`` as ``entity`` and ``value``; discontinuous
spans as several offsets. Confidences are not kept. :mod:`benchmark.formats.hub` reads anybody's datasets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark import limits
from benchmark.formats import jsonl
from benchmark.formats.losses import Losses, counted, told
from benchmark.problems import BadInput, Problem
from benchmark.schema import Argument, Document, Event, Mention, Span

if TYPE_CHECKING:
    from datasets import DatasetDict, Features

SPAN = "Span"  # type of an entity that is only the span of an argument
UNSAID = ("scores", "invented strings")
Note = Callable[[str], object]


def write(documents: Mapping[str, Iterable[Document]], folder: Path, note: Note = lambda line: None) -> None:
    """Save documents as a DatasetDict, with ``save_to_disk``.

    Parameters
    ----------
    documents
        By split.
    folder
        Where to.
    note
        Called with a line on what the features have no place for.

    Raises
    ------
    BadInput
        Where the folder cannot be written, or the package ``datasets`` is missing.
    """
    losses = Losses()
    try:
        dataset_dict({split: counted(group, UNSAID, losses) for split, group in documents.items()}).save_to_disk(str(folder))
    except OSError as error:
        raise BadInput(Problem(str(folder), 0, f"cannot be written ({error.strerror}); check the folder's permissions")) from None
    if line := told("hf", losses):
        note(line)


def read(folder: Path) -> dict[str, list[Document]]:
    """The documents of a folder that :func:`write` saved, by split."""
    from datasets import load_from_disk

    return {name: [checked(row) for row in split] for name, split in load_from_disk(str(folder)).items()}


def checked(row: Mapping[str, Any], left: Counter[str] | None = None) -> Document:
    """The document of a row, which anybody may have made, with what :func:`document` leaves out counted; else :class:`BadInput`."""
    try:
        found = document(row, left)
        return jsonl.decode_line(jsonl.write([found]), f"row {found.id!a:.60}", 0).document
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        reason = f"not a document in BigBio's kb schema ({type(error).__name__}: {error!s:.200}); see what `gold export --format hf` writes"
        raise BadInput(Problem("", 0, reason)) from None


def dataset_dict(documents: Mapping[str, Iterable[Document]]) -> DatasetDict:
    """The documents as a DatasetDict; :class:`BadInput` where the package is missing."""
    try:
        from datasets import Dataset, DatasetDict
    except ImportError:
        raise BadInput("the package datasets is missing; pip install 'entity-event-benchmark[transformers]'") from None
    types = features()
    return DatasetDict({name: Dataset.from_list([_row(d) for d in group], features=types) for name, group in documents.items()})


def features() -> Features:
    """The typed features of a row."""
    from datasets import Features, Value

    text, offsets = Value("string"), [[Value("int32")]]
    return Features(
        {
            "id": text,
            "document_id": text,
            "date": text,
            "regions": offsets,
            "passages": [{"id": text, "type": text, "text": [text], "offsets": offsets}],
            "entities": [
                {
                    "id": text,
                    "type": text,
                    "level": text,
                    "text": [text],
                    "offsets": offsets,
                    "normalized": [{"db_name": text, "db_id": text}],
                }
            ],
            "events": [
                {
                    "id": text,
                    "type": text,
                    "realis": text,
                    "identity": text,
                    "trigger": {"text": [text], "offsets": offsets},
                    "arguments": [{"role": text, "ref_id": text}],
                }
            ],
            "coreferences": [{"id": text, "entity_ids": [text]}],
            "relations": [{"id": text, "type": text, "arg1_id": text, "arg2_id": text, "normalized": [{"db_name": text, "db_id": text}]}],
        }
    )


def _row(document: Document) -> dict[str, Any]:
    text = document.text or ""

    def parts(start: int, end: int, fragments: tuple[Span, ...] | None) -> dict[str, Any]:
        spans = fragments or ((start, end),)
        return {"text": [text[a:b] for a, b in spans], "offsets": [list(span) for span in spans]}

    entities, groups = [], {}  # type: list[dict[str, Any]], dict[str, list[str]]
    for n, m in enumerate(document.mentions, 1):
        key = m.id or f"mention-{n}"
        normalised = [{"db_name": name, "db_id": value} for name, value in (("entity", m.entity), ("value", m.value)) if value is not None]
        entities.append({"id": key, "type": m.type, "level": m.level, **parts(m.start, m.end, m.fragments), "normalized": normalised})
        if m.entity is not None:
            groups.setdefault(m.entity, []).append(key)
    events = []
    for n, e in enumerate(document.events, 1):
        arguments = []
        for argument in e.arguments:
            target = argument.mention
            if target is None:
                target = f"span-{len(entities) + 1}"
                span = parts(argument.start or 0, argument.end or 0, None)
                entities.append({"id": target, "type": SPAN, "level": None, **span, "normalized": []})
            arguments.append({"role": argument.role, "ref_id": target})
        trigger = parts(e.start, e.end, e.fragments)
        key = e.id or f"event-{n}"
        events.append({"id": key, "type": e.type, "realis": e.realis, "identity": e.event, "trigger": trigger, "arguments": arguments})
    return {
        "id": document.id,
        "document_id": document.id,
        "date": document.date,
        "regions": [list(region) for region in document.regions] if document.regions is not None else None,
        "passages": [{"id": f"{document.id}-text", "type": "article", "text": [text], "offsets": [[0, len(text)]]}],
        "entities": entities,
        "events": events,
        "coreferences": [{"id": identity, "entity_ids": keys} for identity, keys in groups.items()],
        "relations": [],
    }


def document(row: Mapping[str, Any], left: Counter[str] | None = None) -> Document:
    """The document of a row of BigBio's kb schema, with or without what :func:`features` adds to it.

    Parameters
    ----------
    left
        Counts what is left out or mended: spans outside the text, texts that differ from their offsets, arguments that are no entities,
        relations.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
        Where the row is not of the schema.
    """
    left = Counter[str]() if left is None else left
    text = _passages(row["passages"])
    groups = {key: group["id"] for group in row.get("coreferences") or () for key in group["entity_ids"]}
    mentions, spans = [], {}  # type: list[Mention], dict[str, Span]
    for item in row["entities"]:
        if (place := _span(item, text, left)) is None:
            continue
        if item["type"] == SPAN:
            spans[item["id"]] = place[:2]
            continue
        known = {n["db_name"]: n["db_id"] for n in item.get("normalized") or ()}
        linked = next((f"{db}:{key}" for db, key in known.items() if db not in ("entity", "value")), None)
        identity = known.get("entity") or groups.get(item["id"]) or linked
        mentions.append(
            Mention(place[0], place[1], item["type"], item.get("level"), identity, known.get("value"), None, item["id"], place[2])
        )
    there = {m.id for m in mentions}
    events = []
    for item in row.get("events") or ():
        if (place := _span(item["trigger"], text, left)) is None:
            continue
        told_of = [a for a in item["arguments"] if a["ref_id"] in spans or a["ref_id"] in there]
        left["arguments that are no entities, left out"] += len(item["arguments"]) - len(told_of)
        arguments = tuple(
            Argument(a["role"], start=spans[a["ref_id"]][0], end=spans[a["ref_id"]][1])
            if a["ref_id"] in spans
            else Argument(a["role"], a["ref_id"])
            for a in told_of
        )
        realis, identity = item.get("realis"), item.get("identity")
        events.append(Event(place[0], place[1], item["type"], realis, identity, arguments, None, item["id"], place[2]))
    left["relations, which the data model has no place for, passed over"] += len(row.get("relations") or ())
    regions = tuple((a, b) for a, b in row["regions"]) if row.get("regions") is not None else None
    return Document(row["document_id"], text, row.get("date"), regions, tuple(mentions), tuple(events))


def _passages(passages: Iterable[Mapping[str, Any]]) -> str:
    """The text that offsets are of: the passages at theirs, line ends between."""
    text = ""
    for passage in passages:
        for part, (start, _) in zip(passage["text"], passage["offsets"], strict=True):
            if not 0 <= start - len(text) <= limits.GAP:
                raise ValueError(f"a passage at {start}, where the text before it ends at {len(text)}")
            text += "\n" * (start - len(text)) + part
    return text


def _span(item: Mapping[str, Any], text: str, left: Counter[str]) -> tuple[int, int, tuple[Span, ...] | None] | None:
    offsets = [(a, b) for a, b in item["offsets"]]
    flat = [offset for span in offsets for offset in span]
    if not flat or flat != sorted(flat) or any(a >= b for a, b in offsets) or not 0 <= flat[0] < flat[-1] <= len(text):
        left["spans empty, out of order or outside the text, left out"] += 1
        return None
    left["texts that differ from the text at their offsets; the offsets are taken"] += list(item.get("text") or ()) not in (
        [],
        [text[a:b] for a, b in offsets],
    )
    return flat[0], flat[-1], tuple(offsets) if len(offsets) > 1 else None
