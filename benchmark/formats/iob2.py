"""IOB2 columns (token TAB tag): one sentence after another, an empty line between, ``-DOCSTART-`` before each document.

What IOB2 cannot say is reported, not dropped in silence. Reading takes any scheme of tags that :mod:`benchmark.formats.iob` knows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from benchmark.formats import iob
from benchmark.formats.losses import Losses, counted, told
from benchmark.problems import BadInput, Problem
from benchmark.schema import Document, Mention, Span
from benchmark.segments import sentences, tokens

Note = Callable[[str], object]
UNSAID = (
    "dates of documents",
    "scored regions",
    "levels",
    "identities",
    "values",
    "scores",
    "ids of labels",
    "gaps in discontinuous spans",
    "events",
    "realis",
    "identities of events",
    "arguments",
    "arguments given by offsets",
    "invented strings",
)
Tagged = list[tuple[Span, Mention | None]]  # the tokens of a sentence, each with the mention that it belongs to


def write(documents: Iterable[Document], note: Note = lambda line: None) -> str:
    """The names and values of documents with text; the names of the documents and the spaces between tokens are lost.

    A token belongs to a mention if they overlap; the longer of two overlapping mentions is kept.

    Raises
    ------
    BadInput
        Where a type cannot stand in a column: it has a tab, a line end, or white space at an end, or is empty.
    """
    lines: list[str] = []
    losses = Losses()
    for document in counted(documents, UNSAID, losses):
        text = document.text or ""
        lines += ["-DOCSTART-\tO", ""]
        for sentence in tagged(document, losses):
            previous: Mention | None = None
            for (a, b), mention in sentence:
                tag = "O" if mention is None else f"{'I' if mention is previous else 'B'}-{mention.type}"
                lines.append(f"{text[a:b]}\t{tag}")
                previous = mention
            lines.append("")
    if line := told("iob2", losses):
        note(line)
    return "\n".join(lines) + "\n"


def tagged(document: Document, losses: Losses) -> list[Tagged]:
    """The sentences of a document as tokens with their mentions; what does not go into tags is counted in `losses`.

    Raises
    ------
    BadInput
        Where a type cannot stand in a column.
    """
    text = document.text or ""
    for mention in document.mentions:
        if not re.fullmatch(r"\S+( +\S+)*", mention.type):
            reason = f"the type {mention.type!r} cannot stand in a column; rename it (--types)"
            raise BadInput(Problem(document.id, 0, reason))
    named = [m for m in document.mentions if m.level in ("NAM", None)]
    losses["nominal and pronominal mentions"] += len(document.mentions) - len(named)
    chosen = _flat(named)
    losses["nested or overlapping mentions"] += len(named) - len(chosen)
    starts = [m.start for m in chosen]
    found = []
    for start, end in sentences(text, document.regions):
        sentence: Tagged = []
        for a, b in tokens(text, start, end):
            nth = max(0, bisect_right(starts, a) - 1)  # the first that can overlap the token
            sentence.append(((a, b), next((m for m in chosen[nth : nth + 2] if m.start < b and a < m.end), None)))
        found.append(sentence)
    _count_changes(chosen, found, losses)
    losses["documents without a token"] += not any(found)
    return found


def _flat(mentions: list[Mention]) -> list[Mention]:
    """Mentions that do not overlap, longer ones first, in the order of the text."""
    kept: list[Mention] = []
    starts: list[int] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        at = bisect_right(starts, mention.start)
        before_ends = at == 0 or kept[at - 1].end <= mention.start
        if before_ends and (at == len(kept) or mention.end <= kept[at].start):
            kept.insert(at, mention)
            starts.insert(at, mention.start)
    return kept


def _count_changes(chosen: Sequence[Mention], found: Sequence[Tagged], losses: Losses) -> None:
    """Count the mentions that no token is left for, that a sentence's end cuts, and whose ends lie within a token."""
    parts: dict[int, list[Span]] = {}
    for sentence in found:
        for mention, group in groupby(sentence, key=lambda token: token[1]):
            if mention is not None:
                spans = [span for span, _ in group]
                parts.setdefault(id(mention), []).append((spans[0][0], spans[-1][1]))
    for mention in chosen:
        own = parts.get(id(mention), [])
        losses["mentions without a token of their own"] += not own
        losses["ends of sentences within mentions (split there)"] += max(0, len(own) - 1)
        losses["ends of mentions within tokens (moved to the tokens')"] += bool(own) and (own[0][0], own[-1][1]) != (
            mention.start,
            mention.end,
        )


def read(text: str, name: str = "", scheme: str = iob.LENIENT, block: int | None = None, stem: str = "doc") -> list[Document]:
    """Documents of a file of columns: the first column holds the tokens, the last the tags.

    The text of a document is its tokens with a space between, a line a sentence. ``-DOCSTART-`` begins a document; in a file without it
    each block between empty lines (a post, a sentence) is a document.

    Parameters
    ----------
    scheme
        How chunks are read: :data:`benchmark.formats.iob.LENIENT`, or strictly as one of :data:`benchmark.formats.iob.SCHEMES`;
        ``strict``: strictly as the scheme that the tags show.
    block
        This many sentences make a document, whatever ``-DOCSTART-`` says; None: see above.
    stem
        What the documents are called, with a number behind.

    Raises
    ------
    BadInput
        For a line without two columns, or a tag that is none of the scheme; names the line.
    """
    columns = iob.read(text, name)
    if block is None and any(line.startswith("-DOCSTART-") for line in text.splitlines()):
        documents = columns.documents
    else:
        documents = [n // (block or 1) for n in range(len(columns.tokens))]
    try:
        return from_tags(columns.tokens, columns.tags, name, scheme, stem, documents)
    except BadInput as error:
        reason = error.problems[0].reason
        raise BadInput(Problem(name, _line_of(text, reason), reason)) from None


def from_tags(
    words: Sequence[Sequence[str]],
    tags: Sequence[Sequence[str]],
    name: str = "",
    scheme: str = iob.LENIENT,
    stem: str = "doc",
    documents: Sequence[int] | None = None,
) -> list[Document]:
    """Documents of the tokens and tags of sentences.

    Parameters
    ----------
    words, tags
        By sentence, as many tags as tokens.
    name
        What they were read from, for messages.
    scheme
        As for :func:`read`.
    stem
        What the documents are called, with a number behind.
    documents
        By sentence the number of its document; None: each sentence is one.

    Returns
    -------
    list of Document
        With text, a sentence a line; offsets are of this text.

    Raises
    ------
    BadInput
        For a tag that is none of the scheme, an empty token with a label, or sentences of unequal numbers of tokens and tags.
    """
    if wrong := next((n for n, (a, b) in enumerate(zip(words, tags, strict=True), 1) if len(a) != len(b)), None):
        raise BadInput(Problem(name, wrong, "as many tags as tokens are expected, and here are more of one"))
    for number, (row, given) in enumerate(zip(words, tags, strict=True), 1):
        if "" in row and (tag := next((tag for word, tag in zip(row, given, strict=True) if not word and tag != "O"), None)):
            raise BadInput(Problem(name, number, f"an empty token is tagged {tag!r}; give the token, or O"))
    try:
        chunks = iob.decode(tags, iob.detect(tags) if scheme == "strict" else scheme)
    except ValueError as error:
        raise BadInput(Problem(name, 0, f"{error}; see docs/CORPORA.md for the ways to read tags")) from None
    of_sentence: dict[int, list[tuple[int, int, str]]] = {}
    for sentence, start, end, kind in zip(*(part.tolist() for part in chunks[:4]), strict=True):
        of_sentence.setdefault(sentence, []).append((start, end, chunks.types[kind]))
    groups: dict[int, list[int]] = {}
    for n, document in enumerate(documents if documents is not None else range(len(words))):
        groups.setdefault(document, []).append(n)
    return [_document(f"{stem}-{n}", words, group, of_sentence) for n, group in enumerate(groups.values(), 1)]


def _document(name: str, words: Sequence[Sequence[str]], group: Sequence[int], chunks: dict[int, list[tuple[int, int, str]]]) -> Document:
    lines: list[str] = []
    mentions: list[Mention] = []
    at = 0
    for n in group:
        offsets = list(_laid(words[n], at))
        mentions += [Mention(offsets[a][0], offsets[b - 1][1], kind) for a, b, kind in chunks.get(n, ())]
        lines.append(" ".join(words[n]))
        at += len(lines[-1]) + 1
    return Document(name, "\n".join(lines), mentions=tuple(mentions))


def _laid(words: Iterable[str], at: int) -> Iterator[Span]:
    for word in words:
        yield at, at + len(word)
        at += len(word) + 1


def _line_of(text: str, message: str) -> int:
    """The line of the tag that a message quotes first; 0 where it quotes none."""
    quoted = re.match(r"(an empty token is tagged )?'([^']*)'", message)
    for number, line in enumerate(text.split("\n"), 1) if quoted else ():
        if quoted and line.rstrip(" \t\r").endswith(quoted[2]) and (not quoted[1] or line[:1] in (" ", "\t")):
            return number
    return 0


__all__ = ["UNSAID", "from_tags", "read", "tagged", "write"]
