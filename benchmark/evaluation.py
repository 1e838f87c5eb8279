"""Score a file of predictions: read side by side with its gold documents, so that neither file is held in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmark import scoring
from benchmark.corpus import EDITIONS, Corpus, Edition
from benchmark.formats import jsonl
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet, story
from benchmark.metrics.strata import surfaces
from benchmark.problems import BadInput
from benchmark.schema import LEVELS, Document, Level
from benchmark.schemes import Projection, common, scheme
from benchmark.scores import Scores

Note = Callable[[str], object]


def score_file(
    predictions: Path,
    gold: Corpus,
    gold_file: Path | None = None,
    scheme_name: str | None = None,
    editions: Iterable[Edition] = EDITIONS,
    levels: Collection[Level | None] | None = None,
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
        The gold set or another corpus: the gold documents where there is no `gold_file`, and the inventory that schemes are projected on.
    gold_file
        Gold documents in JSON Lines, with or without text, of any types.
    scheme_name
        Label scheme of the predictions; None: that of the gold documents.
    editions, levels
        What is compared; levels None: what the corpus says, else names and values. Where a corpus tells no levels its mentions count as
        names.
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
        fingerprint = gold.mark
    else:
        documents = (p.document for p in jsonl.stream(gold_file))
        fingerprint = jsonl.fingerprint(gold_file)
    projection = _projection(gold, gold_file, scheme_name)
    levels = _levels(gold, levels) if gold_file is None else levels or scoring.DEFAULT_LEVELS
    signature = scoring.signature(fingerprint, _named(gold, projection, scheme_name), levels)
    missing, unknown = scoring.Unpaired(), scoring.Unpaired()
    single: list[dict[str, Any]] = []
    labels = _Labels(projection)
    pairs = _checked(scoring.paired(documents, map(_good, jsonl.stream(predictions)), missing, unknown), note, labels)
    if per_document:
        pairs = _each(pairs, single, signature, projection, levels)
    own = gold_file is not None or gold.gold
    scores = scoring.score_pairs(pairs, signature, None if own else gold.products, projection, levels, _seen(gold, gold_file, learned))
    labels.tell(note)
    strange, number = unknown.names, unknown.number
    if gold_file is None and isinstance(
        gold, GoldSet
    ):  # texts of the gold set that are not scored now: another edition, or an article that is not here
        left_out = [name for name in unknown.names if story(name) in gold.shelf.entries]
        strange, number = [name for name in unknown.names if name not in left_out], unknown.number - len(left_out)
        if left_out:
            note(f"predictions for {len(left_out)} texts left out, which are not scored here: {', '.join(left_out[:5])}")
    if number:
        raise BadInput(f"{predictions}: document {strange[0]!r} is not in the gold set ({number} such); check the ids")
    if missing.number:
        told = f"{', '.join(missing.names[:5])}{', …' if missing.number > 5 else ''}"
        note(f"no predictions for {missing.number} documents ({told}): they count as nothing found")
    return scores if own else scores.without(scoring.OURS), single


def _projection(gold: Corpus, gold_file: Path | None, name: str | None) -> Projection | None:
    """How the gold documents and the predictions meet; None: as they are."""
    if gold_file is not None:
        return None if name in (None, "gold") else common(scheme(name or "", gold.inventory))
    if name in (None, gold.scheme.name) and not gold.gold:
        return None
    return gold.projections([name or gold.scheme.name])[name or gold.scheme.name]


def _named(gold: Corpus, projection: Projection | None, name: str | None) -> str:
    """The label scheme of the signature."""
    if gold.gold:
        return name or gold.scheme.name
    return gold.scheme.name if projection is None else projection.name


def _levels(gold: Corpus, levels: Collection[Level | None] | None) -> Collection[Level | None]:
    """The levels that are compared; names include mentions of a corpus that tells no levels."""
    if levels is None:
        return gold.levels or scoring.DEFAULT_LEVELS
    untold = not gold.gold and all(m.level is None for d in gold.documents() for m in d.mentions)
    return (*levels, None) if untold and None not in levels and "NAM" in levels else levels


class _Labels:
    """The predicted labels that no label of the common scheme stands for: with many of them the scheme is likely not the right one."""

    def __init__(self, projection: Projection | None):
        self.known = projection.model if projection is not None else None
        self.strange: Counter[str] = Counter()

    def add(self, document: Document) -> None:
        """Count those of a document."""
        if self.known is not None:
            self.strange.update(m.type for m in document.mentions if m.type not in self.known)

    def tell(self, note: Note) -> None:
        """Say how many there were."""
        if self.strange:
            told = ", ".join(f"{label} {number:,}" for label, number in self.strange.most_common(10))
            note(f"predicted mentions left out, whose labels the gold documents have nothing for: {told}")


def _seen(gold: Corpus, gold_file: Path | None, learned: Path | None) -> scoring.Seen:
    if learned is not None:
        documents = [p.document for p in jsonl.stream(learned)]
        if not any(d.text for d in documents):
            raise BadInput(f"{learned}: no document has a text; the words that were learned stand in the texts")
        return {"mentions": surfaces(documents, "mentions"), "triggers": surfaces(documents, "triggers")}
    return scoring.learnable(gold.documents(), gold.folds) if gold_file is None else {}


def _good(prediction: Prediction) -> Document:
    return prediction.document if prediction.outcome == "ok" else Document(prediction.id)


def _checked(pairs: Iterable[scoring.Pair], note: Note, labels: _Labels) -> Iterator[scoring.Pair]:
    """The pairs, with a note at the end on labels that run past their text."""
    beyond = 0
    for gold, predicted in pairs:
        if gold.text is not None:
            beyond += sum(label.end > len(gold.text) for label in predicted.labels)
        labels.add(predicted)
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
    """Levels from ``NAM,NOM,PRO,values`` (or ``all``).

    Returns
    -------
    tuple
        Each once, in the order given; None is values.

    Raises
    ------
    BadInput
        Where one is none of them.
    """
    known: dict[str, Level | None] = {level: level for level in LEVELS} | {"values": None}
    names = list(known) if text == "all" else [name.strip() for name in text.split(",")]
    if wrong := [name for name in names if name not in known]:
        raise BadInput(f"--levels {text}: {wrong[0]!r} is none of {', '.join(known)}, all")
    return tuple(known[name] for name in dict.fromkeys(names))
