import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmark.problems import BadInput
from benchmark.registry import find, load, settings
from benchmark.scaffold import create
from benchmark.testing import check_extractor
from tests.models.test_transformer_ner import folder  # noqa: F401  # a tiny model as a fixture

KINDS = ["rules", "spacy", "transformers", "llm", "command", "trained"]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def checked(home, parameters=None, name="fresh"):
    return check_extractor(find(name, home / "models"), parameters, long=5000)


LASTING = ("spacy", "trained", "transformers")  # they import large libraries, and train


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.slow) if kind in LASTING else kind for kind in KINDS])
def test_every_kind_runs_at_once_and_passes_the_check_or_says_what_it_lacks(home, kind):
    create(home, "fresh", kind)
    findings = checked(home)
    assert not [f for f in findings if f.result in ("failed", "note")]
    skipped = [f for f in findings if f.result == "skipped"]
    if kind in ("rules", "command", "trained"):
        assert not skipped
    assert all(f.detail.startswith("unavailable: ") for f in skipped)
    if not skipped:
        answered = next(f for f in findings if f.check == "answers an ordinary article")
        assert re.match("[1-9]", answered.detail), answered  # a scaffold that finds nothing teaches nothing


@pytest.mark.slow
def test_the_transformers_kind_with_a_model(home, folder):  # noqa: F811
    create(home, "fresh", "transformers")
    findings = checked(home, {"model": folder})
    bad = [f for f in findings if f.result != "passed"]
    assert [f.check for f in bad] in ([], ["uses the labels of its scheme"])  # LOC and PER are CoNLL's


class Stub(BaseHTTPRequestHandler):
    """Names every capitalised word of the article, and one that is not there."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        words = re.findall(r"\b[A-Z][a-z]+\b", asked["messages"][-1]["content"])
        entities = [{"text": word, "type": "GPE"} for word in [*words, "Atlantis"]]
        message = {"role": "assistant", "content": json.dumps({"entities": entities})}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "usage": usage}
        answer["choices"] = [{"index": 0, "finish_reason": "stop", "message": message}]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


def test_the_llm_kind_with_an_endpoint(home, monkeypatch):
    pytest.importorskip("openai", reason="openai is not installed (extra llm)")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    try:
        create(home, "fresh", "llm")
        assert not [f for f in checked(home) if f.result != "passed"]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", ["2fast", "none", "article", "mention", "class", "a-b.c", "Extraction", "path"])
@pytest.mark.parametrize("kind", ["rules", "trained"])
def test_any_name_gives_a_class_that_can_be_loaded(home, name, kind):
    create(home, name, kind)
    found = find(name, home / "models")
    assert load(found)()
    assert found.parameters is not None
    assert settings([], [found]) == {name: {}}


def test_what_is_there_is_not_written_over(home):
    create(home, "fresh", "rules")
    with pytest.raises(BadInput, match="there is a model of this name"):
        create(home, "fresh", "command")
    (home / "models" / "mine").mkdir()
    (home / "models" / "mine" / "extract.py").write_text("precious")
    with pytest.raises(BadInput, match="there is a file already"):
        create(home, "mine", "command")
    assert (home / "models" / "mine" / "extract.py").read_text() == "precious"
    assert not (home / "models" / "mine.toml").exists()


def test_scaffolds_are_formatted(home):
    import subprocess

    pytest.importorskip("ruff", reason="ruff is not installed (extra dev)")
    for kind in KINDS:
        create(home, f"fresh_{kind}", kind)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "140", home / "models"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
