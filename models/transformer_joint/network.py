"""The network: an encoder, features of words beside its states, and heads for mentions, triggers, realis and arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from . import features, labels
from .windows import Window

HIDDEN = 256  # numbers of a word's state beside the encoder's
SHAPE = 128  # of them that are made of features
PAIR = 256  # of a pair of trigger and mention
EMBEDDING = 32  # of a class
DISTANCES = (-12, -8, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8, 12)  # borders of classes, in words
FEW = 4  # classes of how many lie between: 0, 1, 2, more


@dataclass
class Batch:
    """Windows as tensors, padded."""

    windows: Sequence[Window]
    ids: Tensor  # windows, sub-words
    mask: Tensor  # windows, sub-words: 1 where there is one
    place: Tensor  # windows * sub-words: its word in the flattened batch, with one more word a window for marks and padding
    real: Tensor  # windows, words, 1: 1 where there is a word
    shapes: Tensor  # windows, words, features

    @property
    def words(self) -> int:
        """Words of the longest window."""
        return self.shapes.shape[1]

    @classmethod
    def of(cls, windows: Sequence[Window], padding: int, device: Any) -> Batch:
        """Put windows together."""
        length, most = max(len(w.ids) for w in windows), max(w.size for w in windows)
        ids = [w.ids + [padding] * (length - len(w.ids)) for w in windows]
        mask = [[1] * len(w.ids) + [0] * (length - len(w.ids)) for w in windows]
        rows = [[(n if n >= 0 else most) for n in w.owner] + [most] * (length - len(w.ids)) for w in windows]
        place = [r * (most + 1) + n for r, row in enumerate(rows) for n in row]
        real, shapes = torch.zeros(len(windows), most, 1), torch.zeros(len(windows), most, features.WIDTH)
        for row, window in enumerate(windows):
            real[row, : window.size] = 1
            shapes[row, : window.size] = torch.tensor(window.features)
        tensors = (torch.tensor(ids), torch.tensor(mask), torch.tensor(place), real, shapes)
        return cls(windows, *(tensor.to(device) for tensor in tensors))


class Scores(NamedTuple):
    """Scores (logits) of the words of a batch."""

    tags: Tensor  # windows, words, tags
    trigger: Tensor  # windows, words: begins a trigger
    more: Tensor  # windows, words: goes on with a trigger
    types: Tensor  # windows, words, event types
    realis: Tensor  # windows, words, 3


class Pairs(NamedTuple):
    """Pairs of a trigger and a mention of one sentence."""

    words: Tensor  # pairs, 6: numbers in the flattened batch of first and last word of trigger and mention, and two words beside them
    classes: Tensor  # pairs, 5: event type, class of mention, distance, mentions between, triggers between


class Network(nn.Module):
    """Encoder and heads.

    Parameters
    ----------
    encoder
        A pre-trained encoder.
    inventory
        The classes.
    layers
        Numbers of the encoder's layers whose states are read; the embeddings are 0.
    frozen
        How many of the lowest layers are not trained. The embeddings never are: few words of a language occur in a training set.
    dropout
        Share of a word's state left out in training.
    """

    def __init__(self, encoder: Any, inventory: labels.Inventory, layers: Sequence[int], frozen: int, dropout: float):
        super().__init__()
        self.encoder = encoder
        self.inventory = inventory
        self.layers = tuple(layers)
        self.size = encoder.config.hidden_size
        _freeze(encoder, frozen)
        self.shape = nn.Sequential(nn.Linear(features.WIDTH, SHAPE), nn.GELU())
        self.join = nn.Sequential(nn.Linear(self.size * len(self.layers) + SHAPE, HIDDEN), nn.GELU())
        self.near = nn.Sequential(nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU())
        self.dropout = nn.Dropout(dropout)
        width = HIDDEN + self.size
        self.tags = nn.Linear(width, inventory.tags)
        self.trigger = nn.Linear(width, 2)
        self.types = nn.Linear(width, max(1, len(inventory.events)))
        self.realis = nn.Linear(width, len(labels.REALIS))
        sizes = (len(inventory.events), len(inventory.mentions), len(DISTANCES) + 1, FEW, FEW)
        self.pair_classes = nn.ModuleList(nn.Embedding(max(1, n), EMBEDDING) for n in sizes)
        self.pair_join = nn.Linear(7 * width + EMBEDDING * len(sizes), PAIR)
        self.pair_role = nn.Linear(PAIR, 1 + len(inventory.roles))
        self.register_buffer("forbidden", _forbidden(inventory), persistent=False)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.tags.weight.device

    def batch(self, windows: Sequence[Window]) -> Batch:
        """Windows as tensors."""
        return Batch.of(windows, self.encoder.config.pad_token_id or 0, self.device)

    def heads(self) -> list[nn.Parameter]:
        """What is not the encoder's."""
        known = {id(p) for p in self.encoder.parameters()}
        return [p for p in self.parameters() if id(p) not in known]

    def trained(self) -> dict[str, Tensor]:
        """The weights that training may change, by name."""
        return {name: p.detach() for name, p in self.named_parameters() if p.requires_grad}

    def read(self, batch: Batch) -> Tensor:
        """What the encoder makes of the words, the mean of their sub-words: windows, words, encoder's size times layers."""
        rows, most = len(batch.windows), batch.words
        found = self.encoder(input_ids=batch.ids, attention_mask=batch.mask, output_hidden_states=True).hidden_states
        states = torch.cat([found[n] for n in self.layers], -1).float().flatten(0, 1)
        sums = states.new_zeros(rows * (most + 1), states.shape[-1]).index_add(0, batch.place, states)
        counts = torch.bincount(batch.place, minlength=len(sums)).clamp(min=1)
        return (sums / counts[:, None]).view(rows, most + 1, -1)[:, :most]

    def states(self, batch: Batch, read: Tensor) -> Tensor:
        """States of the words, for the heads: windows, words, width."""
        joined = self.join(torch.cat([read, self.shape(batch.shapes)], -1)) * batch.real
        wide = nn.functional.pad(joined, (0, 0, 1, 1))  # nothing before the first word and after the last
        near = self.near(self.dropout(torch.cat([wide[:, :-2], joined, wide[:, 2:]], -1)))
        return self.dropout(torch.cat([joined + near, read[..., -self.size :]], -1))

    def words(self, states: Tensor) -> Scores:
        """Scores of each word."""
        begins, more = self.trigger(states).unbind(-1)
        return Scores(self.tags(states), begins, more, self.types(states), self.realis(states))

    def roles(self, states: Tensor, pairs: Pairs) -> Tensor:
        """Scores of each pair: pairs, no role and roles; roles that the event type never has are out of the question."""
        words = states.flatten(0, 1)[pairs.words]
        product = words[:, 0] * words[:, 3]  # the trigger and the head of the mention
        classes = [embed(n) for embed, n in zip(self.pair_classes, pairs.classes.unbind(1), strict=True)]
        joined = self.pair_join(torch.cat([words.flatten(1), product, *classes], -1))
        scores = self.pair_role(self.dropout(nn.functional.gelu(joined)))
        return scores.float().masked_fill(self.forbidden[pairs.classes[:, 0]], -1e4)


def _freeze(encoder: Any, layers: int) -> None:
    """Take the embeddings and the lowest layers out of training."""
    (getattr(encoder, "embeddings", None) or encoder.get_input_embeddings()).requires_grad_(False)
    stack = next((m for m in encoder.modules() if isinstance(m, nn.ModuleList)), ())
    for layer in list(stack)[:layers]:
        layer.requires_grad_(False)


def _forbidden(inventory: labels.Inventory) -> Tensor:
    mask = torch.ones(max(1, len(inventory.events)), 1 + len(inventory.roles), dtype=torch.bool)
    mask[:, 0] = False
    for kind, roles in enumerate(inventory.allowed):
        mask[kind, [1 + role for role in roles]] = False
    return mask


def pair_up(batch: Batch, found: Iterable[labels.Labels]) -> tuple[list[tuple[int, int, int]], Pairs | None]:
    """All pairs of a trigger and a mention of one sentence: (window, trigger, mention), and the same as tensors."""
    keys: list[tuple[int, int, int]] = []
    words, classes = [], []
    for row, (window, present) in enumerate(zip(batch.windows, found, strict=True)):
        sentences = window.sentences
        for t, trigger in enumerate(present.triggers):
            for m, mention in enumerate(present.mentions):
                if sentences[trigger.words[0]] != sentences[mention.words[0]]:
                    continue
                (a, b), (c, d) = trigger.words, mention.words
                keys.append((row, t, m))
                near = (max(0, c - 1), min(window.size - 1, b + 1))  # where prepositions stand
                words.append([row * batch.words + n for n in (a, b, c, d, *near)])
                low, high = (b, c) if b < c else (d, a)
                between = [min(FEW - 1, sum(low < x.words[0] < high for x in xs)) for xs in (present.mentions, present.triggers)]
                distance = c - b if c > b else d - a
                classes.append([trigger.type, mention.type, sum(distance > border for border in DISTANCES), *between])
    if not keys:
        return [], None
    return keys, Pairs(torch.tensor(words, device=batch.ids.device), torch.tensor(classes, device=batch.ids.device))
