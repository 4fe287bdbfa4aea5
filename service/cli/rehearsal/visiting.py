"""Visits of the rehearsed draw: entered, found, recorded, signed by two, audited by a third."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from service import sample
from service.cli.rehearsal.drawing import DISPATCHED
from service.inspections import visits
from service.inspections.visits.schemas import VisitSyncSchema
from service.platform import ANONYMOUS

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.cli.rehearsal.stage import Stage
    from service.inspections.draws import Dispatch
    from service.platform import Actor

VISITED = DISPATCHED + timedelta(minutes=30)
ALL_PASS, SOME_FAIL = "1", "5"
"""Codes of results: nothing found, another rule broken."""


def visit_all(stage: Stage, dispatch: Dispatch, done: Callable[[int], object]) -> int:
    """Make every visit of a dispatched draw; returns how many found something."""
    with stage.at(VISITED, stage.handler) as uow:
        opened = visits.open_drawn(uow, draw=dispatch.number)
    there = {**opened.held, **opened.opened}  # a worker may have opened them before
    teams = {one.entity: [person for person, _ in one.team] for one in dispatch.teams}
    problems = 0
    for count, (entity, number) in enumerate(sorted(there.items()), 1):
        problems += _visit(stage, entity, number, teams[entity])
        done(count)
    return problems


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
