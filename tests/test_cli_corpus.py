"""The commands on corpora other than the gold set."""

import json
import math

import msgspec
import pytest

from benchmark.formats import iob2, jsonl
from benchmark.schema import Document, Mention
from tests.conftest import story

LEARNS = '''"""Remembers strings."""

from benchmark.api import Article, Extraction, Mention, extractor


@extractor("remembers", produces={"mentions", "events"}, scheme="gold")
class Remembers:
    """Each string that was a mention, with its type."""

    def fit(self, documents):
        self.known = {d.text[m.start : m.end]: m.type for d in documents for m in d.mentions}

    def extract(self, article: Article) -> Extraction:
        """Find them."""
        found = [Mention(*m.span(), kind) for words, kind in self.known.items() for m in article.finditer(words)]
        return Extraction(mentions=found)
'''
IOB = "Ada B-PER\nsaw O\nGao B-LOC\n\nGao B-LOC\nfell O\n2012 B-MISC\n\nAda B-PER\nleft O\nMali B-LOC\n"


@pytest.fixture
def corpus(home, tmp_path):
    (home / "models" / "remembers.py").write_text(LEARNS)
    folder = tmp_path / "few"
    folder.mkdir()
    (folder / "posts.txt").write_text(IOB)
    return f"iob2:{folder}/posts.txt"


def test_run_score_and_compare_on_another_corpus(benchmark, home, tmp_path, corpus):
    results = tmp_path / "results"
    done = benchmark("run", "remembers", "numbers", "--corpus", corpus, "--results", results, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["corpus"] == "few/posts"
    assert any("read as those of conll2003" in line for line in found["notes"])
    by_model = {result["model"]: result for result in found["results"]}
    run = by_model["remembers"]["run"]
    assert (run["corpus"], run["trained_on"]) == ("few/posts", ["few/posts labels of the other documents, as gold types"])
    assert "|scheme:conll2003|" in by_model["remembers"]["scores"]["signature"]
    assert by_model["remembers"]["scores"]["signature"].startswith(f"gold:few/posts@{run['gold'][:12]}|")
    strict = by_model["remembers"]["scores"]["mentions"]["strict"]["overall"]
    assert (strict["gold"], strict["predicted"], strict["correct"]) == (6, 4, 4)  # Ada and Gao twice; 2012 and Mali are seen once
    assert by_model["numbers"]["scores"]["mentions"]["strict"]["overall"]["predicted"] == 0  # CoNLL has no numbers to ask for
    assert by_model["remembers"]["scores"]["triggers"]["classified"] is None  # the corpus has no events to find

    table = benchmark("run", "remembers", "--corpus", corpus, "--results", results)
    assert "3 texts (corpus few/posts)" in table.stdout
    assert "remembers: few" not in table.stderr  # nothing was done again

    compared = benchmark("compare", "remembers", "numbers", "--corpus", corpus, "--results", results, "--resamples", "50", "--json")
    assert compared.returncode == 0, compared.stderr
    assert "3 texts of few/posts" in json.loads(compared.stdout)["note"]
    wrong = benchmark("compare", "remembers", "numbers", "--results", results)
    assert wrong.returncode == 2
    assert "on the present labels" in wrong.stderr
    (tmp_path / "few" / "posts.txt").write_text(IOB + "\nx O\n")
    changed = benchmark("compare", "remembers", "numbers", "--corpus", corpus, "--results", results)
    assert (changed.returncode, "on the corpus few/posts" in changed.stderr) == (2, True)
    (tmp_path / "few" / "posts.txt").write_text(IOB)

    predictions = next(results.glob("remembers-*")) / "predictions.jsonl"
    scored = json.loads(benchmark("score", predictions, "--gold", corpus, "--scheme", "gold", "--resamples", 0, "--json").stdout)
    again = scored["mentions"]["strict"]["overall"]
    assert {name: again[name] for name in ("gold", "predicted", "correct", "f1")} == {
        name: strict[name] for name in ("gold", "predicted", "correct", "f1")
    }
    assert scored["signature"] == by_model["remembers"]["scores"]["signature"]


def test_runs_of_other_corpora_are_marked_in_the_list(benchmark, home, corpus):
    assert benchmark("run", "numbers", "--corpus", corpus).returncode == 0
    assert benchmark("run", "numbers", "--edition", "retold").returncode == 0
    rows = {row["corpus"]: row for row in json.loads(benchmark("list", "runs", "--json").stdout)}
    assert rows["gold"]["present gold"] is True
    assert rows["few/posts"].get("present gold") is None
    described = json.loads((home / "results" / rows["gold"]["run"] / "run.json").read_text())
    assert described["corpus"] == "gold"


def test_score_predictions_in_the_corpus_own_labels(benchmark, home, tmp_path, corpus):
    rows = [Document("posts-1", mentions=(Mention(0, 3, "PER"), Mention(8, 11, "ORG"))), Document("posts-2"), Document("posts-3")]
    (tmp_path / "p.jsonl").write_bytes(jsonl.write(rows))
    for extra in ((), ("--levels", "NAM"), ("--levels", "all")):  # a corpus that tells no levels is not punished for it
        done = benchmark("score", tmp_path / "p.jsonl", "--corpus", corpus, "--resamples", 0, "--json", *extra)
        overall = json.loads(done.stdout)["mentions"]["strict"]["overall"]
        assert (overall["gold"], overall["predicted"], overall["correct"]) == (6, 2, 1), extra
    only = benchmark("score", tmp_path / "p.jsonl", "--corpus", corpus, "--resamples", 0, "--json", "--levels", "NOM")
    assert json.loads(only.stdout)["mentions"]["strict"]["overall"]["gold"] == 0
    rows[0] = msgspec.structs.replace(rows[0], mentions=(Mention(0, 3, "PER"), Mention(4, 7, "MONEY")))
    (tmp_path / "p.jsonl").write_bytes(jsonl.write(rows))
    done = benchmark("score", tmp_path / "p.jsonl", "--corpus", corpus, "--scheme", "gold", "--resamples", 0)
    assert "predicted mentions left out, whose labels the gold documents have nothing for: MONEY 1" in done.stderr


def test_types_may_be_mapped_otherwise(benchmark, home, tmp_path, corpus):
    (tmp_path / "m.toml").write_text('[mentions]\nLOC = "GPE"\nMISC = "NUM"\n')
    done = benchmark("run", "numbers", "--corpus", corpus, "--types", tmp_path / "m.toml", "--json")
    found = json.loads(done.stdout)
    strict = found["results"][0]["scores"]["mentions"]["strict"]["overall"]
    assert (strict["gold"], strict["correct"]) == (4, 1)  # 2012 is a number now; PER is left out, and said to be
    assert any("left out where they meet other labels: PER 2" in line for line in found["notes"])
    (tmp_path / "m.toml").write_text('[mentions]\nLOC = "CITY"\n')
    wrong = benchmark("run", "numbers", "--corpus", corpus, "--types", tmp_path / "m.toml")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "m.toml:2: [mentions] LOC: there is no gold type 'CITY'" in wrong.stderr


def test_stats_and_export_of_another_corpus(benchmark, home, tmp_path, corpus):
    stats = json.loads(benchmark("gold", "stats", "--corpus", corpus, "--json").stdout)
    assert stats["corpus"] == "few/posts"
    assert stats["documents"][0]["types"] == {"LOC": 1, "PER": 1}
    assert "posts-2" in benchmark("gold", "stats", "--corpus", corpus).stdout

    (tmp_path / "story.jsonl").write_bytes(jsonl.write(story()))
    source = f"jsonl:{tmp_path}/story.jsonl"
    done = benchmark("gold", "export", "--corpus", source, "--format", "iob2")
    assert "Malian\tB-ORG" in done.stdout
    assert "note: iob2: 2 dates of documents, 1 scored regions, 13 levels, 13 identities, 3 values" in done.stderr
    assert "7 events" in done.stderr
    done = benchmark("gold", "export", "--corpus", source, "--format", "wikievents", "--out", tmp_path / "w.jsonl", "--json")
    assert json.loads(done.stdout)["notes"][-1].startswith("wikievents: 2 dates of documents, ")
    again = json.loads(benchmark("gold", "stats", "--corpus", f"wikievents:{tmp_path}/w.jsonl", "--json").stdout)
    assert [row["events"] for row in again["documents"]] == [4, 3]


def test_ids_that_are_no_file_names_are_not_written(benchmark, home, tmp_path):
    for name in ("../up", "/abs", "a//b", "x" * 300, ".hidden"):
        (tmp_path / "x.jsonl").write_bytes(jsonl.write([Document(name, "Gao")]))
        done = benchmark("gold", "export", "--corpus", f"jsonl:{tmp_path}/x.jsonl", "--format", "brat", "--out", tmp_path / "out" / "in")
        assert (done.returncode, done.stderr.startswith("error: ")) == (2, True), (name, done.stderr)
        assert "document id" in done.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("run", "numbers"), ("score", "p.jsonl"), ("gold", "stats"), ("gold", "export"), ("compare", "a", "b")])
def test_wrong_use_is_told_in_one_line(benchmark, home, tmp_path, monkeypatch, corpus, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.jsonl").write_text("")
    for extra, reason in (
        (("--corpus", "tsv:x" if words[0] != "score" else "iob2:x?mode=loose"), "--corpus"),
        (("--corpus", "re3d:nowhere"), "no documents.json here"),
        (("--types", "m.toml"), "--types maps the labels"),
    ):
        done = benchmark(*words, *extra)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert reason in done.stderr
        assert "Traceback" not in done.stderr
    if words[0] != "compare":
        done = benchmark(*words, "--corpus", corpus, "--edition", "retold")
        assert (done.returncode, "only the gold set has editions" in done.stderr) == (2, True)


PUBLISHED = {"arcada": (47.40, 34.57, 39.98), "flytxt": (47.92, 31.97, 38.35), "drexel_cci": (50.39, 17.79, 26.30)}


@pytest.mark.parametrize("team", PUBLISHED)
def test_wnut_2017_submissions_are_scored_as_published(benchmark, tmp_path, reference, team):
    folder = reference / "corpora" / "wnut17"
    if not folder.is_dir():
        pytest.skip("corpora/wnut17 is not among the reference data")
    text = (folder / "submissions" / team).read_bytes().decode()
    answers = iob2.read(text, team, stem="emerging.test")
    (tmp_path / "p.jsonl").write_bytes(jsonl.write(msgspec.structs.replace(d, text=None) for d in answers))
    gold = f"iob2:{folder}/emerging.test.annotated"
    done = benchmark("score", tmp_path / "p.jsonl", "--gold", gold, "--resamples", 0, "--json")
    assert done.returncode == 0, done.stderr
    overall = json.loads(done.stdout)["mentions"]["strict"]["overall"]
    found = tuple(overall[figure] for figure in ("precision", "recall", "f1"))
    assert tuple(math.floor(10_000 * x + 0.5) / 100 for x in found) == PUBLISHED[team]


def test_the_page_shows_another_corpus_and_its_words_only_when_asked(benchmark, home, tmp_path, corpus):
    pytest.importorskip("jinja2", reason="Jinja2 is not installed (extra report)")
    assert benchmark("run", "remembers", "numbers", "--corpus", corpus).returncode == 0
    pages = {}
    for name, words in (("bare", ()), ("whole", ("--with-text",))):
        done = benchmark("report", "--html", tmp_path / f"{name}.html", "--corpus", corpus, *words)
        assert done.returncode == 0, done.stderr
        pages[name] = (tmp_path / f"{name}.html").read_text()
    text = IOB.split()[0]
    assert all("few/posts" in page for page in pages.values())
    assert f'"text":"{text} ' in pages["whole"]
    assert f'"text":"{text}' not in pages["bare"]
