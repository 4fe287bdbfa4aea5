"""A chain of editions made once into flat look-ups, so that rating an entity asks no question twice.

A ``Plan`` is what the edition in force says for one kind: with it, for every edition that may read an event, the rules
by code with mapped names. Plans are remembered by the identity of the editions; they hold nothing of any entity.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from scoring.kernel.days import months_after
from scoring.rating.result import Factor, RiskPart
from scoring.rating.spans import validity_ends, window_ends

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition, EventRule, Rating, RiskWarning, Window
    from scoring.rating.history import EditionChain, Event
    from scoring.rating.result import Restored
    from scoring.rating.spans import Ends

    Worth: TypeAlias = tuple[int, int, tuple[Factor, ...], Restored | None, date | None]
    """Hundredths before and after restoration, what multiplied, what was given back, or the day on which it will be."""

STAGES: Final = ("case", "code", "dimension", "period")
_REMEMBERED: Final = 256


class RulePlan:
    """An event rule as the edition in force reads it: names mapped, spans made into look-ups.

    ``months`` is the end of the span by decision day where that is all it depends on; ``ends`` is right always.
    ``by_severity``: an event's points follow from its severity: those of ``worths``, else ``otherwise`` (None: not
    rated). ``plain``: nothing multiplies them and nothing gives them back; ``fixed`` is both. ``bounds``: the event may
    bound or move the grade.
    """

    def __init__(self, rule: EventRule, edition: str, code: str, dimension: str, window: Window) -> None:
        """``window`` is the one that holds for the rule if it has no validity of its own."""
        validity = rule.validity
        self.rule = rule
        self.edition = edition
        self.clause = rule.clause
        self.code = code
        self.dimension = dimension
        default = 0 if rule.points is None and not rule.severities else rule.points
        self.worths: dict[str | None, Worth] = {key: _plainly(points) for key, points in rule.severities.items()}
        self.otherwise = None if default is None else _plainly(default)
        self.after_end: Literal["outside_window", "lapsed"] = "outside_window" if validity is None else "lapsed"
        self.by_occasion = validity is None and window.occasions is not None
        self.ends: Ends = window_ends(window) if validity is None else validity_ends(validity)
        months = window.months if validity is None else None
        if validity is not None and validity.ends == "months" and not validity.while_unperformed:
            months = validity.months
        self.months: Mapping[date, date] | None = None if months is None else months_after(months)
        self.direct_ends: Ends | None = None if rule.direct is None else validity_ends(rule.direct.term)
        self.by_severity = rule.value is None and not rule.applies_when
        self.group = rule.highest_only
        self.bounds = rule.direct is not None or rule.floor is not None or rule.shift is not None
        self.plain = not (rule.factors or rule.repetition or rule.restoration)
        self.fixed = self.by_severity and self.plain
        self.factors = tuple((one.when, Factor(one.clause, one.factor)) for one in rule.factors)


def _plainly(points: int) -> Worth:
    return points, points, (), None, None


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
        self.until = _until(editions, index)
        self._read_grades()
        self._read_risk()
        plans = [plan for rules in self.rules for plan in rules.values()]
        self.groups = any(plan.group is not None for plan in plans)
        self.bounds = any(plan.bounds for plan in plans)
        self.younger = tuple({rule.younger_than_months for rule in self.rating.outcomes} - {None})

    def _rules(self, position: int, kind: str) -> dict[str, RulePlan]:
        """Rules by the code that an event of that edition's days carries."""
        own = self.editions[position].rating_for(kind)
        window = own.window
        if self.rating.window.occasions is not None or window.occasions is not None:
            window = self.rating.window
        source = self.editions[self.index if self.restates else position]
        if not self.restates:
            return {
                code: RulePlan(
                    rule, source.id, self.mapped_code(position, code), self._dimension(position, rule), window
                )
                for code, rule in own.rules.items()
            }
        later = self.editions[position + 1 : self.index + 1]
        known = {*self.rating.rules, *(old for edition in later for old in edition.map_codes)}
        carried = {code: self.mapped_code(position, code) for code in known}
        return {
            code: RulePlan(
                self.rating.rules[name], source.id, name, self.rating.rules[name].dimension, self.rating.window
            )
            for code, name in carried.items()
            if name in self.rating.rules
        }

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

    def _read_risk(self) -> None:
        """Warnings by code; for each factor its attribute, the part of each value and that of any other."""
        self.warnings: dict[str, list[RiskWarning]] = {}
        self.risks: list[tuple[str, dict[str | None, RiskPart], RiskPart]] = []
        if self.rating.risk is None:
            return
        for warning in self.rating.risk.warnings:
            self.warnings.setdefault(warning.code, []).append(warning)
        for factor in self.rating.risk.factors:
            name, clause = factor.attribute, factor.clause
            parts: dict[str | None, RiskPart] = {
                value: RiskPart(clause, name, None, points) for value, points in factor.points.items()
            }
            self.risks.append((name, parts, RiskPart(clause, name, None, factor.otherwise)))

    def risk_of(self, attributes: Mapping[str, str]) -> tuple[int, tuple[RiskPart, ...]]:
        """Inherent risk: the points and parts of an entity's attributes."""
        parts = [known.get(attributes.get(name), other) for name, known, other in self.risks]
        return sum([part.points for part in parts]), tuple(parts)


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
