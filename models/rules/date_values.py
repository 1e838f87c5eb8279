"""TIMEX3 values of time expressions, from the match of their pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from .clock import MONTHS, WEEKDAYS, Clock

SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
PARTS = {"morning": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI"}
UNITS = {
    "year": "Y",
    "month": "M",
    "week": "W",
    "day": "D",
    "decade": "DE",
    "century": "CE",
    "centurie": "CE",
    "hour": "H",
    "minute": "M",
    "second": "S",
    "night": "D",
    "fortnight": "W",
}
SMALL = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split(),
        range(1, 21),
        strict=True,
    )
) | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "a": 1, "an": 1, "dozen": 12}


Handler = Callable[[re.Match[str], Clock], str | None]


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def _day(text: str) -> int:
    return int(re.match(r"\d+", text).group())  # type: ignore[union-attr]


def calendar_day(match: re.Match[str], clock: Clock) -> str:
    """`23 June 2017`, `June 4-6`: a day, or the first and the last of several."""
    month, day = _month(match["month"]), _day(match["day"])
    if match["year"]:
        clock.year = int(match["year"])
    year = clock.guess_year(month, day)
    first = f"XXXX-{month:02}-{day:02}" if year is None else clock.full(year, month, day)
    if last := match.groupdict().get("last"):
        return first + "/" + (f"XXXX-{month:02}-{_day(last):02}" if year is None else clock.full(year, month, _day(last)))
    return first


def month_year(match: re.Match[str], clock: Clock) -> str:
    """`June 2017`."""
    if match["year"]:
        clock.year = int(match["year"])
    return f"{match['year']}-{_month(match['month']):02}"


def month_of_relative_year(match: re.Match[str], clock: Clock) -> str:
    """`June last year`."""
    year = clock.unit("year", {"last": -1, "this": 0, "next": 1}[match["lead"]])
    return f"{year}-{_month(match['month']):02}"


def month_alone(match: re.Match[str], clock: Clock) -> str | None:
    """`in June`; None where a name of a month may be another word (`May`, `March`)."""
    name, lead = match["month"], match["lead"].strip().lower()
    if name in ("May", "March", "Mar", "Dec", "Jun", "Sep", "Jan", "Jul", "Oct", "Nov", "Aug", "Apr", "Feb") and not lead:
        return None
    month = _month(name)
    if lead in ("last", "next", "this") and clock.today:
        ahead = month - clock.today.month
        year = clock.today.year + ((ahead <= 0) if lead == "next" else -(ahead >= 0) if lead == "last" else 0)
        return f"{year}-{month:02}"
    year = clock.guess_year(month)
    return f"{year if year is not None else 'XXXX'}-{month:02}"


def year(match: re.Match[str], clock: Clock) -> str:
    """`2017`."""
    clock.year = int(match["year"])
    return match["year"]


def season(match: re.Match[str], clock: Clock) -> str | None:
    """`last summer`, `the spring of 2016`."""
    season, lead = SEASONS[match["season"].lower()], (match["lead"] or "").lower()
    if match["year"]:
        clock.year = int(match["year"])
        return f"{match['year']}-{season}"
    if not lead:
        return None
    if clock.today is None:
        return f"XXXX-{season}"
    begins = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
    back = lead in ("last", "past", "previous") and clock.today.month <= begins + 2
    return f"{clock.today.year - back + (lead == 'next')}-{season}"


def weekday(match: re.Match[str], clock: Clock) -> str:
    """`on Friday`, `next Monday morning`, `every Sunday`."""
    lead, part = (match["lead"] or "").lower(), PARTS.get((match["part"] or "").lower(), "")
    index = WEEKDAYS[match["weekday"].lower()]
    if lead in ("every", "each"):
        return f"XXXX-WXX-{index + 1}{part}"
    return clock.weekday(index, +1 if lead in ("next", "coming") else -1) + part


def relative(match: re.Match[str], clock: Clock) -> str:
    """`last week`, `this month`, `next year`."""
    lead, unit = match["lead"].lower(), match["unit"].lower()
    offset = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "this": 0}.get(lead)
    if offset is None or lead == "previous":
        return "XXXX"
    if unit in PARTS:
        value = clock.shift(offset if lead == "last" else 0)
        return value if value == "XXXX" else value + PARTS[unit]
    return clock.unit(unit, offset)


def deictic(match: re.Match[str], clock: Clock) -> str:
    """`yesterday`, `tonight`."""
    word = match.group().lower()
    offset = {"yesterday": -1, "tomorrow": 1}.get(word.split()[-1].split("-")[0] if "before" not in word else "", 0)
    if "before yesterday" in word:
        offset = -2
    return clock.shift(offset) + ("TNI" if word == "tonight" and clock.today else "")


def part_of_deictic(match: re.Match[str], clock: Clock) -> str:
    """`yesterday evening`."""
    value = clock.shift({"yesterday": -1, "tomorrow": 1}[match["day"].lower()])
    return value + (PARTS[match["part"].lower()] if clock.today else "")


def _number(text: str) -> float:
    words = text.lower().replace("-", " ").split()
    value = SMALL.get(words[0]) or float(words[0]) if words[0] in SMALL or re.fullmatch(r"\d+(?:\.\d+)?", words[0]) else 0
    return value + (0.5 if "half" in words else 0)


def ago(match: re.Match[str], clock: Clock) -> str:
    """`three years ago`; `two days later` cannot be resolved."""
    if match["count"] is None and not re.match(r"an? ", match.group()) and match["one"] is None:
        return "PAST_REF" if match["way"] == "ago" else "XXXX"
    if match["way"] != "ago":
        return "XXXX"
    count = int(_number(match["count"])) if match["count"] else 1
    unit = match["unit"].lower()
    if unit in ("hour", "minute"):
        return clock.shift(0)
    return clock.unit({"night": "day"}.get(unit, unit), -count)


def duration_value(count: str | None, unit: str) -> str:
    """Value of so many units of time."""
    unit = unit.lower()
    symbol = UNITS.get(unit, "D")
    amount = "X"
    if count:
        number = _number(count) * {"decade": 10, "fortnight": 2}.get(unit, 1)
        amount = f"{number:g}" if number < 1e15 else "X"
    if unit in ("decade", "fortnight") and count:
        symbol = "Y" if unit == "decade" else "W"
    return ("PT" if unit in ("hour", "minute", "second") else "P") + amount + symbol


def duration(match: re.Match[str], _: Clock) -> str:
    """`four months`, `a four-day`."""
    groups = match.groupdict()
    return duration_value(groups.get("count") or ("1" if groups.get("single") else None), match["unit"])


def frequency(match: re.Match[str], _: Clock) -> str:
    """`daily`, `every two weeks`."""
    word = match.group().lower()
    simple = {
        "daily": "P1D",
        "weekly": "P1W",
        "monthly": "P1M",
        "yearly": "P1Y",
        "annually": "P1Y",
        "nightly": "P1D",
        "hourly": "PT1H",
        "day and night": "P1D",
    }
    if word in simple:
        return simple[word]
    unit = match["unit"].lower()
    if unit in ("morning", "afternoon", "evening", "night"):
        return "XXXX-XX-XX" + PARTS[unit]
    return duration_value(match["count"] or "1", unit)


def next_day(match: re.Match[str], clock: Clock) -> str:
    """`the next day`, counted from the day named last."""
    if clock.day is None:
        return "XXXX"
    step = {"same": 0, "that": 0, "next": 1, "following": 1, "previous": -1}[match["lead"].lower()]
    try:
        return (clock.day + timedelta(days=step)).isoformat()
    except OverflowError:
        return "XXXX"


def feast(match: re.Match[str], clock: Clock) -> str:
    """A feast; only those of a fixed day can be resolved."""
    fixed = {
        "christmas": "12-25",
        "christmas day": "12-25",
        "christmas eve": "12-24",
        "new year": "01-01",
        "new year's day": "01-01",
        "new year's eve": "12-31",
    }
    day = fixed.get(match.group().lower().replace("’", "'"))
    year = clock.guess_year(int(day[:2]), int(day[3:])) if day else None
    return f"{year}-{day}" if year else "XXXX"


def clock_time(match: re.Match[str], clock: Clock) -> str:
    """`10.30 pm`, on the day named last."""
    hour, minute, half = int(match["hour"]), match["minute"] or "00", (match["half"] or "").replace(".", "").lower()
    hour = hour % 12 + 12 * (half == "pm") if half in ("am", "pm") else hour
    return f"{clock.day.isoformat() if clock.day else 'XXXX-XX-XX'}T{hour:02}:{minute}"
