import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import traceback
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.api import Article, Invented, Unavailable, Unsupported, companion
from benchmark.registry import find
from benchmark.testing import check_extractor
from benchmark.worker import predict
from tests.models.conftest import MODELS
from tests.models.stub_endpoint import Stub, dropped, late, refused, said

pytest.importorskip("openai", reason="openai is not installed (extra llm)")

KEY = "sk-test/Se+cret&0123456789"
TEXT = (
    "Rebels seize Kidal\n\nOn 3 May 2012 about 200 rebels took Kidal from the Malian army. Three soldiers were killed.\n\n"
    "The army\nwithdrew to Gao. Kidal is quiet."
)
ARTICLE = Article("kidal", TEXT, "2012-05-05")


def mention(text, kind="GPE", sentence=None, name="", **more):
    return {"id": name or text, "sentence": sentence, "text": text, "type": kind, **more}


GOOD = {
    "mentions": [
        mention("Rebels", "PER", 1, "m1", level="NOM", entity="rebels"),
        mention("Kidal", "GPE", 1, "m2", level="NAM", entity="kidal"),
        mention("3 May 2012", "DATE", 2, "m3", level=None, value="2012-05-03"),
        mention("rebels", "PER", 2, "m4", level="NOM", entity="rebels"),
        mention("Kidal", "GPE", 2, "m5", level="NAM", entity="kidal"),
        mention("Malian army", "ORG", 2, "m6", level="NAM", entity="malian-army"),
        mention("The army", "ORG", 4, "m7", level="NOM", entity="malian-army"),
        mention("Gao", "GPE", 4, "m8", level="NAM", entity="gao"),
        mention("Kidal", "GPE", 5, "m9", level="NAM", entity="kidal"),
    ],
    "events": [
        {
            "sentence": 2,
            "trigger": "took",
            "type": "Territory.Capture",
            "realis": "Actual",
            "event": "fall-of-kidal",
            "arguments": [{"role": "Taker", "mention": "m4"}, {"role": "Territory", "mention": "m5"}, {"role": "Loser", "mention": "m6"}],
        },
        {"sentence": 3, "trigger": "killed", "type": "Life.Die", "realis": "Actual", "event": "deaths", "arguments": []},
    ],
}


@pytest.fixture(scope="module")
def server():
    stub = Stub()
    yield stub
    stub.close()


CERTIFICATES = ssl.create_default_context()


@pytest.fixture
def stub(server, monkeypatch, tmp_path):
    """The endpoint, in the environment; the cache is the test's own."""
    server.requests.clear()
    server.reply(said(json.dumps(GOOD)))
    for name, value in {"BASE_URL": server.url, "API_KEY": KEY, "MODEL": "stub-1"}.items():
        monkeypatch.setenv(f"OPENAI_{name}", value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(ssl, "create_default_context", lambda *a, **k: CERTIFICATES)  # reading them takes every client 0.2 s
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "cache"))
    return server


@pytest.fixture
def make(model_class, stub):
    """A loaded model that loses no time."""
    made = []

    def load(**parameters):
        model = model_class(**{"backoff": 0.001, "timeout": 5.0, **parameters})
        model.load("cpu")
        made.append(model)
        return model

    yield load
    for model in made:
        model.close()


def names(extraction, text=TEXT):
    return [(text[m.start : m.end], m.type) for m in extraction.mentions]


def answer(*mentions, events=()):
    return said(json.dumps({"mentions": list(mentions), "events": list(events)}))


def test_labels_with_offsets_levels_values_identity_and_arguments(make, stub):
    found = make().extract(ARTICLE)
    assert [(TEXT[m.start : m.end], m.type, m.level, m.entity, m.value) for m in found.mentions] == [
        ("Rebels", "PER", "NOM", "rebels", None),
        ("Kidal", "GPE", "NAM", "kidal", None),
        ("3 May 2012", "DATE", None, None, "2012-05-03"),
        ("rebels", "PER", "NOM", "rebels", None),
        ("Kidal", "GPE", "NAM", "kidal", None),
        ("Malian army", "ORG", "NAM", "malian-army", None),
        ("The army", "ORG", "NOM", "malian-army", None),
        ("Gao", "GPE", "NAM", "gao", None),
        ("Kidal", "GPE", "NAM", "kidal", None),
    ]
    assert [m.start for m in found.mentions if TEXT[m.start : m.end] == "Kidal"] == [13, TEXT.index("Kidal from"), TEXT.index("Kidal is")]
    took, killed = found.events
    assert (TEXT[took.start : took.end], took.type, took.realis, took.event) == ("took", "Territory.Capture", "Actual", "fall-of-kidal")
    by_id = {m.id: TEXT[m.start : m.end] for m in found.mentions}
    assert [(a.role, by_id[a.mention]) for a in took.arguments] == [("Taker", "rebels"), ("Territory", "Kidal"), ("Loser", "Malian army")]
    assert killed.arguments == ()
    assert (found.invented, found.tokens, found.cost) == ((), 110, None)


def test_what_is_sent(make, stub):
    make(temperature=0.5, seed=7).extract(ARTICLE)
    (request,) = stub.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert (request["model"], request["temperature"], request["seed"], request["max_tokens"]) == ("stub-1", 0.5, 7, 8192)
    form = request["response_format"]["json_schema"]
    assert form["strict"]
    item = form["schema"]["properties"]["mentions"]["items"]
    assert item["required"] == list(item["properties"])
    system, user = (m["content"] for m in request["messages"])
    for words in ("a nationality, religion, ethnic or political group", "Territory.Capture: ", "who gains the place", "~300"):
        assert words in system
    assert "Publication date: 2012-05-05" in user
    assert "[4] The army withdrew to Gao." in user


def test_strings_that_do_not_stand_in_the_text_are_invented(make, stub):
    event = {"sentence": 2, "trigger": "bombed", "type": "Conflict.AirStrike", "realis": "Actual", "event": None, "arguments": []}
    stub.reply(answer(mention("Timbuktu", sentence=2), mention("KIDAL", sentence=1), mention("Malain army", "ORG", 2), events=[event]))
    model = make()
    found = model.extract(ARTICLE)
    assert found.invented == (Invented("Timbuktu", "GPE"), Invented("bombed", "Conflict.AirStrike", "event"))
    assert names(found) == [("Kidal", "GPE"), ("Malian army", "ORG")]
    assert found.events == ()


def test_the_log_tells_how_strings_were_found_and_nothing_of_the_text(make, stub, capfd):
    stub.reply(answer(mention("Timbuktu", sentence=2), mention("KIDAL", sentence=1), mention("Gao", "TOWN", 4), 7))
    make().extract(ARTICLE)
    out, err = capfd.readouterr()
    assert out == ""
    assert err == "kidal: strings 1 folded, 1 not_found; dropped 1 unknown type, 1 wrong form\n"


def test_repeated_strings_are_aligned_in_order_also_without_sentences(make, stub):
    stub.reply(answer(*[mention("Kidal", name=str(n)) for n in range(4)]))
    found = make().extract(ARTICLE)
    assert [m.start for m in found.mentions] == [13, TEXT.index("Kidal from"), TEXT.index("Kidal is")]
    assert found.invented == ()  # one asking too many is no invention: it stands in the text


def test_a_wrong_sentence_number_leads_to_the_nearest_occurrence(make, stub):
    stub.reply(answer(mention("Kidal", sentence=4), mention("Gao", sentence=99), mention("army", "ORG", -1)))
    assert [m.start for m in make().extract(ARTICLE).mentions] == [TEXT.index("Kidal is"), TEXT.index("Gao"), TEXT.index("army.")]


def test_one_word_may_state_two_events_and_the_same_event_twice_is_one(make, stub):
    event = {"sentence": 3, "trigger": "killed", "realis": "Actual", "event": "x"}
    stub.reply(
        answer(
            mention("soldiers", "PER", 3, "a", level="NOM"),
            mention("Three", "NUM", 3, "b", value="=3"),
            events=[
                {**event, "type": "Life.Die", "arguments": [{"role": "Victim", "mention": "a"}]},
                {**event, "type": "Justice.Execute", "arguments": [{"role": "Person", "mention": "a"}, {"role": "Victim", "mention": "a"}]},
                {**event, "type": "Life.Die", "arguments": [{"role": "Victim", "mention": "a"}, {"role": "Agent", "mention": "nobody"}]},
            ],
        )
    )
    found = make().extract(ARTICLE)
    assert [(e.type, [a.role for a in e.arguments]) for e in found.events] == [("Life.Die", ["Victim"]), ("Justice.Execute", ["Person"])]


@pytest.mark.parametrize(
    "wrapping",
    [
        "{}",
        "Here you are:\n```json\n{}\n```\nAnything else?",
        '<think>maybe {{"mentions": [1]}}</think>{}',
        "In {{curly}} words: {} (done)",
    ],
)
def test_prose_and_fences_around_json(make, stub, wrapping):
    stub.reply(said(wrapping.replace("{{", "{").replace("}}", "}").replace("{}", json.dumps(GOOD))))
    assert len(make().extract(ARTICLE).mentions) == 9
    assert len(stub.requests) == 1


def test_truncated_json_is_taken_as_far_as_whole_items_go(make, stub):
    whole = json.dumps(GOOD)
    stub.reply(said(whole[: whole.index('"m6"') + 3]))
    assert len(make().extract(ARTICLE).mentions) == 5
    stub.reply(said(whole[: whole.index('"killed"')]))
    found = make(cache=False).extract(ARTICLE)
    assert (len(found.mentions), len(found.events)) == (9, 1)


def test_an_answer_that_is_cut_off_is_asked_for_in_halves(make, stub):
    stub.reply(said('{"mentions": [', "length"), answer(mention("Rebels", "PER", 1)), answer(mention("Kidal", sentence=3)))
    found = make().extract(ARTICLE)
    assert names(found) == [("Rebels", "PER"), ("Kidal", "GPE")]
    assert found.mentions[1].start == TEXT.index("Kidal is")
    assert found.tokens == 330


@given(st.text(max_size=80) | st.integers(0, 700).map(lambda n: json.dumps(GOOD)[:n] + "x" * (n % 3)))
def test_whatever_comes_is_read_or_refused(content):
    answers = companion(str(MODELS / "llm.py"), "answers")
    found = answers.parse(content)
    assert found is None or set(found) == {"mentions", "events"}


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(["Kidal", "took", "GPE", "Life.Die", "m1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from("id sentence text trigger type level entity value realis event arguments role mention".split()),
            inner,
            max_size=9,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_JUNK, max_size=5), st.lists(_JUNK, max_size=5))
def test_items_of_any_form_never_break_it_and_spans_lie_in_the_text(mentions, events):
    answers, labels = (companion(str(MODELS / "llm.py"), name) for name in ("answers", "labels"))
    reader = answers.Reader({"GPE": ("NAM", "NOM"), "NUM": ()}, {"Life.Die": ("Victim",)}, ("Actual",))
    made = labels.Labels(TEXT)
    made.add(ARTICLE.sentences(), reader.mentions(mentions), reader.events(events))
    for label in (*made.mentions, *made.events):
        assert 0 <= label.start < label.end <= len(TEXT)
    for event in made.events:
        assert {a.mention for a in event.arguments} <= {m.id for m in made.mentions}


def test_half_a_surrogate_pair_and_endless_strings_do_not_reach_the_results(make, stub):
    stub.reply(said('{"mentions": [{"text": "\\ud83d", "type": "GPE"}, {"text": "%s", "type": "GPE"}], "events": []}' % ("y " * 5000)))
    result = predict(make(), ARTICLE)
    assert (result.outcome, [i.text for i in result.invented]) == ("ok", ["\ufffd"])


def test_a_huge_answer_is_read_in_seconds(make, stub):
    many = [mention(f"Place {n}", sentence=n % 5) for n in range(20_000)]
    stub.reply(answer(*many, *GOOD["mentions"]))
    began = time.process_time()
    found = make().extract(ARTICLE)
    assert len(found.invented) == 5000
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "reply", [said("[1, 2]"), said('{"result": []}'), said("I am sorry."), said(None), said("[" * 100_000), said("{" * 9999)]
)
def test_an_answer_without_labels_is_asked_for_once_more_then_failed(make, stub, reply):
    stub.reply(reply, said(json.dumps(GOOD)))
    assert len(make(seed=3).extract(ARTICLE).mentions) == 9
    assert [r["seed"] for r in stub.requests] == [3, 4]
    stub.reply(reply)
    result = predict(make(cache=False), ARTICLE)
    assert result.outcome == "failed"
    assert "two answers hold no JSON" in result.error


def test_a_refusal_is_unsupported(make, stub):
    stub.reply(said(None, refusal="No."))
    with pytest.raises(Unsupported, match="will not label"):
        make().extract(ARTICLE)


@pytest.mark.parametrize(
    "fault",
    [
        refused(500, "boom"),
        refused(503, "busy"),
        refused(429, "slow down"),
        (200, {"Content-Type": "text/html"}, "<html>"),
        (200, {}, '{"choi'),
        (200, {}, '{"error": "upstream"}'),
        (200, {}, "null"),
        dropped,
    ],
    ids=["500", "503", "429", "html", "half JSON", "no choices", "null", "dropped"],
)
def test_failures_are_tried_again_and_not_for_ever(make, stub, fault):
    stub.reply(fault, fault, said(json.dumps(GOOD)))
    assert len(make().extract(ARTICLE).mentions) == 9
    assert len(stub.requests) == 3
    stub.requests.clear()
    stub.reply(fault)
    model = make(cache=False, retries=2)
    with pytest.raises(Unavailable, match="failed 3 times"):
        model.extract(ARTICLE)
    assert len(stub.requests) == 3
    with pytest.raises(Unavailable, match="failed 1 times"):  # an endpoint that is down costs the next article one attempt
        model.extract(ARTICLE)


def test_time_outs_are_tried_again(make, stub):
    stub.reply(late(0.6, said("{}")), said(json.dumps(GOOD)))
    assert len(make(timeout=0.2).extract(ARTICLE).mentions) == 9
    stub.reply(late(0.6, said("{}")))
    with pytest.raises(Unavailable, match=r"no answer in 0\.2 s"):
        make(timeout=0.2, retries=0, cache=False).extract(ARTICLE)


def test_waits_grow_and_retry_after_is_honoured(make, stub, monkeypatch):
    model = make(backoff=1.0, longest_wait=20.0)
    waits = []
    monkeypatch.setattr(sys.modules[type(model.endpoint).__module__].time, "sleep", waits.append)
    date = formatdate(time.time() + 15, usegmt=True)
    said_so = [{"Retry-After": "12"}, {"Retry-After": date}, {"retry-after-ms": "9000"}]
    stub.reply(refused(500, "boom"), *(refused(429, "slow down", h) for h in said_so), said(json.dumps(GOOD)))
    model.extract(ARTICLE)
    assert 0.5 <= waits[0] <= 1.5
    assert waits[1] == 12
    assert 12 < waits[2] <= 15
    assert 9 <= waits[3] <= 12
    stub.reply(refused(429, "slow down", {"Retry-After": "3600"}))
    with pytest.raises(Unavailable, match="wait 3600 s"):
        make(cache=False, longest_wait=20.0).extract(ARTICLE)
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (refused(401, "Incorrect API key"), Unavailable, "OPENAI_API_KEY"),
        (refused(403, "no"), Unavailable, "OPENAI_API_KEY"),
        (refused(404, "no such model"), Unavailable, "no model 'stub-1'"),
        (refused(402, "pay"), Unavailable, "nothing left"),
        (refused(429, "pay", code="insufficient_quota"), Unavailable, "nothing left"),
        (refused(400, "maximum context length is 10 tokens"), Unsupported, "too long"),
    ],
)
def test_what_repeating_cannot_mend_is_not_repeated(make, stub, reply, kind, words):
    stub.reply(reply)
    with pytest.raises(kind, match=words):
        make().extract(ARTICLE)
    assert len(stub.requests) == 1


def test_structured_output_falls_back_to_json_and_to_text(make, stub):
    no = refused(400, "response_format is not supported")
    stub.reply(no, refused(422, "what?"), said(json.dumps(GOOD)))
    model = make()
    assert len(model.extract(ARTICLE).mentions) == 9
    assert [r.get("response_format", {}).get("type") for r in stub.requests] == ["json_schema", "json_object", None]
    model.extract(Article("b", "Kidal fell."))
    assert "response_format" not in stub.requests[-1]  # it is not tried again
    stub.reply(refused(400, "no"))
    with pytest.raises(Unavailable, match="refuses the request"):
        make(cache=False).extract(ARTICLE)


def test_parameters_that_the_endpoint_does_not_know_are_left_out(make, stub):
    stub.reply(
        refused(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refused(400, "'temperature' does not support 0 with this model."),
        refused(400, "seed: extra inputs are not permitted"),
        said(json.dumps(GOOD)),
    )
    make().extract(ARTICLE)
    last = stub.requests[-1]
    assert last["max_completion_tokens"] == 8192
    assert not {"max_tokens", "temperature", "seed"} & set(last)
    assert last["response_format"]["type"] == "json_schema"


def test_the_cache_answers_the_same_question_and_no_other(make, stub, tmp_path):
    first = make(price_in=1, price_out=1).extract(ARTICLE)
    assert make(price_in=1, price_out=1, timeout=9).extract(ARTICLE) == first  # with the tokens and the cost it took
    assert len(stub.requests) == 1
    for number, other in enumerate([{"model": "stub-2"}, {"temperature": 1}, {"seed": 5}, {"chunk": 60}, {"cache": False}]):
        stub.requests.clear()
        make(**other).extract(ARTICLE)
        assert stub.requests, number
    stub.requests.clear()
    make().extract(Article("kidal", TEXT, "2013-01-01"))
    assert len(stub.requests) == 1
    for file in (tmp_path / "cache").rglob("*.json"):
        file.write_text('{"content": 5}')
    make().extract(ARTICLE)
    assert len(stub.requests) == 2  # what cannot be read is asked for anew
    assert not list((tmp_path / "cache").rglob(".*"))


def test_a_cache_that_cannot_be_written_costs_nothing_but_itself(make, stub, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "file"))
    assert len(make().extract(ARTICLE).mentions) == 9


def test_tokens_cost_and_the_most_that_may_be_spent(make, stub):
    stub.reply(said(json.dumps(GOOD), tokens=(1_000_000, 500_000)))
    model = make(price_in=2, price_out=8, max_cost=6.5)
    found = model.extract(ARTICLE)
    assert (found.tokens, found.cost) == (1_500_000, 6.0)
    model.extract(ARTICLE)  # from the cache: nothing is spent
    model.extract(Article("b", "Kidal fell."))
    with pytest.raises(Unavailable, match=r"max_cost of 6\.5 USD is reached: 12\.0000 USD are spent"):
        model.extract(Article("c", "Gao fell."))
    assert len(stub.requests) == 2
    with pytest.raises(Unavailable, match="max_cost of 0 USD"):
        make(price_in=2, price_out=8, max_cost=0, cache=False).extract(ARTICLE)
    with pytest.raises(Unavailable, match="max_cost needs prices"):
        make(max_cost=1)


def test_an_endpoint_that_tells_no_usage(make, stub):
    stub.reply(said(json.dumps(GOOD), tokens=None))
    assert make(price_in=1, price_out=1).extract(ARTICLE).tokens == 0


def test_long_articles_are_asked_about_in_pieces_that_know_the_identities_so_far(make, stub):
    stub.reply(
        answer(mention("Rebels", "PER", 1), mention("Kidal", sentence=1, level="NAM", entity="kidal")), answer(mention("Kidal", sentence=1))
    )
    found = make(chunk=110).extract(ARTICLE)
    assert len(stub.requests) > 1
    assert "kidal" not in stub.requests[0]["messages"][1]["content"]
    assert "kidal (Kidal)" in stub.requests[1]["messages"][1]["content"]
    assert len({m.id for m in found.mentions}) == len(found.mentions) >= 2


@given(st.lists(st.text(alphabet="ab.\n A", max_size=90), max_size=8).map("".join), st.integers(1, 120))
def test_pieces_hold_every_sentence_once_and_in_order(text, size):
    pieces = companion(str(MODELS / "llm.py"), "labels").pieces
    article = Article("a", text)
    spans = [span for piece in pieces(text, article.sentences(), article.paragraphs(), size) for span in piece]
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert spans == sorted(spans)
    assert all(b - a <= max(50, size) for a, b in spans)


def test_an_empty_text_asks_nothing(make, stub):
    assert make(price_in=1, price_out=1).extract(Article("a", " \n")).cost == 0
    assert stub.requests == []


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_KEY", "OPENAI_MODEL"])
def test_without_url_key_or_model_it_is_unavailable_at_once(model_class, stub, monkeypatch, name):
    monkeypatch.setenv(name, " ")
    began = time.monotonic()
    with pytest.raises(Unavailable, match=f"^{name} not set"):
        model_class().load("cpu")
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://x", "http://x:port/v1"])
def test_an_address_that_is_none(model_class, stub, monkeypatch, url):
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(Unavailable, match="OPENAI_BASE_URL"):
        model_class().load("cpu")


def test_nobody_at_the_address(make, stub, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(Unavailable, match="cannot be reached"):
        make(retries=1).extract(ARTICLE)


def _echo(status):
    """The key, as sent and in other guises, in every part of a reply."""

    def reply(request):
        key = request["headers"]["authorization"].removeprefix("Bearer ")
        guises = f"{key} {key.replace('/', '%2F').replace('+', '%2B').replace('&', '%26')} Bearer {key}"
        if status == 200:
            return answer(mention(key, sentence=2), mention(f"x{key}x", sentence=2), mention("Kidal", sentence=1, entity=key))
        return refused(status, f"Incorrect API key provided: {guises}", {"X-Echo": key}, param=key, code=key)

    return reply


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 413, 422, 429, 500])
def test_the_key_reaches_no_error_no_log_no_result_and_no_file(make, stub, tmp_path, capfd, monkeypatch, status):
    monkeypatch.setenv("OPENAI_LOG", "debug")
    stub.reply(_echo(status))
    monkeypatch.chdir(tmp_path)
    model = make(retries=1)
    result = predict(model, ARTICLE)
    assert result.outcome == ("ok" if status == 200 else "unsupported" if status == 413 else "unavailable")
    everything = [str(result), *capfd.readouterr()]
    try:
        model.extract(Article("b", "Gao fell."))
    except (Unavailable, Unsupported):
        everything.append(traceback.format_exc())
    everything += [file.read_text() for file in tmp_path.rglob("*") if file.is_file()] + [str(p) for p in tmp_path.rglob("*")]
    assert "Se+cret" not in "\n".join(everything)
    assert "Se%2Bcret" not in "\n".join(everything)


def test_the_key_reaches_no_file_of_a_run(stub, home):
    stub.reply(_echo(200), _echo(500), _echo(401))
    shutil.copy(MODELS / "llm.py", home / "models")
    shutil.copytree(MODELS / "llm", home / "models" / "llm")
    command = [sys.executable, "-m", "benchmark", "run", "llm", "--set", "backoff=0.001", "--set", "retries=1", "--json"]
    environment = {**os.environ, "OPENAI_LOG": "debug", "PYTHONPATH": str(MODELS.parent)}
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr  # the second article failed
    outcomes = [article["outcome"] for run in json.loads(done.stdout)["results"] for article in run["articles"]]
    assert sorted(outcomes) == ["ok", "unavailable"]
    files = [file.read_text() for file in (*home.rglob("*"), *home.parent.rglob("cache/**/*")) if file.is_file() and file.suffix != ".pyc"]
    assert len(files) > 8
    assert "Se+cret" not in "\n".join([done.stdout, done.stderr, *files])


def test_errors_do_not_quote_the_article(make, stub):
    stub.reply(lambda request: refused(400, "invalid input: " + request["messages"][1]["content"]))
    with pytest.raises(Unavailable) as caught:
        make().extract(ARTICLE)
    assert "invalid input:" in str(caught.value)
    assert "took Kidal from" not in str(caught.value)


def test_user_and_password_in_the_address_are_secret_too():
    endpoint = companion(str(MODELS / "llm.py"), "endpoint")
    assert endpoint.public("https://me:hush-hush@example.org:8000/v1/?k=v") == "https://example.org:8000/v1"
    scrub = endpoint.scrubber("none", "https://me:hush-hush@example.org/v1")
    assert scrub("hush-hush none sk-abc***wxyz Bearer abcdefgh") == "[key] none [key] [key]"


@pytest.mark.slow
def test_it_is_a_good_extractor(stub):
    stub.reply(answer(mention("Kidal", sentence=1, entity="kidal", level="NAM"), mention("Red Cross", "ORG", 3)))
    findings = check_extractor(find("llm", MODELS))
    assert [f for f in findings if f.result not in ("passed", "note")] == []
