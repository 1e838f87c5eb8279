"""The leaderboard in files: Markdown, CSV, LaTeX and JSON, each with the signature of what was compared."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.corpus import Corpus
from benchmark.formats.jsonl import dumps
from benchmark.gold import edition
from benchmark.paths import write_atomically
from benchmark.report.leaderboard import EXPLAINED, TASKS, Row, rows, seen
from benchmark.standings import StoredTable, stored_tables

NAMES = {"names": "names", "trig.": "triggers", "args": "arguments"}  # of the tasks, in files


class Table(NamedTuple):
    """A table of the leaderboard: its rows, best first, and the texts that they were scored on."""

    rows: list[Row]
    documents: tuple[str, ...]

    @property
    def signature(self) -> str:
        """What the figures depend on."""
        return self.rows[0].result.scores.signature

    @property
    def scheme(self) -> str:
        """The label scheme of the models."""
        return self.rows[0].result.run.scheme

    @property
    def editions(self) -> str:
        """The editions of the texts, source first."""
        found = {edition(name) for name in self.documents}
        return "+".join(name for name in ("source", "retold") if name in found)

    @property
    def basis(self) -> str:
        """What the table is of, in words."""
        return f"{len(self.documents)} texts ({self.editions.replace('+', ', ')}), labels: {self.scheme}; percent, micro-averaged"


def ranked(stored: Sequence[StoredTable], resamples: int = 10_000) -> list[Table]:
    """The tables of stored runs with their ranks and intervals."""
    return [Table(rows(table.results, resamples), table.documents) for table in stored]


def records(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """One flat record a model and table: shares from 0 to 1, None where n/a; ranks are comparable within a table alone."""
    return [_record(row, n, table) for n, table in enumerate(tables, 1) for row in table.rows]


def _record(row: Row, number: int, table: Table) -> dict[str, Any]:
    run = row.result.run
    found: dict[str, Any] = {"table": number, "rank": row.rank, "tied": row.tied, "model": run.model, "saw": "; ".join(run.trained_on)}
    for task, name in NAMES.items():
        cell = row.tasks[task]
        told = cell.f1 is not None
        figures = {
            "precision": cell.precision,
            "recall": cell.recall,
            "f1": cell.f1,
            "f1_low": _number(cell.low) if told else None,
            "f1_high": _number(cell.high) if told else None,
        }
        found |= {f"{name}_{figure}": value for figure, value in figures.items()}
    found |= {"unseen_names_f1": row.unseen, "records_f1": row.records}
    found["words_per_second"] = None if row.speed is None else round(row.speed, 1)
    found |= {"outcome": row.outcome, "texts": len(table.documents), "edition": table.editions, "scheme": run.scheme}
    return found | {"run": Path(row.result.folder).name, "signature": table.signature}


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else value


def to_csv(tables: Sequence[Table]) -> str:
    """CSV after RFC 4180, one line a model, shares from 0 to 1 in full precision, n/a empty, the signature in the last column."""
    out = io.StringIO()
    found = records(tables)
    writer = csv.DictWriter(out, list(found[0]) if found else ["model"], lineterminator="\n")
    writer.writeheader()
    for record in found:
        writer.writerow({name: _one_line(value) if isinstance(value, str) else value for name, value in record.items()})
    return out.getvalue()


def to_json(tables: Sequence[Table]) -> str:
    """JSON: the tables, each with its signature and its rows."""
    flat = records(tables)
    found = [
        {
            "signature": table.signature,
            "scheme": table.scheme,
            "editions": table.editions.split("+"),
            "documents": list(table.documents),
            "rows": [record for record in flat if record["table"] == n],
        }
        for n, table in enumerate(tables, 1)
    ]
    return dumps({"tables": found}) + "\n"


HEADER = ("", "model", "saw", "P", "R", "names F1", "95 %", "unseen", "triggers F1", "95 %", "arguments F1", "95 %", "records", "words/s")


def _cells(row: Row, best: dict[str, float], mark: str, bold: Callable[[str], str], text: Callable[[str], str]) -> list[str]:
    """The cells of a row in percent, the best F1 of each task in bold."""
    names = row.tasks["names"]
    rank = "" if row.rank is None else f"{row.rank}{'=' if row.tied else ''}"
    found = [rank, text(row.result.run.model), mark, _percent(names.precision), _percent(names.recall)]
    for task in TASKS:
        cell = row.tasks[task]
        value = _percent(cell.f1)
        low, high = _number(cell.low), _number(cell.high)
        found.append(bold(value) if cell.f1 is not None and cell.f1 == best[task] > 0 else value)
        found.append("" if cell.f1 is None or low is None or high is None else f"{100 * low:.1f}–{100 * high:.1f}")
        if task == "names":
            found.append(_percent(row.unseen))
    return [*found, _percent(row.records), "n/a" if row.speed is None else f"{row.speed:.0f}"]


def _percent(value: float | None) -> str:
    return "n/a" if value is None else f"{100 * value:.1f}"


def _body(table: Table, bold: Callable[[str], str], text: Callable[[str], str]) -> tuple[list[list[str]], list[str]]:
    """The cells of a table, and the lines below it: what was seen, and why figures are missing."""
    saw, marks = seen(row.result for row in table.rows)
    best = {task: max((row.tasks[task].f1 or 0.0 for row in table.rows), default=0.0) for task in TASKS}
    cells = [_cells(row, best, saw[row.result.found.name], bold, text) for row in table.rows]
    notes = [f"saw {mark}: {text(told)}" for mark, told in marks.items()]
    reasons = [(row.result.run.model, row.outcome, row.result.reason()) for row in table.rows]
    return cells, notes + [text(f"{model}: {outcome}: {reason}") for model, outcome, reason in reasons if reason]


def to_markdown(tables: Sequence[Table]) -> str:
    """Markdown: a table each, with the signature in code below it."""
    parts = ["# Leaderboard", ""]
    for table in tables:
        body, notes = _body(table, lambda told: f"**{told}**", markdown)
        lines = [[markdown(name) for name in HEADER], ["---:" if n != 1 else ":---" for n in range(len(HEADER))], *body]
        parts += ["| " + " | ".join(line) + " |" for line in lines]
        parts += ["", markdown(table.basis), "", f"`{table.signature}`", "", *(f"- {note}" for note in notes), ""]
    return "\n".join([*parts, markdown(EXPLAINED) + "."]) + "\n"


def markdown(text: str) -> str:
    """Text in which nothing is markup, on one line."""
    escaped = re.sub(r"([\\`*|<>\[\]~]|(?<!\w)[_#]|_(?!\w))", r"\\\1", _one_line(text))
    return escaped.replace("&", "&amp;")


def to_latex(tables: Sequence[Table]) -> str:
    r"""LaTeX with booktabs: a ``table`` each, to be ``\input`` in a document, with the signature below it and in a comment."""
    parts = [r"% \usepackage{booktabs} in the preamble"]
    for table in tables:
        body, notes = _body(table, lambda told: rf"\textbf{{{told}}}", latex)
        columns = "".join("l" if n in (1, 2) else "r" for n in range(len(HEADER)))
        parts += [f"% {_one_line(table.signature)}", r"\begin{table}", r"\centering\small\setlength{\tabcolsep}{3pt}"]
        parts += [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", " & ".join(map(latex, HEADER)) + r" \\", r"\midrule"]
        parts += [" & ".join([line[0], line[1], *(cell.replace("–", "--") for cell in line[2:])]) + r" \\" for line in body]
        below = ". ".join([*notes, latex(EXPLAINED)])
        stamp = latex(table.signature).replace(r"\textbar{}", r"\textbar\allowbreak{}")
        parts += [r"\bottomrule", r"\end{tabular}", rf"\caption{{{latex(table.basis)}}}"]
        parts += [r"\par\smallskip", rf"{{\footnotesize\raggedright\texttt{{{stamp}}}. {below}.\par}}", r"\end{table}", ""]
    return "\n".join(parts)


_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedblright{}",  # the straight mark needs another font encoding
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "‘": "`",
    "’": "'",
    "…": r"\ldots{}",
    "→": r"$\rightarrow$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
}

# what every LaTeX since 2018 sets in its oldest font encoding, too
_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿĆćČčĞğŁłŃńŐőŒœŚśŞşŠšŰűŹźŻżŽž")


def latex(text: str) -> str:
    """Text in which nothing is a command, on one line; letters that LaTeX's fonts lack lose their marks, or are question marks."""
    found = []
    for character in _one_line(text):
        if character in _LATEX:
            found.append(_LATEX[character])
        elif ord(character) < 0x80 or character in _LETTERS:
            found.append(character)
        else:
            base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
            found.append("".join(_LATEX.get(c, c) for c in base) or ("" if unicodedata.combining(character) else "?"))
    return re.sub(r"(?<=[-'`,<>])(?=[-'`,<>])", "{}", "".join(found))  # no two marks become one, as two hyphens a dash


def _one_line(text: str) -> str:
    """The text without what could end a line or a cell: white space is one space, other control characters are left out."""
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join(kept.split())


FORMATS: dict[str, Callable[[Sequence[Table]], str]] = {"md": to_markdown, "csv": to_csv, "latex": to_latex, "json": to_json}


def write_leaderboards(results: Path, gold: Corpus) -> list[Path]:
    """Write ``leaderboard.md`` and ``leaderboard.csv`` of all stored runs of a results folder, each whole or not at all."""
    tables = ranked(stored_tables(results, gold))
    paths = [results / f"leaderboard.{ending}" for ending in ("md", "csv")]
    for path in paths:
        write_atomically(path, FORMATS[path.suffix[1:]](tables))
    return paths


__all__ = [
    "FORMATS",
    "Table",
    "latex",
    "markdown",
    "ranked",
    "records",
    "to_csv",
    "to_json",
    "to_latex",
    "to_markdown",
    "write_leaderboards",
]
