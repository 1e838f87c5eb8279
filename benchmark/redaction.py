"""Keys, tokens and passwords of this process, taken by their values out of whatever is written or printed.

A library's exception may hold the key of the endpoint that it was talking to, and so may an answer. What is secret is known from the
environment (variables named like one, passwords and queries in addresses) and from parameters of models.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote

import msgspec

HIDDEN = "[hidden]"
SHORTEST = 6  # characters of a secret; hiding shorter ones would spoil texts, and no key is as short
_SECRET = re.compile(r"(^|[_.-])(api_?key|key|token|secret|passw(or)?d|passphrase|credentials?|authorization|bearer)($|[_.-])", re.I)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)
_COMMON = frozenset(("placeholder", "changeme", "not-needed", "no-key-needed", "default", "unused", "anonymous"))
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


def is_secret(name: str) -> bool:
    """Whether a variable or parameter of this name holds a secret: ``OPENAI_API_KEY``, ``token``."""
    return _SECRET.search(name) is not None


def secrets(environment: Mapping[str, str] | None = None, parameters: Mapping[str, Any] | None = None) -> frozenset[str]:
    """The secret values of an environment (this process's by default) and of a model's parameters."""
    named = [*(os.environ if environment is None else environment).items(), *(parameters or {}).items()]
    found: set[str] = set()
    for name, value in named:
        for text in _strings(value):
            if is_secret(name):
                found.add(text.strip())
            for address in _ADDRESS.findall(text):
                found.update(_in_address(address))
    return frozenset(s for s in found if len(s) >= SHORTEST and s.lower() not in _COMMON and not _is_path(s))


def _is_path(text: str) -> bool:
    """Whether it is the place of a secret, and not the secret: ``GOOGLE_APPLICATION_CREDENTIALS``."""
    try:
        return text.startswith(("/", "~")) and Path(text).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # no path can be this, or nobody has this home
        return False


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _in_address(address: str) -> Iterator[str]:
    """What may be secret in an address, a wrong one too: the password, a user name without one, the values of the query."""
    start, _, query = address.partition("?")
    user, _, password = start.partition("//")[2].rpartition("@")[0].partition(":")
    if password:
        yield from (password, unquote(password), f"{user}:{password}", f"{unquote(user)}:{unquote(password)}")
    elif user:
        yield from (user, unquote(user))
    if query:
        yield query
        yield from (value for _, value in parse_qsl(query))


def forms(values: Iterable[str]) -> list[str]:
    """The ways in which values may be written (as they are, quoted, escaped, base64), the longest first."""
    found: set[str] = set()
    for value in values:
        found |= {value, quote(value, errors="replace"), quote(value, safe="", errors="replace")}
        found |= {json.dumps(value)[1:-1], repr(value)[1:-1], ascii(value)[1:-1]}
        found.add(base64.b64encode(value.encode("utf-8", "surrogatepass")).decode().rstrip("="))
    return sorted((form for form in found if len(form) >= SHORTEST), key=lambda form: (-len(form), form))


def redactor(values: Iterable[str]) -> Callable[[str], str]:
    """A function that hides these values in a text, in any of their :func:`forms`."""
    written = forms(values)
    if not written:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, written)))
    return lambda text: pattern.sub(HIDDEN, text)


def hidden(text: str) -> str:
    """A text without the secrets of this process's environment."""
    return redactor(secrets())(text)


def public(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they may be written down: without secret ones, and without passwords and queries in addresses."""
    hide = redactor(secrets(None, parameters))
    return {name: HIDDEN if is_secret(name) and isinstance(value, str) else _hide(value, hide) for name, value in parameters.items()}


def redacted(value: _Struct, values: Collection[str]) -> _Struct:
    """A struct without the secrets in any of its texts; itself where it holds none."""
    if not values:
        return value
    hide = redactor(values)
    raw = msgspec.to_builtins(value)
    clean = _hide(raw, hide)
    return value if clean == raw else msgspec.convert(clean, type(value))


def _hide(value: Any, hide: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {_hide(k, hide): _hide(v, hide) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(v, hide) for v in value]
    return value


__all__ = ["HIDDEN", "SHORTEST", "forms", "hidden", "is_secret", "public", "redacted", "redactor", "secrets"]
