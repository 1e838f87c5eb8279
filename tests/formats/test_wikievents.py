import json

from benchmark.formats import wikievents
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
