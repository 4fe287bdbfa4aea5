"""Steps 2 to 6 for one day, before what depends on the day alone: items, dimensions and what may bound the grade.

``Facts`` stay as they are until an event ends, is repaired, corrected or added, or an occasion is held. ``verdict``
reads them with a day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scoring.kernel.days import months_after
from scoring.rating.caps import apply_caps
from scoring.rating.cases import settle_cases
from scoring.rating.items import Item, finish, held, read

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.model import Ceiling, RiskWarning
    from scoring.rating.history import Event, History, Occasion
    from scoring.rating.plan import Plan, RulePlan
    from scoring.rating.result import RiskPart


class Facts:
    """What is known of an entity for a day: see the module. Lists hold (item or event, …, end of the span)."""

    __slots__ = (
        "_clean", "adverse", "ceilings", "dimensions", "directs", "ends_on", "floors", "history", "items", "lines",
        "occasions", "plan", "repairs", "restoring", "risk", "shifts", "subtotal", "warnings", "worst_item",
    )  # fmt: skip

    def __init__(self, plan: Plan, history: History, as_of: date) -> None:
        self.plan = plan
        self.history = history
        self.occasions: list[Occasion] = held(history, as_of) if history.occasions else []
        reading = read(plan, history, self.occasions, as_of)
        self.items = reading.items
        self.adverse = reading.adverse
        self.repairs = reading.repairs
        self.restoring = reading.restoring
        self.ends_on = reading.ends_on
        self._clean: tuple[date | None, date | None] | None = None
        settle_cases(plan, reading)
        apply_caps(plan, self.items, history.attributes)
        finish(reading)
        self.lines = reading.lines
        self._add_up()
        self.directs: list[tuple[Item, int, date | None]] = []
        self.floors: list[tuple[Item, int, date]] = []
        self.shifts: list[tuple[Item, date]] = []
        if reading.bounding:
            self._find_bounds(reading.bounding)
        self.ceilings: list[tuple[Event, Ceiling, date, date]] = []
        if reading.relieved and plan.rating.ceilings:
            self._find_ceilings(reading.relieved)
        self.warnings: list[tuple[Event, RiskWarning, date]] = []
        if plan.warnings and reading.warnings:
            self._find_warnings(reading.warnings)
        self.risk: tuple[int, tuple[RiskPart, ...]] = plan.risk_of(history.attributes)

    def clean_since(self, day: date) -> tuple[date | None, date | None]:
        """The later of known_since and the last adverse decision day, and that decision day alone."""
        if self._clean is not None and not self.repairs:
            return self._clean  # without repairs to come it is the same for every day
        broken = self.plan.rating.streak_broken_by_repaired
        last: date | None = None
        for event in reversed(self.adverse):
            if broken or event.repaired_on is None or event.repaired_on > day:
                last = event.decided_on
                break
        known = self.history.known_since
        later = last is None or (known is not None and known > last)
        self._clean = (known if later else last), last
        return self._clean

    def _add_up(self) -> None:
        """Dimensions with their own limits, their sum on the base, and the worst single item."""
        plan, worst = self.plan, 0
        bad = plan.bad
        sums: dict[str, int] = defaultdict(int)
        for item in self.items:
            counted = item.counted
            if counted:
                sums[item.rule.dimension] += counted
                worst = max(worst, counted * bad)
        self.worst_item = worst
        found: list[tuple[str, int]] = []
        subtotal = plan.rating.base
        for key, base, low, high in plan.dimensions:
            points = base + sums[key]
            if low is not None and points < low:
                points = low
            if high is not None and points > high:
                points = high
            found.append((key, points))
            subtotal += points
        self.subtotal = subtotal
        self.dimensions = tuple(found)

    def _find_bounds(self, items: list[Item]) -> None:
        rank = self.plan.rank
        for item in items:
            rule, day = item.rule.rule, item.event.decided_on
            if rule.direct is not None and item.rule.direct_ends is not None:
                ends = item.rule.direct_ends(item.event, self.history.attributes)
                self.directs.append((item, rank[rule.direct.grade], ends))
            if rule.floor is not None:
                self.floors.append((item, rank[rule.floor.grade], months_after(rule.floor.months)[day]))
            if rule.shift is not None:
                self.shifts.append((item, months_after(rule.shift.months)[day]))

    def _find_ceilings(self, relieved: list[tuple[Event, RulePlan]]) -> None:
        for ceiling in self.plan.rating.ceilings:
            after = months_after(ceiling.months)
            for event, rule in relieved:
                day, code = event.repaired_on, rule.code
                if day is not None and code and (not ceiling.codes or code in ceiling.codes):
                    self.ceilings.append((event, ceiling, day, after[day]))

    def _find_warnings(self, events: list[Event]) -> None:
        plan = self.plan
        for event in events:
            for warning in plan.warnings.get(plan.mapped_code(plan.own(event), event.code), ()):
                self.warnings.append((event, warning, months_after(warning.months)[event.decided_on]))
