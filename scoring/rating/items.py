"""Steps 2 and 3: which events, in which order, with which standing and how many points.

Most events are over with that: their lines stay as they are. An ``Item`` is one that later steps may change.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Final

from scoring.kernel.points import round_ratio
from scoring.rating.result import Line
from scoring.rating.worth import factors_of, repetition_of, restoration_of, starting_points

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.plan import Plan, RulePlan, Worth
    from scoring.rating.result import Cut, Standing

_new: Final = tuple.__new__
"""``_new(Line, parts)`` is ``Line(*parts)`` without a call of Python in between."""
_NO_RULES: Final[dict[str, RulePlan]] = {}
"""Those of a day before the first edition, where that leaves earlier events out."""
_BY_DAY: Final = attrgetter("decided_on", "source", "ref")
_always: Final = itemgetter(0, 1, 2, 3, 4, 5, 11, 12)
"""What reading asks of every event. Taking all of it apart would bring in memory that is mostly not needed."""
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
        self.unrestored, self.raw, _, _, self.restores_on = worth
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
    for event in _ordered(history, as_of):
        reading.add(event)
    return reading


def _ordered(history: History, as_of: date) -> list[Event]:
    """The events decided by as_of in the order of step 2; usually they come in it, each on a day of its own."""
    before: date | None = None
    for event in history.events:
        day = event.decided_on
        if before is not None and day <= before:
            break
        before = day
    else:
        if before is None or before <= as_of:
            return list(history.events)
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
    at. ``adverse``: rated events with bad points; ``warnings``: events that are warnings; ``repairs``: days to come of
    rated events.
    """

    __slots__ = (
        "absorbs", "adverse", "as_of", "attributes", "bad", "groups", "inside", "items", "lines", "only", "plan",
        "repairs", "warnings",
    )  # fmt: skip

    def __init__(self, plan: Plan, attributes: Mapping[str, str], inside: frozenset[str], as_of: date) -> None:
        self.plan = plan
        self.only = plan.rules[0] if len(plan.rules) == 1 and plan.reads_from is None else None
        self.absorbs = plan.rating.absorption.mode != "none"
        self.bad = plan.bad
        self.attributes = attributes
        self.inside = inside
        self.as_of = as_of
        self.groups: dict[str, list[Event]] = {}
        self.lines: list[Line] = []
        self.items: list[Item] = []
        self.adverse: list[tuple[Event, RulePlan]] = []
        self.warnings: list[Event] = []
        self.repairs: list[date] = []

    def add(self, event: Event) -> None:
        """The event with its rule, its points and the end of its span, or with the reason why it is not rated."""
        source, ref, code, day, severity, final, repaired_on, annulled_on = _always(event)
        if annulled_on is not None or not final:
            self._leave(event)
            return
        rules = self.only
        if rules is None:
            rules = self._rules_on(event)
        rule = rules.get(code)
        if rule is None:
            self._unread(event, "before_edition" if rules is _NO_RULES else "no_rule")
            return
        worth = rule.worths.get(severity, rule.otherwise) if rule.fixed else self._worth(event, rule)
        if worth is None:
            self._refuse(event, rule)
            return
        unrestored, raw, factors, restored, _ = worth
        months = rule.months
        end = rule.ends(event, self.attributes) if months is None else months[day]
        standing: Standing = "counted"
        if repaired_on is not None:
            standing = self._repaired(repaired_on)
        if (end is not None and end <= self.as_of) or (rule.by_occasion and event.occasion not in self.inside):
            standing = rule.after_end
        bad = unrestored * self.bad > 0
        if bad:
            self.adverse.append((event, rule))
        if standing != rule.after_end or rule.bounds or (bad and self.absorbs and event.case_ref is not None):
            item = Item(len(self.lines), event, rule, end, worth)
            item.standing = standing
            self.items.append(item)
        parts = (
            source, ref, code, day, rule.edition, rule.clause, rule.dimension, standing, raw,
            raw if standing == "counted" else 0, factors, restored, None, (), end,
        )  # fmt: skip
        self.lines.append(_new(Line, parts))

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
        parts = (source, ref, code, day, None, None, None, standing, None, 0, (), None, None, (), None)
        self.lines.append(_new(Line, parts))

    def _refuse(self, event: Event, rule: RulePlan) -> None:
        """An event that a rule reads and does not rate."""
        source, ref, code, day = event[:4]
        standing: Standing = "severity_not_rated"
        if not rule.by_severity:
            _, standing = starting_points(rule.rule, event, self.attributes)
        parts = (
            source, ref, code, day, rule.edition, rule.clause, rule.dimension, standing, None,
            0, (), None, None, (), None,
        )  # fmt: skip
        self.lines.append(_new(Line, parts))

    def _repaired(self, repaired_on: date) -> Standing:
        if repaired_on <= self.as_of:
            return "repaired"
        self.repairs.append(repaired_on)
        return "counted"

    def _worth(self, event: Event, rule: RulePlan) -> Worth | None:
        """Points by value, severity and conditions, then factors, repetition and restoration: rounded once."""
        if rule.by_severity:
            known = rule.worths.get(event.severity, rule.otherwise)
            points = None if known is None else known[0]
        else:
            points, _ = starting_points(rule.rule, event, self.attributes)
        if points is None or rule.plain:
            return None if points is None else (points, points, (), None, None)
        factors = factors_of(rule.factors, event, self.attributes) if rule.factors else []
        repetition = rule.rule.repetition
        if repetition is not None:
            earlier = self.groups.setdefault(repetition.group, [])
            repeated = repetition_of(repetition, event, earlier) if earlier else None
            if repeated is not None:
                factors.append(repeated)
            earlier.append(event)
        scale = 1
        for one in factors:
            points *= one.factor
            scale *= 1000
        raw = round_ratio(points, scale) if factors else points
        if event.corrected_on is None or rule.rule.restoration is None:
            return raw, raw, tuple(factors), None, None
        return self._restored(event, rule, (raw, raw, tuple(factors), None, None), (points, scale))

    def _restored(self, event: Event, rule: RulePlan, worth: Worth, exact: tuple[int, int]) -> Worth:
        """``exact``: the points before rounding, as a ratio."""
        found = restoration_of(rule.rule, event, self.attributes)
        if found is None:
            return worth
        restored, day = found
        unrestored, _, factors, _, _ = worth
        if day > self.as_of:
            return unrestored, unrestored, factors, None, day
        return unrestored, round_ratio(exact[0] * (1000 - restored.share), exact[1] * 1000), factors, restored, None


def finished(lines: list[Line], items: list[Item]) -> tuple[Line, ...]:
    """The lines after steps 4 and 5: with what outweighed or cut an event."""
    for item in items:
        if item.by is not None or item.cuts:
            lines[item.place] = lines[item.place]._replace(
                standing=item.standing, counted=item.counted, by=item.by, cuts=item.cuts
            )
    return tuple(lines)
