"""``gold …`` and ``articles …``: parsing only, as in :mod:`benchmark.cli`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.options import (
    CorpusOption,
    EditionChoice,
    EditionOption,
    Json,
    Listing,
    TypesOption,
    chosen_documents,
    corpus_of,
    editions,
    gold_set,
    note,
    print_json,
    print_listing,
    shown,
)
from benchmark.paths import root
from benchmark.problems import BadInput

gold_app = typer.Typer(help="The gold labels: check, count, export, import.", no_args_is_help=True, rich_markup_mode=None)
articles_app = typer.Typer(help="The source articles, which you bring yourself.", no_args_is_help=True, rich_markup_mode=None)


@gold_app.command()
def validate(edition: EditionOption = EditionChoice.all, as_json: Json = False) -> None:
    """Report every problem of the gold set with file, line and reason; exit status 2 if there is one.

    Example: python -m benchmark gold validate
    """
    from benchmark.gold import stats
    from benchmark.report import terminal
    from benchmark.validation import validate as find_problems

    gold = gold_set()
    problems, files = find_problems(gold, editions(edition))
    counts = stats(files)
    unseen = [file.slug for file in files if file.document.text is None]
    if unseen and not problems:
        note(f"labels of {', '.join(unseen)} not compared with the text, which is not here: see `python -m benchmark articles`")
    if as_json:
        print_json({"problems": [p._asdict() for p in problems], "files": counts, "fingerprint": gold.fingerprint()})
    elif problems:
        terminal.note("\n".join(map(str, problems)))
        terminal.note(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
    else:
        totals = {n: sum(row[n] for row in counts) for n in ("mentions", "events", "arguments")}
        print(
            f"clean: {len(files)} label files, "
            + ", ".join(f"{v} {n}" for n, v in totals.items())
            + f"; fingerprint {gold.fingerprint()[:12]}"
        )
    raise typer.Exit(2 if problems else 0)


@gold_app.command("stats")
def gold_stats(
    edition: EditionOption = EditionChoice.all, corpus: CorpusOption = "gold", types: TypesOption = None, as_json: Json = False
) -> None:
    """Count labels by article, edition, type, level and realis.

    Example: python -m benchmark gold stats --edition retold

    Example: python -m benchmark gold stats --corpus brat:FOLDER
    """
    from benchmark.gold import GoldSet, counts, stats
    from benchmark.report import terminal

    labels = corpus_of(corpus, types)
    if isinstance(labels, GoldSet):
        rows = stats(labels.files(editions(edition)))
    else:
        documents = chosen_documents(labels, labels.documents(note=note), edition)
        rows = [{"article": d.id, "edition": labels.name, **counts(d)} for d in documents]
    if as_json:
        print_json(rows if labels.gold else {"corpus": labels.name, "notes": labels.notes, "documents": rows})
    else:
        terminal.print_stats(rows)


@gold_app.command("agreement")
def gold_agreement(
    edition: EditionOption = EditionChoice.all,
    annotators: Annotated[str, typer.Option(help="Two folders of gold/annotators, or 'gold' for the adjudicated labels.")] = "A,B",
    resamples: Annotated[int, typer.Option(min=1, help="Resamples of paragraphs for the intervals.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of the resamples.")] = 0,
    as_json: Json = False,
) -> None:
    """Agreement of the two annotators: F1, alpha, kappa, B³ and LEA, with 95 % intervals.

    Example: python -m benchmark gold agreement --annotators A,B
    """
    from benchmark.agreement import agreement
    from benchmark.gold import annotated_pairs
    from benchmark.report import terminal

    found = agreement(annotated_pairs(gold_set(), annotators.split(","), editions(edition), note), resamples, seed)
    if as_json:
        print_json(found)
    else:
        terminal.print_agreement(found)


@gold_app.command("export")
def gold_export(
    edition: EditionOption = EditionChoice.all,
    corpus: CorpusOption = "gold",
    types: TypesOption = None,
    format_: Annotated[str, typer.Option("--format", help="jsonl, brat, brat-conf, iob2, hf or wikievents.")] = "jsonl",
    out: Annotated[Path | None, typer.Option(help="File (jsonl, iob2: standard output by default) or folder (brat, hf).")] = None,
    as_json: Json = False,
) -> None:
    """Write the gold documents, with the texts you have, or another corpus in another format; says what the format cannot.

    Example: python -m benchmark gold export --format brat --out labels

    Example: python -m benchmark gold export --corpus wikievents:dev.jsonl --format brat --out FOLDER
    """
    from benchmark.exporting import export

    gold = corpus_of(corpus, types)
    notes: list[str] = []
    documents = chosen_documents(gold, gold.documents(editions(edition), notes.append), edition)
    split = None if gold.gold else "all"
    written = export(documents, format_, out, gold.inventory, notes.append, split)
    for line in notes:
        note(line)
    if as_json and out is not None:
        print_json({"documents": [d.id for d in documents], "files": [str(path) for path in written], "notes": notes})


@gold_app.command("import")
def gold_import(
    files: Annotated[list[Path], typer.Argument(help="Label files: SLUG.txt in anchored lines, or SLUG.ann.")],
    edition: Annotated[EditionChoice, typer.Option("--edition", help="Which edition they label.")] = EditionChoice.source,
    annotator: Annotated[str | None, typer.Option(help="Write to gold/annotators/NAME instead of the gold labels.")] = None,
    as_json: Json = False,
) -> None:
    """Read label files (anchored lines or brat), check them against the text, and write gold/EDITION/SLUG.ann.

    Example: python -m benchmark gold import SLUG.txt --annotator A
    """
    from benchmark.exporting import import_labels

    if edition == EditionChoice.all:
        raise BadInput("labels belong to one edition: --edition source or --edition retold")
    written = import_labels(gold_set(), files, edition.value, annotator)
    if as_json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            print(f"wrote {shown(path)}")


@articles_app.command("add")
def articles_add(
    folder: Annotated[Path, typer.Argument(help="A folder with your copies, whatever they are called.")], as_json: Json = False
) -> None:
    """Find the source articles in a folder by SHA-256 and copy them to gold/source (ignored by git).

    Example: python -m benchmark articles add ~/Downloads
    """
    from benchmark import articles

    gold = root() / "gold"
    found = articles.add(gold, folder)
    missing = [slug for slug in articles.manifest(gold) if slug not in found]
    if as_json:
        print_json({"added": {slug: str(path) for slug, path in found.items()}, "missing": missing})
    else:
        for slug, path in found.items():
            print(f"added {slug} from {shown(path)}")
        if missing:
            print(f"not found: {', '.join(missing)}")


@articles_app.command("list")
def articles_list(as_json: Json = False) -> None:
    """List the articles, and where your copies are.

    Example: python -m benchmark articles list
    """
    print_listing(Listing.articles, as_json)


@articles_app.command("remove")
def articles_remove(slugs: Annotated[list[str] | None, typer.Argument(help="Which; none: all.")] = None, as_json: Json = False) -> None:
    """Delete the copies in gold/source; labels and your own files stay.

    Example: python -m benchmark articles remove
    """
    from benchmark import articles

    gone = articles.remove(root() / "gold", slugs or ())
    if as_json:
        print_json({"removed": gone})
    else:
        print("\n".join(f"removed {slug}" for slug in gone) or "no copies to remove")
