"""Regular forms of English verbs and nouns."""

from __future__ import annotations

import re

_VOWELS = re.compile("[aeiou]+")
_STRESSED_LAST = frozenset("begin admit commit regret rebel occur permit expel repel".split())
_ALWAYS_DOUBLED = frozenset("travel expel repel rebel control occur refer cancel kidnap patrol".split())


def verb_forms(lemma: str, past: str = "", participle: str = "") -> tuple[tuple[str, str], ...]:
    """Forms and kinds: ``b`` base, ``z`` third person, ``v`` past, ``k`` participle, ``g`` -ing."""
    if not past:
        past = participle = _regular_past(lemma)
    stem = lemma[:-1] if lemma.endswith("e") and not lemma.endswith(("ee", "ye", "oe")) and lemma != "be" else lemma
    ing = {"die": "dying", "lie": "lying"}.get(lemma) or (_doubled(stem) if stem == lemma else stem) + "ing"
    return (lemma, "b"), (with_s(lemma), "z"), (past, "v"), (participle or past, "k"), (ing, "g")


def with_s(lemma: str) -> str:
    """Plural of a noun, third person of a verb."""
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh")) or lemma in ("go", "do", "volcano") else "s")


def _doubled(stem: str) -> str:
    short = len(stem) >= 3 and stem[-1] in "bdgmnpt" and stem[-2] in "aeiou" and stem[-3] not in "aeiou"
    stressed = len(_VOWELS.findall(stem)) == 1 or stem in _STRESSED_LAST
    return stem + stem[-1] if (short and stressed) or stem in _ALWAYS_DOUBLED else stem


def _regular_past(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2:-1] not in "aeiou":
        return lemma[:-1] + "ied"
    return _doubled(lemma) + "ed"
