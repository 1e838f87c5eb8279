"""Datasets of Hugging Face, from a path or the Hub: token classification (``tokens``, ``ner_tags``) and BigBio's kb schema.

Nothing of a dataset is run: loading scripts are refused. Without a network only what is cached is found, and said at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.formats import hf, iob
from benchmark.formats.iob2 import from_tags
from benchmark.network import hub_reachable
from benchmark.problems import BadInput, Problem
from benchmark.schema import Document

if TYPE_CHECKING:
    from datasets import Dataset

Note = Callable[[str], object]
TAGS = ("ner_tags", "tags", "labels", "ner")  # columns that tags are looked for in
TOKENS = ("tokens", "words")
_FILES = {".parquet": "parquet", ".json": "json", ".jsonl": "json", ".csv": "csv", ".arrow": "arrow"}
INSTALL = "the package datasets is missing; pip install 'entity-event-benchmark[transformers]'"


def read(
    name: str, split: str | None = None, config: str | None = None, scheme: str = iob.LENIENT, note: Note = lambda line: None
) -> list[Document]:
    """The documents of a dataset.

    Parameters
    ----------
    name
        A path (a folder of ``save_to_disk``, a folder of data files, a Parquet, JSON or CSV file), or a name on the Hub.
    split
        Which split; None: all of them together.
    config
        The configuration, where a dataset of the Hub has several.
    scheme
        How tags are read, see :func:`benchmark.formats.iob2.read`.
    note
        Called with lines on what is left out.

    Raises
    ------
    BadInput
        Where there is no such dataset or split, it cannot be had without a network, or its columns are none of the two kinds.
    """
    splits = load(name, config)
    if split is not None and split not in splits:
        raise BadInput(f"hf:{name}: no split {split!r}; there are {', '.join(splits)}")
    left = Counter[str]()
    found: list[Document] = []
    for key, part in splits.items():
        if split in (None, key):
            found += _documents(f"hf:{name}", key, part, scheme, left)
    for kind, number in left.items():
        if number:
            note(f"hf:{name}: {number:,} {kind}")
    return found


def _documents(name: str, split: str, part: Dataset, scheme: str, left: Counter[str]) -> list[Document]:
    columns = list(part.features)
    if {"passages", "entities"} <= set(columns):
        return [_row(name, n, row, left) for n, row in enumerate(part, 1)]
    token, tag = (next((c for c in known if c in columns), None) for known in (TOKENS, TAGS))
    if token is None or tag is None:
        needed = "columns tokens and ner_tags, or passages, entities and events as BigBio's kb schema has them"
        raise BadInput(f"{name}: has the columns {', '.join(columns)}; needed are {needed}")
    return tagged(part[token], part[tag], _names(part.features[tag]), name, scheme, split)


def tagged(words: Any, tags: Any, names: Sequence[str] | None, name: str, scheme: str = iob.LENIENT, stem: str = "row") -> list[Document]:
    """Documents of columns that anybody may have made: lists of strings, and lists of tags or of their numbers.

    Parameters
    ----------
    words, tags
        A list a row.
    names
        What numbered tags are called; None: they are not numbered.
    name, scheme, stem
        As for :func:`benchmark.formats.iob2.from_tags`.

    Raises
    ------
    BadInput
        Where a cell is something else, a number has no name, or a row has more tokens than tags; names the row.
    """
    sequences: list[list[str]] = []
    for number, (row, told) in enumerate(zip(words, tags, strict=True), 1):
        if not all(isinstance(column, list | tuple) for column in (row, told)) or not all(isinstance(word, str) for word in row):
            raise BadInput(Problem(name, number, "not a list of tokens and a list of tags; give both, the tokens as strings"))
        if names is None and any(isinstance(value, int) for value in told):
            raise BadInput(f"{name}: the tags are numbers without names (no ClassLabel); give the tags as strings such as B-PER")
        found = [names[v] if names is not None and isinstance(v, int) and 0 <= v < len(names) else v for v in told]
        if strange := [value for value in found if not isinstance(value, str)]:
            raise BadInput(Problem(name, number, f"{str(strange[0])[:40]!r} is no tag, nor the number of one; give tags such as B-PER"))
        sequences.append(found)
    return from_tags([list(row) for row in words], sequences, name, scheme, stem)


def _names(feature: Any) -> list[str] | None:
    """The names of numbered tags."""
    inner = getattr(feature, "feature", None)
    return getattr(inner, "names", None)


def _row(name: str, number: int, row: Mapping[str, Any], left: Counter[str]) -> Document:
    try:
        return hf.checked(row, left)
    except BadInput as error:
        raise BadInput([Problem(name, number, problem.reason) for problem in error.problems]) from None


def load(name: str, config: str | None = None) -> dict[str, Dataset]:
    """The splits of a dataset, by name.

    Parameters
    ----------
    name
        A folder of ``save_to_disk``, a folder or file of Parquet, JSON, CSV or Arrow, or a name on the Hub.
    config
        Configuration of a dataset that has several.

    Raises
    ------
    BadInput
        Where the package ``datasets`` is missing, there is no such dataset, or it cannot be loaded; without a network only what is in
        the cache is found.
    """
    try:
        import datasets
    except ImportError:
        raise BadInput(INSTALL) from None
    datasets.disable_progress_bars()
    path = Path(name)
    try:
        if path.is_dir() and any((path / n).is_file() for n in ("dataset_dict.json", "state.json")):
            loaded = datasets.load_from_disk(str(path))
        elif path.is_dir():
            if not any(file.suffix in _FILES for pattern in ("*", "*/*") for file in path.glob(pattern)):
                raise BadInput(Problem(name, 0, f"no dataset: neither one of save_to_disk nor files in {', '.join(_FILES)}"))
            loaded = datasets.load_dataset(str(path.resolve()), config)
        elif path.is_file():
            if path.suffix not in _FILES:
                raise BadInput(Problem(name, 0, f"a dataset is a folder or a file in {', '.join(_FILES)}; this is neither"))
            loaded = datasets.load_dataset(_FILES[path.suffix], data_files={"train": str(path)})
        else:
            loaded = _from_hub(name, config)
    except BadInput:
        raise
    except Exception as error:  # the library raises a dozen kinds, pyarrow's among them
        raise BadInput(f"hf:{name}: cannot be loaded ({_first_line(error)})") from None
    return dict(loaded) if isinstance(loaded, dict) else {str(loaded.split or "all"): loaded}


def _from_hub(name: str, config: str | None) -> Any:
    import datasets

    reachable = hub_reachable()
    try:
        if reachable:
            return datasets.load_dataset(name, config)
        with _offline():
            return datasets.load_dataset(name, config)
    except Exception as error:
        if reachable:
            raise
        why = "is no path, is not in the cache of Hugging Face, and the Hub cannot be reached (or HF_HUB_OFFLINE is set)"
        remedy = f"load it once with a network (`huggingface-cli download --repo-type dataset {name}`), or give a path"
        raise BadInput(f"hf:{name}: {why}; {remedy} ({_first_line(error)})") from None


@contextmanager
def _offline() -> Iterator[None]:
    """The libraries told that there is no network: their own retries take most of a minute to find out."""
    import datasets
    import huggingface_hub

    places: tuple[Any, ...] = (datasets.config, huggingface_hub.constants)
    before = [place.HF_HUB_OFFLINE for place in places]
    try:
        for place in places:
            place.HF_HUB_OFFLINE = True
        yield
    finally:
        for place, value in zip(places, before, strict=True):
            place.HF_HUB_OFFLINE = value


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


__all__ = ["load", "read"]
