"""Runs in a results folder, written without running a model."""

import re
from pathlib import Path

from benchmark import store
from benchmark.formats.jsonl import Prediction
from benchmark.gold import GoldSet
from benchmark.runner import score_run
from benchmark.schema import Mention
from benchmark.scoring import learnable


def digits(document):
    """What a model that calls runs of digits NUM answers."""
    mentions = tuple(Mention(*m.span(), "NUM") for m in re.finditer(r"\d+", document.text or ""))
    return Prediction(document.id, mentions=mentions, seconds=0.01)


def store_run(home: Path, model="numbers", answer=digits, produces=("mentions",), scheme="gold", trained_on=("nothing",), results=None):
    """Store the answers to the gold documents there are (None: not run on it); returns the run's folder."""
    gold = GoldSet(home / "gold")
    documents = gold.documents()
    predictions = [p for p in map(answer, documents) if p is not None]
    run = store.Run(model, "0" * 8, {}, "models/x.py", "0", gold.fingerprint(), scheme, tuple(sorted(produces)), tuple(trained_on))
    folder = store.RunFolder(results or home / "results", model, run.key)
    folder.open()
    folder.keep(predictions)
    folder.write("run.json", run)
    answered = [d for d in documents if d.id in {p.id for p in predictions}]
    folder.write("scores.json", score_run(gold, answered, predictions, run, learnable(documents)).to_dict())
    return folder.path
