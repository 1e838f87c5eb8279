import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from benchmark.report.glyphs import columns, cut, glyphs, rows
from benchmark.report.plain import plain

HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff]")


@pytest.mark.parametrize(
    ("text", "shown", "width"),
    [
        ("plain", "plain", 5),
        ("a\tb\nc\u2028d\u00a0e", "a b c d e", 9),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m", 12),
        ("\x9b31m", "\ufffd31m", 4),
        ("e\u0301te\u0301", "e\u0301te\u0301", 3),
        ("\u0301x", "\u25cc\u0301x", 2),
        ("東京", "東京", 4),
        ("\u202egnp.exe\u202c", "\ufffdgnp.exe\ufffd", 9),
        ("👩\u200d🚒", "👩🚒", 4),
        ("👍🏽", "👍", 2),
        ("❤\ufe0f", "❤", 1),
        ("🇸🇾", "SY", 2),
        ("\ud800", "\ufffd", 1),
        ("so\u00adft\ufeff", "soft", 4),
    ],
)
def test_what_texts_show_as(text, shown, width):
    assert plain(text) == shown
    assert columns(text) == width == cell_len(plain(text))


@given(st.text(st.characters(codec=None), max_size=40))
@example("\u0301\x1b\u202e")
def test_no_text_can_do_harm_and_columns_are_those_of_what_is_shown(text):
    shown = plain(text)
    assert not HARMFUL.search(shown)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp") for c in shown)
    assert sum(width for _, width in glyphs(text)) == cell_len(shown)
    assert len(glyphs(text)) == len(text)


@given(st.text(st.sampled_from("ab c東\u0301 🙂"), max_size=60), st.integers(2, 12))
def test_rows_hold_everything_in_order_and_fit(text, room):
    shown = glyphs(text)
    found = rows(shown, room)
    assert [n for low, high in found for n in range(low, high)] == list(range(len(text)))
    for low, high in found:
        line = "".join(g for g, _ in shown[low:high]).rstrip(" ")
        assert cell_len(line) <= room


def test_rows_break_after_spaces_and_within_words_that_are_too_long():
    text = "one two threefour"
    assert [text[a:b] for a, b in rows(glyphs(text), 8)] == ["one two ", "threefou", "r"]
    assert [" a東"[a:b] for a, b in rows(glyphs(" a東"), 2)] == [" ", "a", "東"]  # what is left of the line has no room for it either


@given(st.text(max_size=20), st.integers(0, 12))
def test_cut_fits(text, room):
    assert cell_len(cut(text, room)) <= room


def test_cut_says_so():
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"
    assert cut("東京都", 4) == "東…"
