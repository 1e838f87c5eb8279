"""How large a model is: its parameters, and what of it lies on disk. Both are found from outside, without importing any library."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DEPTH = 6  # attributes of attributes that are looked through for parts of a neural library
MOST = 50_000  # objects that are looked at


def parameter_count(model: Any) -> int | None:
    """Trained numbers of a loaded model: what it says itself (``parameter_count``), else those of the torch modules and thinc models
    (spaCy) among its attributes; None where it has neither.
    """
    said = getattr(model, "parameter_count", None)
    if said is not None:
        return int(said() if callable(said) else said)
    arrays = list(_arrays(model))
    return sum(size for size, _ in arrays) if arrays else None


def bytes_on_disk(model: Any, files: Iterable[Path], trained: Path | None) -> int:
    """Bytes of a model: what it says itself of its weights (``model_bytes``), else its trained parts, else the weights in memory;
    and its own files.

    Parameters
    ----------
    model
        The loaded model.
    files
        Its program: its file and what lies in the folder of its name.
    trained
        The folder of its trained parts, if they are kept.
    """
    said = getattr(model, "model_bytes", None)
    if said is not None:
        weights = int(said() if callable(said) else said)
    elif trained is not None:
        weights = sum(path.stat().st_size for path in trained.rglob("*") if path.is_file())
    else:
        weights = sum(size for _, size in _arrays(model))
    return weights + sum(path.stat().st_size for path in files if path.is_file())


def torch_device(model: Any) -> str | None:
    """Where the first torch module of a model computes."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    for part in _parts(model):
        if isinstance(part, torch.nn.Module):
            for parameter in part.parameters():
                return str(parameter.device)
    return None


def _arrays(model: Any) -> Iterator[tuple[int, int]]:
    """Numbers and bytes of each array of parameters, each once."""
    torch, thinc = sys.modules.get("torch"), sys.modules.get("thinc.model")
    seen: set[Any] = set()
    for part in _parts(model):
        if torch is not None and isinstance(part, torch.nn.Module):
            for array in part.parameters():
                if id(array) not in seen:
                    seen.add(id(array))
                    yield array.numel(), array.numel() * array.element_size()
        elif thinc is not None and isinstance(part, thinc.Model):
            for node in part.walk():
                for name in node.param_names:
                    if node.has_param(name) and (node.id, name) not in seen:
                        seen.add((node.id, name))
                        array = node.get_param(name)
                        yield int(array.size), int(array.nbytes)


def _parts(model: Any) -> Iterator[Any]:
    """The model's attributes, theirs, and what is in their containers; each once, and nothing of a torch module's or thinc model's own."""
    torch, thinc = sys.modules.get("torch"), sys.modules.get("thinc.model")
    if torch is None and thinc is None:
        return
    neural = tuple(kind for kind in (getattr(getattr(torch, "nn", None), "Module", None), getattr(thinc, "Model", None)) if kind)
    seen: set[int] = set()
    level = [model]
    for _ in range(DEPTH):
        below: list[Any] = []
        for part in level:
            if id(part) in seen or len(seen) > MOST or isinstance(part, str | bytes | int | float | type(None) | type):
                continue
            seen.add(id(part))
            yield part
            if not isinstance(part, neural):
                below += _inside(part)
        level = below


def _inside(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set | frozenset):
        return list(part)
    found = list(getattr(part, "__dict__", {}).values())
    if type(part).__module__.partition(".")[0] == "spacy" and hasattr(part, "pipeline"):
        found += [component for _, component in part.pipeline]
        found += [component.model for _, component in part.pipeline if hasattr(component, "model")]
    return found


__all__ = ["bytes_on_disk", "parameter_count", "torch_device"]
