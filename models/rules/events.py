"""Events of a sentence: verbs that state one, and what governs the whole sentence."""

from __future__ import annotations

from collections.abc import Callable

from .clauses import Sentence
from .event_nouns import NounEvents
from .lexicon import ACTOR, PLACES, ROLE_PLACES, Complement, Entry, Found, Lexicon, any_kind, fill, fill_complements, is_kind
from .phrases import Phrase
from .signals import TRIGGER
from .words import Words

_THINGS = frozenset("aircraft projectile weapon vehicle".split())
_CAPTIVE = frozenset("hostage captive prisoner dead".split())


def _after(sentence: Sentence, done: list[Phrase]) -> str:
    """The word after the objects."""
    end = max(map(sentence.beyond, done))
    return sentence.tokens[end].low if end < len(sentence.tokens) else ""


def _object_fits(kinds: tuple[str, ...], done: list[Phrase]) -> bool:
    if not done:
        return "none" in kinds or "any" in kinds
    return "any" in kinds or any_kind(done, [kind for kind in kinds if kind != "none"])


class VerbEvents:
    """Events that verbs state."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def find(self, sentence: Sentence, i: int) -> list[Found]:
        """Events that the verb at token i states."""
        lemma = sentence.lemmas[i]
        possible = self.lexicon.verbs[lemma]
        if lemma not in self.lexicon.anywhere:
            possible = [entry for entry in possible if entry.near is None or not entry.near.isdisjoint(sentence.lows())]
            if not possible:
                return []
        passive = sentence.passive(i) or (self.lexicon.has_passive[lemma] and sentence.reduced(i))
        subjects = sentence.subjects(i)
        objects = [] if passive else sentence.objects(i, self.lexicon.particles[lemma])
        done = subjects if passive else objects
        complements: list[Complement] | None = None
        chosen: list[Found] = []
        for entry in possible:
            if (chosen and not entry.also) or not self._fits(sentence, i, entry, passive, subjects, done):
                continue
            if complements is None:
                complements = list(sentence.complements(self._end(sentence, i, objects)))
            if self._goes_on(entry, passive, complements):
                chosen.append(self._event(sentence, i, entry, passive, subjects, objects, complements))
        return chosen

    def _end(self, sentence: Sentence, i: int, objects: list[Phrase]) -> int:
        """Where the complements begin: after the objects, particles and `hostage`."""
        tokens, particles = sentence.tokens, self.lexicon.particles[sentence.lemmas[i]]
        end = max([i + 1, *map(sentence.beyond, objects)]) if objects else i + 1
        while end < len(tokens) and tokens[end].low in particles and tokens[end].low not in ("to", "into"):
            end += 1
        while end < len(tokens) and tokens[end].low in _CAPTIVE:
            end += 1
        return end

    @staticmethod
    def _fits(sentence: Sentence, i: int, entry: Entry, passive: bool, subjects: list[Phrase], done: list[Phrase]) -> bool:
        """Whether the conditions on voice, particle, subject and object hold; `done` is what it is done to."""
        if (entry.passive and not passive) or (passive and (entry.active or entry.intransitive)):
            return False
        if entry.particle or entry.particle_not:
            after = sentence.tokens[i + 1].low if i + 1 < len(sentence.tokens) else ""
            if entry.particle and after not in entry.particle and (not done or passive or _after(sentence, done) not in entry.particle):
                return False
            if entry.particle_not and after in entry.particle_not:
                return False
        if entry.object and not _object_fits(entry.object, done):
            return False
        if entry.active_object and not any(phrase.lemma in entry.active_object for phrase in done):
            return False
        return not entry.subject or passive or any_kind(subjects, entry.subject)

    @staticmethod
    def _goes_on(entry: Entry, passive: bool, complements: list[Complement]) -> bool:
        """Whether the conditions on what follows hold, those on the agent of a passive among them."""
        told = entry.subject if passive and entry.subject and _THINGS.issuperset(entry.subject) else ()
        if told or entry.by:
            agents = [phrase for preposition, phrase, _ in complements if preposition == "by"] if passive else []
            if told and not any_kind(agents, told):
                return False  # `was attacked` is no air strike for want of an agent
            if entry.by and not any(phrase.type in ACTOR for phrase in agents):
                return False
        return entry.prep is None or any(
            preposition == wanted and is_kind(phrase, kind) for preposition, phrase, _ in complements for wanted, kind in entry.prep
        )

    def _event(
        self, sentence: Sentence, i: int, entry: Entry, passive: bool, subjects: list[Phrase], objects: list[Phrase],
        complements: list[Complement],
    ) -> Found:  # fmt: skip
        frame = entry.verb
        first = last = i
        if entry.trigger:
            first = last = next((k for k in range(i, len(sentence.tokens)) if sentence.tokens[k].low in entry.trigger), i)
        elif entry.particle and i + 1 < len(sentence.tokens) and sentence.tokens[i + 1].low in entry.particle:
            last = i + 1
        event = Found(sentence, first, last, entry.label, entry.roles, noun=False)
        event.index = i
        agent, patient = frame.get("subject", ""), frame.get("object", "")
        if passive:
            fill(event, patient, subjects)
        else:
            fill(event, agent, subjects)
            fill(event, patient, objects)
        if agent and complements and (passive or entry.passive):
            fill(event, agent, [phrase for preposition, phrase, _ in complements if preposition == "by"])
        if "money" in frame:
            fill(event, frame["money"], [value for value in sentence.values if value.type == "MONEY" and abs(value.first - i) < 9])
        if complements:
            fill_complements(event, frame, complements)
        if event.type == "Conflict.Battle" and event.has("Target"):
            self._town_fought_in(event)
        return event

    @staticmethod
    def _town_fought_in(event: Found) -> None:
        """`attacked the fighters in the town`: the place stays; a country that is fought is a Target all the same."""
        people = [phrase for role, phrase in event.arguments if role == "Target" and phrase.type in ("PER", "ORG", "NORP")]
        if people:
            event.arguments = [("Place" if role == "Target" and phrase.type == "LOC" else role, phrase) for role, phrase in event.arguments]


class EventFinder:
    """Finds the events of a sentence."""

    def __init__(self, lexicon: Lexicon, words: Words, is_country: Callable[[str], bool]) -> None:
        self.lexicon = lexicon
        self.verbs, self.nouns = VerbEvents(lexicon), NounEvents(lexicon, words, is_country)

    def find(self, sentence: Sentence) -> list[Found]:
        """Events of a sentence with their arguments, in order of the text."""
        if not sentence.tokens.flags & TRIGGER:
            return []
        sentence.read()
        triggers = [i for i, word in enumerate(sentence.tokens) if word.trigger and self._states(sentence, i)]
        if not triggers:
            return []
        sentence.parse()
        found: list[Found] = []
        for i in triggers:
            tag = sentence.tags[i]
            found += (
                self.nouns.find(sentence, i)
                if tag == "n"
                else self.nouns.adjective(sentence, i)
                if tag == "j"
                else self.verbs.find(sentence, i)
            )
        if found:
            self._leading_places(sentence, found)
            self._times(sentence, found)
        return found

    def _states(self, sentence: Sentence, i: int) -> bool:
        """Whether the word at token i, tagged as it is, may state an event."""
        tag, lexicon = sentence.tags[i], self.lexicon
        if tag in "vkgb":
            return sentence.lemmas[i] in lexicon.verbs
        if tag == "n":
            return sentence.lemmas[i] in lexicon.nouns
        return tag == "j" and (sentence.tokens[i].low in lexicon.adjectives or sentence.tokens[i].low in lexicon.compounds)

    def _leading_places(self, sentence: Sentence, found: list[Found]) -> None:
        """`In Goma, soldiers attacked ...`: a place before the first comma belongs to the first events that lack one."""
        if sentence.tags[0] != "i":
            return
        for preposition, phrase, _ in sentence.complements(0):
            if preposition not in ROLE_PLACES or phrase.type not in PLACES:
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
        holder = sentence.cover(value.first)
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
