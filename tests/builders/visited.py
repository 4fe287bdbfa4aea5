"""Visits of a dispatched draw taken to their audit, each by its own team."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service import evidence
from service.inspections import visits
from service.inspections.visits.schemas import VisitSyncSchema
from service.platform import ANONYMOUS, Role
from service.ratings import drain
from tests.builders import draw_life, drawing, planning, visiting
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from service.platform import Actor, Database

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
    numbers = held(database, draw)
    results = {key: result for key in sorted(numbers) if (result := result_of(key)) is not None}
    for key, result in results.items():
        visit(database, numbers[key], result)
    drain(database=database)
    return results


def held(database: Database, draw: str) -> dict[str, str]:
    """The numbers of a draw's visits by key."""
    with database.unit_of_work(drawing.HANDLER) as uow:
        return dict(visits.open_drawn(uow, draw=draw).held)


def visit(database: Database, number: str, result: str, *, failing: Collection[str] | None = None) -> None:
    """One visit by its team; where there is a problem, at all items or those named."""
    with database.reader() as session:
        view = visits.visit_view(session, town.OPERATOR, number)
    lead, *others = [visiting.staff(person=code) for code in view.team]
    _enter(database, lead, number, view.team)
    with database.unit_of_work(lead) as uow:
        if result != UNREACHABLE:
            lines = [(row["item"], row["entry"]) for row in view.visit.checklist["entries"]]
            bad = set() if result == NO_PROBLEM else {item for item, _ in lines if failing is None or item in failing}
            found = [_finding(n, item, entry, wrong=item in bad) for n, (item, entry) in enumerate(lines)]
            visits.sync_findings(uow, number=number, findings=VisitSyncSchema().load({"findings": found})["findings"])
        remark = "nobody there" if result == UNREACHABLE else None
        digest = visits.record_visit(uow, number=number, result=result, remark=remark)
        visits.sign_visit(uow, number=number, digest=digest)
    for other in others[:1]:
        with database.unit_of_work(other) as uow:
            visits.sign_visit(uow, number=number, digest=digest)
    with database.unit_of_work(visiting.staff(Role.APPROVER, "AUDITS")) as uow:
        visits.audit_visit(uow, number=number, reason="complete")


def _enter(database: Database, lead: Actor, number: str, team: Sequence[str]) -> None:
    with database.unit_of_work(lead) as uow:
        code = visits.ask_entry_code(uow, number=number, inspectors=team).code
    with database.unit_of_work(ANONYMOUS) as uow:
        visits.scan_entry_code(uow, code=code)


def _finding(n: int, item: str, entry: str, *, wrong: bool) -> dict[str, Any]:
    said = {"result": "fail", "severity": "minor"} if wrong else {}
    return visiting.finding(f"c{n}", item=item, entry=entry, noted_at=VISIT_DAY.isoformat(), **said)
