import shutil

import pytest

from benchmark.api import Article, Extraction, Unsupported
from tests.conftest import story


def test_it_replays_the_labels_of_the_annotator(model_class, home):
    source, retold = story()
    for edition in ("source", "retold"):
        shutil.copytree(home / "gold" / edition, home / "gold" / "annotators" / "B" / edition, ignore=shutil.ignore_patterns("*.txt"))
    model = model_class(who="B")
    assert model.extract(source.article) == Extraction(source.mentions, source.events)
    assert model.extract(retold.article) == Extraction(retold.mentions, retold.events)
    with pytest.raises(Unsupported):
        model.extract(Article("kidal", "another text"))
