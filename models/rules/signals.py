"""Bits that tell what a word may be part of: names, events, numbers, time expressions."""

from __future__ import annotations

import re
from collections import defaultdict

from .clock import MONTHS, WEEKDAYS
from .number_words import NUMBERS, OPENERS

# begins a name; states an event; tells a number; tells the type of a name; begins a quantity without telling it
NAME, TRIGGER, NUMBER, HEAD, OPENS_NUMBER = 1, 2, 4, 8, 16

# Time expressions have a bit for each class of words; a pattern is tried only where the sentence has the bits that it cannot do without.
_CLASSES = {
    "month": " ".join(MONTHS),
    "weekday": " ".join((*WEEKDAYS, *(day + "s" for day in WEEKDAYS))),
    "season": "spring summer autumn winter fall",
    "unit": "year month week day decade hour minute night fortnight century weekend",
    "units": "years months weeks days decades hours minutes nights fortnights centuries",
    "part": "morning afternoon evening night mornings afternoons evenings nights",
    "daytime": "morning afternoon evening night dawn dusk midnight noon nightfall sunset sunrise",
    "ago": "ago earlier later before afterwards previously",
    "lead": "last this next past previous coming following first final recent preceding same that",
    "edge": "end start beginning middle",
    "every": "every each per night",
    "deictic": "yesterday tomorrow tonight overnight",
    "frequency": "daily nightly weekly monthly yearly annually hourly",
    "reference": "past future",
    "long": "long",
    "vague": "several few many some couple",
    "single": "a an",
    "count": "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty",
    "plural": "s",
    "half": "am pm m a.m. p.m.",
    "join": "- – /",
    "feast": "ramadan eid christmas easter friday year passover kippur hanukkah nowruz ashura muharram diwali thanksgiving sunday",
    # told by the shape of a token
    "digit": "",
    "yearly": "",
    "colon": "",
    "hint": "",
}
BIT = {name: 1 << at for at, name in enumerate(_CLASSES, 8)}
_WORDS: dict[str, int] = defaultdict(int)
for _name, _listed in _CLASSES.items():
    for _word in _listed.split():
        _WORDS[_word] |= BIT[_name]
CLASSES = (1 << (8 + len(_CLASSES))) - (1 << 8)
BIT["unit"] |= BIT["units"]  # asking for a unit is asking for either
DIGIT = BIT["digit"]
NUMERIC = NUMBER | DIGIT
_HINT = re.compile(
    r"\d|day|night|week|month|year|decade|hour|minute|centur|spring|summer|autumn|winter|morning|noon|evening|"
    r"dawn|dusk|sun[sr]|daily|hourly|past|future|ago\b|"
    r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Ramadan|Eid|Christmas|Easter|Passover|Kippur|Hanukkah|"
    r"Nowruz|Ashura|Muharram|Diwali|Thanksgiving|tomorrow|fall"
)
_YEAR_INSIDE = re.compile(r"(?:19|20)\d\d")
_APOSTROPHES = re.compile("['’]")


def signals(text: str, low: str) -> int:
    """Bits of a token that its spelling tells."""
    bits = _WORDS.get(low, 0) | (NUMBER if low in NUMBERS else 0) | (OPENS_NUMBER if low in OPENERS else 0)
    if "'" in low or "’" in low:
        for part in _APOSTROPHES.split(low):
            bits |= _WORDS.get(part, 0)
    if any(c.isdecimal() for c in low):
        bits |= DIGIT | (BIT["yearly"] if _YEAR_INSIDE.search(low) else 0)
    if ":" in low:
        bits |= BIT["colon"]
    return bits | (BIT["hint"] if _HINT.search(text) else 0)
