"""What formats can say comes back from them, through any two of them; what one cannot is reported, neither more nor less."""

import itertools
from collections import Counter

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from benchmark.formats import brat, hf, iob2, jsonl, wikievents
from benchmark.formats.losses import KINDS, told
from benchmark.schema import Argument, Document, Event, Invented, Mention
from benchmark.segments import sentences, tokens
from tests.strategies import documents

replace = msgspec.structs.replace


@st.composite
def everything(draw):
    """A document that has whatever the data model has."""
    document = draw(documents())
    size = len(document.text)
    regions = draw(st.none() | st.just(((0, max(1, size // 2)),)))
    strings = draw(st.just(()) | st.just((Invented("nobody", "PER"), Invented("nothing", "Life_Die", "event"))))
    return replace(document, regions=regions, invented=strings)


# ------------------------------------------------------- what each format can say, and what it loses, told without its writer


def said_by_jsonl(d):
    return d, {}


def said_by_brat(d):
    lost = {"dates of documents": d.date is not None, "scored regions": len(d.regions or ()), "invented strings": len(d.invented)}
    return replace(d, date=None, regions=None, invented=()), lost


def said_by_hf(d):
    lost = {"scores": sum(x.score is not None for x in (*d.mentions, *d.events)), "invented strings": len(d.invented)}
    mentions, events = ([replace(x, score=None) for x in labels] for labels in (d.mentions, d.events))
    return replace(d, mentions=tuple(mentions), events=tuple(events), invented=()), lost


def in_tokens(d):
    return [list(tokens(d.text, a, b)) for a, b in sentences(d.text, d.regions)]


def said_by_iob2(d):
    lost = Counter()
    lost["dates of documents"] = d.date is not None
    lost["scored regions"] = len(d.regions or ())
    lost["invented strings"] = len(d.invented)
    labels = (*d.mentions, *d.events)
    lost["scores"] = sum(x.score is not None for x in labels)
    lost["ids of labels"] = sum(x.id is not None for x in labels)
    lost["gaps in discontinuous spans"] = sum(x.fragments is not None for x in labels)
    for name, key in (("levels", "level"), ("identities", "entity"), ("values", "value")):
        lost[name] = sum(getattr(m, key) is not None for m in d.mentions)
    lost["events"] = len(d.events)
    lost["realis"] = sum(e.realis is not None for e in d.events)
    lost["identities of events"] = sum(e.event is not None for e in d.events)
    arguments = [a for e in d.events for a in e.arguments]
    lost["arguments"] = len(arguments)
    lost["arguments given by offsets"] = sum(a.mention is None for a in arguments)
    kept = []
    for m in sorted(d.mentions, key=lambda m: (m.start - m.end, m.start)):
        if m.level in ("NOM", "PRO"):
            lost["nominal and pronominal mentions"] += 1
        elif any(m.start < other.end and other.start < m.end for other in kept):
            lost["nested or overlapping mentions"] += 1
        else:
            kept.append(m)
    kept.sort(key=lambda m: m.start)
    owner = {}
    for sentence in in_tokens(d):
        for a, b in sentence:
            owner[a, b] = next((m for m in kept if m.start < b and a < m.end), None)
    lines, mentions, at = [], [], 0
    for sentence in in_tokens(d):
        before = None
        for a, b in sentence:
            if owner[a, b] is not None:
                if owner[a, b] is before:
                    mentions[-1] = replace(mentions[-1], end=at + b - a)
                else:
                    mentions.append(Mention(at, at + b - a, owner[a, b].type))
            before = owner[a, b]
            at += b - a + 1
        lines.append(" ".join(d.text[a:b] for a, b in sentence))
    for m in kept:
        own = [span for span, other in owner.items() if other is m]
        pieces = sum(any(owner[span] is m for span in sentence) for sentence in in_tokens(d))
        lost["mentions without a token of their own"] += not own
        lost["ends of sentences within mentions (split there)"] += max(0, pieces - 1)
        lost["ends of mentions within tokens (moved to the tokens')"] += bool(own) and (own[0][0], own[-1][1]) != (m.start, m.end)
    return (Document("d", "\n".join(lines), mentions=tuple(mentions)) if lines else None), lost


def said_by_wikievents(d):
    lost = Counter()
    lost["dates of documents"] = d.date is not None
    lost["scored regions"] = len(d.regions or ())
    lost["invented strings"] = len(d.invented)
    labels = (*d.mentions, *d.events)
    lost["scores"] = sum(x.score is not None for x in labels)
    lost["gaps in discontinuous spans"] = sum(x.fragments is not None for x in labels)
    lost["values"] = sum(m.value is not None for m in d.mentions)
    lost["realis"] = sum(e.realis is not None for e in d.events)
    lost["identities of events"] = sum(e.event is not None for e in d.events)
    every = [span for sentence in in_tokens(d) for span in sentence]

    def widened(label, kind):
        own = [(a, b) for a, b in every if label.start < b and a < label.end]
        if not own:
            lost[kind] += 1
            return None
        lost["ends of spans within tokens (moved to the tokens')"] += (own[0][0], own[-1][1]) != (label.start, label.end)
        return {"start": own[0][0], "end": own[-1][1], "score": None, "fragments": None}

    mentions = []
    for n, m in enumerate(d.mentions):
        if place := widened(m, "mentions without a token"):
            mentions.append(replace(m, value=None, entity=f"#{n}" if m.entity is None else m.entity, **place))
    lost["names of identities"] = len({m.entity for m in mentions if not m.entity.startswith("#")})
    there = {m.id for m in mentions if m.id is not None}
    events = []
    for e in d.events:
        place = widened(e, "events without a token")
        arguments = tuple(a for a in e.arguments if a.mention in there and place)
        lost["arguments given by offsets or without a token"] += len(e.arguments) - len(arguments)
        if place:
            events.append(replace(e, realis=None, event=None, arguments=arguments, **place))
    return Document(d.id, d.text, mentions=tuple(mentions), events=tuple(events)), lost


# -------------------------------------------------------------------------------------------------- through the formats


def through_jsonl(d, note):
    return next(jsonl.parse(jsonl.write([d]), "x")).document


def through_brat(d, note):
    return brat.read(brat.write(d), Document(d.id, d.text))


def through_hf(d, note):
    return hf.document(hf.dataset_dict({"x": [d]})["x"].to_list()[0])


def through_iob2(d, note):
    return next(iter(iob2.read(iob2.write([d], note), scheme="IOB2")), None)


def through_wikievents(d, note):
    rows, coreference = wikievents.write([d], note)
    return wikievents.read(rows.encode(), "x", coreference.encode(), "y")[0]


SAID = {"jsonl": said_by_jsonl, "brat": said_by_brat, "hf": said_by_hf, "iob2": said_by_iob2, "wikievents": said_by_wikievents}
THROUGH = {"jsonl": through_jsonl, "brat": through_brat, "hf": through_hf, "iob2": through_iob2, "wikievents": through_wikievents}


def canonical(d, by_partition):
    """With mentions and events named by their number, and identities by their first mention where their names are lost."""
    number = {m.id: f"m{n}" for n, m in enumerate(d.mentions) if m.id is not None}
    first = {}
    for n, m in enumerate(d.mentions):
        first.setdefault(m.entity, f"entity{n}")
    mentions = tuple(
        replace(m, id=f"m{n}", entity=first[m.entity] if by_partition and m.entity is not None else m.entity)
        for n, m in enumerate(d.mentions)
    )
    events = tuple(
        replace(e, id=f"e{n}", arguments=tuple(replace(a, mention=number.get(a.mention)) for a in e.arguments))
        for n, e in enumerate(d.events)
    )
    return replace(d, id="d", mentions=mentions, events=events)


def needs_datasets(*names):
    if "hf" in names:
        pytest.importorskip("datasets", reason="datasets is not installed (extra transformers)")


@pytest.mark.parametrize(("one", "other"), list(itertools.product(SAID, SAID)))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=everything())
def test_what_both_formats_can_say_comes_through_both(one, other, document):
    needs_datasets(one, other)
    middle = SAID[one](document)[0]
    assume(middle is not None)
    wanted = SAID[other](middle)[0]
    assume(wanted is not None)
    found = THROUGH[other](THROUGH[one](document, lambda line: None), lambda line: None)
    partition = "wikievents" in (one, other)
    assert canonical(found, partition) == canonical(wanted, partition)


@settings(max_examples=60, deadline=None)
@given(everything())
def test_the_report_names_what_is_lost_and_nothing_else(document):
    for name in ("iob2", "wikievents"):
        notes = []
        THROUGH[name](document, notes.append)
        lost = {kind: number for kind, number in SAID[name](document)[1].items() if number}
        reported = {}
        for line in notes:
            assert line.startswith(f"{name}: ")
            assert line.endswith(" not written")
            for part in line.removeprefix(f"{name}: ").removesuffix(" not written").split(", "):
                number, _, kind = part.partition(" ")
                reported[kind] = int(number.replace(",", ""))
        if not in_tokens(document):
            lost |= {"documents without a token": 1} if name == "iob2" else {}
        assert reported == lost


@settings(max_examples=40, deadline=None)
@given(everything())
def test_what_a_format_has_no_place_for_is_what_its_reader_does_not_give_back(document):
    for name, unsaid in (("brat", brat.UNSAID), ("hf", hf.UNSAID)):
        lost = SAID[name](document)[1]
        assert {kind: KINDS[kind](document) for kind in unsaid} == lost


def test_writers_of_folders_report_too(tmp_path):
    pytest.importorskip("datasets", reason="datasets is not installed (extra transformers)")
    notes = []
    document = Document("d", "Gao", mentions=(Mention(0, 3, "GPE", score=0.5),), invented=(Invented("x", "PER"),))
    hf.write({"all": [document]}, tmp_path / "out", notes.append)
    assert notes == ["hf: 1 scores, 1 invented strings not written"]


def test_nothing_lost_is_nothing_told():
    assert told("jsonl", {"events": 0}) == ""
    assert told("iob2", {"events": 1200, "values": 0}) == "iob2: 1,200 events not written"


def test_arguments_of_lost_mentions_are_counted():
    """An event whose argument stands on white space alone: nothing in tokens is there to point at."""
    mentions = (Mention(3, 4, "PER", id="T1"), Mention(0, 3, "GPE", id="T2"))
    event = Event(4, 8, "Life_Die", arguments=(Argument("Victim", "T1"), Argument("Place", "T2")))
    notes = []
    rows, _ = wikievents.write([Document("d", "Gao fell", mentions=mentions, events=(event,))], notes.append)
    assert notes == ["wikievents: 1 mentions without a token, 1 arguments given by offsets or without a token not written"]
    assert len(wikievents.read(rows.encode())[0].events[0].arguments) == 1
