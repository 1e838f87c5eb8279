"""Gold labels out to other formats, and label files in."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.formats import anchors, brat, jsonl
from benchmark.gold import RETOLD, Edition, GoldSet
from benchmark.inventory import Inventory
from benchmark.paths import write_atomically
from benchmark.problems import BadInput, Problem, read_text
from benchmark.schema import Document

FORMATS = ("jsonl", "brat")


def export(documents: Sequence[Document], format_: str, out: Path | None, inventory: Inventory) -> list[Path]:
    """Write documents; returns the files written (none: standard output).

    Raises
    ------
    BadInput
        Where the format is unknown, needs ``--out``, or the place cannot be written.
    """
    if format_ == "jsonl":
        data = jsonl.write(documents)
        if out is None:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            return []
        if out.is_dir():
            raise BadInput(Problem(str(out), 0, "is a directory; give the name of a file"))
        write_atomically(out, data)
        return [out]
    if format_ != "brat":
        raise BadInput(f"no format {format_!r}; there are {', '.join(FORMATS)}")
    if out is None or out.is_file():
        raise BadInput("brat is a folder of files: give one with --out FOLDER")
    written: list[Path] = []
    for document in documents:
        for suffix, content in ((".txt", document.text or ""), (".ann", brat.write(document, inventory.names))):
            path = out / f"{document.id}{suffix}"
            write_atomically(path, content)
            written.append(path)
    conf = out / "annotation.conf"
    write_atomically(conf, annotation_conf(inventory))
    return [*written, conf]


def annotation_conf(inventory: Inventory) -> str:
    """brat's configuration of types, roles and attributes for the inventory."""
    values = [name for name, kind in inventory.mentions.items() if not kind.levels]
    lines = [
        "# Generated from schema.toml; do not edit.",
        "",
        "[entities]",
        *inventory.mentions,
        brat.SPAN,
        "",
        "[relations]",
        "",
        "[events]",
    ]
    previous = ""
    for name, kind in inventory.events.items():
        family = name.partition(".")[0]
        if family != previous:
            lines.append(f"!{family}")
            previous = family
        lines.append(f"\t{brat.brat_name(name)}\t" + ", ".join(f"{role}*:{_fillers(role, values)}" for role in kind.roles))
    lines += ["", "[attributes]", "Level\tArg:<ENTITY>, Value:NAM|NOM|PRO", "Realis\tArg:<EVENT>, Value:Actual|Other|Generic", ""]
    return "\n".join(lines)


def _fillers(role: str, values: Sequence[str]) -> str:
    return "DATE" if role == "Time" else "<ENTITY>"


def import_labels(gold: GoldSet, files: Sequence[Path], edition: Edition | str, annotator: str | None) -> list[Path]:
    """Label files (``SLUG.txt`` in anchored lines, or ``SLUG.ann``) as brat standoff in the gold folder or an annotator's.

    All files are read and checked before anything is written.
    """
    if annotator is not None and not re.fullmatch(r"\w[\w.-]*", annotator):
        raise BadInput(f"annotator {annotator!r}: a name of letters, digits, '.', '_' and '-' is expected")
    problems: list[Problem] = []
    ready: list[tuple[Path, str]] = []
    for path in files:
        slug = path.name.partition(".")[0]
        if slug not in gold.shelf.entries:
            raise BadInput(Problem(str(path), 0, f"the name must begin with the article's slug: {', '.join(gold.shelf.entries)}"))
        entry = gold.shelf.entries[slug]
        if edition == "source":
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
        ready.append((target / edition / f"{slug}.ann", brat.write(document, gold.inventory.names)))
    if problems:
        raise BadInput(problems)
    for target, written in ready:
        write_atomically(target, written)
    return [target for target, _ in ready]
