import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.metrics.records import ceaf_ree, count, count_records, proportional, strict
from benchmark.metrics.rows import SLOTS, Filler, Record, normalised, records
from benchmark.schema import Argument, Document, Event, Mention
from tests.conftest import RETOLD, span, story
from tests.strategies import documents


@pytest.mark.parametrize("reading", [strict, proportional])
def test_ceaf_rees_own_cases(reference, reading):
    cases = json.loads((reference / "scorer" / "template_ceaf_ree.json").read_text())["cases"]
    assert len(cases) == 7
    for case in cases:
        expected = case["expected"]["strict" if reading is strict else "prop"]
        sums = dict.fromkeys(expected, (0.0, 0, 0))
        for gold, predicted in zip(case["gold"], case["pred"], strict=True):
            for role in expected.keys() - {"micro_avg"}:
                sides = [[frozenset(map(normalised, entity)) for entity in side["roles"].get(role, [])] for side in (gold, predicted)]
                counted = (ceaf_ree(*sides, reading), len(sides[1]), len(sides[0]))
                for name in (role, "micro_avg"):
                    sums[name] = tuple(a + b for a, b in zip(sums[name], counted, strict=True))
        for name, (numerator, predicted, gold) in sums.items():
            told = expected[name]
            assert (numerator, numerator) == pytest.approx((told["p_num"], told["r_num"])), (case["id"], name)
            assert (predicted, gold) == (told["p_den"], told["r_den"]), (case["id"], name)


def test_an_entity_without_strings_matches_nothing_and_is_no_error():
    for reading in (strict, proportional):
        assert reading(frozenset({"m1"}), frozenset()) == 0.0
        assert ceaf_ree([frozenset({"m1"})], [frozenset()], reading) == 0.0
    assert ceaf_ree([], [frozenset({"m1"})]) == 0.0


def test_strings():
    assert normalised("The  Red Cross's") == "red crosss"
    assert normalised("al-Bagouz") == "albagouz"
    assert normalised("A") == "a"


def shown(row):
    return {name: value for name, value in row.to_dict().items() if value}


def test_rows_of_a_story():
    rows = records(story())
    assert [shown(row) for row in rows] == [
        {"type": "Life.Die", "target": [["soldiers"]], "deaths": 3.0},
        {"type": "Movement.Withdraw", "place": [["gao"]]},
        {
            "type": "Territory.Capture",
            "actor": [["rebels"]],
            "target": [["kidal"], ["malian army"]],
            "place": [["kidal"]],
            "date": [["2012-05-03"]],
        },
    ]


def document(text, *mentions, event=None, realis=None, kind="Life.Die", name="d"):
    """Mentions given as (words, type, level, entity, value, role)."""
    made = [Mention(*span(text, w), t, lv, e, v, id=f"T{n}") for n, (w, t, lv, e, v, _) in enumerate(mentions)]
    arguments = [Argument(role, f"T{n}") for n, (*_, role) in enumerate(mentions) if role]
    return Document(name, text, mentions=made, events=[Event(0, 1, kind, realis, event, arguments)])


@pytest.mark.parametrize(
    ("text", "number", "value", "victim", "deaths"),
    [
        ("x 45 of them", "45", "=45", "45", 45.0),
        ("x 45 men", "45", "=45", "men", 45.0),
        ("x 12 Syrian soldiers", "12", ">=12", "soldiers", 12.0),
        ("x dozens of men", "dozens", ">=24", "men", 24.0),
        ("x 3 houses and killed men", "3", "=3", "men", None),
        ("x 3, men", "3", "=3", "men", None),
        ("x 18-year-old Ali", "18-year-old", "=18 years", "Ali", None),
        ("x some men", "some", None, "men", None),
    ],
)
def test_deaths(text, number, value, victim, deaths):
    mentions = [(number, "NUM", None, None, value, "Victim" if victim == number else None)]
    if victim != number:
        mentions.append((victim, "PER", "NOM", "victims", None, "Victim"))
    rows = records([document(text, *mentions)])
    assert [row.deaths for row in rows] == ([deaths] if rows else [])
    assert records([document(text, *mentions, kind="Life.Injure")]) == [
        row._replace(type="Life.Injure", deaths=None) for row in rows if row.target
    ]


def test_deaths_of_several_victims_add_up_within_a_document_and_the_most_frequent_total_wins():
    def told(name, text, *numbers):
        parts = [(w, "NUM", None, None, f"={w}", None) for w in numbers]
        victims = [(w, "PER", "NOM", w, None, "Victim") for w in ("rebels", "troops")]
        return document(text, *parts, *victims, event="deaths", name=name)

    both = told("a", "x 500 rebels and 900 troops", "500", "900")
    assert records([both])[0].deaths == 1400.0
    again = told("b", "x 900 rebels, also 500 troops", "500", "900")
    other = told("c", "x 901 rebels, also 502 troops", "901", "502")
    for order in ([both, again, other], [other, both, again]):
        (row,) = records(order)
        assert row.deaths == 1400.0


def test_only_what_happened_and_only_what_fills_a_slot_is_kept():
    men = ("men", "PER", "NOM", None, None, "Victim")
    assert records([document("x men", men, realis="Other")]) == []
    assert len(records([document("x men", men, realis="Actual"), document("x men", men, name="e")])) == 2
    assert records([document("x men")]) == []
    assert records([document("x men", ("men", "PER", "NOM", None, None, "Instrument"))]) == []


def test_a_pronoun_shows_the_entity_by_its_names():
    text = "x they, Isis"
    who = [("they", "PER", "PRO", "isis", None, "Attacker"), ("Isis", "ORG", "NAM", "isis", None, None)]
    (row,) = records([document(text, *who, kind="Conflict.Battle")])
    assert shown(row)["actor"] == [["isis"]]
    (row,) = records([document(text, who[0], kind="Conflict.Battle")])
    assert shown(row)["actor"] == [["they"]]


def test_dates_are_calendar_dates_the_finest():
    text = "x July, 10 July, months"
    times = [
        ("July", "DATE", None, None, "2018-07", "Time"),
        ("10 July", "DATE", None, None, "2018-07-10", "Time"),
        ("months", "DATE", None, None, "P4M", "Time"),
    ]
    (row,) = records([document(text, *times)])
    assert shown(row)["date"] == [["2018-07-10"]]


def test_a_name_of_the_gold_entity_is_right_another_entitys_is_not():
    text = "x Isis and Daesh hit Gao"
    names = [
        ("Isis", "ORG", "NAM", "isis", None, "Attacker"),
        ("Daesh", "ORG", "NAM", "isis", None, None),
        ("Gao", "GPE", "NAM", "gao", None, "Place"),
    ]
    gold = document(text, *names, kind="Conflict.Battle")
    other = [("Daesh", "ORG", "NAM", None, None, "Attacker"), ("Gao", "GPE", "NAM", None, None, "Place")]
    right = count([(gold, document(text, *other, kind="Conflict.Battle"))]).figures()
    assert right["rows"]["complete"]["f1"] == 1.0
    wrong = [("Gao", "GPE", "NAM", None, None, "Attacker")]
    figures = count([(gold, document(text, *wrong, kind="Conflict.Battle"))]).figures()
    assert figures["rows"]["aligned"]["tp"] == 0
    assert figures["slots"]["overall"] | {"tp": 0, "gold": 2, "predicted": 1} == figures["slots"]["overall"]
    another = count([(gold, document(text, *other, kind="Conflict.Siege"))]).figures()
    assert another["rows"]["aligned"]["tp"] == 0


def row(kind="K", deaths=None, **slots):
    return Record(
        kind, deaths=deaths, **{slot: tuple(Filler(frozenset({s}), frozenset({s})) for s in sorted(told)) for slot, told in slots.items()}
    )


def test_rows_are_aligned_for_the_most_fillers_right_and_deaths_compared_on_them():
    gold = [row(actor="ab", target="c", deaths=10.0), row(actor="a", target="d", deaths=5.0), row(date="x", deaths=1.0)]
    predicted = [row(actor="a", target="d", deaths=7.0), row(actor="a", target="c", deaths=12.0), row(deaths=1.0), row("L", actor="a")]
    figures = count_records(gold, predicted).figures()
    assert figures["rows"]["aligned"] | {"gold": 3, "predicted": 4, "tp": 3} == figures["rows"]["aligned"]
    assert figures["rows"]["complete"]["tp"] == 0
    assert figures["deaths"] == {"rows": 3, "error": pytest.approx(4 / 3)}
    assert (figures["slots"]["actor"]["tp"], figures["slots"]["target"]["tp"], figures["slots"]["deaths"]["tp"]) == (2, 2, 1)


def test_deaths_alone_do_not_align_rows_that_tell_who_or_where():
    assert count_records([row(actor="a", deaths=3.0)], [row(actor="b", deaths=3.0)]).rows == (1, 1, 0, 0)
    assert count_records([row(deaths=3.0)], [row(deaths=3.0)]).rows == (1, 1, 1, 1)
    assert count_records([], []).figures()["deaths"] == {"rows": 0, "error": None}


def test_a_document_without_text_is_compared_by_places():
    source, retold = (Document(d.id, mentions=d.mentions, events=d.events) for d in story())
    assert count([(source, source), (retold, retold)]).figures()["rows"]["complete"]["f1"] == 1.0
    assert RETOLD not in str(records([retold]))


FILLERS = st.sets(st.sampled_from("abc"), max_size=2)
ROWS = st.lists(
    st.builds(row, st.sampled_from("KL"), st.sampled_from([None, 1.0, 2.0]), actor=FILLERS, target=FILLERS, date=FILLERS), max_size=5
)


@given(ROWS, ROWS, st.randoms())
def test_laws(gold, predicted, rng):
    gold, predicted = ([r for r in rows if any(r.fillers(slot) for slot in SLOTS)] for rows in (gold, predicted))
    forth, back = count_records(gold, predicted).figures(), count_records(predicted, gold).figures()
    for one, other in ((forth["rows"]["complete"], back["rows"]["complete"]), (forth["slots"]["overall"], back["slots"]["overall"])):
        assert (one["precision"], one["recall"]) == (other["recall"], other["precision"])
        assert 0 <= one["f1"] <= 1
    assert count_records(gold, gold).rows == (len(gold),) * 4
    shuffled = rng.sample(gold, len(gold))
    assert count_records(shuffled, predicted).figures()["slots"]["overall"] == forth["slots"]["overall"]


@given(st.lists(documents(), max_size=3), st.randoms())
def test_laws_of_documents(found, rng):
    found = [Document(str(n), d.text, mentions=d.mentions, events=d.events) for n, d in enumerate(found)]
    figures = count([(d, d) for d in found]).figures()
    rows = figures["rows"]["complete"]
    assert rows["tp"] == rows["gold"] == rows["predicted"] == len(records(found))
    mixed = [
        Document(d.id, d.text, mentions=rng.sample(d.mentions, len(d.mentions)), events=rng.sample(d.events, len(d.events))) for d in found
    ]
    assert records(rng.sample(mixed, len(mixed))) == records(found)
