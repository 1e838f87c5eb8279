"""Numbers, measures, ages and amounts of money, with their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from .clock import Value
from .number_words import COMPARATOR, CURRENCIES, PLURALS, SCALES, SIGNS, UNITS, WORD_VALUES
from .signals import NUMERIC, OPENS_NUMBER

if TYPE_CHECKING:
    from .tokens import Tokens

_LEAD = 7  # tokens: the longest comparator and the longest vague number before a scale (`somewhere around a couple of hundred`)
_MAY_BEGIN = NUMERIC | OPENS_NUMBER


def _either(words: Mapping[str, object] | list[str]) -> str:
    """Pattern of one of the words; their first letters are asked for first, which spares trying them one by one."""
    listed = "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(words, key=len, reverse=True))
    return f"(?=[{''.join(sorted({word[0] for word in words}))}])(?:{listed})"


_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORDS = rf"(?:{_either(WORD_VALUES)})(?:-(?:{_either(WORD_VALUES)}))?"
_SCALE = r"(?:dozen|hundred|thousand|million|billion|trillion)"
_NUMBER = (
    rf"(?:(?:{_DIGITS})(?:(?:bn|mn|k|m)\b(?! (?:away|from|long|deep|wide|high|tall|north|south|east|west)))?|"
    rf"{_WORDS}|several|a few|few|half a|a|an|a couple of)(?:[ -]{_SCALE}\b)+(?:,? (?:and )?(?:{_WORDS}|"
    rf"{_DIGITS}))?|(?:{_DIGITS})(?:bn|mn|k)?|{_WORDS}"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,$£€/-])(?:(?P<about>{_either(COMPARATOR)}) )?(?:(?P<plural>{_either(PLURALS)})|(?P<sign>US\$|"
    rf"[$£€¥₽₹]) ?(?P<money>(?:{_NUMBER})(?:m(?!\w))?)|"
    rf"(?P<number>{_NUMBER})(?:(?:[- –]|(?: to ))(?P<upper>{_DIGITS})(?![\w,-]))?)"
    rf"(?P<unit>(?:[ -]?)(?:{_either(UNITS)})(?:s|es)?)?(?![^\W\d_])(?P<more> or more| or so)?",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(rf"(?:[ -](?P<nation>[A-Z][a-z]+))?[ -](?P<currency>{_either(CURRENCIES)})s?\b", re.IGNORECASE)
_AGE = re.compile(r"[- ](?:years?|months?|days?|weeks?)[- ]olds?\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b|[-/:]\d|[-][A-Za-z]{1,2}\b(?!-)", re.IGNORECASE)
_COUNTED = re.compile(r" (?:[a-z-]+ )?([a-z]+)")
_NO_TITLE = "The|In|At|By|For|From|To|With|Of|On|And|But|After|Before|Since|When|While|As|Some|Only|All|Other|Another"
_TITLED = re.compile(rf"(?:(?!(?:{_NO_TITLE}) )[A-Z][a-z]+|No\.|[Pp]age) $")
_COUNTED_AFTER_ONE = re.compile(
    r" (?:(?:[a-z-]+(?:ed|al|ish|ian|ous|ive|ary|or)|[A-Z]\w+|young|old|senior|former|local|foreign|suicide|car) )?([a-z-]+)"
)


def find(
    text: str,
    end: int,
    tokens: Tokens,
    taken: list[tuple[int, int]],
    counted: Mapping[str, tuple[str, str, bool]],
    currencies: Mapping[str, str],
) -> list[Value]:
    """Numbers and amounts of one sentence that do not overlap the spans `taken`.

    `counted` are the nouns by which a bare `one` is known to count something; `currencies` gives the currency code of a nationality.
    """
    found: list[Value] = []
    starts, reach = tokens.starts, 0
    for i in [i for i, word in enumerate(tokens) if word.flags & NUMERIC]:
        if starts[i] < reach:
            continue
        for k in range(max(0, i - _LEAD), i + 1):
            if not tokens[k].flags & _MAY_BEGIN or starts[k] < reach:
                continue
            match = _QUANTITY.match(text, starts[k], end)
            if match is None:
                continue
            low, high = match.span()
            reach = high
            if any(low < b and a < high for a, b in taken):
                low = match.start("number") if match["number"] else low
                if any(low < b and a < high for a, b in taken):
                    continue
            if value := _value(text, low, high, end, match, counted, currencies):
                found.append(value)
            if reach > starts[i]:
                break
    return found


def _value(
    text: str,
    low: int,
    high: int,
    end: int,
    match: re.Match[str],
    counted: Mapping[str, tuple[str, str, bool]],
    currencies: Mapping[str, str],
) -> Value | None:
    about = COMPARATOR.get((match["about"] or "").lower() if low == match.start() else "", "")
    sign = ">=" if match["more"] == " or more" else about or "="
    if match["plural"]:
        amount = PLURALS[match["plural"].lower()]
        return Value(low, high, "NUM", f"{about if about in ('>', '<', '<=') else '>='}{amount}")
    if match["sign"]:
        return Value(low, high, "MONEY", f"{sign}{_amount(match['money'])[1]} {SIGNS[match['sign'].upper()]}")
    word = match["number"].lower()
    vague, amount_text = _amount(word)
    if not amount_text or not _counts(text, low, high, end, match, counted):
        return None
    if vague:
        sign = "~"
    if word.startswith(("a ", "an ")) and low == match.start("number"):
        low += len(word.split(" ")[0]) + 1
    if money := _MONEY_AFTER.match(text, match.end("number"), end):
        return _money(match, money, low, sign, amount_text, currencies) if not match["unit"] or money.end() >= high else None
    if age := _AGE.match(text, match.end("number"), end):
        return Value(
            low,
            age.end(),
            "NUM",
            f"{sign}{amount_text} {'years' if 'year' in age.group().lower() else age.group().strip('- ').split('-')[0].split(' ')[0]}",
        )
    return _plain(match, low, high, sign, amount_text)


def _plain(match: re.Match[str], low: int, high: int, sign: str, amount: str) -> Value:
    """A count or a measure; `20-30` is one span with both ends in its value."""
    upper = f"-{match['upper'].replace(',', '')}" if match["upper"] else ""
    if match["unit"]:
        name = match["unit"].strip(" -").lower()
        name = next((form for form in (name, name[:-1], name[:-2]) if form in UNITS), name)
        return Value(low, high, "NUM", f"{sign}{amount}{upper} {UNITS.get(name, name)}")
    return Value(low, high, "NUM", f"{sign}{amount}{upper}")


def _money(match: re.Match[str], money: re.Match[str], low: int, sign: str, amount: str, currencies: Mapping[str, str]) -> Value:
    name, nation = money["currency"].lower(), (money["nation"] or "").lower()
    if name == "pound" and not nation and not re.match(r" (?:a|per|each|in|for|sterling)\b", money.string[money.end() : money.end() + 10]):
        return Value(low, money.end(), "NUM", f"{sign}{amount} lb")
    code = currencies.get(nation) or CURRENCIES[name] or ("GBP" if name == "pound" else name)
    return Value(low, money.end(), "MONEY", f"{sign}{amount} {code}")


def _counts(text: str, low: int, high: int, end: int, match: re.Match[str], counted: Mapping[str, tuple[str, str, bool]]) -> bool:
    """Whether the number counts something: no ordinal, model number, pronoun or part of a name."""
    word = match["number"].lower()
    if _ORDINAL.match(text, high, end) and not _AGE.match(text, high, end):
        return False
    if word in ("a few", "few", "several", "a couple of", "a", "an", "half a"):
        return False
    if word == "one":
        noun = _COUNTED_AFTER_ONE.match(text, high, end)
        return bool(noun and counted.get(noun[1], ("", "", True))[1] in ("PER", "VEH", "WEA", "FAC", "GPE") and not counted[noun[1]][2])
    if match["number"][0].isupper() and low > 0 and text[low - 1] == " " and text[low - 2 : low - 1].isalpha():
        return False  # a number word inside a title or a name
    if match["number"].isdigit() and low == match.start() and _TITLED.search(text[max(0, low - 20) : low]):
        return _is_count(text, high, end, counted)  # `Resolution 2254`
    return True


def _is_count(text: str, high: int, end: int, counted: Mapping[str, tuple[str, str, bool]]) -> bool:
    noun = _COUNTED.match(text, high, end)
    return bool(noun and (counted.get(noun[1], ("", "", False))[2] or noun[1].endswith("s")))


@lru_cache(maxsize=4096)
def _amount(text: str) -> tuple[bool, str]:
    """Digits of a number phrase, and whether it is vague (`several hundred`); no digits where it is none."""
    words = text.lower().replace("-", " ").replace(" and ", " ").replace(",", "").split()
    total, current, vague = 0.0, 0.0, False
    for word in words:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(k|m|bn|mn)?", word)
        if match:
            if len(match[1]) > 15:
                return False, match[1]
            current += float(match[1]) * SCALES.get(match[2] or "", 1)
        elif word in WORD_VALUES:
            current += WORD_VALUES[word]
        elif word in ("a", "an", "of"):
            current = current or 1
        elif word in ("several", "few", "couple"):
            vague, current = True, 2 if word == "couple" else 3
        elif word == "half":
            current = 0.5
        elif word in SCALES:
            scale = SCALES[word]
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
    total += current
    return vague, f"{total:.6f}".rstrip("0").rstrip(".") if total or "0" in text else ""
