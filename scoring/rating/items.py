"""Steps 2 and 3: which events, in which order, with which standing and how many points.

An ``Item`` is one event while it is being rated: later steps change its standing and its counted points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.edition.model import EventRule, Window
from scoring.kernel.points import round_ratio
from scoring.rating.plan import RulePlan
from scoring.rating.worth import factors_of, holds, refused_value, restoration_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.plan import Plan
    from scoring.rating.result import Cut, Factor, Restored, Standing

UNREAD: Final = RulePlan(EventRule("", "", {}, ""), "", "", "", Window())
"""Stands for the rule of an event that no rule reads."""


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
    return sorted([one for one in history.occasions if one.held_on <= as_of], key=lambda one: one.held_on)


def read(plan: Plan, history: History, occasions: list[Occasion], as_of: date) -> list[Item]:
    """Every event decided by as_of, in order, with its points; what is live stands as ``counted``.

    ``occasions``: those held by as_of, as ``held`` gives them.
    """
    latest = plan.rating.window.occasions
    inside = frozenset(one.ref for one in occasions[-latest:]) if latest else frozenset()
    items: list[Item] = []
    for event in _ordered(history, as_of):
        item = _judge(plan, event, history.attributes, items, as_of)
        if item.rated:
            rule, end = item.rule, item.end
            if (end is not None and end <= as_of) or (rule.by_occasion and event.occasion not in inside):
                item.standing = rule.after_end
            elif event.repaired_on is not None and event.repaired_on <= as_of:
                item.standing = "repaired"
        items.append(item)
    return items


def _ordered(history: History, as_of: date) -> list[Event]:
    events = [event for event in history.events if event.decided_on <= as_of]
    if not history.occasions:
        events.sort(key=lambda event: (event.decided_on, event.source, event.ref))
        return events
    places = {one.ref: place for place, one in enumerate(history.occasions) if one.held_on <= as_of}
    last = len(history.occasions)
    events.sort(key=lambda event: (event.decided_on, places.get(event.occasion or "", last), event.source, event.ref))
    return events


def _judge(plan: Plan, event: Event, attributes: Mapping[str, str], earlier: list[Item], as_of: date) -> Item:
    """The event with its rule, its points and the end of its span, or with the reason why it is not rated."""
    if event.annulled_on is not None:
        return Item(event, UNREAD, "annulled")
    if not event.final:
        return Item(event, UNREAD, "warning")
    if plan.reads_from is not None and event.decided_on < plan.reads_from:
        return Item(event, UNREAD, "before_edition")
    rule = plan.rules[plan.own(event)].get(event.code)
    if rule is None:
        return Item(event, UNREAD, "no_rule")
    item = Item(event, rule, "counted")
    refused = _points(item, attributes, earlier, as_of)
    if refused is not None:
        item.standing = refused
        return item
    item.rated = True
    item.end = rule.ends(event, attributes) if rule.months is None else rule.months[event.decided_on]
    return item


def _points(item: Item, attributes: Mapping[str, str], earlier: list[Item], as_of: date) -> Standing | None:
    """Sets the item's points, or tells why it has none."""
    event, plan = item.event, item.rule
    rule = plan.rule
    if rule.applies_when and not all(holds(one, event, attributes) for one in rule.applies_when):
        return "condition_not_met"
    if rule.value is None:
        severity = event.severity
        points = plan.default if severity is None else plan.severities.get(severity, plan.default)
        if points is None:
            return "severity_not_rated"
    else:
        refused = refused_value(rule.value, event.value)
        if refused is not None:
            return refused
        points = event.value or 0
    item.unrestored = item.raw = points
    if not plan.plain:
        _multiply(item, points, attributes, earlier, as_of)
    return None


def _multiply(item: Item, points: int, attributes: Mapping[str, str], earlier: list[Item], as_of: date) -> None:
    """Factors, repetition and restoration: one exact product, rounded once."""
    item.factors = factors_of(item.rule.rule, item.event, attributes, earlier)
    scale = 1
    for one in item.factors:
        points *= one.factor
        scale *= 1000
    item.unrestored = item.raw = round_ratio(points, scale)
    found = restoration_of(item.rule.rule, item.event, attributes)
    if found is None:
        return
    restored, day = found
    if day <= as_of:
        item.restored = restored
        item.raw = round_ratio(points * (1000 - restored.share), scale * 1000)
    else:
        item.restores_on = day
