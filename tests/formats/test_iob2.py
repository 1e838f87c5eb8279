import pytest

from benchmark.formats import iob2
from benchmark.problems import BadInput
from benchmark.schema import Document, Mention
from tests.conftest import story


def test_names_and_values_in_columns_and_the_rest_is_reported():
    notes = []
    written = iob2.write([story()[1]], notes.append)
    sentences = written.split("\n\n")
    assert sentences[0] == "-DOCSTART-\tO"
    assert sentences[1].split("\n") == ["Kidal\tB-GPE", "falls\tO", "to\tO", "rebels\tO"]
    assert "Malian\tB-ORG\narmy\tI-ORG\n.\tO" in written
    assert notes == [
        "iob2: 1 dates of documents, 6 levels, 6 identities, 9 ids of labels, 3 events, 3 realis, 3 identities of events, 3 arguments, "
        "2 nominal and pronominal mentions not written"
    ]


def test_mentions_that_touch_begin_anew_and_of_overlapping_ones_the_longer_is_kept():
    notes = []
    document = Document("d", "Red Cross Kidal", mentions=[Mention(0, 9, "ORG"), Mention(0, 3, "PER"), Mention(10, 15, "ORG")])
    assert "Red\tB-ORG\nCross\tI-ORG\nKidal\tB-ORG\n" in iob2.write([document], notes.append)
    assert "1 nested or overlapping mentions" in notes[0]


def found(text, scheme="conlleval", **how):
    return [[(d.text[m.start : m.end], m.type) for m in d.mentions] for d in iob2.read(text, "f", scheme, **how)]


IN_EACH = {  # "Ada Byron" PER, "Gao" LOC, "Mali" LOC, the last two side by side
    "IOB1": "I-PER I-PER O I-LOC B-LOC",
    "IOB2": "B-PER I-PER O B-LOC B-LOC",
    "IOBES": "B-PER E-PER O S-LOC S-LOC",
    "BILOU": "B-PER L-PER O U-LOC U-LOC",
}


@pytest.mark.parametrize("encoding", IN_EACH)
@pytest.mark.parametrize("between", ["\t", " ", " x y "])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_with_tabs_or_blanks_and_either_line_end(encoding, between, end):
    lines = [f"{word}{between}{tag}" for word, tag in zip("Ada Byron saw Gao Mali".split(), IN_EACH[encoding].split(), strict=True)]
    text = end.join(["-DOCSTART- -X- O", "", *lines, "", "Gao" + between + ("I-LOC" if encoding == "IOB1" else "O"), ""])
    wanted = [("Ada Byron", "PER"), ("Gao", "LOC"), ("Mali", "LOC")] + ([("Gao", "LOC")] if encoding == "IOB1" else [])
    for scheme in {encoding, "conlleval"} | ({"strict"} if encoding != "IOB1" else set()):
        assert found(text, scheme) == [wanted]
    assert iob2.read(text)[0].text == "Ada Byron saw Gao Mali\nGao"


def test_strict_and_lenient_differ_where_tags_break_the_rules():
    text = "Ada I-PER\nByron I-PER\nsaw O\n"
    assert found(text) == [[("Ada Byron", "PER")]]  # conlleval
    assert found(text, "IOB2") == [[]]  # seqeval's strict mode: a chunk starts with B
    assert found("Ada B-PER\nByron I-LOC\n") == [[("Ada", "PER"), ("Byron", "LOC")]]
    assert found("Ada B-PER\nByron I-LOC\n", "IOB2") == [[("Ada", "PER")]]


def test_documents_are_what_docstart_says_or_blocks_or_so_many_sentences():
    posts = "Ada B-PER\n\nGao B-LOC\n\nMali B-LOC\n"
    assert [d.id for d in iob2.read(posts, stem="post")] == ["post-1", "post-2", "post-3"]
    assert [d.text for d in iob2.read(posts, block=2)] == ["Ada\nGao", "Mali"]
    assert len(iob2.read("-DOCSTART- O\n\n" + posts)) == 1
    assert len(iob2.read("-DOCSTART- O\n\n" + posts, block=1)) == 3


def test_wrong_tags_are_named_with_their_line():
    with pytest.raises(BadInput, match="f:3: 'X-PER' is not a tag"):
        found("Ada B-PER\n\nGao X-PER\n")
    with pytest.raises(BadInput, match="f:1: 'E-PER' is not a tag of IOB2"):
        found("Ada E-PER\n", "IOB2")
    with pytest.raises(BadInput, match="no scheme can be told"):
        found("Ada I-PER\n", "strict")
    with pytest.raises(BadInput, match="f:2: 1 column"):
        found("Ada B-PER\nalone\n")


def test_types_that_break_columns_are_refused():
    for kind in ("a\tb", "a\nb", " a", ""):
        with pytest.raises(BadInput, match="cannot stand in a column"):
            iob2.write([Document("d", "Gao", mentions=(Mention(0, 3, kind),))])
    assert found(iob2.write([Document("d", "Gao", mentions=(Mention(0, 3, "creative work"),))])) == [[("Gao", "creative work")]]
