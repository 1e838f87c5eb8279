"""docs/ADDING_AN_ARTICLE.md from its first block to its last: files are written (added to, where they are there), commands run."""

import re
import shlex
import subprocess
import sys

from tests.conftest import ROOT

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_step_of_the_guide_succeeds(home, benchmark, monkeypatch):
    monkeypatch.chdir(home)
    said = ""
    for _, path, text in BLOCK.findall((ROOT / "docs" / "ADDING_AN_ARTICLE.md").read_text()):
        if path:
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            with (home / path).open("a") as file:
                file.write(text)
            continue
        for command in text.splitlines():
            words = shlex.split(command)
            if words[:3] == ["python", "-m", "benchmark"]:
                done = benchmark(*words[3:], env={"BENCHMARK_ARTICLES": str(home / "copies")} if words[3:5] == ["articles", "add"] else {})
            else:
                done = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
            said += done.stdout
    assert re.search(r'sha256 = "(\w+)"', (home / "gold" / "articles.toml").read_text().split("ansongo-ferry]")[1])[1] in said
    labels = (home / "gold" / "source" / "ansongo-ferry.ann").read_text()
    assert "T9\tPER 168 174\trebels" in labels
    assert "E2\tLife.Injure" in labels or "E2\tLife_Injure" in labels
    assert "clean: 4 label files" in said
    assert len(list(home.glob("results/numbers-*"))) == 1
    assert len(benchmark("run", "numbers", "--json").stdout.split('"id": "ansongo-ferry')) == 3
