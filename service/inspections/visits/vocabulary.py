"""Types of visit, result codes and periods, read from the tables beside this file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from scoring.editions.shipped import calendar_or_weekdays
from scoring.kernel.workdays import Deadline, Term, last_day
from service.platform import contains, region_prefix

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class VisitType(NamedTuple):
    """A type of visit. ``over_cap``: whether one beyond the yearly cap is refused, or taken with its reason.

    ``of_gone``: whether an entity that has closed or left the register may be visited.
    """

    code: str
    zh: str
    en: str
    occasion: str
    over_cap: Literal["refused", "reasoned"]
    merges: bool
    of_gone: bool

    @property
    def word(self) -> dict[str, str]:
        """Code and names, as answers tell them."""
        return {"code": self.code, "zh": self.zh, "en": self.en}


class ResultCode(NamedTuple):
    """A result and what it causes once audited, as ``result_codes.toml`` says."""

    code: str
    zh: str
    en: str
    findings: Literal["all_pass", "some_fail", "none"]
    events: tuple[str, ...] = ()
    score_findings: bool = True
    rectification: bool = False
    corrected: bool = False
    attempt: bool = False
    status: str | None = None

    @property
    def word(self) -> dict[str, str]:
        """Code and names, as answers tell them."""
        return {"code": self.code, "zh": self.zh, "en": self.en}


class Ending(NamedTuple):
    """What the end of a rectification order becomes in the evidence."""

    code: str
    event: str
    rectified: bool


class Alarm(NamedTuple):
    """A term that alarms are raised of: so many days ahead, and again once it is over."""

    kind: str
    zh: str
    en: str
    ahead_days: int

    def stage(self, due_on: date, today: date) -> Literal["due", "overdue"] | None:
        """What there is to say of a term on a day; None while there is time."""
        if today > due_on:
            return "overdue"
        return "due" if (due_on - today).days <= self.ahead_days else None


ATTEMPT = "attempt"
"""Occasion type of a visit at which nobody could be inspected."""
RECHECK = "recheck"


@cache
def visit_rules() -> Mapping[str, Any]:
    """Signatures, minutes of a code, types of visit, terms and their alarms, as ``visits.toml`` writes them."""
    return tomllib.loads((resources.files(__package__) / "visits.toml").read_text(encoding="utf-8"))


@cache
def visit_types() -> Mapping[str, VisitType]:
    """The types of visit by code."""
    return {row["code"]: VisitType(**row) for row in visit_rules()["type"]}


@cache
def result_codes() -> Mapping[str, ResultCode]:
    """The result codes by code."""
    rows = tomllib.loads((resources.files(__package__) / "result_codes.toml").read_text(encoding="utf-8"))["result"]
    return {row["code"]: ResultCode(**{**row, "events": tuple(row.get("events", ()))}) for row in rows}


@cache
def endings() -> Mapping[str, Ending]:
    """What an order may end as, by code."""
    return {row["code"]: Ending(**row) for row in visit_rules()["rectification"]["outcome"]}


@cache
def alarms() -> Mapping[str, Alarm]:
    """The terms that alarms are raised of, by kind."""
    return {row["kind"]: Alarm(**row) for row in visit_rules()["alarm"]}


def public_by(region: str, audited_on: date) -> Deadline:
    """By which day a result audited on a day by an authority of a region is public."""
    fitting = [row for row in visit_rules()["publication"] if contains(row["region"], region)]
    return _end(max(fitting, key=_closeness), audited_on)


def corrected_by(audited_on: date) -> Deadline:
    """By which day what was found is corrected, where the auditor names none."""
    return _end(visit_rules()["rectification"], audited_on)


def _closeness(row: Mapping[str, Any]) -> int:
    return len(region_prefix(row["region"]))


def _end(row: Mapping[str, Any], start: date) -> Deadline:
    term = Term(row["number"], row["unit"], row["counting"])
    return last_day(term, start, calendar_or_weekdays(row["calendar"]), to_act=True)
