import time

import pytest

from benchmark.formats import hf, hub
from benchmark.problems import BadInput
from tests.conftest import story

datasets = pytest.importorskip("datasets", reason="datasets is not installed (extra transformers)")
NAMES = ["O", "B-PER", "I-PER", "B-LOC"]
ROWS = {"tokens": [["Ada", "Byron", "saw", "Gao"], ["nothing"]], "ner_tags": [[1, 2, 0, 3], [0]]}


def tagged(names=True):
    tags = datasets.ClassLabel(names=NAMES) if names else datasets.Value("int64")
    features = datasets.Features({"tokens": datasets.Sequence(datasets.Value("string")), "ner_tags": datasets.Sequence(tags)})
    return datasets.Dataset.from_dict(ROWS, features=features)


def test_token_classification_with_named_classes_by_split(tmp_path):
    datasets.DatasetDict({"train": tagged(), "test": tagged().select([1])}).save_to_disk(str(tmp_path / "set"))
    first, second = hub.read(str(tmp_path / "set"), "train")
    assert first.text == "Ada Byron saw Gao"
    assert [(first.text[m.start : m.end], m.type) for m in first.mentions] == [("Ada Byron", "PER"), ("Gao", "LOC")]
    assert (first.id, second.mentions) == ("train-1", ())
    assert [d.id for d in hub.read(str(tmp_path / "set"))] == ["train-1", "train-2", "test-1"]
    with pytest.raises(BadInput, match="no split 'dev'; there are train, test"):
        hub.read(str(tmp_path / "set"), "dev")


def test_tags_as_strings_in_a_parquet_file(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    rows = ROWS | {"ner_tags": [[NAMES[t] for t in row] for row in ROWS["ner_tags"]]}
    datasets.Dataset.from_dict(rows).to_parquet(str(tmp_path / "x.parquet"))
    assert [len(d.mentions) for d in hub.read(str(tmp_path / "x.parquet"))] == [2, 0]


def test_numbers_without_names_and_other_columns_are_refused(tmp_path):
    tagged(names=False).save_to_disk(str(tmp_path / "numbers"))
    with pytest.raises(BadInput, match="numbers without names"):
        hub.read(str(tmp_path / "numbers"))
    datasets.Dataset.from_dict({"text": ["x"]}).save_to_disk(str(tmp_path / "text"))
    with pytest.raises(BadInput, match="has the columns text; needed are columns tokens and ner_tags"):
        hub.read(str(tmp_path / "text"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no dataset"):
        hub.read(str(tmp_path / "empty"))


def test_bigbio_as_it_is_published(tmp_path):
    """Without what our features add, in two passages, with a nested event, a relation and an entity outside the text."""
    row = {
        "id": "1",
        "document_id": "d",
        "passages": [
            {"id": "p0", "type": "title", "text": ["Gao falls"], "offsets": [[0, 9]]},
            {"id": "p1", "type": "abstract", "text": ["Rebels took Gao."], "offsets": [[10, 26]]},
        ],
        "entities": [
            {"id": "e1", "type": "GPE", "text": ["Gao"], "offsets": [[0, 3]], "normalized": []},
            {"id": "e2", "type": "GPE", "text": ["Gao"], "offsets": [[22, 25]], "normalized": [{"db_name": "GEO", "db_id": "7"}]},
            {"id": "e3", "type": "PER", "text": ["the rebels"], "offsets": [[10, 16]], "normalized": []},
            {"id": "e4", "type": "PER", "text": ["x"], "offsets": [[30, 99]], "normalized": []},
        ],
        "events": [
            {
                "id": "v1",
                "type": "Fall",
                "trigger": {"text": ["took"], "offsets": [[17, 21]]},
                "arguments": [{"role": "Place", "ref_id": "e2"}, {"role": "Cause", "ref_id": "v9"}],
            }
        ],
        "coreferences": [{"id": "c1", "entity_ids": ["e1", "e2"]}],
        "relations": [{"id": "r1", "type": "x", "arg1_id": "e1", "arg2_id": "e2", "normalized": []}],
    }
    datasets.Dataset.from_list([row]).save_to_disk(str(tmp_path / "kb"))
    notes = []
    (document,) = hub.read(str(tmp_path / "kb"), note=notes.append)
    assert document.text == "Gao falls\nRebels took Gao."
    assert [(m.start, m.end, m.entity) for m in document.mentions] == [(0, 3, "c1"), (22, 25, "c1"), (10, 16, None)]
    assert [(a.role, a.mention) for a in document.events[0].arguments] == [("Place", "e2")]
    told = "\n".join(notes)
    for part in ("1 spans empty", "1 texts that differ", "1 arguments that are no entities", "1 relations"):
        assert part in told


def test_what_export_wrote_is_read(tmp_path):
    source, retold = story()
    hf.write({"source": [source], "retold": [retold]}, tmp_path / "out")
    assert hub.read(str(tmp_path / "out")) == [source, retold]
    assert hub.read(str(tmp_path / "out"), "retold") == [retold]


def test_offline_and_not_cached_fails_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    began = time.perf_counter()
    with pytest.raises(BadInput, match="not in the cache of Hugging Face, and the Hub cannot be reached"):
        hub.read("nobody/no-such-dataset")
    assert time.perf_counter() - began < 5
    assert datasets.config.HF_HUB_OFFLINE  # as the tests' environment has it
