"""The calendar of an article: resolves expressions against its publication date and the dates that it named before."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
WEEKDAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}


class Value(NamedTuple):
    """A labelled span of a value: its type is DATE, NUM or MONEY."""

    start: int
    end: int
    type: str
    value: str


class Clock:
    """Resolves expressions: knows the publication date, and the year and day named last in the article."""

    def __init__(self, published: str | None) -> None:
        try:
            self.today: date | None = date.fromisoformat((published or "")[:10])
        except ValueError:
            self.today = None
        self.year: int | None = None
        self.day: date | None = None

    def full(self, year: int, month: int, day: int) -> str:
        """Value of a calendar day, remembered for `the next day`."""
        try:
            self.day = date(year, month, day)
        except ValueError:
            return "XXXX"
        return self.day.isoformat()

    def guess_year(self, month: int, day: int = 1) -> int | None:
        """Year of a month without one: that of the story so far, or the latest not after publication (two months of future allowed)."""
        if self.year is not None:
            return self.year
        if self.today is None:
            return None
        ahead = (month - self.today.month) * 31 + day - self.today.day
        return self.today.year - (ahead > 62)

    def weekday(self, index: int, step: int) -> str:
        """Nearest such weekday: step -1 the last before or on today, +1 the next after."""
        if self.today is None:
            return "XXXX"
        ahead = (index - self.today.weekday()) % 7
        offset = (ahead or 7) if step > 0 else ahead - 7 if ahead else 0
        return self.shift(days=offset)

    def shift(self, days: int) -> str:
        """Value of today plus some days."""
        if self.today is None:
            return "XXXX"
        try:
            self.day = self.today + timedelta(days=days)
        except OverflowError:
            return "XXXX"
        return self.day.isoformat()

    def unit(self, unit: str, offset: int) -> str:
        """Value of the present day, week, month or year, moved by `offset` of them."""
        if self.today is None or abs(offset) > 3000:
            return "XXXX"
        if unit == "day":
            return self.shift(offset)
        if unit in ("week", "fortnight", "weekend"):
            year, week, _ = (self.today + timedelta(weeks=offset * (2 if unit == "fortnight" else 1))).isocalendar()
            return f"{year:04}-W{week:02}" + ("-WE" if unit == "weekend" else "")
        if unit == "month":
            index = self.today.year * 12 + self.today.month - 1 + offset
            return f"{index // 12:04}-{index % 12 + 1:02}"
        year = self.today.year + offset * {"decade": 10, "century": 100}.get(unit, 1)
        return f"{year:04}"[: {"decade": 3, "century": 2}.get(unit, 4)] if year > 0 else "XXXX"
