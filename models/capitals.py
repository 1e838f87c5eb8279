"""The smallest extractor: a line to start from, and a floor that every other must beat."""

from benchmark.api import Article, Extraction, Mention, extractor


@extractor("capitals", produces={"mentions"}, scheme="gold", trained_on=("nothing",))
class Capitals:
    """Runs of capitalised words, all of one type."""

    def __init__(self, type: str = "ORG"):
        self.type = type

    def extract(self, article: Article) -> Extraction:
        """Every run of capitalised words is a mention."""
        return Extraction(mentions=[Mention(*m.span(), self.type) for m in article.finditer(r"[A-Z]\w+(?: [A-Z]\w+)*")])
