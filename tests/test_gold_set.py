"""The gold set's own consistency. What needs the source articles is skipped, with the reason, where they are missing."""

import re
import subprocess

import pytest

from benchmark.exporting import configuration
from benchmark.gold import RETOLD, GoldSet, annotator, edition, stats, story
from benchmark.inventory import parses
from benchmark.problems import read_text
from benchmark.schemes import schemes
from benchmark.segments import paragraphs
from benchmark.validation import validate
from tests.conftest import ROOT

# What only the retold edition tells: the source has these in a compound or leaves them to the reader.
ONLY_RETOLD = {"sattam-relatives-leaving-hajin", "us-aid-sdf"}


@pytest.fixture(scope="module")
def gold():
    return GoldSet(ROOT / "gold")


@pytest.fixture(scope="module")
def files(gold):
    return gold.files()


def test_it_is_clean(gold):
    problems, files = validate(gold)
    assert problems == []
    assert len(files) == 10


def test_all_five_stories_stand_in_both_editions_and_from_both_annotators(gold, files):
    expected = {(slug, which) for slug in gold.shelf.entries for which in ("source", "retold")}
    assert {(f.slug, f.edition) for f in files} == expected
    for name in "AB":
        assert {(f.slug, f.edition) for f in annotator(gold, name).files()} == expected


def test_the_counts_are_those_of_whole_articles(files):
    source = [row for row in stats(files) if row["edition"] == "source"]
    assert sum(row["mentions"] for row in source) > 750
    assert sum(row["events"] for row in source) > 260
    assert sum(row["arguments"] for row in source) > 500
    for row in source:
        if row["words"]:
            assert 100 < 1000 * row["mentions"] / row["words"] < 230, row["article"]


def test_the_card_names_this_version_and_fingerprint(gold):
    card = (ROOT / "gold" / "CARD.md").read_text()
    assert gold.fingerprint() in card
    assert f"version: {gold.inventory.version}" in card


def test_every_value_parses(files):
    values = [(m.type, m.value) for f in files for m in f.document.mentions if m.value is not None]
    assert len(values) > 200
    for kind, value in values:
        assert parses(kind, value), (kind, value)


def test_both_editions_tell_the_same_named_things_and_the_same_events(files):
    for slug in {f.slug for f in files}:
        one, other = (next(f.document for f in files if (f.slug, f.edition) == (slug, e)) for e in ("source", "retold"))
        events = [{e.event for e in d.events} for d in (one, other)]
        assert events[0] <= events[1], slug
        assert events[1] - events[0] <= ONLY_RETOLD, slug
        names = [{m.entity for m in d.mentions if m.level == "NAM"} for d in (one, other)]
        everything = [{m.entity for m in d.mentions} for d in (one, other)]
        assert names[0] <= everything[1], slug
        assert names[1] <= everything[0], slug


def test_arguments_stand_in_the_paragraph_of_their_trigger(files):
    for file in files:
        document = file.document
        if document.text is None:
            continue
        spans = paragraphs(document.text, document.regions)
        for event in document.events:
            start, end = next((a, b) for a, b in spans if a <= event.start < b)
            for argument in event.arguments:
                a, b = document.argument_span(argument)
                assert start <= a < b <= end, (document.id, event.id, argument)


def test_nominal_mentions_fill_arguments(files):
    for file in files:
        used = {a.mention for e in file.document.events for a in e.arguments}
        idle = [m.id for m in file.document.mentions if m.level in ("NOM", "PRO") and m.id not in used]
        assert idle == [], file.path


def test_retold_editions_are_about_as_long_as_their_sources(gold):
    for slug, entry in gold.shelf.entries.items():
        text = gold.shelf.text(slug)
        if text is None:
            pytest.skip(f"the source article {slug} is not here (BENCHMARK_ARTICLES)")
        source = sum(len(text[a:b].split()) for a, b in entry.regions)
        retold = len(read_text(gold.folder / "retold" / f"{slug}.txt").split())
        assert 0.85 <= retold / source <= 1.15, slug


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W_]+(?:[’'][^\W_]+)?", text)]


def test_no_sentence_of_an_article_stands_in_the_project(gold):
    runs = set()
    for slug in gold.shelf.entries:
        text = gold.shelf.text(slug)
        if text is None:
            pytest.skip(f"the source article {slug} is not here (BENCHMARK_ARTICLES)")
        words = _words(text)
        runs.update(tuple(words[n : n + 9]) for n in range(len(words) - 8))
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout, so which files belong to the project is not known")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        words = _words(path.read_bytes().decode("utf-8", "replace"))
        shared = [words[n : n + 9] for n in range(len(words) - 8) if tuple(words[n : n + 9]) in runs]
        assert shared == [], name


def test_brats_configuration_is_generated_from_the_schema(gold):
    for name, content in configuration(gold.inventory).items():
        assert (ROOT / "gold" / name).read_text() == content, f"{name}: python -m benchmark gold export --format brat-conf --out gold"


def test_every_type_is_mapped_to_the_schemes_of_the_field(gold):
    known = set(schemes(gold.inventory)) | {"ere", "plover", "acled"}
    for kinds in (gold.inventory.mentions, gold.inventory.events, gold.inventory.roles):
        for name, kind in kinds.items():
            assert set(kind.maps) <= known, name
            assert kind.definition
    assert all(kind.maps for kind in gold.inventory.mentions.values())


def test_identities_keep_their_ids_across_stories(files):
    for wanted in ("isis", "hajin", "sdf", "al-baghdadi"):
        slugs = {story(f.document.id) for f in files if any(m.entity == wanted for m in f.document.mentions)}
        assert len(slugs) >= 3, wanted
    assert {edition(f.document.id) for f in files if f.document.id.endswith(RETOLD)} == {"retold"}
