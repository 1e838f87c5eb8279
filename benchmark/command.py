"""Programs in any language as extractors: articles as JSON Lines on standard input, answers on standard output."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import weakref
from pathlib import Path
from typing import Any

import msgspec

from benchmark import limits
from benchmark.decoding import read_toml
from benchmark.extractor import Unavailable
from benchmark.formats.jsonl import decode_line
from benchmark.problems import BadInput
from benchmark.registry import Command
from benchmark.schema import Article, Extraction

LONGEST = limits.LINE  # bytes; a longer line is no answer


class CommandModel:
    """A program in any language: it gets an article as one JSON line on standard input and answers with one JSON line on standard output.

    It is started for each article, whose line is the whole of its input; with ``persistent = true`` it is started once, reads line
    after line and answers each before it reads the next. One that ends after an answer is started again. The working directory is the
    folder of its ``.toml``; standard error goes to the log.
    """

    def __init__(self, path: Path):
        self.path = path
        settings = read_toml(path, Command)
        self.command = settings.command
        self.persistent = settings.persistent
        self._program: _Program | None = None

    def extract(self, article: Article) -> Extraction:
        """The program's answer, checked; after any fault it is ended, and started again for the next article.

        Raises
        ------
        ValueError
            Where the answer is no JSON object, of another document, or no prediction.
        RuntimeError
            Where the program ended before it answered, or with a status other than 0.
        """
        line = msgspec.json.encode(article) + b"\n"
        try:
            answer = self._answer(line)
            value = self._parsed(answer)
            value.setdefault("id", article.id)
            if value["id"] != article.id:
                raise ValueError(
                    f"command answered for document {value['id']!r} when it was given {article.id!r}; one line for each, in order"
                )
            found = decode_line(json.dumps(value).encode(), "answer", 1)
        except BadInput as error:
            self.close()
            raise ValueError(error.problems[0].reason) from None
        except BaseException:  # an answer that comes too late must not be taken for the next article's
            self.close()
            raise
        return Extraction(found.mentions, found.events, found.invented, found.tokens, found.cost)

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.end()
            self._program = None

    def _answer(self, line: bytes) -> bytes:
        if self._program is not None and self._program.process.poll() is not None:
            self.close()
        answered_before = self._program is not None
        program = self._program = self._program or _Program(self.command, self.path.resolve().parent)
        answer = program.ask(line, self.persistent)
        if answer is None and answered_before and program.status() == 0:  # it was just ending, as some do after each answer
            self.close()
            program = self._program = _Program(self.command, self.path.resolve().parent)
            answer = program.ask(line, self.persistent)
        if answer is None:
            raise RuntimeError(f"command {program.ending()} before it answered{program.last_words()}")
        if not self.persistent:
            if program.status() != 0:
                raise RuntimeError(f"command {program.ending()}{program.last_words()}")
            self.close()
        return answer

    @staticmethod
    def _parsed(answer: bytes) -> dict[str, Any]:
        advice = "print nothing but answers on standard output, and the rest on standard error"
        try:
            value = json.loads(answer)
        except RecursionError:
            raise ValueError(f"command printed JSON that is {limits.too_deep()}") from None
        except ValueError:
            shown = answer[:40].decode("utf-8", "replace")
            raise ValueError(f"command printed {shown!r}, which is not JSON; {advice}") from None
        if not isinstance(value, dict):
            raise ValueError(f"command printed a JSON {type(value).__name__}, and not an object with mentions and events; {advice}")
        return value


class _Program:
    """A running program, its output read by threads so that neither side ever waits for the other to read."""

    WATCHED = 3  # of so many answers it is looked whether another line follows; later ones are found out by the next article

    def __init__(self, command: tuple[str, ...], folder: Path):
        pipe = subprocess.PIPE
        try:
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder)
        except FileNotFoundError:
            raise Unavailable(f"program {command[0]!r} is not installed, or not on the PATH") from None
        except PermissionError:
            raise Unavailable(f"program {command[0]!r} may not be run; make it executable (chmod +x)") from None
        except OSError as error:
            reason = 'cannot be started ({}); name its interpreter first, as in ["python3", "{}"]'
            raise Unavailable(f"program {command[0]!r} {reason.format(error.strerror, command[0])}") from None
        self.lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()  # None: the end of its output
        self.words: collections.deque[bytes] = collections.deque(maxlen=1)
        self.answers = 0
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._read_answers, self._read_errors)]
        for thread in self.threads:
            thread.start()
        self.end = weakref.finalize(self, _end, self.process)  # also when the worker exits

    def _read_answers(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while self.process.stdout and (line := self.process.stdout.readline(LONGEST + 1)):
                if line.strip():
                    self.lines.put(line)
                if len(line) > LONGEST:
                    break
        self.lines.put(None)

    def _read_errors(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self.process.stderr or ():
                os.write(2, line)
                if line.strip():
                    self.words.append(line.strip())

    def ask(self, line: bytes, more: bool) -> bytes | None:
        """The answer to a line, or None where its output ends without one; `more` lines may follow."""
        if not self.lines.empty():
            if self.lines.get() is None:
                return None
            raise ValueError("command printed a second line for the article before this one; exactly one line answers an article")
        with contextlib.suppress(BrokenPipeError):  # it has ended: so does its output
            self._write(line)
            if not more and self.process.stdin:
                self.process.stdin.close()
        answer = self.lines.get()
        if answer is None:
            return None
        if len(answer) > LONGEST:
            raise ValueError(f"command printed a line of more than {LONGEST:,} bytes, which is the limit of an answer")
        self.answers += 1
        following = self._following(more)
        if following is not None:
            raise ValueError("command printed 2 lines or more for one article; exactly one line answers an article")
        return answer

    def _write(self, line: bytes) -> None:
        """Past the buffer of ``stdin``: closing that would wait for a program that does not read."""
        assert self.process.stdin is not None
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self.process.stdin.fileno(), rest) :]

    def _following(self, more: bool) -> bytes | None:
        """A line after the answer: none may come before the end of the output, or, while it goes on, within a moment."""
        try:
            if not more:
                return self.lines.get()
            following = self.lines.get(timeout=0.02) if self.answers <= self.WATCHED else self.lines.get_nowait()
        except queue.Empty:
            return None
        if following is None:
            self.lines.put(None)  # for the next article: the output has ended
        return following

    def status(self) -> int | None:
        """Exit status once its output has ended; None where it goes on without output."""
        try:
            return self.process.wait(1)
        except subprocess.TimeoutExpired:
            return None

    def ending(self) -> str:
        """In words how it ended."""
        status = self.status()
        if status is None:
            return "closed its standard output"
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def last_words(self) -> str:
        """The last line that it printed on standard error."""
        self.threads[1].join(0.5)
        return f"; it said: {self.words[-1][:200].decode('utf-8', 'replace')}" if self.words else "; it said nothing on standard error"


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the program's input, which ends most; kill what does not end by that."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
