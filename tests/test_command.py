import signal
import sys
import time

import pytest

from benchmark.api import Article, Mention, Unavailable
from benchmark.command import CommandModel

START = "import json, os, sys, time\n"
ANSWER = "print(json.dumps({'mentions': [{'start': 0, 'end': len(article['text']), 'type': str(os.getpid())}]}), flush=True)"
LOOP = f"for line in sys.stdin:\n    article = json.loads(line)\n    {ANSWER}\n"
WHOLE = f"article = json.loads(sys.stdin.read())\n{ANSWER}\n"
ONE_LINE = f"article = json.loads(sys.stdin.readline())\n{ANSWER}\n"


@pytest.fixture
def program(tmp_path):
    """A model whose program is some Python source; ended after the test."""
    made = []

    def make(source, persistent=True):
        (tmp_path / "program.py").write_text(START + source)
        (tmp_path / "program.toml").write_text(f"command = ['{sys.executable}', 'program.py']\npersistent = {str(persistent).lower()}\n")
        made.append(CommandModel(tmp_path / "program.toml"))
        return made[-1]

    yield make
    for model in made:
        model.close()


def articles(n):
    return [Article(f"a{i}", "é🙂\u2028\n" + "x" * i) for i in range(n)]


def pids(model, n=4):
    found = [model.extract(article) for article in articles(n)]
    for i, extraction in enumerate(found):
        (mention,) = extraction.mentions
        assert (mention.start, mention.end) == (0, 4 + i)
    return [extraction.mentions[0].type for extraction in found]


def test_a_persistent_program_is_started_once(program):
    assert len(set(pids(program(LOOP)))) == 1


@pytest.mark.parametrize("source", [LOOP, WHOLE, ONE_LINE])
def test_any_other_is_started_for_each_article(program, source):
    assert len(set(pids(program(source, persistent=False)))) == 4


def test_one_that_ends_after_each_answer_is_started_again(program):
    assert len(set(pids(program(ONE_LINE), 8))) == 8


def test_one_that_ends_now_and_then_is_started_again(program):
    source = LOOP.replace("for line", "for n, line").replace("sys.stdin", "enumerate(sys.stdin)") + "    if n == 1: break\n"
    assert len(set(pids(program(source), 6))) == 3


def test_long_lines_both_ways_while_it_chatters_on_standard_error(program):
    source = "for line in sys.stdin:\n    sys.stderr.write('e' * 200000)\n    print('{}' + ' ' * 300000, flush=True)\n"
    assert program(source).extract(Article("a", "x" * 400_000)).mentions == ()


FAULTS = {
    "dies at once": ("print('no weights', file=sys.stderr); sys.exit(3)", "ended with status 3 before it answered; it said: no weights"),
    "dies over the article": ("sys.stdin.readline(); os.abort()", "was ended by SIGABRT before it answered"),
    "ends without an answer": ("sys.stdin.readline()", "ended with status 0 before it answered"),
    "closes its output": ("os.close(1); sys.stdin.read(); time.sleep(60)", "closed its standard output"),
    "prints garbage": ("sys.stdin.readline(); print('Loading the model ...')", "printed 'Loading the model ...\\n', which is not JSON"),
    "prints bytes": ("sys.stdin.readline(); sys.stdout.buffer.write(b'\\xff\\n')", "which is not JSON"),
    "prints a list": ("sys.stdin.readline(); print([])", "a JSON list, and not an object"),
    "prints an unknown key": ("sys.stdin.readline(); print('{\"entities\": []}')", "unknown key 'entities'"),
    "prints two lines": ("sys.stdin.readline(); print('{}'); print('{}')", "2 lines or more"),
    "answers for another": ('sys.stdin.readline(); print(\'{"id": "zzz"}\')', "answered for document 'zzz'"),
    "turns a span round": (
        'sys.stdin.readline(); print(\'{"mentions": [{"start": 2, "end": 1, "type": "X"}]}\')',
        "empty or turned round",
    ),
}


@pytest.mark.parametrize("persistent", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_told_in_words(program, fault, persistent):
    source, reason = FAULTS[fault]
    with pytest.raises((ValueError, RuntimeError)) as caught:
        program(source, persistent).extract(Article("a", "Kidal"))
    assert reason in str(caught.value)


def test_after_a_fault_the_next_article_gets_its_own_answer(program):
    model = program("for line in sys.stdin:\n    a = json.loads(line)\n    print('?' if a['id'] == 'a1' else '{}', flush=True)\n")
    outcomes = []
    for article in articles(4):
        try:
            outcomes.append(model.extract(article).mentions)
        except ValueError:
            outcomes.append("fault")
    assert outcomes == [(), "fault", (), ()]


def test_a_late_second_line_is_found_out_by_the_next_article(program):
    model = program("for line in sys.stdin:\n    print('{}', flush=True)\n    time.sleep(0.1)\n    print('{}', flush=True)\n")
    model.extract(Article("a", "x"))
    time.sleep(0.3)
    with pytest.raises(ValueError, match="second line for the article before"):
        model.extract(Article("b", "x"))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers are not to be had on this system")
def test_an_answer_that_was_given_up_is_not_taken_for_the_next(program, monkeypatch):
    """As when a time limit strikes while the program works."""

    def late(*_):
        raise TimeoutError

    model = program(LOOP.replace("    print", "    time.sleep(0.5 * (article['id'] == 'slow'))\n    print"))
    before = signal.signal(signal.SIGALRM, late)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(TimeoutError):
            model.extract(Article("slow", "x"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert model.extract(Article("next", "xyz")).mentions[0].end == 3


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("no-such-program", "not installed, or not on the PATH"),
        ("./data.txt", r"may not be run; make it executable"),
        ("./script", r"name its interpreter first"),
    ],
)
def test_what_cannot_be_started_is_unavailable(tmp_path, command, reason):
    (tmp_path / "data.txt").write_text("x")
    (tmp_path / "script").write_text("x")
    (tmp_path / "script").chmod(0o755)
    (tmp_path / "p.toml").write_text(f'command = ["{command}"]\n')
    with pytest.raises(Unavailable, match=reason):
        CommandModel(tmp_path / "p.toml").extract(Article("a", "x"))


def test_closing_ends_a_program_that_hangs(program):
    model = program("print(json.dumps({}), flush=True)\nwhile True: time.sleep(1)\n")
    model.extract(Article("a", "x"))
    process = model._program.process
    model.close()
    assert process.poll() is not None


def test_what_it_finds_is_whole(program):
    answer = (
        '{"mentions": [{"start": 0, "end": 5, "type": "GPE", "score": 0.5}], "invented": [{"text": "Gao", "type": "GPE"}], "cost": 0.1}'
    )
    found = program(f"sys.stdin.readline(); print('{answer}')").extract(Article("a", "Kidal"))
    assert found.mentions == (Mention(0, 5, "GPE", score=0.5),)
    assert (found.invented[0].text, found.cost) == ("Gao", 0.1)
