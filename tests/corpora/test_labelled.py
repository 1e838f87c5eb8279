"""How a corpus meets models: projections, and what they learn from it."""

import pytest

from benchmark.corpora.labelled import LabelledCorpus
from benchmark.inventory import load
from benchmark.problems import BadInput
from benchmark.schema import Argument, Document, Event, Mention
from benchmark.schemes import Scheme, schemes
from tests.conftest import ROOT

INVENTORY = load(ROOT / "gold" / "schema.toml")
KNOWN = schemes(INVENTORY)


def corpus(*documents, scheme=KNOWN["conll2003"]):
    return LabelledCorpus("x", documents, scheme, INVENTORY, "0" * 64, ROOT / "gold", frozenset({"mentions"}))


def types(document):
    return [m.type for m in document.mentions]


def test_a_coarser_corpus_asks_a_finer_model_for_no_more_than_it_says():
    gold = Document("d", "x" * 40, mentions=(Mention(0, 3, "LOC"), Mention(4, 7, "PER"), Mention(8, 9, "MISC")))
    predicted = Document("d", mentions=(Mention(0, 3, "GPE"), Mention(4, 7, "PER"), Mention(8, 9, "NORP"), Mention(10, 12, "DATE")))
    on = corpus(gold).projections(["gold"])["gold"]
    assert on.name == "conll2003"
    assert types(on.of_gold(gold)) == types(on.of_model(predicted)) == ["LOC", "PER", "MISC"]


def test_labels_of_one_scheme_are_compared_as_they_are():
    scheme = KNOWN["ontonotes"]
    gold = Document("d", "x" * 40, mentions=(Mention(0, 3, "DATE"), Mention(4, 7, "TIME"), Mention(8, 9, "LAW")))
    on = corpus(gold, scheme=scheme).projections(["ontonotes"])["ontonotes"]
    assert on.of_gold(gold) == gold
    met = corpus(gold, scheme=scheme).projections(["ontonotes", "gold"])
    assert types(met["gold"].of_gold(gold)) == types(met["ontonotes"].of_model(gold)) == ["DATE", "DATE"]


def test_event_types_and_roles_meet_as_classes():
    gold = Document(
        "d",
        "x" * 40,
        mentions=(Mention(0, 3, "PER", id="T1"),),
        events=(
            Event(4, 7, "Conflict.Attack.Unspecified", arguments=(Argument("Killer", "T1"), Argument("Topic", "T1"))),
            Event(8, 9, "Disaster.DiseaseOutbreak.Unspecified"),
        ),
    )
    predicted = Document(
        "d",
        mentions=(Mention(0, 3, "PER", id="a"),),
        events=(Event(4, 7, "Conflict.Battle", arguments=(Argument("Agent", "a"),)), Event(8, 9, "Territory.Capture")),
    )
    on = corpus(gold, scheme=KNOWN["kairos"]).projections(["gold"])["gold"]
    one, other = on.of_gold(gold).events, on.of_model(predicted).events
    assert [(e.type, [a.role for a in e.arguments]) for e in one] == [(e.type, [a.role for a in e.arguments]) for e in other]
    assert len(one) == 1
    mentions_alone = corpus(gold, scheme=KNOWN["kairos"]).projections(["kairos"])["kairos"]
    assert types(mentions_alone.of_gold(gold)) == ["PER"]
    assert len(mentions_alone.of_model(predicted).events) == 1  # events of models are of the gold types, whatever their mentions are


def test_labels_without_counterpart_meet_by_name():
    scheme = Scheme("own", {"Drug": ()}, "")
    gold = Document("d", "x" * 9, mentions=(Mention(0, 3, "Drug"),))
    found = corpus(gold, scheme=scheme)
    on = found.projections(["gold"])["gold"]
    assert on.name == "own"
    assert on.of_gold(gold) == on.of_model(gold) == gold
    assert found.labels_allowed(True) == (frozenset({"Drug"}), frozenset())
    assert found.labels_allowed(False) == (frozenset(), frozenset())
    assert corpus(gold).labels_allowed(True) == (frozenset(), frozenset())


def test_five_groups_or_each_document_by_itself():
    documents = [Document(f"d{n}", "x") for n in range(13)]
    folds = corpus(*documents).folds(documents)
    assert sorted(len(fold.test) for fold in folds) == [2, 2, 3, 3, 3]
    assert sorted(d.id for fold in folds for d in fold.test) == sorted(d.id for d in documents)
    for fold in folds:
        assert not {d.id for d in fold.test} & {d.id for d in fold.train}
        assert len(fold.test) + len(fold.train) == 13
    again = corpus(*documents).folds(documents[::-1])
    assert [{d.id for d in fold.test} for fold in again] == [{d.id for d in fold.test} for fold in folds]
    assert [len(fold.test) for fold in corpus(*documents).folds(documents[:3])] == [1, 1, 1]
    with pytest.raises(BadInput, match="nothing to learn from"):
        corpus(*documents).folds(documents[:1])


def test_models_learn_gold_types_that_come_out_in_the_right_class():
    text = "Ada saw Gao in May"
    gold = Document(
        "d", text, mentions=(Mention(0, 3, "Person"), Mention(8, 11, "Location"), Mention(15, 18, "Temporal"), Mention(4, 7, "Url"))
    )
    found = corpus(gold, scheme=KNOWN["re3d"])
    taught = found.taught(gold)
    assert [(m.type, m.level) for m in taught.mentions] == [("PER", "NAM"), ("GPE", "NAM"), ("DATE", None)]
    on = found.projections(["gold"])["gold"]
    assert types(on.of_model(taught)) == types(on.of_gold(gold)) == ["PER", "Location", "DATE"]
    assert corpus(gold).taught(Document("e", text, mentions=(Mention(8, 11, "LOC"),))).mentions[0].type == "LOC"
