"""TOML files: a command model, the inventory, the manifest of articles, a model file in Python; read or BadInput."""

import contextlib
import tempfile
from pathlib import Path

from benchmark import articles, inventory, registry
from benchmark.problems import BadInput

FOLDER = Path(tempfile.mkdtemp(prefix="benchmark-fuzz-"))


def one(data: bytes) -> None:
    for name in ("model.toml", "schema.toml", "articles.toml", "model.py"):
        (FOLDER / name).write_bytes(data)
    with contextlib.suppress(BadInput):
        registry.in_file(FOLDER / "model.toml")
    with contextlib.suppress(BadInput):
        registry.in_file(FOLDER / "model.py")
    with contextlib.suppress(BadInput):
        inventory.load(FOLDER / "schema.toml")
    with contextlib.suppress(BadInput):
        articles.manifest(FOLDER)
