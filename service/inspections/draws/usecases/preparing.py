"""Before the freeze: a draw gets its number and terms, witnesses send what binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import register
from service.inspections import plans
from service.inspections.draws.persons import staff_code
from service.inspections.draws.store import Draw, acts, add_act, document, draws_of_task, held, newest, take_turn
from service.inspections.draws.tables import DrawRow
from service.inspections.draws.terms import attempts_of
from service.platform import Problem, local_day, next_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork


def prepare_draw(uow: UnitOfWork, *, task: str, terms: Mapping[str, Any]) -> str:
    """Give a random task's draw a number and terms, or terms anew while nothing is frozen; returns the number.

    A task has one draw that is neither void nor finished, so that a second call answers with the first one's number.

    Raises:
        Problem: ``task_not_found``, ``out_of_scope``, ``plan_not_published``, ``draw_not_random``,
            ``draw_already_frozen``, ``draw_terms_refused``, ``draw_source_weak``, ``draw_instant_missing``.
    """
    take_turn(uow)
    planned = plans.task_of(uow.session, task)
    _refuse_unplanned(uow, planned)
    written = {**terms, "attempts": attempts_of(terms["attempts"], has_secret=planned.body["names"] != "open")}
    found = live_draw(uow, planned.number)
    if found is None:
        found = _numbered(uow, planned)
    elif document(uow.session, found, "commitment") is not None:
        raise Problem("draw_already_frozen", draw=found.number)
    elif newest(acts(uow.session, found, "prepared"), "prepared")[""].body == written:
        return found.number
    add_act(uow, found, "prepared", body=written)
    return found.number


def commit_witness(uow: UnitOfWork, *, draw: str, witness: str, organisation: str, commitment: str) -> None:
    """Write down what binds a witness to a value of their own, before the freeze.

    The witness finds it again in the public commitment and reveals nothing if it was changed.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``, ``draw_already_frozen``.
    """
    found = held(uow, draw)
    if document(uow.session, found, "commitment") is not None:
        raise Problem("draw_already_frozen", draw=draw)
    body = {"organisation": organisation, "commitment": commitment}
    known = newest(acts(uow.session, found, "witnessed"), "witnessed").get(witness)
    if known is None or known.body != body:
        add_act(uow, found, "witnessed", witness, body)


def live_draw(uow: UnitOfWork, task: str) -> Draw | None:
    """The task's draw that is not void, if there is one."""
    return next((each for each in draws_of_task(uow.session, task) if not acts(uow.session, each, "void")), None)


def _refuse_unplanned(uow: UnitOfWork, planned: plans.Task) -> None:
    if not uow.actor.reaches(planned.body["lead"]):
        raise Problem("out_of_scope")
    if planned.body["channel"] != "random":
        raise Problem("draw_not_random", task=planned.number, channel=planned.body["channel"])
    if planned.plan.state != "published":
        raise Problem("plan_not_published", plan=planned.plan.number, state=planned.plan.state)


def _numbered(uow: UnitOfWork, planned: plans.Task) -> Draw:
    lead = next(row for row in register.authorities(uow.session) if row.code == planned.body["lead"])
    year = local_day(uow.now, lead.timezone).year
    number = f"{lead.region}-{year}-{next_number(uow, f'draw:{lead.region}:{year}'):05d}"
    audit_id = uow.audit("inspections.draw_numbered", number, {"task": planned.number})
    row = DrawRow(
        number=number,
        authority=lead.code,
        task=planned.number,
        prepared_by=staff_code(uow.actor),
        prepared_at=uow.now,
        audit_id=audit_id,
    )
    uow.session.add(row)
    uow.session.flush()
    return Draw(row.id, number, lead.code, planned.number, row.prepared_by, row.prepared_at)
