"""A chain of editions made once into flat look-ups, so that rating an entity asks no question twice.

A ``Plan`` is what the edition in force says for one kind: with it, for every edition that may read an event, the rules
by code with mapped names. Plans are remembered by the identity of the editions; they hold nothing of any entity.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from scoring.kernel.days import months_after
from scoring.rating.outcomes import outcomes_of
from scoring.rating.result import RiskPart, Streak
from scoring.rating.spans import ends_by_day, validity_ends, window_ends
from scoring.rating.worth import Repeats, Terms, Worths, plainly, refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition, EventRule, Rating, RiskFactor, RiskWarning, Side, Window
    from scoring.rating.history import EditionChain, Event
    from scoring.rating.result import Standing
    from scoring.rating.spans import Ends
    from scoring.rating.worth import Worth

STAGES: Final = ("case", "code", "dimension", "period")
_REMEMBERED: Final = 256
_RISKS_REMEMBERED: Final = 2_500


class RulePlan:
    """An event rule as the edition in force reads it: names mapped, spans and points made into look-ups.

    ``by_day`` is the end of the span by decision day where that is all it depends on; ``ends`` is right always.
    ``fixed``: an event's worth follows from its severity: one of ``by_severity``, else ``otherwise``; ``worths`` is
    right always, but for correction. ``bounds``: the event may bound or move the grade. ``caps``: places of the plan's
    caps that may concern the event, for good points and for bad ones.
    """

    def __init__(self, rule: EventRule, terms: Terms, code: str, window: Window) -> None:
        """``code``: as mapped; ``window`` is the one that holds for the rule if it has no validity of its own."""
        validity = rule.validity
        self.rule = rule
        self.terms = terms
        self.code = code
        self.dimension = terms.dimension
        self.by_occasion = validity is None and window.occasions is not None
        self.ends: Ends = window_ends(window) if validity is None else validity_ends(validity)
        self.by_day: Mapping[date, date] | None = ends_by_day(window, validity)
        self.direct_ends: Ends | None = None if rule.direct is None else validity_ends(rule.direct.term)
        self.group = rule.highest_only
        self.bounds = rule.direct is not None or rule.floor is not None or rule.shift is not None
        self.caps: tuple[tuple[int, ...], tuple[int, ...]] = (), ()
        self._read_worths(rule)

    def _read_worths(self, rule: EventRule) -> None:
        default = 0 if rule.points is None and not rule.severities else rule.points
        conditional = rule.applies_when or rule.factors or rule.repetition or rule.restoration
        self.by_value = rule.value is not None
        self.fixed = not (self.by_value or conditional)
        self.by_severity: dict[str | None, Worth] = {
            key: plainly(self.terms, points) for key, points in rule.severities.items()
        }
        unrated = refused(self.terms, "severity_not_rated")
        self.otherwise = unrated if default is None else plainly(self.terms, default)
        self.worths = Worths(rule, self.terms)
        self.asks = self.worths.asks
        self.repeats = None if rule.repetition is None else Repeats(rule.repetition)
        self.restores = rule.restoration is not None


class Risks(dict["tuple[str | None, ...]", "tuple[int, tuple[RiskPart, ...]]"]):
    """By the values of the attributes ``asks``: the points and parts of inherent risk; worked out when first asked for.

    Bounded, so that no register can fill the memory.
    """

    __slots__ = "_factors", "asks"

    def __init__(self, factors: tuple[RiskFactor, ...]) -> None:
        super().__init__()
        self._factors = factors
        self.asks = tuple(factor.attribute for factor in factors)

    def __missing__(self, values: tuple[str | None, ...]) -> tuple[int, tuple[RiskPart, ...]]:
        """Work out one not asked for before."""
        if len(self) >= _RISKS_REMEMBERED:
            self.clear()
        parts = tuple(
            RiskPart(factor.clause, factor.attribute, None, _risk_points(factor, value))
            for factor, value in zip(self._factors, values, strict=True)
        )
        found = self[values] = sum(part.points for part in parts), parts
        return found


def _risk_points(factor: RiskFactor, value: str | None) -> int:
    return factor.otherwise if value is None else factor.points.get(value, factor.otherwise)


class Plan:
    """What the edition in force says for one kind, and how it reads the events of earlier days."""

    def __init__(self, editions: tuple[Edition, ...], index: int, kind: str) -> None:
        current = editions[index]
        self.edition = current
        self.index = index
        self.rating: Rating = current.rating_for(kind)
        self.bad = -1 if self.rating.direction == "higher_better" else 1
        """Times points: above zero where they are bad."""
        self.restates = current.transition == "restate"
        self.starts = tuple(edition.force_from for edition in editions)
        self.editions = editions
        ignores = editions[0].earlier_events == "ignore" and not self.restates
        self.reads_from = editions[0].force_from if ignores else None
        self.rules = tuple(self._rules(position, kind) for position in range(index + 1))
        self.caps = tuple(cap for stage in STAGES for cap in self.rating.caps if cap.stage == stage)
        self.limits = tuple(cap.limit for cap in self.caps)
        for rule in [rule for rules in self.rules for rule in rules.values()]:
            rule.caps = self._capped(rule, "good"), self._capped(rule, "bad")
        self.dimensions = tuple((one.key, one.base, one.low, one.high) for one in self.rating.dimensions)
        self.until = _until(editions, index)
        self.outcomes = outcomes_of(self.rating)
        self._read_grades()
        self._read_risk()
        younger = {rule.younger_than_months for rule in self.rating.outcomes}
        self.younger = tuple([months_after(months) for months in younger if months is not None])
        self._read_streaks()

    def _rules(self, position: int, kind: str) -> dict[str, RulePlan]:
        """Rules by the code that an event of that edition's days carries."""
        if self.restates:
            return self._restated(position)
        edition = self.editions[position]
        own = edition.rating_for(kind)
        window = own.window
        if self.rating.window.occasions is not None or window.occasions is not None:
            window = self.rating.window
        found = {}
        for code, rule in own.rules.items():
            terms = self._terms(rule, code, edition, self._dimension(position, rule))
            found[code] = RulePlan(rule, terms, self.mapped_code(position, code), window)
        return found

    def _restated(self, position: int) -> dict[str, RulePlan]:
        """The same where the edition in force reads every event."""
        later = self.editions[position + 1 : self.index + 1]
        known = {*self.rating.rules, *(old for edition in later for old in edition.map_codes)}
        found = {}
        for code in known:
            name = self.mapped_code(position, code)
            rule = self.rating.rules.get(name)
            if rule is not None:
                terms = self._terms(rule, code, self.edition, rule.dimension)
                found[code] = RulePlan(rule, terms, name, self.rating.window)
        return found

    def _terms(self, rule: EventRule, code: str, edition: Edition, dimension: str) -> Terms:
        after_end: Standing = "outside_window" if rule.validity is None else "lapsed"
        return Terms(code, edition.id, rule.clause, dimension, after_end, self.bad)

    def _capped(self, rule: RulePlan, side: Side) -> tuple[int, ...]:
        """Places of the caps of a side that do not leave the rule's events alone by their name."""
        names = {"dimension": rule.dimension, "code": rule.code, "case": rule.code}
        return tuple(
            place
            for place, cap in enumerate(self.caps)
            if cap.side == side and (not cap.over or cap.stage == "period" or names[cap.stage] in cap.over)
        )

    def own(self, event: Event) -> int:
        """The position of the edition of the event's day."""
        if self.index == 0:
            return 0
        return max(bisect_right(self.starts, event.decided_on) - 1, 0)

    def mapped_code(self, position: int, code: str) -> str:
        """A code of one edition as the edition in force names it; ``""`` where it is no longer known."""
        for edition in self.editions[position + 1 : self.index + 1]:
            code = edition.map_codes.get(code, code)
        return code

    def _dimension(self, position: int, rule: EventRule) -> str:
        key = rule.dimension
        for edition in self.editions[position + 1 : self.index + 1]:
            key = edition.map_dimensions.get(key, key)
        return key

    def _read_grades(self) -> None:
        grades = self.rating.grades
        self.rank = {grade.key: rank for rank, grade in enumerate(grades)}
        self.grades = tuple(grade.key for grade in grades)
        self.tiers = {grade.key: grade.tier for grade in grades}
        self.banded = tuple(grade for grade in grades if grade.banded)
        self.banded_ranks = tuple(self.rank[grade.key] for grade in self.banded)

    def _read_streaks(self) -> None:
        """For each step the look-up of its months; or None, and how many occasions it takes."""
        self.streaks: list[tuple[Mapping[date, date] | None, int, Streak]] = []
        for step in self.rating.streaks:
            after = None if step.months is None else months_after(step.months)
            if after is not None or step.occasions is not None:
                self.streaks.append((after, step.occasions or 0, Streak(step.clause, step.points)))

    def _read_risk(self) -> None:
        """Warnings by code; for each factor its attribute, points and part of each value and of any other."""
        self.warnings: dict[str, list[RiskWarning]] = {}
        self.risks = Risks(() if self.rating.risk is None else self.rating.risk.factors)
        if self.rating.risk is not None:
            for warning in self.rating.risk.warnings:
                self.warnings.setdefault(warning.code, []).append(warning)

    def risk_of(self, attributes: Mapping[str, str]) -> tuple[int, tuple[RiskPart, ...]]:
        """Inherent risk: the points and parts of an entity's attributes."""
        return self.risks[tuple(map(attributes.get, self.risks.asks))]


def _until(editions: tuple[Edition, ...], index: int) -> date | None:
    """The first day on which another edition, or none, is in force."""
    ends = [day for day in (editions[index].force_to,) if day is not None]
    return min([*ends, *(edition.force_from for edition in editions[index + 1 :])], default=None)


_plans: dict[tuple[int, ...], tuple[tuple[Edition, ...], dict[tuple[int, str], Plan]]] = {}


def plan_for(chain: EditionChain, index: int, kind: str) -> Plan:
    """The plan of the chain's edition at ``index`` for a kind; made once, remembered for some hundred chains.

    Editions are recognised by identity (they hold mappings, so they have no hash); each remembered chain keeps its
    editions, so no identity can come to mean another edition.
    """
    editions = chain.editions
    key = tuple(map(id, editions))
    remembered = _plans.get(key)
    if remembered is None:
        if len(_plans) >= _REMEMBERED:
            _plans.clear()
        remembered = _plans[key] = (editions, {})
    plans = remembered[1]
    plan = plans.get((index, kind))
    if plan is None:
        named = kind if any(kind in edition.ratings for edition in editions) else "*"
        plan = plans.get((index, named))
        if plan is None:
            plan = plans[index, named] = Plan(editions, index, named)
    return plan
