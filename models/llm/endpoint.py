"""An OpenAI-compatible endpoint that may be slow, busy, broken, or stricter than it should be.

What comes from it, errors too, is cleared of the key before anything else sees it: some endpoints echo it.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from benchmark.api import Unavailable, Unsupported

from .cache import Answer

FORMATS = ("json_schema", "json_object", "text")
_SECRET = re.compile(r"\bsk-[\w*.-]{6,}|(?i:\bbearer)\s+[\w*.~+/=-]{6,}")
_SHORTEST = 6  # characters of a key worth hiding; local servers take any, and hiding "x" would spoil the answers


@dataclass(frozen=True)
class Patience:
    """How long to try: repetitions, seconds for a request, seconds before the first repetition (then doubled), longest wait."""

    retries: int
    timeout: float
    backoff: float
    longest_wait: float


class Endpoint:
    """Asks one model of one endpoint.

    Parameters
    ----------
    url, key, model
        Where, with what, and what to ask.
    patience
        See :class:`Patience`.
    """

    def __init__(self, url: str, key: str, model: str, patience: Patience):
        import openai

        self.openai = openai
        for name in ("openai", "httpx", "httpcore"):  # their debug logs hold headers
            logging.getLogger(name).setLevel(logging.WARNING)
        self.model, self.patience = model, patience
        self._scrub = scrubber(key, url)
        try:
            self.client = openai.OpenAI(base_url=url, api_key=key, max_retries=0, timeout=patience.timeout)
        except Exception as error:  # a URL that is none
            fault = self._scrub(str(error))
        else:
            fault = ""
        if fault:
            raise Unavailable(f"OPENAI_BASE_URL: {fault}; give the address of an OpenAI-compatible endpoint, like http://localhost:8000/v1")
        self.format = FORMATS[0]
        self.without: set[str] = set()  # parameters that the endpoint refuses
        self.down = False  # it could not be reached last time: it is tried once, not again and again
        self._dice = random.Random()

    def ask(
        self,
        messages: list[dict[str, str]],
        schema: dict[str, Any],
        options: dict[str, Any],
        readable: Callable[[str], bool],
        spend: Callable[[int, int], None],
    ) -> Answer:
        """One answer. An unreadable one is asked for once more, with another seed.

        Raises
        ------
        Unavailable
            Where the endpoint cannot be reached, goes on failing, or refuses the key or the model.
        Unsupported
            Where the text is too long for it, or it will not label it.
        ValueError
            Where two answers cannot be read.
        """
        tokens_in = tokens_out = 0
        for attempt in range(2):
            seed = {"seed": options["seed"] + attempt} if options.get("seed") is not None else {}
            response = self._request(messages, schema, {**options, **seed})
            content, cut_off, used_in, used_out = self._read(response)
            tokens_in, tokens_out = tokens_in + used_in, tokens_out + used_out
            spend(used_in, used_out)
            if readable(content):
                return Answer(content, cut_off, tokens_in, tokens_out)
        raise ValueError(f"two answers hold no JSON with mentions or events; the last has {len(content)} characters")

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _request(self, messages: list[dict[str, str]], schema: dict[str, Any], options: dict[str, Any]) -> Any:
        """A response that has choices; repeated with growing waits while that can help."""
        failures = 0
        while True:
            fault, wait, response = self._try(messages, schema, options)
            if response is not None:
                self.down = False
                return response
            if wait is None:  # the endpoint refused a parameter, and is asked without it
                continue
            failures += 1
            if wait > self.patience.longest_wait:
                raise Unavailable(f"the endpoint asks to wait {wait:.0f} s ({fault}); try again later, or raise longest_wait")
            if failures > (0 if self.down else self.patience.retries):
                self.down = True
                raise Unavailable(f"the endpoint failed {failures} times, at last: {fault}; try again later")
            pause = min(self.patience.longest_wait, self.patience.backoff * 2 ** (failures - 1)) * self._dice.uniform(0.5, 1.5)
            time.sleep(max(wait, pause))

    def _try(self, messages: list[dict[str, str]], schema: dict[str, Any], options: dict[str, Any]) -> tuple[str, float | None, Any]:
        """One attempt: what is wrong, how long the endpoint wants to be left alone (None: it conceded nothing, change the request),
        the response."""
        error: Exception
        try:
            response = self.client.chat.completions.create(**self._arguments(messages, schema, options))
            if getattr(response, "choices", None):
                return "", 0.0, response
            return "an answer without choices", 0.0, None
        except self.openai.APITimeoutError:
            return f"no answer in {self.patience.timeout:g} s", 0.0, None
        except self.openai.APIConnectionError:
            return "it cannot be reached, or broke off", 0.0, None
        except self.openai.APIStatusError as caught:
            error = caught
        except Exception as caught:  # a body that is not JSON, a broken header: whatever comes, its words are scrubbed first
            return self._clean(f"{type(caught).__name__}: {caught}", messages), 0.0, None
        return self._refused(
            error, messages, set(options)
        )  # outside the except clause: no traceback leads back to the words that hold the key

    def _arguments(self, messages: list[dict[str, str]], schema: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        arguments = {"model": self.model, "messages": messages, **{k: v for k, v in options.items() if v is not None}}
        if "max_tokens" in self.without and "max_tokens" in arguments:
            arguments["max_completion_tokens"] = arguments.pop("max_tokens")
        if self.format == "json_schema":
            arguments["response_format"] = {"type": "json_schema", "json_schema": {"name": "labels", "strict": True, "schema": schema}}
        elif self.format == "json_object":
            arguments["response_format"] = {"type": "json_object"}
        return {name: value for name, value in arguments.items() if name not in self.without}

    def _clean(self, words: str, messages: list[dict[str, str]]) -> str:
        """Words of an error without the key, and without passages of the text that was sent."""
        return without_quotations(self._scrub(words), messages[-1]["content"])[:300]

    def _refused(self, error: Any, messages: list[dict[str, str]], sent: set[str]) -> tuple[str, float | None, None]:
        """What to do about an error that the endpoint reports; raises where nothing helps."""
        status, words = error.status_code, self._clean(_words(error), messages)
        fault = f"HTTP {status}: {words}"
        if status in (401, 403):
            raise Unavailable(f"the endpoint refuses the key ({fault}); check OPENAI_API_KEY")
        if status == 404:
            raise Unavailable(f"the endpoint has no model {self.model!r}, or is none ({fault}); check OPENAI_MODEL and OPENAI_BASE_URL")
        if status == 402 or "insufficient_quota" in words:
            raise Unavailable(f"the account has nothing left ({fault})")
        if status == 429 or status in (408, 409, 425):
            return fault, _retry_after(error.response.headers), None
        if re.search(r"context.?(length|window)|too (long|large|many tokens)", words, re.I) or status == 413:
            raise Unsupported(f"the text is too long for the model ({fault}); set a smaller chunk or max_tokens")
        if self._concede(words, sent, guess=status < 500):
            return fault, None, None
        if status >= 500:
            return fault, _retry_after(error.response.headers), None
        raise Unavailable(f"the endpoint refuses the request ({fault})")

    def _concede(self, words: str, sent: set[str], guess: bool) -> bool:
        """Whether there is something that the endpoint may not know and that can be left out from now on."""
        sent = {*sent, "max_completion_tokens"} if "max_tokens" in self.without else sent
        for name in ("max_tokens", "max_completion_tokens", "temperature", "seed"):
            if name in sent and name not in self.without and re.search(rf"\b{name}\b", words):
                self.without.add(name)
                return True
        if self.format != "text" and (guess or re.search("response_format|json_?schema|json_?object|structured|grammar", words, re.I)):
            self.format = FORMATS[FORMATS.index(self.format) + 1]
            return True
        return False

    def _read(self, response: Any) -> tuple[str, bool, int, int]:
        """Text of a response, whether it was cut off, tokens in and out."""
        choice = response.choices[0]
        message, reason = getattr(choice, "message", None), getattr(choice, "finish_reason", None)
        content, refusal = getattr(message, "content", None), getattr(message, "refusal", None)
        usage = getattr(response, "usage", None)
        used = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
        tokens = [n if isinstance(n, int) and n > 0 else 0 for n in used]
        if not content and (refusal or reason == "content_filter"):
            raise Unsupported("the model will not label this text")
        return self._scrub(content) if isinstance(content, str) else "", reason == "length", tokens[0], tokens[1]


def _words(error: Any) -> str:
    """What an endpoint says of an error, on one line."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    if message is None and isinstance(body, dict):
        message = json.dumps(body)
    code = body.get("code") if isinstance(body, dict) else None
    said = message if isinstance(message, str) else str(error)
    return " ".join(f"{said} {code if isinstance(code, str) else ''}"[:2000].split())


def _retry_after(headers: Any) -> float:
    """Seconds that a response asks to wait, given as seconds or as a date; 0 where it does not."""
    said = headers.get("retry-after") or ""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def scrubber(key: str, url: str = "") -> Callable[[str], str]:
    """A function that takes the key, in any of the ways it may be written, and what looks like one out of a text."""
    parts = urlsplit(url)
    secrets = {key, parts.password or "", parts.query}
    written = {form for s in secrets for form in (s, quote(s), quote(s, safe=""), json.dumps(s)[1:-1], repr(s)[1:-1])}
    forms = sorted((form for form in written if len(form) >= _SHORTEST), key=len, reverse=True)

    def scrub(text: str) -> str:
        for form in forms:
            text = text.replace(form, "[key]")
        return _SECRET.sub("[key]", text)

    return scrub


def without_quotations(words: str, text: str, longest: int = 5) -> str:
    """Words without runs of more than a few that stand in a text."""
    said, inside = words.split(), f" {' '.join(text.split())} "
    quoted: set[int] = set()
    for n in range(len(said) - longest):
        if " ".join(said[n : n + longest + 1]) in inside:
            quoted.update(range(n, n + longest + 1))
    return " ".join("…" if n in quoted else word for n, word in enumerate(said) if n not in quoted or n - 1 not in quoted)


def public(url: str) -> str:
    """An endpoint's address without what may be secret in it: user, password, query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}".rstrip("/")
