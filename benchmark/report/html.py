"""The page: one file with all that it needs in it, that runs no script but its own and asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

import msgspec

from benchmark.corpus import Corpus
from benchmark.problems import BadInput
from benchmark.report import page_data
from benchmark.standings import Standing

SCRIPTS = ("data.js", "statistics.js", "elements.js", "tables.js", "charts.js", "identities.js", "articles.js", "main.js")
STYLES = ("page.css", "articles.css")
_ESCAPED = "<>&\u2028\u2029"  # what could end the script element, or a line in it; in JSON all of it stands inside strings alone


def page(runs: Sequence[Standing], gold: Corpus, with_text: bool = False, note: Callable[[str], object] = lambda line: None) -> str:
    """The page of some stored runs.

    Parameters
    ----------
    runs
        The runs.
    gold
        The gold set, or another corpus.
    with_text
        Whether the words of the user's own copies of source articles (or of another corpus) are put into the page; without it those of
        the retold editions alone are.
    note
        Called with a line on what is left out.

    Raises
    ------
    BadInput
        Where Jinja2 is missing.
    """
    _ = _jinja()  # what is missing is said before the work is done
    return render(page_data.collect(runs, gold, with_text, note))


def render(data: Mapping[str, Any]) -> str:
    """The page of collected data: the same bytes for the same data."""
    jinja2 = _jinja()
    script = "(() => {\n'use strict';\n" + "\n".join(_part(name) for name in SCRIPTS) + "})();\n"
    style = "\n".join(_part(name) for name in STYLES)
    loader = jinja2.FunctionLoader(_part)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template("page.html.j2")
    made: str = template.render(
        data=data,
        headline=_headline(data),
        csp=policy(script, style),
        # not escaped by the template: the two are our own files, and the data are escaped for where they stand
        script=jinja2.utils.markupsafe.Markup(script),
        style=jinja2.utils.markupsafe.Markup(style),
        embedded=jinja2.utils.markupsafe.Markup(embedded(data)),
    )
    return made


def embedded(value: Any) -> str:
    """JSON that can stand in a script element: without a character that could end the element or a line."""
    text = msgspec.json.encode(value).decode()
    for character in _ESCAPED:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def policy(script: str, style: str) -> str:
    """The Content-Security-Policy: our script and our style by their hashes, and nothing else from anywhere."""
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (script, style)]
    return (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _headline(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the table for readers without scripts: strict precision, recall and F1 on all texts, best first."""
    view = data["views"].get(f"mentions.strict {data['scheme']} {data['usual_levels']}")
    if view is None:
        return []
    gold = sum(view["gold"]["t"])
    rows = []
    for model, part in zip(data["models"], view["models"], strict=True):
        if part is not None:
            predicted, hits = sum(part["t"]["n"]), sum(part["t"]["g"]) / 2
            figures = (_share(hits, predicted), _share(hits, gold), _share(2 * hits, gold + predicted))
            rows.append({"name": model["name"], "figures": [f"{100 * figure:.1f}" for figure in figures]})
    return sorted(rows, key=lambda row: -float(row["figures"][2]))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _part(name: str) -> str:
    return resources.files("benchmark.report").joinpath("templates", name).read_text(encoding="utf-8")


def _jinja() -> Any:
    try:
        import jinja2
    except ImportError:
        raise BadInput("the page needs Jinja2; install it with `python -m pip install 'entity-event-benchmark[report]'`") from None
    return jinja2


__all__ = ["embedded", "page", "policy", "render"]
