"""Steps 2 and 3: which events, in which order, with which standing and how many points.

An ``Item`` is one event while it is being rated: later steps change its standing and its counted points.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.edition.model import EventRule, Window
from scoring.kernel.points import round_ratio
from scoring.rating.plan import RulePlan
from scoring.rating.worth import factors_of, repetition_of, restoration_of, starting_points

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.plan import Plan
    from scoring.rating.result import Cut, Factor, Restored, Standing

UNREAD: Final = RulePlan(EventRule("", "", {}, ""), "", "", "", Window())
"""Stands for the rule of an event that no rule reads."""
_NO_RULES: Final[dict[str, RulePlan]] = {}
"""Those of a day before the first edition, where that leaves earlier events out."""
_BY_DAY: Final = attrgetter("decided_on", "source", "ref")
_BY_DAY_HELD: Final = attrgetter("held_on")


class Item:
    """One event being rated.

    ``rated``: it has a rule and points. ``unrestored``, ``raw``, ``counted`` are hundredths.
    ``restores_on``: a day to come on which points are given back.
    """

    __slots__ = (
        "by", "counted", "cuts", "end", "event", "factors", "rated", "raw", "restored", "restores_on", "rule",
        "standing", "unrestored",
    )  # fmt: skip

    def __init__(self, event: Event, rule: RulePlan, standing: Standing) -> None:
        self.event = event
        self.rule = rule
        self.standing: Standing = standing
        self.rated = False
        self.end: date | None = None
        self.unrestored = self.raw = self.counted = 0
        self.factors: tuple[Factor, ...] = ()
        self.restored: Restored | None = None
        self.restores_on: date | None = None
        self.by: tuple[str, str] | None = None
        self.cuts: tuple[Cut, ...] = ()


def held(history: History, as_of: date) -> list[Occasion]:
    """Occasions held by as_of, oldest first, those of one day as recorded."""
    return sorted([one for one in history.occasions if one.held_on <= as_of], key=_BY_DAY_HELD)


class Reading(NamedTuple):
    """Events read. ``restoring``: items with points to be given back; ``repairs``: days to come of rated events."""

    items: list[Item]
    restoring: list[Item]
    repairs: list[date]


def read(plan: Plan, history: History, occasions: list[Occasion], as_of: date) -> Reading:
    """Every event decided by as_of, in order, with its points; what is live stands as ``counted``.

    ``occasions``: those held by as_of, as ``held`` gives them.
    """
    latest = plan.rating.window.occasions
    inside = frozenset(one.ref for one in occasions[-latest:]) if latest else frozenset()
    reader = _Reader(plan, history.attributes, inside, as_of)
    items = [reader.item(event) for event in _ordered(history, as_of)]
    return Reading(items, reader.restoring, reader.repairs)


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


class _Reader:
    """Reads the events of one entity in order; remembers the earlier ones of each group of repetition."""

    __slots__ = ("as_of", "attributes", "groups", "inside", "only", "plan", "repairs", "restoring")

    def __init__(self, plan: Plan, attributes: Mapping[str, str], inside: frozenset[str], as_of: date) -> None:
        self.plan = plan
        self.only = plan.rules[0] if len(plan.rules) == 1 and plan.reads_from is None else None
        self.attributes = attributes
        self.inside = inside
        self.as_of = as_of
        self.groups: dict[str, list[Event]] = {}
        self.restoring: list[Item] = []
        self.repairs: list[date] = []

    def item(self, event: Event) -> Item:
        """The event with its rule, its points and the end of its span, or with the reason why it is not rated."""
        _, _, code, day, severity, final, _, occasion, _, _, _, repaired_on, annulled_on, _, _ = event
        if annulled_on is not None or not final:
            return Item(event, UNREAD, "warning" if annulled_on is None else "annulled")
        rules = self.only
        if rules is None:
            rules = self._rules_on(event)
        rule = rules.get(code)
        if rule is None:
            return Item(event, UNREAD, "before_edition" if rules is _NO_RULES else "no_rule")
        refused: Standing = "severity_not_rated"
        if rule.by_severity:
            points = rule.default if severity is None else rule.severities.get(severity, rule.default)
        else:
            points, refused = starting_points(rule.rule, event, self.attributes)
        if points is None:
            return Item(event, rule, refused)
        item = Item(event, rule, "counted")
        item.rated = True
        item.unrestored = item.raw = points
        if not rule.plain:
            self._multiply(item, points)
        months = rule.months
        end = item.end = rule.ends(event, self.attributes) if months is None else months[day]
        if repaired_on is not None:
            self._repair(item, repaired_on)
        if (end is not None and end <= self.as_of) or (rule.by_occasion and occasion not in self.inside):
            item.standing = rule.after_end
        return item

    def _rules_on(self, event: Event) -> dict[str, RulePlan]:
        """The rules that hold for an event of that day."""
        plan = self.plan
        if plan.reads_from is not None and event.decided_on < plan.reads_from:
            return _NO_RULES
        return plan.rules[plan.own(event)]

    def _repair(self, item: Item, repaired_on: date) -> None:
        if repaired_on <= self.as_of:
            item.standing = "repaired"
        else:
            self.repairs.append(repaired_on)

    def _multiply(self, item: Item, points: int) -> None:
        """Factors, repetition and restoration: one exact product, rounded once."""
        event, rule = item.event, item.rule.rule
        factors: list[Factor] = factors_of(rule, event, self.attributes) if rule.factors else []
        if rule.repetition is not None:
            earlier = self.groups.get(rule.repetition.group)
            if earlier is None:
                self.groups[rule.repetition.group] = [event]
            else:
                repeated = repetition_of(rule.repetition, event, earlier)
                if repeated is not None:
                    factors.append(repeated)
                earlier.append(event)
        scale = 1
        if factors:
            for one in factors:
                points *= one.factor
                scale *= 1000
            item.factors = tuple(factors)
            item.unrestored = item.raw = round_ratio(points, scale)
        if rule.restoration is not None and event.corrected_on is not None:
            self._restore(item, points, scale)

    def _restore(self, item: Item, points: int, scale: int) -> None:
        found = restoration_of(item.rule.rule, item.event, self.attributes)
        if found is None:
            return
        restored, day = found
        if day <= self.as_of:
            item.restored = restored
            item.raw = round_ratio(points * (1000 - restored.share), scale * 1000)
        else:
            item.restores_on = day
            self.restoring.append(item)
