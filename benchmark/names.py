"""Names from outside that become paths: model names, document ids, slugs, annotators.

A name is one component of a path on every system: no separator, no ``..``, nothing that Windows keeps for itself, nothing that does not
show or shows as something else. What is refused says why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from benchmark import limits
from benchmark.problems import BadInput

MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.I | re.S)
_SEPARATORS = frozenset('/\\:*?"<>|')
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))  # controls, format and bidirectional marks, surrogates, unassigned
_ALIKE = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET")  # scripts whose letters pass for each other's


def fault(name: str) -> str | None:
    """Why a name cannot be a file's or a folder's; None where it can."""
    if not name:
        return "is empty"
    if len(name) > limits.NAME or len(name.encode("utf-8", "surrogatepass")) > limits.NAME_BYTES:
        return f"is longer than {limits.NAME} characters or {limits.NAME_BYTES} bytes"
    if bad := next((c for c in name if unicodedata.category(c) in _UNSEEN), None):
        return f"holds U+{ord(bad):04X}, which does not show"
    if bad := next((c for c in name if c in _SEPARATORS), None):
        return f"holds {bad!r}, which parts the names of a path or is refused by some systems"
    if any(c.isspace() and c != " " for c in name):
        return "holds white space other than the blank"
    if name[0] in ".-~ ":
        return f"begins with {name[0]!r}, as what leads out of a folder, is hidden or looks like an option does"
    if name[-1] in ". ":
        return f"ends in {name[-1]!r}, which some systems drop"
    if _RESERVED.fullmatch(name):
        return "is a device's name on Windows"
    return _look_alike(name)


def _look_alike(name: str) -> str | None:
    if unicodedata.normalize("NFC", name) != name:
        return "is not in Unicode's composed form (NFC)"
    if (plain := unicodedata.normalize("NFKC", name)) != name:
        return f"holds look-alikes; in plain characters it is {plain!r}"
    scripts = {script for c in name if c.isalpha() and (script := unicodedata.name(c, "").partition(" ")[0]) in _ALIKE}
    if len(scripts) > 1:
        return f"mixes letters that look alike ({', '.join(sorted(s.capitalize() for s in scripts))})"
    return None


def model_fault(name: str) -> str | None:
    """Why a name cannot be a model's; None where it can."""
    if not MODEL.fullmatch(name):
        return "has others than letters, digits, '.', '_' and '-', or begins with one of these; it names a file and a folder in results/"
    return fault(name)


def checked(name: str, what: str) -> str:
    """The name, if it can be a file's.

    Parameters
    ----------
    name
        The name, without folder; an ending may be added to it.
    what
        What it is the name of, for the message.

    Raises
    ------
    BadInput
        Where it cannot; says why.
    """
    if why := fault(name):
        raise BadInput(f"{what} {short(name)} {why}; it is to name a file: choose another")
    return name


def checked_model(name: str) -> str:
    """The name, if it can be a model's; :class:`BadInput` otherwise."""
    if why := model_fault(name):
        raise BadInput(f"model name {short(name)} {why}")
    return name


def distinct(names: Iterable[str], what: str) -> list[str]:
    """The names, checked, if no two of them are one on a system that does not tell case apart.

    Raises
    ------
    BadInput
        Where a name cannot be a file's, or two would be the same file.
    """
    seen: dict[str, str] = {}
    for name in names:
        folded = unicodedata.normalize("NFKC", checked(name, what)).casefold()
        if folded in seen:
            raise BadInput(f"{what}s {short(seen[folded])} and {short(name)} would be the same file on some systems; rename one")
        seen[folded] = name
    return list(seen.values())


def short(name: str) -> str:
    """A name for a message: quoted, escaped, and cut where it is long."""
    return ascii(name) if len(name) <= 60 else f"{name[:60]!a}…"


__all__ = ["MODEL", "checked", "checked_model", "distinct", "fault", "model_fault", "short"]
