"""A language model behind any OpenAI-compatible endpoint, asked in the words of the guidelines.

The environment says which: ``OPENAI_BASE_URL``, ``OPENAI_API_KEY``, ``OPENAI_MODEL``. The model answers in strings, sentence by sentence;
they are looked up in the text, and those that do not stand there are reported as invented. Answers are kept in the user's cache folder:
the same article asked again costs nothing. The key never leaves memory: not into the cache, not into a log, not into an error message.
"""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import urlsplit

from benchmark.api import Article, Extraction, Unavailable, cache_folder, companion, extractor, inventory


@extractor(
    "llm",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    requires=("openai",),
    install="pip install 'entity-event-benchmark[llm]'",
    trained_on=("unknown; whatever the endpoint's model saw, possibly these articles",),
    environment=("OPENAI_BASE_URL", "OPENAI_MODEL"),
)
class Llm:
    """One request for each run of paragraphs.

    Parameters
    ----------
    model
        Name of the model at the endpoint; without it ``OPENAI_MODEL``.
    temperature, seed
        As the endpoint takes them; None leaves one out.
    max_tokens
        Longest answer. Where an answer is cut off, the paragraphs are asked for in halves.
    chunk
        Characters of text in a request.
    price_in, price_out
        USD for a million tokens in the prompt and in the answer; without them the cost is not known.
    max_cost
        USD after which this process asks no more; an answer that is under way may exceed it. Answers from the cache cost nothing.
    retries, timeout, backoff, longest_wait
        How often a request is repeated after a failure, seconds for a request, seconds before the first repetition (doubled each time),
        longest wait.
    cache
        Whether to use the cache.
    """

    def __init__(
        self,
        model: str | None = None,
        temperature: float | None = 0.0,
        seed: int | None = 0,
        max_tokens: int | None = 8192,
        chunk: int = 3000,
        price_in: float | None = None,
        price_out: float | None = None,
        max_cost: float | None = None,
        retries: int = 4,
        timeout: float = 120.0,
        backoff: float = 1.0,
        longest_wait: float = 60.0,
        cache: bool = True,
    ):
        self.model = model
        self.temperature = temperature
        self.seed = seed
        self.max_tokens = max_tokens
        self.chunk = chunk
        self.price_in = price_in
        self.price_out = price_out
        self.max_cost = max_cost
        self.retries = retries
        self.timeout = timeout
        self.backoff = backoff
        self.longest_wait = longest_wait
        self.cache = cache

    def load(self, device: str) -> None:
        """Read the environment and the definitions; nothing is sent yet."""
        url, key, model = (os.environ.get(f"OPENAI_{name}", "").strip() for name in ("BASE_URL", "API_KEY", "MODEL"))
        model = str(self.model or model)
        missing = [f"OPENAI_{name}" for name, value in (("BASE_URL", url), ("API_KEY", key), ("MODEL", model)) if not value]
        if missing:
            example = "export OPENAI_BASE_URL=https://api.openai.com/v1 OPENAI_API_KEY=... OPENAI_MODEL=..."
            raise Unavailable(f"{', '.join(missing)} not set; say which endpoint, key and model to use: {example}")
        if not _is_address(url):
            raise Unavailable("OPENAI_BASE_URL is not an address; give one like https://api.openai.com/v1 or http://localhost:8000/v1")
        if not (key.isascii() and key.isprintable()):
            raise Unavailable("OPENAI_API_KEY holds characters that no key has; copy it again")
        if self.max_cost is not None and (self.price_in is None or self.price_out is None):
            raise Unavailable("max_cost needs prices: give --set price_in=USD --set price_out=USD for a million tokens")
        self.parts = {name: companion(__file__, name) for name in ("prompt", "answers", "labels", "cache", "endpoint")}
        endpoint, cache, prompt = self.parts["endpoint"], self.parts["cache"], self.parts["prompt"]
        patience = endpoint.Patience(self.retries, self.timeout, self.backoff, self.longest_wait)
        self.endpoint = endpoint.Endpoint(url, key, model, patience)
        self.kept = cache.Cache(cache_folder() / "llm" if self.cache else None)
        self.definitions = prompt.definitions(inventory())
        self.instructions = prompt.instructions(self.definitions)
        self.schema = prompt.answer_schema(self.definitions)
        self.options = {"temperature": self.temperature, "seed": self.seed, "max_tokens": self.max_tokens}
        self.asked = {"url": endpoint.public(url), "model": model, "options": self.options, "schema": self.schema}
        self.spent = 0.0

    def extract(self, article: Article) -> Extraction:
        """Ask about each run of paragraphs, with the identities found so far, and look the strings up."""
        answers, prompt = self.parts["answers"], self.parts["prompt"]
        known = self.definitions
        reader = answers.Reader(
            {name: levels for name, (_, levels) in known.mentions.items()},
            {name: roles for name, (_, roles) in known.events.items()},
            prompt.REALIS,
        )
        labels = self.parts["labels"].Labels(article.text)
        pieces = self.parts["labels"].pieces(article.text, article.sentences(), article.paragraphs(), self.chunk)
        tokens_in = tokens_out = 0
        while pieces:
            sentences = pieces.pop(0)
            answer = self._answer(article, sentences, labels)
            tokens_in, tokens_out = tokens_in + answer.tokens_in, tokens_out + answer.tokens_out
            if answer.cut_off and len(sentences) > 1:
                pieces[:0] = [sentences[: len(sentences) // 2], sentences[len(sentences) // 2 :]]
                continue
            found = answers.parse(answer.content) or {"mentions": [], "events": []}
            labels.add(sentences, reader.mentions(found["mentions"]), reader.events(found["events"]))
        self._report(article, labels, reader)
        cost = self._price(tokens_in, tokens_out)
        return Extraction(labels.mentions, labels.events, labels.invented, tokens_in + tokens_out, cost)

    def close(self) -> None:
        """Close the connections."""
        self.endpoint.close()

    def _answer(self, article: Article, sentences: list[tuple[int, int]], labels: Any) -> Any:
        """The answer about some sentences, from the cache or from the endpoint."""
        texts = [article.text[start:end] for start, end in sentences]
        user = self.parts["prompt"].request(texts, article.date, *labels.identities())
        messages = [{"role": "system", "content": self.instructions}, {"role": "user", "content": user}]
        asked = {**self.asked, "messages": messages}
        answer = self.kept.get(asked)
        if answer is None:
            self._check_cost(messages)
            parse = self.parts["answers"].parse
            answer = self.endpoint.ask(messages, self.schema, self.options, lambda content: parse(content) is not None, self._spend)
            self.kept.put(asked, answer)
        return answer

    def _check_cost(self, messages: list[dict[str, str]]) -> None:
        """Stop before a request whose prompt alone, at four characters a token, would exceed what may be spent."""
        expected = self._price(sum(len(m["content"]) for m in messages) // 4, 0) or 0.0
        if self.max_cost is not None and self.spent + expected > self.max_cost:
            spent = f"{self.spent:.4f} USD are spent and the next request costs at least {expected:.4f}"
            raise Unavailable(f"max_cost of {self.max_cost:g} USD is reached: {spent}; raise max_cost to go on where this stopped")

    def _spend(self, tokens_in: int, tokens_out: int) -> None:
        self.spent += self._price(tokens_in, tokens_out) or 0.0

    def _price(self, tokens_in: int, tokens_out: int) -> float | None:
        if self.price_in is None or self.price_out is None:
            return None
        return round((tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000, 9)

    def _report(self, article: Article, labels: Any, reader: Any) -> None:
        """A line for the log: how strings were found, what was dropped. No words of the text."""
        dropped = labels.dropped + reader.dropped
        counts = [f"{n} {status}" for status, n in sorted(labels.statuses.items())]
        why = [f"{n} {reason}" for reason, n in sorted(dropped.items()) if n]
        print(f"{article.id}: strings {', '.join(counts) or 'none'}; dropped {', '.join(why) or 'nothing'}", file=sys.stderr)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
