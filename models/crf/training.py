"""From labelled documents to trained parts.

What a later part is to work on is made, for its training documents, by earlier parts that were trained on the other half of the
stories: it then learns from names and triggers as faulty as those it will get.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from benchmark.api import Document

from . import nominals, realis
from .arguments import NONE, Arguments, Pairs, level, position
from .features import Rows
from .linear import Linear
from .names import Names, rows_of
from .tagger import Tagger, trained
from .tokens import Labelled, Sentence, encode, locate, sentences
from .triggers import Triggers

Spans = list[Labelled]
VALUES = frozenset({"DATE", "NUM", "MONEY"})
_IDENTITY = ("w=", "s1=", "s2=", "s3=", "s4=", "p2=", "p3=", "-1w0=", "0w+1=")
_BEFORE = ("-1w=", "-1s3=", "-1w0=")
_AFTER = ("+1w=", "+1s3=", "0w+1=")
Part = TypeVar("Part")


class Gold(NamedTuple):
    """The labels of one sentence in tokens."""

    names: Spans
    nominals: Spans
    triggers: Spans
    realis: list[tuple[Labelled, str]]
    roles: dict[tuple[int, int, str, int, int], str]  # by trigger, event type, argument


class Text:
    """A training document: sentences, features, labels in tokens, and the part of the training set that it belongs to."""

    def __init__(self, document: Document, part: int):
        self.part = part
        self.sentences: list[Sentence] = sentences(document.article)
        self.rows: list[Rows] = rows_of(self.sentences)
        self.gold = [_gold(document, sentence) for sentence in self.sentences]
        self.names: list[Spans] = []  # found by what was trained on the other part
        self.triggers: list[Spans] = []
        self.nominals: list[Spans] = []


def texts(documents: Sequence[Document]) -> list[Text]:
    """The documents in two parts, editions of one story (``NAME`` and ``NAME.EDITION``) in the same."""
    stories = sorted({document.id.partition(".")[0] for document in documents})
    parts = {story: n % 2 for n, story in enumerate(stories)}
    return [Text(document, parts[document.id.partition(".")[0]]) for document in documents]


def _gold(document: Document, sentence: Sentence) -> Gold:
    gold = Gold([], [], [], [], {})
    low, high = sentence.starts[0], sentence.ends[-1]
    spans: dict[str | None, tuple[int, int]] = {}
    for mention in document.mentions:
        if low <= mention.start < high and (where := locate(sentence, mention.start, mention.end)):
            spans[mention.id] = where
            named = mention.level in ("NAM", None)
            label = nominals.PRONOUN if mention.level == "PRO" else mention.type
            (gold.names if named else gold.nominals).append(Labelled(*where, label))
    for event in document.events:
        if not low <= event.start < high or not (where := locate(sentence, event.start, event.end)):
            continue
        trigger = Labelled(*where, event.type)
        gold.triggers.append(trigger)
        if event.realis:
            gold.realis.append((trigger, event.realis))
        for argument in event.arguments:
            span = document.argument_span(argument)
            tokens = spans.get(argument.mention) if argument.mention else locate(sentence, *span) if span else None
            if tokens:
                gold.roles[*where, event.type, *tokens] = argument.role
    return gold


def crossed(documents: Sequence[Text], train: Callable[[list[Text]], Part]) -> list[tuple[Text, Part]]:
    """Each document with a part trained on those of the other half (on all, where there is only one half)."""
    made: list[tuple[Text, Part]] = []
    for half in sorted({document.part for document in documents}):
        others = [document for document in documents if document.part != half]
        part = train(others or list(documents))
        made += [(document, part) for document in documents if document.part == half]
    return made


def name_tagger(documents: Sequence[Text], l1: float, l2: float, rounds: int, masked: bool) -> Names:
    """The two taggers of names and values; leaves in each document what was found without it."""

    def examples(some: Iterable[tuple[Text, list[Rows]]]) -> list[tuple[Rows, list[str]]]:
        found = []
        for document, rows in some:
            labels = _labels(document, "names")
            found += zip(rows, labels, strict=True)
            found += [(copy, labels[n]) for n, copy in _masked(rows, [gold.names for gold in document.gold])] if masked else []
        return found

    def first(some: list[Text], turns: int = rounds // 2) -> Tagger | None:
        return trained(examples((document, document.rows) for document in some), l1, l2, turns)

    for document, tagger in crossed(documents, first):
        document.names = Names(tagger).tag_first(document.rows)
    names = Names(first(list(documents), rounds))
    names.second = trained(examples((d, names.with_votes(d.sentences, d.rows, d.names)) for d in documents), l1, l2, rounds)
    return names


def _masked(rows: list[Rows], spans: Sequence[Spans]) -> list[tuple[int, Rows]]:
    """Copies of the sentences that have names, as if these were of unknown words: only shape, surroundings and gazetteers tell them."""
    copies = []
    for number, (features, names) in enumerate(zip(rows, spans, strict=True)):
        inside = {n for span in names if span.label not in VALUES for n in range(span.first, span.last)}
        if not inside:
            continue
        copy = []
        for n, row in enumerate(features):
            hidden = _IDENTITY if n in inside else ()
            hidden += _BEFORE if n - 1 in inside else ()
            hidden += _AFTER if n + 1 in inside else ()
            copy.append([item for item in row if not item.startswith(hidden)] if hidden else row)
        copies.append((number, copy))
    return copies


def _labels(document: Text, what: str) -> list[list[str]]:
    return [encode(len(s.words), getattr(gold, what)) for s, gold in zip(document.sentences, document.gold, strict=True)]


def trigger_classifier(documents: Sequence[Text], strength: float, threshold: float) -> Triggers:
    """The classifier of triggers; leaves in each document what was found without it."""

    def train(some: list[Text]) -> Triggers:
        gold = [[labels.triggers for labels in document.gold] for document in some]
        return Triggers.train(
            [document.sentences for document in some],
            [document.names for document in some],
            gold,
            [document.part for document in some],
            strength,
        )

    for document, triggers in crossed(documents, train):
        document.triggers = [triggers.find(s, names, threshold) for s, names in zip(document.sentences, document.names, strict=True)]
    return train(list(documents))


def nominal_tagger(documents: Sequence[Text], l1: float, l2: float, rounds: int, threshold: float) -> Tagger | None:
    """The tagger of nouns and pronouns; leaves in each document the candidates found without it."""
    rows = {
        id(d): [nominals.rows_of(s, n, t) for s, n, t in zip(d.sentences, d.names, d.triggers, strict=True)] for d in documents
    }  # fmt: skip

    def train(some: list[Text], turns: int = rounds // 2) -> Tagger | None:
        return trained([e for d in some for e in zip(rows[id(d)], _labels(d, "nominals"), strict=True)], l1, l2, turns)

    for document, tagger in crossed(documents, train):
        pairs = zip(rows[id(document)], document.names, strict=True)
        document.nominals = [nominals.candidates(tagger, features, names, threshold) for features, names in pairs]
    return train(list(documents), rounds)


def argument_classifier(documents: Sequence[Text], strength: float) -> Arguments:
    """The classifier of pairs: labelled triggers and false ones, found mentions and those labelled ones that were missed."""
    examples: list[list[str]] = []
    labels: list[str] = []
    for document in documents:
        for sentence, gold, names, nouns, found in zip(
            document.sentences, document.gold, document.names, document.nominals, document.triggers, strict=True
        ):
            mentions = _with_missed(names, nouns, gold)
            triggers = sorted({trigger[:3]: trigger for trigger in (*found, *gold.triggers)}.values())
            pairs = Pairs(sentence, mentions, triggers)
            for trigger in triggers:
                for n, (mention, _) in enumerate(mentions):
                    role = gold.roles.get((*trigger[:3], *mention[:2]))
                    examples.append(pairs.features(trigger, n))
                    labels.append(position(trigger.label, role) if role else NONE)
    return Arguments(Linear.train(examples, labels, strength) if examples else None)


def _with_missed(names: Spans, nouns: Spans, gold: Gold) -> list[tuple[Labelled, str]]:
    """Found mentions, those that overlap a missed labelled one replaced by it; each with its level."""
    mentions = joined(names, nouns)
    have = {mention[:2] for mention, _ in mentions}
    missed = [pair for pair in joined(gold.names, gold.nominals) if pair[0][:2] not in have]
    kept = [pair for pair in mentions if all(pair[0].last <= m.first or m.last <= pair[0].first for m, _ in missed)]
    return sorted(kept + missed)


def joined(names: Sequence[Labelled], nouns: Sequence[Labelled]) -> list[tuple[Labelled, str]]:
    """Names and other mentions in order, each with its level."""
    return sorted([*((span, level(span, True)) for span in names), *((span, level(span, False)) for span in nouns)])


def realis_classifier(documents: Sequence[Text], strength: float) -> Linear | None:
    """The classifier of realis, on the labelled triggers."""
    examples: list[list[str]] = []
    labels: list[str] = []
    for document in documents:
        some, right = realis.dataset(document.sentences, [gold.realis for gold in document.gold])
        examples += some
        labels += right
    return Linear.train(examples, labels, strength) if examples else None


def pronoun_types(documents: Sequence[Document]) -> dict[str, str]:
    """The most frequent type of each pronoun."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for mention in document.mentions:
            if mention.level == "PRO":
                counts[(document.text or "")[mention.start : mention.end].lower()][mention.type] += 1
    return {word: min(types, key=lambda kind, types=types: (-types[kind], kind)) for word, types in sorted(counts.items())}


__all__: list[Any] = [
    "argument_classifier", "joined", "name_tagger", "nominal_tagger", "pronoun_types", "realis_classifier", "texts", "trigger_classifier",
]  # fmt: skip
