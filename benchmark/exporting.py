"""Gold labels out to other formats, and label files in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmark.formats import anchors, brat, hf, iob2, jsonl, wikievents
from benchmark.formats.losses import Losses, counted, told
from benchmark.gold import Edition, GoldSet, edition
from benchmark.inventory import Inventory
from benchmark.names import checked, distinct
from benchmark.paths import write_atomically
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import RETOLD, Document

FORMATS = ("jsonl", "brat", "brat-conf", "iob2", "hf", "wikievents")
LONGEST = 200  # characters of a document's id that is to be the name of a file
Note = Callable[[str], object]


def export(
    documents: Sequence[Document],
    format_: str,
    out: Path | None,
    inventory: Inventory,
    note: Note = lambda line: None,
    split: str | None = None,
) -> list[Path]:
    """Write documents; returns the files or folders written (none: standard output).

    Parameters
    ----------
    documents
        Gold documents with text.
    format_
        One of :data:`FORMATS`.
    out
        A file (jsonl, iob2: standard output where there is none; wikievents: the coreference goes beside it) or a folder
        (brat; brat-conf: its configuration alone; hf).
    inventory
        The types, for brat's configuration.
    note
        Called with a line on what the format cannot say, counted by kind of information.
    split
        The split of a dataset (hf); None: one an edition.

    Raises
    ------
    BadInput
        Where the format is unknown, needs ``--out``, or the place cannot be written.
    """
    if format_ not in FORMATS:
        raise BadInput(f"no format {format_!r}; there are {', '.join(FORMATS)}")
    if format_ in ("brat", "brat-conf", "hf"):
        if out is None or out.is_file():
            raise BadInput(f"{format_} is a folder of files: give one with --out FOLDER")
        if format_ == "hf":
            return _to_hf(documents, out, note, split)
        return _to_brat(documents if format_ == "brat" else (), out, inventory, note)
    if out is not None and out.is_dir():
        raise BadInput(Problem(str(out), 0, "is a directory; give the name of a file"))
    if format_ == "wikievents":
        if out is None:
            raise BadInput("wikievents is two files: give the first with --out FILE; the coreference goes to FILE.coref.jsonl")
        rows, coreference = wikievents.write(documents, note)
        beside = out.with_name(f"{out.name}.coref.jsonl")
        write_atomically(out, rows)
        write_atomically(beside, coreference)
        return [out, beside]
    data = jsonl.write(documents) if format_ == "jsonl" else iob2.write(documents, note).encode()
    if out is not None:
        write_atomically(out, data)
        return [out]
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return []


def _to_brat(documents: Sequence[Document], out: Path, inventory: Inventory, note: Note) -> list[Path]:
    files: dict[Path, str] = {out / name: content for name, content in configuration(inventory).items()}
    losses = Losses()
    distinct((document.id for document in documents), "document id")
    for document in counted(documents, brat.UNSAID, losses):
        files[out / f"{document.id}.txt"] = document.text or ""
        files[out / f"{document.id}.ann"] = brat.write(document, inventory.names)
    for path, content in files.items():
        write_atomically(path, content)
    if line := told("brat", losses):
        note(line)
    return list(files)


def _to_hf(documents: Sequence[Document], out: Path, note: Note, split: str | None) -> list[Path]:
    splits: dict[str, list[Document]] = {}
    for document in documents:
        splits.setdefault(split or edition(document.id), []).append(document)
    hf.write(splits, out, note)
    return [out]


def configuration(inventory: Inventory) -> dict[str, str]:
    """brat's configuration files for the inventory, by name."""
    return {"annotation.conf": annotation_conf(inventory), "visual.conf": visual_conf(inventory), "tools.conf": TOOLS_CONF}


def annotation_conf(inventory: Inventory) -> str:
    """brat's types, roles and attributes, from the inventory."""
    lines = [_GENERATED, "[entities]", *inventory.mentions, brat.SPAN, "", "[relations]", "", "[events]"]
    family = ""
    for name, kind in inventory.events.items():
        if name.partition(".")[0] != family:
            family = name.partition(".")[0]
            lines.append(f"!{family}")
        roles = ", ".join(f"{role}*:{'DATE' if role == 'Time' else '<ENTITY>'}" for role in kind.roles)
        lines.append(f"\t{brat.brat_name(name)}\t{roles}")
    lines += ["", "[attributes]", "Level\tArg:<ENTITY>, Value:NAM|NOM|PRO", "Realis\tArg:<EVENT>, Value:Actual|Other|Generic", ""]
    return "\n".join(lines)


def visual_conf(inventory: Inventory) -> str:
    """brat's names and colours: entities, values and each family of events in a colour of their own, legible on white."""
    lines = [_GENERATED, "[labels]", *(f"{brat.brat_name(name)} | {name}" for name in inventory.events), "", "[drawing]"]
    lines += [f"{name}\tbgColor:{'#cfe3f7' if kind.levels else '#e6e6e6'}" for name, kind in inventory.mentions.items()]
    families = list(dict.fromkeys(name.partition(".")[0] for name in inventory.events))
    colours = ("#f9c9c2", "#fbe0b5", "#e3c9ee", "#d4eac8", "#c9ebe6", "#f7d3e6", "#f4efb8", "#d9d9f5", "#e9dccb")
    for name in inventory.events:
        lines.append(f"{brat.brat_name(name)}\tbgColor:{colours[families.index(name.partition('.')[0]) % len(colours)]}")
    lines += ["Level\tposition:left, glyph:*", "Realis\tposition:right, glyph:*, dashArray:3-3", ""]
    return "\n".join(lines)


_GENERATED = "# Generated from schema.toml by `python -m benchmark gold export --format brat-conf --out gold`; do not edit.\n"
TOOLS_CONF = f"{_GENERATED}\n[options]\nTokens\ttokenizer:whitespace\nSentences\tsplitter:newline\n"


def import_labels(gold: GoldSet, files: Sequence[Path], which: Edition | str, annotator: str | None) -> list[Path]:
    """Label files as brat standoff in the gold folder or an annotator's. All are read and checked before anything is written.

    Parameters
    ----------
    gold
        The gold set.
    files
        ``SLUG.txt`` in anchored lines, or ``SLUG.ann``; the name begins with the article's slug.
    which
        The edition that they label.
    annotator
        Whose labels they are, ``annotators/NAME/``; None: the gold labels.

    Returns
    -------
    list of Path
        The files written, one each.

    Raises
    ------
    BadInput
        With all problems: a name that is no slug or no annotator's, an article that is not here, labels that cannot be read, or that
        the inventory does not allow.
    """
    if annotator is not None:
        checked(annotator, "annotator")
    problems: list[Problem] = []
    ready: list[tuple[Path, str]] = []
    for path in files:
        slug = path.name.partition(".")[0]
        if slug not in gold.shelf.entries:
            raise BadInput(Problem(str(path), 0, f"the name must begin with the article's slug: {', '.join(gold.shelf.entries)}"))
        entry = gold.shelf.entries[slug]
        if which == "source":
            empty = Document(slug, gold.shelf.text(slug), entry.date, entry.regions)
        else:
            empty = Document(slug + RETOLD, read_text(gold.folder / "retold" / f"{slug}.txt"), entry.date)
        if empty.text is None:
            raise BadInput(
                Problem(str(path), 0, f"the article {slug} is not here; add your copy with `python -m benchmark articles add DIR`")
            )
        content = read_text(path)
        if path.suffix == ".ann":
            document = brat.read(content, empty, str(path), problems.append, gold.inventory.names)
        else:
            document = anchors.read(content, empty, str(path), problems.append)
        problems.extend(Problem(str(path), 0, f"{key}: {reason}") for key, reason in gold.inventory.faults(document))
        target = gold.folder if annotator is None else gold.folder / "annotators" / annotator
        ready.append((target / which / f"{slug}.ann", brat.write(document, gold.inventory.names)))
    if problems:
        raise BadInput(problems)
    for target, written in ready:
        write_atomically(target, written)
    return [target for target, _ in ready]
