"""Score a file of predictions: read side by side with its gold documents, so that neither file is held in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmark import scoring
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.gold import EDITIONS, Edition, GoldSet, story
from benchmark.metrics.strata import surfaces
from benchmark.problems import BadInput
from benchmark.schema import LEVELS, Document, Level
from benchmark.schemes import Projection, common, scheme
from benchmark.scores import Scores

Note = Callable[[str], object]


def score_file(
    predictions: Path,
    gold: GoldSet,
    gold_file: Path | None = None,
    scheme_name: str = "gold",
    editions: Iterable[Edition] = EDITIONS,
    levels: Collection[Level | None] = scoring.DEFAULT_LEVELS,
    note: Note = lambda line: None,
    per_document: bool = False,
    learned: Path | None = None,
) -> tuple[Scores, list[dict[str, Any]]]:
    """Score predictions in JSON Lines.

    Parameters
    ----------
    predictions
        The file; lines whose outcome is not ``ok`` count as nothing found.
    gold
        The gold set: the gold documents where there is no `gold_file`, and the inventory that schemes are projected on.
    gold_file
        Gold documents in JSON Lines, with or without text, of any types.
    scheme_name
        Label scheme of the predictions.
    editions, levels
        What is compared.
    note
        Called with a line on gold documents without predictions, and on labels past the end of their text.
    per_document
        Also give the figures of each document by itself.
    learned
        Labelled documents with text that the model learned from, in JSON Lines: what tells seen from unseen surfaces. None: for the gold
        set the other stories of each text, else not told.

    Returns
    -------
    scores, documents
        The scores, and for each document its figures with its ``id`` (empty unless asked for).

    Raises
    ------
    BadInput
        Where a file has a fault, or a prediction is of no gold document.
    """
    documents: Iterable[Document]
    if gold_file is None:
        documents = gold.documents(editions, note)
        fingerprint = gold.fingerprint()[:12]
    else:
        documents = (p.document for p in jsonl.stream(gold_file))
        fingerprint = jsonl.fingerprint(gold_file)
    projection = common(scheme(scheme_name, gold.inventory)) if gold_file is None or scheme_name != "gold" else None
    signature = scoring.signature(fingerprint, scheme_name, levels)
    missing, unknown = scoring.Unpaired(), scoring.Unpaired()
    single: list[dict[str, Any]] = []
    pairs = _checked(scoring.paired(documents, map(_good, jsonl.stream(predictions)), missing, unknown), note)
    if per_document:
        pairs = _each(pairs, single, signature, projection, levels)
    scores = scoring.score_pairs(pairs, signature, None, projection, levels, _seen(gold, gold_file, learned))
    strange, number = unknown.names, unknown.number
    if gold_file is None:  # texts of the gold set that are not scored now: another edition, or an article that is not here
        left_out = [name for name in unknown.names if story(name) in gold.shelf.entries]
        strange, number = [name for name in unknown.names if name not in left_out], unknown.number - len(left_out)
        if left_out:
            note(f"predictions for {len(left_out)} texts left out, which are not scored here: {', '.join(left_out[:5])}")
    if number:
        raise BadInput(f"{predictions}: document {strange[0]!r} is not in the gold set ({number} such); check the ids")
    if missing.number:
        told = f"{', '.join(missing.names[:5])}{', …' if missing.number > 5 else ''}"
        note(f"no predictions for {missing.number} documents ({told}): they count as nothing found")
    return scores, single


def _seen(gold: GoldSet, gold_file: Path | None, learned: Path | None) -> scoring.Seen:
    if learned is not None:
        documents = [p.document for p in jsonl.stream(learned)]
        if not any(d.text for d in documents):
            raise BadInput(f"{learned}: no document has a text; the words that were learned stand in the texts")
        return {"mentions": surfaces(documents, "mentions"), "triggers": surfaces(documents, "triggers")}
    return scoring.learnable(gold.documents()) if gold_file is None else {}


def _good(prediction: Prediction) -> Document:
    return prediction.document if prediction.outcome == "ok" else Document(prediction.id)


def _checked(pairs: Iterable[scoring.Pair], note: Note) -> Iterator[scoring.Pair]:
    """The pairs, with a note at the end on labels that run past their text."""
    beyond = 0
    for gold, predicted in pairs:
        if gold.text is not None:
            beyond += sum(label.end > len(gold.text) for label in predicted.labels)
        yield gold, predicted
    if beyond:
        note(f"{beyond} labels run past the end of their text; offsets are Unicode code points, not bytes or UTF-16 units")


def _each(
    pairs: Iterable[scoring.Pair],
    single: list[dict[str, Any]],
    signature: str,
    projection: Projection | None,
    levels: Collection[Level | None],
) -> Iterator[scoring.Pair]:
    """The pairs, each scored by itself on the way."""
    for pair in pairs:
        single.append({"id": pair[0].id} | scoring.score_pairs([pair], signature, None, projection, levels, None).summary())
        yield pair


def parse_levels(text: str) -> tuple[Level | None, ...]:
    """Levels from ``NAM,NOM,PRO,values`` (or ``all``); :class:`BadInput` where one is none of them."""
    known: dict[str, Level | None] = {level: level for level in LEVELS} | {"values": None}
    names = list(known) if text == "all" else [name.strip() for name in text.split(",")]
    if wrong := [name for name in names if name not in known]:
        raise BadInput(f"--levels {text}: {wrong[0]!r} is none of {', '.join(known)}, all")
    return tuple(known[name] for name in dict.fromkeys(names))
