"""Predictions as Parquet with typed nested columns, as pandas, pyarrow and DuckDB read them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from benchmark.formats.jsonl import Prediction, decode_line
from benchmark.problems import BadInput, Problem

if TYPE_CHECKING:
    import pyarrow as pa


def schema() -> pa.Schema:
    """The columns: those of :class:`Prediction` without times; offsets are code points, half-open."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    fragments = pa.list_(pa.list_(number))
    span = [pa.field("start", number, nullable=False), pa.field("end", number, nullable=False), pa.field("type", text, nullable=False)]
    argument = pa.struct([pa.field("role", text, nullable=False), ("mention", text), ("start", number), ("end", number)])
    rest = [("score", pa.float64()), ("id", text), ("fragments", fragments)]
    mention = pa.struct([*span, ("level", text), ("entity", text), ("value", text), *rest])
    event = pa.struct([*span, ("realis", text), ("event", text), ("arguments", pa.list_(argument)), *rest])
    invented = pa.struct([("text", text), ("type", text), ("kind", text)])
    return pa.schema(
        [
            pa.field("id", text, nullable=False),
            pa.field("outcome", text, nullable=False),
            ("error", text),
            ("mentions", pa.list_(mention)),
            ("events", pa.list_(event)),
            ("invented", pa.list_(invented)),
            ("tokens", number),
            ("cost", pa.float64()),
        ]
    )


def available() -> None:
    """Raise :class:`BadInput` where pyarrow is missing."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise BadInput("the package pyarrow is missing; pip install 'entity-event-benchmark[parquet]'") from None


def write(predictions: Sequence[Prediction]) -> bytes:
    """A Parquet file of the predictions; the same predictions give the same bytes with the same pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = schema()
    rows = [{name: _plain(getattr(p, name)) for name in columns.names} for p in predictions]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=columns), file, compression="zstd")
    return file.getvalue()


def _plain(value: Any) -> Any:
    """Structs as dicts with all their fields, which the columns' types ask for."""
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    return value


def read(data: bytes, name: str = "") -> list[Prediction]:
    """The predictions of a file that :func:`write` wrote, checked as lines of JSON are; :class:`BadInput` where it is another."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
        return [decode_line(msgspec.json.encode(row), name, number) for number, row in enumerate(rows, 1)]
    except (OSError, ValueError, TypeError, OverflowError, pa.ArrowException) as error:
        raise BadInput(Problem(name, 0, f"not a shard in Parquet ({str(error).splitlines()[0]:.200}); run the extraction again")) from None
