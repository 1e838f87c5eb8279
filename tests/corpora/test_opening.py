"""Each kind of corpus opened: what is in it, how its labels are read, what is said, what is refused."""

import shutil

import pytest

from benchmark.corpora.opening import open_corpus
from benchmark.exporting import export
from benchmark.formats import jsonl
from benchmark.gold import GoldSet
from benchmark.inventory import load
from benchmark.problems import BadInput
from benchmark.schema import Argument, Document, Event, Mention
from tests.conftest import ROOT, story

GOLD = ROOT / "gold"
IOB = "-DOCSTART- O\n\nAda B-PER\nsaw O\nGao B-LOC\n\n-DOCSTART- O\n\nMali B-LOC\n"


def opened(spec, types=None):
    return open_corpus(str(spec), types, GOLD)


def written(path, *documents):
    path.write_bytes(jsonl.write(documents))
    return f"jsonl:{path}"


def test_gold_is_the_gold_set():
    assert isinstance(opened("gold"), GoldSet)
    assert open_corpus(None, None, GOLD).gold
    with pytest.raises(BadInput, match="--types maps the labels of another corpus"):
        opened("gold", GOLD / "schema.toml")


@pytest.mark.parametrize("kind", ["jsonl", "brat", "wikievents", "hf"])
def test_what_export_writes_is_a_corpus(tmp_path, kind):
    if kind == "hf":
        pytest.importorskip("datasets", reason="datasets is not installed (extra transformers)")
    out = tmp_path / "out"
    notes = []
    export(story(), kind, out, load(GOLD / "schema.toml"), notes.append, "all")
    corpus = opened(f"{kind}:{out}")
    documents = corpus.documents()
    assert sorted(d.id for d in documents) == ["kidal", "kidal.retold"]
    assert [len(d.events) for d in sorted(documents, key=lambda d: d.id)] == [4, 3]
    assert corpus.scheme.name == "gold"
    assert not corpus.gold
    assert {"mentions", "events", "arguments", "identity"} <= corpus.products
    assert ("realis" in corpus.products) == ("values" in corpus.products) == (kind != "wikievents")
    if kind in ("jsonl", "hf"):
        assert tuple(documents) == story()
        assert not notes
    else:
        assert len(notes) == 1
        assert notes[0].startswith(f"{kind}: 2 dates of documents, 1 scored regions")


def test_names_fingerprints_and_what_changes_them(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text(IOB)
    first = opened(f"iob2:{tmp_path}/a/x.txt")
    monkeypatch.chdir(tmp_path)
    again = opened("iob2:a/../a/x.txt")
    assert (first.name, first.fingerprint()) == (again.name, again.fingerprint()) == ("a/x", first.fingerprint())
    assert opened("iob2:a/x.txt?name=mine").name == "mine"
    (tmp_path / "m.toml").write_text('[mentions]\nPER = "PER"\n')
    others = [opened(f"iob2:a/x.txt?{q}") for q in ("mode=strict", "scheme=ontonotes", "scheme=own", "documents=1")]
    others.append(opened("iob2:a/x.txt", tmp_path / "m.toml"))
    (tmp_path / "a" / "x.txt").write_text(IOB + "x O\n")
    others.append(opened("iob2:a/x.txt"))
    assert len({corpus.fingerprint() for corpus in (first, *others)}) == 7
    assert first.mark == f"a/x@{first.fingerprint()[:12]}"


@pytest.mark.parametrize(
    ("labels", "scheme"),
    [
        (["PER", "LOC", "ORG", "MISC"], "conll2003"),
        (["PER", "LOC"], "conll2003"),
        (["person", "creative-work"], "wnut17"),
        (["PERSON", "GPE", "CARDINAL"], "ontonotes"),
        (["PER", "NUM"], "gold"),
        (["PER", "MHI"], "kairos"),
        (["Person", "Url"], "re3d"),
        (["Person", "Thing"], "names"),
        (["Disease", "Drug"], "own"),
    ],
)
def test_the_scheme_is_told_by_the_labels(tmp_path, labels, scheme):
    (tmp_path / "x").write_text("".join(f"w\tB-{label}\n" for label in labels))
    corpus = opened(f"iob2:{tmp_path}/x")
    assert corpus.scheme.name == scheme
    assert any(f"read as those of {scheme}" in line for line in corpus.notes) == (scheme != "gold")


def test_what_has_no_gold_type_is_said_with_counts(tmp_path):
    mentions = (Mention(0, 3, "Person"), Mention(4, 7, "Thing"), Mention(8, 11, "Thing"))
    events = (Event(4, 7, "Life.Die", arguments=(Argument("Victim", start=0, end=3),)), Event(0, 3, "Dance"))
    corpus = opened(written(tmp_path / "x.jsonl", Document("d", "Ada ate Gao", mentions=mentions, events=events)))
    said = "\n".join(corpus.notes)
    assert "mention types without a gold type, left out where they meet other labels: Thing 2" in said
    assert "event types without a gold type, left out where they meet other labels: Dance 1" in said
    assert corpus.scheme.events == {"Life.Die": ("Life.Die",)}
    notes = []
    corpus.documents(note=notes.append)
    assert tuple(notes) == corpus.notes


def test_the_users_map_replaces_ours_table_by_table(tmp_path):
    (tmp_path / "m.toml").write_text('[mentions]\nPER = ["PER", "NORP"]\nORG = ""\nTYPO = "GPE"\n')
    (tmp_path / "x").write_text(IOB)
    corpus = opened(f"iob2:{tmp_path}/x", tmp_path / "m.toml")
    assert corpus.scheme.name == "map-m"
    assert corpus.scheme.labels == {"PER": ("PER", "NORP"), "ORG": (), "TYPO": ("GPE",)}
    assert "mention types without a gold type, left out where they meet other labels: LOC 2" in corpus.notes
    assert "mention types of the map that the corpus has not: ORG, TYPO" in corpus.notes


def test_brat_of_others_with_what_the_data_model_has_not(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("Ada took Gao")
    ann = "T1\tPER 0 3\tAda\nT2\tGPE 9 12\tGao\nT3\tFall 4 8\ttook\nE1\tFall:T3 Who:T1 Cause:E2\nT4\tRise 4 8\ttook\nE2\tRise:T4\n"
    ann += "R1\tNear Arg1:T1 Arg2:T2\n*\tEquiv T1 T2\nA1\tNegation E1\nN1\tReference T2 Geo:1\tGao\n#1\tAnnotatorNotes T1\thm\n"
    (tmp_path / "deep" / "a.ann").write_text(ann)
    corpus = opened(f"brat:{tmp_path}")
    (document,) = corpus.documents()
    assert document.id == "deep/a"
    assert [a.role for a in document.events[0].arguments] == ["Who"]
    said = "\n".join(corpus.notes)
    for kind in ("1 relations", "1 equivalences", "1 attributes", "1 normalisations", "1 arguments that are events"):
        assert kind in said
    (tmp_path / "deep" / "a.ann").write_text("T1\tPER 0 3\tEve\n")
    with pytest.raises(BadInput, match=r"a\.ann:1: T1: the text at 0 3 is 'Ada'"):
        opened(f"brat:{tmp_path}")
    shutil.rmtree(tmp_path / "deep")
    for place, reason in ((tmp_path, "no .txt with an .ann"), (tmp_path / "none", "there is no such folder")):
        with pytest.raises(BadInput, match=reason):
            opened(f"brat:{place}")


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        ((), "holds no documents"),
        ((Document("d"),), "document 'd' has no text"),
        ((Document("d", "abc", mentions=(Mention(1, 9, "PER"),)),), "mention PER runs past the end of the text: end 9"),
    ],
)
def test_corpora_that_cannot_be_run_on_are_refused(tmp_path, documents, reason):
    with pytest.raises(BadInput, match=reason):
        opened(written(tmp_path / "x.jsonl", *documents))


def test_other_faults_are_said(tmp_path):
    (tmp_path / "x").write_text(IOB)
    for spec, reason in (
        (f"iob2:{tmp_path}/x?scheme=nosuch", "no label scheme 'nosuch'; there are gold"),
        (f"iob2:{tmp_path}/x?documents=0", "documents=0: docstart"),
        (f"iob2:{tmp_path}/none", "there is no such file"),
        (f"iob2:{tmp_path}", "this is a directory"),
        (f"wikievents:{tmp_path}/x?coref={tmp_path}/none", "none: there is no such file"),
        (f"jsonl:{tmp_path}/x", "x:1: "),
        (f"re3d:{tmp_path}/x", r"no documents\.json"),
    ):
        with pytest.raises(BadInput, match=reason):
            opened(spec)


def test_levels_are_not_asked_of_corpora_that_do_not_tell_them(tmp_path, reference):
    (tmp_path / "x").write_text(IOB)
    assert opened(f"iob2:{tmp_path}/x").levels is None  # mentions without a level pass as names and values do
    corpora = reference / "corpora"
    if not (corpora / "re3d").is_dir():
        pytest.skip("corpora/re3d is not among the reference data")
    assert opened(f"re3d:{corpora}/re3d").levels == ("NAM", "NOM", "PRO", None)
    assert opened(f"wikievents:{corpora}/wikievents/dev.jsonl").levels == ("NAM", "NOM", "PRO", None)


def test_wnut_2017_as_a_corpus(reference):
    path = reference / "corpora" / "wnut17" / "emerging.test.annotated"
    if not path.is_file():
        pytest.skip("corpora/wnut17 is not among the reference data")
    corpus = opened(f"iob2:{path}")
    documents = corpus.documents()
    assert (len(documents), sum(len(d.mentions) for d in documents)) == (1287, 1079)
    assert (corpus.name, corpus.scheme.name) == ("wnut17/emerging.test", "wnut17")
    assert "creative-work 142, product 127" in corpus.notes[-1]
