from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from benchmark.errors import errors
from benchmark.report.errors import MARGIN, Mark, drawn, sentence_lines
from benchmark.report.glyphs import glyphs
from benchmark.report.plain import plain
from benchmark.schema import Document, Event, Mention

TEXT = "Rebels seized Kidal. The army of Mali fled."


def lines(text, *marks, width=60):
    return [line.plain for line in sentence_lines(text, marks, width)]


def test_gold_is_above_and_the_prediction_below():
    assert lines("Rebels seized Kidal.", Mark("gold", 14, 19, "GPE"), Mark("found", 7, 19, "PER")) == [
        "gold                 ───── GPE",
        "       Rebels seized Kidal.",
        "found         ──────────── PER",
    ]


def test_labels_that_meet_stand_on_lines_of_their_own():
    found = lines("Rebels seized Kidal.", Mark("gold", 0, 6, "a long name"), Mark("gold", 7, 13, "B"), Mark("gold", 0, 19, "C"))
    assert found[-1] == "       Rebels seized Kidal."
    assert found[-2] == "       ─────────────────── C"
    assert "       ────── a long name" in found
    assert "              ────── B" in [line.replace("gold", "    ") for line in found]


def test_columns_hold_under_wide_and_combining_characters_and_tabs():
    text = "東京 e\u0301\u0301\t👩\u200d🚒 x\u202e Gao"
    start = text.index("Gao")
    above, words, below = lines(text, Mark("gold", start, start + 3, "GPE"), Mark("found", 0, 2, "LOC"))
    assert cell_len(words[: words.index("Gao")]) == above.index("─")
    assert below == "found  ──── LOC"


def test_long_sentences_are_wrapped_and_marks_with_them():
    text = "word " * 20 + "the long name that goes on"
    start = text.index("the long")
    found = lines(text, Mark("gold", start, len(text), "ORG"), width=40)
    assert all(cell_len(line) <= 40 for line in found)
    assert " ".join(line[MARGIN:] for line in found if "─" not in line).split() == text.split()
    assert sum("ORG" in line for line in found) == 1
    assert sum(line.count("─") for line in found) >= len("the long name that goes on") - 2


def test_a_name_without_room_on_the_right_is_on_the_left_or_inside():
    assert lines("a b c d e f Gao", Mark("gold", 12, 15, "GPE"), width=MARGIN + 15)[0] == "gold           GPE ───"
    assert lines("a very long span!", Mark("gold", 0, 17, "GPE"), width=MARGIN + 17)[0] == "gold   ─GPE─────────────"


PLACES = st.lists(st.tuples(st.sampled_from(["gold", "found"]), st.integers(0, 79), st.integers(1, 30), st.text(max_size=12)), max_size=6)
WORDS = st.text(st.sampled_from("ab 東\u0301\t\x1b🙂\u202e"), min_size=1, max_size=80)


@settings(max_examples=50, deadline=None)
@given(WORDS, PLACES, st.integers(20, 60))
@example("a" * 80, [("gold", 0, 80, "x" * 12)], 20)
def test_lines_fit_and_hold_the_whole_sentence(text, places, width):
    marks = [Mark(side, start, min(start + size, len(text)), name) for side, start, size, name in places if start < len(text)]
    found = lines(text, *marks, width=width)
    assert all(cell_len(line.rstrip()) <= width for line in found)
    assert not any(character in line for line in found for character in "\x1b\t\u202e")
    kept = [line for line in "".join(line[MARGIN:] for line in lines(text, width=width)).split(" ") if line]
    assert "".join(kept) == plain(text).replace(" ", "")


@settings(max_examples=50, deadline=None)
@given(WORDS, PLACES)
def test_bars_stand_over_the_columns_of_what_they_mark(text, places):
    marks = [Mark(side, start, min(start + size, len(text)), "") for side, start, size, _ in places if start < len(text)]
    found = lines(text, *marks, width=400)
    words = found.index(lines(text, width=400)[0]) if any(c != " " for c in plain(text)) else None
    if words is None:
        return
    for side, lanes in (("gold", found[:words]), ("found", found[words + 1 :])):
        wanted = set()
        for mark in marks:
            left = sum(width for _, width in glyphs(text)[: mark.start])
            size = sum(width for _, width in glyphs(text)[mark.start : mark.end])
            wanted |= set(range(left, left + max(1, size))) if mark.side == side else set()
        assert {n - MARGIN for lane in lanes for n, c in enumerate(lane) if c == "─"} == wanted


def test_errors_of_one_sentence_stand_together_and_the_rest_is_in_words():
    document = Document("kidal", TEXT, None, None, (Mention(14, 19, "GPE", "NAM", "kidal"), Mention(33, 37, "GPE", "NAM", "kidal")))
    predicted = Document("kidal", mentions=(Mention(14, 19, "PER", "NAM", "a"), Mention(33, 37, "GPE", "NAM", "b\x1b[31m")))
    found = errors([(document, predicted)])
    text = [line.plain for line in drawn(found, {"kidal": document}, 80)]
    assert text[1:6] == [
        "kidal (source), sentence 1",
        "type: GPE→PER",
        "gold                 ───── GPE",
        "       Rebels seized Kidal.",
        "found                ───── PER",
    ]
    assert "gold   GPE =kidal “Kidal” in sentence 1" in text
    assert "found  PER =a “Kidal” in sentence 1" in text
    assert any("=b␛[31m" in line for line in text)


def test_without_text_there_are_offsets_and_labels_and_invented_strings_are_told():
    document = Document("kidal", None, None, None, (Mention(14, 19, "GPE", "NAM"),), (Event(7, 13, "A.B", "Actual"),))
    found = errors([(document, Document("kidal"))])
    text = [line.plain for line in drawn(found, {"kidal": document}, 80)]
    assert text[1:] == [
        "kidal (source), text not here",
        "missed trigger: A.B; missed: GPE",
        "gold   A.B [7, 13)",
        "gold   GPE [14, 19)",
    ]
