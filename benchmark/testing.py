"""What every extractor must satisfy: ``check MODEL``, and :func:`check_extractor` for an author's own tests."""

from __future__ import annotations

import random
import tempfile
import textwrap
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from benchmark import conformity, specimens
from benchmark.extractor import Declaration, Unavailable, Unsupported, extract_all
from benchmark.registry import Found, load
from benchmark.schema import Article, Extraction
from benchmark.specimens import sample
from benchmark.surroundings import Late, captured_output, environment, surroundings, within
from benchmark.worker import Job, checked, prepare

LIMIT = 60.0  # seconds for a small article
LONG = 200_000  # characters
LESSONS = 12  # samples from which a model with ``fit`` learns
LONG_LIMIT = 300.0  # seconds for the long text: the default --timeout of `run`


class Finding(NamedTuple):
    """One check: its name, ``passed``, ``note`` (worth knowing, no fault), ``failed`` or ``skipped``, and what there is to say."""

    check: str
    result: str
    detail: str = ""


class _Note(Exception):
    """Raised by a check that has something to say and found no fault."""


def check_extractor(found: Found, parameters: dict[str, Any] | None = None, limit: float = LIMIT, long: int = LONG) -> list[Finding]:
    """Run all checks on an extractor, in this process and in another one.

    They need neither the gold set nor the articles; labels are compared with the inventory of the benchmark's folder where there is one.
    Whatever the extractor raises is a finding; what it saves goes into a folder that is removed.

    Parameters
    ----------
    found
        The extractor.
    parameters
        For its constructor, beside the defaults.
    limit
        Seconds that a small article may take; after the first that takes longer the checks end.
    long
        Length of the long text, in characters.

    Returns
    -------
    list of Finding
        In the order of the checks; none ``failed``: the extractor is sound.
    """
    with tempfile.TemporaryDirectory() as folder, environment(BENCHMARK_CACHE=folder), captured_output() as printed:
        return _Checks(found, parameters or {}, limit, long, Path(folder), printed).run()


def described(findings: list[Finding]) -> str:
    """The findings as text for people: a line each, what there is to say indented below, the numbers in the last line."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.result:8}{finding.check}")
        lines += textwrap.wrap(finding.detail, 110, initial_indent=" " * 8, subsequent_indent=" " * 8)
    counts = {result: sum(f.result == result for f in findings) for result in ("passed", "note", "failed", "skipped")}
    return "\n".join([*lines, ", ".join(f"{n} {result}" for result, n in counts.items() if n)])


class _Checks:
    """The checks of one extractor, and what they have seen of it so far."""

    def __init__(self, found: Found, parameters: dict[str, Any], limit: float, long: int, folder: Path, printed: Callable[[], str]):
        self.found, self.parameters, self.limit, self.long, self.folder, self.printed = found, parameters, limit, long, folder, printed
        self.findings: list[Finding] = []
        self.seen: list[tuple[Article, Extraction]] = []
        self.late = False
        self.model: Any = None
        self.scheme = ""
        self.load_seconds = 0.0
        self.moved: str | None = None  # what of its surroundings an extraction has changed

    def run(self) -> list[Finding]:
        """All checks in order; without a model that loads and answers there is nothing more to see."""
        python = self.found.kind != "command"
        if python:
            self.attempt("declares itself", partial(conformity.declaration_fault, self.found), note=True)
            self.attempt("its constructor only stores its parameters", lambda: conformity.constructor_fault(load(self.found)))
        if not self.attempt("loads" + (" and learns" if self.found.fits else ""), self._load):
            return self.findings
        self.printed()  # what loading prints is its own affair
        article = sample().article
        if self.attempt("answers an ordinary article", self._answer) and not self.late:
            for name, work in self._texts():
                if not self.late:
                    self.attempt(name, work)
        if not self.late and self.seen:
            self.attempt("gives the same answer again, after other articles", lambda: self._same(article))
            if python and hasattr(self.model, "extract_many"):
                self.attempt("answers many articles as it answers each", self._batch)
            if hasattr(self.model, "save") and hasattr(self.model, "restore"):
                self.attempt("answers the same when saved and restored", self._restored)
            self.attempt("answers the same in another process", self._elsewhere)
            self.attempt("leaves its surroundings as they are", lambda: self.moved)
            self.attempt("uses the labels of its scheme", lambda: conformity.label_fault(self.seen, self.scheme))
            self.attempt("makes only what it declares", lambda: conformity.undeclared(self._declaration(), self.seen))
            self.attempt("makes all that it declares", lambda: conformity.not_made(self._declaration(), self.seen), note=True)
            said = self.printed()
            self.attempt(
                "prints nothing on standard output", lambda: f"printed {said[:60]!r}; use standard error" if said.strip() else None
            )
        if self.late:
            self.findings.append(Finding("all the rest", "skipped", "an article took too long"))
        if hasattr(self.model, "close"):
            self.attempt("closes", self.model.close)
        return self.findings

    def attempt(self, check: str, work: Callable[[], str | None], note: bool = False) -> bool:
        """Run a check that returns a fault in words or None; whatever it raises is a finding too. False where the model gave no answer."""
        try:
            fault = work()
        except (Unavailable, Unsupported) as reason:
            kind = "unavailable" if isinstance(reason, Unavailable) else "unsupported"
            self.findings.append(Finding(check, "skipped", f"{kind}: {reason}"))
            return False
        except _Note as said:
            self.findings.append(Finding(check, "passed", str(said)))
        except Late:
            self.late = True
            hint = "; a persistent program must send each answer at once (flush)" if getattr(self.model, "persistent", False) else ""
            self.findings.append(Finding(check, "failed", f"took too long{hint}"))
            return False
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.findings.append(Finding(check, "failed", f"{type(error).__name__}: {error}{_place(error, self.found)}"))
            return False
        else:
            self.findings.append(Finding(check, ("note" if note else "failed") if fault else "passed", fault or ""))
        return True

    def _load(self) -> str | None:
        began = time.perf_counter()
        self.model, ready = prepare(self._job())
        self.load_seconds = time.perf_counter() - began
        if ready.outcome == "unavailable":
            raise Unavailable(ready.error or "")
        if ready.outcome != "ok":
            raise RuntimeError(ready.error)
        self.scheme = ready.scheme or "gold"
        raise _Note(f"{self.load_seconds:.1f} s")

    def _job(self) -> Job:
        training = tuple(sample(f"check-{n}", n) for n in range(LESSONS)) if self.found.fits else None
        return Job(self.found, self.parameters, "cpu", str(self.folder / "log"), 0, training)

    def _declaration(self) -> Declaration:
        return self.found.declaration or Declaration(self.found.name)

    def extract(self, article: Article, limit: float | None = None, model: Any = None) -> Extraction:
        """One answer, checked and remembered; also what it changed around it."""
        raw = self._raw(article, limit, model)
        extraction = checked(raw, article)
        self.seen.append((article, extraction))
        return extraction

    def _raw(self, article: Article, limit: float | None = None, model: Any = None) -> Extraction:
        before, copy = surroundings(), msgspec.structs.replace(article)
        with within(limit or self.limit):
            answers = extract_all(model or self.model, [article])
        if len(answers) != 1:
            raise ValueError(f"extract_many gave {len(answers)} answers for one article; it must give one for each, in order")
        after = surroundings()
        changed = [name for name in before if before[name] != after.get(name)] + (["the article"] if article != copy else [])
        if changed and self.moved is None:
            self.moved = f"extract() changes {', '.join(changed)}; other models and later articles run in the same process"
        answer: Extraction = answers[0]
        return answer

    def _answer(self) -> str | None:
        extraction = self.extract(sample().article)
        if not extraction.labels:
            learned = f" (it has learned from {LESSONS} small texts only)" if self.found.fits else ""
            raise _Note(f"it found nothing there, so that there is little to check; is that what it should find?{learned}")
        raise _Note(f"{len(extraction.mentions)} mentions, {len(extraction.events)} events")

    def _texts(self) -> Iterator[tuple[str, Callable[[], str | None]]]:
        yield "counts offsets from the beginning of the text", self._twice
        for name, prefix in specimens.SHIFTED.items():
            yield f"counts offsets right after {name}", partial(self._shifted, prefix, None)
        yield (
            "counts offsets right where only a part of the text is scored",
            partial(self._shifted, specimens.FURNITURE, len(specimens.FURNITURE)),
        )
        for name, text in specimens.ODD.items():
            yield f"survives {name}", partial(self._survives, text)
        yield "survives many short paragraphs", partial(self._survives, specimens.short_paragraphs(1000), LONG_LIMIT)
        yield f"survives a text of {self.long:,} characters", partial(self._survives, specimens.long_text(self.long), LONG_LIMIT, True)

    def _survives(self, text: str, limit: float | None = None, timed: bool = False) -> None:
        began = time.perf_counter()
        self.extract(Article("odd", text), limit)
        if timed:
            raise _Note(f"{time.perf_counter() - began:.1f} s")

    def _shifted(self, prefix: str, region: int | None) -> str | None:
        """The sample with something before it: labels of the same words must be found where they now are."""
        text = prefix + (sample().text or "")
        article = Article("shifted", text, "2012-05-05", None if region is None else ((region, len(text)),))
        plain, extraction = self.seen[0]
        raw = self._raw(article)
        fault = specimens.miscounted(article, raw.labels, specimens.surfaces(plain.text, extraction.labels)) if raw.labels else None
        if fault:
            return fault
        self.extract(article)
        outside = sum(region is not None and label.start < region for label in raw.labels)
        if outside:
            raise _Note(f"{outside} labels lie outside the scored part and count for nothing; article.paragraphs() leaves that out")
        return None

    def _twice(self) -> str | None:
        text = "Rebels took the town of Kidal from the Malian army on 3 May 2012."
        article = Article("twice", f"{text}\n\n{text}\n", "2012-05-05")
        return specimens.begins_anew(article.text, self.extract(article).labels, len(text))

    def _same(self, article: Article) -> str | None:
        random.seed(99)  # what draws from the shared generators without seeding gives something else now
        np.random.seed(99)
        return conformity.difference(self.seen[0][1], self.extract(article), "two calls with the same article; seed what is random")

    def _batch(self) -> str | None:
        articles = [sample(n=n).article for n in range(4)] + [Article(f"odd-{n}", text) for n, text in enumerate(specimens.ODD.values())]
        with within(self.limit * 2):
            answers = list(self.model.extract_many(tuple(articles)))
            if len(answers) != len(articles):
                return f"extract_many gave {len(answers)} answers for {len(articles)} articles; it must give one for each, in order"
            together = [checked(e, a) for e, a in zip(answers, articles, strict=True)]
            if list(self.model.extract_many([])):
                return "extract_many([]) must give nothing"
        single = self.model.extract if hasattr(self.model, "extract") else lambda article: next(iter(self.model.extract_many([article])))
        pairs = (
            (conformity.difference(checked(single(a), a), b, "alone and among others"), a) for a, b in zip(articles, together, strict=True)
        )
        return next((f"{fault} (text {article.text[:30]!r})" for fault, article in pairs if fault), None)

    def _restored(self) -> str | None:
        folder = self.folder / "saved"
        folder.mkdir()
        self.model.save(folder)
        if pickles := conformity.pickles(folder):
            return f"saves a pickle ({pickles[0]}), which runs whatever code it holds when it is read; save JSON, safetensors or npz"
        fresh = load(self.found)(**self.parameters)
        if hasattr(fresh, "load"):
            fresh.load("cpu")
        fresh.restore(folder)
        article, expected = self.seen[0]
        return conformity.difference(expected, self.extract(article, model=fresh), "trained and restored")

    def _elsewhere(self) -> str | None:
        """In a new process, as with several jobs: nothing but the declaration, the parameters and the article get there."""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        article, expected = self.seen[0]
        work = msgspec.json.encode((self._job(), article))
        with environment(PYTHONHASHSEED="7"), ProcessPoolExecutor(1, get_context("spawn")) as pool:
            answer = pool.submit(_in_process, work).result(60 + 5 * self.load_seconds + self.limit)
        return conformity.difference(
            expected, msgspec.json.decode(answer, type=Extraction), "here and in another process; sort what is a set"
        )


def _in_process(work: bytes) -> bytes:
    job, article = msgspec.json.decode(work, type=tuple[Job, Article])
    model, ready = prepare(job)
    if model is None:
        raise RuntimeError(f"it does not load there: {ready.error}")
    answer = msgspec.json.encode(checked(extract_all(model, [article])[0], article))
    if hasattr(model, "close"):
        model.close()
    return answer


def _place(error: BaseException, found: Found) -> str:
    """File and line of the model at which an error was raised."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == Path(found.origin).resolve()]
    return f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
