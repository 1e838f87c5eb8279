"""Tokens, the words that the rules know, and a small tagger of parts of speech.

A tag is one character, so that phrases can be found by regular expressions over the tags of a sentence:

``d`` determiner, quantifier, possessive pronoun; ``c`` number; ``t`` time expression; ``m`` money; ``j`` adjective; ``n`` noun;
``p`` name;
``s`` possessive 's; ``o`` pronoun; ``w`` relative pronoun; ``v`` verb in the past or present; ``k`` past participle; ``g`` -ing form;
``b`` base form; ``x`` be; ``h`` have; ``q`` do; ``M`` modal; ``T`` infinitive to; ``i`` preposition; ``u`` and, or; ``z`` subordinator;
``r`` adverb; ``-`` hyphen inside a compound; ``,`` comma or dash; ``.`` stop; ``"`` quote; ``(`` ``)`` brackets; ``?`` anything else.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_TOKEN = re.compile(
    r"\d{1,2}:\d{2}|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:[A-Z]\.){2,}|['’]s(?![^\W_])|"
    r"[^\W\d_]+(?:['’](?!s(?![^\W_]))[^\W\d_]+)*|[^\W_]+|\S"
)
_DASHES = frozenset("–—-‑")
_MARKS = {",": ",", ";": ",", ":": ",", ".": ".", "!": ".", "?": ".", "…": ".", "(": "(", ")": ")", "[": "(", "]": ")"}
_QUOTES = frozenset('"“”«»‘`')


class Token:
    """A word or a mark, with its offsets in the article."""

    __slots__ = ("cap", "end", "glued", "lemma", "low", "start", "tag", "text")

    def __init__(self, text: str, start: int, glued: bool) -> None:
        self.text = text
        self.low = text.lower() if text.isascii() else text.lower().replace("’", "'")
        self.start = start
        self.end = start + len(text)
        self.glued = glued  # no white space before it
        self.cap = text[0].isupper()
        self.tag = ""
        self.lemma = self.low


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """Split a stretch of the article into tokens; parts of hyphenated compounds are tokens of their own."""
    tokens: list[Token] = []
    last = -1
    for match in _TOKEN.finditer(text, start, end):
        low, high = match.span()
        tokens.append(Token(match.group(), low, low == last))
        last = high
    return tokens


def split(text: str) -> list[str]:
    """Texts of the tokens of a name."""
    return _TOKEN.findall(text)


def read(name: str) -> dict[str, Any]:
    """Parse one of the word lists beside this module."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


class Words:
    """The word lists, inflected.

    Attributes
    ----------
    closed
        Tag of each word of the closed classes.
    verbs
        Verb form to (lemma, forms), forms a set of ``b`` base, ``z`` third person, ``v`` past, ``k`` participle, ``g`` -ing.
    nouns
        Noun form to (lemma, entity type or "", plural).
    """

    def __init__(self) -> None:
        words, nouns, triggers = read("words.toml"), read("nouns.toml"), read("triggers.toml")
        self.closed: dict[str, str] = {word: tag for tag, listed in words["closed"].items() for word in listed.split()}
        self.lists: dict[str, frozenset[str]] = {name: frozenset(listed.split()) for name, listed in words["lists"].items()}
        self.adjectives = frozenset(words["forms"]["adjectives"].split())
        self._irregular = dict(entry.split(":", 1) for entry in words["forms"]["irregular"].split())
        self._plurals = dict(entry.split(":") for entry in words["forms"]["plurals"].split())
        self.verbs: dict[str, tuple[str, set[str]]] = {}
        for lemma in dict.fromkeys(
            [
                *(w for entry in triggers["verb"] for w in entry["words"].split()),
                *self._irregular,
                *words["forms"]["verbs"].split(),
                *self.lists["light"],
            ]
        ):
            self._add_verb(lemma)
        self.nouns: dict[str, tuple[str, str, bool]] = {}
        for entry in triggers["noun"]:
            for lemma in entry["words"].split():
                self._add_noun(lemma, "")
        for kind in ("NONE", "WEA", "VEH", "LOC", "FAC", "GPE", "ORG", "PER"):
            for lemma in nouns[kind].split():
                self._add_noun(lemma, "" if kind == "NONE" else kind)

    def _add_verb(self, lemma: str) -> None:
        past, _, participle = self._irregular.get(lemma, "").partition(":")
        if not past:
            past = participle = _regular_past(lemma)
        stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith(("ee", "ye", "oe")) and lemma != "be" else lemma
        ing = {"die": "dying", "lie": "lying"}.get(lemma) or (_doubled(stem) if stem == lemma else stem) + "ing"
        for form, kind in ((lemma, "b"), (_with_s(lemma), "z"), (past, "v"), (participle or past, "k"), (ing, "g")):
            known = self.verbs.setdefault(form, (lemma, set()))
            known[1].add(kind)

    def _add_noun(self, lemma: str, kind: str) -> None:
        self.nouns[lemma] = (lemma, kind, lemma in ("people", "arms", "supplies"))
        plural = self._plurals.get(lemma) or _with_s(lemma)
        if plural != lemma:
            self.nouns[plural] = (lemma, kind, True)

    def known(self, low: str) -> bool:
        """Whether a lower-case word is in any list, so that a capital at the start of a sentence means nothing."""
        return low in self.closed or low in self.verbs or low in self.nouns or low in self.adjectives


def _doubled(stem: str) -> str:
    short = len(stem) >= 3 and stem[-1] in "bdgmnpt" and stem[-2] in "aeiou" and stem[-3] not in "aeiou"
    stressed = len(re.findall("[aeiou]+", stem)) == 1 or stem in (
        "begin",
        "admit",
        "commit",
        "regret",
        "rebel",
        "occur",
        "permit",
        "expel",
        "repel",
    )
    if (short and stressed) or stem in (
        "travel",
        "expel",
        "repel",
        "rebel",
        "shell-",
        "control",
        "occur",
        "refer",
        "cancel",
        "kidnap",
        "patrol",
    ):
        return stem + stem[-1]
    return stem


def _regular_past(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ied"
    return _doubled(lemma) + "ed"


def _with_s(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) or lemma in ("go", "do", "volcano") else "s")


_NOMINAL = frozenset("djcs")  # after these a noun phrase goes on
_SUFFIX_ADJECTIVE = re.compile(r"(?:al|ous|ive|ful|less|able|ible|ary|ish|ic|ian|ern|ese|like|wide|most)$")


def tag(tokens: list[Token], words: Words, spans: dict[int, str]) -> str:
    """Tag the tokens of a sentence in place and return the tags as a string.

    `spans` gives the tag of tokens that a name, date or number covers already.
    """
    for i, covered in spans.items():
        tokens[i].tag = covered
    previous = "."
    for i, token in enumerate(tokens):
        low = token.low
        token.tag = previous = spans.get(i) or words.closed.get(low) or _mark(tokens, i) or _open(tokens, i, previous, words)
        if previous == "h" or previous == "x":
            token.lemma = "have" if previous == "h" else "be"
    _repair(tokens, words)
    return "".join(token.tag for token in tokens)


def _mark(tokens: list[Token], i: int) -> str:
    token = tokens[i]
    text = token.text
    if text[0].isalpha():
        return ""
    if text in ("'s", "’s") or (text in "'’" and token.glued and i and tokens[i - 1].low.endswith("s")):
        return "s"
    if text in _DASHES:
        return "-" if token.glued and i + 1 < len(tokens) and tokens[i + 1].glued and text in "-‑" else ","
    if text[0].isdigit():
        return "c"
    return _MARKS.get(text) or ('"' if text in _QUOTES or text in "'’" else "?")


def _open(tokens: list[Token], i: int, previous: str, words: Words) -> str:
    token, low = tokens[i], tokens[i].low
    verb, noun = words.verbs.get(low), words.nouns.get(low)
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    acts = verb and (
        previous in "xh"
        or (following and previous not in "djcs" and (following.tag == "c" or words.closed.get(following.low, "") in ("d", "o")))
    )
    if low in words.adjectives and not acts:
        if noun and not (following and (following.low in words.nouns or following.low in words.adjectives)):
            token.lemma = noun[0]
            return "n"
        return "j"
    if low.endswith("ly") and len(low) > 4 and not verb and not noun:
        return "r"
    if verb and noun:
        return _noun_or_verb(tokens, i, previous, words, verb, noun)
    if noun:
        token.lemma = noun[0]
        return "n"
    if verb and previous in "djcs" and verb[1] & {"b", "z"} and not verb[1] & {"v", "g"} and low not in ("be", "do"):
        return "n"  # `his claims`, `several reports`
    if verb:
        token.lemma = verb[0]
        return _verb_tag(verb[1], previous)
    if low.endswith("ing") and len(low) > 5:
        return "g"
    if low.endswith("ed") and len(low) > 4:
        return "k" if previous in "xh" else "v"
    return "j" if _SUFFIX_ADJECTIVE.search(low) and len(low) > 4 else "n"


def _verb_tag(forms: set[str], previous: str) -> str:
    if "g" in forms:
        return "g"
    if "k" in forms and (previous in "xh" or ("v" not in forms and "b" not in forms)):
        return "k"
    if "b" in forms and (previous in "TMq" or "v" not in forms):
        return "b" if previous in "TMq" else "v"
    return "v"


def _noun_or_verb(tokens: list[Token], i: int, previous: str, words: Words, verb: tuple[str, set[str]], noun: tuple[str, str, bool]) -> str:
    """Decide between noun and verb (attack, strikes, fighting, fire) by the neighbours."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    after = following.low if following else ""
    object_follows = (
        words.closed.get(after, "") in ("d", "o")
        or bool(following and (following.cap or following.tag in ("c", "p")))
        or after[:1].isdigit()
    )
    if "g" in verb[1] or ("v" in verb[1] and token.low != verb[0] and not noun[2]):
        is_verb = (
            "g" not in verb[1]
            or previous in "x"
            or (object_follows and previous not in "djs")
            or (previous in "n" and after in ("in", "at", "for", "with", "alongside"))
        )
        if noun[1] == "" and previous in "ij,." and "g" in verb[1] and not object_follows:
            is_verb = False
    elif previous in "TMqo":
        is_verb = True
    elif previous in "djcsimt-":
        is_verb = False
    elif previous in "np":
        plural = i > 0 and words.nouns.get(tokens[i - 1].low, ("", "", False))[2]
        is_verb = (object_follows or (previous == "n" and plural and after in ("in", "at", "on"))) and (
            plural or "z" in verb[1] or previous == "p"
        )
    elif previous == "r":
        is_verb = object_follows or not noun[2]
    else:
        is_verb = object_follows and previous in "w"
    if previous == "w":
        is_verb = True
    if previous in "pjdc" and noun[1] in ("PER", "ORG") and noun[2]:
        is_verb = False
    token.lemma = verb[0] if is_verb else noun[0]
    return _verb_tag(verb[1], previous) if is_verb else "n"


def _repair(tokens: list[Token], words: Words) -> None:
    """Second look at tags that need the word after: `to` before verbs, participles inside noun phrases, `that`, verb groups."""
    count = len(tokens)
    for i, token in enumerate(tokens):
        after = tokens[i + 1].tag if i + 1 < count else "."
        before = tokens[i - 1].tag if i else "."
        if token.low == "to" and i + 1 < count:
            k = i + 2 if after == "r" and i + 2 < count else i + 1
            verb = words.verbs.get(tokens[k].low)
            if tokens[k].tag in "xh" or (verb and "b" in verb[1] and tokens[k].tag in "vbn" and not tokens[k].cap):
                token.tag, tokens[k].lemma = "T", verb[0] if verb else "be"
                tokens[k].tag = tokens[k].tag if tokens[k].tag in "xh" else "b"
        elif (
            token.tag in "vk"
            and before == "r"
            and token.low in words.verbs
            and "k" in words.verbs[token.low][1]
            and _auxiliary_before(tokens, i)
        ):
            token.tag = "k"
        elif token.tag in "vkgb" and before == "-":
            token.tag = "j"
        elif token.tag in "vk" and before == "r" and after in "njp" and i > 1 and tokens[i - 2].tag in _NOMINAL:
            tokens[i - 1].tag = token.tag = "j"
        elif (token.tag in "vkg" and before in _NOMINAL and after in "njp" and not (token.tag == "g" and before in "j")) or (
            token.tag == "v" and before == "i" and after == "n" and token.low.endswith("ed")
        ):
            token.tag = "j"
        elif token.low == "that" and token.tag == "d":
            if before in "np" and after in "vxhqMr":
                token.tag = "w"
            elif after in "dopjc" or before in "v":
                token.tag = "z"
        elif token.low == "that" and token.tag == "w":
            if after in "dop" or before in "v" or (before not in "np"):
                token.tag = "z" if after in "dopjcn" and before in "vbkgn" else "d"
        elif token.low in ("her", "his") and token.tag in "do" and after not in "njcgkp-d":
            token.tag = "o"
        elif token.low in ("after", "before", "since", "until", "as") and token.tag == "i" and _verb_soon(tokens, i):
            token.tag = "z"


def _auxiliary_before(tokens: list[Token], i: int) -> bool:
    k = i - 1
    while k >= 0 and tokens[k].tag == "r":
        k -= 1
    return k >= 0 and tokens[k].tag in "xh"


def _verb_soon(tokens: list[Token], i: int) -> bool:
    """Whether a short noun phrase and a finite verb follow: then the word before opens a clause."""
    for token in tokens[i + 1 : i + 7]:
        if token.tag in "vxhqM":
            return True
        if token.tag not in "dcjnptsor-":
            return False
    return False
