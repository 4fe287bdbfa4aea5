"""Cases of repair and objection of a year: where they stand, whether they were decided in time, what came of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.editions.shipped import calendar_or_weekdays
from scoring.kernel.days import add_months
from scoring.repair import MACHINES, WORKFLOWS, Step, shown, ticking
from service import editions, repairs
from service.insight.vocabulary import rules
from service.platform import local_day, region_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from scoring.edition.envelope import Edition
    from scoring.repair import Shown
    from service.insight.scope import Asked
    from service.platform import Actor

_AT_ONCE = 500
_CASES = text("""
SELECT c.procedure, c.event_id, c.authority, c.edition_id, c.filed_on, c.state, c.open,
       (SELECT json_agg(json_build_array(s.event, s.taken_on, s.part) ORDER BY s.place)
          FROM repair_step s WHERE s.case_id = c.id) AS steps
  FROM repair_case c
 WHERE c.filed_on >= :first AND c.filed_on <= :last AND c.authority = ANY(:authorities)
   AND (CAST(:regions AS text[]) IS NULL OR c.region LIKE ANY(:regions))
 ORDER BY c.id
""")
# Another final decision about the entity under the same code, taken after the repair, neither struck nor deleted.
_REPEATED = text("""
SELECT g.authority
  FROM unnest(CAST(:events AS bigint[]), CAST(:since AS date[]), CAST(:until AS date[]), CAST(:authorities AS text[]))
       AS g (event, since, until, authority)
  JOIN event e ON e.id = g.event
 WHERE EXISTS (SELECT FROM event n
                WHERE n.entity_id = e.entity_id AND n.id <> e.id AND n.final AND n.code = e.code
                  AND n.decided_on > g.since AND n.decided_on <= g.until
                  AND NOT EXISTS (SELECT FROM event_act a
                                   WHERE a.event_id = n.id AND a.act IN ('annulment', 'withdrawal')))
""")


class Taken(NamedTuple):
    """A step of a case."""

    event: str
    on: date
    part: str

    @property
    def by_person(self) -> bool:
        """Whether a person took it, not a clock or the service."""
        return self.part not in MACHINES


class Case(NamedTuple):
    """A case as it stands, with its steps in order."""

    procedure: str
    event: int
    authority: str
    edition: Edition
    filed_on: date
    state: str
    open: bool
    steps: tuple[Taken, ...]

    def step(self, *events: str) -> Taken | None:
        """The first step of one of these events."""
        return next((one for one in self.steps if one.event in events), None)


@dataclass
class CaseFigures:
    """What is counted of the cases of a procedure. ``decisions``: by the step that decided last.

    ``owed``: whose decision is due by now, ``on_time`` those in time.

    ``days`` from filing to the first decision of a person; ``refused``: also objections that failed; ``refusals`` by
    clause, "" where every condition held.
    ``granted``: repairs, those by expiry among them; ``watched``: whose term of watching is over.
    """

    filed: int = 0
    states: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    expired: int = 0
    owed: int = 0
    on_time: int = 0
    days: list[int] = field(default_factory=list)
    refused: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    granted: int = 0
    revoked: int = 0
    watched: int = 0
    repeated: int = 0

    @property
    def median_days(self) -> float | None:
        """The median of ``days``; None where nobody decided."""
        return float(median(self.days)) if self.days else None


Figures = dict[tuple[str, str | None], CaseFigures]
"""By procedure and authority; None: all authorities together."""


def case_figures(session: Session, actor: Actor, asked: Asked, *, now: datetime) -> Figures:
    """The cases filed in a year, as they stand now, by procedure and authority."""
    today = local_day(now, asked.zone)
    found: Figures = {(procedure, None): CaseFigures() for procedure in WORKFLOWS}
    known = {one.id: one for one in editions.shelf(session).editions}
    granted: list[tuple[Case, date]] = []
    refused: list[tuple[Case, date]] = []
    given = {
        "first": asked.first_day,
        "last": asked.on,
        "authorities": list(asked.authorities),
        "regions": [f"{region_prefix(one)}%" for one in actor.regions] or None,
    }
    for row in session.execute(_CASES, given, execution_options={"yield_per": _AT_ONCE}):
        case = _case(row, known)
        for figures in _both(found, case.procedure, case.authority):
            _count(figures, case, today)
        grant, refusal = case.step("grant", "expire"), refused_on(case)
        granted += [] if grant is None else [(case, grant.on)]
        refused += [] if refusal is None else [(case, refusal)]
    for case, day in refused:
        for clause in _clauses(session, case, day):
            for figures in _both(found, case.procedure, case.authority):
                figures.refusals[clause] += 1
    _watch(session, found, granted, today)
    return dict(sorted(found.items(), key=lambda one: (one[0][0] != "repair", one[0][1] or "")))


def _case(row: Any, known: Mapping[str, Edition]) -> Case:  # noqa: ANN401 a row as the driver gives it
    steps = tuple(Taken(event, date.fromisoformat(on), part) for event, on, part in row.steps or ())
    return Case(
        row.procedure, row.event_id, row.authority, known[row.edition_id], row.filed_on, row.state, row.open, steps
    )


def _both(found: Figures, procedure: str, authority: str) -> tuple[CaseFigures, CaseFigures]:
    """The figures of an authority and those of all."""
    return found.setdefault((procedure, authority), CaseFigures()), found[procedure, None]


def _count(figures: CaseFigures, case: Case, today: date) -> None:
    figures.filed += 1
    figures.states[case.state] += 1
    figures.expired += case.step("expire") is not None
    figures.refused += refused_on(case) is not None
    figures.granted += case.step("grant", "expire") is not None
    figures.revoked += case.step("revoke") is not None
    in_time = decided_in_time(case, today)
    figures.owed += in_time is not None
    figures.on_time += in_time is True
    decisive = rules()["cases"]["decisions"][case.procedure]
    figures.decisions.update([one.event for one in case.steps if one.event in decisive][-1:])
    decision = case.step(*decisive)
    if decision is not None and decision.by_person:
        figures.days.append((decision.on - case.filed_on).days)


def refused_on(case: Case) -> date | None:
    """The day on which a case was refused, if that is how it was last decided; an objection that fails is refused."""
    refusals = rules()["cases"]["refusals"][case.procedure]
    decisive = (*rules()["cases"]["decisions"][case.procedure], *refusals)
    last = next((one for one in reversed(case.steps) if one.event in decisive), None)
    return None if last is None or last.event not in refusals else last.on


def decided_in_time(case: Case, today: date) -> bool | None:
    """Whether the first decision was a person's, by the last day of its term; None where none is owed yet, or was.

    A term that was handed up, or that ended by itself, was not kept.
    """
    ends = (*rules()["cases"]["decisions"][case.procedure], "lapse")
    place = next((number for number, one in enumerate(case.steps) if one.event in ends), len(case.steps))
    before, end = case.steps[:place], case.steps[place] if place < len(case.steps) else None
    if end is None and not case.open:
        return None
    clock = _clock(case, before, today if end is None else end.on)
    if clock is None:
        return None
    if any(one.event == "hand_up" for one in before):
        return False
    due = clock.face.due
    if end is None:
        return None if due is None or today <= due.day else False
    return end.by_person and (due is None or end.on <= due.day)


def _clock(case: Case, before: Iterable[Taken], on: date) -> Shown | None:
    """The clock of the decision after some steps."""
    section = case.edition.repair if case.procedure == "repair" else case.edition.objection
    assert section is not None  # noqa: S101 a case is filed under an edition with its section
    running = ticking(WORKFLOWS[case.procedure], [Step(one.event, one.on) for one in before], section.clocks)
    told = shown(running, section.clocks, on, calendar_or_weekdays(case.edition.calendar))
    return next((one for one in told if one.clock == "decide"), None)


def _clauses(session: Session, case: Case, day: date) -> Sequence[str]:
    """The clauses of the conditions that did not hold on the day of a refusal; "" where all held.

    Of an objection, the clause under which it was looked at.
    """
    if case.edition.objection is not None and case.procedure == "objection":
        return [case.edition.objection.clause]
    record = repairs.adverse(session, case.event, as_of=day)
    if record is None:
        return [""]
    said = repairs.eligible(record, case.edition, day)
    return sorted({one.clause for one in said.standings if one.how != "holds"}) or [""]


def _watch(session: Session, found: Figures, granted: Sequence[tuple[Case, date]], today: date) -> None:
    """Count which repairs were followed by another record of the same code within the term of watching."""
    months = rules()["cases"]["watched_months"]
    ends = [add_months(day, months) for _, day in granted]
    for (case, _), end in zip(granted, ends, strict=True):
        for figures in _both(found, case.procedure, case.authority):
            figures.watched += end < today
    asked = {
        "events": [case.event for case, _ in granted],
        "since": [day for _, day in granted],
        "until": ends,
        "authorities": [case.authority for case, _ in granted],
    }
    for authority in session.scalars(_REPEATED, asked):
        for figures in _both(found, "repair", authority):
            figures.repeated += 1
