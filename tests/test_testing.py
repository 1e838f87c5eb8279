"""Every fault that ``check`` knows, made on purpose."""

import sys

import pytest

from benchmark import testing
from benchmark.problems import BadInput
from benchmark.registry import find, in_file
from benchmark.testing import check_extractor, described

HEAD = """import itertools, json, os, random, re, time
from pathlib import Path
from benchmark.api import Argument, Article, Event, Extraction, Mention, Unavailable, Unsupported, extractor

def names(text, start=0, kind="GPE"):
    return [Mention(start + m.start(), start + m.end(), kind) for m in re.finditer(r"[A-Z][a-z]+", text)]
"""
CLASS = """
@extractor("fresh", produces={{{produces}}}, scheme="{scheme}", trained_on=("nothing",))
class Fresh:
    {rest}
"""


ELSEWHERE = (
    "a_sound_model_passes",
    "hash order",
    "state of the process",
    "elsewhere",
)  # tests of the check that starts a process, which takes seconds


@pytest.fixture(autouse=True)
def _in_this_process(request, monkeypatch):
    if not any(name in request.node.name for name in ELSEWHERE):
        monkeypatch.setattr(testing._Checks, "_elsewhere", lambda self: None)


@pytest.fixture
def check(home):
    """The findings of a model made of a body, by check; those that are not passed."""

    def run(body, produces="'mentions'", scheme="gold", rest=None, limit=20.0):
        text = HEAD + CLASS.format(produces=produces, scheme=scheme, rest=rest or f"def extract(self, article):\n        {body}")
        (home / "models" / "fresh.py").write_text(text)
        findings = check_extractor(find("fresh", home / "models"), limit=limit, long=3000)
        return {f.check: (f.result, f.detail) for f in findings if f.result != "passed"}

    return run


def test_a_sound_model_passes_everything(check):
    assert check("return Extraction(names(article.text))") == {}


def test_a_model_of_events_too(check):
    body = (
        "m = [Mention(x.start, x.end, 'GPE', 'NAM', 'e', id=f'T{n}') for n, x in enumerate(names(article.text))]\n"
        "        args = [Argument('Territory', x.id) for x in m[:1]]\n"
        "        return Extraction(m, [Event(*e.span(), 'Territory.Capture', 'Actual', arguments=args) for e in article.finditer('took')])"
    )
    assert check(body, "'mentions', 'events', 'arguments', 'realis', 'identity'") == {}


SHIFTS = {
    "UTF-16 units": ("len(s.encode('utf-16-le')) // 2", "emoji", "JavaScript"),
    "UTF-8 bytes": ("len(s.encode())", "accented letters", "Rust"),
    "NFC": ("len(__import__('unicodedata').normalize('NFC', s))", "combining marks", "(NFC)"),
    "NFD": ("len(__import__('unicodedata').normalize('NFD', s))", "accented letters", "(NFD)"),
    "line ends": ("len(s.replace('\\r\\n', '\\n'))", "Windows line ends", "turned into"),
    "stripped": ("len(s.lstrip())", "white space at the beginning", "without the white space"),
}


@pytest.mark.parametrize("how", SHIFTS)
def test_offsets_that_count_something_else(check, how):
    length, where, words = SHIFTS[how]
    body = f"""n = lambda i: (lambda s: {length})(article.text[:i])
        found = [(n(m.start), n(m.end)) for m in names(article.text)]
        return Extraction([Mention(a, b, "GPE") for a, b in found if a < b])"""
    result, detail = check(body)[f"counts offsets right after {where}"]
    assert result == "failed"
    assert words in detail
    assert "must count Unicode code points" in detail


def test_offsets_from_the_beginning_of_the_scored_part(check):
    body = "low, high = (article.regions or ((0, len(article.text)),))[0]\n        return Extraction(names(article.text[low:high]))"
    found = check(body)
    assert "beginning of the scored part" in found["counts offsets right where only a part of the text is scored"][1]
    assert len(found) == 1


def test_offsets_that_begin_anew_with_each_sentence(check):
    found = check("return Extraction([m for a, b in article.sentences() for m in names(article.text[a:b])])")
    assert "add the offset at which the piece begins" in found["counts offsets from the beginning of the text"][1]


FAULTS = {
    "past the end": ("return Extraction([Mention(0, len(article.text) + 5, 'GPE')])", "answers an ordinary article", "past the end"),
    "empty text": ("article.text[0]; return Extraction(names(article.text))", "survives an empty text", r"IndexError: .* \(fresh.py:\d+\)"),
    "exits": ("os._exit if article.text else None; raise SystemExit(0)", "answers an ordinary article", "SystemExit"),
    "one letter": ("article.text[1:] or article.text[1]; return Extraction()", "survives a text of one character", "IndexError"),
    "prints": ("print('hello'); return Extraction(names(article.text))", "prints nothing on standard output", "printed 'hello"),
    "random": (
        "return Extraction([m for m in names(article.text) if random.random() < 0.5])",
        "gives the same answer again, after other articles",
        "seed what is random",
    ),
    "hash order": (
        "return Extraction([Mention(0, 6, k) for k in {'GPE', 'PER', 'ORG', 'LOC', 'FAC', 'VEH', 'WEA'} if article.text[5:]])",
        "answers the same in another process",
        "sort what is a set",
    ),
    "reseeds": (
        "random.seed(0); return Extraction(names(article.text))",
        "leaves its surroundings as they are",
        "changes the state of random",
    ),
    "environment": (
        "os.environ['BENCHMARK_ROOT'] += '/.'; return Extraction(names(article.text))",
        "leaves its surroundings as they are",
        "changes the variable BENCHMARK_ROOT of the environment",
    ),
    "unknown type": (
        "return Extraction(names(article.text, kind='PERS'))",
        "uses the labels of its scheme",
        "type 'PERS' is not in the scheme 'gold'; nearest is PER",
    ),
    "another scheme": (
        "return Extraction(names(article.text, kind='PERSON'))",
        "uses the labels of its scheme",
        "but all are in ontonotes.*declare scheme='ontonotes'",
    ),
    "a level of a value": (
        "return Extraction([Mention(*m.span(), 'NUM', 'NAM') for m in article.finditer('[0-9]+')])",
        "uses the labels of its scheme",
        "NUM takes no level NAM",
    ),
    "undeclared": (
        "return Extraction([Mention(m.start, m.end, 'GPE', entity='x') for m in names(article.text)])",
        "makes only what it declares",
        "makes identity without declaring it",
    ),
    "state": (
        "self.n = getattr(self, 'n', 0) + 1; return Extraction(names(article.text)[: 9 - self.n])",
        "gives the same answer again, after other articles",
        "different answers",
    ),
    "long": (
        "assert len(article.text) < 2500, 'too long'; return Extraction(names(article.text))",
        "survives a text of 3,000 characters",
        "AssertionError: too long",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_named(check, name):
    body, where, reason = FAULTS[name]
    import re

    result, detail = check(body)[where]
    assert result == "failed"
    assert re.search(reason, detail), detail


def test_values_of_the_wrong_form(check):
    body = "return Extraction([Mention(*m.span(), 'NUM', value=m[0]) for m in article.finditer('[0-9]+')])"
    assert "is not of the form of NUM" in check(body, "'mentions', 'values'")["uses the labels of its scheme"][1]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("Event(0, 3, 'Territory.Captured')", "nearest is Territory.Capture"),
        ("Event(0, 3, 'Territory.Capture', arguments=[Argument('Tacker', start=0, end=3)])", "role 'Tacker' is not .* nearest is Taker"),
        ("Event(0, 3, 'Territory.Capture', arguments=[Argument('Victim', start=0, end=3)])", "role Victim is none of Territory.Capture"),
    ],
)
def test_events_and_roles(check, event, reason):
    import re

    detail = check(f"return Extraction(events=[{event}] if article.text[3:] else [])", "'events', 'arguments'")[
        "uses the labels of its scheme"
    ][1]
    assert re.search(reason, detail), detail


def test_a_scheme_that_is_none(check):
    assert (
        "scheme 'klingon' is not known; there are gold"
        in check("return Extraction()", scheme="klingon")["uses the labels of its scheme"][1]
    )


@pytest.mark.parametrize(
    ("constructor", "reason"),
    [
        ("def __init__(self, size): self.size = size", "without a default: size"),
        ("def __init__(self, size=1): self.size = str(size)", "size is not stored unchanged"),
        ("def __init__(self, what=print): self.what = what", "cannot be written as JSON"),
    ],
)
def test_constructors(check, constructor, reason):
    found = check("", rest=f"{constructor}\n    def extract(self, article): return Extraction()")
    assert reason in found["its constructor only stores its parameters"][1]


@pytest.mark.parametrize(
    ("many", "reason"),
    [
        ("return [Extraction() for a in articles]", "different answers (alone and among others)"),
        ("return [self.extract(a) for a in articles][1:]", "one for each, in order"),
        ("return [Extraction()] * max(1, len(articles))", "must give nothing"),
    ],
)
def test_batches(check, many, reason):
    single = "def extract(self, article): return Extraction(names(article.text))"
    found = check("", rest=f"{single}\n    def extract_many(self, articles): {many}")
    assert any(reason in detail for _, detail in found.values()), found


def test_a_slow_model_ends_the_checks(check):
    found = check("time.sleep(30); return Extraction()", limit=0.3)
    assert "took too long" in found["answers an ordinary article"][1]
    assert found["all the rest"][0] == "skipped"


def test_what_lacks_something_is_skipped_with_the_reason(check):
    assert check("raise Unavailable('no weights')") == {"answers an ordinary article": ("skipped", "unavailable: no weights")}
    assert check("raise Unsupported('not French')") == {"answers an ordinary article": ("skipped", "unsupported: not French")}
    found = check("if not article.text: raise Unsupported('empty')\n        return Extraction(names(article.text))")
    assert found == {"survives an empty text": ("skipped", "unsupported: empty")}


LEARNS = """def __init__(self): self.words = []
    def fit(self, documents): self.words = sorted({{(d.text[m.start:m.end], m.type) for d in documents for m in d.mentions}})
    def save(self, folder): {save}
    def restore(self, folder): {restore}
    def extract(self, article):
        return Extraction([Mention(*f.span(), kind) for w, kind in self.words for f in article.finditer(re.escape(w))])"""
GOOD = {
    "save": "(folder / 'w.json').write_text(json.dumps(self.words))",
    "restore": "self.words = json.loads((folder / 'w.json').read_text())",
}


def test_what_learns_is_saved_and_restored(check):
    assert check("", rest=LEARNS.format(**GOOD)) == {}
    forgets = check("", rest=LEARNS.format(**{**GOOD, "restore": "self.words = []"}))
    assert "trained and restored" in forgets["answers the same when saved and restored"][1]
    pickled = check(
        "", rest=LEARNS.format(**{**GOOD, "save": GOOD["save"] + "; __import__('pickle').dump(self.words, open(folder / 'w', 'wb'))"})
    )
    assert "saves a pickle (w)" in pickled["answers the same when saved and restored"][1]


def test_the_users_cache_is_left_alone(check, tmp_path, monkeypatch):
    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path / "cache"))
    check("", rest=LEARNS.format(**GOOD))
    assert not (tmp_path / "cache").exists()


def test_declarations(home):
    text = (
        HEAD
        + "from benchmark.schema import Document\nimport sqlite3\n"
        + (
            "@extractor('fresh', produces={'mentions', 'events'}, requires=('sqlite3',), uses=('gone',))\n"
            "class Fresh:\n    def extract(self, article): return Extraction(names(article.text))\n"
        )
    )
    (home / "models" / "fresh.py").write_text(text)
    findings = {f.check: f for f in check_extractor(find("fresh", home / "models"), long=1000)}
    assert findings["declares itself"].result == "note"
    for words in (
        "trained_on is empty",
        "no model 'gone'",
        "imports benchmark.schema",
        "imports sqlite3 at its top",
        "without saying in install",
    ):
        assert words in findings["declares itself"].detail
    assert findings["makes all that it declares"].result == "note"
    assert "declares events and made none" in findings["makes all that it declares"].detail


PROGRAM = """import json, re, sys
for line in sys.stdin:
    text = json.loads(line)["text"]
    n = lambda i: {length}
    found = [{{"start": n(m.start()), "end": n(m.end()), "type": "GPE"}} for m in re.finditer("[A-Z][a-z]+", text)]
    print(json.dumps({{"mentions": found}}){end})
"""


@pytest.mark.parametrize(
    ("length", "end", "where", "reason"),
    [
        ("i", ", flush=True", None, None),
        ("len(text[:i].encode())", ", flush=True", "counts offsets right after accented letters", "UTF-8 bytes"),
        ("i", "", "answers an ordinary article", "must send each answer at once (flush)"),
    ],
)
def test_programs(home, length, end, where, reason, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    (home / "models" / "prog.py").write_text(PROGRAM.format(length=length, end=end))
    (home / "models" / "prog.toml").write_text(f"command = ['{sys.executable}', 'prog.py']\npersistent = true\n")
    found = {f.check: f.detail for f in check_extractor(find("prog", home / "models"), limit=3, long=1000) if f.result != "passed"}
    if where is None:
        assert found == {}
    else:
        assert reason in found[where]


def test_described(check, home):
    check("print('x'); return Extraction(names(article.text))")
    text = described(check_extractor(in_file(home / "models" / "fresh.py")[0], long=1000))
    assert "failed  prints nothing on standard output\n        printed" in text
    assert text.endswith("1 failed")


def test_an_unknown_model_is_bad_input(home):
    with pytest.raises(BadInput):
        find("zzz", home / "models")
