"""Finds extractors: ``models/*.py``, ``models/*.toml``, entry points, a file's path, ``module:Class``.

Listing reads declarations without importing anything: the decorator of a model file is read from its syntax tree.
Model files are imported under private module names, so that ``models/`` is never on ``sys.path``.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, get_args

import msgspec
from msgspec import Struct

from benchmark.decoding import read_toml
from benchmark.extractor import Declaration, Product
from benchmark.names import model_fault, short
from benchmark.problems import BadInput, Problem, read_text

GROUP = "benchmark.extractors"  # entry point group for extractors in installed packages


class Found(Struct, frozen=True):
    """An extractor that can be run: where it is, and what it says of itself (None until its code is imported)."""

    name: str
    origin: str  # path of a file, or module:Class
    kind: str  # "python", "command", "entry point", "module"
    declaration: Declaration | None
    class_name: str | None = None
    fits: bool = False  # whether it learns from the other stories
    parameters: tuple[str, ...] | None = None  # what its constructor takes; None: not known without importing it


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """A ``models/NAME.toml``: a program that reads articles and writes answers as JSON Lines."""

    command: tuple[str, ...]
    persistent: bool = False  # whether it is started once and answers line by line
    produces: tuple[Product, ...] = ("mentions",)
    scheme: str = "gold"
    trained_on: tuple[str, ...] = ()
    install: str = ""
    description: str = ""


def listing(models: Path) -> list[Found]:
    """All extractors of the folder and of the entry points, by name.

    A file that cannot be read as an extractor is :class:`BadInput` only when it is asked for; here it is left out unless it declares one.
    """
    found: dict[str, Found] = {}
    for path in sorted(models.glob("*.py")) + sorted(models.glob("*.toml")):
        if not path.name.startswith("_"):
            for item in in_file(path):
                found.setdefault(item.name, item)
    for point in importlib.metadata.entry_points(group=GROUP):
        if model_fault(point.name) is None:  # another cannot be run: it would name a folder
            found.setdefault(point.name, Found(point.name, point.value, "entry point", None))
    return sorted(found.values(), key=lambda item: item.name)


def find(name: str, models: Path) -> Found:
    """The extractor of a name, a path (``my/model.py``) or ``module:Class``.

    Raises
    ------
    BadInput
        Where there is none, or several in the file.
    """
    if name.endswith((".py", ".toml")) and Path(name).exists():
        items = in_file(Path(name))
        if len(items) != 1:
            many = (
                f"declares {len(items)} extractors ({', '.join(i.name for i in items)})" if items else "declares no extractor (@extractor)"
            )
            raise BadInput(Problem(name, 0, f"{many}; give a file with one"))
        return items[0]
    if re.fullmatch(r"[\w.]+:\w+", name) and not model_fault(name.partition(":")[2]):
        return _imported(Found(name.partition(":")[2], name, "module", None))
    if model_fault(name) or name.endswith((".py", ".toml")):
        hint = "there is no such file" if name.endswith((".py", ".toml")) else model_fault(name)
        raise BadInput(f"model {short(name)}: {hint}; see `python -m benchmark list models`")
    known = listing(models)
    for item in known:
        if item.name == name:
            return _imported(item) if item.kind == "entry point" else item
    raise BadInput(f"no model {name!r}; there are {', '.join(item.name for item in known) or 'none'} (or give a path or module:Class)")


def _imported(found: Found) -> Found:
    """A module's extractor with its declaration, which is known only by importing it."""
    try:
        cls = load(found)
    except Exception as error:
        raise BadInput(f"model {found.origin}: cannot be imported ({type(error).__name__}: {error})") from None
    declaration: Declaration = cls.__extractor__
    return Found(found.name, found.origin, found.kind, declaration, cls.__name__, hasattr(cls, "fit"))


def in_file(path: Path) -> list[Found]:
    """The extractors that a file declares, read without importing it.

    Raises
    ------
    BadInput
        Where a ``.toml`` is no command, the file is not Python, or a declaration is not of literal values or names no file.
    """
    if path.suffix == ".toml":
        if why := model_fault(path.stem):
            raise BadInput(Problem(str(path), 0, f"model name {short(path.stem)} {why}"))
        command = read_toml(path, Command)
        declaration = Declaration(path.stem, frozenset(command.produces), command.scheme, (), command.install, command.trained_on)
        return [Found(path.stem, str(path), "command", declaration)]
    try:
        tree = ast.parse(read_text(path), str(path))
    except SyntaxError as error:
        raise BadInput(Problem(str(path), error.lineno or 0, f"not Python: {error.msg}; mend it")) from None
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL; nested without end
        raise BadInput(Problem(str(path), 0, f"not Python: {error or 'nested too deep'}; mend it")) from None
    found = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).rpartition(".")[2] == "extractor":
                declaration = _declared(decorator, path)
                methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
                parameters = _parameters(methods["__init__"]) if "__init__" in methods else () if not node.bases else None
                found.append(Found(declaration.name, str(path), "python", declaration, node.name, "fit" in methods, parameters))
    return found


def _parameters(constructor: ast.FunctionDef) -> tuple[str, ...] | None:
    arguments = constructor.args
    if arguments.kwarg is not None:
        return None
    return tuple(a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))[1:]


def _declared(call: ast.Call, path: Path) -> Declaration:
    """The declaration in a decorator's syntax tree; its arguments must be literals."""
    try:
        values: dict[str, Any] = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
        name = values.pop("name", None) or ast.literal_eval(call.args[0])
        values = {
            k: [v] if isinstance(v, str) and k in ("produces", "requires", "trained_on", "uses", "environment") else v
            for k, v in values.items()
        }
        declaration = msgspec.convert({"name": name, **values, "produces": list(values.get("produces", ()))}, Declaration)
    except (ValueError, IndexError, TypeError, msgspec.ValidationError) as error:
        known = ", ".join(get_args(Product))
        reason = f"@extractor: {error}; give literal values: a name, and produces from {known}"
        raise BadInput(Problem(str(path), call.lineno, reason)) from None
    if why := model_fault(declaration.name):
        reason = f"model name {short(declaration.name)} {why}"
        raise BadInput(Problem(str(path), call.lineno, reason))
    return declaration


class _Source(SourceFileLoader):
    """Loads a file as it stands: the cache of compiled files knows a version by its second and its size, which two may share."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def load(found: Found) -> type[Any]:
    """Import an extractor's class. Errors of its code pass through; the runner reports them.

    Raises
    ------
    TypeError
        Where it is a command, or a class that is not declared.
    ImportError
        Where the file cannot be loaded.
    """
    if found.kind == "command":
        raise TypeError(f"{found.name} is a command, not a class")
    if found.kind in ("module", "entry point"):
        module, _, attribute = found.origin.partition(":")
        return _checked(getattr(importlib.import_module(module), attribute), found)
    path = Path(found.origin).resolve()
    private = f"_benchmark_model_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(private, path, loader=_Source(private, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[private] = loaded  # dataclasses and pickling look their module up
    spec.loader.exec_module(loaded)
    return _checked(getattr(loaded, found.class_name or ""), found)


def _checked(cls: Any, found: Found) -> type[Any]:
    if not isinstance(getattr(cls, "__extractor__", None), Declaration):
        raise TypeError(f"{found.origin} is not declared with @extractor")
    checked: type[Any] = cls
    return checked


def source_hash(found: Found) -> str:
    """SHA-256 over what an extractor's answers come from: its file, the folder of the same name beside it, the models that it uses."""
    digest = hashlib.sha256(found.origin.encode() if found.kind in ("module", "entry point") else b"")
    for file in source_files(found):
        digest.update(file.read_bytes())
    for name in found.declaration.uses if found.declaration else ():
        digest.update(source_hash(find(name, Path(found.origin).parent)).encode())
    return digest.hexdigest()


def source_files(found: Found) -> list[Path]:
    """An extractor's file, and those of the folder of the same name beside it; of an installed package the module's file."""
    if found.kind in ("module", "entry point"):
        spec = importlib.util.find_spec(found.origin.partition(":")[0])
        return [Path(spec.origin)] if spec and spec.origin and Path(spec.origin).is_file() else []
    path = Path(found.origin)
    return [path, *sorted(p for p in path.with_suffix("").rglob("*") if p.is_file() and "__pycache__" not in p.parts)]


def settings(assignments: Sequence[str], found: Sequence[Found]) -> dict[str, dict[str, Any]]:
    """Constructor parameters by model from ``KEY=VALUE`` (every model that has KEY) and ``MODEL.KEY=VALUE``.

    Values are read as Python literals (``3``, ``0.5``, ``True``, ``None``) and otherwise taken as text.

    Raises
    ------
    BadInput
        Where an assignment is of another form, or no model has the parameter.
    """
    chosen: dict[str, dict[str, Any]] = {item.name: {} for item in found}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        model, dot, name = key.rpartition(".")
        takers = [item for item in found if (not dot or item.name == model) and (item.parameters is None or name in item.parameters)]
        if not equals or not name.isidentifier():
            raise BadInput(f"--set {short(key) if equals else '…'}: give KEY=VALUE or MODEL.KEY=VALUE")
        if not takers:
            known = "; ".join(f"{item.name} takes {', '.join(item.parameters or ()) or 'none'}" for item in found)
            raise BadInput(f"--set {key}: no such parameter; {known}")
        for item in takers:
            chosen[item.name][name] = _literal(text)
    return chosen


def _literal(text: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return text
    return value if value is None or isinstance(value, bool | int | float | str | list) else text


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    """Distributions by import name; finding them takes a third of a second where many are installed."""
    return importlib.metadata.packages_distributions()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Installed versions of the packages that a model names, by import name."""
    packages = tuple(packages)
    names = _distributions() if packages else {}
    found = {}
    for package in packages:
        for distribution in names.get(package.partition(".")[0], [])[:1]:
            found[package] = importlib.metadata.version(distribution)
    return found
