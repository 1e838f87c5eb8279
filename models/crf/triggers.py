"""Event triggers: each word that may state an event of a type, by the lexicon or by the training labels, is accepted or rejected.

A classifier over pairs of a word and a type, and no sequence of labels: a word may state two events, and what is learned of the
context of one type (a determiner before a noun, a place after the verb) holds for types that are rare in training.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .features import kinds
from .lexicon import Sense, lexicon
from .linear import Linear
from .tokens import Labelled, Sentence

_NOUN_FORMS = frozenset({"noun", "nouns"})


class Candidate(NamedTuple):
    """Tokens that may be a trigger, the lemma, and the senses by which they may."""

    first: int
    last: int
    lemma: str
    senses: tuple[Sense, ...]


def stem(lower: str) -> str:
    """The lemma by the lexicon, else the word without an ending."""
    if known := lexicon().senses.get(lower):
        return known[0].lemma
    for ending in ("ings", "ing", "ed", "es", "s"):
        if lower.endswith(ending) and len(lower) - len(ending) >= 4:
            return lower[: -len(ending)]
    return lower


def _named(words: Sequence[str], spans: Iterable[Labelled]) -> set[int]:
    return {n for span in spans for n in range(span.first, span.last)}


class Triggers:
    """The classifier, and what the training labels say of each lemma.

    Parameters
    ----------
    model
        Accepts or rejects a candidate of a type.
    seen
        By lemma: how often it was a trigger of each type, and of none (``""``).
    """

    def __init__(self, model: Linear | None = None, seen: dict[str, dict[str, int]] | None = None):
        self.model = model
        self.seen = seen or {}

    def find(self, sentence: Sentence, names: Sequence[Labelled], threshold: float) -> list[Labelled]:
        """Triggers with type and probability; of a phrase and a word in it the likelier is kept."""
        if self.model is None:
            return []
        options: list[tuple[Candidate, str]] = []
        features: list[list[str]] = []
        for candidate in candidates(sentence, names, self.seen):
            context = _context(sentence, candidate, names)
            history = self.seen.get(candidate.lemma, {})
            for kind in _types(candidate, self.seen):
                options.append((candidate, kind))
                features.append(_features(candidate, kind, context, history))
        if not options or "yes" not in self.model.classes:
            return []
        chances = self.model.chances(features)[:, self.model.classes.index("yes")].tolist()
        found = [Labelled(c.first, c.last, kind, p) for (c, kind), p in zip(options, chances, strict=True) if p >= threshold]
        kept: list[Labelled] = []
        for one in sorted(found, key=lambda s: (-s.score, s)):
            if all(one[:2] == other[:2] or one.last <= other.first or other.last <= one.first for other in kept):
                kept.append(one)
        return sorted(kept)

    @classmethod
    def train(
        cls,
        sentences: Sequence[Sequence[Sentence]],
        names: Sequence[Sequence[Sequence[Labelled]]],
        gold: Sequence[Sequence[Sequence[Labelled]]],
        groups: Sequence[object],
        strength: float,
    ) -> Triggers:
        """Train; what a lemma was elsewhere is counted in the other groups, as it will be for a text that is new."""
        histories = {group: _count(sentences, gold, [g != group for g in groups]) for group in set(groups)}
        examples: list[list[str]] = []
        labels: list[str] = []
        for document, found, right, group in zip(sentences, names, gold, groups, strict=True):
            seen = histories[group]
            for sentence, spans, triggers in zip(document, found, right, strict=True):
                stated = {trigger[:3] for trigger in triggers}
                for candidate in candidates(sentence, spans, seen):
                    context = _context(sentence, candidate, spans)
                    for kind in _types(candidate, seen):
                        examples.append(_features(candidate, kind, context, seen.get(candidate.lemma, {})))
                        labels.append("yes" if (candidate.first, candidate.last, kind) in stated else "no")
        return cls(Linear.train(examples, labels, strength), _count(sentences, gold, [True] * len(groups)))


def _count(
    sentences: Sequence[Sequence[Sentence]], gold: Sequence[Sequence[Sequence[Labelled]]], use: Sequence[bool]
) -> dict[str, dict[str, int]]:
    """How often each lemma was a trigger of each type; lemmas that never were are left out."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for document, right, used in zip(sentences, gold, use, strict=True):
        for sentence, triggers in zip(document, right, strict=True) if used else ():
            for trigger in triggers:
                counts[_lemma(sentence, trigger.first, trigger.last)][trigger.label] += 1
    for document, used in zip(sentences, use, strict=True):
        for sentence in document if used else ():
            for word in sentence.lower:
                if (lemma := stem(word)) in counts:
                    counts[lemma][""] += 1
    for types in counts.values():
        types[""] = max(0, types[""] - sum(count for kind, count in types.items() if kind))
    return {lemma: dict(types) for lemma, types in counts.items()}


def _lemma(sentence: Sentence, first: int, last: int) -> str:
    return " ".join([stem(sentence.lower[first]), *sentence.lower[first + 1 : last]])


def candidates(sentence: Sentence, names: Sequence[Labelled], seen: dict[str, dict[str, int]]) -> Iterator[Candidate]:
    """Words and phrases that the lexicon or the training labels know as triggers, outside names."""
    inside = _named(sentence.words, names)
    known = lexicon()
    for n, word in enumerate(sentence.lower):
        if n in inside or not word[0].isalpha():
            continue
        senses = known.senses.get(word, ())
        lemma = stem(word)
        if senses or lemma in seen:
            yield Candidate(n, n + 1, lemma, senses)
        for parts, kind in known.event_phrases.get(word, ()):
            if tuple(sentence.lower[n : n + len(parts)]) == parts:
                lemma = " ".join([stem(word), *parts[1:]])
                yield Candidate(n, n + len(parts), lemma, (Sense(kind, lemma, "phrase"),))


def _types(candidate: Candidate, seen: dict[str, dict[str, int]]) -> list[str]:
    return sorted({sense.type for sense in candidate.senses} | {kind for kind in seen.get(candidate.lemma, ()) if kind})


def _context(sentence: Sentence, candidate: Candidate, names: Sequence[Labelled]) -> list[str]:
    """Features of the surroundings, whatever the type."""
    first, last, lower = candidate.first, candidate.last, sentence.lower
    at = lambda n: lower[n] if 0 <= n < len(lower) else "<s>"  # noqa: E731
    found = [f"-1={at(first - 1)}", f"+1={at(last)}", f"-2={at(first - 2)}", f"+2={at(last + 1)}"]
    for place, n in (("-1", first - 1), ("-2", first - 2), ("-3", first - 3), ("+1", last), ("+2", last + 1), ("+3", last + 2)):
        found += [f"{place}k={kind}" for kind in kinds(at(n))]
    found += [f"-1s={at(first - 1)[-3:]}", f"+1s={at(last)[-3:]}"]
    before = [span for span in names if span.last <= first]
    after = [span for span in names if span.first >= last]
    if before:
        found += [f"-n={before[-1].label}", f"-n={before[-1].label}:{min(5, first - before[-1].last)}"]
    if after:
        found += [f"+n={after[0].label}", f"+n={after[0].label}:{min(5, after[0].first - last)}"]
    if not any(word.islower() for word in sentence.words[1:] if len(word) > 3) or sentence.words[-1] not in '.?!"”’':
        found.append("headline")
    return found


def _features(candidate: Candidate, kind: str, context: list[str], history: dict[str, int]) -> list[str]:
    """Features of a candidate as a trigger of a type."""
    forms = sorted({sense.form for sense in candidate.senses if sense.type == kind})
    shape = "noun" if forms and _NOUN_FORMS.issuperset(forms) else "/".join(forms) or "unlisted"
    types = {sense.type for sense in candidate.senses}
    total = sum(history.values())
    share = history.get(kind, 0) / total if total else -1.0
    level = "new" if total == 0 else "never" if share == 0 else "seldom" if share < 0.3 else "often" if share < 0.8 else "mostly"
    others = sum(count for other, count in history.items() if other not in ("", kind))
    found = [
        f"type={kind}", f"form={shape}", f"type={kind}|{shape}", f"lemma={candidate.lemma}|{kind}", f"lemma={candidate.lemma}",
        f"seen={level}", f"seen={level}|{min(3, total)}", f"seen={level}|{shape}", f"rivals={len(types)}|{kind in types}",
        f"rivals={len(types)}|{level}", f"seen-other={min(others, 2)}|{level}",
    ]  # fmt: skip
    rank = list(dict.fromkeys(sense.type for sense in candidate.senses))
    if kind in rank:
        found.append(f"rank={rank.index(kind)}")
    for item in context:
        found += [item, f"{shape}|{item}"]
        if item[:2] in ("+n", "-n") or "k=" in item:
            found.append(f"{kind}|{item}")
        found.append(f"{candidate.lemma}|{item}")
    return found
