"""Before the freeze: a draw gets its number and terms, witnesses send what binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import register
from service.inspections import plans
from service.inspections.draws.parts import (
    joined,
    joint_of,
    planned_parts,
    refuse_missed,
    refuse_undrawable,
    refuse_unplanned_sources,
    refuse_unseated,
    replaced,
)
from service.inspections.draws.persons import staff_code
from service.inspections.draws.store import (
    Draw,
    acts,
    add_act,
    document,
    draw_of,
    draws_of_task,
    held,
    moment,
    newest,
    take_turn,
    zone_of,
)
from service.inspections.draws.tables import DrawRow
from service.inspections.draws.terms import attempts_of, refuse_times
from service.platform import Problem, local_day, next_number, note_override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork


def prepare_draw(uow: UnitOfWork, *, task: str, terms: Mapping[str, Any]) -> str:
    """Give a random task's draw a number and terms, or terms anew while nothing is frozen; returns the number.

    A task has one draw that is neither void nor finished, so that a second call answers with the first one's number.
    Terms that could not be frozen any more, were it done at once, are refused; the freeze looks at them again.
    ``joint`` among the terms names tasks of other authorities that are drawn in the same commitment; each needs the
    approval of its own authority (``approve_part``) before the freeze.

    Raises:
        Problem: ``task_not_found``, ``out_of_scope``, ``plan_not_published``, ``draw_not_random``,
            ``draw_already_frozen``, ``draw_terms_refused``, ``draw_source_weak``, ``draw_instant_missing``,
            ``draw_source_unplanned``, ``draw_partner_without_seat``, ``draw_reason_missing``,
            ``draw_part_authority_twice``, ``draw_parts_disagree``, ``draw_replaces_differ``,
            ``draw_times_out_of_order``, ``draw_outside_cut_off``.
    """
    take_turn(uow)
    planned = plans.task_of(uow.session, task)
    if not register.reaches_authority(uow.session, uow.actor, planned.body["lead"]):
        raise Problem("out_of_scope")
    refuse_undrawable(planned)
    written = {
        **terms,
        "attempts": attempts_of(terms["attempts"], has_secret=planned.body["names"] != "open"),
        "joint": joined(uow.session, planned, joint_of(terms)),
    }
    tasks = [planned, *(plans.task_of(uow.session, each["task"]) for each in joint_of(terms))]
    refuse_unplanned_sources(written["attempts"], tasks)
    for place, each in enumerate(joint_of(terms)):
        _refuse_frozen(uow, each["task"], f"/joint/{place}/task")
    found = live_draw(uow, planned.number)
    is_new = found is None
    if found is None:
        found = _numbered(uow, planned)
    elif document(uow.session, found, "commitment") is not None:
        raise Problem("draw_already_frozen", draw=found.number)
    elif newest(acts(uow.session, found, "prepared"), "prepared")[""].body == written:
        return found.number
    planned_parts(uow.session, found, written)
    before = replaced(uow.session, found, [planned.number])
    refuse_unseated(uow.session, tasks, before)
    if before is not None and not written.get("reason"):
        raise Problem("draw_reason_missing", pointer="/reason", draw=before.number)
    refuse_times(written, moment(uow, found.authority), zone_of(uow.session, found.authority))
    refuse_missed(uow.session, tasks, uow.now)
    add_act(uow, found, "prepared", body=written)
    if is_new and before is not None:
        note_override(uow, "draw_again", found.number, authority=found.authority, reason=written["reason"])
    return found.number


def approve_part(uow: UnitOfWork, *, draw: str, task: str) -> None:
    """Approve, for its own authority, that a task is drawn in a joint draw under the terms as they stand.

    Terms that are written anew need the approval anew.

    Raises:
        Problem: ``draw_not_found``, ``draw_already_frozen``, ``draw_part_unknown``, ``out_of_scope``,
            ``draw_own_work``.
    """
    found = held(uow, draw, anyone=True)
    prepared = newest(acts(uow.session, found, "prepared"), "prepared")[""]
    part = next((each for each in planned_parts(uow.session, found, prepared.body) if each.task.number == task), None)
    if part is None or part.authority == found.authority:
        raise Problem("draw_part_unknown", draw=draw, task=task[:80])
    if uow.actor.authority != part.authority:
        raise Problem("out_of_scope")
    known = newest(acts(uow.session, found, "approved"), "approved").get(task)
    if known is not None and known.body == {"prepared": prepared.id}:
        return
    if document(uow.session, found, "commitment") is not None:
        raise Problem("draw_already_frozen", draw=draw)
    if staff_code(uow.actor) in {found.prepared_by, prepared.person}:
        raise Problem("draw_own_work", draw=draw)
    add_act(uow, found, "approved", task, {"prepared": prepared.id})


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
    """The task's draw that is not void, its own or one that joins it to others, if there is one."""
    joined = [draw_of(uow.session, number) for number in plans.draws_over(uow.session, task)]
    every = {each.number: each for each in (*draws_of_task(uow.session, task), *joined)}
    return next((each for each in every.values() if not acts(uow.session, each, "void")), None)


def _refuse_frozen(uow: UnitOfWork, task: str, pointer: str) -> None:
    """Refuse a task over which another draw is frozen already.

    Raises:
        Problem: ``draw_already_frozen``.
    """
    for number in plans.draws_over(uow.session, task):
        if not acts(uow.session, draw_of(uow.session, number), "void"):
            raise Problem("draw_already_frozen", pointer=pointer, draw=number)


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
