"""Anchored lines: labels as a person types them, one a line, found in the text by their words.

::

    == 4                                              paragraph 4 (counted from 1)
    m1 | Hajin | GPE NAM hajin                        a mention: words, type, level, identity
    m2 | 17,000 | NUM =17000                          a value: words, type, value
    m3 | fighters #2 | PER NOM kurdish-fighters       the second "fighters" of the paragraph
    e1 | captured | Territory.Capture Actual fall-of-hajin | Taker m3, Territory m1

An event line gives trigger, type, realis, identity, then roles with the ids of mentions of the same file. Words are matched
whole (``IS`` is not found in ``ISIS``) unless they stand only inside a word; white space in them matches line ends.
Lines that begin with ``#`` are comments.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from benchmark import limits
from benchmark.problems import BadInput, Problem
from benchmark.schema import LEVELS, REALIS, Argument, Document, Event, Mention, Span
from benchmark.segments import paragraphs

Report = Callable[[Problem], object]
_OCCURRENCE = re.compile(r"\s#([0-9]{1,10})$")


def read(lines: str, document: Document, name: str = "", report: Report | None = None) -> Document:
    """The labels of anchored lines, laid on a document.

    Parameters
    ----------
    lines
        The content of the file.
    document
        The text that the words are looked up in; its scored regions count.
    name
        The file's name, for messages.
    report
        Called with each problem, whose line is then left out; None: all problems are raised together.

    Returns
    -------
    Document
        Labels in the order of the text, with brat ids (``T1``, ``E1``); those that the document had are replaced.

    Raises
    ------
    BadInput
        Without `report`, where a line is not of the form, words are not there, or an id is used twice or not there.
    """
    problems: list[Problem] = []
    reader = _Reader(document, name, problems.append)
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            reader.line(number, line.strip())
    labelled = reader.document_with_labels()
    for problem in problems:
        if report is None:
            raise BadInput(problems)
        report(problem)
    return labelled


class _Reader:
    def __init__(self, document: Document, name: str, report: Report):
        self.document, self.name, self._report = document, name, report
        self.text = document.text or ""
        self.spans = paragraphs(self.text, document.regions)
        self.paragraph: Span | None = None
        self.found: dict[tuple[str, Span], list[Span]] = {}
        self.mentions: dict[str, Mention] = {}
        self.events: dict[str, tuple[int, Event]] = {}

    def line(self, number: int, line: str) -> None:
        if heading := re.fullmatch(r"==\s*([0-9]{1,10})(\s.*)?", line):
            nth = int(heading[1])
            if not 1 <= nth <= len(self.spans):
                self.problem(number, f"there is no paragraph {nth}; the article has {len(self.spans)}")
                self.paragraph = None
            else:
                self.paragraph = self.spans[nth - 1]
            return
        key, *fields = (field.strip() for field in line.split("|"))
        if self.paragraph is None:
            self.problem(number, "a label before the first paragraph line ('== 1')")
        elif not re.fullmatch(r"[me]\w+", key) or len(fields) < 2:
            self.problem(
                number,
                f"expected 'm1 | words | TYPE LEVEL identity' or 'e1 | words | TYPE Realis identity | Role m1, ...', found {line[:60]!r}",
            )
        elif key in self.mentions or key in self.events:
            self.problem(number, f"id {key} is used twice")
        elif span := self.find(number, fields[0], self.paragraph):
            if key[0] == "m":
                self.mention(number, key, span, fields[1:])
            else:
                self.event(number, key, span, fields[1:])

    def find(self, number: int, words: str, within: Span) -> Span | None:
        nth = 1
        if occurrence := _OCCURRENCE.search(words):
            nth, words = int(occurrence[1]), words[: occurrence.start()].rstrip()
        if len(words) > limits.ANCHOR:
            self.problem(number, f"the words of the label are longer than {limits.ANCHOR:,} characters, which is the limit")
            return None
        if (words, within) not in self.found:
            self.found[words, within] = self.occurrences(words, within)
        found = self.found[words, within]
        if not words or not 1 <= nth <= len(found):
            self.problem(number, f"{words!r} stands {len(found)} times in this paragraph; asked for number {nth}")
            return None
        return found[nth - 1]

    def occurrences(self, words: str, within: Span) -> list[Span]:
        """Where words stand in a paragraph, as whole words if they do."""
        pattern = r"\s+".join(map(re.escape, words.split()))
        found = [m.span() for m in re.compile(rf"(?<!\w){pattern}(?!\w)").finditer(self.text, *within)]
        return found or [m.span() for m in re.compile(pattern).finditer(self.text, *within)]

    def mention(self, number: int, key: str, span: Span, fields: list[str]) -> None:
        kind, _, rest = fields[0].partition(" ")
        level, _, entity = rest.strip().partition(" ")
        if len(fields) > 1 or not rest:
            self.problem(number, "a mention has three fields: id | words | TYPE LEVEL identity (or TYPE value)")
        elif level in LEVELS:
            self.mentions[key] = Mention(*span, kind, level=level, entity=entity.strip() or None)
        else:
            self.mentions[key] = Mention(*span, kind, value=rest.strip())

    def event(self, number: int, key: str, span: Span, fields: list[str]) -> None:
        kind, realis, identity, *more = [*fields[0].split(), "", "", ""]
        if realis not in REALIS or not identity or any(more[:-3]) or len(fields) > 2:
            self.problem(number, "an event has: id | words | TYPE Actual|Other|Generic identity | Role m1, Role m2")
            return
        arguments: list[Argument] = []
        for filler in filter(None, (f.strip() for f in fields[1].split(","))) if len(fields) > 1 else ():
            role, _, target = filler.partition(" ")
            arguments.append(Argument(role, target.strip()))
        self.events[key] = (number, Event(*span, kind, realis=realis, event=identity, arguments=tuple(arguments)))

    def document_with_labels(self) -> Document:
        ordered = sorted(self.mentions.items(), key=lambda item: (item[1].start, item[1].end))
        ids = {key: f"T{n}" for n, (key, _) in enumerate(ordered, 1)}
        mentions = [msgspec.structs.replace(mention, id=ids[key]) for key, mention in ordered]
        events = []
        for n, (number, event) in enumerate(sorted(self.events.values(), key=lambda item: (item[1].start, item[1].end)), 1):
            arguments = []
            for argument in event.arguments:
                if argument.mention not in ids:
                    self.problem(number, f"argument {argument.role} names mention {argument.mention!r}, which is not there")
                else:
                    arguments.append(Argument(argument.role, ids[argument.mention]))
            events.append(msgspec.structs.replace(event, id=f"E{n}", arguments=tuple(arguments)))
        return msgspec.structs.replace(self.document, mentions=tuple(mentions), events=tuple(events))

    def problem(self, number: int, reason: str) -> None:
        self._report(Problem(self.name, number, reason))


def write(document: Document) -> str:
    """Anchored lines of a document; what they cannot say (scores, discontinuous spans) raises :class:`BadInput`."""
    text = document.text or ""
    keys = {m.id: f"m{n}" for n, m in enumerate(document.mentions, 1)}
    lines: list[str] = []
    labels = sorted(document.labels, key=lambda x: (x.start, isinstance(x, Event)))
    spans = paragraphs(text, document.regions)
    current = -1
    for label in labels:
        nth = next((n for n, (a, b) in enumerate(spans) if a <= label.start and label.end <= b), None)
        if nth is None or label.fragments:
            raise BadInput(Problem(document.id, 0, f"{label.id} is discontinuous or crosses a paragraph; anchored lines cannot say that"))
        if nth != current:
            current = nth
            lines.append(f"== {nth + 1}")
        words = _anchor(text, label, spans[nth])
        if isinstance(label, Mention):
            rest = (
                f"{label.type} {label.level} {label.entity or ''}".strip() if label.level else f"{label.type} {label.value or ''}".strip()
            )
            lines.append(f"{keys[label.id]} | {words} | {rest}")
        else:
            roles = ", ".join(f"{a.role} {keys.get(a.mention, a.mention)}" for a in label.arguments)
            line = f"{(label.id or '').lower()} | {words} | {label.type} {label.realis} {label.event}"
            lines.append(f"{line} | {roles}" if roles else line)
    return "".join(line + "\n" for line in lines)


def _anchor(text: str, label: Mention | Event, within: Span) -> str:
    pattern = r"\s+".join(map(re.escape, text[label.start : label.end].split()))
    found = [m.start() for m in re.compile(rf"(?<!\w){pattern}(?!\w)").finditer(text, *within)]
    found = found or [m.start() for m in re.compile(pattern).finditer(text, *within)]
    if not pattern or label.start not in found:
        reason = f"the words at {label.start} to {label.end} cannot be told from others here; anchored lines cannot say that"
        raise BadInput(Problem(label.id or label.type, 0, reason))
    nth = found.index(label.start) + 1
    return " ".join(text[label.start : label.end].split()) + (f" #{nth}" if len(found) > 1 else "")
