"""Values: are dates, numbers and amounts of money normalised to the right thing?

Accuracy is over matched mentions (equal offsets and type) to which gold gives a value; a prediction without a value is wrong.
End to end, a value counts that is right in offsets, type and the whole of the value.

=========================  ====================================================================================
dates.exact                the whole ISO 8601 / TIMEX3 value (Pustejovsky et al. 2003), equivalent forms made equal
dates.year, month, day     the calendar date down to this granularity, of gold dates that are told so far; a coarser
                           prediction is right down to its own granularity, a finer one down to gold's
numbers.value              the number
numbers.comparator         ``=``, ``>``, ``>=``, ``<``, ``<=``, ``~``; none is ``=``
numbers.unit               the unit, or that there is none
numbers.all                all three
money.…                    the same of amounts of money; the unit is the currency
=========================  ====================================================================================
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED, Counts, Tally, Unit
from benchmark.metrics.units import Paragraphs
from benchmark.schema import Document, Mention

Pair = tuple[Document, Document]  # gold, predicted

KINDS: dict[str, str] = {"DATE": "dates", "NUM": "numbers", "MONEY": "money"}  # what the values of a type are
GRANULARITIES = ("year", "month", "day")
QUANTITY = ("value", "comparator", "unit", "all")
CRITERIA = (
    *(f"dates.{part}" for part in ("exact", *GRANULARITIES)),
    *(f"{kind}.{part}" for kind in ("numbers", "money") for part in QUANTITY),
)

_COMPARATORS = {"": "=", "==": "=", "≥": ">=", "=>": ">=", "≤": "<=", "=<": "<=", "≈": "~"}
_UNITS = {  # names of units by the form that they are compared in; upper and lower case are the same
    "km": "kms kilometre kilometres kilometer kilometers",
    "m": "metre metres meter meters",
    "mi": "mile miles",
    "sq km": "km2 km² square_kilometres square_kilometers",
    "sq mi": "mi2 mi² square_miles square_mile",
    "years": "y yr yrs year years_old",
    "%": "percent per_cent pct",
    "usd": "$ us$ dollar dollars us_dollar us_dollars",
    "eur": "€ euro euros",
    "gbp": "£ pound pounds",
}
_UNIT = {name.replace("_", " "): unit for unit, names in _UNITS.items() for name in (unit.replace(" ", "_"), *names.split())}
_QUANTITY = re.compile(
    r"(?P<comparator>[<>=~≥≤≈]*)\s*(?P<currency>[^\d\s.+-]*)\s*(?P<number>[+-]?\d[\d,]*(?:\.\d+)?(?:e\d+)?)\s*(?P<unit>\D*.*)"
)
_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?|-(\d{1,2})(?:-(\d{1,2}))?)?(t.*)?")
_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})(.*)")
_DURATION = re.compile(r"p(?:([\d.]+)y)?(?:([\d.]+)m)?(?:([\d.]+)w)?(?:([\d.]+)d)?(?:t(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s)?)?")
_SECONDS = (604_800, 86_400, 3_600, 60, 1)


class Quantity(NamedTuple):
    """A number or an amount of money, in the form in which they are compared; a value that cannot be read is its own number.

    Attributes
    ----------
    comparator
        ``=``, ``>``, ``>=``, ``<``, ``<=`` or ``~``; none told is ``=``.
    number
        As told, without conversion between units.
    unit
        Or currency, in lower case (``km``, ``%``, ``usd``); empty where there is none.
    """

    comparator: str
    number: float | str
    unit: str


def date(value: str) -> str:
    """The form in which dates are compared.

    Case, missing hyphens and zeros, parts left open (``2018-06-XX``) and units of durations (``P7D``, ``P1W``) make no difference.
    """
    text = re.sub(r"\s+", "", value).casefold()
    if "/" in text:
        return "/".join(date(part) for part in text.split("/"))
    text = re.sub(r"^(\d{3})0s$", r"\1x", re.sub(r"^(\d{4}(?:-\d{1,2})?)(?:-xx)+$", r"\1", text))
    if match := _WEEK.fullmatch(text):
        return f"{match[1]}-w{int(match[2]):02}{match[3]}"
    if match := _DATE.fullmatch(text):
        parts = [match[1], *(f"{int(part):02}" for part in (match[2] or match[4], match[3] or match[5]) if part)]
        return "-".join(parts) + (match[6] or "").removesuffix("t")
    if len(text) > 1 and (match := _DURATION.fullmatch(text)):
        try:
            numbers = [float(part or 0) for part in match.groups()]
        except ValueError:
            return text
        seconds = sum(n * size for n, size in zip(numbers[2:], _SECONDS, strict=True))
        return f"p{12 * numbers[0] + numbers[1]:g}m{seconds:.10g}s"
    return text


def calendar(value: str) -> tuple[str, ...]:
    """Year, month and day of a date as far as it tells them; a week or season tells the year alone, a duration or interval nothing.

    Returns
    -------
    tuple of str
        From none to three parts (``("2018", "07")``).
    """
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?=$|t|-)", form) if "/" not in (form := date(value)) else None
    return tuple(part for part in match.groups() if part) if match else ()


def quantity(value: str) -> Quantity:
    """Comparator, number and unit of a value such as ``>=320`` or ``=30 km``."""
    text = " ".join(value.split()).casefold()
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return Quantity("=", text, "")
    comparator = _COMPARATORS.get(match["comparator"], match["comparator"])
    unit = (match["unit"] or match["currency"]).strip(" .")
    return Quantity(comparator, float(match["number"].replace(",", "")), _UNIT.get(unit, unit))


class Accuracy:
    """How many values are right of how many, by unit and criterion.

    Attributes
    ----------
    units
        Document and paragraph of each row.
    table
        Integers of shape (units, len(CRITERIA), 2): right and total. Sums over rows, also over resampled ones, are the counts
        of any set of paragraphs.
    """

    def __init__(self, units: list[Unit], table: NDArray[np.int64]):
        self.units, self.table = units, table

    def figures(self) -> dict[str, dict[str, dict[str, Any]]]:
        """``{"dates": {"exact": {"right", "total", "accuracy"}, …}, "numbers": …, "money": …}``; 0/0 is 0 and marked undefined."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for name, (right, total) in zip(CRITERIA, self.table.sum(axis=0).tolist(), strict=True):
            kind, _, part = name.partition(".")
            figure: dict[str, Any] = {"right": right, "total": total, "accuracy": right / total if total else 0.0}
            found.setdefault(kind, {})[part] = figure if total else figure | {"undefined": ["accuracy"]}
        return found


class ValueCounts(NamedTuple):
    """Accuracy on matched mentions, and what is right end to end, by paragraph and type."""

    accuracy: Accuracy
    end_to_end: Counts

    def figures(self) -> dict[str, Any]:
        """Figures of both: ``{"matched": {"dates": …}, "end_to_end": {"overall", "macro", "types"}}``."""
        return {"matched": self.accuracy.figures(), "end_to_end": self.end_to_end.summary()}


def count(pairs: Sequence[Pair], kinds: Mapping[str, str] = KINDS) -> ValueCounts | None:
    """Count right values over gold and predicted documents.

    Parameters
    ----------
    kinds
        By mention type what its values are: ``dates``, ``numbers`` or ``money``. Mentions of other types are left out.

    Returns
    -------
    ValueCounts or None
        None (n/a) where no predicted mention of these types has a value.
    """
    if not any(m.value is not None and m.type in kinds for _, predicted in pairs for m in predicted.mentions):
        return None
    tally, units, rows = Tally(), [], []
    for gold, predicted in pairs:
        numbered = Paragraphs(gold)
        unit = numbered.unit
        table = np.zeros((len(numbered.units), len(CRITERIA), 2), dtype=np.int64)
        sides = [[m for m in side.mentions if m.type in kinds and gold.scored(m.start, m.end)] for side in (gold, predicted)]
        for mention, value in matched(gold, predicted, kinds):
            judged = judge(mention.value or "", value, kinds[mention.type])
            for name, right in judged.items():
                table[unit(mention.start)[1], CRITERIA.index(name)] += (right, 1)
        units.extend(numbered.units)
        rows.append(table)
        _count_end_to_end(_items(sides[0], kinds), _items(sides[1], kinds), unit, tally)
    return ValueCounts(Accuracy(units, np.concatenate(rows)), tally.counts(units))


def matched(gold: Document, predicted: Document, kinds: Mapping[str, str] = KINDS) -> Iterator[tuple[Mention, str | None]]:
    """The gold mentions with a value in the scored regions that are found: equal offsets and type.

    Parameters
    ----------
    gold, predicted
        The documents.
    kinds
        By mention type what its values are; mentions of other types are left out.

    Yields
    ------
    mention, value
        The gold mention, and the value predicted; None: no value. Of several predictions each is taken once, those with a value first.
    """
    found = _by_span([m for m in predicted.mentions if m.type in kinds and gold.scored(m.start, m.end)])
    for mention in gold.mentions:
        if mention.type in kinds and mention.value is not None and gold.scored(mention.start, mention.end):
            given = found.get((mention.start, mention.end, mention.type))
            if given:
                yield mention, given.pop()


def judge(gold: str, predicted: str | None, kind: str) -> dict[str, bool]:
    """Which of the criteria of a kind of value a prediction meets.

    Parameters
    ----------
    gold
        The gold value.
    predicted
        The value predicted; None: no value.
    kind
        ``dates``, ``numbers`` or ``money``.

    Returns
    -------
    dict
        By name of :data:`CRITERIA`; of dates only the granularities that gold tells.
    """
    if kind == "dates":
        parts, told = calendar(gold), calendar(predicted or "")
        found = {"dates.exact": predicted is not None and date(gold) == date(predicted)}
        return found | {f"dates.{GRANULARITIES[n]}": told[: n + 1] == parts[: n + 1] for n in range(len(parts))}
    one, other = quantity(gold), quantity(predicted) if predicted is not None else None
    same = {
        "value": other is not None and one.number == other.number,
        "comparator": other is not None and one.comparator == other.comparator,
        "unit": other is not None and one.unit == other.unit,
    }
    return {f"{kind}.{part}": right for part, right in (same | {"all": all(same.values())}).items()}


def _by_span(mentions: Sequence[Mention]) -> dict[tuple[int, int, str], list[str | None]]:
    """The values given to each span and type, no value first: taken from the end, whatever the order of the list."""
    found: dict[tuple[int, int, str], list[str | None]] = {}
    for mention in sorted(mentions, key=lambda m: (m.value is not None, m.value or "")):
        found.setdefault((mention.start, mention.end, mention.type), []).append(mention.value)
    return found


def _items(mentions: Sequence[Mention], kinds: Mapping[str, str]) -> Counter[tuple[int, int, str, str | Quantity]]:
    return Counter(
        (m.start, m.end, m.type, date(m.value) if kinds[m.type] == "dates" else quantity(m.value)) for m in mentions if m.value is not None
    )


def _count_end_to_end(gold: Counter[Any], predicted: Counter[Any], unit: Any, tally: Tally) -> None:
    both = gold & predicted
    for items, columns in ((gold, (GOLD,)), (predicted, (PREDICTED,)), (both, (CORRECT_GOLD, CORRECT_PREDICTED))):
        for (start, _, kind, _), number in items.items():
            for column in columns:
                tally.add(unit(start), kind, column, number)
