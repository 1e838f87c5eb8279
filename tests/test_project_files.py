"""What stands beside the code: links, versions, and the examples of the command line."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from benchmark import __version__
from benchmark.cli import app
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("gold/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(page):
    links = re.findall(r"\]\((?!\w+://|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_citation_is_of_this_version():
    assert f'version: "{__version__}"' in (ROOT / "CITATION.cff").read_text()


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if hasattr(command, "commands"):
        for part, inner in command.commands.items():
            yield from commands(inner, f"{name} {part}".strip())
    else:
        yield name, command


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_helps_with_an_example_of_its_own(name):
    example = re.search(rf"Example: python -m benchmark {name}\b(.*)", COMMANDS[name].help or "")
    assert example, COMMANDS[name].help
    known = {option for parameter in COMMANDS[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert [word for word in example[1].split() if word.startswith("--") and word not in known] == []
