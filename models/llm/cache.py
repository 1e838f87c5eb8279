"""Answers on disk: asked for once, the same text and prompt cost nothing again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What the model said, whether it was cut off, and the tokens that it took, unreadable answers before it included."""

    content: str
    cut_off: bool = False
    tokens_in: int = 0
    tokens_out: int = 0


class Cache:
    """A file an answer, named by the hash of everything that the answer comes from; the key of the endpoint is no part of it.

    Parameters
    ----------
    folder
        Where the files are; None keeps nothing.
    """

    def __init__(self, folder: Path | None):
        self.folder = folder

    def path(self, asked: dict[str, Any]) -> Path | None:
        """The file of a request."""
        name = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        return self.folder / name[:2] / f"{name}.json" if self.folder else None

    def get(self, asked: dict[str, Any]) -> Answer | None:
        """The answer that is kept; a file that cannot be read counts as none."""
        path = self.path(asked)
        if path is None:
            return None
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            answer = Answer(**kept)
            right = isinstance(answer.content, str) and all(isinstance(n, int) and n >= 0 for n in (answer.tokens_in, answer.tokens_out))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return answer if right else None

    def put(self, asked: dict[str, Any], answer: Answer) -> None:
        """Write an answer whole or not at all; where that cannot be, the run goes on."""
        path = self.path(asked)
        if path is None:
            return
        temporary = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=f".{path.stem[:12]}-", dir=path.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(answer), file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except OSError as error:
            print(f"{path.parent}: an answer is not kept ({error.strerror})", file=sys.stderr)
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink(missing_ok=True)
