"""What ``list`` lists: one function a thing, each giving rows for a table or JSON."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from benchmark.gold import GoldSet
    from benchmark.store import Run

Rows = list[dict[str, Any]]


def models(root: Path) -> Rows:
    """The extractors there are, without importing any."""
    from benchmark.registry import listing

    rows: Rows = []
    for found in listing(root / "models"):
        says = found.declaration
        lacks = [p for p in (says.requires if says else ()) if importlib.util.find_spec(p) is None]
        rows.append(
            {
                "model": found.name,
                "produces": sorted(says.produces) if says else None,
                "scheme": says.scheme if says else None,
                "learns": found.fits,
                "trained on": list(says.trained_on) if says else None,
                "missing": lacks,
                **({} if found.kind == "python" else {"found as": f"{found.kind} {found.origin}"}),
            }
        )
    return rows


def runs(root: Path) -> Rows:
    """The runs in results/: whether each is of the present gold set and scored by the present scorer, and whether tables show it."""
    from benchmark import store
    from benchmark.gold import GoldSet

    gold = GoldSet(root / "gold")
    present = gold.fingerprint()
    there = store.runs(root / "results")
    of_model: dict[str, list[tuple[Path, store.Run]]] = {}
    for folder, run in there:
        if run.gold == present:
            of_model.setdefault(run.model, []).append((folder, run))
    shown = {store.newest(found)[0] for found in of_model.values()}
    return [
        {
            "run": folder.name,
            "model": run.model,
            "parameters": run.parameters,
            "corpus": run.corpus,
            "gold": run.gold[:12],
            "present gold": run.gold == present if run.corpus == "gold" else None,
            "scores": _scored(folder, run, gold) if run.corpus == "gold" else None,
            "in tables": folder in shown if run.corpus == "gold" else None,
            "commit": (run.commit or "")[:10] + ("+changes" if run.dirty else ""),
            "device": run.device,
        }
        for folder, run in there
    ]


class _Figures(Struct):
    """What tells of a ``scores.json`` whether it can be used."""

    signature: str


class _Stored(Struct):
    figures: _Figures
    unfinished: tuple[str, ...] = ()


def _scored(folder: Path, run: Run, gold: GoldSet) -> str:
    """In a word what the stored scores of a run are; tables score its predictions anew where they are not of the present scorer."""
    from benchmark.schemes import common, scheme
    from benchmark.scoring import signature

    try:
        stored = msgspec.json.decode((folder / "scores.json").read_bytes(), type=_Stored)
    except FileNotFoundError:
        return "none"
    except (OSError, msgspec.DecodeError):
        return "unreadable"
    if stored.unfinished:
        return f"{len(stored.unfinished)} texts not run"
    wanted = signature(run.gold[:12], common(scheme(run.scheme, gold.inventory)).name)
    return "present" if stored.figures.signature == wanted else "of another scorer"


def metrics(root: Path) -> Rows:
    """The figures that ``score`` gives, with their definitions."""
    from benchmark.scoring import METRICS, WHOLE

    return [{"metric": name, "needs": needs, "definition": definition} for name, (needs, definition) in (METRICS | WHOLE).items()]


def schemes(root: Path) -> Rows:
    """The label schemes, and how each is projected to be compared with the gold labels."""
    from benchmark.inventory import load
    from benchmark.schemes import common
    from benchmark.schemes import schemes as known

    rows: Rows = []
    for scheme in known(load(root / "gold" / "schema.toml")).values():
        projection = common(scheme)
        for label, covered in scheme.labels.items():
            shared = label if projection.model is None else projection.model.get(label)
            rows.append({"scheme": scheme.name, "label": label, "gold types": list(covered), "compared as": shared or "(left out)"})
    return rows


def articles(root: Path) -> Rows:
    """The articles: which are labelled, and where the user's copies are."""
    from benchmark.articles import Shelf

    gold = root / "gold"
    shelf = Shelf(gold)
    return [
        {
            "article": slug,
            "date": entry.date,
            "publisher": entry.publisher,
            "labelled": [e for e in ("source", "retold") if (gold / e / f"{slug}.ann").is_file()],
            "copy": str(path) if (path := shelf.path(slug)) else "missing",
            "sha256": entry.sha256[:12],
        }
        for slug, entry in shelf.entries.items()
    ]
