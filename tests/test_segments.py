import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.segments import paragraphs, sentences


def texts(text, spans):
    return [text[a:b] for a, b in spans]


def test_hard_wrapped_lines_and_page_breaks_make_one_paragraph():
    text = "Title\n\nThe army has\ntaken the town and\n\nleft it again.\n The mayor stayed.\nHe said so."
    assert texts(text, paragraphs(text)) == [
        "Title",
        "The army has\ntaken the town and\n\nleft it again.",
        "The mayor stayed.",
        "He said so.",
    ]


def test_paragraphs_do_not_cross_regions():
    text = "One two three."
    assert texts(text, paragraphs(text, [(0, 7), (7, 14)])) == ["One two", "three."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        (
            "Gen. Keita of the U.S. Army left. “Why?” she asked. It cost $3.5 million.",
            ["Gen. Keita of the U.S. Army left.", "“Why?” she asked.", "It cost $3.5 million."],
        ),
        ("“They left.” He nodded", ["“They left.”", "He nodded"]),
        ("J. Smith left... and came back.", ["J. Smith left... and came back."]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert texts(text, sentences(text)) == expected


@given(st.text(alphabet="aB .?!”)\n\r\t’1", max_size=80))
def test_segments_are_ordered_disjoint_and_lose_no_letters(text):
    for spans in (paragraphs(text), sentences(text)):
        flat = [offset for span in spans for offset in span]
        assert flat == sorted(flat)
        assert "".join("".join(texts(text, spans)).split()) == "".join(text.split())
