import msgspec
import pytest

from benchmark.schema import Document, Event, Invented, Mention
from benchmark.schemes import Projection
from benchmark.scoring import METRICS, STRATA, learnable, score, signature
from tests.conftest import story

GOLD = list(story())


def perfect():
    return {d.id: d for d in GOLD}


def test_gold_against_itself_is_one_in_every_figure():
    scores = score(GOLD, perfect(), "s")
    for name in METRICS:
        counts = scores.counts[name]
        for found in (counts.overall(), counts.macro(), *counts.by_type().values()):
            assert (found["precision"], found["recall"], found["f1"]) == (1.0, 1.0, 1.0), name


def test_nothing_found_is_zero_with_every_label_missed():
    scores = score(GOLD, {}, "s")
    for name in METRICS:
        found = scores.counts[name].overall()
        assert (found["recall"], found["f1"], found["tp"], found["predicted"]) == (0.0, 0.0, 0, 0), name
        assert found["fn"] == found["gold"] > 0
    names = sum(m.level in ("NAM", None) for d in GOLD for m in d.mentions)
    assert scores.counts["mentions.strict"].overall()["fn"] == names


def test_counts_are_kept_by_paragraph():
    scores = score(GOLD, perfect(), "s")
    assert scores.units == [("kidal", 0), ("kidal", 1), ("kidal", 2), ("kidal.retold", 0), ("kidal.retold", 1), ("kidal.retold", 2)]
    by_paragraph = scores.counts["triggers.classified"].table[:, :, 0].sum(axis=1)
    assert by_paragraph.tolist() == [1, 2, 1, 0, 2, 1]


def test_strata_add_up_to_the_whole():
    scores = score(GOLD, {"kidal": GOLD[0]}, "s")
    whole = scores.counts["mentions.strict"].overall()
    parts = [scores.of([d.id]).counts["mentions.strict"].overall() for d in GOLD]
    assert parts[0]["recall"] == 1.0
    assert parts[1]["recall"] == 0.0
    assert sum(p["gold"] for p in parts) == whole["gold"]


def test_what_a_model_does_not_produce_is_not_zero_but_not_there():
    summary = score(GOLD, perfect(), "s", produces=["mentions"]).summary()
    assert summary["mentions"]["strict"]["overall"]["f1"] == 1.0
    assert summary["triggers"]["identified"] is None
    assert set(summary["triggers"].values()) == {None}
    assert summary["entity_coreference"] is None
    assert summary["arguments"]["classified"] is None


def test_predictions_outside_the_scored_regions_are_not_counted():
    gold = Document("d", "Kidal fell. Read more: Gao", None, [(0, 11)], [Mention(0, 5, "GPE", "NAM")])
    predicted = Document("d", mentions=[Mention(0, 5, "GPE"), Mention(23, 26, "GPE")], events=[Event(12, 16, "X")])
    found = score([gold], {"d": predicted}, "s")
    assert found.counts["mentions.strict"].overall()["fp"] == 0
    assert found.counts["triggers.identified"].overall()["fp"] == 0


def test_documents_without_text_and_any_types():
    gold = Document("d", mentions=[Mention(10**9, 10**9 + 5, "whatever type")])
    assert score([gold], {"d": gold}, "s").counts["mentions.strict"].overall()["f1"] == 1.0


def test_a_projection_maps_both_sides():
    gold = Document("d", mentions=[Mention(0, 5, "GPE"), Mention(6, 8, "DATE")])
    predicted = Document("d", mentions=[Mention(0, 5, "LOC")])
    projection = Projection("x", {"GPE": "LOC"}, {"LOC": "LOC"})
    assert score([gold], {"d": predicted}, "s", projection=projection).counts["mentions.strict"].overall()["f1"] == 1.0


def test_the_signature_tells_what_figures_depend_on():
    assert signature("abc", "gold") != signature("abd", "gold") != signature("abd", "conll2003")
    assert "levels:NAM+values" in signature("abc", "gold")


@pytest.mark.parametrize("name", sorted(METRICS))
def test_the_summary_has_every_metric(name):
    found = score(GOLD, perfect(), "s").summary()
    for part in name.split("."):
        found = found[part]
    assert found["overall"]["f1"] == 1.0


@pytest.mark.parametrize("name", sorted(STRATA))
def test_the_sum_of_the_strata_is_the_whole(name):
    of = STRATA[name][0]
    invented = (Invented("Bamako", "GPE"), Invented("looted", "Conflict.Battle", "event"))
    answers = {"kidal": msgspec.structs.replace(GOLD[0], invented=invented)}
    counts = score(GOLD, answers, "s", seen=learnable(GOLD)).counts
    whole = counts["mentions.strict" if of == "mentions" else "triggers.classified"]
    for n in range(6):
        assert counts[name].table[..., n].sum() == whole.table[..., n].sum()


def test_surfaces_of_the_other_edition_are_seen_where_there_is_one_story():
    types = score(GOLD, perfect(), "s", seen=learnable(GOLD)).counts["strata.mentions.surface"].types
    assert types == ["seen", "unseen"]
    assert score(GOLD[:1], perfect(), "s", seen=learnable(GOLD[:1])).counts["strata.mentions.surface"].types == ["(unknown)"]


def test_invented_strings_are_false_positives_of_their_type():
    invented = (Invented("Bamako", "GPE"), Invented("Timbuktu", "CITY"), Invented("looted", "Conflict.Battle", "event"))
    answers = perfect() | {"kidal": msgspec.structs.replace(GOLD[0], invented=invented)}
    plain, found = (score(GOLD, a, "s").summary() for a in (perfect(), answers))
    for schema in ("strict", "exact", "partial", "type"):
        before, after = (side["mentions"][schema]["overall"] for side in (plain, found))
        assert after["fp"] == after["spurious"] == 2
        assert (after["tp"], after["fn"]) == (before["tp"], before["fn"])
        assert found["mentions"][schema]["types"]["CITY"]["fp"] == 1
    for criterion in ("identified", "classified", "family", "realis", "classified_head"):
        assert found["triggers"][criterion]["overall"]["fp"] == 1
    assert found["arguments"] == plain["arguments"]
    assert found["invented"]["mentions"]["invented"] == 2
    assert found["invented"]["mentions"]["rate"] == 2 / found["invented"]["mentions"]["named"]
    assert plain["invented"]["events"] == {"invented": 0, "named": sum(len(d.events) for d in GOLD), "rate": 0.0}


def test_invented_strings_are_projected_as_mentions_are():
    projection = Projection("p", {"GPE": "LOC"}, {"CITY": "LOC"})
    answers = {"kidal": Document("kidal", invented=(Invented("Bamako", "CITY"), Invented("May", "MONTH")))}
    found = score(GOLD, answers, "s", projection=projection).summary()["mentions"]["strict"]
    assert (found["overall"]["fp"], found["types"]["LOC"]["fp"]) == (1, 1)
