"""Votes of other models, weighted on the training folds.

The stories to learn from are halved; what the members, trained on one half, say about the other is what the weights are learned from, by
a logistic regression for mentions, triggers and arguments each. So no weight is learned from a text that a member has seen, and
nothing from the story under test. Values and identities are those of the first member that has one.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmark.api import Argument, Article, Document, Event, Extraction, Mention, Unavailable, companion, extractor, member

MEMBERS = "rules,crf,transformer_joint"


@extractor(
    "ensemble",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    requires=("sklearn",),
    install="pip install 'entity-event-benchmark[transformers]'",
    trained_on=("what its members saw: rules, crf, transformer_joint",),
    uses=("rules", "crf", "transformer_joint"),
)
class Ensemble:
    """Members vote; their weights come from stories that they had not seen.

    Parameters
    ----------
    members
        Names of models, separated by commas, the one whose values and identities are taken first; models that are unavailable are left
        out.
    """

    def __init__(self, members: str = MEMBERS):
        self.members = members

    def load(self, device: str) -> None:
        """Note where the members shall run; they are loaded when there is something to learn from."""
        self.device = device
        self.voting = companion(__file__, "voting")

    def fit(self, documents: list[Document]) -> None:
        """Train the members, and weigh them on halves of the documents that they were not trained on."""
        voting = self.voting
        self.models = self._trained(documents)
        names = list(self.models)
        answered: list[tuple[Document, dict[str, Extraction]]] = []
        for seen, unseen in _halves(documents):
            half = self._trained(seen)
            answered += [(document, {name: half[name].extract(document.article) for name in half}) for document in unseen]
        self.juries = {}
        for task, kind, place in (("mentions", 2, (0, 1)), ("triggers", 2, (0, 1)), ("arguments", 3, (4, 5))):
            propose = getattr(voting, task)
            examples = [
                (_scored(voting.collect(answers, propose), document, place), set(_scored(dict(propose(document)), document, place)))
                for document, answers in answered
            ]
            self.juries[task] = voting.Jury(names, kind, place).learn(examples)
        self.realis = {name: _accuracy(name, answered) for name in names}

    def extract(self, article: Article) -> Extraction:
        """Ask every member, and keep what the votes make likely."""
        voting = self.voting
        answers = {name: model.extract(article) for name, model in self.models.items()}
        labelled, told = voting.by_key(answers)
        chances = self.juries["mentions"].chances(voting.collect(answers, voting.mentions))
        mentions = [
            _mention(n, key, chances[key], [m for _, m in labelled[key]])
            for n, key in enumerate(voting.without_overlaps(chances, self.juries["mentions"].threshold))
        ]
        fillers = {(m.start, m.end): m for m in reversed(mentions)}
        given = {(m.start, m.end): m for answer in reversed(answers.values()) for m in reversed(answer.mentions)}
        votes = self.juries["arguments"].chances(voting.collect(answers, voting.arguments))
        likely = voting.grouped(key for key, chance in votes.items() if chance >= self.juries["arguments"].threshold)
        chances = self.juries["triggers"].chances(voting.collect(answers, voting.triggers))
        events = []
        for n, key in enumerate(sorted(k for k, chance in chances.items() if chance >= self.juries["triggers"].threshold)):
            arguments = []
            for argument in likely.get(key, ()):
                span = argument[4:6]
                noun = given.get(span)
                if span not in fillers and noun is not None and noun.level in ("NOM", "PRO"):  # a name was voted down as such
                    fillers[span] = Mention(*span, noun.type, noun.level, noun.entity, noun.value, noun.score, f"T{len(mentions) + 1}")
                    mentions.append(fillers[span])
                arguments.append(Argument(argument[3], fillers[span].id) if span in fillers else Argument(argument[3], None, *span))
            events.append(self._event(n, key, chances[key], arguments, told[key]))
        return Extraction(mentions, events)

    def _trained(self, documents: list[Document]) -> dict[str, Any]:
        models: dict[str, Any] = {}
        reasons = []
        for name in self.members.split(","):
            try:
                models[name] = member(name, documents, self.device)
            except Unavailable as error:
                reasons.append(f"{name}: {error}")
        for reason in reasons:
            print(f"left out, unavailable: {reason}")
        if len(models) < 2:
            raise Unavailable(f"fewer than two members are available; {'; '.join(reasons)}")
        return models

    def _event(self, n: int, key: Any, chance: float, arguments: list[Argument], told: list[tuple[str, Event]]) -> Event:
        realis: Counter[str] = Counter()
        for name, event in told:
            if event.realis is not None:
                realis[event.realis] += self.realis[name]
        identity = next((e.event for _, e in told if e.event is not None), None)
        best = max(sorted(realis), key=lambda name: realis[name]) if realis else None
        return Event(key[0], key[1], key[2], best, identity, tuple(arguments), min(1.0, chance), f"E{n + 1}")


def _mention(n: int, key: Any, chance: float, given: list[Mention]) -> Mention:
    level = next((m.level for m in given if m.level is not None), None)
    entity = next((m.entity for m in given if m.entity is not None), None)
    value = next((m.value for m in given if m.value is not None), None)
    return Mention(key[0], key[1], key[2], level, entity, value, min(1.0, chance), f"T{n + 1}")


def _halves(documents: list[Document]) -> list[tuple[list[Document], list[Document]]]:
    """Two ways to train on one half of the stories and to look at the other; both editions of a story are on one side."""
    stories = list(dict.fromkeys(d.id.removesuffix(".retold") for d in documents))
    first = set(stories[::2])
    halves = [[d for d in documents if (d.id.removesuffix(".retold") in first) == side] for side in (True, False)]
    return [(halves[0], halves[1]), (halves[1], halves[0])] if halves[1] else [(documents, documents)]


def _scored(found: dict[Any, Any], document: Document, place: tuple[int, int]) -> dict[Any, Any]:
    return {key: value for key, value in found.items() if document.scored(key[place[0]], key[place[1]])}


def _accuracy(name: str, answered: list[tuple[Document, dict[str, Extraction]]]) -> float:
    """How often a member is right about the realis of the triggers that it finds."""
    right = total = 0
    for document, answers in answered:
        gold = {(e.start, e.end, e.type): e.realis for e in document.events}
        for event in answers[name].events:
            if event.realis is not None and (event.start, event.end, event.type) in gold:
                total += 1
                right += gold[event.start, event.end, event.type] == event.realis
    return right / total if total else 0.0
