"""What a language model is asked: the types, roles and rules of the guidelines, and the form of the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

REALIS = ("Actual", "Other", "Generic")

_TASK = """You label news texts for information extraction: entity mentions, values and events. Answer with one JSON object and nothing
else. Copy strings character by character from the text; never correct, translate or shorten them, and label nothing that is not there.
The text is given as numbered sentences; give the number of the sentence with every label. Label every occurrence, in the order of the
text: a name that stands three times is three mentions."""

_MENTIONS = """MENTION TYPES (levels: NAM a proper name, NOM a common-noun phrase, PRO a pronoun; a type without levels is a value)
{types}

WHICH MENTIONS
- Every proper name (NAM) and every value, wherever it stands.
- A NOM or PRO mention only where it fills a role of an event.

EXTENT
- NAM: the name alone, without determiner (unless part of the name), title, possessive 's, brackets or quotes. A name followed by its
  abbreviation in brackets is two mentions. Names inside a longer name are not labelled; a nationality or country that modifies a common
  noun is a mention of its own (NORP or GPE), also inside a hyphenated compound.
- A nation's army or government named whole ("Malian army") is one ORG; "Malian forces" is NORP "Malian" and, in a role, NOM "forces".
- "northern X" with a small letter: only X. A region's name in capitals: LOC, whole.
- NOM: the head noun with the modifiers right before it; no determiner, possessive, quantifier, number, or name before it, nothing after
  the head, and no words like other, same, such, only, own, first, last, most, many, some, several.
- NUM with its comparator and unit ("more than 30 kilometres"), without the thing counted; ages are NUM; ordinals and "one" as a pronoun
  are not. DATE without preposition or determiner; words that only mean "at present" (now, currently, recently) are not labelled.

CHOOSING
- A country is GPE also where its government or army acts. An armed group is ORG also where its territory is meant; newspapers and
  agencies are ORG. Spokespeople, fighters, troops, militants are PER; forces, army, police are ORG.

IDENTITY AND VALUE
- "entity": a short lower-case slug, the same for all mentions of one entity, by whatever name; null for values.
- "value", for values only, else null. DATE: TIMEX3, resolved against the publication date (2012-05-03, 2012-05, 2012-W18, P4M, P1D for
  "every day", PAST_REF, FUTURE_REF, XXXX where it cannot be resolved). NUM and MONEY: one of = > < >= <= ~ and the number in plain
  digits, with the unit if any (=4000, >200, ~300 for "several hundred", >=2000 for "thousands", =30 km, =100 USD, =32 years)."""

_EVENTS = """EVENT TYPES (what; roles)
{types}

ROLES
{roles}

EVENTS
- The trigger is the one word that states the event most directly: verb, noun, participle or adjective; a phrasal verb keeps its
  particle. Light verbs are not triggers, their noun is; in a compound the head is. Agent nouns (attackers, fighters) are not.
- Label every mention of such an event, in headlines and quotes too. One word can state two events: list it twice, with both types.
- Not events: figurative words, reporting verbs, modifiers like "-backed" or "-led". "-held" and "-controlled": Territory.Control.
- "killed" is Life.Die, and a Conflict event only where another word states one.
- People who leave or flee: Movement.Transport; armed forces who do, or are driven out: Movement.Withdraw.
- "realis": Actual (has happened or is happening, also as somebody reports it), Generic (a habit or a class of events), Other (future,
  possible, denied, wished, feared, conditional, attempted).
- "event": a slug, the same for all mentions of one occurrence.
- Arguments are mentions of the same sentence, named by "id" as you gave it to them: the one closest to the trigger in structure; a name
  before a noun before a pronoun where they stand equally close. A role is filled several times where the text does so. A relative
  pronoun is taken where it is the trigger's own subject or object. Where a number counts a noun, the noun is the argument."""

_FORM = """FORM
{"mentions": [{"id": "m1", "sentence": 1, "text": "Malian army", "type": "ORG", "level": "NAM", "entity": "malian-army", "value": null},
              {"id": "m2", "sentence": 1, "text": "3 May", "type": "DATE", "level": null, "entity": null, "value": "2012-05-03"}],
 "events": [{"sentence": 1, "trigger": "withdrew", "type": "Movement.Withdraw", "realis": "Actual", "event": "retreat-to-gao",
             "arguments": [{"role": "Person", "mention": "m1"}, {"role": "Time", "mention": "m2"}]}]}"""


@dataclass(frozen=True)
class Definitions:
    """The labels there are: definition and levels of mention types, definition and roles of event types, definitions of roles."""

    mentions: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    events: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)


def definitions(inventory: Any) -> Definitions:
    """What of the gold set's inventory a model is told."""
    return Definitions(
        {name: (kind.definition, kind.levels) for name, kind in inventory.mentions.items()},
        {name: (kind.definition, kind.roles) for name, kind in inventory.events.items()},
        {name: role.definition for name, role in inventory.roles.items()},
    )


def instructions(known: Definitions) -> str:
    """The part of the prompt that is the same for every text."""
    types = "\n".join(f"{name} ({'/'.join(levels) or 'value'}): {what}" for name, (what, levels) in known.mentions.items())
    events = "\n".join(f"{name}: {what}; {', '.join(roles)}" for name, (what, roles) in known.events.items())
    roles = "\n".join(f"{name}: {what}" for name, what in known.roles.items())
    return "\n\n".join([_TASK, _MENTIONS.format(types=types), _EVENTS.format(types=events, roles=roles), _FORM])


def request(sentences: list[str], date: str | None, entities: dict[str, str], events: dict[str, str]) -> str:
    """The part of the prompt that is about one piece of one text: slugs in use so far, publication date, sentences."""
    parts = [f"Publication date: {date or 'unknown'}"]
    for title, slugs in (("Entities", entities), ("Events", events)):
        if slugs:
            parts.append(f"{title} of the text so far, to be called the same: " + "; ".join(f"{k} ({v})" for k, v in slugs.items()))
    parts.append("\n".join(f"[{n}] {' '.join(sentence.split())}" for n, sentence in enumerate(sentences, 1)))
    return "\n\n".join(parts)


def answer_schema(known: Definitions) -> dict[str, Any]:
    """JSON schema of an answer, in the subset that structured output takes: all properties required, none beside them."""
    levels = sorted({level for _, levels in known.mentions.values() for level in levels})
    text, number, optional = {"type": "string"}, {"type": "integer"}, {"type": ["string", "null"]}
    level = {"anyOf": [{"type": "string", "enum": levels}, {"type": "null"}]}
    kind = {"type": "string", "enum": list(known.mentions)}
    mention = _object(id=text, sentence=number, text=text, type=kind, level=level, entity=optional, value=optional)
    argument = _object(role={"type": "string", "enum": list(known.roles)}, mention=text)
    event = _object(
        sentence=number,
        trigger=text,
        type={"type": "string", "enum": list(known.events)},
        realis={"type": "string", "enum": list(REALIS)},
        event=optional,
        arguments=_list(argument),
    )
    return _object(mentions=_list(mention), events=_list(event))


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
