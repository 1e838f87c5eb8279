"""What can be wrong with an extractor's declaration, constructor, labels and files, in words."""

from __future__ import annotations

import ast
import difflib
import inspect
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmark import inventory
from benchmark.extractor import PRODUCTS, Declaration
from benchmark.paths import root
from benchmark.problems import BadInput, read_text
from benchmark.registry import Found, find
from benchmark.schema import Article, Event, Extraction, Mention
from benchmark.schemes import schemes

CLOSE = 1e-4  # two scores that differ by less are the same: sums on another batch or another processor are not alike to the last digit

Seen = Sequence[tuple[Article, Extraction]]


def declaration_fault(found: Found) -> str | None:
    """What is missing or odd in what an extractor says of itself."""
    declaration = found.declaration or Declaration(found.name)
    faults = []
    if not declaration.trained_on and not found.fits:
        faults.append('trained_on is empty: say what it, or its author, has seen, if only trained_on=("nothing",)')
    if not declaration.produces:
        faults.append(f"produces is empty, so that nothing of it is scored; name some of {', '.join(PRODUCTS)}")
    if declaration.requires and not declaration.install:
        faults.append("requires packages without saying in install how to get them")
    for name in declaration.uses:
        try:
            find(name, Path(found.origin).parent)
        except BadInput as error:
            faults.append(f"uses: {error}")
    if found.kind == "python":
        faults += [f"imports {module} at its top; only benchmark.api is kept stable" for module in _inner_imports(Path(found.origin))]
        faults += [
            f"imports {p} at its top; import it in load(), so that the other models do without it" for p in _heavy(found, declaration)
        ]
    return "; ".join(faults) or None


def _imports(path: Path) -> Iterator[str]:
    for node in ast.parse(read_text(path)).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _inner_imports(path: Path) -> list[str]:
    return [name for name in _imports(path) if name.partition(".")[0] == "benchmark" and name != "benchmark.api"]


def _heavy(found: Found, declaration: Declaration) -> list[str]:
    return sorted({name.partition(".")[0] for name in _imports(Path(found.origin))} & set(declaration.requires))


def constructor_fault(cls: type[Any]) -> str | None:
    """scikit-learn's convention: each parameter is stored under its name, unchanged, and has a default that JSON can hold."""
    parameters = [p for p in inspect.signature(cls).parameters.values() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    if without := [p.name for p in parameters if p.default is p.empty]:
        return f"parameters without a default: {', '.join(without)}; it must run without --set"
    model = cls()
    for parameter in parameters:
        if getattr(model, parameter.name, inspect.Parameter.empty) is not parameter.default:
            return f"parameter {parameter.name} is not stored unchanged as self.{parameter.name}; what is made of it is made in load()"
        try:
            same = msgspec.json.decode(msgspec.json.encode(parameter.default)) == parameter.default
        except (TypeError, ValueError, msgspec.MsgspecError):
            same = False
        if not same and not isinstance(parameter.default, tuple):
            return f"the default of {parameter.name} cannot be written as JSON; runs are named and started by it: give text, numbers, lists"
    return None


def undeclared(declaration: Declaration, seen: Seen) -> str | None:
    """Kinds of label that are made and not declared."""
    extra = [name for name, there in _made(seen).items() if there and name not in declaration.produces]
    return f"makes {', '.join(extra)} without declaring it in produces, so that it would not be scored" if extra else None


def not_made(declaration: Declaration, seen: Seen) -> str | None:
    """Kinds of label that are declared and made nowhere."""
    made = _made(seen)
    missing = [name for name, there in made.items() if not there and name in declaration.produces]
    if not missing or not any(made.values()):
        return None
    return (
        f"declares {', '.join(missing)} and made none in these texts; what it never makes should not be declared: its row shows 0, not n/a"
    )


def _made(seen: Seen) -> dict[str, bool]:
    mentions, events = _all(seen)
    return {
        "mentions": bool(mentions),
        "values": any(m.value is not None for m in mentions),
        "events": bool(events),
        "arguments": any(e.arguments for e in events),
        "realis": any(e.realis for e in events),
        "identity": any(m.entity for m in mentions) or any(e.event for e in events),
    }


def _all(seen: Seen) -> tuple[list[Mention], list[Event]]:
    return [m for _, e in seen for m in e.mentions], [v for _, e in seen for v in e.events]


def label_fault(seen: Seen, scheme: str) -> str | None:
    """Types, roles, levels and values that the scheme or the inventory do not have, with the nearest that they have."""
    labels = inventory.load(root() / "gold" / "schema.toml")
    known = schemes(labels)
    if scheme not in known:
        return f"scheme {scheme!r} is not known; there are {', '.join(known)}"
    mentions, events = _all(seen)
    faults = [*_unknown_types({m.type for m in mentions}, scheme, {name: set(s.labels) for name, s in known.items()})]
    for kind in sorted({e.type for e in events} - set(labels.events)):
        faults.append(f"event type {kind!r} is not in the inventory{_nearest(kind, labels.events)}")
    for kind, role in sorted({(e.type, a.role) for e in events for a in e.arguments if e.type in labels.events}):
        if role not in labels.roles:
            faults.append(f"role {role!r} is not in the inventory{_nearest(role, labels.roles)}")
        elif role not in labels.events[kind].roles:
            faults.append(f"role {role} is none of {kind}, which takes {', '.join(labels.events[kind].roles)}")
    if scheme == "gold":
        faults += _mention_faults(mentions, labels)
    return "; ".join(dict.fromkeys(faults)) or None


def _unknown_types(types: set[str], scheme: str, known: dict[str, set[str]]) -> Iterator[str]:
    unknown = sorted(types - known[scheme])
    fitting = [name for name, labels in known.items() if types <= labels]
    if unknown and fitting:
        rest = f"but all are in {' and '.join(fitting)}: declare scheme={fitting[0]!r}"
        yield f"types {', '.join(unknown)} are not in the scheme {scheme!r}, {rest}"
    elif unknown:
        yield from (f"type {kind!r} is not in the scheme {scheme!r}{_nearest(kind, known[scheme])}" for kind in unknown)


def _nearest(name: str, known: Iterable[str]) -> str:
    by_folded = {label.casefold(): label for label in known}
    near = difflib.get_close_matches(name.casefold(), by_folded, 1, 0.5)
    near = near or [label for label in by_folded if label.startswith(name.casefold()[:3])][:1]
    return f"; nearest is {by_folded[near[0]]}" if near else f"; there are {', '.join(known)}"


def _mention_faults(mentions: Iterable[Mention], labels: inventory.Inventory) -> Iterator[str]:
    for m in mentions:
        kind = labels.mentions.get(m.type)
        if kind is None:
            continue
        if m.level is not None and m.level not in kind.levels:
            yield f"{m.type} takes no level {m.level}; it takes {', '.join(kind.levels) or 'none, being a value'}"
        if m.value is not None and kind.identity:
            yield f"{m.type} is an entity and has no value"
        elif m.value is not None and not inventory.parses(m.type, m.value):
            yield f"value {m.value!r} is not of the form of {m.type} (gold/GUIDELINES.md)"
        if m.entity is not None and not kind.identity:
            yield f"{m.type} is a value and has no identity (entity)"


def difference(one: Extraction, other: Extraction, when: str) -> str | None:
    """The first label in which two answers differ, scores to within :data:`CLOSE`.

    Parameters
    ----------
    one, other
        The answers.
    when
        What was to make no difference, for the message.

    Returns
    -------
    str or None
        The fault in words.
    """
    for kind in ("mentions", "events", "invented"):
        for a, b in zip(getattr(one, kind), getattr(other, kind), strict=False):
            if a != b and not _alike(a, b):
                return f"different answers ({when}): {_brief(a)} against {_brief(b)}"
        many = len(getattr(one, kind)), len(getattr(other, kind))
        if many[0] != many[1]:
            return f"different answers ({when}): {many[0]} {kind} against {many[1]}"
    return None


def _alike(a: Any, b: Any) -> bool:
    first, second = getattr(a, "score", None), getattr(b, "score", None)
    near = first is not None and second is not None and abs(first - second) < CLOSE
    return near and bool(msgspec.structs.replace(a, score=None) == msgspec.structs.replace(b, score=None))


def _brief(label: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in msgspec.to_builtins(label).items())[:120]


def pickles(folder: Path) -> list[str]:
    """The files of a folder that are pickles or hold some."""
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file() and _is_pickle(path)]


def _is_pickle(path: Path) -> bool:
    if path.suffix in (".pkl", ".pickle", ".joblib", ".pt", ".pth"):
        return True
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".pkl") for name in archive.namelist())
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0, 2)
        if file.tell() < 4 or start[:1] != b"\x80" or start[1] not in range(2, 6):
            return False
        file.seek(-1, 2)
        return file.read(1) == b"."
