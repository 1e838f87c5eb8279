"""IOB2 columns (token TAB tag): one sentence after another, an empty line between, ``-DOCSTART-`` before each document.

What IOB2 cannot say is reported, not dropped in silence: labels below names and values, overlapping mentions, identities, values, events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmark.schema import Document, Mention
from benchmark.segments import sentences, tokens

Note = Callable[[str], object]


def write(documents: Iterable[Document], note: Note = lambda line: None) -> str:
    """The names and values of documents with text.

    A token belongs to a mention if they overlap; the longer of two overlapping mentions is kept.
    """
    lines: list[str] = []
    lost = {"nominal and pronominal mentions": 0, "overlapping mentions": 0, "identities": 0, "values": 0, "events": 0}
    for document in documents:
        text = document.text or ""
        lines += ["-DOCSTART-\tO", ""]
        chosen = _flat([m for m in document.mentions if m.level in ("NAM", None)], lost)
        lost["nominal and pronominal mentions"] += sum(m.level not in ("NAM", None) for m in document.mentions)
        lost["identities"] += sum(m.entity is not None for m in document.mentions)
        lost["values"] += sum(m.value is not None for m in document.mentions)
        lost["events"] += len(document.events)
        for start, end in sentences(text, document.regions):
            previous: Mention | None = None
            for a, b in tokens(text, start, end):
                mention = next((m for m in chosen if m.start < b and a < m.end), None)
                tag = "O" if mention is None else f"{'I' if mention is previous else 'B'}-{mention.type}"
                lines.append(f"{text[a:b]}\t{tag}")
                previous = mention
            lines.append("")
    if told := ", ".join(f"{number} {what}" for what, number in lost.items() if number):
        note(f"IOB2 cannot say: {told}; they are left out")
    return "\n".join(lines) + "\n"


def _flat(mentions: list[Mention], lost: dict[str, int]) -> list[Mention]:
    """Mentions that do not overlap, longer ones first."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if any(mention.start < other.end and other.start < mention.end for other in kept):
            lost["overlapping mentions"] += 1
        else:
            kept.append(mention)
    return kept
