"""brat standoff (https://brat.nlplab.org/standoff.html): a ``.txt`` file and an ``.ann`` file beside it.

========  ======================================================================================
``T``     mentions, event triggers, and spans of arguments that name no mention (type ``Span``)
``E``     events; a role filled several times is numbered from the second on (``Target2``)
``A``     ``Level`` of mentions, ``Realis`` of events
``N``     ``entity:ID``, ``event:ID``, ``value:VALUE``; white space and ``%`` in them percent-encoded
``#``     ``Score``, and ``Id`` where an id is missing or is not one that brat can bear
========  ======================================================================================

A span that crosses a line end is written in fragments, one a line, and read as one span again. Type names may not
hold dots in brat: with `names`, ``Conflict.Battle`` is written ``Conflict_Battle`` and read back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, unquote

import msgspec

from benchmark.limits import OFFSET
from benchmark.problems import BadInput, Problem
from benchmark.schema import LEVELS, REALIS, Argument, Document, Event, Mention, Span

SPAN = "Span"  # type of a text-bound annotation that is only the span of an argument
UNSAID = ("dates of documents", "scored regions", "invented strings")  # what a .txt and an .ann file have no place for
_LINE_END = re.compile(r"[\r\n]+")
_DIGITS = 8  # of the number of a repeated role, and one more
_ID = re.compile(r"[TE]\d+")
_TEXT_BOUND = re.compile(r"(\S+) ([0-9]{1,10} [0-9]{1,10}(?:;[0-9]{1,10} [0-9]{1,10})*)")
Report = Callable[[Problem], object]


class Lines(dict[str, int]):
    """Line number of every annotation of a file, by brat id."""


# --------------------------------------------------------------------------------------------------------------- reading


def read(
    ann: str,
    document: Document,
    name: str = "",
    report: Report | None = None,
    names: Iterable[str] = (),
    lines: Lines | None = None,
) -> Document:
    """The labels of an ``.ann`` file, laid on `document` (its id, text, date and regions).

    Parameters
    ----------
    ann
        Content of the file.
    document
        The document without labels; its text may be None, then the text of the labels is not checked.
    name
        File name for messages.
    report
        Called with each problem; the line concerned is left out. Without it all problems are raised together.
    names
        Type and role names that stand in the file in brat's form, with underscores for dots.
    lines
        Filled with the line number of each annotation, for messages of later checks.
    """
    problems: list[Problem] = []
    found = _Reader(document, name, problems.append, names).read(ann, lines if lines is not None else Lines())
    for problem in problems:
        if report is None:
            raise BadInput(problems)
        report(problem)
    return found


class _Reader:
    def __init__(self, document: Document, name: str, report: Report, names: Iterable[str]):
        self.document, self.name, self.report = document, name, report
        self.names = {brat_name(n): n for n in names}
        self.spans: dict[str, Mention] = {}
        self.notes: dict[str, dict[str, str]] = {}
        self.triggers: set[str] = set()

    def read(self, ann: str, lines: Lines) -> Document:
        rows: dict[str, list[tuple[int, str, list[str]]]] = {}
        for number, line in enumerate(ann.split("\n"), 1):
            if not (line := line.rstrip("\r")).strip():
                continue
            key, *fields = line.split("\t")
            if not fields or key[:1] not in (*"TEAMN#",):
                kind = "relations and equivalences are not part of the data model" if key[:1] in (*"R*",) else "not a brat annotation"
                self.report(Problem(self.name, number, f"{kind}: {line[:60]!r}; remove the line"))
            elif key in lines:
                self.report(Problem(self.name, number, f"duplicate id {key}, used in line {lines[key]} already; renumber one"))
            else:
                lines[key] = number
                rows.setdefault(key[0].replace("M", "A"), []).append((number, key, fields))
        for number, key, fields in rows.get("T", []):
            self._text_bound(number, key, fields)
        for kind, parse in (("A", self._attribute), ("N", self._normalisation), ("#", self._note)):
            for number, key, fields in rows.get(kind, []):
                if (target := parse(number, fields)) and target not in lines:
                    self.report(Problem(self.name, number, f"{key} is about {target}, which is not there"))
        self._repeated_ids(rows, lines)
        self.triggers = {f[0].split()[0].partition(":")[2] for _, _, f in rows.get("E", []) if f[0].split()}
        events = [e for n, key, fields in rows.get("E", []) if (e := self._event(n, key, fields))]
        mentions = [self._mention(k, m) for k, m in self.spans.items() if k not in self.triggers and m.type != SPAN]
        return msgspec.structs.replace(self.document, mentions=tuple(mentions), events=tuple(events))

    def _repeated_ids(self, rows: dict[str, list[tuple[int, str, list[str]]]], lines: Lines) -> None:
        """Replace the ids of notes that another label of the kind has."""
        for kind in "TE":
            keys = [key for _, key, _ in rows.get(kind, [])]
            used = {key for key in keys if "Id" not in self.notes.get(key, {})}
            for key in keys:
                notes = self.notes.get(key, {})
                if (wanted := notes.get("Id")) and wanted in used:
                    self.report(Problem(self.name, lines[key], f"{key}: its id {wanted[:60]!r} is another label's already; keep one"))
                    wanted = key
                    while wanted in used:
                        wanted += "'"
                    notes["Id"] = wanted
                used.add(wanted or key)

    def _text_bound(self, number: int, key: str, fields: list[str]) -> None:
        match = _TEXT_BOUND.fullmatch(fields[0])
        if match is None:
            self.report(Problem(self.name, number, f"{key}: expected TYPE START END, found {fields[0][:60]!r}"))
            return
        parts: list[Span] = []
        for part in match[2].split(";"):
            start, end = map(int, part.split())
            parts.append((start, end))
        flat = [offset for part in parts for offset in part]
        text = self.document.text
        if flat != sorted(flat) or any(a >= b for a, b in parts):
            self.report(Problem(self.name, number, f"{key}: offsets {match[2]} are empty or out of order"))
            return
        if flat[-1] > OFFSET:
            self.report(Problem(self.name, number, f"{key}: offset {flat[-1]} is larger than {OFFSET}, which is the limit"))
            return
        if text is not None and flat[-1] > len(text):
            self.report(Problem(self.name, number, f"{key}: offsets {match[2]} run past the end of the text ({len(text)} characters)"))
            return
        label = "\t".join(fields[1:])
        if text is not None and (found := " ".join(text[a:b] for a, b in parts)) != label:
            self.report(Problem(self.name, number, f"{key}: the text at {match[2]} is {found[:40]!r}, the label says {label[:40]!r}"))
            return
        merged = _merge(parts, text)
        self.spans[key] = Mention(
            flat[0], flat[-1], self.names.get(match[1], match[1]), fragments=tuple(merged) if len(merged) > 1 else None
        )

    def _attribute(self, number: int, fields: list[str]) -> str:
        words = fields[0].split(" ", 2)
        allowed: dict[str, tuple[str, ...]] = {"Level": LEVELS, "Realis": REALIS}
        if len(words) != 3 or words[0] not in allowed:
            self.report(Problem(self.name, number, f"expected 'Level T1 NAM' or 'Realis E1 Actual', found {fields[0][:60]!r}"))
        elif words[2] not in allowed[words[0]]:
            self.report(Problem(self.name, number, f"{words[0]} {words[2]!r} is none of {', '.join(allowed[words[0]])}"))
        else:
            return self._keep(number, words[1], words[0], words[2])
        return ""

    def _normalisation(self, number: int, fields: list[str]) -> str:
        words = fields[0].split(" ", 2)
        database, colon, value = words[-1].partition(":")
        if len(words) != 3 or words[0] != "Reference" or not colon or database not in ("entity", "event", "value"):
            self.report(Problem(self.name, number, f"expected 'Reference T1 entity:ID' (or event:, value:), found {fields[0][:60]!r}"))
            return ""
        return self._keep(number, words[1], database, unquote(value))

    def _note(self, number: int, fields: list[str]) -> str:
        words = fields[0].split(" ")
        if len(words) == 2 and words[0] in ("Id", "Score"):
            return self._keep(number, words[1], words[0], unquote("\t".join(fields[1:])))
        return ""

    def _keep(self, number: int, target: str, key: str, value: str) -> str:
        notes = self.notes.setdefault(target, {})
        if key in notes:
            self.report(Problem(self.name, number, f"{target} has {key} {notes[key]!r} already; keep one"))
        notes.setdefault(key, value)
        return target

    def _mention(self, key: str, span: Mention) -> Mention:
        notes = self.notes.get(key, {})
        return msgspec.structs.replace(
            span,
            level=notes.get("Level"),
            entity=notes.get("entity"),
            value=notes.get("value"),
            score=self._score(notes),
            id=notes.get("Id", key) or None,
        )

    def _score(self, notes: dict[str, str]) -> float | None:
        try:
            score = float(notes["Score"]) if "Score" in notes else None
        except ValueError:
            score = -1.0
        if score is not None and not 0 <= score <= 1:
            self.report(Problem(self.name, 0, f"score {notes['Score'][:60]!r} is not a number from 0 to 1"))
            return None
        return score

    def _event(self, number: int, key: str, fields: list[str]) -> Event | None:
        (kind, _, trigger), *fillers = (word.partition(":") for word in fields[0].split() or [""])
        kind = self.names.get(kind, kind)
        span = self.spans.get(trigger)
        if span is None:
            self.report(Problem(self.name, number, f"{key}: trigger {trigger or '(none)'} is not there or not readable"))
            return None
        if span.type != kind:
            self.report(Problem(self.name, number, f"{key} is of type {kind}, its trigger {trigger} of type {span.type}; make them agree"))
        arguments: list[Argument] = []
        roles = _unnumbered([role for role, _, _ in fillers])
        for name, (_, _, target) in zip(roles, fillers, strict=True):
            role = self.names.get(name, name)
            if target not in self.spans or target in self.triggers:
                self.report(Problem(self.name, number, f"{key}: argument {role}:{target} without a mention of that id"))
            elif self.spans[target].type == SPAN:
                arguments.append(Argument(role, start=self.spans[target].start, end=self.spans[target].end))
            elif not (named := self.notes.get(target, {}).get("Id", target)):
                self.report(Problem(self.name, number, f"{key}: argument {role}:{target} names a mention without id; remove its note Id"))
            else:
                arguments.append(Argument(role, named))
        notes = self.notes.get(key, {})
        return Event(
            span.start,
            span.end,
            kind,
            realis=notes.get("Realis"),  # type: ignore[arg-type]  # checked when read
            event=notes.get("event"),
            arguments=tuple(arguments),
            score=self._score(notes),
            id=notes.get("Id", key) or None,
            fragments=span.fragments,
        )


def _merge(parts: list[Span], text: str | None) -> list[Span]:
    """Join fragments that only a line end parts (without the text: a gap of one character)."""
    merged = parts[:1]
    for start, end in parts[1:]:
        before = merged[-1][1]
        if _LINE_END.fullmatch(text[before:start]) if text is not None else start - before <= 1:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _numbered(roles: list[str]) -> list[str]:
    """Role labels as brat tells them apart: ``Target``, ``Target2``, ``Target3``."""
    count: Counter[str] = Counter()
    labels = []
    for role in roles:
        count[role] += 1
        labels.append(f"{role}{count[role]}" if count[role] > 1 else role)
    return labels


def _unnumbered(labels: list[str]) -> list[str]:
    """The roles of numbered labels: a label is a repetition if it is an earlier role and the next number of it."""
    count: Counter[str] = Counter()
    roles: list[str] = []
    for label in labels:
        cuts = (label[:-n] for n in range(1, min(_DIGITS, len(label))))
        role = next((cut for cut in cuts if cut in count and label == f"{cut}{count[cut] + 1}"), label)
        count[role] += 1
        roles.append(role)
    return roles


# --------------------------------------------------------------------------------------------------------------- writing


def write(document: Document, names: Iterable[str] = ()) -> str:
    """Content of the ``.ann`` file of a document.

    Raises
    ------
    BadInput
        Where brat cannot say something: no text, a span out of the text or with a line end at its border,
        white space in a type or role, roles ``X`` and ``X2`` in one event.
    """
    if document.text is None:
        raise BadInput(Problem(document.id, 0, "brat standoff repeats the text of each label, and this document has no text"))
    return _Writer(document, set(names)).write()


class _Writer:
    def __init__(self, document: Document, names: set[str]):
        self.document, self.names = document, names
        self.text = document.text or ""
        self.lines: list[str] = []
        self.count = dict.fromkeys("TEAN#", 0)
        self.used = {label.id for label in document.labels if _ID.fullmatch(label.id or "")}

    def write(self) -> str:
        keys: dict[str, str] = {}
        for mention in self.document.mentions:
            if mention.type == SPAN:
                raise BadInput(Problem(self.document.id, 0, f"the type name {SPAN} is kept for spans of arguments; rename the type"))
            key = self._key("T", mention.id)
            if mention.id is not None:
                keys[mention.id] = key
            self._span(key, mention.type, mention.start, mention.end, mention.fragments)
            self._about(key, mention.id, mention.score, Level=mention.level, entity=mention.entity, value=mention.value)
        for event in self.document.events:
            self._event(event, keys)
        return "".join(line + "\n" for line in self.lines)

    def _event(self, event: Event, keys: dict[str, str]) -> None:
        trigger, key = self._key("T", None), self._key("E", event.id)
        self._span(trigger, event.type, event.start, event.end, event.fragments)
        words = [f"{self._name(event.type)}:{trigger}"]
        roles = [self._name(argument.role) for argument in event.arguments]
        numbered = _numbered(roles)
        if _unnumbered(numbered) != roles:
            raise BadInput(
                Problem(self.document.id, 0, f"brat cannot tell a numbered role from a repeated one in {', '.join(roles)}; rename one")
            )
        words += [f"{role}:{self._target(argument, keys)}" for role, argument in zip(numbered, event.arguments, strict=True)]
        self.lines.append(f"{key}\t{' '.join(words)}")
        self._about(key, event.id, event.score, Realis=event.realis, event=event.event)

    def _target(self, argument: Argument, keys: dict[str, str]) -> str:
        if argument.mention is not None:
            if argument.mention not in keys:
                raise BadInput(
                    Problem(self.document.id, 0, f"argument {argument.role} names mention {argument.mention!r}, which is not there")
                )
            return keys[argument.mention]
        key = self._key("T", None)
        self._span(key, SPAN, argument.start or 0, argument.end or 0, None)
        return key

    def _key(self, kind: str, wanted: str | None) -> str:
        if wanted and wanted[0] == kind and _ID.fullmatch(wanted):
            return wanted
        return self._next(kind)

    def _next(self, kind: str) -> str:
        self.count[kind] += 1
        while (key := f"{kind}{self.count[kind]}") in self.used:
            self.count[kind] += 1
        return key

    def _span(self, key: str, kind: str, start: int, end: int, fragments: tuple[Span, ...] | None) -> None:
        if not 0 <= start < end <= len(self.text):
            raise BadInput(Problem(self.document.id, 0, f"span {start} to {end} is not in the text ({len(self.text)} characters)"))
        parts = [part for a, b in fragments or [(start, end)] for part in self._by_line(a, b)]
        offsets = ";".join(f"{a} {b}" for a, b in parts)
        self.lines.append(f"{key}\t{self._name(kind)} {offsets}\t{' '.join(self.text[a:b] for a, b in parts)}")

    def _by_line(self, start: int, end: int) -> Iterator[Span]:
        for line_end in _LINE_END.finditer(self.text, start, end):
            if line_end.start() == start or line_end.end() == end:
                raise BadInput(Problem(self.document.id, 0, f"span {start} to {end} begins or stops at a line end; trim it"))
            yield start, line_end.start()
            start = line_end.end()
        yield start, end

    def _about(self, key: str, original: str | None, score: float | None, **notes: str | None) -> None:
        for name, value in notes.items():
            if value is None:
                continue
            if name[0].isupper():
                self.lines.append(f"{self._next('A')}\t{name} {key} {value}")
            else:
                self.lines.append(f"{self._next('N')}\tReference {key} {name}:{_encode(value)}\t")
        if original != key:
            self.lines.append(f"{self._next('#')}\tId {key}\t{_encode(original or '')}")
        if score is not None:
            self.lines.append(f"{self._next('#')}\tScore {key}\t{score!r}")

    def _name(self, name: str) -> str:
        if not re.fullmatch(r"[^\s:]+", name):
            raise BadInput(Problem(self.document.id, 0, f"brat cannot bear the type or role {name!r}: no white space, no colon"))
        return brat_name(name) if name in self.names else name


def brat_name(name: str) -> str:
    """A type name as brat's configuration stores it."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)


def _encode(value: str) -> str:
    return re.sub(r"[\s%]", lambda match: quote(match[0], safe=""), value)
