"""What is minimised: cross entropies of the heads, weighted by class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from . import labels, lexicon
from .network import Batch, Network, Pairs, pair_up
from .windows import Window

POSITIVE = 2.0  # weight of a word that begins or goes on with a trigger


@dataclass
class Example:
    """A batch with the answers."""

    batch: Batch
    real: Tensor  # windows, words: whether there is a word
    tags: Tensor  # of the real words
    begins: Tensor
    more: Tensor
    triggers: Tensor  # triggers, 4: window, word, event type, realis
    pairs: Pairs | None
    roles: Tensor  # of the pairs: 0 none, 1 and more a role


class Loss:
    """The parts of the loss of an example; class weights are those of the windows to train on."""

    def __init__(self, network: Network, windows: Sequence[Window]):
        self.network = network
        inventory = network.inventory
        gold = [w.gold for w in windows if w.gold is not None]
        triggers = [t for g in gold for t in g.triggers]
        mentions = _weights((m.type for g in gold for m in g.mentions), len(inventory.mentions), 0.25, 2)
        self.tags = self._tensor([1.0, *mentions * 4])
        self.types = self._tensor(_weights((t.type for t in triggers), max(1, len(inventory.events)), 0.25, 2))
        self.realis = self._tensor(_weights((t.realis for t in triggers), len(labels.REALIS), 0.5, 3))
        self.roles = self._tensor([1.0, *_weights((r for g in gold for r in g.roles.values()), len(inventory.positions), 0.25, 2)])
        self.positive = self._tensor([POSITIVE])

    def _tensor(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self.network.device)

    def example(self, windows: Sequence[Window]) -> Example:
        """A batch of labelled windows with its answers."""
        batch = self.network.batch(windows)
        gold = [w.gold or labels.Labels() for w in windows]
        shape = (len(windows), batch.words)
        tags = torch.full(shape, -1)
        begins, more = torch.zeros(shape), torch.zeros(shape)
        for row, (window, present) in enumerate(zip(windows, gold, strict=True)):
            tags[row, : window.size] = 0
            for mention in present.mentions:
                first, last = mention.words
                tags[row, first : last + 1] = torch.tensor(self.network.inventory.tags_of(mention))
            for trigger in present.triggers:
                first, last = trigger.words
                begins[row, first] = 1
                more[row, first + 1 : last + 1] = 1
        real = tags >= 0
        candidates = [replace(g, mentions=g.mentions + self._others(w, g)) for w, g in zip(windows, gold, strict=True)]
        keys, pairs = pair_up(batch, candidates)
        device = self.network.device
        roles = torch.tensor([1 + gold[r].roles.get((t, m), -1) for r, t, m in keys], dtype=torch.long, device=device)
        where = [(r, t.words[0], t.type, t.realis) for r, g in enumerate(gold) for t in g.triggers]
        triggers = torch.tensor(where, dtype=torch.long, device=device).reshape(-1, 4)
        words = (part[real].to(device) for part in (tags, begins, more))
        return Example(batch, real.to(device), *words, triggers, pairs, roles)

    def _others(self, window: Window, gold: labels.Labels) -> list[labels.Found]:
        """Nouns and pronouns that are no arguments: arguments are looked for among such, too, since no tagger tells them apart."""
        classes = {name: n for n, name in enumerate(self.network.inventory.mentions)}
        spans = [m.words for m in gold.mentions] + [t.words for t in gold.triggers]
        taken = {n for first, last in spans for n in range(first, last + 1)}
        named = [(n, lexicon.nominal(window.form(n))) for n in range(window.size) if n not in taken]
        return [labels.Found((n, n), classes[name]) for n, name in named if name in classes]

    def __call__(self, example: Example, read: Tensor) -> dict[str, Tensor]:
        """The parts by name; `read` is what the encoder made of the batch."""
        states = self.network.states(example.batch, read)
        scores = self.network.words(example.batch, states)
        binary, entropy = nn.functional.binary_cross_entropy_with_logits, nn.functional.cross_entropy
        real = example.real
        parts = {
            "mentions": entropy(scores.tags[real].float(), example.tags, weight=self.tags),
            "triggers": binary(scores.trigger[real].float(), example.begins, pos_weight=self.positive)
            + binary(scores.more[real].float(), example.more, pos_weight=self.positive),
        }
        if len(example.triggers):
            row, word, kind, realis = example.triggers.unbind(1)
            parts["types"] = entropy((scores.types[row, word] + self.network.learned).float(), kind, weight=self.types)
            parts["realis"] = entropy(scores.realis[row, word].float(), realis, weight=self.realis)
        if example.pairs is not None:
            parts["roles"] = entropy(self.network.roles(states, example.pairs), example.roles, weight=self.roles)
        return parts


def _weights(values: Iterable[int], size: int, power: float, most: float) -> list[float]:
    """Class weights: the rarer than the median class, the heavier, by a power of the frequency, within limits."""
    counts = [0] * size
    for value in values:
        counts[value] += 1
    present = sorted(n for n in counts if n)
    middle = present[len(present) // 2] if present else 1
    return [min(most, max(1 / most, (middle / max(1, n)) ** power)) for n in counts]
