"""Shapes of names: stretches of capitalised words, with the words that tell their type."""

from __future__ import annotations

from .gazetteer import COMPASS, Gazetteer, Name
from .spelling import ARTICLES, PARTICLES
from .tokens import Tokens

VEHICLE_MODELS = frozenset("f t su mig b mi mq uh ah a c tu il kc ka btr bmp mig- rq".split())
WEAPON_MODELS = frozenset("ak akm rpg m s tow pk pkm bm gbu svd sa v kh m4 bgm dshk".split())
MODELS = VEHICLE_MODELS | WEAPON_MODELS
_AIRCRAFT = frozenset(
    "fighter bomber bombers jets jet tank tanks fighters warplanes helicopters aircraft drone drones plane planes".split()
)
_ARABIC_GROUPS = ("Ja", "Ah", "Li", "Ha", "Hi", "Ju", "An", "Ka", "Fa")  # first letters of Jabhat, Ahrar, Liwa ...
_NOT_AT_START = frozenset("New House Office Port Court Union Party".split())
_NOT_IN_HEADLINES = frozenset("Forces Force Command Camp Attack Front Base Border Offensive".split())
_JOINED = frozenset("Research Science Peace Justice Development Rights".split())
LINKS = frozenset("of for and & on".split())
_LONGEST = 16  # tokens of a name: what is longer is a list or a headline
_BEGINS = frozenset("\"“”'‘’«(—–:;-•*[…")


def article(tokens: Tokens, i: int) -> bool:
    """Whether `al`, `ez` ... at token i is joined by a hyphen to a capitalised word."""
    return (
        tokens[i].low in ARTICLES
        and i + 2 < len(tokens)
        and tokens[i + 1].text in "-‑"
        and tokens[i + 2].cap
        and tokens.glued(i + 1)
        and tokens.glued(i + 2)
    )


def starts(tokens: Tokens, i: int) -> bool:
    """Whether token i begins a sentence or a quotation, so that its capital tells little."""
    return i == 0 or (tokens[i - 1].text in _BEGINS and not (tokens.glued(i) and tokens.glued(i - 1)))


def is_headline(tokens: Tokens) -> bool:
    """Whether a line is set in Title Case or capitals, so that capitals tell nothing."""
    if tokens.headline is None:
        tokens.headline = False
        if tokens[-1].text not in ".:,;":
            content = [word.cap for word in tokens if len(word.text) > 3 and word.text[0].isalpha()]
            tokens.headline = len(content) >= 3 and sum(content) >= 0.8 * len(content)
    return tokens.headline


class Shapes:
    """Patterns of capitalised words."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        data = gazetteer.data
        self.heads: dict[str, str] = gazetteer.heads
        self.first_heads: dict[str, str] = gazetteer.first_heads
        self.titles = frozenset(data["titles"]["words"].lower().replace("-", " ").split()) | {"secretary-general"}

    def headed(self, tokens: Tokens, i: int, headline: bool) -> Name | None:
        """A capitalised stretch with a word that tells its type: `Helmand Province`, `Ministry of Defence`, `Operation Anvil`."""
        first = tokens[i]
        if not first.cap or first.low in ("the", "this", "our", "a"):
            return None
        end = self._stretch(tokens, i, headline)
        if first.text == "Operation" and end > i + 1:
            while end > i + 2 and tokens[end - 1].verb and headline:
                end -= 1
            return Name(i, end, "OPN")
        if first.low in COMPASS and i + 1 < len(tokens):
            place = self.gazetteer.longest(tokens, i + 1)
            if place and place.type in ("GPE", "LOC") and (not starts(tokens, i) or headline):
                return Name(i, place.last, "LOC")
        kind = self.first_heads.get(first.text)
        if kind and end > i + 1 and (kind != "ORG" or tokens[i + 1].low in ("of", "for") or first.text[:2] in _ARABIC_GROUPS):
            return None if starts(tokens, i) and first.text in _NOT_AT_START else Name(i, end, kind)
        if not headline and (office := self._office(tokens, i, end)):
            return office
        if headline and first.known and self.gazetteer.longest(tokens, i) is None:
            return None
        if headline:  # every word is capitalised: only words that are known for nothing else stand between
            end = next((k for k in range(i + 1, end) if tokens[k].text not in self.heads and tokens[k].known), end)
        return self._last_head(tokens, i, end, headline)

    def _office(self, tokens: Tokens, i: int, end: int) -> Name | None:
        """`U.S. Department of State`: an office inside the stretch takes what comes after its `of`."""
        for k in range(i + 1, end - 2):
            if tokens[k + 1].low in ("of", "for") and self.first_heads.get(tokens[k].text) == "ORG":
                return Name(i, end, "ORG")
        return None

    def _last_head(self, tokens: Tokens, i: int, end: int, headline: bool) -> Name | None:
        first = tokens[i]
        for k in range(end - 1, i, -1):
            kind = self.heads.get(tokens[k].text, "")
            if not kind or (headline and tokens[k].text in _NOT_IN_HEADLINES):
                continue
            if kind == "OPN" and k == i + 1 and first.closed:
                return None
            if k == i + 1 and starts(tokens, i) and first.known and not first.adjective and self.gazetteer.longest(tokens, i) is None:
                return None
            return Name(i, end if kind == "ORG" and k + 1 < end and tokens[k + 1].low in ("of", "for", "on") else k + 1, kind)
        return None

    def _stretch(self, tokens: Tokens, i: int, headline: bool) -> int:
        """End of a stretch of capitalised words, `of`, `for`, `and the` inside it allowed."""
        k, count = i + 1, len(tokens)
        reach = min(count, i + _LONGEST)
        while k < reach:
            word = tokens[k]
            if word.cap and word.text[0].isalpha() and tokens[k - 1].text not in ".,":
                k += 1
            elif (
                word.text == "-"
                and k + 1 < count
                and (tokens[k + 1].cap or tokens[k + 1].low in ARTICLES)
                and tokens.glued(k)
                and tokens.glued(k + 1)
            ):
                k += 2
            elif article(tokens, k):
                k += 1
            elif word.low in LINKS and not headline and k + 1 < count:
                step = self._link(tokens, i, k)
                if not step:
                    break
                k += step
            else:
                break
        return k

    def _link(self, tokens: Tokens, i: int, k: int) -> int:
        """How many tokens `of`, `of the`, `and` ... at token k and the capitalised word after it are, 0 where they end the name."""
        word, before = tokens[k], tokens[k - 1].text
        step = 2 if tokens[k + 1].low == "the" and word.low == "of" else 1
        follows = tokens[k + step] if k + step < len(tokens) else None
        joins = word.low not in ("and", "&", "on") or self.first_heads.get(tokens[i].text) == "ORG" or before in _JOINED
        of_head = word.low in ("and", "&", "on") or before in self.heads or before in self.first_heads
        if follows is None or not follows.cap or not joins or not of_head or self.heads.get(before, "ORG") != "ORG":
            return 0
        return step + 1

    def run(self, tokens: Tokens, i: int) -> int:
        """End of a run of capitalised words with particles (`bin`, `al-`), initials and hyphens, that no list or title breaks."""
        count = len(tokens)
        k = i + (3 if not tokens[i].cap and article(tokens, i) else 1)
        reach = min(count, i + _LONGEST)
        while k < reach:
            word = tokens[k]
            if not word.goes_on:
                break
            after = tokens[k + 1] if k + 1 < count else None
            if word.text in "-‑" and after and tokens.glued(k) and tokens.glued(k + 1) and (after.cap or article(tokens, k + 1)):
                k += 2
            elif article(tokens, k):
                k += 3
            elif word.low in PARTICLES and after and after.cap:
                k += 2
            elif (
                word.text == "." and len(tokens[k - 1].text) == 1 and after and after.cap and tokens[k - 1].text.isalpha() and k > i + 1
            ) or (word.cap and word.text[0].isalpha() and tokens[k - 1].text != "-" and not self._breaks(tokens, k)):
                k += 1
            else:
                break
        return min(k, count)

    def _breaks(self, tokens: Tokens, k: int) -> bool:
        if tokens[k].closed or tokens[k].low in self.titles:
            return True
        known = self.gazetteer.longest(tokens, k)
        return known is not None and known.type in ("NORP", "ORG", "OPN")

    def model(self, tokens: Tokens, i: int) -> Name | None:
        """Models of arms and vehicles (`F-16`, `AK47`), a vehicle noun after them included."""
        prefix = tokens[i].low
        kind = "VEH" if prefix in VEHICLE_MODELS else "WEA" if prefix in WEAPON_MODELS else ""
        if not kind or i + 1 == len(tokens) or not tokens.glued(i + 1):
            return None
        if tokens[i + 1].text == "-" and i + 2 < len(tokens) and tokens[i + 2].text[0].isdigit():
            last = i + 3
        elif tokens[i + 1].text.isdigit() and (len(prefix) > 1 or prefix in "ft"):
            last = i + 2
        else:
            return None
        last += last < len(tokens) and tokens[last].text == "s" and tokens.glued(last)  # `AK-47s`
        if kind == "VEH":
            while last < len(tokens) and tokens[last].low in _AIRCRAFT:
                last += 1
        return Name(i, last, kind)
