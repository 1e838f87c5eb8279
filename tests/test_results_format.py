"""What the documentation says of the files is what is in them."""

import json
import re
from pathlib import Path

import pytest

from benchmark import store
from benchmark.formats.jsonl import Prediction
from benchmark.plan import Options
from tests.conftest import ROOT
from tests.test_runner import run

PAGE = (ROOT / "docs" / "RESULTS_FORMAT.md").read_text()


def documented(section):
    """The fields in the table of a section, in order."""
    part = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


@pytest.mark.parametrize(("section", "struct"), [("run.json", store.Run), ("predictions.jsonl", Prediction)])
def test_the_documented_fields_are_those_of_the_struct(section, struct):
    assert documented(section) == list(struct.__struct_fields__)


def test_the_parts_of_fields_are_documented():
    for name, parts in (("limits", Options().limits()), ("machine", store.machine())):
        (row,) = re.findall(rf"^\| `{name}` \|(.*)", PAGE, re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", row)) == set(parts)


def test_the_files_are_as_documented(home):
    folder = Path(run(home, "numbers").folder)
    assert {p.name for p in folder.iterdir()} == set(re.findall(r"^\| `([\w.]+\.\w+)` \|", PAGE, re.MULTILINE))
    assert sorted(json.loads((folder / "run.json").read_text())) == sorted(documented("run.json"))
    assert [*json.loads((folder / "scores.json").read_text()), "unfinished"] == documented("scores.json")
    for line in (folder / "predictions.jsonl").read_text().splitlines():
        assert set(json.loads(line)) <= set(documented("predictions.jsonl"))
