"""Numbers, measures, ages and amounts of money, with their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .dates import Value

_WORD_VALUES = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "k": 1000,
    "m": 10**6,
    "mn": 10**6,
    "bn": 10**9,
}
_PLURALS = {
    "dozens": 24,
    "scores": 40,
    "hundreds": 200,
    "thousands": 2000,
    "millions": 2 * 10**6,
    "billions": 2 * 10**9,
    "tens of thousands": 20000,
    "hundreds of thousands": 200000,
    "tens of millions": 2 * 10**7,
    "hundreds of millions": 2 * 10**8,
}
_COMPARATORS = {
    ">": ("more than", "over", "in excess of", "upwards of", "greater than", "well over", "just over"),
    ">=": ("at least", "no fewer than", "no less than", "a minimum of", "not less than"),
    "<": ("less than", "fewer than", "under", "below"),
    "<=": ("as many as", "up to", "at most", "no more than", "as much as", "as few as", "a maximum of"),
    "~": (
        "about",
        "around",
        "roughly",
        "approximately",
        "nearly",
        "almost",
        "an estimated",
        "estimated",
        "some",
        "close to",
        "just under",
        "some of",
        "an approximate",
        "somewhere around",
    ),
}
_COMPARATOR = {phrase: sign for sign, phrases in _COMPARATORS.items() for phrase in phrases}
_UNITS = {
    "km": "km",
    "kms": "km",
    "kilometre": "km",
    "kilometer": "km",
    "m": "m",
    "metre": "m",
    "meter": "m",
    "mile": "mi",
    "square mile": "sq mi",
    "sq mile": "sq mi",
    "sq mi": "sq mi",
    "square kilometre": "sq km",
    "square kilometer": "sq km",
    "sq km": "sq km",
    "foot": "ft",
    "feet": "ft",
    "ft": "ft",
    "yard": "yd",
    "kg": "kg",
    "kilo": "kg",
    "kilogram": "kg",
    "pound": "lb",
    "lb": "lb",
    "ton": "t",
    "tonne": "t",
    "hectare": "ha",
    "acre": "acres",
    "litre": "l",
    "liter": "l",
    "barrel": "barrels",
    "%": "%",
    "percent": "%",
    "per cent": "%",
    "percentage point": "%",
    "mm": "mm",
    "cm": "cm",
    "centimetre": "cm",
    "inch": "in",
    "mph": "mph",
}
_SIGNS = {"$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₽": "RUB", "₹": "INR"}
_CURRENCIES = {
    "dollar": "USD",
    "usd": "USD",
    "euro": "EUR",
    "eur": "EUR",
    "gbp": "GBP",
    "pound sterling": "GBP",
    "rouble": "RUB",
    "ruble": "RUB",
    "rupee": "INR",
    "lira": "TRY",
    "dinar": "",
    "riyal": "",
    "rial": "IRR",
    "dirham": "AED",
    "shekel": "ILS",
    "hryvnia": "UAH",
    "yen": "JPY",
    "yuan": "CNY",
    "pound": "",
    "franc": "",
    "afghani": "AFN",
    "cent": "USD",
}


def _either(words: Mapping[str, object] | list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(words, key=len, reverse=True))


_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORDS = rf"(?:{_either(_WORD_VALUES)})(?:-(?:{_either(_WORD_VALUES)}))?"
_SCALE = r"(?:dozen|hundred|thousand|million|billion|trillion)"
_NUMBER = (
    rf"(?:(?:{_DIGITS})(?:(?:bn|mn|k|m)\b(?! (?:away|from|long|deep|wide|high|tall|north|south|east|west)))?|"
    rf"{_WORDS}|several|a few|few|half a|a|an|a couple of)(?:[ -]{_SCALE}\b)+(?:,? (?:and )?(?:{_WORDS}|"
    rf"{_DIGITS}))?|(?:{_DIGITS})(?:bn|mn|k)?|{_WORDS}"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,$£€/-])(?:(?P<about>{_either(_COMPARATOR)}) )?(?:(?P<plural>{_either(_PLURALS)})|(?P<sign>US\$|"
    rf"[$£€¥₽₹]) ?(?P<money>(?:{_NUMBER})(?:m(?!\w))?)|"
    rf"(?P<number>{_NUMBER})(?:(?:[- –]|(?: to ))(?P<upper>{_DIGITS})(?![\w,-]))?)"
    rf"(?P<unit>(?:[ -]?)(?:{_either(_UNITS)})(?:s|es)?)?(?![^\W\d_])(?P<more> or more| or so)?",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(rf"(?:[ -](?P<nation>[A-Z][a-z]+))?[ -](?P<currency>{_either(_CURRENCIES)})s?\b", re.IGNORECASE)
_AGE = re.compile(r"[- ](?:years?|months?|days?|weeks?)[- ]olds?\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b|[-/:]\d|[-][A-Za-z]{1,2}\b(?!-)", re.IGNORECASE)
_COUNTED_AFTER_ONE = re.compile(
    r" (?:(?:[a-z-]+(?:ed|al|ish|ian|ous|ive|ary|or)|[A-Z]\w+|young|old|senior|former|local|foreign|suicide|car) )?([a-z-]+)"
)


def find(
    text: str,
    start: int,
    end: int,
    taken: list[tuple[int, int]],
    counted: Mapping[str, tuple[str, str, bool]],
    currencies: Mapping[str, str],
) -> Iterator[Value]:
    """Numbers and amounts of one sentence that do not overlap the spans `taken`.

    `counted` are the nouns by which a bare `one` is known to count something; `currencies` gives the currency code of a nationality.
    """
    for match in _QUANTITY.finditer(text, start, end):
        low, high = match.span()
        if any(low < b and a < high for a, b in taken):
            low = match.start("number") if match["number"] else low
            if any(low < b and a < high for a, b in taken):
                continue
        if value := _value(text, low, high, end, match, counted, currencies):
            yield value


def _value(
    text: str,
    low: int,
    high: int,
    end: int,
    match: re.Match[str],
    counted: Mapping[str, tuple[str, str, bool]],
    currencies: Mapping[str, str],
) -> Value | None:
    about = _COMPARATOR.get((match["about"] or "").lower() if low == match.start() else "", "")
    sign = ">=" if match["more"] == " or more" else about or "="
    if match["plural"]:
        amount = _PLURALS[match["plural"].lower()]
        return Value(low, high, "NUM", f"{about if about in ('>', '<', '<=') else '>='}{amount}")
    if match["sign"]:
        return Value(low, high, "MONEY", f"{sign}{_amount(match['money'])[1]} {_SIGNS[match['sign'].upper()]}")
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
        name = next((form for form in (name, name[:-1], name[:-2]) if form in _UNITS), name)
        return Value(low, high, "NUM", f"{sign}{amount}{upper} {_UNITS.get(name, name)}")
    return Value(low, high, "NUM", f"{sign}{amount}{upper}")


def _money(match: re.Match[str], money: re.Match[str], low: int, sign: str, amount: str, currencies: Mapping[str, str]) -> Value:
    name, nation = money["currency"].lower(), (money["nation"] or "").lower()
    if name == "pound" and not nation and not re.match(r" (?:a|per|each|in|for|sterling)\b", money.string[money.end() : money.end() + 10]):
        return Value(low, money.end(), "NUM", f"{sign}{amount} lb")
    code = currencies.get(nation) or _CURRENCIES[name] or ("GBP" if name == "pound" else name)
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
    before = text[max(0, low - 14) : low]
    return (
        not re.search(r"(?:[A-Z][a-z]+ |No\. |[Pp]age |Brigade |Highway |Route |Type )$", before)
        or len(word) > 2
        or not word.isdigit()
        or _is_count(text, high, end, counted)
    )


def _is_count(text: str, high: int, end: int, counted: Mapping[str, tuple[str, str, bool]]) -> bool:
    noun = re.compile(r" (?:[a-z-]+ )?([a-z]+)").match(text, high, end)
    return bool(noun and (counted.get(noun[1], ("", "", False))[2] or noun[1].endswith("s")))


def _amount(text: str) -> tuple[bool, str]:
    """Digits of a number phrase, and whether it is vague (`several hundred`); no digits where it is none."""
    words = text.lower().replace("-", " ").replace(" and ", " ").replace(",", "").split()
    total, current, vague = 0.0, 0.0, False
    for word in words:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(k|m|bn|mn)?", word)
        if match:
            if len(match[1]) > 15:
                return False, match[1]
            current += float(match[1]) * _SCALES.get(match[2] or "", 1)
        elif word in _WORD_VALUES:
            current += _WORD_VALUES[word]
        elif word in ("a", "an", "of"):
            current = current or 1
        elif word in ("several", "few", "couple"):
            vague, current = True, 2 if word == "couple" else 3
        elif word == "half":
            current = 0.5
        elif word in _SCALES:
            scale = _SCALES[word]
            current = (current or 1) * scale
            if scale >= 1000:
                total, current = total + current, 0.0
    total += current
    return vague, f"{total:.6f}".rstrip("0").rstrip(".") if total or "0" in text else ""
