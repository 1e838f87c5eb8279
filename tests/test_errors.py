"""What went wrong agrees with the figures, label by label."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.errors import KINDS, TASKS, errors, tallied
from benchmark.gold import GoldSet
from benchmark.metrics import coreference, events, values
from benchmark.metrics.counts import CORRECT_GOLD, CORRECT_PREDICTED, GOLD, PREDICTED
from benchmark.metrics.units import Paragraphs
from benchmark.schema import REALIS, Argument, Document, Event, Invented, Mention
from benchmark.schemes import common, scheme
from benchmark.scores import Scores
from benchmark.scoring import score
from benchmark.standings import standings
from tests.conftest import ROOT, TEXT, span, story

SOURCE, RETOLD = story()


def kinds_of(found):
    return {kind: sum(types.values()) for kind, types in tallied(found).items()}


def told(found, kind):
    """The one error of a kind as (type, gold offsets, predicted offsets)."""
    (error,) = [e for e in found if e.kind == kind]
    return error.type, *([(x.start, x.end) for x in side] for side in (error.gold, error.predicted))


def of(mentions=(), labels=(), invented=(), gold=SOURCE):
    predicted = Document(gold.id, mentions=tuple(mentions), events=tuple(labels), invented=tuple(invented))
    return errors([(gold, predicted)])


def test_a_perfect_answer_has_no_errors():
    assert errors([(SOURCE, SOURCE), (RETOLD, RETOLD)]) == []


def test_the_kinds_of_a_mention():
    army, kidal, cross = span(TEXT, "Malian army"), span(TEXT, "Kidal", 2), span(TEXT, "Red Cross")
    found = of(
        [
            Mention(army[0], army[1] - 5, "ORG", "NAM"),
            Mention(*kidal, "PER", "NAM"),
            Mention(cross[0] - 4, cross[1], "GPE", "NAM"),
            Mention(*span(TEXT, "town"), "GPE", "NAM"),
        ]
    )
    assert told(found, "boundary") == ("ORG", [army], [(army[0], army[1] - 5)])
    assert told(found, "type") == ("GPE→PER", [kidal], [kidal])
    assert told(found, "boundary and type") == ("ORG→GPE", [cross], [(cross[0] - 4, cross[1])])
    assert told(found, "spurious") == ("GPE", [], [span(TEXT, "town")])
    assert tallied(found)["missed"] == {"GPE": 2, "NUM": 2, "DATE": 1}


def test_the_kinds_of_triggers_and_realis():
    took, killed, withdrew = span(TEXT, "took"), span(TEXT, "killed"), span(TEXT, "withdrew")
    found = of(
        labels=[
            Event(*took, "Conflict.Battle", "Actual"),
            Event(killed[0] - 5, killed[1], "Life.Die", "Actual"),
            Event(*withdrew, "Movement.Withdraw", "Generic"),
            Event(*span(TEXT, "said"), "Contact.Negotiate", "Actual"),
        ]
    )
    assert told(found, "wrong trigger type") == ("Territory.Capture→Conflict.Battle", [took], [took])
    assert told(found, "trigger boundary") == ("Life.Die", [killed], [(killed[0] - 5, killed[1])])
    assert told(found, "spurious trigger")[0] == "Contact.Negotiate"
    assert told(found, "missed trigger")[1] == [span(TEXT, "seize")]
    (realis,) = [e for e in found if e.kind == "wrong realis"]
    assert [x.realis for x in realis.labels] == ["Actual", "Generic"]


def test_the_kinds_of_arguments_name_role_and_trigger():
    took, rebels, gao = span(TEXT, "took"), span(TEXT, "rebels"), span(TEXT, "Gao")
    arguments = (Argument("Loser", start=rebels[0], end=rebels[1]), Argument("Place", start=gao[0], end=gao[1]))
    found = of(labels=[Event(*took, "Territory.Capture", "Actual", arguments=arguments)])
    assert told(found, "wrong role") == ("Taker→Loser", [rebels], [rebels])
    assert told(found, "spurious argument") == ("Place", [], [gao])
    (wrong,) = [e for e in found if e.kind == "wrong role"]
    assert {x.trigger for x in wrong.labels} == {took}
    assert {x.type for x in wrong.labels} == {"Territory.Capture"}
    assert tallied(found)["missed argument"] == {"Territory": 2, "Destination": 1, "Loser": 1, "Time": 1, "Victim": 1}


def test_values_are_judged_as_the_scorer_judges_them():
    day, number = span(TEXT, "3 May 2012"), span(TEXT, "about 200")
    found = of([Mention(*day, "DATE", value="2012-5-3"), Mention(*number, "NUM", value="=200"), Mention(*span(TEXT, "Three"), "NUM")])
    wrong = [e for e in found if e.kind == "wrong value"]
    assert [[x.value for x in e.labels] for e in wrong] == [["~200", "=200"], ["=3", None]]


def test_without_any_values_none_is_wrong():
    assert "wrong value" not in kinds_of(of([Mention(*span(TEXT, "Three"), "NUM")]))


def test_split_and_merged_identities_name_both_mentions():
    one, other, gao = span(TEXT, "Kidal"), span(TEXT, "Kidal", 2), span(TEXT, "Gao")
    found = of([Mention(*one, "GPE", "NAM", "a"), Mention(*other, "GPE", "NAM", "b"), Mention(*gao, "GPE", "NAM", "b")])
    (split,) = [e for e in found if e.kind == "split identity"]
    assert [(x.start, x.identity) for x in split.labels] == [(one[0], "kidal"), (other[0], "kidal"), (one[0], "a"), (other[0], "b")]
    (merged,) = [e for e in found if e.kind == "merged identity"]
    assert {x.identity for x in merged.gold} == {"kidal", "gao"}
    assert {x.identity for x in merged.predicted} == {"b"}


def test_invented_strings_have_no_place():
    (found,) = [e for e in of(invented=[Invented("Timbuktu", "GPE")]) if e.kind == "invented string"]
    assert (found.predicted[0].text, found.predicted[0].start, found.paragraph, found.sentence) == ("Timbuktu", None, 0, None)


def test_what_a_model_does_not_produce_is_no_error():
    found = errors([(SOURCE, Document(SOURCE.id))], {"mentions"})
    assert set(kinds_of(found)) == {"missed"}


def test_places_are_paragraphs_and_sentences_and_none_without_text():
    found = errors([(SOURCE, Document(SOURCE.id))])
    gao = next(e for e in found if e.gold[0].start == span(TEXT, "Gao")[0])
    assert (gao.paragraph, gao.sentence) == (2, 3)
    starts = [e.gold[-1].start for e in found]
    assert starts == sorted(starts)
    bare = Document(SOURCE.id, None, None, SOURCE.regions, SOURCE.mentions, SOURCE.events)
    without = errors([(bare, Document(SOURCE.id))])
    assert {(e.paragraph, e.sentence) for e in without} == {(0, None)}
    assert kinds_of(without) == kinds_of(found)


def test_to_dict_is_plain_and_says_the_type():
    found = json.loads(json.dumps([e.to_dict() for e in of([Mention(*span(TEXT, "Gao"), "PER", "NAM")])]))
    (wrong,) = [e for e in found if e["kind"] == "type"]
    start, end = span(TEXT, "Gao")
    assert wrong["type"] == "GPE→PER"
    assert wrong["gold"] == [{"type": "GPE", "start": start, "end": end}]


# ---- agreement with the figures

PLACES = st.tuples(st.integers(0, 20), st.integers(1, 4)).map(lambda x: (x[0], x[0] + x[1]))
WORDS = "Aa bb. Cc dd ee.\n\nFf gg. Hh ii"


@st.composite
def answers(draw):
    """Labels over a few words, many of them on the same places."""
    mentions = [
        Mention(
            *draw(PLACES),
            draw(st.sampled_from(["PER", "ORG", "DATE", "NUM"])),
            draw(st.sampled_from(["NAM", "NOM", None])),
            draw(st.sampled_from([None, "a", "b", "c"])),
            draw(st.sampled_from([None, "2018", "=3", ">3"])),
            id=f"T{n}",
        )
        for n in range(draw(st.integers(0, 7)))
    ]
    found = []
    for _ in range(draw(st.integers(0, 5))):
        arguments = []
        for _ in range(draw(st.integers(0, 3))):
            role, (start, end) = draw(st.sampled_from(["Agent", "Place"])), draw(PLACES)
            named = mentions and draw(st.booleans())
            arguments.append(Argument(role, draw(st.sampled_from(mentions)).id) if named else Argument(role, None, start, end))
        kind, realis, identity = (draw(st.sampled_from(x)) for x in (["A.B", "A.C"], [None, *REALIS], [None, "x", "y"]))
        found.append(Event(*draw(PLACES), kind, realis, identity, tuple(arguments)))
    invented = draw(st.lists(st.builds(Invented, st.just("zz"), st.sampled_from(["PER", "A.B"]), st.sampled_from(["mention", "event"]))))
    return Document("d", WORDS, None, draw(st.sampled_from([None, ((0, 16), (18, 29))])), tuple(mentions), tuple(found), tuple(invented))


def cells(found, task, side, unit):
    """How many labels of one side are in errors of a task, by paragraph and type."""
    wrong = [e for e in found if e.kind in TASKS[task]]
    return Counter((unit(x.start), x.name) for e in wrong for x in getattr(e, side))


def check_counts(found, counts, task, unit_of):
    """False negatives and positives of every cell are the labels of the errors in it, but for invented strings."""
    for side, total, right in (("gold", GOLD, CORRECT_GOLD), ("predicted", PREDICTED, CORRECT_PREDICTED)):
        stored = Counter()
        for n, unit in enumerate(counts.units):
            for k, kind in enumerate(counts.types):
                stored[unit, kind] += int(counts.table[n, k, total] - counts.table[n, k, right])
        counted = Counter()
        for document in {unit[0] for unit in counts.units}:
            counted += cells([e for e in found if e.document == document], task, side, unit_of[document])
            for e in found:
                invented = "mention" if task.startswith("mentions") else "event"
                if side == "predicted" and e.kind == "invented string" and e.document == document and kind_of(e) == invented:
                    counted[(document, 0), e.type] += 1
        assert counted == +stored, (task, side)


def kind_of(error):
    return "event" if "." in error.type else "mention"


@settings(max_examples=60, deadline=None)
@given(answers(), answers())
def test_the_errors_of_any_documents_add_up_to_the_figures(gold, predicted):
    gold = Document(gold.id, gold.text, None, gold.regions, gold.mentions, gold.events)
    clean = tuple(i for i in predicted.invented if kind_of(i) == i.kind)
    predicted = Document(gold.id, mentions=predicted.mentions, events=predicted.events, invented=clean)
    scores, found = score([gold], {gold.id: predicted}, "s"), errors([(gold, predicted)])
    for task in TASKS:
        if task != "arguments.classified":
            check_counts(found, scores.counts[task], task, {gold.id: Paragraphs(gold).unit})
    check_sums(found, [(gold, predicted)], scores)


def check_sums(found, pairs, scores):
    """Arguments, realis, values and identities as sums over documents."""
    wrong = [e for e in found if e.kind in TASKS["arguments.classified"]]
    laid = [(g, Document(g.id, None, None, g.regions, p.mentions, p.events)) for g, p in pairs]
    sides = [[events.items(x, "arguments.classified", g) for g, p in laid for x in (p if n else g,)] for n in (0, 1)]
    both = sum(len({k for k, _, _ in a} & {k for k, _, _ in b}) for a, b in zip(*sides, strict=True))
    assert sum(len(e.gold) for e in wrong) == sum(map(len, sides[0])) - both
    assert sum(len(e.predicted) for e in wrong) == sum(map(len, sides[1])) - both
    realis = [e for e in found if e.kind == "wrong realis"]
    missed = total = right = 0
    for g, p in laid:
        one, other = ({k for k, _, _ in events.items(x, "triggers.realis", g)} for x in (g, p))
        known = {k for k, _, _ in events.items(p, "triggers.classified", g)}
        total, right = total + len(one), right + len(one & other)
        missed += sum(key[:3] not in known for key in one)
    assert sum(len(e.gold) for e in realis) == total - right - missed
    accuracy = values.count(laid)
    figures = accuracy.figures()["matched"] if accuracy else {}
    parts = [figures[k][p] for k, p in (("dates", "exact"), ("numbers", "all"), ("money", "all")) if figures]
    assert kinds_of(found).get("wrong value", 0) == sum(x["total"] - x["right"] for x in parts)
    links = [coreference.count(laid, kind, given=True).of("muc").sum(axis=0) for kind in ("entities", "events")]
    assert kinds_of(found).get("split identity", 0) == sum(x[1] - x[0] for x in links)
    assert kinds_of(found).get("merged identity", 0) == sum(x[3] - x[2] for x in links)


SWAPPED = {"missed": "spurious", "missed trigger": "spurious trigger", "missed argument": "spurious argument"}
SWAPPED |= {"split identity": "merged identity"}


@settings(max_examples=40, deadline=None)
@given(answers(), answers())
def test_swapping_the_sides_swaps_the_errors(one, other):
    sides = [Document("d", WORDS, None, None, x.mentions, x.events) for x in (one, other)]
    there, back = kinds_of(errors([(sides[0], sides[1])])), kinds_of(errors([(sides[1], sides[0])]))
    for a, b in (SWAPPED | {b: a for a, b in SWAPPED.items()} | {"wrong role": "wrong role"}).items():
        assert there.get(a, 0) == back.get(b, 0)


@settings(max_examples=25, deadline=None)
@given(answers(), answers(), st.randoms())
def test_the_order_of_the_labels_changes_nothing(gold, predicted, random):
    def shuffled(side):
        mentions, labels = list(side.mentions), list(side.events)
        random.shuffle(mentions)
        random.shuffle(labels)
        return Document("d", WORDS, None, side.regions, tuple(mentions), tuple(labels))

    assert errors([(shuffled(gold), shuffled(predicted))]) == errors(
        [
            (
                Document("d", WORDS, None, gold.regions, gold.mentions, gold.events),
                Document("d", mentions=predicted.mentions, events=predicted.events),
            )
        ]
    )


@pytest.fixture(scope="module")
def gold():
    return GoldSet(ROOT / "gold")


def published(gold):
    there = standings(ROOT / "results", ["all"], gold)
    assert len(there) >= 9
    return there


def test_the_errors_of_the_published_runs_add_up_to_their_stored_counts(gold):
    documents = [file.document for file in gold.files()]
    whole = all(d.text for d in documents)  # without the source articles, their paragraphs are not known
    unit_of = {d.id: Paragraphs(d).unit for d in documents}
    seen = set()
    for one in published(gold):
        pairs = [(d, one.answers.get(d.id) or Document(d.id)) for d in documents]
        found = errors(pairs, one.run.produces, common(scheme(one.run.scheme, gold.inventory)))
        stored = Scores.from_dict(json.loads((one.folder / "scores.json").read_text()))
        seen |= {e.kind for e in found}
        for task in TASKS:
            counts = stored.counts[task]
            if counts is None:
                assert not any(e.kind in TASKS[task] for e in found)
                continue
            wrong = [e for e in found if e.kind in TASKS[task]]
            figures = counts.overall()
            assert (sum(len(e.gold) for e in wrong), sum(len(e.predicted) for e in wrong)) == (figures["fn"], figures["fp"])
            for kind, row in counts.by_type().items():
                assert sum(x.name == kind for e in wrong for x in e.gold) == row["fn"]
                assert sum(x.name == kind for e in wrong for x in e.predicted) == row["fp"]
            if whole and not task.startswith("arguments"):
                check_counts(found, counts, task, unit_of)
        if stored.counts["triggers.realis"] is not None:
            classified, realis = (stored.counts[f"triggers.{name}"].overall()["tp"] for name in ("classified", "realis"))
            assert kinds_of(found).get("wrong realis", 0) == classified - realis
    assert seen >= set(KINDS) - {"invented string"}
