"""Visits of the rehearsed draw: entered, found, recorded, signed by two, audited by a third; one is left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from service import sample
from service.cli.rehearsal.drawing import DISPATCHED
from service.inspections import visits
from service.inspections.visits.schemas import VisitSyncSchema
from service.platform import ANONYMOUS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.cli.rehearsal.stage import Stage
    from service.inspections.draws import Dispatch
    from service.platform import Actor

VISITED = DISPATCHED + timedelta(minutes=30)
ALL_PASS, SOME_FAIL = "1", "5"
"""Codes of results: nothing found, another rule broken."""


class Visited(NamedTuple):
    """Visits that were made, those among them that found something; staff codes of the team whose visit is left."""

    made: int
    problems: int
    left_to: tuple[str, ...]


def visit_all(stage: Stage, dispatch: Dispatch, done: Callable[[int], object]) -> Visited:
    """Make the visits of a dispatched draw but one, which whoever tries the demonstration makes on a phone."""
    with stage.at(VISITED, stage.handler) as uow:
        opened = visits.open_drawn(uow, draw=dispatch.number)
    there = {**opened.held, **opened.opened}  # a worker may have opened them before
    teams = {one.entity: [person for person, _ in one.team] for one in dispatch.teams}
    left = _left(stage, there, teams)
    problems = 0
    for count, entity in enumerate(sorted(there.keys() - {left}), 1):
        problems += _visit(stage, entity, there[entity], teams[entity])
        done(count)
    return Visited(len(there.keys() - {left}), problems, tuple(teams[left]) if left else ())


def _left(stage: Stage, there: Mapping[str, str], teams: Mapping[str, list[str]]) -> str | None:
    """An entity that is visited where it is, so that its door is shown too; None where there is but one visit."""
    with stage.running.database.reader() as session:
        for entity in sorted(there, reverse=True) if len(there) > 1 else ():
            lead = stage.inspector(teams[entity][0])
            if visits.visit_view(session, lead, there[entity]).visit.method == "on_site":
                return entity
    return None


def _visit(stage: Stage, entity: str, number: str, team: list[str]) -> bool:
    """One visit from the door to its audit; whether something was found."""
    lead, *others = [stage.inspector(code) for code in team]
    _enter(stage, lead, number, team)
    with stage.at(VISITED, lead) as uow:
        checklist = visits.visit_view(uow.session, lead, number).visit.checklist
        found = sample.findings(stage.city, entity, checklist["entries"])
        noted = [{**one, "noted_at": uow.now.isoformat()} for one in found]
        visits.sync_findings(uow, number=number, findings=VisitSyncSchema().load({"findings": noted})["findings"])
        wrong = any(one["result"] == "fail" for one in found)
        digest = visits.record_visit(uow, number=number, result=SOME_FAIL if wrong else ALL_PASS, remark=None)
        visits.sign_visit(uow, number=number, digest=digest)
    for other in others:
        with stage.at(VISITED, other) as uow:
            visits.sign_visit(uow, number=number, digest=digest)
    with stage.at(VISITED, stage.approver) as uow:
        visits.audit_visit(uow, number=number, reason="演示 · demonstration")
    return wrong


def _enter(stage: Stage, lead: Actor, number: str, team: list[str]) -> None:
    """Begin from afar where the tier says so; else the entity scans the code that names who enters."""
    with stage.at(VISITED, lead) as uow:
        if visits.visit_view(uow.session, lead, number).visit.method != "on_site":
            visits.begin_off_site(uow, number=number, inspectors=team)
            return
        code = visits.ask_entry_code(uow, number=number, inspectors=team).code
    with stage.at(VISITED, ANONYMOUS) as uow:
        visits.scan_entry_code(uow, code=code)
