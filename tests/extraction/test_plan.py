import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from benchmark.extraction.inputs import find
from benchmark.extraction.plan import Ids, Limits, Plan


def source(path, lengths):
    path.write_text("".join(json.dumps({"id": f"d{n}", "text": "x" * length}) + "\n" for n, length in enumerate(lengths)))
    return find(str(path)).input


@given(
    st.lists(st.integers(0, 60), max_size=40),
    st.builds(Limits, st.integers(1, 12), st.integers(1, 200), st.integers(1, 5), st.integers(1, 100)),
)
def test_every_document_is_in_one_batch_whatever_the_limits(lengths, limits):
    with TemporaryDirectory() as folder:
        plan = Plan(source(Path(folder, "a.jsonl"), lengths), limits)
        units = list(plan)
        assert list(plan) == units
    shards = {}
    for unit in units:
        shards.setdefault(unit.shard, []).append(unit)
    assert list(shards) == list(range(len(shards)))
    order = []
    for batches in shards.values():
        assert [unit.batch for unit in batches] == list(range(batches[0].batches))
        places = {}
        for unit in batches:
            assert 1 <= len(unit.articles) <= limits.batch
            assert len(unit.articles) == 1 or sum(len(a.text) for a in unit.articles) <= limits.batch_characters
            places.update(zip(unit.positions, unit.articles, strict=True))
        sizes = [len(a.text) for unit in batches for a in unit.articles]
        assert sizes == sorted(sizes, reverse=True)
        assert sorted(places) == list(range(batches[0].documents))
        texts = [len(places[n].text) for n in sorted(places)]
        assert len(texts) <= limits.shard
        assert sum(texts[:-1]) < limits.shard_characters
        order += [places[n].id for n in sorted(places)]
    assert order == [f"d{n}" for n in range(len(lengths))]


def test_a_fault_of_the_input_comes_after_what_is_whole_before_it(tmp_path):
    path = tmp_path / "a.jsonl"
    found = source(path, [1, 2, 3, 4, 5])
    with path.open("a") as file:
        file.write('{"id": "d1", "text": "again"}\n')
    units = list(Plan(found, Limits(shard=2)))
    assert [unit.shard for unit in units] == [0, 1, -1]
    assert units[-1].fault == ((str(path), 6, "document 'd1' was there already; ids must be unique"),)


def test_shards_that_are_done_are_compared_and_passed_over(tmp_path):
    path = tmp_path / "a.jsonl"
    found = source(path, [1, 2, 3, 4, 5])
    digests = {unit.shard: unit.digest for unit in Plan(found, Limits(shard=2))}
    assert len(set(digests.values())) == 3
    units = list(Plan(found, Limits(shard=2), {0: digests[0], 2: digests[2]}))
    assert [len(unit.articles) for unit in units] == [0, 2, 0]
    assert [unit.documents for unit in units] == [2, 2, 1]
    source(path, [1, 2, 3, 9, 5])
    units = list(Plan(found, Limits(shard=2), digests))
    assert [unit.shard for unit in units] == [0, -1]
    assert "documents 'd2' to 'd3' are not as they were" in units[-1].fault[0][2]
    source(path, [1, 2, 3, 4])
    assert "shard 2, which is done, has no documents now" in list(Plan(found, Limits(shard=2), digests))[-1].fault[0][2]
    source(path, [1, 2, 3, 4, 5])
    assert list(Plan(found, Limits(shard=2), digests, closed=True))[-1].shard == 2
    source(path, [1, 2])
    del digests[1], digests[2]
    source(path, [1, 2, 3])
    assert "document 'd2' and what follows it" in list(Plan(found, Limits(shard=2), digests, closed=True))[-1].fault[0][2]


@given(st.lists(st.text(max_size=2), max_size=60))
def test_ids_are_told_apart_as_by_a_set(names):
    ids, there = Ids(), set()
    for name in names:
        assert ids.has(name) == (name in there)
        there.add(name)


def test_the_table_of_ids_grows_and_is_bounded():
    ids = Ids(most=5000)
    assert not any(ids.has(str(n)) for n in range(6000))
    assert all(ids.has(str(n)) for n in range(5000))
    assert not ids.has("5999")  # beyond what is remembered
    assert len(ids.slots) == 16384
