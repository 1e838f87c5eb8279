"""``extract``: a model applied to unlabelled text of any amount."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from benchmark.cli.options import Actors, Address, Cpus, EngineChoice, EngineOption, Gpus, Json, cluster, gold_set, note, print_json, shown
from benchmark.paths import root


class Format(StrEnum):
    """Formats of shards."""

    jsonl = "jsonl"
    parquet = "parquet"


def extract(
    model: Annotated[str, typer.Argument(help="Name, path or module:Class.")],
    source: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="JSON Lines or Parquet file, folder of them or of .txt files, or hf:NAME_OR_PATH[:split]."),
    ],
    output: Annotated[Path, typer.Argument(metavar="OUTPUT", help="Folder for the shards and the manifest: new, or to be gone on with.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="KEY=VALUE: a parameter of the model.")] = None,
    form: Annotated[Format, typer.Option("--format", help="Format of the shards.")] = Format.jsonl,
    text_field: Annotated[str | None, typer.Option(help="Key or column of the text; other keys are passed over.")] = None,
    id_field: Annotated[str | None, typer.Option(help="Key or column of the id.")] = None,
    date_field: Annotated[str | None, typer.Option(help="Key or column of the publication date.")] = None,
    number: Annotated[bool, typer.Option("--number", help="Ids are the numbers of the documents, from 1.")] = False,
    engine: EngineOption = EngineChoice.local,
    jobs: Annotated[int, typer.Option(min=1, help="local: how many processes; each loads the model once.")] = 1,
    address: Address = None,
    actors: Actors = 1,
    cpus: Cpus = 1.0,
    gpus: Gpus = 0.0,
    shard_size: Annotated[int, typer.Option(min=1, help="Documents a shard; what is interrupted goes on at the next shard.")] = 1000,
    batch_size: Annotated[int, typer.Option(min=1, help="Documents a batch, of about one length.")] = 32,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds an article may take.")] = 300.0,
    load_timeout: Annotated[float, typer.Option(min=0.001, help="Seconds loading and training may take.")] = 3600.0,
    seed: Annotated[int, typer.Option(help="Seed of whatever is random.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Start anew: finished shards of OUTPUT are removed.")] = False,
    as_json: Json = False,
) -> None:
    """Apply a model to unlabelled text of any amount; the same command goes on where it was stopped.

    Example: python -m benchmark extract rules news.jsonl out/ --jobs 2
    """
    from benchmark.extraction.extracting import Options
    from benchmark.extraction.extracting import extract as apply
    from benchmark.extraction.inputs import find as find_input
    from benchmark.extraction.local import Local
    from benchmark.extraction.plan import Limits
    from benchmark.extraction.readers import Fields
    from benchmark.registry import find, settings
    from benchmark.report import terminal
    from benchmark.report.extracting import bar

    found = find(model, root() / "models")
    parameters = settings(set_ or [], [found])[found.name]
    place, notes = find_input(source, Fields(text_field, id_field, date_field, number))
    for line in notes:
        note(line)
    pool = cluster(engine, address, actors, cpus, gpus) or Local(jobs)
    limits = Limits(shard=shard_size, batch=batch_size)
    options = Options(form.value, limits, device, timeout, load_timeout, force, seed)
    try:
        with bar(place.size()) as watch:
            manifest = apply(gold_set(), found, parameters, place, output, pool, options, watch, note)
    except KeyboardInterrupt:
        terminal.note("interrupted: finished shards are kept; the same command goes on from there")
        raise typer.Exit(1) from None
    if as_json:
        print_json(manifest)
    else:
        outcomes = ", ".join(f"{count} {name}" for name, count in manifest.outcomes.items()) or "none"
        print(f"{manifest.documents} documents in {len(manifest.shards)} shards of {shown(output)} ({outcomes})")
    raise typer.Exit(int(any(name != "ok" for name in manifest.outcomes)))
