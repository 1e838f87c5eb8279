import json

import msgspec
import pytest

from benchmark.extraction import parquet, shards
from benchmark.extraction.shards import Manifest, Output, read
from benchmark.formats.jsonl import Prediction
from benchmark.problems import BadInput
from benchmark.schema import Argument, Event, Invented, Mention

FULL = Prediction(
    "a",
    mentions=(
        Mention(0, 5, "GPE", "NAM", "kidal", None, 0.5, "T1"),
        Mention(6, 20, "NUM", value=">=3", fragments=((6, 8), (15, 20))),
    ),
    events=(Event(9, 12, "Territory.Capture", "Actual", "e", (Argument("Territory", "T1"), Argument("Time", None, 0, 5)), 0.25, "E1"),),
    invented=(Invented("Gao", "GPE"),),
    tokens=3,
    cost=0.5,
)
SOME = [FULL, Prediction("b", outcome="failed", error="ValueError: boom"), Prediction("ü\n\U0001f600")]
TIMED = [msgspec.structs.replace(p, seconds=1.5, cpu_seconds=1.0, memory=50.0) for p in SOME]


@pytest.fixture(params=["jsonl", "parquet"])
def output(request, tmp_path):
    if request.param == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    found = Output(tmp_path / "out", request.param)
    found.open()
    return found


def finish(output):
    done = output.shards()
    output.write_manifest(Manifest("0", "complete", {}, {}, {}, shards=tuple(done.values()), **shards.totals(list(done.values()))))


def test_shards_hold_predictions_without_times(output):
    first = output.add(0, TIMED, "digest", 2.0)
    assert (first.documents, first.outcomes, first.seconds) == (3, {"failed": 1, "ok": 2}, 2.0)
    assert output.add(1, SOME, "digest", 3.0).sha256 == first.sha256
    assert list(output.shards()) == [0, 1]
    finish(output)
    assert list(read(output.path)) == SOME * 2


def test_what_is_not_whole_is_not_done(output):
    for number in range(3):
        output.add(number, SOME, "digest", 1.0)
    with (output.path / shards.JOURNAL).open("ab") as file:
        file.write(b'{"name":"part-0')  # as a kill in the middle of a write leaves it
    (output.path / f"part-00001.{output.form}").write_bytes(b"x")
    (output.path / f".part-00002.{output.form}.99").write_bytes(b"x")
    (output.path / f"part-00002.{output.form}").unlink()
    assert list(output.shards()) == [0]
    assert not list(output.path.glob(".part-*"))
    output.add(1, SOME, "digest", 1.0)
    assert list(output.shards()) == [0, 1]


def test_a_shard_that_was_touched_is_not_read(output):
    output.add(0, SOME, "digest", 1.0)
    finish(output)
    path = output.path / f"part-00000.{output.form}"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(BadInput, match="not as it was written"):
        list(read(output.path))


def test_names_in_a_manifest_are_names_of_shards(output):
    output.add(0, SOME, "digest", 1.0)
    finish(output)
    path = output.path / shards.MANIFEST
    path.write_text(path.read_text().replace(f"part-00000.{output.form}", "../secret.jsonl"))
    with pytest.raises(BadInput, match="is no name of a shard"):
        list(read(output.path))


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(BadInput, match=r"holds other things \('thesis.tex'\)"):
        Output(tmp_path).open()
    with pytest.raises(BadInput, match="this is a file"):
        Output(tmp_path / "thesis.tex").open()
    with pytest.raises(BadInput, match="cannot be written"):
        Output(tmp_path / "thesis.tex" / "out").open()
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]
    (tmp_path / "manifest.json").write_text('{"other": 1}')
    with pytest.raises(BadInput, match="not the manifest of an extraction"):
        Output(tmp_path).manifest()
    with pytest.raises(BadInput, match="this is not the output of an extraction"):
        list(read(tmp_path / "nothing"))


def test_a_folder_is_for_one_at_a_time(tmp_path):
    Output(tmp_path / "out").open()
    with Output(tmp_path / "out").locked(), pytest.raises(BadInput, match="another process"), Output(tmp_path / "out").locked():
        pass


def test_columns_are_typed_for_other_tools():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    import io

    import pyarrow.parquet as pq

    data = parquet.write(SOME)
    assert data == parquet.write(SOME)
    table = pq.read_table(io.BytesIO(data))
    mention = table.schema.field("mentions").type.value_type
    assert mention.field("start").type == pa.int64()
    assert mention.field("score").type == pa.float64()
    assert table.schema.field("events").type.value_type.field("arguments").type.value_type.field("role").type == pa.string()
    assert pq.read_table(io.BytesIO(parquet.write([]))).schema == table.schema  # an empty shard has the types, too
    assert table.column("mentions").to_pylist()[0][1]["fragments"] == [[6, 8], [15, 20]]
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.read_parquet(io.BytesIO(data))
    assert list(frame["outcome"]) == ["ok", "failed", "ok"]
    assert frame["mentions"][0][0]["type"] == "GPE"


def test_the_manifest_is_json_that_people_can_read(output):
    output.add(0, SOME, "digest", 1.0)
    finish(output)
    manifest = json.loads((output.path / shards.MANIFEST).read_text())
    assert manifest["documents"] == 3
    assert manifest["shards"][0]["name"] == f"part-00000.{output.form}"
