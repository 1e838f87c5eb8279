"""``new NAME``: a new extractor that runs as it is, to be changed from there."""

from __future__ import annotations

import keyword
import re
import stat
from pathlib import Path
from string import Template

from benchmark.names import checked_model
from benchmark.paths import write_atomically
from benchmark.problems import BadInput, Problem
from benchmark.registry import listing

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
        months = "January February March April May June July August September October November December".split()
        pattern = [{"IS_DIGIT": True, "OP": "?"}, {"TEXT": {"IN": months}}, {"SHAPE": "dddd", "OP": "?"}]
        self.nlp.add_pipe("entity_ruler").add_patterns([{"label": "DATE", "pattern": pattern}])

    def extract(self, article: Article) -> Extraction:
        """Entities of each paragraph, with offsets in the article."""
        spans = article.paragraphs()
        docs = self.nlp.pipe(article.text[start:end] for start, end in spans)
        found = [(start, entity) for (start, _), doc in zip(spans, docs, strict=True) for entity in doc.ents]
        return Extraction(mentions=[Mention(start + e.start_char, start + e.end_char, e.label_) for start, e in found])
'''

_TRANSFORMERS = '''"""$title: a Hugging Face token classifier."""

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
    """The pipeline of transformers, sentence by sentence; weights are read from safetensors only."""

    def __init__(self, model: str = "dslim/bert-base-NER"):
        self.model = model

    def load(self, device: str) -> None:
        """Load the weights; unavailable within seconds where there is no network and no copy."""
        from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

        offline = not Path(self.model).is_dir() and not hub_reachable()
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.model, local_files_only=offline)
            network = AutoModelForTokenClassification.from_pretrained(self.model, local_files_only=offline, use_safetensors=True)
        except (OSError, ValueError) as error:
            why = "no network and no copy in the cache" if offline else str(error).splitlines()[0]
            raise Unavailable(f"model {self.model!r}: {why}; give --set model=FOLDER or connect once") from error
        tokenizer.model_max_length = min(tokenizer.model_max_length, getattr(network.config, "max_position_embeddings", 512))
        where = None if device == "auto" else device
        options = {"aggregation_strategy": "simple", "stride": 16, "device": where}  # longer sentences are read in overlapping windows
        self.pipeline = pipeline("token-classification", model=network, tokenizer=tokenizer, **options)

    def extract(self, article: Article) -> Extraction:
        """Entities of each sentence, with offsets in the article."""
        mentions = []
        spans = article.sentences()
        answers = self.pipeline([article.text[start:end] for start, end in spans], batch_size=8) if spans else []
        for (start, _), answer in zip(spans, answers, strict=True):
            for found in answer:
                span = (start + int(found["start"]), start + int(found["end"]))
                mentions.append(Mention(*span, found["entity_group"], score=float(found["score"])))
        return Extraction(mentions=mentions)
'''

_LLM = '''"""$title: a language model behind an OpenAI-compatible endpoint."""

import json
import os

from benchmark.api import Article, Extraction, Invented, Mention, Unavailable, align, extractor

PROMPT = """List the named entities of the article as JSON: {"entities": [{"text": "...", "type": "..."}]}
word for word, in their order, with repetitions. Types: PER, ORG, GPE, LOC, NORP, DATE."""


@extractor(
    "$name",
    produces={"mentions"},
    scheme="gold",
    requires=("openai",),
    install="pip install 'entity-event-benchmark[llm]'",
    trained_on=("unknown",),
)
class $cls:
    """One request an article. OPENAI_BASE_URL and OPENAI_API_KEY say where."""

    def __init__(self, model: str = "gpt-4o-mini"):
        self.model = model

    def load(self, device: str) -> None:
        """Make the client."""
        from openai import OpenAI

        if not os.environ.get("OPENAI_API_KEY"):
            raise Unavailable("set OPENAI_API_KEY (and OPENAI_BASE_URL for another endpoint)")
        self.client = OpenAI()

    def extract(self, article: Article) -> Extraction:
        """Ask once, and look the strings up in order; those that are not in the text are told, and count against precision."""
        messages = [{"role": "system", "content": PROMPT}, {"role": "user", "content": article.text}]
        answer = self.client.chat.completions.create(
            model=self.model, messages=messages, temperature=0, seed=0, response_format={"type": "json_object"}
        )
        found = json.loads(answer.choices[0].message.content or "{}").get("entities", [])
        places = [(entity, place.span) for entity, place in zip(found, align(article.text, [e["text"] for e in found]), strict=True)]
        return Extraction(
            mentions=[Mention(*span, entity["type"]) for entity, span in places if span],
            invented=[Invented(entity["text"], entity["type"]) for entity, span in places if not span],
            tokens=answer.usage.total_tokens if answer.usage else None,
        )
'''

_TRAINED = '''"""$title: a classifier of words, trained on the labels of the other stories."""

import json
import re
from pathlib import Path

from benchmark.api import Article, Document, Extraction, Mention, extractor


@extractor("$name", produces={"mentions"}, scheme="gold", requires=("sklearn",), install="pip install scikit-learn", trained_on=())
class $cls:
    """Logistic regression over each word and its neighbours; neighbouring words of one type are one mention."""

    def __init__(self, strength: float = 10.0):
        self.strength = strength

    def load(self, device: str) -> None:
        """Features are hashed: there is no vocabulary to keep."""
        from sklearn.feature_extraction import FeatureHasher

        self.hasher = FeatureHasher(2**14)

    def fit(self, documents: list[Document]) -> None:
        """Learn names and values (levels NAM and None) from labelled documents; called for each story with the others."""
        from sklearn.linear_model import LogisticRegression

        rows, labels = [], []
        for document in documents:
            kinds = {n: m.type for m in document.mentions if m.level in ("NAM", None) for n in range(m.start, m.end)}
            for words in sentences(document.article):
                rows += features(words)
                labels += [kinds.get(start, "O") for start, _, _ in words]
        model = LogisticRegression(C=self.strength, max_iter=500).fit(self.hasher.transform(rows), labels)
        self.kinds = [str(kind) for kind in model.classes_]
        self.weights, self.bias = model.coef_, model.intercept_

    def save(self, folder: Path) -> None:
        """Keep what was learned, so that the next run need not train."""
        import numpy as np

        (folder / "kinds.json").write_text(json.dumps(self.kinds))
        np.savez(folder / "weights.npz", weights=self.weights, bias=self.bias)

    def restore(self, folder: Path) -> None:
        """What save() kept; no pickles."""
        import numpy as np

        self.kinds = json.loads((folder / "kinds.json").read_text())
        with np.load(folder / "weights.npz", allow_pickle=False) as kept:
            self.weights, self.bias = kept["weights"], kept["bias"]

    def extract(self, article: Article) -> Extraction:
        """The likeliest type of each word."""
        mentions = []
        for words in sentences(article):
            best = (self.hasher.transform(features(words)) @ self.weights.T + self.bias).argmax(1)
            current = "O"
            for (start, end, _), kind in zip(words, (self.kinds[n] for n in best), strict=True):
                if kind != "O" and kind == current:
                    mentions[-1] = Mention(mentions[-1].start, end, kind)
                elif kind != "O":
                    mentions.append(Mention(start, end, kind))
                current = kind
        return Extraction(mentions=mentions)


def sentences(article: Article) -> list[list[tuple[int, int, str]]]:
    """The words of each sentence with their offsets."""
    found = ([(*m.span(), m[0]) for m in re.compile(r"\\w+|[^\\w\\s]").finditer(article.text, *span)] for span in article.sentences())
    return [words for words in found if words]


def features(words: list[tuple[int, int, str]]) -> list[dict[str, int]]:
    """Of each word: itself, its shape, its ending, its neighbours."""
    texts = ["", *(text for _, _, text in words), ""]
    rows = []
    for before, word, after in zip(texts, texts[1:], texts[2:], strict=False):
        shape = re.sub("[a-z]+", "x", re.sub("[A-Z]+", "X", re.sub(r"\\d+", "9", word)))
        rows.append(dict.fromkeys((f"w={word}", f"s={shape}", f"e={word[-3:]}", f"b={before}", f"a={after}"), 1))
    return rows
'''

_COMMAND_TOML = """# $title: a program in any language. It is started in this folder, gets each article as one JSON line on standard input
# and answers it with one JSON line on standard output, at once (flush). What else it has to say goes to standard error.
description = "say here in a line what it does"
command = ["python3", "$name/extract.py"]
persistent = true   # false: it is started for each article, and that one line is all its input
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

_TEMPLATES = {"rules": _RULES, "spacy": _SPACY, "transformers": _TRANSFORMERS, "llm": _LLM, "trained": _TRAINED}
_IMPORTED = {name for text in _TEMPLATES.values() for name in re.findall(r"\b[A-Z]\w+", text)}  # no name for the class


def create(root: Path, name: str, kind: str) -> list[Path]:
    """Write the files of a new extractor.

    Parameters
    ----------
    root
        The benchmark's folder, in which ``models/`` is.
    name
        Name of the extractor, and of its files.
    kind
        ``rules``, ``spacy``, ``transformers``, ``llm``, ``trained`` or ``command``.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    BadInput
        Where the name is taken or cannot be a file's, or the folder cannot be written.
    """
    checked_model(name)
    models = root / "models"
    taken = [models / f"{name}{suffix}" for suffix in (".py", ".toml") if (models / f"{name}{suffix}").exists()]
    if taken or any(item.name == name for item in listing(models)):
        raise BadInput(Problem(str(taken[0]) if taken else name, 0, "there is a model of this name; choose another or edit it"))
    words = "".join(part.capitalize() for part in name.replace(".", "_").replace("-", "_").split("_"))
    usable = words.isidentifier() and not keyword.iskeyword(words) and words not in _IMPORTED
    values = {"name": name, "title": name, "cls": words if usable else f"Model{words}"}
    if kind == "command":
        files = {models / f"{name}.toml": _COMMAND_TOML, models / name / "extract.py": _COMMAND}
    else:
        files = {models / f"{name}.py": _TEMPLATES[kind]}
    if there := [path for path in files if path.exists()]:
        raise BadInput(Problem(str(there[0]), 0, "there is a file already; choose another name or remove it"))
    for path, template in files.items():
        write_atomically(path, Template(template).substitute(values))
        if path.name == "extract.py":
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return list(files)
