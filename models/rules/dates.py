"""Time expressions and their TIMEX3 values, resolved against the date of the article."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
WEEKDAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
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

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d(?![\d,]*\d)"
_COUNT = (
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty)(?:[- ](?:and[- ]a[- ]half))?"
)
_VAGUE = r"(?:several|a few|few|many|some|a couple of|couple of)"
_UNIT = r"(?:year|month|week|day|decade|hour|minute|night|fortnight)"
_ABOUT = r"(?:(?:more than|less than|at least|up to|about|around|nearly|almost|over|roughly|approximately|just over|the last) )?"
_EDGE = r"(?:(?:early|late|mid|the end of|end of|the start of|start of|the beginning of|beginning of|middle of)[ -])?"
_FEAST = (
    r"(?:Ramadan|Eid(?: al-(?:Fitr|Adha))?|Christmas(?: Eve| Day)?|Easter(?: Sunday)?|Good Friday|New "
    r"Year(?:['’]s (?:Day|Eve))?|Passover|Yom Kippur|Hanukkah|Nowruz|Ashura|Muharram|Diwali|Thanksgiving|Palm "
    r"Sunday)"
)


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


Handler = Callable[[re.Match[str], Clock], str | None]


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def _day(text: str) -> int:
    return int(re.match(r"\d+", text).group())  # type: ignore[union-attr]


def _calendar_day(match: re.Match[str], clock: Clock) -> str:
    month, day = _month(match["month"]), _day(match["day"])
    if match["year"]:
        clock.year = int(match["year"])
    year = clock.guess_year(month, day)
    first = f"XXXX-{month:02}-{day:02}" if year is None else clock.full(year, month, day)
    if last := match.groupdict().get("last"):
        return first + "/" + (f"XXXX-{month:02}-{_day(last):02}" if year is None else clock.full(year, month, _day(last)))
    return first


def _month_year(match: re.Match[str], clock: Clock) -> str:
    if match["year"]:
        clock.year = int(match["year"])
    return f"{match['year']}-{_month(match['month']):02}"


def _month_of_relative_year(match: re.Match[str], clock: Clock) -> str:
    year = clock.unit("year", {"last": -1, "this": 0, "next": 1}[match["lead"]])
    return f"{year}-{_month(match['month']):02}"


def _month_alone(match: re.Match[str], clock: Clock) -> str | None:
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


def _year(match: re.Match[str], clock: Clock) -> str:
    clock.year = int(match["year"])
    return match["year"]


def _season(match: re.Match[str], clock: Clock) -> str | None:
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


def _weekday(match: re.Match[str], clock: Clock) -> str:
    lead, part = (match["lead"] or "").lower(), PARTS.get((match["part"] or "").lower(), "")
    index = WEEKDAYS[match["weekday"].lower()]
    if lead in ("every", "each"):
        return f"XXXX-WXX-{index + 1}{part}"
    return clock.weekday(index, +1 if lead in ("next", "coming") else -1) + part


def _relative(match: re.Match[str], clock: Clock) -> str:
    lead, unit = match["lead"].lower(), match["unit"].lower()
    offset = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "this": 0}.get(lead)
    if offset is None or lead == "previous":
        return "XXXX"
    if unit in PARTS:
        value = clock.shift(offset if lead == "last" else 0)
        return value if value == "XXXX" else value + PARTS[unit]
    return clock.unit(unit, offset)


def _deictic(match: re.Match[str], clock: Clock) -> str:
    word = match.group().lower()
    offset = {"yesterday": -1, "tomorrow": 1}.get(word.split()[-1].split("-")[0] if "before" not in word else "", 0)
    if "before yesterday" in word:
        offset = -2
    return clock.shift(offset) + ("TNI" if word == "tonight" and clock.today else "")


def _part_of_deictic(match: re.Match[str], clock: Clock) -> str:
    value = clock.shift({"yesterday": -1, "tomorrow": 1}[match["day"].lower()])
    return value + (PARTS[match["part"].lower()] if clock.today else "")


def _number(text: str) -> float:
    words = text.lower().replace("-", " ").split()
    value = SMALL.get(words[0]) or float(words[0]) if words[0] in SMALL or re.fullmatch(r"\d+(?:\.\d+)?", words[0]) else 0
    return value + (0.5 if "half" in words else 0)


def _ago(match: re.Match[str], clock: Clock) -> str:
    if match["count"] is None and not re.match(r"an? ", match.group()) and match["one"] is None:
        return "PAST_REF" if match["way"] == "ago" else "XXXX"
    if match["way"] != "ago":
        return "XXXX"
    count = int(_number(match["count"])) if match["count"] else 1
    unit = match["unit"].lower()
    if unit in ("hour", "minute"):
        return clock.shift(0)
    return clock.unit({"night": "day"}.get(unit, unit), -count)


def _duration_value(count: str | None, unit: str) -> str:
    unit = unit.lower()
    symbol = UNITS.get(unit, "D")
    amount = "X"
    if count:
        number = _number(count) * {"decade": 10, "fortnight": 2}.get(unit, 1)
        amount = f"{number:g}" if number < 1e15 else "X"
    if unit in ("decade", "fortnight") and count:
        symbol = "Y" if unit == "decade" else "W"
    return ("PT" if unit in ("hour", "minute", "second") else "P") + amount + symbol


def _duration(match: re.Match[str], _: Clock) -> str:
    groups = match.groupdict()
    return _duration_value(groups.get("count") or ("1" if groups.get("single") else None), match["unit"])


def _frequency(match: re.Match[str], _: Clock) -> str:
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
    return _duration_value(match["count"] or "1", unit)


def _next_day(match: re.Match[str], clock: Clock) -> str:
    if clock.day is None:
        return "XXXX"
    step = {"same": 0, "that": 0, "next": 1, "following": 1, "previous": -1}[match["lead"].lower()]
    try:
        return (clock.day + timedelta(days=step)).isoformat()
    except OverflowError:
        return "XXXX"


def _feast(match: re.Match[str], clock: Clock) -> str:
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


def _clock_time(match: re.Match[str], clock: Clock) -> str:
    hour, minute, half = int(match["hour"]), match["minute"] or "00", (match["half"] or "").replace(".", "").lower()
    hour = hour % 12 + 12 * (half == "pm") if half in ("am", "pm") else hour
    return f"{clock.day.isoformat() if clock.day else 'XXXX-XX-XX'}T{hour:02}:{minute}"


def _constant(value: str) -> Handler:
    return lambda _, __: value


def _rule(pattern: str, handler: Handler, flags: re.RegexFlag = re.IGNORECASE) -> tuple[re.Pattern[str], Handler]:
    return re.compile(r"(?<![\w$£€])(?:" + pattern + r")(?!\w)", flags), handler


_CASE = re.RegexFlag(0)
# In order: an earlier rule keeps its span against a later one. A group `skip` is left out of the mention.
_RULES = [
    _rule(
        r"(?P<year>\d{4})-(?P<month_>0[1-9]|1[0-2])-(?P<day>[0-3]\d)", lambda m, c: c.full(int(m["year"]), int(m["month_"]), int(m["day"]))
    ),
    _rule(
        rf"(?:{_WEEKDAY},? )?(?P<day>{_DAY})(?: ?(?:-|–|to|and) ?(?P<last>{_DAY}))?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>{_YEAR}))?",
        _calendar_day,
        _CASE,
    ),
    _rule(rf"(?:{_WEEKDAY},? )?(?P<month>{_MONTH}) (?P<day>{_DAY})(?:-(?P<last>{_DAY}))?(?:,? (?P<year>{_YEAR}))?", _calendar_day, _CASE),
    _rule(rf"{_EDGE}(?P<month>{_MONTH}),? (?:of )?(?P<year>{_YEAR})", _month_year, _CASE),
    _rule(rf"{_EDGE}(?P<month>{_MONTH}) (?:of )?(?P<lead>last|this|next) year", _month_of_relative_year, _CASE),
    _rule(r"9/11", _constant("2001-09-11")),
    _rule(
        rf"(?P<skip>\b(?:every|each) )?(?:(?P<lead>last|next|this|every|each|coming) )?(?P<weekday>{_WEEKDAY})(?:s|"
        rf"['’]s)?(?: (?P<part>morning|afternoon|evening|night))?",
        _weekday,
    ),
    _rule(
        rf"(?:{_EDGE}|(?P<lead>last|next|this|past|previous) )(?P<season>spring|summer|autumn|winter|fall)(?: "
        rf"of)?(?: (?P<year>{_YEAR}))?(?! of)(?! to)",
        _season,
    ),
    _rule(
        rf"(?P<lead>last |next |this |of |in |since |until |till |by |from |during |through |before |after |to |"
        rf"between |early |late |mid[- ]|early in |end of |)(?P<month>{_MONTH})(?! \d)",
        _month_alone,
        _CASE,
    ),
    _rule(
        rf"(?P<year>{_YEAR})[-–/](?P<last>(?:20)?\d\d)(?!\d)",
        lambda m, c: f"{m['year']}/{m['last'] if len(m['last']) == 4 else m['year'][:2] + m['last']}",
    ),
    _rule(r"(?:the )?(?:early |late |mid-)?(?P<decade>(?:19|20)\d)0s", lambda m, _: m["decade"] + "X"),
    _rule(r"(?P<count>\d\d?)(?:st|nd|rd|th)[ -]century", lambda m, _: f"{int(m['count']) - 1:02}"),
    _rule(r"(?:the )?day before yesterday|yesterday|tomorrow|tonight", _deictic),
    _rule(r"(?P<day>yesterday|tomorrow) (?P<part>morning|afternoon|evening|night)", _part_of_deictic),
    _rule(
        rf"{_ABOUT}(?:(?P<count>{_COUNT})|{_VAGUE}|(?P<one>an?|half an?)) (?:short |long |full )?(?P<unit>{_UNIT}|"
        rf"centurie)s? (?P<way>ago|earlier|later|before(?=[.,])|afterwards|previously)",
        _ago,
    ),
    _rule(r"(?:decades|centuries|years|months|weeks|days|hours|long) (?:ago|earlier)", _constant("PAST_REF")),
    _rule(
        r"(?:(?P<lead>last|this|next|past|previous|coming|following)) (?P<unit>year|month|weekend|week|decade|"
        r"century|morning|afternoon|evening|night|fortnight)",
        _relative,
    ),
    _rule(
        rf"(?:the )?(?:past|last|next|previous|first|coming|final|recent|preceding) (?:(?P<count>{_COUNT})|{_VAGUE})? ?(?P<unit>{_UNIT})s",
        _duration,
    ),
    _rule(r"(?:in |the )?(?P<lead>same|that|next|following|previous) day", _next_day),
    _rule(
        r"(?:the )?(?:end|start|beginning|middle) of (?:the |this |last |next )?(?P<unit>year|month|week)",
        lambda m, c: c.unit(m["unit"], -1 if "last" in m.group() else 1 if "next" in m.group() else 0),
    ),
    _rule(
        rf"(?:(?:once|twice|three times|several times) )?(?:every|each|per) (?:single )?(?P<count>{_COUNT} "
        rf")?(?P<unit>{_UNIT}|morning|afternoon|evening)s?|day and night",
        _frequency,
    ),
    _rule(r"daily|nightly|weekly|monthly|yearly|annually|hourly", _frequency),
    _rule(r"(?<=\d )(?P<skip>an? |per )(?P<unit>month|week|day|year|hour)", lambda m, _: _duration_value("1", m["unit"])),
    _rule(rf"{_ABOUT}(?P<count>{_COUNT})[- ](?P<unit>{_UNIT})s?(?:-long)?(?![- ]old)", _duration),
    _rule(
        rf"(?P<unit>{_UNIT})s?-long",
        lambda m, _: _duration_value(None if m.group().lower().startswith(m["unit"].lower() + "s") else "1", m["unit"]),
    ),
    _rule(rf"{_VAGUE} (?:more |long )?(?P<unit>{_UNIT})s", _duration),
    _rule(
        rf"(?P<skip>(?:for|in|within|of|after|over) (?:nearly |almost |about |over |more than )?)(?P<single>an?) "
        rf"(?:whole |full )?(?P<unit>{_UNIT})(?! of)",
        _duration,
    ),
    _rule(r"(?P<unit>year|month|week|decade|day|hour|minute|centurie)s(?! old)", _duration),
    _rule(rf"{_EDGE}(?P<year>{_YEAR})", _year),
    _rule(r"overnight", lambda _, c: (c.today.isoformat() if c.today else "XXXX-XX-XX") + "TNI"),
    _rule(
        r"(?P<skip>in the |at |by |after |before |since |until |during the )(?P<part>morning|afternoon|evening|"
        r"night|dawn|dusk|midnight|noon|nightfall|sunset|sunrise)",
        lambda m, _: {**PARTS, "midnight": "T24:00", "noon": "T12:00", "dawn": "TMO", "sunrise": "TMO"}.get(m["part"].lower(), "TNI"),
    ),
    _rule(r"(?P<skip>in the )(?:recent |distant )?past", _constant("PAST_REF")),
    _rule(r"(?P<skip>in the )(?:near |foreseeable )?future", _constant("FUTURE_REF")),
    _rule(r"one day(?=[ ,.]+(?:\w+ )*?(?:will|would|could|may|might|return|be)\b)", _constant("FUTURE_REF")),
    _rule(r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m\.?)", _clock_time),
    _rule(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<half>)", _clock_time),
    _rule(_FEAST, _feast, _CASE),
]
_LEADING = re.compile(
    r"(?:the|an?|in|of|on|at|for|within|per|since|until|till|by|from|during|through|before|after|to|between|"
    r"over|that|same(?= day)|following(?= day)) ",
    re.IGNORECASE,
)
_KEEP = re.compile(r"(?:end|start|beginning|early|late|mid|over \d|per\b)", re.IGNORECASE)
_NOT_YEAR = re.compile(
    r"[ -](?:people|civilians|fighters|militants|soldiers|troops|men|women|children|families|km|miles|metres|"
    r"members|refugees|dead|tons|tonnes)\b"
)
_HINT = re.compile(
    r"\d|day|night|week|month|year|decade|hour|minute|centur|spring|summer|autumn|winter|morning|noon|evening|"
    r"dawn|dusk|sun[sr]|daily|hourly|past|future|ago\b|"
    r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Ramadan|Eid|Christmas|Easter|Passover|Kippur|Hanukkah|"
    r"Nowruz|Ashura|Muharram|Diwali|Thanksgiving|tomorrow|fall"
)


def find(text: str, start: int, end: int, clock: Clock) -> Iterator[Value]:
    """Time expressions of one sentence, in order of the text, none overlapping another."""
    if not _HINT.search(text, start, end):
        return
    taken: list[tuple[int, int]] = []
    matches: list[tuple[int, int, re.Match[str], Handler]] = []
    for pattern, handler in _RULES:
        for match in pattern.finditer(text, start, end):
            low, high = _trim(match)
            if all(high <= a or b <= low for a, b in taken):
                if handler is _year and _NOT_YEAR.match(text, high):
                    continue
                taken.append((low, high))
                matches.append((low, high, match, handler))
    for low, high, match, handler in sorted(matches, key=lambda found: found[0]):
        value = handler(match, clock)
        if value is not None and low < high:
            yield Value(low, high, "DATE", value)


def _trim(match: re.Match[str]) -> tuple[int, int]:
    """Span of the mention: prepositions and determiners at the front left out, a possessive at the end too."""
    low, high = match.span()
    if "skip" in match.re.groupindex and match["skip"] and not re.match(r"every|each", match["skip"]):
        low = match.end("skip")
    while True:
        lead = _LEADING.match(match.string, low, high)
        if not lead or (_KEEP.match(match.string, low) and not lead.group().lower().startswith(("the", "per"))):
            break
        low = lead.end()
    if match.string[max(low, high - 2) : high] in ("'s", "’s"):
        high -= 2
    return low, high
