"""Visits of a dispatched draw taken to their audit, each by its own team."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service import evidence
from service.inspections import draws, visits
from service.inspections.visits.schemas import VisitSyncSchema
from service.platform import ANONYMOUS, Role
from service.ratings import drain
from tests.builders import draw_life, drawing, planning, visiting
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import Database

VISIT_DAY = datetime(2023, 9, 5, 2, tzinfo=UTC)
NO_PROBLEM, PROBLEM, UNREACHABLE = "1", "5", "6"


def district(database: Database, cinemas: int, *, fined: int) -> list[int]:
    """The district of draws whose findings cost points."""
    ids = drawing.district(database, cinemas, fined=fined, frequencies=visiting.POINTS + planning.FREQUENCIES)
    with database.unit_of_work(town.OPERATOR) as uow:
        evidence.seed(uow)
    return ids


def sent_out(database: Database) -> str:
    """A draw of the district with its visits opened, on the day of the visits; returns its number."""
    number = draw_life.prepared(database)
    draw_life.dispatched(database, number)
    draw_life.move(database, int(VISIT_DAY.timestamp()))
    with database.unit_of_work(drawing.HANDLER) as uow:
        visits.open_drawn(uow, draw=number)
    return number


def visited(database: Database, draw: str, result_of: Callable[[str], str | None]) -> dict[str, str]:
    """Every visit of a draw whose entity (by key) is given a result, audited; returns results by key."""
    with database.reader() as session:
        teams = {one.entity: [person for person, _ in one.team] for one in draws.dispatched(session, draw).teams}
    with database.unit_of_work(drawing.HANDLER) as uow:
        numbers = dict(visits.open_drawn(uow, draw=draw).held)
    results = {key: result for key in sorted(numbers) if (result := result_of(key)) is not None}
    for key, result in results.items():
        _visit(database, numbers[key], teams[key], result)
    drain(database=database)
    return results


def _visit(database: Database, number: str, team: list[str], result: str) -> None:
    lead, *others = [visiting.staff(person=code) for code in team]
    with database.unit_of_work(lead) as uow:
        code = visits.ask_entry_code(uow, number=number, inspectors=team).code
    with database.unit_of_work(ANONYMOUS) as uow:
        visits.scan_entry_code(uow, code=code)
    with database.unit_of_work(lead) as uow:
        if result != UNREACHABLE:
            said = {} if result == NO_PROBLEM else {"result": "fail", "severity": "minor"}
            finding = visiting.finding(noted_at=VISIT_DAY.isoformat(), **said)
            visits.sync_findings(
                uow, number=number, findings=VisitSyncSchema().load({"findings": [finding]})["findings"]
            )
        remark = "nobody there" if result == UNREACHABLE else None
        digest = visits.record_visit(uow, number=number, result=result, remark=remark)
        visits.sign_visit(uow, number=number, digest=digest)
    for other in others:
        with database.unit_of_work(other) as uow:
            visits.sign_visit(uow, number=number, digest=digest)
    with database.unit_of_work(visiting.staff(Role.APPROVER, "AUDITS")) as uow:
        visits.audit_visit(uow, number=number, reason="complete")
