"""Realis: whether an event is told as having happened (Actual), as a habit (Generic), or as possible, denied, future (Other)."""

from __future__ import annotations

from collections.abc import Sequence

from .features import kinds
from .lexicon import lexicon
from .tokens import Labelled, Sentence

_CLASSES = ("modal", "negation", "hypothetical", "habit", "be", "have")
_WINDOW = 7


def features(sentence: Sentence, trigger: Labelled) -> list[str]:
    """Features of an event's trigger."""
    lower, first = sentence.lower, trigger.first
    forms = sorted({sense.form for sense in lexicon().senses.get(lower[first], ()) if sense.type == trigger.label})
    form = "/".join(forms)
    found = ["et=" + trigger.label, "form=" + form, f"form|et={form}|{trigger.label}", "w=" + lower[first]]
    for back in range(1, 4):
        word = lower[first - back] if first >= back else "<s>"
        found += [f"-{back}={word}", f"form|-{back}={form}|{word}"]
    found += [f"+1={lower[trigger.last] if trigger.last < len(lower) else '</s>'}"]
    for place, window in (("<", lower[max(0, first - _WINDOW) : first]), (">", lower[trigger.last : trigger.last + _WINDOW])):
        present = {kind for word in window for kind in kinds(word) if kind in _CLASSES}
        found += [f"{place}{kind}" for kind in sorted(present)]
        found += [f"{place}{kind}|{form}" for kind in sorted(present)]
        found += [f"{place}w={word}" for word in window if kinds(word)]
    return found


def dataset(sentences: Sequence[Sentence], triggers: Sequence[Sequence[tuple[Labelled, str]]]) -> tuple[list[list[str]], list[str]]:
    """Features and labels of the triggers of a document."""
    pairs = [(features(s, trigger), label) for s, found in zip(sentences, triggers, strict=True) for trigger, label in found]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
