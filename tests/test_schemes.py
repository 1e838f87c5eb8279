from itertools import combinations

import pytest

from benchmark.inventory import load
from benchmark.problems import BadInput
from benchmark.schema import Argument, Document, Event, Mention
from benchmark.schemes import Projection, common, project, scheme, schemes, shared
from tests.conftest import ROOT

INVENTORY = load(ROOT / "gold" / "schema.toml")


def test_the_gold_scheme_needs_no_projection():
    projection = common(scheme("gold", INVENTORY))
    document = Document("d", mentions=[Mention(0, 1, "PER")])
    assert projection.of_gold(document) is document
    assert projection.of_model(document) is document


def test_conll_does_not_tell_places_apart_and_is_not_asked_to():
    projection = common(scheme("conll2003", INVENTORY))
    gold = Document(
        "d", mentions=[Mention(0, 5, "GPE"), Mention(6, 9, "FAC"), Mention(10, 12, "PER"), Mention(13, 15, "DATE"), Mention(16, 18, "NORP")]
    )
    assert [m.type for m in projection.of_gold(gold).mentions] == ["LOC", "LOC", "PER", "MISC"]
    model = Document("d", mentions=[Mention(0, 5, "LOC"), Mention(10, 12, "PER"), Mention(16, 18, "MISC")])
    assert [m.type for m in projection.of_model(model).mentions] == ["LOC", "PER", "MISC"]


def test_ontonotes_labels_fall_into_gold_types():
    model = common(scheme("ontonotes", INVENTORY)).model
    assert model["PERSON"] == "PER"
    assert model["TIME"] == model["DATE"] == "DATE"
    assert model["CARDINAL"] == model["QUANTITY"] == "NUM"
    assert "ORDINAL" not in model


@pytest.mark.parametrize("name", sorted(schemes(INVENTORY)))
def test_both_sides_of_a_projection_reach_the_same_classes(name):
    projection = common(scheme(name, INVENTORY))
    if projection.gold is not None:
        assert set(projection.gold.values()) == set(projection.model.values())
        assert set(projection.gold) <= set(INVENTORY.mentions)


def test_arguments_of_mentions_left_out_keep_their_spans():
    event = Event(0, 2, "X", arguments=[Argument("Time", "T1"), Argument("Who", "T2")])
    document = Document("d", mentions=[Mention(3, 5, "DATE", id="T1"), Mention(6, 8, "PER", id="T2")], events=[event])
    found = project(document, {"PER": "PER"})
    assert found.events[0].arguments == (Argument("Time", start=3, end=5), Argument("Who", "T2"))


def test_an_unknown_scheme_names_those_there_are():
    with pytest.raises(BadInput, match="no label scheme 'muc'; there are gold, ontonotes, conll2003"):
        scheme("muc", INVENTORY)


def several(*names):
    return shared([scheme(name, INVENTORY) for name in names])


def test_models_of_several_schemes_are_compared_on_what_all_of_them_share():
    found = several("gold", "conll2003", "ontonotes")
    assert found["conll2003"].gold == found["ontonotes"].gold == found["gold"].model
    assert found["conll2003"].name == "conll2003+ontonotes"
    assert "DATE" not in found["ontonotes"].gold  # which CoNLL-2003 has no label for
    assert found["ontonotes"].model["PERSON"] == found["conll2003"].model["PER"] == found["gold"].model["PER"]
    assert found["ontonotes"].model["GPE"] == found["conll2003"].model["LOC"] == found["gold"].model["LOC"]


def test_one_scheme_shared_with_itself_is_the_common_one():
    for name in schemes(INVENTORY):
        assert several(name)[name] == common(scheme(name, INVENTORY))
    assert several("gold", "gold")["gold"] == Projection("gold", None, None)


@pytest.mark.parametrize("names", [*combinations(sorted(schemes(INVENTORY)), 2), *combinations(sorted(schemes(INVENTORY)), 3)])
def test_every_model_can_reach_every_class_and_the_order_does_not_matter(names):
    found = several(*names)
    classes = {frozenset((projection.gold or {}).values()) for projection in found.values()}
    assert len(classes) == 1
    assert all(set(p.model.values()) == set(p.gold.values()) for p in found.values() if p.gold is not None)
    gold_types = next(iter(found.values())).gold
    assert len({gold_types[kind] for kind in gold_types}) == len(next(iter(classes)))
    assert found == several(*reversed(names))
