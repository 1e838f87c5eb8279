"""The page: what it carries, what it must not, and that it can do no harm."""

import base64
import hashlib
import json
import re
import sys
from functools import cache
from html.parser import HTMLParser

import pytest

from benchmark.formats.jsonl import Prediction
from benchmark.metrics.counts import COLUMNS
from benchmark.report import html, page_data
from benchmark.report.views import LEVELS, Side, mention_views, table_projections, tables_of
from benchmark.schema import Event
from benchmark.scoring import score
from tests.conftest import RETOLD, TEXT
from tests.report.conftest import HOSTILE, perfect, rename, runs_of
from tests.stored import store_run


@pytest.fixture
def made(monkeypatch):
    """Makes the page of a folder, with few resamples."""
    monkeypatch.setattr(page_data, "collect", lambda *given, collect=page_data.collect: collect(*given, resamples=50))

    def make(home, with_text=False):
        return html.page(*runs_of(home), with_text)

    return make


def data_of(page):
    """The data in a page, read as a browser reads them."""
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(found)


def figures(view, model):
    """Precision, recall and F1 of all types and texts, from the page's counts."""
    part, gold = view["models"][model]["t"], sum(view["gold"]["t"])
    predicted, hits = sum(part["n"]), sum(part["g"]) / 2
    right = sum(part.get("p", part["g"])) / 2
    precision, recall = right / predicted if predicted else 0.0, hits / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def test_figures_of_the_embedded_counts_are_those_of_the_stored_scores(ran, made):
    data = data_of(made(ran))
    for n, model in enumerate(data["models"]):
        stored = json.loads((ran / "results" / model["run"] / "scores.json").read_text())["figures"]
        for metric in data["metrics"]:
            key = metric["name"]
            told = stored
            for part in key.split("."):
                told = told[part]
            view = data["views"][f"{key} gold NAM+values" if key.startswith("mentions.") else key]
            if told is None:
                assert view["models"][n] is None
                continue
            assert figures(view, n) == pytest.approx([told["overall"][name] for name in ("precision", "recall", "f1")])
            parts = [view["models"][n][by].get("p", view["models"][n][by]["g"]) for by in "tu"]
            assert sum(parts[0]) == sum(parts[1])  # by type and by paragraph it is the same sum


def test_every_view_counts_what_scoring_counts(ran):
    runs, gold = runs_of(ran)
    documents = gold.documents()
    views = mention_views([Side("gold", one.answers) for one in runs], documents, tables_of(gold, ["gold"]))
    assert len(views) == 4 * len(LEVELS) * 7
    on = table_projections(["gold"], gold.inventory)
    scored = cache(lambda n, scheme, levels: score(documents, runs[n].answers, "s", {"mentions"}, on[scheme]["gold"], levels, None))
    for (metric, scheme, levels), view in views.items():
        for n, table in enumerate(view.table):
            counts = scored(n, scheme, LEVELS[levels][0]).counts[metric]
            kept = [n for n, kind in enumerate(counts.types) if kind in view.types]
            columns = [view.types.index(counts.types[n]) for n in kept]
            assert (counts.table[:, kept, : len(COLUMNS)] == table[:, columns]).all()
            assert counts.table[:, :, : len(COLUMNS)].sum() == table.sum()


def test_a_model_of_another_scheme_stands_where_its_labels_can_be_compared(ran, made):
    rename(ran / "results" / "digits-00000000", scheme="conll2003")
    data = data_of(made(ran))
    assert data["scheme"] == "conll2003"
    n = next(n for n, model in enumerate(data["models"]) if model["name"] == "digits")
    assert data["views"]["mentions.strict conll2003 NAM+values"]["models"][n] is not None
    assert data["views"]["mentions.strict gold NAM+values"]["models"][n] is None


def test_what_a_model_does_not_produce_is_null(ran, made):
    data = data_of(made(ran))
    n = next(n for n, model in enumerate(data["models"]) if model["name"] == "digits")
    assert data["views"]["triggers.classified"]["models"][n] is None
    assert n not in data["sure"]["all"]["triggers.classified"]["models"]


def test_intervals_and_tests_are_those_of_compare(ran):
    from benchmark.comparison import compare
    from benchmark.standings import table_scores

    runs, gold = runs_of(ran)
    data = page_data.collect(runs, gold, False, lambda line: None, resamples=200)
    scores, _ = table_scores(runs, gold, gold.documents())
    compared = compare(scores, "mentions.strict", resamples=200)
    sure = data["sure"]["all"]["mentions.strict"]
    assert [ends[0] for ends in sure["f1"]] == pytest.approx(compared.low[:, -2], abs=1e-4)
    assert [ends[1] for ends in sure["f1"]] == pytest.approx(compared.high[:, -2], abs=1e-4)
    pairs = [(a, b) for a in range(3) for b in range(a + 1, 3)]
    assert sure["holm"] == pytest.approx([compared.differences.corrected[-2, a, b] for a, b in pairs], abs=1e-4)


def test_without_being_asked_for_no_word_of_a_source_article_is_there(ran, made):
    page = made(ran)
    source = next(a for a in data_of(page)["articles"]["list"] if a["id"] == "kidal")
    assert source["text"] is None
    words = TEXT.split()
    runs = {" ".join(words[n : n + 3]) for n in range(len(words) - 2)}
    shared = {run for run in runs if run in " ".join(RETOLD.split())}
    assert not [run for run in runs - shared if run in page]
    assert all(m[4] is None or m[4].startswith("#") for one in source["models"] for m in one["mentions"] if len(m) > 4)
    assert TEXT[20:60] in data_of(made(ran, with_text=True))["articles"]["list"][1]["text"]


class Markup(HTMLParser):
    """The elements of a page, their attributes, and what stands in each script."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.scripts, self.open = [], [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open = tag

    def handle_data(self, data):
        if self.open == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag):
        self.open = ""


def test_nothing_in_the_data_can_leave_the_data(attacked, made):
    page = made(attacked)
    markup = Markup(page)
    assert "img" not in markup.tags
    assert not [name for name, _ in markup.attributes if name.startswith("on")]
    embedded, script = markup.scripts
    assert "window.pwned" not in script
    assert not set("<>&\u2028\u2029") & set(embedded)
    data = json.loads(embedded)
    assert HOSTILE in [model["name"] for model in data["models"]]
    assert "&lt;/script&gt;" in page  # in the table for readers without scripts
    assert "{{7*7}}" in page  # a name is no template
    assert data["models"][[m["name"] for m in data["models"]].index(HOSTILE)]["saw"] == [HOSTILE]


@pytest.mark.parametrize("value", ["</script>", "<!--", "]]>", "\u2028\u2029", "<SCRIPT", "a&b", "\\u003c", '"', "\x00", "🙂"])
def test_json_in_the_page_is_what_it_was_and_holds_no_markup(value):
    text = html.embedded({value: [value]})
    assert json.loads(text) == {value: [value]}
    assert not set("<>&\u2028\u2029") & set(text)


def test_the_policy_allows_our_script_and_style_and_nothing_else(ran, made):
    page = made(ran)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    for kind, pattern in (("script-src", r"<script>(.*?)</script>"), ("style-src", r"<style>(.*?)</style>")):
        (content,) = re.findall(pattern, page, re.DOTALL)
        assert rules[kind] == f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"\s(style|on\w+)=|javascript:|\bsrc=|https?:", markup)
    scripts = "".join(html._part(name) for name in html.SCRIPTS)
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(|XMLHttpRequest|import\(", scripts
    )


def test_runs_that_cannot_stand_beside_the_others_are_left_out_and_said(ran):
    store_run(ran, "half", lambda d: perfect(d) if d.id == "kidal" else None)
    store_run(ran, "none", lambda d: Prediction(d.id, outcome="unavailable", error="no weights"))
    notes = []
    runs, gold = runs_of(ran)
    data = page_data.collect(runs, gold, False, notes.append, resamples=20)
    assert {model["name"] for model in data["models"]} == {"perfect", "wrong", "digits"}
    assert notes == ["left out, without answers: none", "left out, not run on all of these texts: half"]


def test_runs_on_one_edition_make_a_page_of_it(home):
    store_run(home, "half", lambda d: perfect(d) if d.id == "kidal.retold" else None)
    data = page_data.collect(*runs_of(home), False, print, resamples=20)
    assert data["editions"] == ["retold"]
    assert [d["id"] for d in data["documents"]] == ["kidal.retold"]


def test_models_of_events_alone_make_a_page(home, made):
    store_run(home, "events", lambda d: Prediction(d.id, events=(Event(0, 3, "Life.Die"),)), ("events",))
    data = data_of(made(home))
    assert {metric["task"] for metric in data["metrics"]} == {"triggers"}


def test_without_any_answers_there_is_no_page(home, benchmark, tmp_path):
    store_run(home, "none", lambda d: Prediction(d.id, outcome="unavailable", error="no weights"))
    done = benchmark("report", "--html", tmp_path / "x.html")
    assert done.returncode == 2
    assert "no run has answered" in done.stderr


def test_the_same_runs_give_the_same_bytes(ran, made):
    assert made(ran) == made(ran)


def test_the_command_writes_the_page_and_says_so(ran, benchmark, tmp_path):
    done = benchmark("report", "--html", tmp_path / "pages" / "index.html")
    assert done.returncode == 0
    assert "wrote" in done.stdout
    assert (tmp_path / "pages" / "index.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--open",), "--html FILE"),
        (("--html", "/dev/null/x.html"), "/dev/null/x.html"),
        (("--html", "x.html", "--results", "nowhere"), "no run on the present labels"),
    ],
)
def test_wrong_use_is_said_in_a_line(ran, benchmark, words, told):
    done = benchmark("report", *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("option", "module"), [("--html", "jinja2"), ("--plots", "matplotlib")])
def test_a_missing_library_is_said_with_the_command_that_installs_it(ran, benchmark, monkeypatch, tmp_path, option, module):
    monkeypatch.setitem(sys.modules, module, None)
    done = benchmark("report", option, tmp_path / "x")
    assert done.returncode == 2
    assert "pip install" in done.stderr
    assert not (tmp_path / "x").exists()
