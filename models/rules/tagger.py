"""A small tagger of parts of speech; the tags are listed in :mod:`words`."""

from __future__ import annotations

from collections.abc import Mapping

from .tokens import Tokens
from .words import NO_NOUN, Noun, Verb, Word

_NOMINAL = frozenset("djcs")  # after these a noun phrase goes on
_CLAUSE_OPENERS = frozenset("after before since until as".split())


def tag(tokens: Tokens, spans: Mapping[int, str]) -> tuple[str, list[str]]:
    """Tags of the tokens of a sentence, as a string, and their lemmas.

    `spans` gives the tag of tokens that a name, date or number covers already.
    """
    tags = [word.fixed for word in tokens]
    lemmas = [word.lemma for word in tokens]
    for i, covered in spans.items():
        tags[i], lemmas[i] = covered, tokens[i].low
    unsure = [i for i, word in enumerate(tokens) if word.unsure]
    for i in unsure:
        if not tags[i]:
            word, previous = tokens[i], tags[i - 1] if i else "."
            if word.after is None:
                tags[i], lemmas[i] = _open(tokens, i, previous, spans) if word.verb or word.noun else (_mark(tokens, i), word.low)
            elif previous in word.after:
                tags[i], lemmas[i] = word.after[previous]
            else:
                tags[i], lemmas[i] = word.after[previous] = _by_previous(word, previous)
    _repair(tokens, tags, lemmas, unsure)
    return "".join(tags), lemmas


def _mark(tokens: Tokens, i: int) -> str:
    """Apostrophes and hyphens, by what stands beside them."""
    glued = tokens.glued(i)
    if tokens[i].text in "'’":
        return "s" if glued and i and tokens[i - 1].low.endswith("s") else '"'
    return "-" if glued and i + 1 < len(tokens) and tokens.glued(i + 1) else ","


def _by_previous(word: Word, previous: str) -> tuple[str, str]:
    """A verb that is nothing else, or an unknown word in -ed."""
    verb = word.verb
    if verb is None:
        return ("k" if previous in "xh" else "v"), word.low
    forms = verb[1]
    if previous in "djcs" and forms & {"b", "z"} and not forms & {"v", "g"} and word.low not in ("be", "do"):
        return "n", word.low  # `his claims`, `several reports`
    return _verb_tag(forms, previous), verb[0]


def _open(tokens: Tokens, i: int, previous: str, spans: Mapping[int, str]) -> tuple[str, str]:
    """Words that are in two lists, by what stands beside them."""
    word = tokens[i]
    verb, noun = word.verb, word.noun
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if word.adjective:
        acts = verb and (previous in "xh" or (following and _object_follows(previous, following, spans.get(i + 1, ""))))
        if not acts:
            if noun and not (following and (following.noun or following.adjective)):
                return "n", noun[0]
            return "j", word.low
    if verb and noun:
        return _noun_or_verb(tokens, i, previous, spans, verb, noun)
    return ("n", noun[0]) if noun else _by_previous(word, previous)


def _object_follows(previous: str, following: Word, covered: str) -> bool:
    """Whether a word that is adjective and verb has an object: `rebels left the town`, `rebels left Goma`."""
    if previous in "djcs":
        return False
    return covered == "c" or following.closed in ("d", "o") or (following.cap and previous in "npow")


def _verb_tag(forms: frozenset[str], previous: str) -> str:
    if "g" in forms:
        return "g"
    if "k" in forms and (previous in "xh" or ("v" not in forms and "b" not in forms)):
        return "k"
    if "b" in forms and (previous in "TMq" or "v" not in forms):
        return "b" if previous in "TMq" else "v"
    return "v"


def _noun_or_verb(tokens: Tokens, i: int, previous: str, spans: Mapping[int, str], verb: Verb, noun: Noun) -> tuple[str, str]:
    """Decide between noun and verb (attack, strikes, fighting, fire) by the neighbours."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    after = following.low if following else ""
    object_follows = following is not None and (
        following.closed in ("d", "o") or following.cap or spans.get(i + 1) in ("c", "p") or after[0].isdigit()
    )
    forms = verb[1]
    if "g" in forms or ("v" in forms and tokens[i].low != verb[0] and not noun[2]):
        is_verb = (
            "g" not in forms
            or previous == "x"
            or (object_follows and previous not in "djs")
            or (previous == "n" and after in ("in", "at", "for", "with", "alongside"))
        )
        if noun[1] == "" and previous in "ij,." and "g" in forms and not object_follows:
            is_verb = False
    elif previous in "TMqo":
        is_verb = True
    elif previous in "djcsimt-":
        is_verb = False
    elif previous in "np":
        plural = i > 0 and (tokens[i - 1].noun or NO_NOUN)[2]
        is_verb = (object_follows or (previous == "n" and plural and after in ("in", "at", "on"))) and (
            plural or "z" in forms or previous == "p"
        )
    elif previous == "r":
        is_verb = object_follows or not noun[2]
    else:
        is_verb = object_follows and previous == "w"
    if previous == "w":
        is_verb = True
    if previous in "pjdc" and noun[1] in ("PER", "ORG") and noun[2]:
        is_verb = False
    return (_verb_tag(forms, previous), verb[0]) if is_verb else ("n", noun[0])


def _repair(tokens: Tokens, tags: list[str], lemmas: list[str], unsure: list[int]) -> None:
    """Second look at tags that need the word after: `to` before verbs, participles inside noun phrases, `that`, verb groups."""
    count = len(tokens)
    for i in unsure:
        word, tag = tokens[i], tags[i]
        if word.repaired:
            _repair_closed(tokens, tags, lemmas, i)
        elif tag in "vkgb":
            before = tags[i - 1] if i else "."
            if before not in "r-djcsi":
                continue  # nothing below holds
            after = tags[i + 1] if i + 1 < count else "."
            if tag in "vk" and before == "r" and word.verb and "k" in word.verb[1] and _auxiliary_before(tags, i):
                tags[i] = "k"
            elif before == "-":
                tags[i] = "j"
            elif tag in "vk" and before == "r" and after in "njp" and i > 1 and tags[i - 2] in _NOMINAL:
                tags[i - 1] = tags[i] = "j"
            elif (tag in "vkg" and before in _NOMINAL and after in "njp" and not (tag == "g" and before == "j")) or (
                tag == "v" and before == "i" and after == "n" and word.low.endswith("ed")
            ):
                tags[i] = "j"


def _repair_closed(tokens: Tokens, tags: list[str], lemmas: list[str], i: int) -> None:
    """`to`, `that`, `her`, `his`, and what is a preposition or opens a clause."""
    count, low, tag = len(tokens), tokens[i].low, tags[i]
    before, after = tags[i - 1] if i else ".", tags[i + 1] if i + 1 < count else "."
    if low == "to":
        if i + 1 < count:
            k = i + 2 if after == "r" and i + 2 < count else i + 1
            verb = tokens[k].verb
            if tags[k] in "xh" or (verb and "b" in verb[1] and tags[k] in "vbn" and not tokens[k].cap):
                tags[i], lemmas[k] = "T", verb[0] if verb else "be"
                tags[k] = tags[k] if tags[k] in "xh" else "b"
    elif low == "that":
        if tag == "d":
            if before in "np" and after in "vxhqMr":
                tags[i] = "w"
            elif after in "dopjc" or before == "v":
                tags[i] = "z"
        elif tag == "w" and (after in "dop" or before == "v" or before not in "np"):
            tags[i] = "z" if after in "dopjcn" and before in "vbkgn" else "d"
    elif low in ("her", "his"):
        if tag in "do" and after not in "njcgkp-d":
            tags[i] = "o"
    elif low in _CLAUSE_OPENERS and tag == "i" and _verb_soon(tags, i):
        tags[i] = "z"


def _auxiliary_before(tags: list[str], i: int) -> bool:
    k = i - 1
    while k >= 0 and tags[k] == "r":
        k -= 1
    return k >= 0 and tags[k] in "xh"


def _verb_soon(tags: list[str], i: int) -> bool:
    """Whether a short noun phrase and a finite verb follow: then the word before opens a clause."""
    for tag in tags[i + 1 : i + 7]:
        if tag in "vxhqM":
            return True
        if tag not in "dcjnptsor-":
            return False
    return False
