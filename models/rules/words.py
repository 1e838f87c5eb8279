"""The words that the rules know, inflected, and what is known of each spelling.

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
from functools import cache
from pathlib import Path
from typing import Any

from .inflection import verb_forms, with_s
from .spelling import ARTICLES, PARTICLES, fold, normal

HERE = Path(__file__).parent
_MARKS = {",": ",", ";": ",", ":": ",", ".": ".", "!": ".", "?": ".", "…": ".", "(": "(", ")": ")", "[": "(", "]": ")"}
_MARKS |= dict.fromkeys('"“”«»‘`', '"') | {"'s": "s", "’s": "s", "–": ",", "—": ","}
_NEIGHBOURS = frozenset("'’-‑")  # marks that are told by what stands beside them
_REPAIRED = frozenset("to that her his after before since until as".split())
_SUFFIX_ADJECTIVE = re.compile(r"(?:al|ous|ive|ful|less|able|ible|ary|ish|ic|ian|ern|ese|like|wide|most)$")
Verb = tuple[str, frozenset[str]]
Noun = tuple[str, str, bool]
NO_NOUN: Noun = ("", "", False)


@cache
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
    triggers
        Lemmas that may state an event.
    """

    def __init__(self) -> None:
        words, nouns, triggers = read("words.toml"), read("nouns.toml"), read("triggers.toml")
        self.closed: dict[str, str] = {word: tag for tag, listed in words["closed"].items() for word in listed.split()}
        self.lists: dict[str, frozenset[str]] = {name: frozenset(listed.split()) for name, listed in words["lists"].items()}
        self.adjectives = frozenset(words["forms"]["adjectives"].split())
        self.triggers = frozenset(
            word for kind in ("verb", "noun", "adjective", "compound") for entry in triggers[kind] for word in entry["words"].split()
        )
        irregular = dict(entry.split(":", 1) for entry in words["forms"]["irregular"].split())
        self._plurals = dict(entry.split(":") for entry in words["forms"]["plurals"].split())
        verbs = [word for entry in triggers["verb"] for word in entry["words"].split()]
        forms: dict[str, tuple[str, set[str]]] = {}
        for lemma in dict.fromkeys([*verbs, *irregular, *words["forms"]["verbs"].split(), *self.lists["light"]]):
            past, _, participle = irregular.get(lemma, "").partition(":")
            for form, kind in verb_forms(lemma, past, participle):
                forms.setdefault(form, (lemma, set()))[1].add(kind)
        self.verbs: dict[str, Verb] = {form: (lemma, frozenset(kinds)) for form, (lemma, kinds) in forms.items()}
        self.nouns: dict[str, Noun] = {}
        for entry in triggers["noun"]:
            for lemma in entry["words"].split():
                self._add_noun(lemma, "")
        for kind in ("NONE", "WEA", "VEH", "LOC", "FAC", "GPE", "ORG", "PER"):
            for lemma in nouns[kind].split():
                self._add_noun(lemma, "" if kind == "NONE" else kind)

    def _add_noun(self, lemma: str, kind: str) -> None:
        self.nouns[lemma] = (lemma, kind, lemma in ("people", "arms", "supplies"))
        plural = self._plurals.get(lemma) or with_s(lemma)
        if plural != lemma:
            self.nouns[plural] = (lemma, kind, True)

    def known(self, low: str) -> bool:
        """Whether a lower-case word is in any list, so that a capital at the start of a sentence means nothing."""
        return low in self.closed or low in self.verbs or low in self.nouns or low in self.adjectives


class Word:
    """What is known of one spelling; all its occurrences share it.

    Attributes
    ----------
    text, low, key, folded
        As written, in lower case, and as :func:`spelling.normal` and :func:`spelling.fold` have it.
    cap
        Begins with a capital that tells something.
    flags, classes
        What it may be part of: bits of :mod:`signals`, and those of time expressions among them.
    closed, verb, noun, adjective, known
        Its entries in the word lists.
    fixed
        Its tag, where no neighbour has a say in it; ``lemma`` goes with it.
    after
        Tag and lemma by the tag before it, where nothing else has a say; None for other words.
    repaired, unsure
        Whether a second look at its tag depends on the word itself, and whether there is one at all.
    reach
        How many tokens the longest listed name has that begins with it.
    begins_name, goes_on, trigger
        Whether a name may begin here for all that the word itself tells, or go on, and whether it may state an event.
    """

    __slots__ = (
        "adjective", "after", "begins_name", "cap", "classes", "closed", "fixed", "flags", "folded", "goes_on", "key", "known",
        "lemma", "low", "noun", "reach", "repaired", "text", "trigger", "unsure", "verb",
    )  # fmt: skip

    def __init__(self, text: str, words: Words, cap: bool) -> None:
        self.text, self.cap = text, cap
        self.low = low = text.lower() if text.isascii() else text.lower().replace("’", "'")
        self.key = normal(low)
        self.folded = fold(self.key)
        self.closed = words.closed.get(low, "")
        self.verb = words.verbs.get(low)
        self.noun = words.nouns.get(low)
        self.adjective = low in words.adjectives
        self.known = bool(self.closed or self.verb or self.noun or self.adjective)
        self.repaired = low in _REPAIRED
        self.flags = self.classes = self.reach = 0
        self.after: dict[str, tuple[str, str]] | None = None
        self.fixed, self.lemma = self._alone()
        self.unsure = self.repaired or not self.fixed or self.fixed == "g"
        self.begins_name = cap or low in ARTICLES or low == "peshmerga"
        self.goes_on = cap or text in "-‑." or low in ARTICLES or low in PARTICLES
        lemmas = {low, self.lemma, self.verb[0] if self.verb else "", self.noun[0] if self.noun else ""}
        self.trigger = not lemmas.isdisjoint(words.triggers)

    def _alone(self) -> tuple[str, str]:
        """Tag and lemma without regard to the neighbours, "" where they matter."""
        low = self.low
        if self.closed:
            return self.closed, {"h": "have", "x": "be"}.get(self.closed, low)
        if not self.text[0].isalpha():
            return "" if self.text in _NEIGHBOURS else "c" if self.text[0].isdigit() else _MARKS.get(self.text, "?"), low
        if self.verb is None and not self.adjective:
            if low.endswith("ly") and len(low) > 4 and not self.noun:
                return "r", low
            if self.noun:
                return "n", self.noun[0]
        elif self.adjective:
            return ("j", low) if not self.verb and not self.noun else ("", low)
        elif self.noun is None:
            self.after = {}
            return "", low
        if self.verb is None:
            if low.endswith("ing") and len(low) > 5:
                return "g", low
            if low.endswith("ed") and len(low) > 4:
                self.after = {}
                return "", low
            return "j" if _SUFFIX_ADJECTIVE.search(low) and len(low) > 4 else "n", low
        return "", low
