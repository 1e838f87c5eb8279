"""Names: what is listed, what is capitalised, and what the article tells of it."""

from __future__ import annotations

from .gazetteer import Gazetteer, Name
from .memory import Memory, Read
from .name_context import Context
from .name_shapes import LINKS, MODELS, Shapes, article, is_headline, starts
from .signals import HEAD, NAME
from .spelling import slug
from .tokens import Tokens
from .words import Word, Words

_WITH_ORGANS = frozenset(("united-states", "united-kingdom"))  # countries whose names stand before those of their organs
_ABSTRACT = ("tion", "tions", "sion", "sions", "ment", "ments", "ness", "ship", "ships", "ity", "ities")


class NameFinder:
    """Finds the names of one article in two passes: what context tells, then what the rest of the article tells."""

    def __init__(self, gazetteer: Gazetteer, words: Words) -> None:
        self.gazetteer, self.words = gazetteer, words
        self.shapes = Shapes(gazetteer)
        self.context = Context(gazetteer, words)
        data = gazetteer.data
        self.titles = self.shapes.titles
        self.organs: dict[str, list[list[str]]] = {}  # by their first word
        for organ in data["other"]["state_organs"].split():
            if not organ.endswith("-not"):
                self.organs.setdefault(organ.split("-")[0], []).append(organ.split("-"))

    def find(self, sentences: list[Tokens]) -> list[list[Name]]:
        """Names of each sentence."""
        memory = Memory(self.gazetteer)
        tentative = []
        for tokens in sentences:
            names = [Read(name, tokens) for name in self._scan(tokens)] if tokens.flags & NAME else []
            tentative.append(names)
            if names and not is_headline(tokens):
                memory.learn(names)
        for tokens, names in zip(sentences, tentative, strict=True):
            if len(names) > 1:
                memory.learn_acronyms(tokens, names)
        if memory.short:
            for names in tentative:
                memory.learn_initials(names)
        return [memory.settle(names) if names else [] for names in tentative]

    def _scan(self, tokens: Tokens) -> list[Name]:
        names: list[Name] = []
        at, titled = 0, False
        for i in [i for i, word in enumerate(tokens) if word.begins_name]:
            word = tokens[i]
            if i < at or not (word.cap or word.low == "peshmerga" or article(tokens, i)):
                continue
            if titled:
                titled = all(tokens[k].text == "." for k in range(at, i))
            at = i + 1
            if word.low in self.titles and self._title_here(tokens, i):
                titled = True
                continue
            name = self._at(tokens, i, titled)
            titled = False
            if name is not None and name.last > i:
                names.append(name)
                at = name.last
        return names

    def _title_here(self, tokens: Tokens, i: int) -> bool:
        """Whether a title stands before a capitalised word, not inside the name of an organisation."""
        k = i + 1
        while k < len(tokens) and (tokens[k].text == "." or (tokens[k].low == "of" and k + 1 < len(tokens) and tokens[k + 1].cap)):
            k += 1
        return k < len(tokens) and tokens[k].cap and tokens[k].text not in self.shapes.heads

    def _at(self, tokens: Tokens, i: int, titled: bool) -> Name | None:
        """The name that begins at token i."""
        word = tokens[i]
        known, headline = self.gazetteer.longest(tokens, i) if word.reach else None, is_headline(tokens)
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        goes_on = after is not None and after.goes_on
        if tokens.flags & HEAD and (goes_on or word.flags & HEAD or (after is not None and after.low in LINKS)):
            headed = self.shapes.headed(tokens, i, headline)
            if headed and (known is None or headed.last > known.last):
                return headed
        if word.low in MODELS and (model := self.shapes.model(tokens, i)):
            return model
        end = self.shapes.run(tokens, i) if goes_on or not word.cap else i + 1
        if known:
            longer = known.weight < 1 and end > known.last and known.type == "GPE" and not self.context.of_place(tokens, i, known.last)
            if not longer and not self._part_of_person(tokens, known, end, titled):
                if known.type == "GPE" and known.weight < 1 and starts(tokens, i) and not self.context.of_place(tokens, i, known.last):
                    return known._replace(weight=0.4 if self._acts(tokens, known) else 0.2)
                return self._extended(tokens, known) if known.type == "NORP" or known.entity in _WITH_ORGANS else known
        given = word.low in self.gazetteer.given
        if word.text in self.gazetteer.none or word.closed or (headline and not titled and not given):
            return self._in_headline(tokens, i, end) if headline and len(word.text) > 1 else None
        begins = starts(tokens, i)
        if begins and word.known and not given and not titled:
            return None
        if not given and all(map(self._common, tokens[i:end])) and (not titled or word.low in self.titles):
            return None
        kind, weight = self.context.classify(tokens, i, end, titled)
        if begins and end == i + 1 and not titled and weight < 1:
            weight = min(weight, 0.1)
        return Name(i, end, kind, "", weight)

    @staticmethod
    def _acts(tokens: Tokens, name: Name) -> bool:
        """Whether a place that opens a sentence has a verb after it: `Goma was captured`, and is no English word."""
        if name.last >= len(tokens) or any(word.known for word in tokens[name.first : name.last]):
            return False
        after = tokens[name.last]
        return after.closed in ("x", "h", "M", "q") or (after.verb is not None and not after.noun and not after.cap)

    def _common(self, word: Word) -> bool:
        """Whether a word is a common one, capitalised for respect or emphasis: `the High Representative`, `Resolution`."""
        if len(word.text) == 1 or not word.cap:
            return True
        if word.text.isupper():
            return False
        return word.known or word.low in self.titles or word.low in self.context.roles or word.low.endswith(_ABSTRACT)

    def _in_headline(self, tokens: Tokens, i: int, end: int) -> Name | None:
        """In a headline every word may be capitalised: only words known to nobody are names, and only if the article repeats them."""
        if tokens[i].known or tokens[i].text in self.gazetteer.none or tokens[i].low.endswith(("ing", "ed", "ly")):
            return None
        last = i + 1
        while last < end and not tokens[last].known:
            last += 1
        return Name(i, last, "", "", 0.05)

    def _part_of_person(self, tokens: Tokens, known: Name, end: int, titled: bool) -> bool:
        """Whether a listed word is only part of a personal name (`Jordan Smith`, `Mr Washington`)."""
        if known.type in ("ORG", "NORP", "OPN") or end <= known.last:
            return titled and known.weight < 1
        word = tokens[known.first].low
        return known.last == known.first + 1 and (titled or word in self.gazetteer.given or known.weight < 0.5)

    def _extended(self, tokens: Tokens, name: Name) -> Name:
        """`Syrian army` is one organisation; `Northern Syria`, written so, one region."""
        after = tokens[name.last].low if name.last < len(tokens) else ""
        for organ in self.organs.get(after, ()):
            if [token.low for token in tokens[name.last : name.last + len(organ)]] == organ and not tokens.glued(name.last):
                end = name.last + len(organ)
                return Name(name.first, end, "ORG", slug(" ".join(token.low for token in tokens[name.first : end])))
        return name
