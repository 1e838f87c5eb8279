"""From scores to labels: the best well-formed sequence of tags, triggers with their types, roles of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .labels import BEGIN, END, INSIDE, SINGLE, Found, Labels, Trigger
from .network import Network, Scores, pair_up
from .windows import Window

MOST_TYPES = 3  # of one trigger


def find(network: Network, windows: Sequence[Window], threshold: float = 0.5, second: float = 0.3) -> list[Labels]:
    """Mentions, triggers and arguments of each window.

    Parameters
    ----------
    threshold
        Least probability of a trigger.
    second
        Least probability of a trigger's second and third type.
    """
    batch = network.batch(windows)
    states = network.states(batch, network.read(batch))
    scores = Scores(*(part.float().cpu() for part in network.words(states)))
    tags = scores.tags.log_softmax(-1).numpy()
    trigger, more = scores.trigger.sigmoid().numpy(), scores.more.sigmoid().numpy()
    types, realis = scores.types.softmax(-1).numpy(), scores.realis.softmax(-1).numpy()
    found = []
    for row, window in enumerate(windows):
        labels = Labels()
        for first, last, kind, score in spans(tags[row, : window.size], window.sentences):
            labels.mentions.append(Found((first, last), kind, score))
        for n in range(window.size):
            if trigger[row, n] < threshold or not network.inventory.events:
                continue
            last = n
            while last + 1 < window.size and window.sentences[last + 1] == window.sentences[n] and more[row, last + 1] >= 0.5:
                last += 1
            for kind in _types(types[row, n], second):
                score = float(trigger[row, n] * types[row, n, kind])
                labels.triggers.append(Trigger((n, last), kind, int(realis[row, n].argmax()), score))
        found.append(labels)
    keys, pairs = pair_up(batch, found)
    if pairs is not None:
        for (row, t, m), role in zip(keys, network.roles(states, pairs).argmax(-1).tolist(), strict=True):
            if role:
                found[row].roles[t, m] = role - 1
    return found


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
