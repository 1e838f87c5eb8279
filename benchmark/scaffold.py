"""``new NAME``: a new extractor that runs as it is, to be changed from there."""

from __future__ import annotations

import stat
from pathlib import Path
from string import Template

from benchmark.paths import write_atomically
from benchmark.problems import BadInput, Problem
from benchmark.registry import NAME, listing

_RULES = '''"""$title: say here in a line what it does."""

from benchmark.api import Article, Extraction, Mention, extractor


@extractor("$name", produces={"mentions"}, scheme="gold", trained_on=("nothing",))
class $cls:
    """Capitalised words after a preposition of place."""

    def __init__(self, type: str = "GPE"):
        self.type = type

    def extract(self, article: Article) -> Extraction:
        """Find what the pattern finds."""
        found = article.finditer(r"(?<=\\b(?:in|at|of) )[A-Z]\\w+")
        return Extraction(mentions=[Mention(*m.span(), self.type, level="NAM") for m in found])
'''

_SPACY = '''"""$title: an entity ruler on a blank spaCy pipeline."""

from benchmark.api import Article, Extraction, Mention, extractor


@extractor(
    "$name",
    produces={"mentions"},
    scheme="gold",
    requires=("spacy",),
    install="pip install 'entity-event-benchmark[spacy]'",
    trained_on=("nothing",),
)
class $cls:
    """Token patterns; replace them, or load a pipeline of your own in load()."""

    def __init__(self, language: str = "en"):
        self.language = language

    def load(self, device: str) -> None:
        """Make or load the pipeline."""
        import spacy

        self.nlp = spacy.blank(self.language)
        month = {"LOWER": {"IN": ["january", "march", "june", "july", "october", "december"]}}
        self.nlp.add_pipe("entity_ruler").add_patterns([{"label": "DATE", "pattern": [{"IS_DIGIT": True, "OP": "?"}, month]}])

    def extract(self, article: Article) -> Extraction:
        """Entities of the pipeline, with offsets in the article."""
        doc = self.nlp(article.text)
        return Extraction(mentions=[Mention(e.start_char, e.end_char, e.label_) for e in doc.ents])
'''

_TRANSFORMERS = '''"""$title: a Hugging Face token classifier."""

import os
from pathlib import Path

from benchmark.api import Article, Extraction, Mention, Unavailable, extractor, hub_reachable


@extractor(
    "$name",
    produces={"mentions"},
    scheme="conll2003",
    requires=("transformers", "torch"),
    install="pip install 'entity-event-benchmark[transformers]'",
    trained_on=("CoNLL-2003, as the model's card says",),
)
class $cls:
    """The pipeline of transformers, sentence by sentence."""

    def __init__(self, model: str = "dslim/bert-base-NER"):
        self.model = model

    def load(self, device: str) -> None:
        """Load the weights; unavailable within seconds where there is no network and no copy."""
        try:
            if not Path(self.model).is_dir() and not hub_reachable():
                os.environ["HF_HUB_OFFLINE"] = "1"  # before transformers is imported: only the cache is looked at
            from transformers import pipeline

            self.pipeline = pipeline("token-classification", model=self.model, aggregation_strategy="simple")
        except OSError as error:
            raise Unavailable(f"{self.model} cannot be loaded: {error}") from error

    def extract(self, article: Article) -> Extraction:
        """Entities of each sentence, with offsets in the article."""
        mentions = []
        for start, end in article.sentences():
            for found in self.pipeline(article.text[start:end]):
                span = (start + int(found["start"]), start + int(found["end"]))
                mentions.append(Mention(*span, found["entity_group"], score=float(found["score"])))
        return Extraction(mentions=mentions)
'''

_LLM = '''"""$title: a language model behind an OpenAI-compatible endpoint."""

import json
import os

from benchmark.api import Article, Extraction, Mention, Unavailable, extractor

PROMPT = """List the named entities of the article as JSON: {"entities": [{"text": "...", "type": "..."}]}
in their order, with repetitions, types PER, ORG, GPE, LOC, NORP, DATE."""


@extractor(
    "$name",
    produces={"mentions"},
    scheme="gold",
    requires=("openai",),
    install="pip install 'entity-event-benchmark[llm]'",
    trained_on=("unknown",),
)
class $cls:
    """One request an article; strings are looked up in the text in order. OPENAI_BASE_URL and OPENAI_API_KEY say where."""

    def __init__(self, model: str = "gpt-4o-mini"):
        self.model = model

    def load(self, device: str) -> None:
        """Make the client."""
        from openai import OpenAI

        if not os.environ.get("OPENAI_API_KEY"):
            raise Unavailable("set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint)")
        self.client = OpenAI()

    def extract(self, article: Article) -> Extraction:
        """Ask once, and look the strings up in order."""
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": article.text}]
        answer = self.client.chat.completions.create(
            model=self.model, messages=messages, temperature=0, response_format={"type": "json_object"}
        )
        mentions, position = [], 0
        for found in json.loads(answer.choices[0].message.content or "{}").get("entities", []):
            start = article.text.find(found["text"], position)
            if start >= 0 and found["text"]:
                position = start + len(found["text"])
                mentions.append(Mention(start, position, found["type"]))
        return Extraction(mentions=mentions)
'''

_COMMAND_TOML = """# $title: a program in any language. It is started in this folder for each article, gets it as one JSON line on standard
# input and answers with one JSON line on standard output.
description = "say here in a line what it does"
command = ["python3", "$name/extract.py"]
produces = ["mentions"]
scheme = "gold"
trained_on = ["nothing"]
"""

_COMMAND = '''#!/usr/bin/env python3
"""Reads articles as JSON Lines and answers with mentions; any language will do."""

import json
import re
import sys

for line in sys.stdin:
    article = json.loads(line)
    mentions = [{"start": m.start(), "end": m.end(), "type": "NUM"} for m in re.finditer(r"\\d+", article["text"])]
    print(json.dumps({"id": article["id"], "mentions": mentions}), flush=True)
'''

_TEMPLATES = {"rules": _RULES, "spacy": _SPACY, "transformers": _TRANSFORMERS, "llm": _LLM}


def create(root: Path, name: str, kind: str) -> list[Path]:
    """Write the files of a new extractor; returns their paths.

    Raises
    ------
    BadInput
        Where the name is taken or cannot be a file's, or the folder cannot be written.
    """
    if not NAME.fullmatch(name):
        raise BadInput(f"model name {name!r}: letters, digits, '.', '_' and '-' only, it names a file and a folder in results/")
    models = root / "models"
    taken = [models / f"{name}{suffix}" for suffix in (".py", ".toml") if (models / f"{name}{suffix}").exists()]
    if taken or any(item.name == name for item in listing(models)):
        raise BadInput(Problem(str(taken[0]) if taken else name, 0, "there is a model of this name; choose another or edit it"))
    words = "".join(part.capitalize() for part in name.replace(".", "_").replace("-", "_").split("_"))
    values = {"name": name, "title": name, "cls": words if words.isidentifier() else f"Model{words}"}
    if kind == "command":
        files = {models / f"{name}.toml": _COMMAND_TOML, models / name / "extract.py": _COMMAND}
    else:
        files = {models / f"{name}.py": _TEMPLATES[kind]}
    for path, template in files.items():
        write_atomically(path, Template(template).substitute(values))
        if path.name == "extract.py":
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return list(files)
