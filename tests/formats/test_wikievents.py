import json
from collections import Counter

import pytest

from benchmark.formats import wikievents
from benchmark.problems import BadInput
from tests.conftest import TEXT, story


def test_token_offsets_lead_back_to_the_words():
    notes = []
    rows, coreference = wikievents.write(story(), notes.append)
    row = json.loads(rows.splitlines()[0])
    for mention in (*row["entity_mentions"], *(e["trigger"] for e in row["event_mentions"])):
        words = row["tokens"][mention["start"] : mention["end"]]
        assert "".join(words) == "".join(mention["text"].split())
        flat = [token for sentence, _ in row["sentences"] for token in sentence]
        assert TEXT[flat[mention["start"]][1] : flat[mention["end"] - 1][2]] == mention["text"]
        assert mention["text"] in row["sentences"][mention["sent_idx"]][1]
    took = row["event_mentions"][1]
    assert took["event_type"] == "Territory.Capture"
    assert {(a["role"], a["text"]) for a in took["arguments"]} == {
        ("Taker", "rebels"),
        ("Territory", "Kidal"),
        ("Loser", "Malian army"),
        ("Time", "3 May 2012"),
    }
    assert json.loads(coreference.splitlines()[0]) == {"doc_key": "kidal", "clusters": [["kidal-T1", "kidal-T5"]]}
    assert "realis" in notes[0]


def test_the_keys_are_those_of_the_published_files(reference):
    published = json.loads((reference / "corpora" / "wikievents" / "dev.jsonl").read_text().splitlines()[0])
    ours = json.loads(wikievents.write(story())[0].splitlines()[0])
    assert set(ours) == set(published)
    for name in ("entity_mentions", "event_mentions"):
        assert set(ours[name][0]) == set(published[name][0])
    assert set(ours["event_mentions"][0]["trigger"]) == set(published["event_mentions"][0]["trigger"])


def row(**changes):
    """A published line: the text glues the title to the body, the offsets do not."""
    title, body = "Gao falls", "Rebels took Gao ."
    words = [[["Gao", 0, 3], ["falls", 4, 9]], [["Rebels", 10, 16], ["took", 17, 21], ["Gao", 22, 25], [".", 26, 27]]]
    found = {
        "doc_id": "d",
        "tokens": ["Gao", "falls", "Rebels", "took", "Gao", "."],
        "text": title + body,
        "sentences": [[words[0], title], [words[1], body]],
        "entity_mentions": [
            {"id": "d-T1", "sent_idx": 0, "start": 0, "end": 1, "entity_type": "GPE", "mention_type": "UNK", "text": "Gao"},
            {"id": "d-T2", "sent_idx": 1, "start": 4, "end": 5, "entity_type": "GPE", "mention_type": "NAM", "text": "Gao"},
            {"id": "d-T3", "sent_idx": 1, "start": 2, "end": 3, "entity_type": "PER", "mention_type": "NOM", "text": "Rebels"},
        ],
        "relation_mentions": [],
        "event_mentions": [
            {
                "id": f"d-E{n}",
                "event_type": kind,
                "trigger": {"start": 3, "end": 4, "text": "took", "sent_idx": 1},
                "arguments": [{"entity_id": "d-T3", "role": "Attacker", "text": "Rebels"}],
            }
            for n, kind in enumerate(("Conflict.Attack", "Conflict.Defeat"), 1)
        ],
    }
    return (json.dumps(found | changes) + "\n").encode()


def test_a_glued_title_is_set_apart_and_one_trigger_may_carry_two_events():
    notes = []
    clusters = b'{"doc_key": "d", "clusters": [["d-T1", "d-T2"]], "informative_mentions": ["x", "y"]}\n'
    (document,) = wikievents.read(row(), "f", clusters, "c", notes.append)
    assert document.text == "Gao falls\nRebels took Gao ."
    assert [document.text[m.start : m.end] for m in document.mentions] == ["Gao", "Gao", "Rebels"]
    assert [m.entity for m in document.mentions] == ["d-T1", "d-T1", "d-T3"]  # an entity of its own
    assert [m.level for m in document.mentions] == [None, "NAM", "NOM"]
    assert [(e.start, e.end, e.type) for e in document.events] == [(17, 21, "Conflict.Attack"), (17, 21, "Conflict.Defeat")]
    assert document.events[0].arguments[0].mention == "T3"
    assert "1 documents whose text runs sentences together" in notes[0]
    assert all(m.entity is None for m in wikievents.read(row())[0].mentions)  # without the coreference file


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{}\n", "f:1: not a line of WikiEvents"),
        (b"\n[1]\n", "f:2: not a line of WikiEvents"),
        (row() + row(), "f:2: document 'd' stands already in line 1"),
        (row(text="x", sentences=[[[["Gao", 0, 2]], "Gao"]]), "fit neither its text nor its sentences"),
        (row(text="x", sentences=[[[["Gao", 10**12, 10**12 + 3]], "Gao"]]), "characters between sentences"),
        (row(entity_mentions=[{"id": "d-T1", "start": 5, "end": 99, "entity_type": "GPE"}]), "d-T1 is at tokens 5 to 99"),
        (row(entity_mentions=[{"id": "d-T1", "start": 0, "end": 1, "entity_type": "GPE"}] * 2), "the id 'd-T1' is used twice"),
    ],
)
def test_what_cannot_be_is_named_with_its_line(data, reason):
    with pytest.raises(BadInput) as error:
        wikievents.read(data, "f")
    assert reason in str(error.value)


def test_the_published_documents(reference):
    folder = reference / "corpora" / "wikievents"
    if not folder.is_dir():
        pytest.skip("corpora/wikievents is not among the reference data")
    data, clusters = (folder / "dev.jsonl").read_bytes(), (folder / "coref" / "dev.jsonlines").read_bytes()
    notes = []
    documents = wikievents.read(data, "dev.jsonl", clusters, "coref", notes.append)
    events = [e for d in documents for e in d.events]
    assert (len(documents), len(events), sum(len(e.arguments) for e in events)) == (20, 345, 428)
    assert notes == [
        "dev.jsonl: 20 documents whose text runs sentences together; rebuilt from their sentences, whose offsets hold them apart"
    ]
    published = [json.loads(line) for line in data.splitlines()]
    for document, line in zip(documents, published, strict=True):
        for mention, theirs in zip(document.mentions, line["entity_mentions"], strict=True):
            words = "".join(line["tokens"][theirs["start"] : theirs["end"]])
            assert "".join(document.text[mention.start : mention.end].split()) == words
    wanted = [json.loads(line)["clusters"] for line in clusters.splitlines()]
    for document, groups in zip(documents, wanted, strict=True):
        sizes = Counter(Counter(m.entity for m in document.mentions).values())
        assert sum(n for size, n in sizes.items() if size > 1) == len(groups)
