"""What a model answers, and what it raises, made plain: checked values, bounded reasons."""

from __future__ import annotations

import operator
import traceback
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from benchmark import limits
from benchmark.extractor import Unavailable, Unsupported
from benchmark.formats.jsonl import Outcome, Prediction, decode_line
from benchmark.inventory import Inventory
from benchmark.problems import BadInput
from benchmark.schema import Argument, Article, Event, Extraction, Invented, Mention
from benchmark.schemes import schemes

MOST_LABELS = 100_000  # an article with more mentions, events or arguments than this is a model gone wrong
MOST_BYTES = 64_000_000  # of an answer as JSON

_Part = TypeVar("_Part")


class Labels(Struct, frozen=True):
    """The labels that a model may give.

    Attributes
    ----------
    schemes
        The mention types of each label scheme.
    events
        The event types, whatever the scheme.
    mentions
        Mention types beside those of any scheme: what it could learn from a corpus of other labels.
    """

    schemes: dict[str, frozenset[str]]
    events: frozenset[str]
    mentions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, inventory: Inventory, mentions: frozenset[str] = frozenset(), events: frozenset[str] = frozenset()) -> Labels:
        """Those of all schemes over the gold types, with further ones of the corpus that a model learned from."""
        known = {name: frozenset(found.labels) for name, found in schemes(inventory).items()}
        return cls(known, frozenset(inventory.events) | events, mentions)

    def allowed(self, prediction: Prediction, scheme: str) -> Prediction:
        """The prediction, as failed if it holds labels that the model's scheme has not; what it cost stays."""
        unknown = sorted({m.type for m in prediction.mentions} - self.schemes.get(scheme, frozenset()) - self.mentions)
        unknown = unknown or sorted({e.type for e in prediction.events} - self.events)
        if not unknown:
            return prediction
        reason = f"label {unknown[0][:80]!r} is not in the scheme {scheme!r}; declare the scheme that the model uses (see `list schemes`)"
        return msgspec.structs.replace(prediction, mentions=(), events=(), invented=(), outcome="failed", error=reason)


def checked(extraction: Any, article: Article) -> Extraction:
    """An extraction of plain values that fits its article.

    Numpy numbers become Python numbers. What never ends is read up to :data:`MOST_LABELS`.

    Parameters
    ----------
    extraction
        What a model answered, whatever it is.
    article
        What it was asked about.

    Raises
    ------
    TypeError, ValueError
        With the first fault: no :class:`Extraction`, a NaN or a score outside [0, 1], an offset outside the text, a repeated id, an
        argument without mention and without offsets, too many labels, or more than :data:`MOST_BYTES` as JSON.
    """
    if not isinstance(extraction, Extraction):
        raise TypeError(f"extract() must return an Extraction, not {type(extraction).__name__}")
    events = tuple(_plain_event(e) for e in _bounded(extraction.events, "events"))
    if sum(len(e.arguments) for e in events) > MOST_LABELS:
        raise ValueError(f"more than {MOST_LABELS} arguments in one article are refused")
    plain = Prediction(
        article.id,
        mentions=tuple(_plain_mention(m) for m in _bounded(extraction.mentions, "mentions")),
        events=events,
        invented=tuple(Invented(i.text, i.type, i.kind) for i in _bounded(extraction.invented, "invented strings")),
        tokens=None if extraction.tokens is None else _int(extraction.tokens),
        cost=None if extraction.cost is None else _cost(extraction.cost),
    )
    line = msgspec.json.encode(plain)
    if len(line) > MOST_BYTES:
        raise ValueError(f"an answer of {len(line) / 1e6:.0f} MB is refused; at most {MOST_BYTES / 1e6:.0f} MB are taken")
    try:
        read = decode_line(line, "", 0)
    except BadInput as error:
        raise ValueError(error.problems[0].reason) from None
    _must_fit(read, len(article.text))
    return Extraction(read.mentions, read.events, read.invented, read.tokens, read.cost)


def _must_fit(read: Prediction, size: int) -> None:
    for label in read.labels:
        if label.end > size:
            raise ValueError(f"{label.type} at {label.start} to {label.end} runs past the end of the text ({size} characters)")
    for event in read.events:
        for argument in event.arguments:
            if argument.end is not None and argument.end > size:
                raise ValueError(
                    f"argument {argument.role} at {argument.start} to {argument.end} runs past the end of the text ({size} characters)"
                )


def _bounded(parts: Iterable[_Part], kind: str) -> list[_Part]:
    """The parts, however long they say they are; ValueError where there are too many."""
    found = list(islice(iter(parts), MOST_LABELS + 1))
    if len(found) > MOST_LABELS:
        raise ValueError(f"more than {MOST_LABELS} {kind} in one article are refused")
    return found


def _plain_mention(m: Mention) -> Mention:
    return Mention(_int(m.start), _int(m.end), m.type, m.level, m.entity, m.value, _score(m.score), m.id, m.fragments)


def _plain_event(e: Event) -> Event:
    arguments = tuple(
        Argument(a.role, a.mention, None if a.start is None else _int(a.start), None if a.end is None else _int(a.end))
        for a in _bounded(e.arguments, "arguments of an event")
    )
    return Event(_int(e.start), _int(e.end), e.type, e.realis, e.event, arguments, _score(e.score), e.id, e.fragments)


def _int(value: Any) -> int:
    return operator.index(value)


def _cost(value: Any) -> float:
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError(f"cost {number} is not an amount of money")
    return number


def _score(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError(f"score {number} is not between 0 and 1")
    return number


def spent(extraction: Any) -> tuple[int | None, float | None]:
    """Tokens and cost (USD) of an answer that is refused: they were spent all the same.

    Returns
    -------
    tokens, cost
        None each where it is not told, or no number.
    """
    found: list[Any] = []
    for name, kind, most in (("tokens", _int, limits.OFFSET), ("cost", _cost, limits.AMOUNT)):
        try:
            said = kind(getattr(extraction, name))
            found.append(said if 0 <= said <= most else None)
        except Exception:
            found.append(None)
    return found[0], found[1]


def guarded(work: Callable[[], Any]) -> tuple[Any, Outcome, str | None]:
    """Call model code, whatever it raises; only KeyboardInterrupt goes on.

    Returns
    -------
    result, outcome, reason
        The result and ``ok``; or None, the outcome, and why: of what the error says at most :data:`LONGEST_REASON` characters.
    """
    try:
        return work(), "ok", None
    except Unavailable as error:
        return None, "unavailable", words(error)
    except Unsupported as error:
        return None, "unsupported", words(error)
    except ImportError as error:
        _print_traceback(error)
        return None, "unavailable", f"cannot be imported: {words(error)}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a model must not end its worker with a success
        _print_traceback(error)
        return None, "failed", f"{type(error).__name__}: {words(error)}{_place(error)}"


def words(error: BaseException) -> str:
    """What an exception says, however long, in characters that can be written; nothing where asking it fails."""
    try:
        return plain(str(error))
    except BaseException:  # its own __str__ raises
        return "(its message cannot be had)"


def plain(text: str) -> str:
    """A reason in characters that can be written, and not more than :data:`benchmark.limits.ERROR` of them."""
    text = text[: limits.ERROR + 1].encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limits.ERROR else text[: limits.ERROR] + "…"


def _place(error: BaseException) -> str:
    try:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f" ({Path(where.filename).name}:{where.lineno})"
    except Exception:
        return ""


def _print_traceback(error: BaseException) -> None:
    """Into the log; what cannot be printed is not worth an article."""
    try:
        traceback.print_exception(error)
    except BaseException:
        return


__all__ = ["MOST_LABELS", "Labels", "checked", "guarded", "plain", "spent", "words"]
