import shutil

import pytest

from benchmark.api import Article, Extraction, Unsupported
from benchmark.registry import in_file, load
from tests.conftest import story
from tests.models.conftest import MODELS


@pytest.mark.parametrize("who", ["A", "B"])
def test_it_replays_the_labels_of_the_annotator(home, who):
    source, retold = story()
    for edition in ("source", "retold"):
        shutil.copytree(home / "gold" / edition, home / "gold" / "annotators" / who / edition, ignore=shutil.ignore_patterns("*.txt"))
    found = {item.name: load(item) for item in in_file(MODELS / "annotator.py")}
    model = found[f"annotator_{who.lower()}"]()
    assert model.extract(source.article) == Extraction(source.mentions, source.events)
    assert model.extract(retold.article) == Extraction(retold.mentions, retold.events)
    with pytest.raises(Unsupported):
        model.extract(Article("kidal", "another text"))
