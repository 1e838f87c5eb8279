"""A row of a Hugging Face dataset, as JSON: it is a document or a BadInput."""

import contextlib
import json

from benchmark.formats import hf
from benchmark.problems import BadInput


def one(data: bytes) -> None:
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return
    with contextlib.suppress(BadInput):
        hf._row(hf.checked(row))
