"""The network: an encoder, features of words beside its states, and heads for mentions, triggers, realis and arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from . import features, labels, lexicon
from .windows import Window

HIDDEN = 256  # numbers of a word's state beside the encoder's
SHAPE = 128  # made of features
PART = 128  # of a word of a pair
PAIR = 256  # of a pair of trigger and mention
AROUND = 4  # words before and after whose features are seen too
PRIOR = 3.0  # score of a type for a word that the word lists know for it, before training
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
        real, shapes = torch.zeros(len(windows), most, 1), torch.zeros(len(windows), most, width())
        for row, window in enumerate(windows):
            real[row, : window.size] = 1
            shapes[row, : window.size, : features.WIDTH] = torch.tensor(window.features)
            known = window.known
            where = [n for n, several in enumerate(known) for _ in several]
            shapes[row, where, [features.WIDTH + n for several in known for n in several]] = 1
        tensors = (torch.tensor(ids), torch.tensor(mask), torch.tensor(place), real, shapes)
        return cls(windows, *(tensor.to(device) for tensor in tensors))


def width() -> int:
    """Numbers of features of a word."""
    return features.WIDTH + len(lexicon.columns())


class Scores(NamedTuple):
    """Scores (logits) of the words of a batch."""

    tags: Tensor  # windows, words, tags
    trigger: Tensor  # windows, words: begins a trigger
    more: Tensor  # windows, words: goes on with a trigger
    types: Tensor  # windows, words, event types
    realis: Tensor  # windows, words, 3


class Pairs(NamedTuple):
    """Pairs of a trigger and a mention of one sentence."""

    words: Tensor  # pairs, 8: numbers in the flattened batch: first and last of trigger and mention, two beside them, the range between
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
    dropout, hidden
        Share of a word's state left out in training; share of the words whose state is left out whole.
    """

    def __init__(self, encoder: Any, inventory: labels.Inventory, layers: Sequence[int], frozen: int, dropout: float, hidden: float):
        super().__init__()
        self.encoder = encoder
        self.inventory = inventory
        self.layers = tuple(layers)
        self.hidden = hidden
        self.size = encoder.config.hidden_size
        _freeze(encoder, frozen)
        self.shape = nn.Sequential(nn.Linear(3 * width(), SHAPE), nn.GELU())
        self.join = nn.Sequential(nn.Linear(self.size * len(self.layers) + SHAPE, HIDDEN), nn.GELU())
        self.near = nn.Sequential(nn.Linear(3 * HIDDEN, HIDDEN), nn.GELU())
        self.dropout = nn.Dropout(dropout)
        size = HIDDEN + self.size
        self.tags = nn.Linear(size + width(), inventory.tags)
        self.trigger = nn.Linear(size, 2)
        self.types = nn.Linear(size, max(1, len(inventory.events)))
        self.listed = nn.Linear(width(), max(1, len(inventory.events)), bias=False)
        self.realis = nn.Linear(size, len(labels.REALIS))
        sizes = (len(inventory.events), len(inventory.mentions), len(DISTANCES) + 1, FEW, FEW)
        self.pair_classes = nn.ModuleList(nn.Embedding(max(1, n), EMBEDDING) for n in sizes)
        self.pair_trigger = nn.Linear(size, PART)
        self.pair_mention = nn.Linear(size, PART)
        self.pair_near = nn.Linear(size, PART)
        self.pair_join = nn.Linear(7 * PART + HIDDEN + EMBEDDING * len(sizes), PAIR)
        self.pair_role = nn.Linear(PAIR, 1 + len(inventory.positions))
        with torch.no_grad():
            self.listed.weight.copy_(_prior(inventory))
            unknown = [n for n in range(len(inventory.events)) if n not in inventory.learned]
            self.types.weight[unknown] = 0
            self.types.bias[unknown] = 0
        self.register_buffer("forbidden", _forbidden(inventory), persistent=False)
        self.register_buffer("learned", _learned(inventory), persistent=False)
        self.register_buffer("nominal", _nominal(inventory), persistent=False)

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
        shape = self.shape(torch.cat([batch.shapes, *_around(batch.shapes)], -1))
        if self.training and self.hidden:  # a word that is hidden must be told by its features and its neighbours
            read = read * (torch.rand(*read.shape[:2], 1, device=read.device) >= self.hidden)
        joined = self.join(torch.cat([self.dropout(read), shape], -1)) * batch.real
        wide = nn.functional.pad(joined, (0, 0, 1, 1))  # nothing before the first word and after the last
        near = self.near(self.dropout(torch.cat([wide[:, :-2], joined, wide[:, 2:]], -1)))
        return self.dropout(torch.cat([joined + near, read[..., -self.size :]], -1))

    def words(self, batch: Batch, states: Tensor) -> Scores:
        """Scores of each word."""
        begins, more = self.trigger(states).unbind(-1)
        tags = self.tags(torch.cat([states, batch.shapes], -1))
        return Scores(tags, begins, more, self.types(states) + self.listed(batch.shapes), self.realis(states))

    def roles(self, states: Tensor, pairs: Pairs) -> Tensor:
        """Scores of each pair: pairs, no role and positions; those that the event type never has are out of the question."""
        flat = states.flatten(0, 1)
        first, last, begin, end, before, after, low, high = pairs.words.unbind(1)
        trigger, mention, near = self.pair_trigger(flat), self.pair_mention(flat), self.pair_near(flat)
        sums = nn.functional.pad(flat[:, :HIDDEN].float().cumsum(0), (0, 0, 1, 0))
        between = (sums[high] - sums[low]) / (high - low).clamp(min=1)[:, None]
        words = [trigger[first], trigger[last], mention[begin], mention[end], near[before], near[after], trigger[first] * mention[end]]
        classes = [embed(n) for embed, n in zip(self.pair_classes, pairs.classes.unbind(1), strict=True)]
        joined = self.pair_join(self.dropout(torch.cat([*words, between, *classes], -1)))
        scores = self.pair_role(self.dropout(nn.functional.gelu(joined)))
        return scores.float().masked_fill(self.forbidden[pairs.classes[:, 0]], -1e4)


def _around(shapes: Tensor) -> tuple[Tensor, Tensor]:
    """What there is among the features of the words before each word, and after it."""
    turned = shapes.transpose(1, 2)
    wide = nn.functional.pad(turned, (AROUND, AROUND))
    most = nn.functional.max_pool1d(wide, AROUND, 1)  # at n: words n - AROUND to n - 1
    size = shapes.shape[1]
    return most[..., :size].transpose(1, 2), most[..., AROUND + 1 : AROUND + 1 + size].transpose(1, 2)


def _prior(inventory: labels.Inventory) -> Tensor:
    """Event types, features: what word lists say of a word counts before anything is learned."""
    weights = torch.zeros(max(1, len(inventory.events)), width())
    for n, kind in enumerate(inventory.events):
        if (column := lexicon.columns().get(lexicon.event_column(kind))) is not None:
            weights[n, features.WIDTH + column] = PRIOR
    return weights


def _freeze(encoder: Any, layers: int) -> None:
    """Take the embeddings and the lowest layers out of training."""
    (getattr(encoder, "embeddings", None) or encoder.get_input_embeddings()).requires_grad_(False)
    stack = next((m for m in encoder.modules() if isinstance(m, nn.ModuleList)), ())
    for layer in list(stack)[:layers]:
        layer.requires_grad_(False)


def _forbidden(inventory: labels.Inventory) -> Tensor:
    mask = torch.zeros(max(1, len(inventory.events)), 1 + len(inventory.positions), dtype=torch.bool)
    for kind, roles in enumerate(inventory.roles):
        mask[kind, 1:] = torch.tensor([not role for role in roles])
    return mask


def _learned(inventory: labels.Inventory) -> Tensor:
    """Added to the scores of event types where word lists say nothing: those that did not occur are out of the question."""
    return torch.tensor([0.0 if n in inventory.learned else -1e4 for n in range(max(1, len(inventory.events)))])


def _nominal(inventory: labels.Inventory) -> Tensor:
    """Which tags are those of nouns and pronouns."""
    levels = [kind.partition(labels.SEPARATOR)[2] for kind in inventory.mentions]
    return torch.tensor([0.0, *[float(level in labels.ARGUMENTS) for level in levels] * 4])


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
                low, high = (b, c) if b < c else (d, a)
                words.append([row * batch.words + n for n in (a, b, c, d, *near, low + 1, max(low + 1, high))])
                between = [min(FEW - 1, sum(low < x.words[0] < high for x in xs)) for xs in (present.mentions, present.triggers)]
                distance = c - b if c > b else d - a
                classes.append([trigger.type, mention.type, sum(distance > border for border in DISTANCES), *between])
    if not keys:
        return [], None
    return keys, Pairs(torch.tensor(words, device=batch.ids.device), torch.tensor(classes, device=batch.ids.device))
