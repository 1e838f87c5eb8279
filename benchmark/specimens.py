"""Texts for ``check``: a labelled sample about another war, odd texts, and the ways of counting that wrong offsets come from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from benchmark.schema import Argument, Article, Document, Event, Level, Mention

_TEMPLATE = (
    "Rebels seize {town}\n\nOn {day} May 2012 about {count}00 rebels took the town of {town} from the Malian army. "
    'Three soldiers were killed, the Red Cross said.\n\nThe army withdrew to {other}. Colonel {person} said: "We will be back in June."\n'
)
_TOWNS = ("Kidal", "Gao", "Mopti", "Segou")
_PEOPLE = ("Amadou Keita", "Ibrahim Traore", "Moussa Diarra", "Sekou Coulibaly")


def sample(name: str = "check", n: int = 0) -> Document:
    """A small labelled document in plain ASCII, on which checks run and models with ``fit`` are trained; each `n` names other places."""
    town, other, person = _TOWNS[n % 4], _TOWNS[(n + 1 + n // 4 % 3) % 4], _PEOPLE[(n + n // 4) % 4]
    text = _TEMPLATE.format(town=town, other=other, person=person, day=3 + n, count=2 + n)

    def at(words: str, kind: str, mention_id: str, level: Level | None = "NAM", value: str | None = None) -> Mention:
        start = text.index(words)
        return Mention(start, start + len(words), kind, level, words.lower() if value is None else None, value, id=mention_id)

    def trigger(words: str, kind: str, identity: str, arguments: Iterable[Argument], event_id: str) -> Event:
        start = text.index(words)
        return Event(start, start + len(words), kind, "Actual", identity, tuple(arguments), id=event_id)

    mentions = (
        at(town, "GPE", "T1"),
        at(f"{3 + n} May 2012", "DATE", "T2", None, f"2012-05-{3 + n:02}"),
        at(f"about {2 + n}00", "NUM", "T3", None, f"~{2 + n}00"),
        at("rebels", "PER", "T4", "NOM"),
        at("Malian army", "ORG", "T5"),
        at("soldiers", "PER", "T6", "NOM"),
        at("Red Cross", "ORG", "T7"),
        at(other, "GPE", "T8"),
        at(person, "PER", "T9"),
    )
    events = (
        trigger("took", "Territory.Capture", "fall", (Argument("Taker", "T4"), Argument("Loser", "T5"), Argument("Time", "T2")), "E1"),
        trigger("killed", "Life.Die", "deaths", (Argument("Victim", "T6"),), "E2"),
        trigger("withdrew", "Movement.Withdraw", "retreat", (Argument("Destination", "T8"),), "E3"),
    )
    return Document(name, text, "2012-05-05", None, mentions, events)


ODD = {
    "an empty text": "",
    "a text of one character": "x",
    "white space alone": " \n\n\t ",
    "one word of 5,000 letters": "x" * 5000,
    "emoji, combining and right-to-left marks": "Ana\u0301 🇲🇱👩🏽\u200d🚒 attacked \u202eKidal\u202c on 3 May.\r\nشن الجيش هجوما.",
    "control characters and odd line ends": "Kidal\x00 fell\x0b on\u2028 3 May\x85\x1b[0m.\r\rGao\ufeff too\u00a0fell.\ufffd",
}


def long_text(characters: int) -> str:
    """Samples one after the other, up to a length."""
    parts = [sample(n=n).text or "" for n in range(4)]
    return ("\n".join(parts) * (characters // sum(map(len, parts)) + 1))[:characters]


def short_paragraphs(count: int) -> str:
    """Many paragraphs of one short sentence."""
    return "\n\n".join(f"{_TOWNS[n % 4]} fell on {n % 28 + 1} May." for n in range(count))


class Counting(NamedTuple):
    """A way of counting offsets: in words, and how far along the end of a piece of text is by it."""

    words: str
    length: Callable[[str], int]


_COUNTINGS = (
    Counting("UTF-16 units (as JavaScript, Java and C# count)", lambda text: len(text.encode("utf-16-le")) // 2),
    Counting("UTF-8 bytes (as Go, Rust and C count, and Perl and Ruby before they decode)", lambda text: len(text.encode())),
    Counting("characters after Unicode normalisation (NFC)", lambda text: len(unicodedata.normalize("NFC", text))),
    Counting("characters after Unicode normalisation (NFD)", lambda text: len(unicodedata.normalize("NFD", text))),
    Counting("characters with \\r\\n turned into \\n (as files opened as text are read)", lambda text: len(text.replace("\r\n", "\n"))),
    Counting("characters of the text without the white space at its beginning", lambda text: len(text.lstrip())),
)
FURNITURE = "menu | search | contact\n\n"
SHIFTED = {  # what stands before the sample: each makes some countings differ from code points
    "emoji": "🙂🙂🙂 🇲🇱 👩🏽\u200d🚒\n\n",
    "accented letters": "déjà vu à la une, €/kg\n\n",
    "combining marks": "de\u0301ja\u0300 vu a\u0300 la une\n\n",
    "Windows line ends": "a\r\nb\r\nc\r\n\r\n",
    "right-to-left text": "شن الجيش هجوما.\n\n",
    "white space at the beginning": "\n \n   \n",
}

Labels = Iterable[Mention | Event]


def surfaces(text: str, labels: Labels) -> set[tuple[str, str]]:
    """The labels as (words, type)."""
    return {(text[label.start : label.end], label.type) for label in labels}


def _beyond(start: int, text: str) -> int:
    return max(0, len(text) - start)


def miscounted(article: Article, labels: Sequence[Mention | Event], known: set[tuple[str, str]]) -> str | None:
    """What the offsets count, where that is not code points of the text: another counting makes labels of known words of them.

    Parameters
    ----------
    article
        What was answered.
    labels
        The answer.
    known
        Words and types that were found in a text where all countings are alike (see :func:`surfaces`).

    Returns
    -------
    str or None
        The fault in words; None also where no other counting explains half of the labels.
    """
    countings = list(_COUNTINGS)
    for start, _ in (article.regions or ())[:1]:
        countings.append(Counting("characters from the beginning of the scored part", partial(_beyond, start)))
    right = sum((article.text[label.start : label.end], label.type) in known for label in labels)
    best, how = right, ""
    for counting in countings:
        places = {counting.length(article.text[:i]): i for i in range(len(article.text) + 1)}
        spans = [(places.get(label.start), places.get(label.end), label.type) for label in labels]
        would = sum(a is not None and b is not None and (article.text[a:b], kind) in known for a, b, kind in spans)
        if would > best:
            best, how = would, counting.words
    if not how or best < len(labels) / 2:
        return None
    return (
        f"offsets count {how}: so read, {best} of {len(labels)} labels cover the words that are found in plain text, as they are {right}; "
        "offsets must count Unicode code points of the text as it is given"
    )


def begins_anew(text: str, labels: Sequence[Mention | Event], half: int) -> str | None:
    """Whether the offsets begin anew with the second half of a text that is a paragraph twice.

    Parameters
    ----------
    text
        The text.
    labels
        The answer.
    half
        Length of the paragraph, in code points.

    Returns
    -------
    str or None
        The fault in words.
    """
    spans: list[tuple[Any, ...]] = [(label.start, label.end, label.type) for label in labels]
    if spans and all(end <= half for _, end, _ in spans) and len(spans) >= 2 * len(set(spans)):
        return (
            "offsets begin anew with each paragraph or sentence: add the offset at which the piece begins in the article "
            "(`for start, end in article.sentences()`: `Mention(start + a, start + b, ...)`)"
        )
    return None
