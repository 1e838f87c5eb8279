"""Names: patterns of capitalised words, and what their surroundings tell of their types."""

from __future__ import annotations

import re

from .gazetteer import ARTICLES, Gazetteer, Name, slug
from .memory import Memory
from .words import Token, Words

_PLACE_PREPOSITIONS = frozenset(
    "in near at from to into outside inside around across towards toward through throughout retake capture reach leave enter".split()
)
_PLACE_NOUNS = frozenset(
    "city town village province district governorate region capital neighbourhood neighborhood suburb county municipality area settlement "
    "hamlet villages towns cities port enclave stronghold state oblast island provinces districts".split()
)
_FACILITY_NOUNS = frozenset(
    "prison camp airport airbase airfield base hospital mosque bridge dam bakery stadium school university "
    "crossing oilfield barracks refinery".split()
)
_VEHICLE_MODELS = frozenset("f t su mig b mi mq uh ah a c tu il kc ka btr bmp mig- rq".split())
_WEAPON_MODELS = frozenset("ak akm rpg m s tow pk pkm bm gbu svd sa v kh m4 bgm dshk".split())
_COMPASS = frozenset(
    "northern southern eastern western north-eastern northeastern northwestern southeastern southwestern "
    "central north south east west north-east".split()
)
_PARTICLES = frozenset("bin ibn bint abu abd abdul de da del della van von der den di du la le el al umm ould".split())
_LONGEST = 16  # tokens of a name: what is longer is a list or a headline
_BEGINS = frozenset("\"“”'‘’«(—–:;-•*[…")


class NameFinder:
    """Finds the names of one article in two passes: what context tells, then what the rest of the article tells."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self.gazetteer, self.words = gazetteer, words
        data = gazetteer.data
        self.heads = {word: kind for kind in ("OPN", "FAC", "GPE", "LOC", "ORG") for word in data["heads"][kind].split()}
        self.first_heads = {word: kind for kind in ("ORG", "LOC", "FAC", "GPE") for word in data["heads"]["first_" + kind].split()}
        self.titles = frozenset(data["titles"]["words"].lower().replace("-", " ").split()) | {"secretary-general"}
        self.roles = frozenset(data["titles"]["roles"].split())
        self.organs = [tuple(organ.split("-")) for organ in data["other"]["state_organs"].split() if not organ.endswith("-not")]

    def find(self, sentences: list[list[Token]]) -> list[list[Name]]:
        """Names of each sentence."""
        memory = Memory(self.gazetteer)
        tentative = []
        for tokens in sentences:
            headline = is_headline(tokens, self.words)
            names = self._scan(tokens, headline)
            tentative.append(names)
            if not headline:
                memory.learn(tokens, names)
        for tokens, names in zip(sentences, tentative, strict=True):
            memory.learn_acronyms(tokens, names)
        return [memory.settle(tokens, names) for tokens, names in zip(sentences, tentative, strict=True)]

    def _scan(self, tokens: list[Token], headline: bool) -> list[Name]:
        names: list[Name] = []
        i, titled = 0, False
        while i < len(tokens):
            token = tokens[i]
            if not (token.cap or (token.low in ARTICLES and _article(tokens, i)) or token.low == "peshmerga"):
                titled = titled and token.text == "."
                i += 1
                continue
            if token.low in self.titles and self._title_here(tokens, i):
                titled, i = True, i + 1
                continue
            name = self._at(tokens, i, titled, headline)
            if name is None or name.last <= i:
                titled, i = False, i + 1
                continue
            names.append(name)
            titled = False
            i = name.last
        return names

    def _title_here(self, tokens: list[Token], i: int) -> bool:
        """Whether a title stands before a capitalised word, not inside the name of an organisation."""
        k = i + 1
        while k < len(tokens) and (tokens[k].text == "." or (tokens[k].low == "of" and k + 1 < len(tokens) and tokens[k + 1].cap)):
            k += 1
        return k < len(tokens) and tokens[k].cap and tokens[k].text not in self.heads

    def _at(self, tokens: list[Token], i: int, titled: bool, headline: bool) -> Name | None:
        """The name that begins at token i."""
        known, headed = self.gazetteer.longest(tokens, i), self._headed(tokens, i, headline)
        if headed and (known is None or headed.last > known.last):
            return headed
        if model := self._model(tokens, i):
            return model
        end = self._run(tokens, i)
        longer = known and known.weight < 1 and end > known.last and known.type == "GPE" and not self._place_context(tokens, i, known.last)
        if known and not longer and not self._part_of_person(tokens, known, end, titled):
            if (
                known.type == "GPE"
                and known.weight < 1
                and self._starts(tokens, i)
                and not self._place_context(tokens, known.first, known.last)
            ):
                return known._replace(weight=0.2)
            return self._extended(tokens, known)
        if (
            tokens[i].text in self.gazetteer.none
            or tokens[i].low in self.words.closed
            or (headline and not titled and tokens[i].low not in self.gazetteer.given)
        ):
            return None if not headline or len(tokens[i].text) < 2 else self._in_headline(tokens, i, end)
        if self._starts(tokens, i) and self.words.known(tokens[i].low) and tokens[i].low not in self.gazetteer.given and not titled:
            return None
        kind, weight = self._classify(tokens, i, end, titled)
        if self._starts(tokens, i) and end == i + 1 and not titled and weight < 1:
            weight = min(weight, 0.1)
        return Name(i, end, kind, "", weight)

    def _in_headline(self, tokens: list[Token], i: int, end: int) -> Name | None:
        """In a headline every word may be capitalised: only words known to nobody are names, and only if the article repeats them."""
        if self.words.known(tokens[i].low) or tokens[i].text in self.gazetteer.none or tokens[i].low.endswith(("ing", "ed", "ly")):
            return None
        last = i + 1
        while last < end and not self.words.known(tokens[last].low):
            last += 1
        return Name(i, last, "", "", 0.05)

    @staticmethod
    def _starts(tokens: list[Token], i: int) -> bool:
        return i == 0 or (tokens[i - 1].text in _BEGINS and not (tokens[i].glued and tokens[i - 1].glued))

    def _part_of_person(self, tokens: list[Token], known: Name, end: int, titled: bool) -> bool:
        """Whether a listed word is only part of a personal name (`Jordan Smith`, `Mr Washington`)."""
        if known.type in ("ORG", "NORP", "OPN") or end <= known.last:
            return titled and known.weight < 1
        word = tokens[known.first].low
        return known.last == known.first + 1 and (titled or word in self.gazetteer.given or known.weight < 0.5)

    def _extended(self, tokens: list[Token], name: Name) -> Name:
        """`Syrian army` is one organisation; `Northern Syria`, written so, one region."""
        if name.type == "NORP" or name.entity in ("united-states", "united-kingdom"):
            following = [token.low for token in tokens[name.last : name.last + 3]]
            for organ in self.organs:
                if tuple(following[: len(organ)]) == organ and not tokens[name.last].glued:
                    end = name.last + len(organ)
                    return Name(name.first, end, "ORG", slug(" ".join(token.low for token in tokens[name.first : end])))
        return name

    def _headed(self, tokens: list[Token], i: int, headline: bool) -> Name | None:
        """A capitalised stretch with a word that tells its type: `Helmand Province`, `Ministry of Defence`, `Operation Anvil`."""
        first = tokens[i]
        if not first.cap or first.low in ("the", "this", "our", "a"):
            return None
        end = self._stretch(tokens, i, headline)
        if first.text == "Operation" and end > i + 1:
            while end > i + 2 and tokens[end - 1].low in self.words.verbs and headline:
                end -= 1
            return Name(i, end, "OPN")
        if first.low in _COMPASS and i + 1 < len(tokens):
            place = self.gazetteer.longest(tokens, i + 1)
            if place and place.type in ("GPE", "LOC") and (not self._starts(tokens, i) or headline):
                return Name(i, place.last, "LOC")
        kind = self.first_heads.get(first.text)
        if (
            kind
            and end > i + 1
            and (
                kind != "ORG"
                or tokens[i + 1].low in ("of", "for")
                or first.text[:2] in ("Ja", "Ah", "Li", "Ha", "Hi", "Ju", "An", "Ka", "Fa")
            )
        ):
            return (
                Name(i, end, kind)
                if not (self._starts(tokens, i) and first.text in ("New", "House", "Office", "Port", "Court", "Union", "Party"))
                else None
            )
        if headline and self.words.known(first.low) and self.gazetteer.longest(tokens, i) is None:
            return None
        if headline:  # every word is capitalised: only words that are known for nothing else stand between
            end = next((k for k in range(i + 1, end) if tokens[k].text not in self.heads and self.words.known(tokens[k].low)), end)
        for k in range(end - 1, i, -1):
            kind = self.heads.get(tokens[k].text, "")
            if kind and not (
                headline and tokens[k].text in ("Forces", "Force", "Command", "Camp", "Attack", "Front", "Base", "Border", "Offensive")
            ):
                if kind == "OPN" and (k == i + 1 and tokens[i].low in self.words.closed):
                    return None
                start_known = (
                    self._starts(tokens, i)
                    and self.words.known(first.low)
                    and self.gazetteer.longest(tokens, i) is None
                    and first.low not in self.words.adjectives
                )
                if start_known and k == i + 1:
                    return None
                return Name(i, end if kind == "ORG" and k + 1 < end and tokens[k + 1].low in ("of", "for", "on") else k + 1, kind)
        return None

    def _stretch(self, tokens: list[Token], i: int, headline: bool) -> int:
        """End of a stretch of capitalised words, `of`, `for`, `and the` inside it allowed."""
        k = i + 1
        while k < len(tokens) and k < i + _LONGEST:
            token = tokens[k]
            if token.cap and (token.text[0].isalpha()) and tokens[k - 1].text not in ".,":
                k += 1
            elif (
                token.text == "-"
                and token.glued
                and k + 1 < len(tokens)
                and tokens[k + 1].glued
                and (tokens[k + 1].cap or tokens[k + 1].low in ARTICLES)
            ):
                k += 2
            elif token.low in ARTICLES and _article(tokens, k):
                k += 1
            elif token.low in ("of", "for", "and", "&", "on") and not headline and k + 1 < len(tokens):
                step = 2 if tokens[k + 1].low == "the" and token.low == "of" else 1
                follows = tokens[k + step] if k + step < len(tokens) else None
                joins = token.low not in ("and", "&", "on") or (
                    self.first_heads.get(tokens[i].text) == "ORG"
                    or tokens[k - 1].text in ("Research", "Science", "Peace", "Justice", "Development", "Rights")
                )
                of_head = token.low in ("and", "&", "on") or tokens[k - 1].text in self.heads or tokens[k - 1].text in self.first_heads
                if follows is None or not follows.cap or not joins or not of_head or self.heads.get(tokens[k - 1].text, "ORG") != "ORG":
                    break
                k += step + 1
            else:
                break
        return k

    def _run(self, tokens: list[Token], i: int) -> int:
        """End of a run of capitalised words with particles (`bin`, `al-`), initials and hyphens, that no list or title breaks."""
        k = i + (3 if tokens[i].low in ARTICLES and _article(tokens, i) and not tokens[i].cap else 1)
        while k < len(tokens) and k < i + _LONGEST:
            token = tokens[k]
            after = tokens[k + 1] if k + 1 < len(tokens) else None
            if (
                token.text in "-‑"
                and token.glued
                and after
                and after.glued
                and (after.cap or (after.low in ARTICLES and _article(tokens, k + 1)))
            ):
                k += 2
            elif token.low in ARTICLES and _article(tokens, k):
                k += 3
            elif token.low in _PARTICLES and after and after.cap:
                k += 2
            elif (
                token.text == "." and len(tokens[k - 1].text) == 1 and after and after.cap and tokens[k - 1].text.isalpha() and k > i + 1
            ) or (token.cap and token.text[0].isalpha() and tokens[k - 1].text != "-" and not self._breaks(tokens, k)):
                k += 1
            else:
                break
        return min(k, len(tokens))

    def _breaks(self, tokens: list[Token], k: int) -> bool:
        known = self.gazetteer.longest(tokens, k)
        return tokens[k].low in self.titles or bool(known and known.type in ("NORP", "ORG", "OPN")) or tokens[k].low in self.words.closed

    def _model(self, tokens: list[Token], i: int) -> Name | None:
        """Models of arms and vehicles: `F-16`, with a vehicle noun after it."""
        token = tokens[i]
        digits = i + 2 < len(tokens) and tokens[i + 1].text == "-" and tokens[i + 1].glued and tokens[i + 2].text[0].isdigit()
        match = re.fullmatch(r"([A-Za-z]{1,3})\d+[A-Z]?", token.text)
        if not digits and not (match and match[1].lower() in _WEAPON_MODELS | _VEHICLE_MODELS and len(match[1]) > 1):
            return None
        prefix = (match[1] if match else token.text).lower()
        kind = "VEH" if prefix in _VEHICLE_MODELS else "WEA" if prefix in _WEAPON_MODELS else ""
        last = i + (3 if digits else 1)
        last += last < len(tokens) and tokens[last].text == "s" and tokens[last].glued  # `AK-47s`
        if kind == "VEH":
            while last < len(tokens) and tokens[last].low in (
                "fighter",
                "bomber",
                "bombers",
                "jets",
                "jet",
                "tank",
                "tanks",
                "fighters",
                "warplanes",
                "helicopters",
                "aircraft",
                "drone",
                "drones",
                "plane",
                "planes",
            ):
                last += 1
        return Name(i, last, kind) if kind else None

    def _place_context(self, tokens: list[Token], i: int, j: int) -> bool:
        before = tokens[i - 1].low if i else ""
        if before == "of" and i > 1:
            return tokens[i - 2].low in _PLACE_NOUNS or tokens[i - 2].low in (
                "north",
                "south",
                "east",
                "west",
                "outside",
                "northeast",
                "northwest",
                "outskirts",
                "fall",
                "battle",
                "siege",
                "capture",
            )
        return before in _PLACE_PREPOSITIONS or before in _COMPASS or (j < len(tokens) and tokens[j].low in _PLACE_NOUNS)

    def _classify(self, tokens: list[Token], i: int, j: int, titled: bool) -> tuple[str, float]:
        """Type of an unlisted name by its context, and a weight from 0 to 3."""
        before, after = tokens[i - 1].low if i else "", tokens[j].low if j < len(tokens) else ""
        text, size = tokens[i].text, j - i
        if titled or before in self.roles:
            return "PER", 3.0
        if tokens[i].low in self.gazetteer.given and (size > 1 or before not in _PLACE_PREPOSITIONS):
            return "PER", 2.5 if size > 1 else 1.2
        if after in self.words.lists["speech"] and not text.isupper():
            return "PER", 2.0
        if after in _FACILITY_NOUNS:
            return "FAC" if after in ("camp",) else "GPE", 1.0
        if size == 1 and text.isupper() and 2 <= len(text) <= 6:
            return "ORG", 1.5
        if after in (
            "army",
            "group",
            "militia",
            "militants",
            "fighters",
            "brigade",
            "movement",
            "party",
            "insurgents",
            "rebels",
            "network",
            "news",
        ):
            return "ORG", 1.5
        if after in ("river", "desert", "mountains", "valley", "mountain", "volcanic", "oilfield", "lake", "sea", "peninsula"):
            return "LOC", 2.0
        if self._place_context(tokens, i, j):
            return "GPE", 2.0 if size == 1 or tokens[i].low in ARTICLES else 1.0
        if (
            after == ","
            and j + 2 < len(tokens)
            and (tokens[j + 1].low in ("a", "an", "the", "who", "whose") or (tokens[j + 1].text.isdigit() and tokens[j + 2].text == ","))
        ):
            role = next((token.low for token in tokens[j + 2 : j + 7] if token.low in self.roles or token.low in _PLACE_NOUNS), "")
            return ("GPE", 2.0) if role in _PLACE_NOUNS else ("PER", 2.0 if role or tokens[j + 1].text.isdigit() else 1.0)
        if before == "the" and size == 1:
            return "ORG", 0.7
        if size >= 2 and all(token.text != "-" for token in tokens[i:j]) and before != "the":
            return "PER", 0.9
        if after in ("'s", "’s") or size >= 2:
            return ("PER", 0.5) if before != "the" else ("ORG", 0.6)
        return "", 0.3


def _article(tokens: list[Token], i: int) -> bool:
    """Whether `al`, `ez` ... at token i is joined by a hyphen to a capitalised word."""
    return i + 2 < len(tokens) and tokens[i + 1].text in "-‑" and tokens[i + 1].glued and tokens[i + 2].cap and tokens[i + 2].glued


def is_headline(tokens: list[Token], words: Words) -> bool:
    """Whether a line is set in Title Case or capitals, so that capitals tell nothing."""
    content = [token for token in tokens if token.text[0].isalpha() and len(token.text) > 3]
    return len(content) >= 3 and sum(token.cap for token in content) >= 0.8 * len(content) and tokens[-1].text not in (".", ".”", '."')
