"""Triggers of events and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .grammar import Phrase, Sentence
from .words import Words, read

# Kinds that conditions and roles name, as sets of mention types. PRO phrases of type ANY or PER are let through where they may be meant.
_KINDS: dict[str, frozenset[str]] = {
    "place": frozenset({"GPE", "LOC", "FAC", "PLACE", "ANY"}),
    "settlement": frozenset({"GPE", "LOC", "FAC", "ANY"}),
    "territory": frozenset({"GPE", "LOC", "FAC"}),
    "facility": frozenset({"FAC"}),
    "person": frozenset({"PER", "ORG", "NORP", "NUM", "ANY"}),
    "actor": frozenset({"PER", "ORG", "NORP", "NUM", "ANY", "GPE"}),
    "force": frozenset({"PER", "ORG", "NORP", "NUM", "ANY"}),
    "org": frozenset({"ORG"}),
    "weapon": frozenset({"WEA"}),
    "vehicle": frozenset({"VEH"}),
    "money": frozenset({"MONEY"}),
    "operation": frozenset({"OPN"}),
    "reflexive": frozenset({"reflexive"}),
}
_LEMMAS: dict[str, frozenset[str]] = {
    "projectile": frozenset("rocket missile shell mortar artillery round projectile grenade torpedo bullet shot".split()),
    "aircraft": frozenset("aircraft plane jet warplane drone helicopter bomber gunship fighter-jet".split()),
    "lives": frozenset(["life"]),
    "vest": frozenset("vest belt himself herself themselves itself".split()),
}
_MILITARY = frozenset(
    "fighter soldier troop militant rebel insurgent gunman jihadist jihadi terrorist force army militia "
    "paramilitary guerrilla peacekeeper unit brigade patrol mercenary garrison".split()
)
_ACTOR = frozenset({"PER", "ORG", "NORP", "GPE", "ANY"})
_PLACES = frozenset({"GPE", "LOC", "FAC", "PLACE"})
ROLE_TYPES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("Attacker", "Agent", "Taker", "Loser", "Controller", "Giver", "Recipient", "Participant", "Communicator"), _ACTOR),
    "Target": _ACTOR | _PLACES | {"VEH", "WEA", "NUM"},
    "Victim": frozenset({"PER", "NORP", "ORG", "NUM", "ANY"}),
    "Person": frozenset({"PER", "NORP", "ORG", "NUM", "VEH", "WEA", "ANY"}),
    "Instrument": frozenset({"WEA", "VEH"}),
    "Place": _PLACES,
    "Territory": _PLACES | {"ANY"},
    "Origin": _PLACES,
    "Destination": _PLACES,
    "Vehicle": frozenset({"VEH"}),
    "Money": frozenset({"MONEY"}),
    "Thing": frozenset({"WEA", "VEH", "MONEY"}),
    "Artifact": frozenset({"FAC", "WEA", "VEH", "GPE", "ANY"}),
    "Organization": frozenset({"ORG", "PER", "ANY"}),
    "Time": frozenset({"DATE"}),
}
_ROLE_PLACES = frozenset("in at near inside outside around across throughout on along from".split())
_CAPTIVE = frozenset("hostage captive prisoner dead".split())
_HAPPEN = frozenset("continue erupt rage happen occur begin start resume intensify end".split())
_MEANS = frozenset("with using by via".split())


class Found:
    """An event in the making."""

    __slots__ = ("arguments", "end", "index", "lemma", "noun", "realis", "roles", "start", "type")

    def __init__(self, sentence: Sentence, index: int, last: int, type: str, roles: frozenset[str], noun: bool) -> None:
        self.index, self.type, self.roles, self.noun = index, type, roles, noun
        self.start, self.end = sentence.tokens[index].start, sentence.tokens[last].end
        self.lemma, self.realis = sentence.tokens[index].lemma, "Actual"
        self.arguments: list[tuple[str, Phrase]] = []

    def add(self, role: str, phrase: Phrase) -> None:
        """Fill a role with a phrase, if the type of the event has the role, the phrase fits it, and does not fill another."""
        if role in self.roles and phrase.type in ROLE_TYPES[role] and all(other is not phrase for _, other in self.arguments):
            self.arguments.append((role, phrase))

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is filled."""
        return any(role in roles for role, _ in self.arguments)


def is_kind(phrase: Phrase, kind: str) -> bool:
    """Whether a phrase is of a kind that the lexicon names."""
    if kind in _LEMMAS:
        return phrase.lemma in _LEMMAS[kind]
    if kind == "military":
        return phrase.lemma in _MILITARY or (phrase.type == "ORG" and phrase.level == "NAM")
    return phrase.type in _KINDS[kind] or (kind == "force" and phrase.type == "GPE" and phrase.level == "NAM")


class Lexicon:
    """Entries of ``triggers.toml`` by lemma, and the frames of roles."""

    def __init__(self, inventory: dict[str, Iterable[str]]) -> None:
        data = read("triggers.toml")
        self.roles = {label: frozenset(roles) for label, roles in inventory.items()}
        self.frames: dict[str, dict[str, dict[str, str]]] = data["frame"]
        self.verbs = self._index(data["verb"])
        self.nouns = self._index(data["noun"])
        self.adjectives = self._index(data["adjective"])
        self.compounds = self._index(data["compound"])

    @staticmethod
    def _index(entries: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        index: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            words = entry.pop("words").split()
            for key in (
                "object",
                "subject",
                "particle",
                "particle_not",
                "near",
                "prep",
                "mod",
                "of",
                "governor",
                "before",
                "near_after",
                "not_of",
                "active_object",
                "by",
                "trigger",
            ):
                if key in entry:
                    entry[key] = entry[key].split()
            for word in words:
                index.setdefault(word, []).append(entry)
        return index

    def frame(self, entry: dict[str, Any], part: str) -> dict[str, str]:
        """Relations to roles of an entry: the frame of its type, overridden by its own."""
        return {**self.frames[entry["type"]][part], **entry.get("roles", {})}


class EventFinder:
    """Finds the events of a sentence."""

    def __init__(self, lexicon: Lexicon, words: Words, is_country: Callable[[str], bool]) -> None:
        self.lexicon, self.words, self.is_country = lexicon, words, is_country

    def find(self, sentence: Sentence) -> list[Found]:
        """Events of a sentence with their arguments, in order of the text."""
        found: list[Found] = []
        lows = frozenset(token.low for token in sentence.tokens)
        for i, token in enumerate(sentence.tokens):
            tag = sentence.tags[i]
            if tag in "vkgb" and token.lemma in self.lexicon.verbs:
                found += self._verb(sentence, i, lows)
            elif tag == "n" and token.lemma in self.lexicon.nouns:
                found += self._noun(sentence, i, lows)
            elif tag == "j":
                found += self._adjective(sentence, i)
        self._leading_places(sentence, found)
        self._times(sentence, found)
        return found

    # -- verbs

    def _verb(self, sentence: Sentence, i: int, lows: frozenset[str]) -> list[Found]:
        entries = self.lexicon.verbs[sentence.tokens[i].lemma]
        passive = sentence.passive(i) or (
            not all(entry.get("intransitive") or entry.get("neverpassive") for entry in entries) and sentence.reduced(i)
        )
        subjects = sentence.subjects(i)
        particles = frozenset(word for entry in entries for word in entry.get("particle", ()))
        objects = [] if passive else sentence.objects(i, particles)
        end = max([i + 1, *(sentence.beyond(phrase) for phrase in objects)])
        while end < len(sentence.tokens) and sentence.tokens[end].low in particles and sentence.tokens[end].low not in ("to", "into"):
            end += 1
        while end < len(sentence.tokens) and sentence.tokens[end].low in _CAPTIVE:
            end += 1
        complements = list(sentence.complements(end))
        done = subjects if passive else objects
        chosen: list[Found] = []
        for entry in entries:
            if chosen and not entry.get("also"):
                continue
            if not self._verb_fits(sentence, i, entry, passive, subjects, done, complements, lows):
                continue
            chosen.append(self._verb_event(sentence, i, entry, passive, subjects, objects, complements))
        return chosen

    def _verb_fits(
        self, sentence: Sentence, i: int, entry: dict[str, Any], passive: bool, subjects: list[Phrase], done: list[Phrase],
        complements: list[tuple[str, Phrase, bool]], lows: frozenset[str],
    ) -> bool:  # fmt: skip
        if (entry.get("passive") and not passive) or (entry.get("active") and passive) or (entry.get("intransitive") and passive):
            return False
        if "near" in entry and not lows.intersection(entry["near"]):
            return False
        window = [token.low for token in sentence.tokens[i + 1 : i + 3]]
        if "particle" in entry and not set(entry["particle"]).intersection(
            window[:1] if not done or passive else self._after_objects(sentence, i, done, window)
        ):
            return False
        if "particle_not" in entry and set(entry["particle_not"]).intersection(window[:1]):
            return False
        if "object" in entry:
            kinds = entry["object"]
            if not done and not ("none" in kinds or "any" in kinds):
                return False
            if done and "any" not in kinds and not any(is_kind(phrase, kind) for phrase in done for kind in kinds if kind != "none"):
                return False
        if "active_object" in entry and not any(phrase.lemma in entry["active_object"] for phrase in done):
            return False
        if "subject" in entry and not passive and not any(is_kind(phrase, kind) for phrase in subjects for kind in entry["subject"]):
            return False
        if "by" in entry and not (passive and any(preposition == "by" and phrase.type in _ACTOR for preposition, phrase, _ in complements)):
            return False
        return "prep" not in entry or any(
            preposition == wanted.split(":")[0] and is_kind(phrase, wanted.split(":")[1])
            for preposition, phrase, _ in complements
            for wanted in entry["prep"]
        )

    @staticmethod
    def _after_objects(sentence: Sentence, i: int, done: list[Phrase], window: list[str]) -> list[str]:
        end = max(sentence.beyond(phrase) for phrase in done)
        return [*window[:1], *(token.low for token in sentence.tokens[end : end + 1])]

    def _verb_event(
        self, sentence: Sentence, i: int, entry: dict[str, Any], passive: bool, subjects: list[Phrase], objects: list[Phrase],
        complements: list[tuple[str, Phrase, bool]],
    ) -> Found:  # fmt: skip
        frame = self.lexicon.frame(entry, "verb")
        first = last = i
        if "trigger" in entry:
            first = last = next((k for k in range(i, len(sentence.tokens)) if sentence.tokens[k].low in entry["trigger"]), i)
        elif "particle" in entry and i + 1 < len(sentence.tokens) and sentence.tokens[i + 1].low in entry["particle"]:
            last = i + 1
        event = Found(sentence, first, last, entry["type"], self.lexicon.roles[entry["type"]], noun=False)
        event.index = i
        agent, patient = frame.get("subject", ""), frame.get("object", "")
        if passive:
            self._fill(event, patient, subjects)
        else:
            self._fill(event, agent, subjects)
            self._fill(event, patient, objects)
        if passive or entry.get("passive"):
            self._fill(event, agent, [phrase for preposition, phrase, _ in complements if preposition == "by"])
        if "money" in frame:
            self._fill(event, frame["money"], [value for value in sentence.values if value.type == "MONEY" and abs(value.first - i) < 9])
        self._complements(event, frame, complements)
        if event.type == "Conflict.Battle" and event.has("Target"):
            self._town_fought_in(event)
        return event

    @staticmethod
    def _town_fought_in(event: Found) -> None:
        """`attacked the fighters in the town`: the place stays; a country that is fought is a Target all the same."""
        people = [phrase for role, phrase in event.arguments if role == "Target" and phrase.type in ("PER", "ORG", "NORP")]
        if people:
            event.arguments = [("Place" if role == "Target" and phrase.type == "LOC" else role, phrase) for role, phrase in event.arguments]

    def _fill(self, event: Found, role: str, phrases: list[Phrase]) -> None:
        """Fill `role`, which may name kinds and a second choice: `Instrument:weapon vehicle|Attacker`."""
        for phrase in phrases:
            for choice in role.split("|"):
                name, _, kinds = choice.partition(":")
                if name and (not kinds or any(is_kind(phrase, kind) for kind in kinds.split())):
                    event.add(name, phrase)
                    if name == "Instrument" and phrase.names:
                        self._fill(event, role.split("|")[-1].split(":")[0], phrase.names[-1:])
                    break

    def _complements(self, event: Found, frame: dict[str, str], complements: list[tuple[str, Phrase, bool]]) -> None:
        for preposition, phrase, nested in complements:
            role = frame.get(preposition)
            if preposition in _MEANS and phrase.type in ("WEA", "VEH"):
                event.add("Instrument", phrase)
            if role is not None and not nested:
                self._fill(event, role, [phrase])
            if (
                preposition in _ROLE_PLACES
                and phrase.type in _PLACES
                and "Place" in event.roles
                and not (preposition == "from" and role)
                and not (preposition == "on" and role)
            ):
                event.add("Place", phrase)

    # -- nouns

    def _noun(self, sentence: Sentence, i: int, lows: frozenset[str]) -> list[Found]:
        phrase = sentence.covers.get(i)
        if phrase is None or phrase.head != i or phrase.level != "NOM" or phrase.type:
            return []
        governor = sentence.governor(phrase)
        complements = list(sentence.complements(self._end_of_noun_group(sentence, phrase), _HAPPEN))
        chosen: list[Found] = []
        for entry in self.lexicon.nouns[sentence.tokens[i].lemma]:
            if (chosen and not entry.get("also")) or not self._noun_fits(sentence, i, phrase, entry, governor, complements, lows):
                continue
            entry = {**entry, "type": entry["retype"]} if "retype" in entry else entry
            chosen.append(self._noun_event(sentence, i, phrase, entry, governor, complements))
        return chosen

    def _end_of_noun_group(self, sentence: Sentence, phrase: Phrase) -> int:
        """Complements may come after a verb that adds nothing: `an offensive was launched by ...`."""
        k = phrase.last
        while k < len(sentence.tags) and sentence.tags[k] in "xhr":
            k += 1
        light = k < len(sentence.tags) and sentence.tags[k] in "vk" and sentence.tokens[k].lemma in self.words.lists["light"]
        return k + 1 if light and (sentence.passive(k) or sentence.reduced(k)) else phrase.last

    def _noun_fits(
        self,
        sentence: Sentence,
        i: int,
        phrase: Phrase,
        entry: dict[str, Any],
        governor: int,
        complements: list[tuple[str, Phrase, bool]],
        lows: frozenset[str],
    ) -> bool:
        if "near" in entry and not lows.intersection(entry["near"]):
            return False
        if "mod" in entry and not any(token.low in entry["mod"] for token in sentence.tokens[max(phrase.first, i - 3) : i]):
            return False
        if "of" in entry and not any(
            preposition == "of" and is_kind(inner, kind) for preposition, inner, _ in complements[:3] for kind in entry["of"]
        ):
            return False
        before = sentence.tokens[phrase.first - 1].low if phrase.first else ""
        if (
            "prep" in entry
            and before not in entry["prep"]
            and not any(preposition in entry["prep"] for preposition, _, _ in complements[:2])
        ):
            return False
        if "before" in entry and before not in entry["before"] and sentence.tokens[phrase.first].low not in entry["before"]:
            return False
        if "governor" in entry and not (governor >= 0 and sentence.tokens[governor].lemma in entry["governor"]):
            return False
        if entry.get("named") and not phrase.names:
            return False
        if "not_of" in entry and before == "of" and phrase.first > 1 and sentence.tokens[phrase.first - 2].low in entry["not_of"]:
            return False
        if "near_after" in entry and not any(token.low in entry["near_after"] for token in sentence.tokens[i + 1 : i + 4]):
            return False
        return not entry.get("plural") or phrase.plural

    def _noun_event(
        self, sentence: Sentence, i: int, phrase: Phrase, entry: dict[str, Any], governor: int, complements: list[tuple[str, Phrase, bool]]
    ) -> Found:
        frame = self.lexicon.frame(entry, "noun")
        event = Found(sentence, i, i, entry["type"], self.lexicon.roles[entry["type"]], noun=True)
        if i >= 2 and sentence.tags[i - 1] == "-" and sentence.tokens[i - 2].low == "counter":
            event.start = sentence.tokens[i - 2].start
        agent = frame.get("agent", "")
        if phrase.poss is not None:
            owner = phrase.poss
            self._fill(event, "Place" if owner.type in ("LOC", "FAC") or self._town(owner) else frame.get("poss", ""), [owner])
        for name in phrase.names:
            self._fill(event, "Place" if self._town(name) or name.type in ("LOC", "FAC") else frame.get("mod", ""), [name])
        self._modifiers(sentence, event, phrase, frame)
        self._fill(event, agent, [inner for preposition, inner, _ in complements if preposition == "by"])
        if governor >= 0 and not event.has(agent.split(":")[0]):
            self._light(sentence, event, phrase, frame, governor)
        elif phrase.first > 1 and sentence.tokens[phrase.first - 1].low == "under":
            verb = max(sentence.tags.rfind("x", 0, phrase.first), sentence.tags.rfind("v", 0, phrase.first))
            if phrase.first - verb <= 3 and verb >= 0:
                self._fill(event, "Territory" if "Territory" in event.roles else "Target", sentence.subjects(verb))
        self._complements(event, frame, complements)
        return event

    def _light(self, sentence: Sentence, event: Found, phrase: Phrase, frame: dict[str, str], governor: int) -> None:
        """The subject of `launched an offensive`, `came under attack`, `repelled an assault`, `took control`."""
        lemma, before = sentence.tokens[governor].lemma, sentence.tokens[phrase.first - 1].low if phrase.first else ""
        if sentence.passive(governor):
            return
        subjects = sentence.subjects(governor)
        if before == "under" or lemma in ("suffer", "face", "survive", "sustain"):
            role = "Target" if "Target" in event.roles else "Victim" if "Victim" in event.roles else ""
            self._fill(event, role, subjects)
        elif lemma in self.words.lists["light"] or lemma in (
            "take",
            "seize",
            "gain",
            "regain",
            "recapture",
            "win",
            "lose",
            "retain",
            "repel",
            "fight",
            "support",
            "wrest",
            "provide",
        ):
            lost = lemma == "lose" and event.type == "Territory.Capture"
            self._fill(event, "Loser" if lost else frame.get("agent", ""), subjects)
        if "Recipient" in event.roles and lemma in ("give", "offer", "send", "provide", "pay"):
            self._fill(event, "Recipient", [p for p in sentence.objects(governor) if p is not phrase])

    def _modifiers(self, sentence: Sentence, event: Found, phrase: Phrase, frame: dict[str, str]) -> None:
        """Common nouns before the trigger: `artillery fire`, `rebel attack`, `prison siege`."""
        k = phrase.head - 1
        while k >= phrase.first and sentence.tags[k] in "nj":
            low = sentence.tokens[k].low
            lemma, kind, _ = self.words.nouns.get(low, ("", "", False))
            if kind:
                first = k
                while (
                    kind in ("WEA", "VEH")
                    and first > phrase.first
                    and sentence.tags[first - 1] in "nj"
                    and sentence.tokens[first - 1].low in ("suicide", "car", "truck", "nail", "roadside", "machine", "long-range")
                ):
                    first -= 1
                inner = Phrase(first, k + 1, k, sentence.tokens[first].start, sentence.tokens[k].end, kind, "NOM")
                inner.lemma = inner.text = lemma
                role = (
                    "Instrument"
                    if kind in ("WEA", "VEH")
                    else frame.get("mod", "")
                    if kind in ("PER", "ORG")
                    else "Target"
                    if kind == "FAC"
                    else "Place"
                )
                self._fill(event, role, [inner])
                k = first
            k -= 1

    def _town(self, phrase: Phrase) -> bool:
        return phrase.type == "GPE" and not (phrase.level == "NAM" and self.is_country(phrase.entity or ""))

    # -- adjectives and compounds

    def _adjective(self, sentence: Sentence, i: int) -> list[Found]:
        low = sentence.tokens[i].low
        compound = i >= 2 and sentence.tags[i - 1] == "-" and low in self.lexicon.compounds
        entries = self.lexicon.compounds[low] if compound else self.lexicon.adjectives.get(low, [])
        phrase = sentence.covers.get(i)
        outside = phrase is None or phrase.head == i
        if outside:
            phrase = sentence.ends.get(sentence.group_start(i)) if low in ("dead", "wounded", "injured", "displaced") and i else None
        for entry in entries:
            if low == "dead" and i and sentence.tokens[i - 1].lemma == "shoot":
                continue  # `shot dead` is one word for it
            if "object" in entry and not (phrase is not None and any(is_kind(phrase, kind) for kind in entry["object"])):
                continue
            event = Found(sentence, i, i, entry["type"], self.lexicon.roles[entry["type"]], noun=True)
            frame = self.lexicon.frame(entry, "verb")
            if phrase is not None:
                self._fill(event, frame["object"], sentence.expand(phrase, -1) if outside else [sentence.counted(phrase)])
            if compound and (holder := next((name for name in sentence.names if name.last == i - 1), None)):
                self._fill(event, frame["subject"], [holder])
            elif compound:
                self._fill(event, frame["subject"], [self._bare(sentence, i - 2)])
            if outside:
                self._complements(event, frame, list(sentence.complements(i + 1)))
            return [event]
        return []

    def _bare(self, sentence: Sentence, k: int) -> Phrase:
        """The common noun of a compound such as `rebel-held`."""
        token = sentence.tokens[k]
        lemma, kind, plural = self.words.nouns.get(
            token.low, (token.low, "ORG" if token.low in ("government", "opposition") else "", False)
        )
        phrase = Phrase(k, k + 1, k, token.start, token.end, kind, "NOM")
        phrase.lemma = phrase.text = lemma
        phrase.plural = plural
        return phrase

    # -- what governs the whole sentence

    def _leading_places(self, sentence: Sentence, found: list[Found]) -> None:
        """`In Goma, soldiers attacked ...`: a place before the first comma belongs to the first events that lack one."""
        if not found or not sentence.tags or sentence.tags[0] != "i":
            return
        for preposition, phrase, _ in sentence.complements(0):
            if preposition not in _ROLE_PLACES or phrase.type not in _PLACES:
                continue
            for event in found:
                if event.index > phrase.head and not event.has("Place", "Territory", "Origin", "Destination"):
                    event.add("Place", phrase)
                    break

    def _times(self, sentence: Sentence, found: list[Found]) -> None:
        """Give each time expression to the events it dates."""
        for value in sentence.values:
            if value.type == "DATE":
                for event in self._dated(sentence, found, value):
                    event.add("Time", value)

    @staticmethod
    def _dated(sentence: Sentence, found: list[Found], value: Phrase) -> list[Found]:
        holder = sentence.covers.get(value.first)
        if holder is not None and holder is not value and holder.level != "NAM":
            return [event for event in found if event.index == holder.head]
        before = [event for event in found if event.index < value.first]
        if not before:
            nearest = [
                event
                for event in found
                if "z" not in sentence.tags[value.last : event.index] and '"' not in sentence.tags[value.last : event.index]
            ]
            return [event for event in (nearest or found)[:3] if not event.has("Time")]
        near = before[-1]
        gap = sentence.tags[near.index : value.first]
        if ("z" in gap or "w" in gap) and len(found) > len(before):
            return [found[len(before)]]
        dated = [event for event in before if event.index == near.index]
        # `killed ten people in an attack on Friday`: the date of the nearer noun is the date of its verb
        if near.noun and len(before) > len(dated):
            outer = before[-len(dated) - 1]
            if not outer.noun and not outer.has("Time") and not set("zw,.").intersection(sentence.tags[outer.index : near.index]):
                dated.append(outer)
        return dated
