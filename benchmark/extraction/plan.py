"""The input cut into shards and batches, the same way each time: what makes an extraction resumable, and equal on every engine.

A shard is a run of consecutive documents; its batches are its documents sorted by length. Both depend on the input and the limits alone,
so that a batch holds the same documents whoever works on it.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from benchmark.extraction.inputs import Input
from benchmark.extraction.readers import Item
from benchmark.problems import BadInput, Problem
from benchmark.schema import Article


class Limits(Struct, frozen=True):
    """How much goes into a shard and into a batch: documents, and characters of text, whichever is reached first."""

    shard: int = 1000
    shard_characters: int = 16_000_000
    batch: int = 32
    batch_characters: int = 1_000_000


class Unit(Struct, frozen=True):
    """A batch of a shard: what is given to a worker at once.

    Attributes
    ----------
    shard, batch, batches
        Number of the shard, of the batch in it (both from 0), and how many batches the shard has.
    positions
        The places of the articles in the shard, from 0.
    articles
        The documents, longest first. None of a shard that is done: then there is nothing to do.
    documents
        How many the shard has.
    digest
        SHA-256 over the shard's documents.
    read
        The amount of input up to the end of the shard (see :class:`benchmark.extraction.inputs.Input`).
    fault
        What is wrong with the input at this place; it is the last unit.
    """

    shard: int
    batch: int = 0
    batches: int = 1
    positions: tuple[int, ...] = ()
    articles: tuple[Article, ...] = ()
    documents: int = 0
    digest: str = ""
    read: float = 0.0
    fault: tuple[tuple[str, int, str], ...] = ()


class Plan(Struct, frozen=True):
    """The units of an input.

    Attributes
    ----------
    done
        Digests of the shards that are finished, by number; they are read and compared, and not done again.
    closed
        Whether they are all of the input: then nothing may follow them.
    """

    input: Input
    limits: Limits = Limits()
    done: dict[int, str] = {}
    closed: bool = False

    def __iter__(self) -> Iterator[Unit]:
        """The units in order; a fault of the input is the last one, so that all before it is done first."""
        number = 0
        try:
            for number, items in enumerate(_shards(self.input.documents(), self.limits)):
                yield from self._shard(number, items)
            if missing := [n for n in self.done if n > number]:
                raise BadInput(_changed(self.input, f"shard {missing[0]}, which is done, has no documents now"))
        except BadInput as error:
            yield Unit(-1, fault=tuple((p.file, p.line, p.reason) for p in error.problems))

    def _shard(self, number: int, items: Sequence[Item]) -> Iterator[Unit]:
        articles = [item.article for item in items]
        digest = hashlib.sha256(b"".join(msgspec.msgpack.encode(article) + b"\n" for article in articles)).hexdigest()
        read = items[-1].read
        if number in self.done:
            if self.done[number] != digest:
                raise BadInput(_changed(self.input, f"documents {items[0].article.id!r} to {items[-1].article.id!r} are not as they were"))
            yield Unit(number, documents=len(articles), digest=digest, read=read)
            return
        if self.closed:
            raise BadInput(_changed(self.input, f"document {items[0].article.id!r} and what follows it were not there"))
        batches = list(_batches(articles, self.limits))
        for n, positions in enumerate(batches):
            chosen = tuple(articles[p] for p in positions)
            yield Unit(number, n, len(batches), positions, chosen, len(articles), digest, read)


def _changed(source: Input, what: str) -> Problem:
    return Problem(
        source.name, 0, f"the input has changed since the extraction began: {what}; give another OUTPUT, or --force to start anew"
    )


def _shards(items: Iterable[Item], limits: Limits) -> Iterator[list[Item]]:
    seen = Ids()
    shard: list[Item] = []
    characters = 0
    for item in items:
        if seen.has(item.article.id):
            raise BadInput(Problem(item.file, item.line, f"document {item.article.id!r} was there already; ids must be unique"))
        shard.append(item)
        characters += len(item.article.text)
        if len(shard) >= limits.shard or characters >= limits.shard_characters:
            yield shard
            shard, characters = [], 0
    if shard:
        yield shard


def _batches(articles: Sequence[Article], limits: Limits) -> Iterator[tuple[int, ...]]:
    """Positions by length, the longest first: texts of one batch are of about one length, which models that pad are quick on."""
    batch: list[int] = []
    characters = 0
    for position in sorted(range(len(articles)), key=lambda p: (-len(articles[p].text), p)):
        size = len(articles[position].text)
        if batch and (len(batch) >= limits.batch or characters + size > limits.batch_characters):
            yield tuple(batch)
            batch, characters = [], 0
        batch.append(position)
        characters += size
    if batch:
        yield tuple(batch)


class Ids:
    """The ids that an input has had, by eight bytes of a hash each, in a table of bounded size.

    Two of ten million ids have one hash by chance in one input of 400,000. Beyond ``most`` ids no more are remembered.
    """

    def __init__(self, most: int = 16_000_000):
        self.most, self.count = most, 0
        self.slots = array("Q", bytes(8 << 12))

    def has(self, name: str) -> bool:
        """Whether the id was there; it is there from now on."""
        value = int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1
        place, there = self._place(self.slots, value)
        if there or self.count >= self.most:
            return there
        self.slots[place] = value
        self.count += 1
        if self.count * 2 > len(self.slots):
            old, self.slots = self.slots, array("Q", bytes(16 * len(self.slots)))
            for value in old:
                if value:
                    self.slots[self._place(self.slots, value)[0]] = value
        return False

    @staticmethod
    def _place(slots: array[int], value: int) -> tuple[int, bool]:
        mask = len(slots) - 1
        place = value & mask
        while slots[place]:
            if slots[place] == value:
                return place, True
            place = (place + 1) & mask
        return place, False
