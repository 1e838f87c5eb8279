"""Fixtures: a small benchmark folder about another war, made by the tests."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
import scipy.optimize
import scipy.sparse.csgraph  # noqa: F401  # the scorer imports them where it needs them first: no timed test may pay for that

from benchmark.cli import main
from benchmark.formats import brat, jsonl
from benchmark.inventory import load
from benchmark.paths import write_atomically
from benchmark.schema import Argument, Document, Event, Mention
from benchmark.validation import Entity, Occurrence

os.environ["HF_HUB_OFFLINE"] = "1"  # before anything imports the hub's library: no test may wait for a network

os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"  # before anything imports ray, as the engine sets it

os.environ["BENCHMARK_CACHE"] = tempfile.mkdtemp(prefix="benchmark-cache-")  # trained parts of tests are theirs alone

ROOT = Path(__file__).resolve().parent.parent

TEXT = (
    "Rebels seize Kidal\n\nOn 3 May 2012 about 200 rebels took the town of Kidal from the Malian army. "
    "Three soldiers were killed, the Red Cross said.\n\nThe army withdrew to Gao.\n"
)
RETOLD = (
    "Kidal falls to rebels\n\nKidal was captured by some 200 rebels on 3 May 2012. The Red Cross counted three dead soldiers "
    "of the Malian army.\n\nTroops retreated towards Gao.\n"
)


def span(text: str, words: str, nth: int = 1) -> tuple[int, int]:
    """Offsets of the nth occurrence of some words."""
    start = -1
    for _ in range(nth):
        start = text.index(words, start + 1)
    return start, start + len(words)


def story(name: str = "kidal") -> tuple[Document, Document]:
    """The two editions of an invented story, labelled."""
    m = Mention
    source = Document(
        name,
        TEXT,
        "2012-05-05",
        ((0, len(TEXT) - 1),),
        (
            m(*span(TEXT, "Kidal"), "GPE", "NAM", "kidal", id="T1"),
            m(*span(TEXT, "3 May 2012"), "DATE", value="2012-05-03", id="T2"),
            m(*span(TEXT, "about 200"), "NUM", value="~200", id="T3"),
            m(*span(TEXT, "rebels"), "PER", "NOM", "rebels", id="T4"),
            m(*span(TEXT, "Kidal", 2), "GPE", "NAM", "kidal", id="T5"),
            m(*span(TEXT, "Malian army"), "ORG", "NAM", "malian-army", id="T6"),
            m(*span(TEXT, "Three"), "NUM", value="=3", id="T7"),
            m(*span(TEXT, "soldiers"), "PER", "NOM", "soldiers", id="T8"),
            m(*span(TEXT, "Red Cross"), "ORG", "NAM", "red-cross", id="T9"),
            m(*span(TEXT, "Gao"), "GPE", "NAM", "gao", id="T10"),
        ),
        (
            Event(*span(TEXT, "seize"), "Territory.Capture", "Actual", "fall-of-kidal", (Argument("Territory", "T1"),), id="E1"),
            Event(
                *span(TEXT, "took"),
                "Territory.Capture",
                "Actual",
                "fall-of-kidal",
                (Argument("Taker", "T4"), Argument("Territory", "T5"), Argument("Loser", "T6"), Argument("Time", "T2")),
                id="E2",
            ),
            Event(*span(TEXT, "killed"), "Life.Die", "Actual", "deaths", (Argument("Victim", "T8"),), id="E3"),
            Event(*span(TEXT, "withdrew"), "Movement.Withdraw", "Actual", "retreat", (Argument("Destination", "T10"),), id="E4"),
        ),
    )
    retold = Document(
        f"{name}.retold",
        RETOLD,
        "2012-05-05",
        None,
        (
            m(*span(RETOLD, "Kidal"), "GPE", "NAM", "kidal", id="T1"),
            m(*span(RETOLD, "Red Cross"), "ORG", "NAM", "red-cross", id="T2"),
            m(*span(RETOLD, "Malian army"), "ORG", "NAM", "malian-army", id="T3"),
            m(*span(RETOLD, "soldiers"), "PER", "NOM", "soldiers", id="T4"),
            m(*span(RETOLD, "rebels", 2), "PER", "NOM", "rebels", id="T5"),
            m(*span(RETOLD, "Gao"), "GPE", "NAM", "gao", id="T6"),
        ),
        (
            Event(*span(RETOLD, "captured"), "Territory.Capture", "Actual", "fall-of-kidal", (Argument("Taker", "T5"),), id="E1"),
            Event(*span(RETOLD, "dead"), "Life.Die", "Actual", "deaths", (Argument("Victim", "T4"),), id="E2"),
            Event(*span(RETOLD, "retreated"), "Movement.Withdraw", "Actual", "retreat", (Argument("Destination", "T6"),), id="E3"),
        ),
    )
    return source, retold


ENTITIES = [
    Entity("kidal", "GPE", "Kidal"),
    Entity("rebels", "PER", "rebels"),
    Entity("malian-army", "ORG", "Malian army"),
    Entity("soldiers", "PER", "soldiers"),
    Entity("red-cross", "ORG", "Red Cross"),
    Entity("gao", "GPE", "Gao"),
]
EVENTS = [
    Occurrence("fall-of-kidal", "Territory.Capture", "Rebels take Kidal", "2012-05-03", ("kidal",), ("rebels",)),
    Occurrence("deaths", "Life.Die", "Soldiers die"),
    Occurrence("retreat", "Movement.Withdraw", "The army goes to Gao"),
]

MODEL = '''"""Numbers."""

from benchmark.api import Article, Extraction, Mention, extractor


@extractor("numbers", produces={"mentions"}, scheme="gold", trained_on=("nothing",))
class Numbers:
    """Digits."""

    def __init__(self, type: str = "NUM"):
        self.type = type

    def extract(self, article: Article) -> Extraction:
        """Find them."""
        return Extraction(mentions=[Mention(*m.span(), self.type) for m in article.finditer(r"\\\\d+")])
'''.replace("\\\\", "\\")


def write_story(home: Path, source: Document, retold: Document, articles: Path) -> None:
    """Add a story to a benchmark folder; the source text goes to the folder of articles."""
    inventory = load(home / "gold" / "schema.toml")
    slug = source.id
    data = (source.text or "").encode()
    write_atomically(articles / f"{slug}.article", data)
    regions = [list(region) for region in source.regions or ()]
    with (home / "gold" / "articles.toml").open("a") as manifest:
        manifest.write(
            f'[articles.{slug}]\ntitle = "t"\npublisher = "p"\ndate = "{source.date}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n'
            f"regions = {regions}\n\n"
        )
    write_atomically(home / "gold" / "retold" / f"{slug}.txt", retold.text or "")
    for edition, document in (("source", source), ("retold", retold)):
        write_atomically(home / "gold" / edition / f"{slug}.ann", brat.write(document, inventory.names))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A benchmark folder with one story, one model, and the articles found through the environment."""
    folder = tmp_path / "home"
    (folder / "models").mkdir(parents=True)
    (folder / "gold").mkdir()
    shutil.copy(ROOT / "gold" / "schema.toml", folder / "gold")
    write_story(folder, *story(), tmp_path / "articles")
    write_atomically(folder / "gold" / "entities.jsonl", jsonl.write(ENTITIES))  # type: ignore[arg-type]
    write_atomically(folder / "gold" / "events.jsonl", jsonl.write(EVENTS))  # type: ignore[arg-type]
    (folder / "models" / "numbers.py").write_text(MODEL)
    monkeypatch.setenv("BENCHMARK_ROOT", str(folder))
    monkeypatch.setenv("BENCHMARK_ARTICLES", str(tmp_path / "articles"))
    return folder


@pytest.fixture
def reference() -> Path:
    """Public reference data, where the environment says it is."""
    folder = os.environ.get("BENCHMARK_REFERENCE_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("BENCHMARK_REFERENCE_DATA is not set to a folder of public reference data")
    return Path(folder)


class Done(NamedTuple):
    """What a command left: exit status, standard output and error."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def benchmark(capfd, monkeypatch):
    """The command line as a user types it, run in this process (starting Python anew for each takes a second)."""

    def call(*words, env=None):
        monkeypatch.setattr(sys, "argv", ["benchmark", *map(str, words)])
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name, value in {"COLUMNS": "100", **(env or {})}.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as left:
                main()
        return Done(left.value.code or 0, *capfd.readouterr())

    return call
