"""Steps 2 and 3: which events, in which order, with which standing and how many points.

Most events are over with that: their lines stay as they are. An ``Item`` is one that later steps may change.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from operator import attrgetter, le, lt
from typing import TYPE_CHECKING, Final

from scoring.rating.lines import UNREAD, Lines
from scoring.rating.worth import restoration_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.lines import Treatment
    from scoring.rating.plan import Plan, RulePlan
    from scoring.rating.result import Cut, Standing
    from scoring.rating.worth import Worth

_NO_RULES: Final[dict[str, RulePlan]] = {}
"""Those of a day before the first edition, where that leaves earlier events out."""
_LIVE: Final = frozenset({"counted", "absorbed", "lesser_of_group", "repaired"})
"""Standings of what changes when its span ends."""
_BY_DAY: Final = attrgetter("decided_on", "source", "ref")
_BY_DAY_HELD: Final = attrgetter("held_on")


class Item:
    """One event that later steps look at: it counts, or is repaired, or is of a case, or may bound the grade.

    ``place`` is that of its line; ``raw`` and ``counted`` are hundredths.
    """

    __slots__ = "by", "counted", "cuts", "end", "event", "place", "raw", "rule", "standing", "worth"

    def __init__(self, place: int, event: Event, rule: RulePlan, worth: Worth, end: date | None) -> None:
        self.place = place
        self.event = event
        self.rule = rule
        self.worth = worth
        self.standing: Standing = "counted"
        self.end = end
        self.raw = worth.raw
        self.counted = 0
        self.by: tuple[str, str] | None = None
        self.cuts: tuple[Cut, ...] = ()


def held(history: History, as_of: date) -> list[Occasion]:
    """Occasions held by as_of, oldest first, those of one day as recorded; usually that is how they come."""
    days = [one[2] for one in history.occasions]
    if (not days or days[-1] <= as_of) and all(map(le, days, days[1:])):
        return [*history.occasions]
    return sorted([one for one in history.occasions if one.held_on <= as_of], key=_BY_DAY_HELD)


def read(plan: Plan, history: History, occasions: list[Occasion], as_of: date) -> Reading:
    """Every event decided by as_of, in order, with its points; what is live stands as ``counted``.

    ``occasions``: those held by as_of, as ``held`` gives them.
    """
    latest = plan.rating.window.occasions
    inside = frozenset([one.ref for one in occasions[-latest:]]) if latest else frozenset()
    reading = Reading(plan, history.attributes, inside, as_of)
    reading.read(_ordered(history, as_of))
    return reading


def _ordered(history: History, as_of: date) -> Sequence[Event]:
    """The events decided by as_of in the order of step 2; usually they come in it, each on a day of its own."""
    days = [event[3] for event in history.events]  # by place: faster than by name
    if (not days or days[-1] <= as_of) and all(map(lt, days, days[1:])):
        return history.events
    events = [event for event in history.events if event.decided_on <= as_of]
    if not history.occasions:
        events.sort(key=_BY_DAY)
        return events
    places = {one.ref: place for place, one in enumerate(history.occasions) if one.held_on <= as_of}
    last = len(history.occasions)
    events.sort(key=lambda event: (event.decided_on, places.get(event.occasion or "", last), event.source, event.ref))
    return events


class Reading:
    """The events of one entity, read in order; remembers the earlier ones of each group of repetition.

    ``treatments``, ``ends``, ``by``: what its line says of every event, see ``Lines``; ``items``: those that steps 4
    and 5 and later ones look at; among them ``cases``: the adverse ones by case, ``grouped``: those of which the
    highest counts, ``bounding``, and ``restoring``: with a day to come.
    ``adverse``: rated events with bad points; ``relieved``: those of them that have a day of repair; ``warnings``:
    events that are warnings; ``repairs``: days to come of rated events.
    """

    __slots__ = (
        "absorbs", "adverse", "as_of", "attributes", "bounding", "by", "cases", "ends", "events", "grouped",
        "groups", "inside", "items", "only", "plan", "relieved", "repairs", "restoring", "treatments", "warnings",
    )  # fmt: skip

    def __init__(self, plan: Plan, attributes: Mapping[str, str], inside: frozenset[str], as_of: date) -> None:
        self.plan = plan
        self.only = plan.rules[0] if len(plan.rules) == 1 and plan.reads_from is None else None
        self.absorbs = plan.rating.absorption.mode != "none"
        self.attributes = attributes
        self.inside = inside
        self.as_of = as_of
        self.groups: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
        self.events: Sequence[Event] = ()
        self.treatments: list[Treatment] = []
        self.ends: list[date | None] = []
        self.by: dict[int, tuple[str, str]] = {}
        self.items: list[Item] = []
        self.cases: dict[str, list[Item]] = defaultdict(list)
        self.grouped: list[Item] = []
        self.bounding: list[Item] = []
        self.adverse: list[Event] = []
        self.relieved: list[tuple[Event, RulePlan]] = []
        self.warnings: list[Event] = []
        self.repairs: list[date] = []
        self.restoring: list[Item] = []

    @property
    def lines(self) -> Lines:
        """The lines as they stand by now."""
        return Lines(self.events, self.treatments, self.ends, self.by)

    @property
    def ends_on(self) -> date | None:
        """The first day on which anything live ends or is repaired, or what is repaired ends."""
        live = [item for item in self.items if item.standing in _LIVE]
        days = [item.end for item in live if item.end is not None]
        if self.repairs:
            days += [day for item in live if (day := item.event.repaired_on) is not None and day > self.as_of]
        return min(days, default=None)

    def read(self, events: Sequence[Event]) -> None:
        """Each event with its rule, its points and the end of its span, or with the reason why it is not rated."""
        self.events = events
        only, as_of, absorbs, treatments, ends = self.only, self.as_of, self.absorbs, self.treatments, self.ends
        for event in events:
            _, _, code, day, severity, final, _, occasion, case, _, _, repaired_on, annulled_on, _, _ = event
            rule = None
            if final and annulled_on is None:
                rule = (self._rules_on(event) if only is None else only).get(code)
            if rule is None:
                treatments.append(UNREAD[code, self._unread(event)])
                ends.append(None)
                continue
            worth = rule.by_severity.get(severity, rule.otherwise) if rule.fixed else self._worth(event, rule)
            treatment, ended = worth.live, worth.ended
            if ended is None:
                treatments.append(treatment)
                ends.append(None)
                continue
            by_day = rule.by_day
            end = rule.ends(event, self.attributes) if by_day is None else by_day[day]
            if repaired_on is not None:
                treatment = self._repaired(event, rule, worth)
            if (end is not None and end <= as_of) or (rule.by_occasion and occasion not in self.inside):
                treatment = ended
            within = None
            if worth.adverse:
                self.adverse.append(event)
                within = case if absorbs else None
            if treatment is not ended or rule.bounds or within is not None:
                item = Item(len(ends), event, rule, worth, end)
                item.standing = treatment.standing
                self._keep(item, within)
            treatments.append(treatment)
            ends.append(end)

    def _rules_on(self, event: Event) -> dict[str, RulePlan]:
        """The rules that hold for an event of that day."""
        plan = self.plan
        if plan.reads_from is not None and event.decided_on < plan.reads_from:
            return _NO_RULES
        return plan.rules[plan.own(event)]

    def _unread(self, event: Event) -> Standing:
        """Why no rule reads the event."""
        if event.annulled_on is not None:
            return "annulled"
        if not event.final:
            self.warnings.append(event)
            return "warning"
        return "before_edition" if self._rules_on(event) is _NO_RULES else "no_rule"

    def _repaired(self, event: Event, rule: RulePlan, worth: Worth) -> Treatment:
        """An event with a day of repair."""
        if worth.adverse:
            self.relieved.append((event, rule))
        if event.repaired_on is not None and event.repaired_on > self.as_of:
            self.repairs.append(event.repaired_on)
            return worth.live
        return worth.repaired or worth.live

    def _keep(self, item: Item, case: str | None) -> None:
        """An event that later steps look at, and which of them do; ``case``: the one in which it may be outweighed."""
        self.items.append(item)
        if case is not None:
            self.cases[case].append(item)
        rule = item.rule
        if rule.bounds:
            self.bounding.append(item)
        if rule.group is not None:
            self.grouped.append(item)
        if item.worth.restores_on is not None:
            self.restoring.append(item)

    def _worth(self, event: Event, rule: RulePlan) -> Worth:
        """By value, severity and conditions, with factors, repetition and restoration."""
        start = event.value if rule.by_value else event.severity
        share = restores_on = None
        if rule.restores and event.corrected_on is not None:
            share, restores_on = self._restoration(event, rule)
        nth, repeats = 0, rule.repeats
        if repeats is not None:
            day, earlier = event.decided_on, self.groups[repeats.group]
            if earlier:
                nth = repeats.nth(day, earlier)
        if rule.asks:
            own, given = event.attributes, self.attributes.get
            stated = [own.get(name, given(name)) for name in rule.asks] if own else map(given, rule.asks)
            worth = rule.worths[(start, nth, share, *stated)]
        else:
            worth = rule.worths[start, nth, share]
        if repeats is not None and worth.ended is not None:
            earlier.append((day, event.repaired_on))
        return worth if restores_on is None else replace(worth, restores_on=restores_on)

    def _restoration(self, event: Event, rule: RulePlan) -> tuple[int | None, date | None]:
        """The share given back by as_of, or the day to come on which one will be."""
        found = restoration_of(rule.rule, event, self.attributes)
        if found is None:
            return None, None
        share, day = found
        return (share, None) if day <= self.as_of else (None, day)


def finish(reading: Reading) -> None:
    """Steps 4 and 5 are over: what outweighed or cut an event goes into its line."""
    for item in reading.items:
        if item.by is not None:
            reading.by[item.place] = item.by
        if item.by is not None or item.cuts:
            treatment = reading.treatments[item.place]
            reading.treatments[item.place] = treatment.become(item.standing, item.counted, item.cuts)
