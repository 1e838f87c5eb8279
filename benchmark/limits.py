"""How much of an input is taken: what is larger, deeper or longer is refused, with the limit in the message.

``docs/SECURITY.md`` has them in a table, which a test compares with these.
"""

from __future__ import annotations

from typing import Any

LINE = 64_000_000  # bytes of a line of JSON Lines, and of a command model's answer
FILE = 256_000_000  # bytes of a text that is read whole: brat, anchors, columns, articles
TOML = 1_000_000  # bytes of a TOML file: model files, schema.toml, articles.toml
RUN = 1_000_000  # bytes of run.json
SCORES = 256_000_000  # bytes of scores.json
DEPTH = 64  # nested lists and tables of a value without a form of its own
OFFSET = 2_147_483_647  # the largest offset, and count of tokens
AMOUNT = 1e12  # the largest number of seconds, MiB or USD
ANCHOR = 1_000  # characters of a label's words in anchored lines
OVERLAP = 100  # mentions, or events, of a document that cover one character: the pairs of overlapping labels are what scoring costs
FAULTS = 100  # faults told of one line; the rest are counted
NAME = 120  # characters of a name that becomes a file's or a folder's
NAME_BYTES = 200  # and its bytes, since file systems take 255 with the ending
ERROR = 500  # characters kept of the reason why a model failed
ID = 10_000  # characters of the id of an unlabelled document
GAP = 100_000  # characters between two sentences or passages, for which the text is filled up


def depth(value: Any, most: int = DEPTH) -> int:
    """How deep lists and tables are nested in a value, counted up to one more than `most`; without recursion."""
    level, deep = [value], 0
    while deep <= most:
        level = [
            inner
            for item in level
            if isinstance(item, dict | list | tuple)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list | tuple)
        ]
        if not level:
            return deep + isinstance(value, dict | list | tuple)
        deep += 1
    return deep


def too_deep(most: int = DEPTH) -> str:
    """What is said of a value that is nested too deep."""
    return f"nested deeper than {most} levels; no such file of the benchmark is"


def too_large(what: str, most: int) -> str:
    """What is said of an input that is too large."""
    return f"{what} is larger than {most:,} bytes, which is the limit; split it"
