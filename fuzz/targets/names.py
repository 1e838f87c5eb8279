"""Names that become paths: what is let through is one component of a path, and shows as what it is."""

import unicodedata
from pathlib import Path, PureWindowsPath

from benchmark import names
from benchmark.problems import BadInput
from benchmark.redaction import public, redactor, secrets
from benchmark.registry import Found, settings
from benchmark.report.plain import plain

TAKER = [Found("m", "m.py", "python", None, parameters=("a",))]


def one(data: bytes) -> None:
    name = data.decode("utf-8", "surrogatepass" if b"\xed" in data[:200] and _passes(data) else "replace")
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in plain(name, lines=True))
    if names.fault(name) is None:
        assert Path("results", name).resolve().parent == Path("results").resolve()
        assert PureWindowsPath("results", name).parts == ("results", name)
        assert name.encode("utf-8")
    try:
        chosen = settings([name], TAKER)["m"]
    except BadInput:
        chosen = {"a": name}
    assert public({"key": name}) == {"key": "[hidden]"}
    hidden = redactor(secrets({"API_KEY": name}, chosen))(f"<{name}>")
    assert len(name.strip()) < 6 or name.strip() not in hidden or name.strip() in "<[hidden]>"


def _passes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
