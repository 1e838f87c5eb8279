import pytest

from benchmark.gold import GoldSet
from benchmark.validation import validate


def problems(home):
    return [str(p) for p in validate(GoldSet(home / "gold"))[0]]


def test_a_clean_set_has_none(home):
    found, files = validate(GoldSet(home / "gold"))
    assert found == []
    assert [f.edition for f in files] == ["source", "retold"]


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("T1\tGPE 13 18\tKidal", "T1\tGPE 13 999\tKidal", "run past the end of the text"),
        ("T1\tGPE 13 18\tKidal", "T1\tGPE 13 17\tKidal", "the label says 'Kidal'"),
        ("T1\tGPE 13 18\tKidal", "T1\tTOWN 13 18\tKidal", "T1: unknown mention type 'TOWN'"),
        ("Territory_Capture:T11 Territory:T1", "Territory_Capture:T11 Victim:T1", "E1: role Victim is not allowed for Territory.Capture"),
        ("Territory_Capture:T11 Territory:T1", "Territory_Capture:T11 Territory:T99", "argument Territory:T99 without a mention"),
        ("T2\tDATE", "T1\tDATE", "duplicate id T1, used in line 1"),
        ("entity:kidal", "entity:kidall", "T1: identity 'kidall' is not in entities.jsonl"),
        ("entity:gao", "entity:red-cross", "T10: identity 'red-cross' is of type ORG in entities.jsonl, the label of type GPE"),
        ("event:deaths", "event:death", "E3: identity 'death' is not in events.jsonl"),
        ("value:2012-05-03", "value:May", "T2: value 'May' is not of the form"),
        ("Level T1 NAM", "Level T2 NAM", "T1: GPE needs a level"),
        ("Realis E1 Actual", "Realis E1 Generic", None),
    ],
)
def test_each_fault_is_found_with_file_and_line(home, old, new, reason):
    path = home / "gold" / "source" / "kidal.ann"
    change(path, old, new)
    line = path.read_text().split(new)[0].count("\n") + 1
    found = problems(home)
    if reason is None:
        assert found == []
        return
    matching = [p for p in found if reason in p]
    assert matching, found
    assert matching[0].startswith(f"{path}:")
    if "T1: GPE needs a level" not in reason and "identity" not in reason and "value" not in reason:
        assert matching[0].startswith(f"{path}:{line}:")


def test_all_problems_are_reported_at_once(home):
    change(home / "gold" / "source" / "kidal.ann", "GPE 13 18", "TOWN 13 18")
    change(home / "gold" / "retold" / "kidal.ann", "entity:gao", "entity:nowhere")
    (home / "gold" / "events.jsonl").open("a").write('{"id": "unused", "type": "Life.Die", "description": "", "colour": 1}\n')
    found = problems(home)
    assert any("source" in p and "TOWN" in p for p in found)
    assert any("retold" in p and "nowhere" in p for p in found)
    assert any("events.jsonl:4" in p and "colour" in p for p in found)


def test_labels_outside_the_scored_regions(home):
    change(home / "gold" / "articles.toml", "regions = [[0, ", "regions = [[20, ")
    assert any("13 to 18 lies outside the scored regions" in p for p in problems(home))


def test_a_wrong_hash_is_reported(home):
    (home / "gold" / "source" / "kidal.txt").write_text("another text")
    found = problems(home)
    assert len([p for p in found if "wrong SHA-256" in p]) == 1


def test_identities_used_nowhere_and_twice(home):
    path = home / "gold" / "entities.jsonl"
    path.open("a").write('{"id": "mars", "type": "LOC", "name": "Mars"}\n{"id": "gao", "type": "GPE", "name": "Gao"}\n')
    found = problems(home)
    assert any("entities.jsonl:7: entity 'mars' is mentioned in no text" in p for p in found)
    assert any("entities.jsonl:8: duplicate id 'gao', used in line 6" in p for p in found)


def test_not_utf8(home):
    (home / "gold" / "retold" / "kidal.ann").write_bytes(b"T1\tGPE 0 5\tKid\xffl\n")
    assert any("kidal.ann:1: not UTF-8" in p for p in problems(home))


def test_labels_of_an_unknown_article(home):
    (home / "gold" / "source" / "gao.ann").write_text("")
    assert any("gao.ann: labels of an article that articles.toml does not list" in p for p in problems(home))
