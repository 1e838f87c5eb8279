"""Keys reach no file, message or cache, whatever echoes them."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import redaction
from benchmark.logs import hiding
from benchmark.redaction import HIDDEN, hidden, is_secret, public, redacted, redactor, secrets
from benchmark.worker import predict
from tests.conftest import ROOT
from tests.models.stub_endpoint import Stub, refused, said

KEY = "sk-Echo/Key+One&0123456789"
PASSWORD, QUERY = "pass/Word-in-address", "query-value-in-address"


def test_which_names_are_secret():
    names = ("OPENAI_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "db.password", "api-key", "token", "MY_CREDENTIALS", "apikey")
    assert all(map(is_secret, names))
    assert not any(map(is_secret, ("max_tokens", "TOKENIZERS_PARALLELISM", "KEYBOARD", "monkey", "model", "PATH")))


def test_what_is_secret_in_an_environment(tmp_path):
    found = secrets(
        {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"http://me:{quote(PASSWORD, safe='')}@host/v1?k={QUERY}",
            "A_TOKEN": "short",
            "B_TOKEN": "placeholder",
            "GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path),
            "HOME": "/home/me",
            "BROKEN": "http://[::1",
        },
        {"model": "m-1", "token": "parameter-token", "url": "https://usertoken@host"},
    )
    assert {KEY, PASSWORD, QUERY, "parameter-token", "usertoken"} <= found
    assert not {"short", "placeholder", str(tmp_path), "/home/me", "m-1"} & found


@given(st.text(min_size=6, max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_a_secret_is_hidden_however_it_is_written(secret, before, after):
    hide = redactor([secret])
    for form in {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, errors="replace")}:
        assert form not in hide(f"{before}{form}{after}").replace(HIDDEN, "\0") or form in HIDDEN
    assert redactor([])(secret) == secret


def test_parameters_are_written_down_without_secrets(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    given_ = {
        "api_key": "abc",
        "model": f"x-{KEY}",
        "url": f"http://u:{PASSWORD}@h/v1?key={QUERY}",
        "n": 3,
        "list": ["a", KEY],
        "token": None,
    }
    told = public(given_)
    assert (told["api_key"], told["model"], told["n"], told["token"]) == (HIDDEN, f"x-{HIDDEN}", 3, None)
    assert not any(s in json.dumps(told) for s in (KEY, PASSWORD, QUERY))


class Leaking:
    """A model whose library puts the key in an exception, and whose answers repeat it."""

    def __init__(self, how):
        self.how = how

    def extract(self, article):
        from benchmark.schema import Extraction, Invented, Mention

        if self.how == "raises":
            raise ConnectionError(f"401 for {KEY} ({base64.b64encode(KEY.encode()).decode()})")
        return Extraction([Mention(0, 4, "GPE", entity=f"e-{KEY}")], invented=[Invented(KEY, "GPE")])


@pytest.mark.parametrize("how", ["raises", "answers"])
def test_predictions_hold_no_secret(how):
    from benchmark.formats import jsonl
    from benchmark.schema import Article

    told = redacted(predict(Leaking(how), Article("a", "Kidal")), [KEY])
    line = jsonl.write([told]).decode()
    assert HIDDEN in line
    assert not any(form in line for form in redaction.forms([KEY]))
    assert redacted(told, []) is told


def test_an_exception_that_cannot_be_printed_is_a_failure():
    from benchmark.schema import Article

    class Odd(Exception):
        def __str__(self):
            raise RuntimeError

    class Model:
        def __init__(self, error):
            self.error = error

        def extract(self, article):
            raise self.error

    for error, said_ in ((Odd(), "cannot be had"), (ValueError("\ud800" * 5), "\\ud800" * 5), (ValueError("x" * 10**7), "x" * 400)):
        prediction = predict(Model(error), Article("a", "b"))
        assert prediction.outcome == "failed"
        assert said_ in prediction.error
        assert len(prediction.error) < 2200


def test_the_log_hides_what_is_split_over_writes(tmp_path):
    path = tmp_path / "log"
    with path.open("ab", buffering=0) as file, hiding(file.fileno(), redaction.forms([KEY]), HIDDEN) as handle:
        for part in ("said ", KEY[:5], KEY[5:], " and\n", "x" * 200_000, KEY, "y" * 200_000, json.dumps({"k": KEY}), " end"):
            os.write(handle, part.encode())
    text = path.read_text()
    assert not any(form in text for form in redaction.forms([KEY]))
    assert text.count(HIDDEN) == 3
    assert text.replace(HIDDEN, "") == "said  and\n" + "x" * 200_000 + "y" * 200_000 + '{"k": ""} end'


def test_the_last_words_of_a_killed_process_are_in_the_log(tmp_path):
    code = (
        "import os, signal, sys; from benchmark.logs import hiding\n"
        "log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)\n"
        "with hiding(log, ['secret-value'], '[hidden]') as handle:\n"
        "    os.write(handle, b'before secret-value last words')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "log")], cwd=ROOT, check=False)
    import time

    for _ in range(200):
        if text := (tmp_path / "log").read_text():
            break
        time.sleep(0.02)
    assert text == "before [hidden] last words"


# ------------------------------------------------------------------------------------------------ the whole way, by the command line

MODEL = '''"""A model that talks to an endpoint by the standard library, and hides nothing."""

import os
import sys
import urllib.request

from benchmark.api import Article, Extraction, Invented, extractor


@extractor("leaky", produces={"mentions"}, scheme="gold", trained_on=("nothing",), environment=("OPENAI_BASE_URL", "OPENAI_API_KEY"))
class Leaky:
    def __init__(self, token: str = "", address: str = ""):
        self.token, self.address = token, address

    def load(self, device: str) -> None:
        print("loading with", self.token, self.address, os.environ["OPENAI_API_KEY"], flush=True)
        os.system("echo child says $OPENAI_API_KEY >&2")

    def extract(self, article: Article) -> Extraction:
        key = os.environ["OPENAI_API_KEY"]
        print(repr({"Authorization": key}), file=sys.stderr)
        if "retold" in article.id:
            raise ConnectionError(f"refused: {key} {self.token} {self.address}")
        return Extraction(invented=[Invented(f"{key} {self.token}", "GPE")])
'''
TOKEN, ADDRESS = "parameter-token-0123", f"http://me:{PASSWORD}@localhost:1/v1?key={QUERY}"


def run(home, arguments, environment):
    command = [sys.executable, "-m", "benchmark", *arguments]
    environment = {**os.environ, "BENCHMARK_ROOT": str(home), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, env=environment, cwd=home, capture_output=True, check=False, timeout=120)


def leaks(texts):
    """Which of the secrets stand in files or outputs, and where."""
    values = [KEY, PASSWORD, QUERY, TOKEN]
    wanted = {form.encode() for form in redaction.forms([*values, f"me:{PASSWORD}"])} | {KEY[3:].encode()}
    return [(name, form) for name, content in texts for form in wanted if form in content]


def files(*folders):
    return [(str(path), path.read_bytes() + path.name.encode()) for folder in folders for path in Path(folder).rglob("*") if path.is_file()]


def test_no_key_reaches_a_file_or_an_output_from_a_model_that_prints_and_raises_it(home, tmp_path, benchmark):
    (home / "models" / "leaky.py").write_text(MODEL)
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": ADDRESS}
    sets = ["--set", f"token={TOKEN}", "--set", f"address={ADDRESS}"]
    done = run(home, ["run", "leaky", *sets, "--json", "--results", str(tmp_path / "results")], environment)
    assert done.returncode == 1, done.stderr
    written = files(tmp_path / "results")
    assert {Path(name).name for name, _ in written} >= {"run.json", "predictions.jsonl", "output.log", "scores.json"}
    log = next(content for name, content in written if name.endswith("output.log"))
    assert log.count(b"child says [hidden]") == 1  # what is looked for was there
    assert b"loading with [hidden]" in log
    assert leaks([*written, ("stdout", done.stdout), ("stderr", done.stderr)]) == []
    wrong = benchmark("run", "leaky", "--set", f"nothing={TOKEN}")
    assert (wrong.returncode, TOKEN in wrong.stdout + wrong.stderr) == (2, False)


def test_no_key_reaches_a_file_or_an_output_of_an_extraction_and_another_key_is_another_extraction(home, tmp_path):
    (home / "models" / "leaky.py").write_text(MODEL)
    (tmp_path / "in.jsonl").write_text('{"id": "a", "text": "Gao"}\n{"id": "a.retold", "text": "Gao"}\n')
    environment = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": ADDRESS}
    sets = ["--set", f"token={TOKEN}", "--set", f"address={ADDRESS}"]
    command = ["extract", "leaky", str(tmp_path / "in.jsonl"), str(tmp_path / "out")]
    done = run(home, [*command, *sets, "--json"], environment)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["outcomes"] == {"failed": 1, "ok": 1}
    written = files(tmp_path / "out")
    assert {Path(name).name for name, _ in written} >= {"manifest.json", "part-00000.jsonl", "shards.jsonl", "output.log"}
    log = next(content for name, content in written if name.endswith("output.log"))
    assert log.count(b"child says [hidden]") == 1  # what is looked for was there
    assert b"loading with [hidden]" in log
    shard = next(content for name, content in written if name.endswith("part-00000.jsonl"))
    assert b"refused: [hidden] [hidden]" in shard
    work = json.loads((tmp_path / "out" / "manifest.json").read_text())["work"]
    assert work["parameters"]["token"] == HIDDEN
    assert leaks([*written, ("stdout", done.stdout), ("stderr", done.stderr)]) == []
    again = run(home, [*command, *sets], environment)
    assert (again.returncode, b"2 documents in 1 shards" in again.stdout) == (1, True), again.stderr
    for other in (["--set", f"token={TOKEN}x", *sets[2:]], [*sets[:2], "--set", f"address={ADDRESS}x"]):
        refusal = run(home, [*command, *other], environment)
        assert refusal.returncode == 2
        assert b"a value that is not written down" in refusal.stderr
        assert leaks([("stderr", refusal.stderr), *files(tmp_path / "out")]) == []


def test_no_key_is_in_what_ray_is_told_or_tells(home, monkeypatch):
    """What travels in the open: the environment of the actors, the description of the plan, messages. Tasks go as objects of the store."""
    ray = pytest.importorskip("ray", reason="ray is not installed (extra ray)")
    from benchmark.answers import Labels
    from benchmark.extraction.cluster import Cluster
    from benchmark.extraction.lane import task, units_of
    from benchmark.gold import GoldSet
    from benchmark.problems import BadInput
    from benchmark.registry import find
    from benchmark.schema import Document
    from benchmark.worker import Job

    (home / "models" / "leaky.py").write_text(MODEL)
    for name, value in {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": ADDRESS}.items():
        monkeypatch.setenv(name, value)
    told, stored = [], []

    class Rows:
        def map_batches(self, *words, **named):
            told.append((words, named))
            raise RuntimeError(f"lost {TOKEN} at {ADDRESS}")

    monkeypatch.setattr(ray, "init", lambda **named: told.append(named))
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    monkeypatch.setattr(ray, "put", lambda value: stored.append(value) or "reference")
    monkeypatch.setattr(ray.data, "read_datasource", lambda *words, **named: Rows())
    job = Job(find("leaky", home / "models"), {"token": TOKEN, "address": ADDRESS}, "cpu", str(home / "log"), 0, None)
    work = task(job, Labels.of(GoldSet(home / "gold").inventory), 60, 60)
    with pytest.raises(BadInput, match=r"given up .*lost \[hidden\]") as caught:
        list(Cluster().answers(work, units_of([Document("d", "Gao")])))
    assert leaks([("told", repr(told).encode()), ("message", str(caught.value).encode())]) == []
    assert "reference" in repr(told)
    assert any(TOKEN.encode() in value for value in stored)


ECHOES = {
    "an error": lambda request: refused(401, f"Incorrect API key provided: {KEY} {request['headers']['authorization']}"),
    "an error's code": lambda request: refused(400, "no", code=KEY),
    "headers": lambda request: (429, {"Retry-After": "0", "X-Key": KEY, "WWW-Authenticate": f"Bearer {KEY}"}, json.dumps({"error": KEY})),
    "an answer": lambda request: said(
        json.dumps({"mentions": [{"id": "1", "text": KEY, "type": "GPE", "entity": KEY[:80]}], "events": []})
    ),
    "an answer that is none": lambda request: said(f"your key is {KEY}"),
    "a body that is no JSON": lambda request: (200, {}, f"<html>{KEY} {PASSWORD} {QUERY}"),
    "a redirection": lambda request: (302, {"Location": f"http://127.0.0.1:9/?k={KEY}"}, KEY),
}


@pytest.mark.parametrize("what", [name if name == "an answer" else pytest.param(name, marks=pytest.mark.slow) for name in ECHOES])
def test_no_key_reaches_a_file_or_an_output_from_an_endpoint_that_echoes_it_in(what, home, tmp_path):
    pytest.importorskip("openai", reason="openai is not installed (extra llm)")
    import shutil

    shutil.copy(ROOT / "models" / "llm.py", home / "models")
    shutil.copytree(ROOT / "models" / "llm", home / "models" / "llm")
    stub = Stub()
    stub.reply(ECHOES[what])
    url = stub.url.replace("http://", f"http://me:{quote(PASSWORD, safe='')}@") + f"?key={QUERY}"
    environment = {
        **{"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url, "OPENAI_MODEL": "stub", "NO_PROXY": "127.0.0.1"},
        **{"BENCHMARK_CACHE": str(tmp_path / "cache"), "OPENAI_LOG": "debug"},
    }
    sets = ["--set", "retries=1", "--set", "backoff=0.001", "--set", f"model=m-{KEY}"]
    try:
        done = run(home, ["run", "llm", *sets, "--edition", "retold", "--results", str(tmp_path / "results")], environment)
    finally:
        stub.close()
    assert done.returncode in (0, 1), done.stderr
    assert stub.requests, "the endpoint was asked"
    assert any("authorization" in request["headers"] for request in stub.requests)
    written = files(tmp_path)
    assert any(name.endswith("predictions.jsonl") for name, _ in written)
    if what.startswith("an answer") and "none" not in what:
        assert any("cache" in name for name, _ in written)
    assert leaks([*written, ("stdout", done.stdout), ("stderr", done.stderr)]) == []


def test_messages_hide_the_keys_of_the_environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert hidden(f"no file {KEY}") == f"no file {HIDDEN}"
