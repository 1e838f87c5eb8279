"""Training: joint loss, heads first, early stopping on a part of the paragraphs, curves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from . import decoding
from .loss import Example, Loss
from .network import Network
from .windows import Window, batches

LATER = 0.3  # of their first learning rate is that of heads which are trained already
Log = Callable[[dict[str, Any]], None]


class Settings(NamedTuple):
    """How to train; see the model's parameters."""

    warmup: int
    epochs: int
    patience: int
    rate: float
    head_rate: float
    batch: int
    development: float
    finish: int
    half: bool
    thresholds: decoding.Thresholds
    seed: int
    clip: float = 1.0
    decay: float = 0.01


def split(windows: Sequence[Window], share: float, order: random.Random) -> tuple[list[Window], list[Window]]:
    """Windows to train on, and those to judge by: of each story a stretch, the same of all its editions.

    Editions tell the same in the same order: were one edition of a stretch trained on, the other would be no test.
    """
    stories = sorted({window.story for window in windows})
    starts = {story: order.uniform(0, 1 - share) for story in stories}
    inside = [0 <= window.place - starts[window.story] < share for window in windows]
    if not any(inside) or all(inside):
        return list(windows), []
    return [w for w, held in zip(windows, inside, strict=True) if not held], [w for w, held in zip(windows, inside, strict=True) if held]


def train(network: Network, windows: Sequence[Window], settings: Settings, log: Log) -> None:
    """Fit the network to labelled windows and leave it with the weights of the best epoch.

    First the heads alone, on the states of the encoder as it comes, which are computed once: heads that know nothing would spoil the
    encoder, and take most of the epochs to learn. Then both together, until the scores on held-out windows rise no more. At last the
    heads of the best epoch go over all windows, since a fifth is much to lose of a small training set.
    """
    order = random.Random(settings.seed)
    training, development = split(windows, settings.development, order)
    loss = Loss(network, training)
    examples = [loss.example(group) for group in batches(training, settings.batch)]
    best = _Best(network, development, settings)
    if settings.warmup:
        log(best.judge({"stage": "heads"} | _heads(network, examples, loss, settings, order, settings.warmup, settings.head_rate)))
    optimizer, schedule = _optimizer(network, settings, len(examples))
    for epoch in range(settings.epochs):
        network.train()
        log(best.judge({"stage": "all", "epoch": epoch + 1} | _epoch(network, examples, loss, optimizer, settings, order, None, schedule)))
        if best.since >= settings.patience:
            break
    best.restore()
    if settings.finish and development:
        everything = [loss.example(group) for group in batches(windows, settings.batch)]
        rate = settings.head_rate * LATER
        log({"stage": "finish"} | _heads(network, everything, loss, settings, order, settings.finish, rate))
    network.eval()


def _heads(
    network: Network, examples: list[Example], loss: Loss, settings: Settings, order: random.Random, epochs: int, rate: float
) -> dict[str, Any]:
    """Train the heads alone; the entry of the last epoch, with the seconds of all."""
    began = time.perf_counter()
    network.eval()
    with torch.no_grad():
        read = {id(example): network.read(example.batch) for example in examples}
    network.train()
    optimizer = torch.optim.AdamW(network.heads(), lr=rate, weight_decay=settings.decay, fused=True)
    entry: dict[str, Any] = {}
    for epoch in range(epochs):
        entry = {"epoch": epoch + 1} | _epoch(network, examples, loss, optimizer, settings, order, read)
    return entry | {"seconds": round(time.perf_counter() - began, 2)}


def _optimizer(network: Network, settings: Settings, steps: int) -> tuple[Any, Any]:
    """AdamW; the rates rise for an epoch and fall to the end. The heads, trained already, follow the encoder at a lower rate."""
    inner = [p for p in network.encoder.parameters() if p.requires_grad]
    groups = [{"params": inner, "lr": settings.rate}, {"params": network.heads(), "lr": settings.head_rate * LATER}]
    optimizer = torch.optim.AdamW([g for g in groups if g["params"]], weight_decay=settings.decay, fused=True)
    total = max(1, steps * settings.epochs)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min((n + 1) / steps, max(0.05, 1 - n / total)))


def _epoch(
    network: Network,
    examples: list[Example],
    loss: Loss,
    optimizer: Any,
    settings: Settings,
    order: random.Random,
    read: dict[int, Tensor] | None,
    schedule: Any = None,
) -> dict[str, Any]:
    """One pass over the examples; what the encoder makes of them is taken from `read` where that is given."""
    began = time.perf_counter()
    sums: dict[str, float] = {}
    moved = [p for group in optimizer.param_groups for p in group["params"]]
    for example in order.sample(examples, len(examples)):
        with torch.autocast(network.device.type, torch.bfloat16, enabled=settings.half):
            parts = loss(example, network.read(example.batch) if read is None else read[id(example)])
        optimizer.zero_grad()
        sum(parts.values(), torch.zeros((), device=network.device)).backward()
        nn.utils.clip_grad_norm_(moved, settings.clip)
        optimizer.step()
        if schedule is not None:
            schedule.step()
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach()) / len(examples)
    losses = {name: round(value, 4) for name, value in sums.items()}
    return {"seconds": round(time.perf_counter() - began, 2), "loss": losses}


class _Best:
    """Keeps the weights of the epoch with the best scores on held-out windows."""

    def __init__(self, network: Network, windows: Sequence[Window], settings: Settings):
        self.network = network
        self.windows = windows
        self.settings = settings
        self.score = -1.0
        self.since = 0
        self.weights: dict[str, Tensor] = {}

    def judge(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Add the scores to an entry of the log; `since` counts the epochs since they were best."""
        if not self.windows:
            return entry
        scores = evaluate(self.network, self.windows, self.settings.batch, self.settings.thresholds)
        if sum(scores.values()) > self.score:
            self.score, self.since = sum(scores.values()), 0
            self.weights = {name: value.clone() for name, value in self.network.trained().items()}
        else:
            self.since += 1
        return entry | {"development": scores}

    def restore(self) -> None:
        """Put the best weights back."""
        self.network.load_state_dict(self.weights, strict=False)


@torch.inference_mode()
def evaluate(network: Network, windows: Sequence[Window], batch: int, thresholds: decoding.Thresholds) -> dict[str, float]:
    """F1 of names and values, of triggers with type, and of arguments with trigger and role."""
    network.eval()
    counts = {"mentions": [0, 0], "triggers": [0, 0], "arguments": [0, 0]}
    for group in batches(windows, batch):
        for window, found in zip(group, decoding.find(network, group, thresholds), strict=True):
            gold = {} if window.gold is None else window.gold.items(network.inventory)
            made = found.items(network.inventory)
            for name, count in counts.items():
                count[0] += 2 * len(gold.get(name, set()) & made[name])
                count[1] += len(gold.get(name, set())) + len(made[name])
    return {name: round(right / max(1, both), 4) for name, (right, both) in counts.items()}
