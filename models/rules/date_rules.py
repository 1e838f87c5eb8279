"""Patterns of time expressions, and which of them a sentence can hold by the words that stand in it."""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from . import date_values as values
from .clock import Clock, Value
from .date_values import PARTS, Handler
from .signals import BIT

if TYPE_CHECKING:
    from .tokens import Tokens

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d(?![\d,]*\d)"


def _either(listed: str) -> str:
    """Pattern of one of the words; where case does not matter they are tried one by one, which asking for their first letters spares."""
    return f"(?=[{''.join(sorted({word[0] for word in listed.split('|')}))}])(?:{listed})"


_NUMBER = _either("one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty")
_COUNT = rf"(?:\d+(?:\.\d+)?|{_NUMBER})(?:[- ](?:and[- ]a[- ]half))?"
_VAGUE = _either("several|a few|few|many|some|a couple of|couple of")
_UNIT = _either("year|month|week|day|decade|hour|minute|night|fortnight")
_QUALIFIER = _either("more than|less than|at least|up to|about|around|nearly|almost|over|roughly|approximately|just over|the last")
_ABOUT = rf"(?:{_QUALIFIER} )?"
_PART = _either("early|late|mid|the end of|end of|the start of|start of|the beginning of|beginning of|middle of")
_EDGE = rf"(?:{_PART}[ -])?"
_FEAST = (
    r"(?:Ramadan|Eid(?: al-(?:Fitr|Adha))?|Christmas(?: Eve| Day)?|Easter(?: Sunday)?|Good Friday|New "
    r"Year(?:['’]s (?:Day|Eve))?|Passover|Yom Kippur|Hanukkah|Nowruz|Ashura|Muharram|Diwali|Thanksgiving|Palm "
    r"Sunday)"
)


class Rule(NamedTuple):
    """A pattern, its handler, and masks each of which the sentence must meet, the first by a word of the expression itself.

    It begins at most `before` characters in front of that word. A group `skip` is left out of the mention.
    """

    pattern: re.Pattern[str]
    handler: Handler
    masks: tuple[int, ...]
    before: int


def _rule(needs: str, pattern: str, handler: Handler, flags: re.RegexFlag = re.IGNORECASE) -> Rule:
    """A rule; `needs` are classes of words, `a|b` one of two."""
    masks = tuple(reduce(or_, map(BIT.__getitem__, need.split("|"))) for need in needs.split())
    before = 64 if any(part in pattern for part in (_ABOUT, _EDGE, _DAY, _COUNT)) else 24
    return Rule(re.compile(r"(?<![\w$£€])(?:" + pattern + r")(?!\w)", flags), handler, masks, before)


def _constant(value: str) -> Handler:
    return lambda _, __: value


_CASE = re.RegexFlag(0)
# In order: an earlier rule keeps its span against a later one.
_RULES = [
    _rule(
        "join digit",
        r"(?P<year>\d{4})-(?P<month_>0[1-9]|1[0-2])-(?P<day>[0-3]\d)",
        lambda m, c: c.full(int(m["year"]), int(m["month_"]), int(m["day"])),
    ),
    _rule(
        "month digit",
        rf"(?:{_WEEKDAY},? )?(?P<day>{_DAY})(?: ?(?:-|–|to|and) ?(?P<last>{_DAY}))?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>{_YEAR}))?",
        values.calendar_day,
        _CASE,
    ),
    _rule(
        "month digit",
        rf"(?:{_WEEKDAY},? )?(?P<month>{_MONTH}) (?P<day>{_DAY})(?:-(?P<last>{_DAY}))?(?:,? (?P<year>{_YEAR}))?",
        values.calendar_day,
        _CASE,
    ),
    _rule("month yearly", rf"{_EDGE}(?P<month>{_MONTH}),? (?:of )?(?P<year>{_YEAR})", values.month_year, _CASE),
    _rule(
        "month unit lead",
        rf"{_EDGE}(?P<month>{_MONTH}) (?:of )?(?P<lead>last|this|next) year",
        values.month_of_relative_year,
        _CASE,
    ),
    _rule("join digit", r"9/11", _constant("2001-09-11")),
    _rule(
        "weekday",
        rf"(?P<skip>\b(?:every|each) )?(?:(?P<lead>last|next|this|every|each|coming) )?(?P<weekday>{_WEEKDAY})(?:s|"
        rf"['’]s)?(?: (?P<part>morning|afternoon|evening|night))?",
        values.weekday,
    ),
    _rule(
        "season",
        rf"(?:{_EDGE}|(?P<lead>last|next|this|past|previous) )(?P<season>spring|summer|autumn|winter|fall)(?: "
        rf"of)?(?: (?P<year>{_YEAR}))?(?! of)(?! to)",
        values.season,
    ),
    _rule(
        "month",
        rf"(?P<lead>last |next |this |of |in |since |until |till |by |from |during |through |before |after |to |"
        rf"between |early |late |mid[- ]|early in |end of |)(?P<month>{_MONTH})(?! \d)",
        values.month_alone,
        _CASE,
    ),
    _rule(
        "yearly join",
        rf"(?P<year>{_YEAR})[-–/](?P<last>(?:20)?\d\d)(?!\d)",
        lambda m, c: f"{m['year']}/{m['last'] if len(m['last']) == 4 else m['year'][:2] + m['last']}",
    ),
    _rule("yearly plural", r"(?:the )?(?:early |late |mid-)?(?P<decade>(?:19|20)\d)0s", lambda m, _: m["decade"] + "X"),
    _rule("unit digit", r"(?P<count>\d\d?)(?:st|nd|rd|th)[ -]century", lambda m, _: f"{int(m['count']) - 1:02}"),
    _rule("deictic", r"(?:the )?day before yesterday|yesterday|tomorrow|tonight", values.deictic),
    _rule("deictic part", r"(?P<day>yesterday|tomorrow) (?P<part>morning|afternoon|evening|night)", values.part_of_deictic),
    _rule(
        "ago unit",
        rf"{_ABOUT}(?:(?P<count>{_COUNT})|{_VAGUE}|(?P<one>an?|half an?)) (?:short |long |full )?(?P<unit>{_UNIT}|"
        rf"centurie)s? (?P<way>ago|earlier|later|before(?=[.,])|afterwards|previously)",
        values.ago,
    ),
    _rule("ago unit|long", r"(?:decades|centuries|years|months|weeks|days|hours|long) (?:ago|earlier)", _constant("PAST_REF")),
    _rule(
        "unit|part lead",
        r"(?:(?P<lead>last|this|next|past|previous|coming|following)) (?P<unit>year|month|weekend|week|decade|"
        r"century|morning|afternoon|evening|night|fortnight)",
        values.relative,
    ),
    _rule(
        "units lead",
        rf"(?:the )?(?:past|last|next|previous|first|coming|final|recent|preceding) (?:(?P<count>{_COUNT})|{_VAGUE})? ?(?P<unit>{_UNIT})s",
        values.duration,
    ),
    _rule("unit lead", r"(?:in |the )?(?P<lead>same|that|next|following|previous) day", values.next_day),
    _rule(
        "unit edge",
        r"(?:the )?(?:end|start|beginning|middle) of (?:the |this |last |next )?(?P<unit>year|month|week)",
        lambda m, c: c.unit(m["unit"], -1 if "last" in m.group() else 1 if "next" in m.group() else 0),
    ),
    _rule(
        "unit|part every",
        rf"(?:(?:once|twice|three times|several times) )?(?:every|each|per) (?:single )?(?P<count>{_COUNT} "
        rf")?(?P<unit>{_UNIT}|morning|afternoon|evening)s?|day and night",
        values.frequency,
    ),
    _rule("frequency", r"daily|nightly|weekly|monthly|yearly|annually|hourly", values.frequency),
    _rule(
        "unit digit single|every",
        r"(?<=\d )(?P<skip>an? |per )(?P<unit>month|week|day|year|hour)",
        lambda m, _: values.duration_value("1", m["unit"]),
    ),
    _rule("unit digit|count", rf"{_ABOUT}(?P<count>{_COUNT})[- ](?P<unit>{_UNIT})s?(?:-long)?(?![- ]old)", values.duration),
    _rule(
        "unit long join",
        rf"(?P<unit>{_UNIT})s?-long",
        lambda m, _: values.duration_value(None if m.group().lower().startswith(m["unit"].lower() + "s") else "1", m["unit"]),
    ),
    _rule("units vague", rf"{_VAGUE} (?:more |long )?(?P<unit>{_UNIT})s", values.duration),
    _rule(
        "unit single",
        rf"(?P<skip>(?:for|in|within|of|after|over) (?:nearly |almost |about |over |more than )?)(?P<single>an?) "
        rf"(?:whole |full )?(?P<unit>{_UNIT})(?! of)",
        values.duration,
    ),
    _rule("units", r"(?P<unit>year|month|week|decade|day|hour|minute|centurie)s(?! old)", values.duration),
    _rule("yearly", rf"{_EDGE}(?P<year>{_YEAR})", values.year),
    _rule("deictic", r"overnight", lambda _, c: (c.today.isoformat() if c.today else "XXXX-XX-XX") + "TNI"),
    _rule(
        "daytime",
        r"(?P<skip>in the |at |by |after |before |since |until |during the )(?P<part>morning|afternoon|evening|"
        r"night|dawn|dusk|midnight|noon|nightfall|sunset|sunrise)",
        lambda m, _: {**PARTS, "midnight": "T24:00", "noon": "T12:00", "dawn": "TMO", "sunrise": "TMO"}.get(m["part"].lower(), "TNI"),
    ),
    _rule("reference", r"(?P<skip>in the )(?:recent |distant )?past", _constant("PAST_REF")),
    _rule("reference", r"(?P<skip>in the )(?:near |foreseeable )?future", _constant("FUTURE_REF")),
    _rule("unit count", r"one day(?=[ ,.]+(?:\w+ )*?(?:will|would|could|may|might|return|be)\b)", _constant("FUTURE_REF")),
    _rule("half digit", r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap]\.?m\.?)", values.clock_time),
    _rule("colon digit", r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?P<half>)", values.clock_time),
    _rule("feast", _FEAST, values.feast, _CASE),
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


_ALL = reduce(or_, BIT.values())
_HINT = BIT["hint"]
_AFTER = 48  # characters of an expression after the word that its rule asks for first


@lru_cache(maxsize=4096)
def _possible(flags: int) -> tuple[Rule, ...]:
    """Rules that a sentence with these bits can meet."""
    return tuple(rule for rule in _RULES if all(flags & mask for mask in rule.masks))


def find(text: str, start: int, end: int, tokens: Tokens, clock: Clock) -> list[Value]:
    """Time expressions of one sentence, in order of the text, none overlapping another."""
    if not tokens.flags & _HINT:
        return []
    rules = _possible(tokens.flags & _ALL)
    if not rules:
        return []
    matches: list[tuple[int, int, re.Match[str], Handler]] = []
    anchors = [(at, word.classes) for at, word in zip(tokens.starts, tokens, strict=True) if word.classes]
    for pattern, handler, masks, before in rules:
        places = [at for at, flags in anchors if flags & masks[0]]
        low, high = max(start, places[0] - before), min(end, places[-1] + _AFTER)
        for match in pattern.finditer(text, low, high):
            low, high = _trim(match)
            if handler is values.year and _NOT_YEAR.match(text, high):
                continue
            if all(high <= a or b <= low for a, b, _, _ in matches):
                matches.append((low, high, match, handler))
    matches.sort(key=_first)
    found = [(low, high, handler(match, clock)) for low, high, match, handler in matches]
    return [Value(low, high, "DATE", value) for low, high, value in found if value is not None and low < high]


def _first(match: tuple[int, int, re.Match[str], Handler]) -> int:
    return match[0]


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
