"""Everything an extractor's author imports, and nothing else.

>>> from benchmark.api import Article, Extraction, Mention, extractor
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from benchmark.align import Aligned, Status, align
from benchmark.extractor import Unavailable, Unsupported, extractor
from benchmark.network import hub_reachable
from benchmark.schema import Argument, Article, Document, Event, Extraction, Invented, Mention

if TYPE_CHECKING:
    from benchmark.inventory import Inventory


def annotator_labels(who: str, article: Article) -> Extraction:
    """The labels of an annotator before adjudication, of one of the gold set's own articles.

    Raises
    ------
    Unsupported
        Where the annotator has not labelled this text.
    """
    from benchmark.gold import GoldSet, annotator
    from benchmark.paths import root

    for file in annotator(GoldSet(root() / "gold"), who).files():
        if file.document.id == article.id and file.document.text == article.text:
            return Extraction(file.document.mentions, file.document.events)
    raise Unsupported(f"annotator {who} has not labelled {article.id!r}")


def companion(file: str, name: str) -> ModuleType:
    """A module of the folder beside a model's file: ``companion(__file__, "parts")`` of ``models/crf.py`` is ``models/crf/parts.py``.

    ``models/`` is never on ``sys.path``; the folder is a package under a private name, whose modules may import each other by
    ``from . import …``.

    Raises
    ------
    ImportError
        Where the folder has no ``__init__.py``, or no module of the name.
    """
    import hashlib
    import importlib
    import importlib.util

    folder = Path(file).resolve().with_suffix("")
    package = f"_benchmark_parts_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    if package not in sys.modules:
        start = folder / "__init__.py"
        spec = importlib.util.spec_from_file_location(package, start, submodule_search_locations=[str(folder)])
        if spec is None or spec.loader is None or not start.is_file():
            raise ImportError(f"{start} is not there")
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{name}")


def member(name: str, documents: Sequence[Document] | None = None, device: str = "auto", seed: int = 0, **parameters: Any) -> Any:
    """Another model of ``models/``, loaded, and trained on the documents (or restored from the cache) where it learns.

    Name it in ``uses`` too, so that a change of it is a change of the model that is made of it.

    Parameters
    ----------
    name
        Name of the other model.
    documents
        Labelled documents to learn from: those that the caller's own ``fit`` got. Not used by a model without ``fit``.
    device
        Passed to its ``load``.
    seed
        Part of the name under which trained parts are kept; it seeds nothing by itself.
    **parameters
        For its constructor, beside the defaults.

    Returns
    -------
    object
        The model, ready for ``extract``.

    Raises
    ------
    Unavailable
        Where the other model is.
    BadInput
        Where there is no model of the name.
    """
    from benchmark.paths import root
    from benchmark.training import member

    return member(name, root() / "models", documents, device, seed, parameters)


def read_predictions(path: str) -> dict[str, Extraction]:
    """What a file of predictions (JSON Lines) holds, by the document's id; documents whose outcome is not ``ok`` are left out.

    Raises
    ------
    BadInput
        Where the file is missing or a line is no prediction; says which.
    """
    from benchmark.formats.jsonl import stream

    return {p.id: Extraction(p.mentions, p.events, p.invented, p.tokens, p.cost) for p in stream(Path(path)) if p.outcome == "ok"}


def inventory() -> Inventory:
    """The types, roles and definitions of the gold set (``gold/schema.toml``)."""
    from benchmark.inventory import load
    from benchmark.paths import root

    return load(root() / "gold" / "schema.toml")


def cache_folder() -> Path:
    """The user's folder for what costs time or money to make again."""
    from benchmark.training import cache_folder

    return cache_folder()


__all__ = [
    "Aligned",
    "Argument",
    "Article",
    "Document",
    "Event",
    "Extraction",
    "Invented",
    "Mention",
    "Status",
    "Unavailable",
    "Unsupported",
    "align",
    "annotator_labels",
    "cache_folder",
    "companion",
    "extractor",
    "hub_reachable",
    "inventory",
    "member",
    "read_predictions",
]
