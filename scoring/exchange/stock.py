"""Facts gathered per entity, and the histories that they make."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scoring.exchange.faults import Fault
from scoring.rating.history import History, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.exchange.lines import Fact, Held
    from scoring.rating.history import Event

ANY_KIND = "*"
"""The kind of an entity of which no line names one."""


class _Of:
    """What the lines so far say of one entity."""

    __slots__ = ("attributes", "events", "kinds", "known_since", "licences", "occasions", "seen", "stated")

    def __init__(self) -> None:
        self.kinds: dict[str, None] = {}
        self.events: list[tuple[tuple[str, ...], Event]] = []
        self.seen: dict[tuple[str, str], tuple[tuple[str, ...], Event]] = {}
        self.occasions: dict[str, _Inspection] = {}
        self.attributes: dict[str, tuple[date, str]] = {}
        self.stated: dict[str, str] = {}
        self.known_since: date | None = None
        self.licences: tuple[tuple[date, date | None], ...] | None = None


class Stock:
    """All facts of the input. ``of_entity``: attributes that an edition reads from the entity, never from an event."""

    def __init__(self, of_entity: frozenset[str]) -> None:
        self._of_entity = of_entity
        self._entities: dict[str, _Of] = {}
        self.questions: list[tuple[str, tuple[str, ...], date]] = []

    @property
    def entities(self) -> list[str]:
        """The entities named so far, in the order of their first line."""
        return list(self._entities)

    def forget(self) -> None:
        """Drop all facts, to begin with the next entity of a sorted input."""
        self._entities.clear()
        self.questions.clear()

    def add(self, fact: Fact) -> Fault | None:
        """Take in one fact; what contradicts an earlier line is refused."""
        about = self._entities.setdefault(fact.entity, _Of())
        about.kinds.update(dict.fromkeys(fact.kinds))
        if fact.event is not None:
            key = fact.event.source, fact.event.ref
            told = about.seen.get(key)
            if told is not None:
                same = told == (fact.kinds, fact.event)
                return None if same else Fault(fact.line, "id_reused", "id", fact.event.ref, fact.entity)
            about.seen[key] = fact.kinds, fact.event
            about.events.append((fact.kinds, fact.event))
            self._note_attributes(about, fact.event)
        if fact.occasion is not None:
            known = about.occasions.setdefault(fact.occasion.ref, _Inspection())
            if not known.learn(fact.occasion, fact.kinds):
                return Fault(fact.line, "occasion_contradicts", "occasion", fact.occasion.ref, fact.entity)
        if fact.as_of is not None:
            self.questions.append((fact.entity, fact.kinds, fact.as_of))
        return _describe(about, fact)

    def _note_attributes(self, about: _Of, event: Event) -> None:
        """What the latest event says of the entity, where no line about the entity itself does."""
        for key, value in event.attributes.items():
            if key in self._of_entity:
                earlier = about.attributes.get(key)
                if earlier is None or earlier[0] <= event.decided_on:
                    about.attributes[key] = event.decided_on, value

    def histories(self, entity: str, kinds: tuple[str, ...] = ()) -> list[History]:
        """One history for each kind asked for, or else for each kind of the entity."""
        about = self._entities[entity]
        attributes: Mapping[str, str] = {key: value for key, (_, value) in about.attributes.items()} | about.stated
        return [
            History(
                entity,
                kind,
                tuple(event for named, event in about.events if not named or kind in named),
                tuple(
                    one.occasion(ref) for ref, one in about.occasions.items() if one.kinds is None or kind in one.kinds
                ),
                attributes,
                about.known_since,
                about.licences,
            )
            for kind in kinds or tuple(about.kinds) or (ANY_KIND,)
        ]


class _Inspection:
    """An occasion as the lines so far tell it."""

    __slots__ = ("closed", "first_decided", "held_on", "kinds", "type")

    def __init__(self) -> None:
        self.kinds: set[str] | None = set()
        self.type: str | None = None
        self.held_on: date | None = None
        self.closed: bool | None = None
        self.first_decided: date | None = None

    def learn(self, told: Held, kinds: tuple[str, ...]) -> bool:
        """Take in a line; False where an earlier one says otherwise."""
        for known, said in ((self.type, told.type), (self.held_on, told.held_on), (self.closed, told.closed)):
            if known is not None and said is not None and known != said:
                return False
        self.type = told.type if self.type is None else self.type
        self.held_on = told.held_on if self.held_on is None else self.held_on
        self.closed = told.closed if self.closed is None else self.closed
        decided = [day for day in (self.first_decided, told.decided_on) if day is not None]
        self.first_decided = min(decided, default=None)
        self.kinds = self.kinds | set(kinds) if kinds and self.kinds is not None else None
        return True

    def occasion(self, ref: str) -> Occasion:
        """Without a day of its own it was held on the first decision day that names it."""
        held_on = self.held_on or self.first_decided
        return Occasion(ref, self.type or "", held_on or date.min, self.closed is True)


def _describe(about: _Of, fact: Fact) -> Fault | None:
    """Take in what a line says of the entity itself."""
    for key, value in fact.attributes.items() if fact.event is None else ():
        if about.stated.setdefault(key, value) != value:
            return Fault(fact.line, "attribute_contradicts", key, value, fact.entity)
    if fact.known_since is not None:
        if about.known_since not in (None, fact.known_since):
            return Fault(fact.line, "attribute_contradicts", "known_since", str(fact.known_since), fact.entity)
        about.known_since = fact.known_since
    if fact.licences is not None:
        about.licences = (about.licences or ()) + fact.licences
    return None
