"""The errors of a stored run, chosen by kind, type, article and edition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmark.corpus import Corpus
from benchmark.errors import KINDS, Error, errors, tallied
from benchmark.gold import edition, story
from benchmark.problems import BadInput
from benchmark.schema import Document
from benchmark.scoring import DEFAULT_LEVELS, signature
from benchmark.standings import Standing, standings


class Browsed(Struct, frozen=True):
    """Errors of one run.

    Attributes
    ----------
    model, run
        The model and the name of the run's folder.
    documents
        The gold documents that were compared, with text where the user has it.
    errors
        The errors that were asked for, in the order of the documents and of the text.
    signature
        What the labels were compared on.
    """

    model: str
    run: str
    documents: tuple[Document, ...]
    errors: tuple[Error, ...]
    signature: str

    def to_dict(self, limit: int | None = None) -> dict[str, Any]:
        """Plain values; the counts are of all errors, of which the first `limit` are told (None: all)."""
        return {
            "model": self.model,
            "run": self.run,
            "signature": self.signature,
            "documents": [d.id for d in self.documents],
            "counts": {kind: {"number": sum(types.values()), "types": types} for kind, types in tallied(self.errors).items()},
            "errors": [error.to_dict() for error in self.errors[:limit]],
        }


def errors_of(one: Standing, gold: Corpus, documents: Iterable[Document]) -> list[Error]:
    """What a stored run got wrong, on the label scheme on which its scores are; what failed found nothing.

    Parameters
    ----------
    one
        The run.
    gold
        The corpus, whose kinds of label limit what the model can be judged on.
    documents
        Those of its documents that are looked at.

    Returns
    -------
    list of Error
        In the order of the documents and of the text.
    """
    answers = one.answers
    pairs = ((d, answers.get(d.id) or Document(d.id)) for d in documents)
    produced = [name for name in one.run.produces if gold.products is None or name in gold.products]
    return errors(pairs, produced, gold.projections([one.run.scheme])[one.run.scheme])


def browse(
    gold: Corpus,
    results: Path,
    model: str,
    kinds: Sequence[str] = (),
    types: Sequence[str] = (),
    articles: Sequence[str] = (),
    of_edition: Callable[[str], bool] = lambda name: True,
    note: Callable[[str], object] = lambda line: None,
) -> Browsed:
    """Errors of the newest run of a model on the present labels. Source articles whose text is not here are compared by offsets.

    Parameters
    ----------
    gold, results
        The gold set and the results folder.
    model
        Name of a model, or of a run's folder.
    kinds, types, articles
        Those that are wanted; none: all. A type is wanted on either side, as type or role.
    of_edition
        Which documents are wanted, by id.
    note
        Called with a line on texts that the run has no answer for, or failed on.

    Raises
    ------
    BadInput
        Where there is no such run, kind, type or article, or the run has no answer for any of the texts.
    """
    wanted = {_kind(name) for name in kinds}
    there = gold.labelled()
    stories = list(dict.fromkeys(story(d.id) if gold.gold else d.id for d in there))
    if unknown := [name for name in articles if name not in stories]:
        raise BadInput(f"--article {unknown[0]}: there is no such article; there are {', '.join(stories[:20])}")
    (one,) = standings(results, [model], gold)
    chosen = [d for d in there if of_edition(d.id) and (not articles or (story(d.id) if gold.gold else d.id) in articles)]
    outcome = {p.id: p.outcome for p in one.predictions}
    documents = [d for d in chosen if d.id in outcome]
    if not documents:
        raise BadInput(f"{one.folder.name} has no answer for any of these texts; run it on this edition first")
    _say(note, gold.gold, "was not run on", [d for d in chosen if d.id not in outcome], "they are left out")
    _say(note, gold.gold, "has no answer for", [d for d in documents if outcome[d.id] != "ok"], "all their labels are missed")
    projection = gold.projections([one.run.scheme])[one.run.scheme]
    found = errors_of(one, gold, documents)
    names = _types(types, found, gold)
    compared_on = signature(one.run.mark, projection.name, gold.levels or DEFAULT_LEVELS)
    kept = [e for e in found if (not wanted or e.kind in wanted) and (not names or names & {n for x in e.labels for n in (x.type, x.name)})]
    return Browsed(one.run.model, one.folder.name, tuple(documents), tuple(kept), compared_on)


def _kind(name: str) -> str:
    """The kind of a name in which spaces may be hyphens or underscores."""
    found = re.sub(r"[\s_-]+", " ", name).strip().casefold()
    if found not in KINDS:
        raise BadInput(f"--kind {name}: there is no such kind; there are {', '.join(kind.replace(' ', '-') for kind in KINDS)}")
    return found


def _types(wanted: Sequence[str], found: Iterable[Error], gold: Corpus) -> set[str]:
    known = {*gold.inventory.names, *(name for error in found for label in error.labels for name in (label.type, label.name))}
    by_name = {name.casefold(): name for name in sorted(known)}
    if unknown := [name for name in wanted if name.casefold() not in by_name]:
        raise BadInput(f"--type {unknown[0]}: there is no such type or role; there are {', '.join(by_name.values())}")
    return {by_name[name.casefold()] for name in wanted}


def _say(note: Callable[[str], object], editions: bool, what: str, documents: Sequence[Document], so: str) -> None:
    if documents:
        told = ", ".join(f"{story(d.id)} ({edition(d.id)})" if editions else d.id for d in documents[:3])
        note(f"the run {what} {len(documents)} texts ({told}{', …' if len(documents) > 3 else ''}): {so}")


__all__ = ["Browsed", "browse", "errors_of"]
