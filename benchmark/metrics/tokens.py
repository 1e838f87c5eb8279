"""Token level: every token has the type of the mention that covers it, or none.

Precision, recall and F1 over tokens that have a type, as scikit-learn's ``precision_recall_fscore_support`` has them with the
types as labels and micro average. Of several mentions on a token the longest counts, then the first by offsets and type.
"""

from __future__ import annotations

from collections.abc import Collection

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Tally
from benchmark.metrics.spans import UnitOf, selected
from benchmark.schema import Document
from benchmark.segments import paragraphs, tokens


def labels(document: Document, text: str, levels: Collection[str | None]) -> dict[int, str]:
    """The type of each token that has one.

    Parameters
    ----------
    document
        The labels, and the scored regions.
    text
        The text whose tokens are meant (see :func:`benchmark.segments.tokens`); predictions leave it out.
    levels
        The levels of mentions that are taken.

    Returns
    -------
    dict
        From the token's first offset to the type of the mention that covers it, at least in part.
    """
    found: dict[int, str] = {}
    keys = sorted(selected(document, levels), key=lambda key: (key[0] - key[1], key))
    starts = [token for span in paragraphs(text, document.regions) for token in tokens(text, *span)]
    covered: dict[int, str] = {}
    for start, end, kind in keys:
        for offset in range(start, min(end, len(text))):
            covered.setdefault(offset, kind)
    for start, end in starts:
        kind_of = next((covered[offset] for offset in range(start, end) if offset in covered), None)
        if kind_of is not None:
            found[start] = kind_of
    return found


def count(gold: Document, predicted: Document, levels: Collection[str | None], unit: UnitOf, tally: Tally) -> None:
    """Count the tokens of two documents that agree.

    Parameters
    ----------
    gold, predicted
        The documents; the gold one has the text.
    levels
        The levels of mentions that are taken.
    unit
        The unit of an offset.
    tally
        What is counted into.
    """
    text = gold.text or ""
    one, other = labels(gold, text, levels), labels(predicted, text, levels)
    for column, side in ((GOLD, one), (PREDICTED, other)):
        for offset, kind in side.items():
            tally.add(unit(offset), kind, column)
    for offset, kind in one.items():
        if other.get(offset) == kind:
            tally.add(unit(offset), kind, CORRECT_GOLD)
            tally.add(unit(offset), kind, CORRECT_PREDICTED)
