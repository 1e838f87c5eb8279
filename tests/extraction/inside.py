"""An engine without processes, for tests of what is around it."""

import time

import msgspec

from benchmark.extraction.lane import Answer
from benchmark.schema import Extraction, Mention
from benchmark.worker import Ready, predict


class Words:
    """A mention for each word; one text makes it fail."""

    def extract(self, article):
        if article.text == "boom":
            raise ValueError("boom")
        return Extraction([Mention(*m.span(), "ORG") for m in article.finditer(r"\w+")])


class Inside:
    """Answers in this process, each after a pause."""

    def __init__(self, pause=0.0, model=None):
        self.pause, self.model, self.batches = pause, model or Words(), []

    @property
    def documents(self):
        return [name for batch in self.batches for name in batch]

    def describe(self):
        return {"name": "inside"}

    def answers(self, task, units):
        for unit in units:
            told = msgspec.structs.replace(unit, articles=())
            if not unit.articles:
                yield Answer(told)
                continue
            self.batches.append([a.id for a in unit.articles])
            time.sleep(self.pause)
            yield Answer(told, Ready("ok", None, "gold"), tuple(predict(self.model, a) for a in unit.articles), 0.5)
