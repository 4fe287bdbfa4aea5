"""Plans and tasks as they stand: state from the newest act, content from the newest version."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import register
from service.inspections.plans.vocabulary import planning
from service.platform import Problem, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

PUBLIC = frozenset({"published"})
_PLAN = """
SELECT p.id, p.number, p.authority, p.year, p.special, p.prepared_by, p.body, coalesce(last.act, 'draft') AS state,
       (SELECT min(a.taken_at) FROM inspection_plan_act a
         WHERE a.plan_id = p.id AND a.act = 'published') AS published_at
  FROM inspection_plan p
  LEFT JOIN LATERAL (
    SELECT act FROM inspection_plan_act a WHERE a.plan_id = p.id ORDER BY a.id DESC LIMIT 1) last ON true
 WHERE :which
"""
_ONE = text(_PLAN.replace(":which", "p.number = :number"))
_OF_TASK = text(
    _PLAN.replace(":which", "p.id = (SELECT t.plan_id FROM inspection_task_version t WHERE t.number = :number LIMIT 1)")
)
_MANY = text(
    _PLAN.replace(
        ":which",
        """p.id > :after AND (CAST(:authority AS text) IS NULL OR p.authority = :authority)
   AND (CAST(:year AS bigint) IS NULL OR p.year = :year)
   AND (:everything OR coalesce(last.act, 'draft') = 'published' OR p.authority = ANY(CAST(:own AS text[]))
        OR EXISTS (SELECT FROM inspection_task_version t
                    WHERE t.plan_id = p.id AND jsonb_exists_any(t.body -> 'partners', CAST(:own AS text[]))))
 ORDER BY p.id LIMIT :limit""",
    )
)
_NEWEST = text(_MANY.text.replace("p.id > :after", "p.id < :after").replace("ORDER BY p.id", "ORDER BY p.id DESC"))
_ANNUAL = text(_PLAN.replace(":which", "p.authority = :authority AND p.year = :year AND NOT p.special ORDER BY p.id"))
_ACTS = text("SELECT act, person, reason, taken_at FROM inspection_plan_act WHERE plan_id = :plan ORDER BY id")
_TASKS = text("""
SELECT DISTINCT ON (number) number, body, amendment, person FROM inspection_task_version
 WHERE plan_id = :plan ORDER BY number, id DESC
""")
_TASK = text("SELECT body FROM inspection_task_version WHERE number = :number ORDER BY id DESC LIMIT 1")
_AMENDMENTS = text("""
SELECT a.id, a.n, a.reason, a.proposed_by, a.proposed_at, a.tasks, d.approved, d.reason AS decision, d.decided_by,
       d.decided_at
  FROM inspection_plan_amendment a LEFT JOIN inspection_plan_amendment_decision d ON d.amendment_id = a.id
 WHERE a.plan_id = :plan ORDER BY a.n
""")


class Plan(NamedTuple):
    """A plan. ``state``: draft, submitted, approved, returned, published, withdrawn."""

    id: int
    number: str
    authority: str
    year: int
    special: bool
    prepared_by: str
    body: Mapping[str, Any]
    state: str
    published_at: datetime | None


class Task(NamedTuple):
    """A task with the plan that it belongs to. ``body``: as ``TaskSchema`` says, days as texts."""

    number: str
    plan: Plan
    body: Mapping[str, Any]

    @property
    def cut_off_day(self) -> date:
        """The day whose entities and tiers are drawn from."""
        return date.fromisoformat(self.body["cut_off_day"])

    @property
    def window(self) -> tuple[date, date]:
        """First and last day of visits."""
        return date.fromisoformat(self.body["first_day"]), date.fromisoformat(self.body["last_day"])

    @property
    def authorities(self) -> tuple[str, ...]:
        """The lead and its partners, in order."""
        return (self.body["lead"], *self.body["partners"])


class PlanView(NamedTuple):
    """A plan with everything that belongs to it, as callers see it."""

    plan: Plan
    acts: Sequence[Mapping[str, Any]]
    tasks: Mapping[str, Mapping[str, Any]]
    amendments: Sequence[Mapping[str, Any]]
    published_on: date | None
    published_late: bool


def one_plan(session: Session, number: str) -> Plan:
    """A plan by its number.

    Raises:
        Problem: ``plan_not_found``.
    """
    row = session.execute(_ONE, {"number": number}).one_or_none()
    if row is None:
        raise Problem("plan_not_found", plan=number[:80])
    return Plan(*row)


def annual_plan(session: Session, authority: str, year: int) -> Plan | None:
    """The annual plan of an authority that was not withdrawn, the oldest where there are several."""
    rows = session.execute(_ANNUAL, {"authority": authority, "year": year})
    return next((plan for plan in (Plan(*row) for row in rows) if plan.state != "withdrawn"), None)


def plans(
    session: Session,
    actor: Actor,
    *,
    authority: str | None,
    year: int | None,
    after: int,
    limit: int,
    newest_first: bool = False,
) -> Sequence[Plan]:
    """Up to ``limit + 1`` plans, oldest first; those not published only for staff of whoever plans and takes part."""
    own = register.authorities_reached(session, actor) if actor.is_staff else []
    which = {"authority": authority, "year": year, "after": after, "limit": limit + 1}
    asked = {**which, "everything": own is None, "own": own or []}
    return [Plan(*row) for row in session.execute(_NEWEST if newest_first else _MANY, asked)]


def plan_view(session: Session, number: str, *, published_only: bool = False) -> PlanView:
    """A plan with its acts, current tasks and amendments.

    Raises:
        Problem: ``plan_not_found``, also for one that the public may not see yet.
    """
    plan = one_plan(session, number)
    if published_only and plan.state not in PUBLIC:
        raise Problem("plan_not_found", plan=number[:80])
    acts = [dict(row) for row in session.execute(_ACTS, {"plan": plan.id}).mappings()]
    amendments = [dict(row) for row in session.execute(_AMENDMENTS, {"plan": plan.id}).mappings()]
    published_on = None if plan.published_at is None else local_day(plan.published_at, zone_of(session, plan.authority))
    return PlanView(plan, acts, tasks_of(session, plan), amendments, published_on, _late(plan, published_on))


def takes_part(session: Session, actor: Actor, number: str) -> bool:
    """Whether a caller is of the staff of the authority of a plan, or of one that takes part in a task of it.

    Raises:
        Problem: ``plan_not_found``.
    """
    plan = one_plan(session, number)
    partners = [code for body in tasks_of(session, plan).values() for code in body["partners"]]
    return actor.is_staff and register.reaches_authority(session, actor, plan.authority, *partners)


def tasks_of(session: Session, plan: Plan) -> dict[str, Mapping[str, Any]]:
    """The tasks of a plan as they stand, by number; those dropped are left out."""
    rows = session.execute(_TASKS, {"plan": plan.id})
    return {row.number: row.body for row in rows if row.body is not None}


def preparers(session: Session, plan: Plan) -> frozenset[str]:
    """Everyone who had a hand in the plan or one of its tasks: none of them may approve it."""
    rows = session.execute(
        text("SELECT DISTINCT person FROM inspection_task_version WHERE plan_id = :plan"), {"plan": plan.id}
    )
    return frozenset({plan.prepared_by, *rows.scalars()})


def task_of(session: Session, number: str) -> Task:
    """A task as it stands.

    Raises:
        Problem: ``task_not_found``, also for one that was dropped.
    """
    row = session.execute(_OF_TASK, {"number": number}).one_or_none()
    body = None if row is None else session.execute(_TASK, {"number": number}).scalar_one()
    if row is None or body is None:
        raise Problem("task_not_found", task=number[:80])
    return Task(number, Plan(*row), body)


def zone_of(session: Session, authority: str) -> str:
    """The time zone of an authority.

    Raises:
        Problem: ``entity_authority_unknown``.
    """
    for row in register.authorities(session):
        if row.code == authority:
            return row.timezone
    raise Problem("entity_authority_unknown", authority=authority)


def _late(plan: Plan, published_on: date | None) -> bool:
    """Whether an annual plan became public after the day by which it should be."""
    by = planning()["publish_by"]
    return not plan.special and published_on is not None and published_on > date(plan.year, by["month"], by["day"])
