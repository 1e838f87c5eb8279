from benchmark.api import Article, Extraction
from benchmark.extractor import PRODUCTS


def test_it_finds_nothing_and_declares_everything(model_class):
    assert model_class().extract(Article("a", "Rebels attacked Gao on Monday.")) == Extraction()
    assert model_class.__extractor__.produces == set(PRODUCTS)
