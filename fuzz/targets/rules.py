"""Texts through the rule models: any text at all gives an extraction that fits it."""

from pathlib import Path

from benchmark.registry import find, load
from benchmark.schema import Article
from benchmark.worker import predict

MODELS = Path(__file__).resolve().parents[2] / "models"
LOADED = []


def one(data: bytes) -> None:
    if not LOADED:
        for name in ("rules", "capitals"):
            model = load(find(name, MODELS))()
            if hasattr(model, "load"):
                model.load("cpu")
            LOADED.append(model)
    article = Article("a", data.decode("utf-8", "replace"), "2012-05-05")
    for model in LOADED:
        prediction = predict(model, article)
        assert prediction.outcome == "ok", prediction.error
