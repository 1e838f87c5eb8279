"""Predictions made elsewhere, from a file: a program that cannot run here gets a row beside the others.

    python -m benchmark run predictions --set path=FILE

The file is JSON Lines, one document a line, with the ids of the articles. An article that it lacks is unsupported. What the file has
nothing of (events, say) counts as not found: replaying declares all kinds of label, since it cannot know which were tried.
"""

from pathlib import Path

from benchmark.api import Article, Extraction, Unavailable, Unsupported, extractor, read_predictions


@extractor(
    "predictions",
    produces={"mentions", "values", "events", "arguments", "realis", "identity"},
    scheme="gold",
    trained_on=("unknown: whatever made the file",),
)
class Predictions:
    """Replays a file.

    Parameters
    ----------
    path
        The file.
    scheme
        Label scheme of its mentions.
    """

    def __init__(self, path: str = "", scheme: str = "gold"):
        self.path = path
        self.scheme = scheme

    def load(self, device: str) -> None:
        """Read the file."""
        if not self.path:
            raise Unavailable("no file of predictions is given; say which with --set path=FILE")
        self.documents = read_predictions(str(Path(self.path).expanduser()))

    def extract(self, article: Article) -> Extraction:
        """The file's labels of the article."""
        found = self.documents.get(article.id)
        if found is None:
            raise Unsupported(f"{self.path} has no document {article.id!r}")
        return found
