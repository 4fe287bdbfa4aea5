"""Steps 2 and 3: which events, in which order, with which standing and how many points.

Most events are over with that: their lines stay as they are. An ``Item`` is one that later steps may change.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from scoring.rating.result import Line
from scoring.rating.worth import restored_worth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.plan import Plan, RulePlan
    from scoring.rating.result import Cut, Standing
    from scoring.rating.worth import Worth

_new: Final = tuple.__new__
"""``_new(Line, parts)`` is ``Line(*parts)`` without a call of Python in between."""
_NOTHING: Final = (None, 0, (), None, None, (), None)
"""The end of the line of an event that is not rated: no points, and nothing that changed them."""
_NO_RULES: Final[dict[str, RulePlan]] = {}
"""Those of a day before the first edition, where that leaves earlier events out."""
_BY_DAY: Final = attrgetter("decided_on", "source", "ref")
_BY_DAY_HELD: Final = attrgetter("held_on")


class Item:
    """One event that later steps look at: it counts, or is repaired, or is of a case, or may bound the grade.

    ``place`` is that of its line. ``unrestored``, ``raw``, ``counted`` are hundredths. ``restores_on``: a day to come
    on which points are given back.
    """

    __slots__ = (
        "by", "counted", "cuts", "end", "event", "place", "raw", "restores_on", "rule", "standing", "unrestored",
    )  # fmt: skip

    def __init__(self, place: int, event: Event, rule: RulePlan, end: date | None, worth: Worth) -> None:
        self.place = place
        self.event = event
        self.rule = rule
        self.standing: Standing = "counted"
        _, self.unrestored, self.raw, _, _, self.restores_on, _ = worth
        self.counted = 0
        self.end = end
        self.by: tuple[str, str] | None = None
        self.cuts: tuple[Cut, ...] = ()


def held(history: History, as_of: date) -> list[Occasion]:
    """Occasions held by as_of, oldest first, those of one day as recorded."""
    return sorted([one for one in history.occasions if one.held_on <= as_of], key=_BY_DAY_HELD)


def read(plan: Plan, history: History, occasions: list[Occasion], as_of: date) -> Reading:
    """Every event decided by as_of, in order, with its points; what is live stands as ``counted``.

    ``occasions``: those held by as_of, as ``held`` gives them.
    """
    latest = plan.rating.window.occasions
    inside = frozenset([one.ref for one in occasions[-latest:]]) if latest else frozenset()
    reading = Reading(plan, history.attributes, inside, as_of)
    reading.add(_ordered(history, as_of))
    return reading


def _ordered(history: History, as_of: date) -> Iterable[Event]:
    """The events decided by as_of in the order of step 2; usually they come in it, each on a day of its own."""
    before: date | None = None
    for event in history.events:
        day = event.decided_on
        if before is not None and day <= before:
            break
        before = day
    else:
        if before is None or before <= as_of:
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

    ``lines``: one for every event, as it stands before steps 4 and 5; ``items``: those that these and later steps look
    at; among them ``cases``: the adverse ones by case, ``grouped``: those
    of which the highest counts, ``bounding``.
    ``adverse``: days of decision and of repair of rated events with bad points; ``relieved``: those of them that have
    a day of repair; ``warnings``: events that are warnings; ``repairs``: days to come of rated events;
    ``ends_on``: the first day on which anything live ends or is repaired, or what is repaired ends; ``restoring``:
    items with a day to come.
    """

    __slots__ = (
        "absorbs", "adverse", "as_of", "attributes", "bad", "bounding", "cases", "ends_on", "grouped", "groups",
        "inside", "items", "lines", "only", "plan", "relieved", "repairs", "restoring", "warnings",
    )  # fmt: skip

    def __init__(self, plan: Plan, attributes: Mapping[str, str], inside: frozenset[str], as_of: date) -> None:
        self.plan = plan
        self.only = plan.rules[0] if len(plan.rules) == 1 and plan.reads_from is None else None
        self.absorbs = plan.rating.absorption.mode != "none"
        self.bad = plan.bad
        self.attributes = attributes
        self.inside = inside
        self.as_of = as_of
        self.groups: dict[str, list[tuple[date, date | None]]] = {}
        self.lines: list[Line] = []
        self.items: list[Item] = []
        self.cases: dict[str, list[Item]] = {}
        self.grouped: list[Item] = []
        self.bounding: list[Item] = []
        self.adverse: list[tuple[date, date | None]] = []
        self.relieved: list[tuple[Event, RulePlan]] = []
        self.warnings: list[Event] = []
        self.repairs: list[date] = []
        self.restoring: list[Item] = []
        self.ends_on: date | None = None

    def add(self, events: Iterable[Event]) -> None:
        """Each event with its rule, its points and the end of its span, or with the reason why it is not rated."""
        only, as_of, bad, lines = self.only, self.as_of, self.bad, self.lines
        for event in events:
            source, ref, code, day, severity, final, _, occasion, case, _, _, repaired_on, annulled_on, _, _ = event
            if annulled_on is not None or not final:
                self._leave(event)
                continue
            rules = self._rules_on(event) if only is None else only
            rule = rules.get(code)
            if rule is None:
                self._unread(event, "before_edition" if rules is _NO_RULES else "no_rule")
                continue
            worth = rule.by_severity.get(severity, rule.otherwise) if rule.fixed else self._worth(event, rule)
            refused, unrestored, raw, factors, restored, _, _ = worth
            if refused is not None:
                read_by = rule.edition, rule.clause, rule.dimension
                lines.append(_new(Line, (source, ref, code, day, *read_by, refused, *_NOTHING)))
                continue
            by_day = rule.by_day
            end = rule.ends(event, self.attributes) if by_day is None else by_day[day]
            standing: Standing = "counted" if repaired_on is None else self._repaired(repaired_on)
            if (end is not None and end <= as_of) or (rule.by_occasion and occasion not in self.inside):
                standing = rule.after_end
            adverse = unrestored * bad > 0
            if adverse:
                self.adverse.append((day, repaired_on))
                if repaired_on is not None:
                    self.relieved.append((event, rule))
            if standing != rule.after_end or rule.bounds or (adverse and case is not None and self.absorbs):
                item = Item(len(lines), event, rule, end, worth)
                item.standing = standing
                self._keep(item, adverse=adverse)
            parts = (
                source, ref, code, day, rule.edition, rule.clause, rule.dimension, standing, raw,
                raw if standing == "counted" else 0, factors, restored, None, (), end,
            )  # fmt: skip
            lines.append(_new(Line, parts))

    def _rules_on(self, event: Event) -> dict[str, RulePlan]:
        """The rules that hold for an event of that day."""
        plan = self.plan
        if plan.reads_from is not None and event.decided_on < plan.reads_from:
            return _NO_RULES
        return plan.rules[plan.own(event)]

    def _leave(self, event: Event) -> None:
        """An event that no rule may read: a warning, or an annulled one."""
        if event.annulled_on is None:
            self.warnings.append(event)
        self._unread(event, "warning" if event.annulled_on is None else "annulled")

    def _unread(self, event: Event, standing: Standing) -> None:
        source, ref, code, day = event[:4]
        parts = (source, ref, code, day, None, None, None, standing, *_NOTHING)
        self.lines.append(_new(Line, parts))

    def _repaired(self, repaired_on: date) -> Standing:
        if repaired_on <= self.as_of:
            return "repaired"
        self.repairs.append(repaired_on)
        return "counted"

    def _keep(self, item: Item, *, adverse: bool) -> None:
        """An event that later steps look at, and which of them do."""
        self.items.append(item)
        rule, event = item.rule, item.event
        if item.standing != rule.after_end:
            if item.end is not None and (self.ends_on is None or item.end < self.ends_on):
                self.ends_on = item.end
            if item.standing == "counted" and event.repaired_on is not None:
                self.ends_on = event.repaired_on if self.ends_on is None else min(self.ends_on, event.repaired_on)
        if item.restores_on is not None:
            self.restoring.append(item)
        if rule.bounds:
            self.bounding.append(item)
        if rule.group is not None:
            self.grouped.append(item)
        case = event.case_ref
        if case is not None and adverse and self.absorbs:
            self.cases.setdefault(case, []).append(item)

    def _worth(self, event: Event, rule: RulePlan) -> Worth:
        """By value, severity and conditions, with factors, repetition and restoration."""
        nth = 0
        repeats = rule.repeats
        if repeats is not None:
            earlier = self.groups.setdefault(repeats.group, [])
            if earlier:
                nth = repeats.nth(event.decided_on, earlier)
        asks, own, attributes = rule.asks, event.attributes, self.attributes
        stated = [own.get(name, attributes.get(name)) for name in asks] if asks else asks
        worth = rule.worths[event.value if rule.by_value else event.severity, nth, *stated]
        if worth.refused is not None:
            return worth
        if repeats is not None:
            earlier.append((event.decided_on, event.repaired_on))
        if rule.restores and event.corrected_on is not None:
            return restored_worth(rule.rule, event, attributes, worth, self.as_of)
        return worth


def finished(lines: list[Line], items: list[Item]) -> tuple[Line, ...]:
    """The lines after steps 4 and 5: with what outweighed or cut an event."""
    for item in items:
        if item.by is not None or item.cuts:
            line = lines[item.place]
            parts = (*line[:7], item.standing, item.raw, item.counted, *line[10:12], item.by, item.cuts, item.end)
            lines[item.place] = _new(Line, parts)
    return tuple(lines)
