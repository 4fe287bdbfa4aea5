"""What people do to a plan: draft it, submit it, decide it, publish it, amend it. One function each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service import register
from service.inspections.plans.checks import check_plan, check_task
from service.inspections.plans.holds import keep_tasks_still, refuse_held
from service.inspections.plans.queries import Plan, annual_plan, one_plan, plan_view, preparers, tasks_of
from service.inspections.plans.tables import Amendment, AmendmentDecision, PlanAct, PlanRow, TaskVersion
from service.platform import Problem, next_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.platform import UnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('plan.' || :number, 0))")
_OPEN = frozenset({"draft", "returned"})


def person_of(uow: UnitOfWork) -> str:
    """Who acts, as plans write it down."""
    return f"{uow.actor.kind}:{uow.actor.id}"


def draft_plan(
    uow: UnitOfWork, *, authority: str, year: int, names: Mapping[str, str], special: bool, reason: str | None
) -> str:
    """Begin a plan; returns its number: region, year, ``P`` and a number without gaps.

    Raises:
        Problem: ``entity_authority_unknown``, ``entity_out_of_scope``, ``plan_special_without_reason``,
            ``plan_annual_exists``.
    """
    owner = _authority(uow, authority)
    if special and not reason:
        raise Problem("plan_special_without_reason", pointer="/reason")
    number = f"{owner.region}-{year}-P{next_number(uow, f'plan:{owner.region}:{year}'):03d}"  # one after the other
    known = None if special else annual_plan(uow.session, authority, year)
    if known is not None:
        raise Problem("plan_annual_exists", authority=authority, year=year, plan=known.number, state=known.state)
    audit_id = uow.audit("inspections.plan_drafted", number, {"authority": authority, "special": special})
    uow.session.add(
        PlanRow(
            number=number,
            authority=authority,
            year=year,
            special=special,
            prepared_by=person_of(uow),
            body={"names": dict(names), "reason": reason},
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return number


def put_task(uow: UnitOfWork, *, plan: str, body: Mapping[str, Any] | None, task: str | None = None) -> str:
    """Add a task to a draft, write one anew, or drop one (``body`` None); returns its number.

    Raises:
        Problem: ``plan_not_found``, ``plan_closed``, ``task_not_found``, ``invalid_body`` with every fault.
    """
    found = _locked(uow, plan)
    if found.state not in _OPEN:
        raise Problem("plan_closed", plan=plan, state=found.state)
    known = tasks_of(uow.session, found)
    if task is not None and task not in known:
        raise Problem("task_not_found", task=task[:80])
    if body is not None:
        check_task(uow.session, found, body)
    number = task or _next_task(uow, found)
    _write(uow, found, {number: body}, amendment=None)
    return number


def submit_plan(uow: UnitOfWork, *, plan: str) -> None:
    """Hand a draft to the approver.

    Raises:
        Problem: ``plan_not_found``, ``plan_closed``, ``plan_without_tasks``, ``invalid_body``.
    """
    found = _locked(uow, plan)
    if found.state not in _OPEN:
        raise Problem("plan_closed", plan=plan, state=found.state)
    check_plan(uow.session, found, tasks_of(uow.session, found))
    _act(uow, found, "submitted", None)


def decide_plan(uow: UnitOfWork, *, plan: str, approved: bool, reason: str) -> None:
    """Approve a plan or send it back; by someone who had no hand in it. What is approved must still fit.

    Raises:
        Problem: ``plan_not_found``, ``plan_not_submitted``, ``plan_own_work``, ``invalid_body``.
    """
    found = _locked(uow, plan)
    if found.state != "submitted":
        raise Problem("plan_not_submitted", plan=plan, state=found.state)
    if not uow.actor.hands.isdisjoint(preparers(uow.session, found)):
        raise Problem("plan_own_work", plan=plan)
    if approved:
        check_plan(uow.session, found, tasks_of(uow.session, found))
    _act(uow, found, "approved" if approved else "returned", reason)


def publish_plan(uow: UnitOfWork, *, plan: str) -> None:
    """Make an approved plan public; from now on it changes by amendments only.

    Raises:
        Problem: ``plan_not_found``, ``plan_not_approved``.
    """
    found = _locked(uow, plan)
    if found.state == "published":
        return
    if found.state != "approved":
        raise Problem("plan_not_approved", plan=plan, state=found.state)
    _act(uow, found, "published", None)
    uow.publish("inspections.plan_published", plan, {"authority": found.authority, "year": found.year})


def withdraw_plan(uow: UnitOfWork, *, plan: str, reason: str) -> None:
    """Take a plan back that is not public yet.

    Raises:
        Problem: ``plan_not_found``, ``plan_closed``.
    """
    found = _locked(uow, plan)
    if found.state in {"published", "withdrawn"}:
        raise Problem("plan_closed", plan=plan, state=found.state)
    _act(uow, found, "withdrawn", reason)


def propose_amendment(
    uow: UnitOfWork,
    *,
    plan: str,
    reason: str,
    tasks: Mapping[str, Mapping[str, Any] | None],
    new: Sequence[Mapping[str, Any]],
) -> int:
    """Propose a change of a published plan; returns its number within the plan. Nothing changes before approval.

    Raises:
        Problem: ``plan_not_found``, ``plan_not_published``, ``task_not_found``, ``task_frozen``, ``amendment_empty``,
            ``invalid_body``.
    """
    found = _locked(uow, plan)
    if found.state != "published":
        raise Problem("plan_not_published", plan=plan, state=found.state)
    if not tasks and not new:
        raise Problem("amendment_empty", plan=plan)
    known = tasks_of(uow.session, found)
    refuse_held(uow.session, tasks)
    for number, body in tasks.items():
        if number not in known:
            raise Problem("task_not_found", task=number[:80])
        if body is not None:
            check_task(uow.session, found, body)
    for body in new:
        check_task(uow.session, found, body)
    named = {**tasks, **{_next_task(uow, found): body for body in new}}
    n = len(plan_view(uow.session, plan).amendments) + 1
    audit_id = uow.audit("inspections.amendment_proposed", plan, {"n": n, "tasks": sorted(named)})
    uow.session.add(
        Amendment(
            plan_id=found.id,
            n=n,
            reason=reason,
            proposed_by=person_of(uow),
            proposed_at=uow.now,
            tasks=named,
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return n


def decide_amendment(uow: UnitOfWork, *, plan: str, n: int, approved: bool, reason: str) -> None:
    """Approve an amendment, so that its tasks stand from now on, or refuse it; by another than who proposed it.

    Raises:
        Problem: ``plan_not_found``, ``amendment_not_found``, ``amendment_decided``, ``plan_own_work``,
            ``task_frozen``.
    """
    found = _locked(uow, plan)
    amendment = next((one for one in plan_view(uow.session, plan).amendments if one["n"] == n), None)
    if amendment is None:
        raise Problem("amendment_not_found", plan=plan, n=n)
    if amendment["approved"] is not None:
        raise Problem("amendment_decided", plan=plan, n=n)
    if amendment["proposed_by"] in uow.actor.hands:
        raise Problem("plan_own_work", plan=plan)
    if approved:
        keep_tasks_still(uow.session)
        refuse_held(uow.session, amendment["tasks"])
    audit_id = uow.audit("inspections.amendment_decided", plan, {"n": n, "approved": approved})
    uow.session.add(
        AmendmentDecision(
            amendment_id=amendment["id"],
            approved=approved,
            reason=reason,
            decided_by=person_of(uow),
            decided_at=uow.now,
            audit_id=audit_id,
        )
    )
    if approved:
        _write(uow, found, amendment["tasks"], amendment=amendment["id"])
        uow.publish("inspections.plan_amended", plan, {"n": n})
    uow.session.flush()


def _locked(uow: UnitOfWork, number: str) -> Plan:
    """The plan, held so that nobody else changes it meanwhile, within the caller's scope."""
    uow.session.execute(_LOCK, {"number": number})
    found = one_plan(uow.session, number)
    _authority(uow, found.authority)
    return found


def _authority(uow: UnitOfWork, code: str) -> register.AuthorityRow:
    for row in register.authorities(uow.session):
        if row.code == code:
            if not uow.actor.may_see(row.code, row.region):
                raise Problem("entity_out_of_scope", pointer="/authority")
            return row
    raise Problem("entity_authority_unknown", pointer="/authority", authority=code)


def _next_task(uow: UnitOfWork, plan: Plan) -> str:
    return f"{plan.number}-T{next_number(uow, f'task:{plan.number}'):02d}"


def _act(uow: UnitOfWork, plan: Plan, act: str, reason: str | None) -> None:
    audit_id = uow.audit(f"inspections.plan_{act}", plan.number, {"reason": reason})
    uow.session.add(
        PlanAct(plan_id=plan.id, act=act, person=person_of(uow), reason=reason, taken_at=uow.now, audit_id=audit_id)
    )
    uow.session.flush()


def _write(
    uow: UnitOfWork, plan: Plan, tasks: Mapping[str, Mapping[str, Any] | None], *, amendment: int | None
) -> None:
    audit_id = uow.audit("inspections.tasks_written", plan.number, {"tasks": sorted(tasks), "amendment": amendment})
    uow.session.add_all(
        TaskVersion(
            plan_id=plan.id,
            number=number,
            amendment=amendment,
            person=person_of(uow),
            body=None if body is None else dict(body),
            audit_id=audit_id,
        )
        for number, body in tasks.items()
    )
    uow.session.flush()
