import pytest

from benchmark.corpora.typemap import TypeMap, load
from benchmark.inventory import load as load_inventory
from benchmark.problems import BadInput
from tests.conftest import ROOT

INVENTORY = load_inventory(ROOT / "gold" / "schema.toml")


def given(tmp_path, text):
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    return load(tmp_path / "map.toml", INVENTORY)


def test_one_several_and_no_gold_types(tmp_path):
    text = """
    [mentions]
    person = "PER"
    place = ["GPE", "LOC"]
    product = ""
    work = []
    [events]
    "Conflict.Attack" = ["Conflict.Battle", "Conflict.AirStrike"]
    """
    found = given(tmp_path, text)
    assert found == TypeMap(
        "map",
        {"person": ("PER",), "place": ("GPE", "LOC"), "product": (), "work": ()},
        {"Conflict.Attack": ("Conflict.Battle", "Conflict.AirStrike")},
    )
    assert found.roles is None  # keeps the map that comes with the benchmark


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ('[mentions]\nperson = "PERS"', ["map.toml:2: [mentions] person: there is no gold type 'PERS'; there are PER"]),
        ('[mentoins]\nperson = "PER"', ["map.toml:1: unknown key 'mentoins'; a map has the tables [mentions]"]),
        ("[mentions]\nperson = 3", ["map.toml:2: [mentions] person is 3; give a gold type"]),
        ('[mentions]\nx = ["PER", 1]', ["map.toml:2: [mentions] x is ['PER', 1]"]),
        ('[events]\nConflict.Attack = "Conflict.Battle"', ["map.toml:2: [events] Conflict is a table (quote a label"]),
        ('[roles]\n\na = "b"\n[mentions]\nc = "d"', ["map.toml:5: [mentions] c", "map.toml:3: [roles] a: there is no gold type 'b'"]),
        ("[mentions]\nx = \ny = 1", ["map.toml:2: not TOML"]),
        ("", ["no table; give [mentions], [events] or [roles]"]),
        ('mentions = "PER"', ["map.toml:1: unknown key 'mentions'"]),
    ],
)
def test_every_fault_is_told_with_its_line(tmp_path, text, reasons):
    with pytest.raises(BadInput) as error:
        given(tmp_path, text)
    assert len(error.value.problems) == len(reasons)
    for reason in reasons:
        assert reason in str(error.value)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(BadInput, match="there is no such file"):
        load(tmp_path / "none.toml", INVENTORY)
