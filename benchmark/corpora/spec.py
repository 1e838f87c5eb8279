"""How a corpus is named on the command line: ``KIND:PLACE?option=value&option=value``."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from benchmark.formats import iob
from benchmark.paths import present
from benchmark.problems import BadInput

KINDS = ("jsonl", "brat", "iob2", "wikievents", "re3d", "hf")
_ENCODINGS = tuple(name for name in iob.SCHEMES if name != iob.LENIENT)
_TAGS = {"mode": ("lenient", "strict"), "encoding": _ENCODINGS}
# By kind, its options and their values (none: anything).
OPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "jsonl": {},
    "brat": {},
    "iob2": {**_TAGS, "documents": ()},
    "wikievents": {"coref": ()},
    "re3d": {},
    "hf": {**_TAGS, "config": ()},
}
COMMON = ("scheme", "name")
FORM = "gold, jsonl:FILE, brat:FOLDER, iob2:FILE, wikievents:FILE, re3d:FOLDER or hf:NAME_OR_PATH[:split]"


class Spec(Struct, frozen=True):
    """A corpus as named: its kind, where it is, its options."""

    kind: str
    place: str
    options: dict[str, str] = {}

    @property
    def tags(self) -> str:
        """How tags are read, as :func:`benchmark.formats.iob2.read` takes it."""
        encoding = self.options.get("encoding")
        strict = self.options.get("mode", "strict" if encoding else "lenient") == "strict"
        return (encoding or "strict") if strict else iob.LENIENT


def is_spec(text: str) -> bool:
    """Whether a text names a corpus, and not a file: it is ``gold`` or begins with a kind and a colon."""
    return text == "gold" or text.partition(":")[0] in KINDS


def parse(text: str) -> Spec:
    """A corpus as named on the command line.

    Raises
    ------
    BadInput
        Where the kind is unknown, nothing is named, or an option is unknown or has no such value; says what there is.
    """
    kind, colon, place = text.partition(":")
    if kind not in KINDS:
        raise BadInput(f"--corpus {text}: no kind {kind!r}; give {FORM}")
    if "\0" in text:
        raise BadInput(f"--corpus {kind}: a name cannot hold a NUL character")
    query = ""
    if "?" in place and not present(Path(place)):
        place, _, query = place.rpartition("?")
    if not colon or not place:
        raise BadInput(f"--corpus {text}: nothing is named after the colon; give {FORM}")
    known = OPTIONS[kind] | dict.fromkeys(COMMON, ())
    present(Path(place))  # says where it cannot be a path
    options: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, equals, value = part.partition("=")
        if name not in known or not equals or not value:
            told = ", ".join(f"{n}={'|'.join(values) or '…'}" for n, values in known.items())
            raise BadInput(f"--corpus {text}: no option {part!r} of {kind}; there are {told}")
        if known[name] and value not in known[name]:
            raise BadInput(f"--corpus {text}: {name} is one of {', '.join(known[name])}, not {value!r}")
        if name == "name" and (value == "gold" or not re.fullmatch(r"[\w./:-]{1,80}", value)):
            raise BadInput(f"--corpus {text}: name is at most 80 letters, digits, '.', '_', '-', '/' and ':', and not gold")
        options[name] = value
    if options.get("mode") == "lenient" and "encoding" in options:
        raise BadInput(f"--corpus {text}: the lenient reading takes tags of any encoding; leave encoding out, or say mode=strict")
    return Spec(kind, place, options)


__all__ = ["FORM", "KINDS", "OPTIONS", "Spec", "is_spec", "parse"]
