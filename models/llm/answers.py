"""What came back, read as far as it can be: JSON out of prose, whole items out of truncated JSON, right values out of wrong ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LONGEST = 2_000_000  # characters of an answer that are read
MOST = 5_000  # mentions or events of an answer that are read
_TRIES = 200  # at broken JSON, so that an answer of nothing but braces is given up
_WORDS = 300  # characters of a string; longer ones are no mention
_DECODER = json.JSONDecoder()


@dataclass
class FoundMention:
    """A mention as the model names it."""

    name: str
    text: str
    sentence: int | None
    type: str
    level: str | None
    entity: str | None
    value: str | None


@dataclass
class FoundEvent:
    """An event as the model names it; arguments are pairs of role and name of a mention."""

    text: str
    sentence: int | None
    type: str
    realis: str | None
    event: str | None
    arguments: list[tuple[str, str]] = field(default_factory=list)


def parse(content: str) -> dict[str, list[Any]] | None:
    """The lists ``mentions`` and ``events`` of an answer; None where it holds neither.

    Reasoning before the answer, prose and code fences around it are passed over. Of JSON that is cut off or broken, the items that are
    whole are taken.
    """
    content = content[:LONGEST].rpartition("</think>")[2]
    for position in _positions(content, "{"):
        value = _value(content, position)
        if isinstance(value, dict) and any(isinstance(value.get(name), list) for name in ("mentions", "events")):
            return {name: value[name] if isinstance(value.get(name), list) else [] for name in ("mentions", "events")}
    found = {name: _whole_items(content, name) for name in ("mentions", "events")}
    return None if found["mentions"] is None and found["events"] is None else {name: items or [] for name, items in found.items()}


def _positions(content: str, mark: str) -> Iterator[int]:
    position = content.find(mark)
    for _ in range(_TRIES):
        if position < 0:
            return
        yield position
        position = content.find(mark, position + 1)


def _value(content: str, position: int) -> Any:
    try:
        return _DECODER.raw_decode(content, position)[0]
    except (ValueError, RecursionError):
        return None


def _whole_items(content: str, name: str) -> list[Any] | None:
    """The items of a list that can be read one by one; a broken one is skipped."""
    begin = re.search(rf'"{name}"\s*:\s*\[', content)
    if begin is None:
        return None
    items: list[Any] = []
    position, broken = begin.end(), 0
    while broken < _TRIES and len(items) <= MOST:
        following = re.compile(r"[\s,]*").match(content, position)
        position = following.end() if following else position
        if content[position : position + 1] in ("]", ""):
            break
        try:
            item, position = _DECODER.raw_decode(content, position)
            items.append(item)
        except (ValueError, RecursionError):
            broken += 1
            position = content.find("{", position + 1)
            if position < 0:
                break
    return items


class Reader:
    """Turns items into mentions and events, and counts what it drops and why.

    Parameters
    ----------
    mentions, events
        The types there are, with their levels and roles.
    realis
        Its values.
    """

    def __init__(self, mentions: dict[str, tuple[str, ...]], events: dict[str, tuple[str, ...]], realis: tuple[str, ...]):
        self.types, self.roles, self.realis = mentions, events, realis
        self.dropped: Counter[str] = Counter()

    def mentions(self, items: list[Any]) -> list[FoundMention]:
        """Mentions of known types whose text is a string."""
        return [found for item in self._dicts(items) if (found := self._mention(item))]

    def events(self, items: list[Any]) -> list[FoundEvent]:
        """Events of known types whose trigger is a string."""
        return [found for item in self._dicts(items) if (found := self._event(item))]

    def _dicts(self, items: list[Any]) -> list[dict[str, Any]]:
        if len(items) > MOST:
            self.dropped["too many"] += len(items) - MOST
        good = [item for item in items[:MOST] if isinstance(item, dict)]
        self.dropped["wrong form"] += min(len(items), MOST) - len(good)
        return good

    def _mention(self, item: dict[str, Any]) -> FoundMention | None:
        text, kind = self._string(item, "text"), self._string(item, "type")
        if text is None or kind is None:
            self.dropped["wrong form"] += 1
            return None
        kind = kind if kind in self.types else kind.upper()
        if kind not in self.types:
            self.dropped["unknown type"] += 1
            return None
        levels, level = self.types[kind], self._string(item, "level")
        if level not in levels:
            level = levels[0] if levels else None  # what is not told to be otherwise is a name
        entity, value = self._string(item, "entity"), self._string(item, "value")
        name = item.get("id")
        named = str(name) if isinstance(name, str | int) else ""
        return FoundMention(named, text, _number(item), kind, level, entity if levels else None, None if levels else value)

    def _event(self, item: dict[str, Any]) -> FoundEvent | None:
        text, kind = self._string(item, "trigger"), self._string(item, "type")
        if text is None or kind is None:
            self.dropped["wrong form"] += 1
            return None
        if kind not in self.roles:
            self.dropped["unknown type"] += 1
            return None
        realis = self._string(item, "realis")
        event = FoundEvent(text, _number(item), kind, realis if realis in self.realis else None, self._string(item, "event"))
        arguments = item.get("arguments")
        for argument in self._dicts(arguments if isinstance(arguments, list) else []):
            role, mention = argument.get("role"), argument.get("mention")
            if not isinstance(role, str) or not isinstance(mention, str | int):
                self.dropped["wrong form"] += 1
            elif role not in self.roles[kind]:
                self.dropped["unknown role"] += 1
            elif (role, str(mention)) not in event.arguments:
                event.arguments.append((role, str(mention)))
        return event

    def _string(self, item: dict[str, Any], name: str) -> str | None:
        """A string that can be written as UTF-8 and is not endless; None for an empty one too."""
        value = item.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > _WORDS:
            self.dropped["wrong value"] += 1
            return None
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip() or None


def _number(item: dict[str, Any]) -> int | None:
    value = item.get("sentence")
    return value if isinstance(value, int) and not isinstance(value, bool) else None
