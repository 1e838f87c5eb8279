import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.formats import hf
from tests.conftest import story
from tests.strategies import documents

datasets = pytest.importorskip("datasets", reason="datasets is not installed (extra transformers)")


def test_datasets_reads_back_what_was_saved(tmp_path):
    source, retold = story()
    hf.write({"source": [source], "retold": [retold]}, tmp_path / "out")
    loaded = datasets.load_from_disk(str(tmp_path / "out"))
    assert set(loaded) == {"source", "retold"}
    assert loaded["source"].features == hf.features()
    assert loaded["source"][0]["events"][1]["trigger"]["text"] == ["took"]
    assert loaded["source"].to_list() == hf.dataset_dict({"source": [source]})["source"].to_list()
    assert hf.read(tmp_path / "out") == {"source": [source], "retold": [retold]}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents(), min_size=1, max_size=2))
def test_nothing_is_lost_but_confidences_and_the_lack_of_ids(found):
    import msgspec

    def comparable(document):
        keys = {m.id: f"mention-{n}" if m.id is None else m.id for n, m in enumerate(document.mentions, 1)}
        mentions = tuple(
            msgspec.structs.replace(m, score=None, id=keys[m.id] if m.id else f"mention-{n}") for n, m in enumerate(document.mentions, 1)
        )
        events = tuple(msgspec.structs.replace(e, score=None, id=e.id or f"event-{n}") for n, e in enumerate(document.events, 1))
        return msgspec.structs.replace(document, mentions=mentions, events=events)

    rows = hf.dataset_dict({"x": found})["x"].to_list()
    assert [hf.document(row) for row in rows] == [comparable(d) for d in found]
