import pytest

from benchmark.cli import options
from benchmark.corpora import spec
from benchmark.problems import BadInput


def test_kind_place_and_options():
    found = spec.parse("iob2:some/file.txt?mode=strict&scheme=conll2003")
    assert found == spec.Spec("iob2", "some/file.txt", {"mode": "strict", "scheme": "conll2003"})
    assert spec.parse("hf:owner/name:test") == spec.Spec("hf", "owner/name:test")


@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ("", "conlleval"),
        ("?mode=lenient", "conlleval"),
        ("?mode=strict", "strict"),
        ("?encoding=IOB1", "IOB1"),
        ("?mode=strict&encoding=BILOU", "BILOU"),
    ],
)
def test_how_tags_are_read(query, tags):
    assert spec.parse(f"iob2:x{query}").tags == tags


def test_a_question_mark_in_a_path_that_is_there_is_part_of_it(tmp_path):
    (tmp_path / "what?mode=strict").write_text("")
    assert spec.parse(f"iob2:{tmp_path}/what?mode=strict").options == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tsv:x", "no kind 'tsv'; give gold, jsonl:FILE"),
        ("jsonl", "nothing is named"),
        ("jsonl:", "nothing is named"),
        ("iob2:x?mode=loose", "mode is one of lenient, strict"),
        ("iob2:x?mood=strict", "no option 'mood=strict' of iob2; there are mode=lenient|strict"),
        ("re3d:x?mode=strict", "no option 'mode=strict' of re3d"),
        ("iob2:x?mode", "no option 'mode'"),
        ("iob2:x?mode=lenient&encoding=IOB1", "leave encoding out"),
        ("jsonl:x?name=gold", "and not gold"),
        ("jsonl:x?name=a|b", "name is at most 80 letters"),
        ("jsonl:x\0y", "NUL"),
    ],
)
def test_wrong_names_are_told_with_what_there_is(text, reason):
    with pytest.raises(BadInput) as error:
        spec.parse(text)
    assert reason in str(error.value)


def test_specs_and_files_are_told_apart():
    assert spec.is_spec("gold")
    assert spec.is_spec("jsonl:gold.jsonl")
    assert not spec.is_spec("gold.jsonl")
    assert not spec.is_spec("c:/gold.jsonl")


def test_the_help_says_the_same_form():
    assert options.FORM.replace(", hf", " or hf") == spec.FORM
