from benchmark.formats import iob2
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
