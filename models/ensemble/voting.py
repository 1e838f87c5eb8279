"""Candidates, their votes, and a logistic regression that weighs them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from benchmark.api import Argument, Document, Event, Extraction, Mention

Key = tuple[Any, ...]
Votes = dict[Key, dict[str, float]]  # for each candidate: the confidence of each member that proposes it


def level_class(mention: Mention) -> str:
    """Names and values are one task, nominal and pronominal mentions another."""
    return "name" if mention.level in ("NAM", None) else "noun"


def mentions(labels: Extraction | Document) -> Iterable[tuple[Key, float]]:
    """The mentions proposed: offsets, type, level class; with confidence."""
    return [((m.start, m.end, m.type, level_class(m)), 1.0 if m.score is None else m.score) for m in labels.mentions]


def triggers(labels: Extraction | Document) -> Iterable[tuple[Key, float]]:
    """The event mentions proposed: offsets and type."""
    return [((e.start, e.end, e.type), 1.0 if e.score is None else e.score) for e in labels.events]


def arguments(labels: Extraction | Document) -> Iterable[tuple[Key, float]]:
    """The arguments proposed: trigger, role, offsets of the filler."""
    by_id = {m.id: m for m in labels.mentions if m.id is not None}
    return [
        ((e.start, e.end, e.type, a.role, *span), 1.0) for e in labels.events for a in e.arguments if (span := filler(a, by_id)) is not None
    ]


def filler(argument: Argument, by_id: Mapping[str | None, Mention]) -> tuple[int, int] | None:
    """Offsets of what fills an argument."""
    mention = by_id.get(argument.mention) if argument.mention is not None else None
    if mention is not None:
        return mention.start, mention.end
    return None if argument.start is None or argument.end is None else (argument.start, argument.end)


def collect(answers: Mapping[str, Extraction], propose: Callable[[Extraction], Iterable[tuple[Key, float]]]) -> Votes:
    """The candidates of all members."""
    votes: Votes = {}
    for name, extraction in answers.items():
        for key, score in propose(extraction):
            votes.setdefault(key, {})[name] = max(score, votes.get(key, {}).get(name, 0.0))
    return votes


class Jury:
    """Weighs the votes on candidates of one kind.

    A candidate's features are, for each member, whether it proposes it (by itself and together with the type), with which confidence, and
    whether it proposes something else on the same place or across it.

    Parameters
    ----------
    members
        Names of the members.
    kind
        Position in a key of what the votes are weighed by besides the member: the type of a mention or trigger, the role of an argument.
    place
        Positions of the start and the end of a candidate in a key.
    """

    def __init__(self, members: Sequence[str], kind: int, place: tuple[int, int]):
        self.members, self.kind, self.place = tuple(members), kind, place

    def learn(self, examples: Sequence[tuple[Votes, set[Key]]]) -> Jury:
        """Fit on candidates of texts that no member had learned from, each with what gold holds."""
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        rows = [(row, key in gold) for votes, gold in examples for key, row in zip(votes, self._features(votes), strict=True)]
        truths = [truth for _, truth in rows]
        self.model = None
        if len(set(truths)) == 2:
            self.vectorizer = DictVectorizer()
            matrix = self.vectorizer.fit_transform([row for row, _ in rows])
            with threadpool_limits(1):  # threads of small products wait for each other
                self.model = LogisticRegression(C=1.0, max_iter=1000).fit(matrix, truths)
        self.threshold = self._best_threshold(examples)
        return self

    def chances(self, votes: Votes) -> dict[Key, float]:
        """How likely each candidate is right; without anything learned, the share of the members that propose it."""
        if not votes:
            return {}
        if self.model is None:
            return {key: len(names) / len(self.members) for key, names in votes.items()}
        matrix = self.vectorizer.transform(self._features(votes))
        return {key: float(chance) for key, chance in zip(votes, self.model.predict_proba(matrix)[:, 1], strict=True)}

    def _features(self, votes: Votes) -> list[dict[str, float]]:
        places: dict[Hashable, dict[str, int]] = {}
        for key, names in votes.items():
            for name in names:
                here = places.setdefault((key[self.place[0]], key[self.place[1]]), {})
                here[name] = here.get(name, 0) + 1
        spans = sorted(places)
        longest = max((end - start for start, end in spans), default=0)
        rows = []
        for key, names in votes.items():
            span = (key[self.place[0]], key[self.place[1]])
            row: dict[str, float] = {f"number {len(names)}": 1.0, f"kind {key[self.kind]}": 1.0}
            reach = spans[bisect_left(spans, (span[0] - longest, 0)) : bisect_left(spans, (span[1], 0))]
            near = [other for other in reach if span[0] < other[1] and other != span]
            for name in self.members:
                if name in names:
                    row |= {name: 1.0, f"{name} {key[self.kind]}": 1.0, f"{name} sure": names[name]}
                elif places[span].get(name):
                    row[f"{name} other"] = 1.0
                elif any(name in places[other] for other in near):
                    row[f"{name} across"] = 1.0
            rows.append(row)
        return rows

    def _best_threshold(self, examples: Sequence[tuple[Votes, set[Key]]]) -> float:
        """The chance from which on candidates are taken: that with the best F1 on the examples."""
        judged = sorted(
            ((chance, key in gold) for votes, gold in examples for key, chance in self.chances(votes).items()), key=lambda item: -item[0]
        )
        total = sum(len(gold) for _, gold in examples)
        best, chosen, right = 0.0, 0.5, 0
        for number, (chance, truth) in enumerate(judged, 1):
            right += truth
            f1 = 2 * right / (number + total)
            if f1 > best:
                best, chosen = f1, chance
        return min(max(chosen, 0.2), 0.8)


def without_overlaps(chances: Mapping[Key, float], threshold: float) -> list[Key]:
    """The candidates above the threshold, the likelier one of two names (or of two nouns) that overlap."""
    taken: dict[str, list[Key]] = {}  # of each level class, in order and without overlaps
    for key in sorted((k for k, chance in chances.items() if chance >= threshold), key=lambda k: (-chances[k], k)):
        others = taken.setdefault(key[3], [])
        at = bisect_left(others, key)
        if all(key[1] <= other[0] or other[1] <= key[0] for other in others[max(0, at - 1) : at + 1]):
            others.insert(at, key)
    return sorted(key for keys in taken.values() for key in keys)


def by_key(answers: Mapping[str, Extraction]) -> tuple[dict[Key, list[tuple[str, Mention]]], dict[Key, list[tuple[str, Event]]]]:
    """The members' mentions and event mentions of each candidate, each with the member's name, in the order of the members."""
    labelled: dict[Key, list[tuple[str, Mention]]] = {}
    told: dict[Key, list[tuple[str, Event]]] = {}
    for name, answer in answers.items():
        for m in answer.mentions:
            labelled.setdefault((m.start, m.end, m.type, level_class(m)), []).append((name, m))
        for e in answer.events:
            told.setdefault((e.start, e.end, e.type), []).append((name, e))
    return labelled, told


def grouped(keys: Iterable[Key]) -> dict[Key, list[Key]]:
    """The arguments of each trigger, in order."""
    found: dict[Key, list[Key]] = {}
    for key in sorted(keys):
        found.setdefault(key[:3], []).append(key)
    return found
