"""From scores to labels: the best well-formed sequence of tags, triggers with their types, roles of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from .labels import BEGIN, END, INSIDE, SINGLE, Found, Inventory, Labels, Trigger
from .network import Network, Scores, pair_up
from .windows import Window

MOST_TYPES = 3  # of one trigger


class Thresholds(NamedTuple):
    """What counts as found; see the model's parameters."""

    trigger: float = 0.5
    second: float = 0.3  # least probability of a trigger's second and third type
    argument: float = 0.5
    nominal: float = 0.0


def find(network: Network, windows: Sequence[Window], thresholds: Thresholds = Thresholds()) -> list[Labels]:  # noqa: B008  # immutable
    """Mentions, triggers and arguments of each window."""
    batch = network.batch(windows)
    states = network.states(batch, network.read(batch))
    scores = Scores(*(part.float().cpu() for part in network.words(batch, states)))
    tags = (scores.tags + thresholds.nominal * network.nominal.cpu()).log_softmax(-1).numpy()
    trigger, more = scores.trigger.sigmoid().numpy(), scores.more.sigmoid().numpy()
    types, realis = scores.types.numpy(), scores.realis.softmax(-1).numpy()
    found = []
    for row, window in enumerate(windows):
        labels = Labels()
        for first, last, kind, score in spans(tags[row, : window.size], window.sentences):
            labels.mentions.append(Found((first, last), kind, score))
        for n in range(window.size):
            if trigger[row, n] < thresholds.trigger or not network.inventory.events:
                continue
            last = n
            while last + 1 < window.size and window.sentences[last + 1] == window.sentences[n] and more[row, last + 1] >= 0.5:
                last += 1
            chances = _chances(types[row, n], network.inventory, window, n)
            for kind in _types(chances, thresholds.second):
                score = float(trigger[row, n] * chances[kind])
                labels.triggers.append(Trigger((n, last), kind, int(realis[row, n].argmax()), score))
        found.append(labels)
    keys, pairs = pair_up(batch, found)
    if pairs is not None:
        chances = network.roles(states, pairs).softmax(-1).cpu()
        filled, best = 1 - chances[:, 0] >= thresholds.argument, chances[:, 1:].argmax(-1)
        for (row, t, m), is_filled, position in zip(keys, filled.tolist(), best.tolist(), strict=True):
            if is_filled and network.inventory.roles[found[row].triggers[t].type][position]:
                found[row].roles[t, m] = position
    return found


def _chances(scores: np.ndarray, inventory: Inventory, window: Window, n: int) -> np.ndarray:
    """Probabilities of the event types of a word: of those that word lists and training know for it; of all learned ones for others."""
    kinds = sorted(inventory.stated_by(window.form(n), window.known[n]) or inventory.learned)
    chances = np.zeros_like(scores)
    chances[kinds] = np.exp(scores[kinds] - scores[kinds].max())
    return chances / chances.sum()


def _types(probabilities: np.ndarray, second: float) -> list[int]:
    order = probabilities.argsort(kind="stable")[::-1][:MOST_TYPES]
    return [int(kind) for n, kind in enumerate(order) if n == 0 or probabilities[kind] >= second]


def spans(tags: np.ndarray, sentences: Sequence[int]) -> list[tuple[int, int, int, float]]:
    """The mentions of the best well-formed sequence of tags: what begins goes on and ends in its class and its sentence.

    Parameters
    ----------
    tags
        Log-probabilities: words, tags (outside, then beginnings, insides, ends, only words of all classes).

    Returns
    -------
    list
        First and last word, class, mean probability of the tags.
    """
    size, classes = len(tags), (tags.shape[1] - 1) // 4
    if not size or not classes:
        return []
    open_, closed = np.full(2 * classes, -np.inf), 0.0  # best scores so far: within a mention (begun, inside), and outside of any
    before = np.zeros((size, 1 + classes), dtype=np.int64)  # the tag before a word: of what is not within a mention, and within each class
    for n in range(size):
        outer, parts = tags[n, 0], tags[n, 1:].reshape(4, classes)
        if n and sentences[n] != sentences[n - 1]:
            open_[:] = -np.inf
        begun = open_.reshape(2, classes)
        before[n, 1:] = 1 + begun.argmax(0) * classes + np.arange(classes)
        within = begun.max(0)
        ends, single = within + parts[END], closed + parts[SINGLE]
        open_ = np.concatenate([closed + parts[BEGIN], within + parts[INSIDE]])
        done = np.concatenate([[closed + outer], ends, single])
        best = int(done.argmax())
        closed = done[best]
        # the tag of this word if no mention goes on after it
        before[n, 0] = 0 if best == 0 else 1 + 2 * classes + best - 1
    return list(_joined(_path(before, classes), np.exp(tags), classes))


def _path(before: np.ndarray, classes: int) -> list[int]:
    """Follow the best tags back from the last word."""
    path: list[int] = []
    tag = int(before[-1, 0])
    for n in range(len(before) - 1, -1, -1):
        path.append(tag)
        part, kind = divmod(tag - 1, classes)
        if n:
            tag = int(before[n, 1 + kind]) if tag and part in (INSIDE, END) else int(before[n - 1, 0])
    return path[::-1]


def _joined(path: Sequence[int], probabilities: np.ndarray, classes: int) -> Iterator[tuple[int, int, int, float]]:
    begin = 0
    for n, tag in enumerate(path):
        part, kind = divmod(tag - 1, classes)
        if tag and part in (BEGIN, SINGLE):
            begin = n
        if tag and part in (END, SINGLE):
            yield begin, n, kind, float(np.mean([probabilities[k, path[k]] for k in range(begin, n + 1)]))
