"""Candidates for arguments that are no names: nouns and pronouns near triggers, by a CRF of which the unlikely spans count too.

They are labelled only where they fill an argument, so whether one is kept is for the classifier of arguments to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from .features import Rows, kinds, shape
from .tagger import Tagger
from .tokens import Labelled, Sentence

PRONOUN = "PRO"


def rows_of(sentence: Sentence, names: Sequence[Labelled], triggers: Sequence[Labelled]) -> Rows:
    """Features of each token of a sentence whose names and triggers are known."""
    lower = sentence.lower
    size = len(lower)
    tags = ["O"] * size
    for span in names:
        tags[span.first : span.last] = [span.label] * (span.last - span.first)
    for span in triggers:
        tags[span.first : span.last] = ["!" + span.label.partition(".")[0]] * (span.last - span.first)
    classes = [("w=" + word, *("k=" + kind for kind in kinds(word))) for word in lower]
    rows: Rows = []
    for n, word in enumerate(lower):
        row = ["bias", *classes[n], "t=" + tags[n], "shape=" + shape(sentence.words[n])]
        row += [f"s{k}={word[-k:]}" for k in (1, 2, 3, 4) if len(word) > k]
        for place, m in (("-1", n - 1), ("+1", n + 1), ("-2", n - 2), ("+2", n + 2)):
            if 0 <= m < size:
                row += [place + item for item in classes[m]]
                row.append(f"{place}t={tags[m]}")
            else:
                row.append(place + "end")
        if n > 0:
            row += [f"-1s2={lower[n - 1][-2:]}", f"-1s3={lower[n - 1][-3:]}"]
        if n + 1 < size:
            row += [f"+1s2={lower[n + 1][-2:]}", f"+1s3={lower[n + 1][-3:]}"]
        row += _near_triggers(n, triggers)
        rows.append(row)
    return rows


def _near_triggers(n: int, triggers: Sequence[Labelled]) -> list[str]:
    before = [t for t in triggers if t.last <= n]
    after = [t for t in triggers if t.first > n]
    found = [] if triggers else ["no-trigger"]
    if before:
        distance = n - before[-1].last
        found += [f"-t={before[-1].label}", f"-td={min(distance, 6)}", f"-t={before[-1].label}:{distance < 4}"]
    if after:
        distance = after[0].first - n
        found += [f"+t={after[0].label}", f"+td={min(distance, 6)}", f"+t={after[0].label}:{distance < 4}"]
    return found


def candidates(tagger: Tagger | None, rows: Rows, names: Sequence[Labelled], threshold: float) -> list[Labelled]:
    """Spans that may fill an argument; they keep clear of the names."""
    taken = {n for span in names for n in range(span.first, span.last)}
    found = tagger.candidates(rows, threshold) if tagger else []
    return [span for span in found if taken.isdisjoint(range(span.first, span.last))]
