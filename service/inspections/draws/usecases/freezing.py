"""The freeze: frame, roster, sizes and secret become one commitment and its entry, in one transaction (§3.2)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from scoring.sampling.frozen import committed_part
from scoring.sampling.keys import secret_commitment
from scoring.sampling.strata import CARRIED
from service.inspections import plans
from service.inspections.draws.material import PART, Material, material_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import save_rows
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    document,
    draws_of_task,
    enter,
    held,
    moment,
    newest,
    register_of,
    seconds,
)
from service.inspections.draws.tables import DrawCarried, DrawSecret
from service.inspections.draws.terms import refuse_times, refuse_unlawful
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork

SNAPSHOT = "entities"
"""What the source list is called: the register of entities itself."""


def freeze_draw(uow: UnitOfWork, *, draw: str, secret: bytes, salt_key: bytes) -> Document:
    """Commit to the draw as it was prepared; returns the commitment. Asked again: the same, whatever is given.

    Args:
        uow: of one snapshot (``one_snapshot=True``), so that everything is read at one instant; this is its first act.
        draw: its number.
        secret: K, 32 random bytes; not used where names are open.
        salt_key: 32 random bytes.

    Raises:
        Problem: ``draw_own_work``, ``draw_void``, ``draw_outside_cut_off``, ``draw_times_out_of_order``,
            ``draw_terms_refused`` and all of ``material_of``.
    """
    plans.keep_tasks_still(uow.session)
    found = held(uow, draw)
    known = document(uow.session, found, "commitment")
    if known is not None:
        return known
    if acts(uow.session, found, "void"):
        raise Problem("draw_void", draw=draw)
    if staff_code(uow.actor) == found.prepared_by:
        raise Problem("draw_own_work", draw=draw)
    task = plans.task_of(uow.session, found.task)
    terms = newest(acts(uow.session, found, "prepared"), "prepared")[""].body
    now = moment(uow, found)
    refuse_times(terms, now)
    cut_off = _cut_off(uow, task)
    material = material_of(
        uow.session, task, authority=found.authority, shortage_accepted=bool(terms.get("shortage_accepted"))
    )
    kept = b"" if task.body["names"] == "open" else secret
    part = committed_part(_part_terms(uow, task, material, now), material.rows.frozen(salt_key))
    plan = _plan(task, part, terms, cut_off)
    made = transcript.commitment(_terms(uow, found, task, terms, kept) | {"plan_digest": digest(plan)}, [part])
    refuse_unlawful(made, [list(row[:7]) for row in material.frame.rows])
    _keep(uow, found, plan, made)
    save_rows(uow, found, material.rows)
    _keep_secret(uow, found, kept, salt_key, material)
    uow.publish("inspections.draw_committed", draw, {"digest": digest(made), "task": found.task})
    return made


def _cut_off(uow: UnitOfWork, task: plans.Task) -> tuple[int, int]:
    """From the beginning of the cut-off day to the end of the first day of visits.

    Raises:
        Problem: ``draw_outside_cut_off``.
    """
    zone = ZoneInfo(plans.zone_of(uow.session, task.body["lead"]))
    first = datetime.combine(task.cut_off_day, time(), zone)
    last = datetime.combine(task.window[0] + timedelta(days=1), time(), zone)
    if not first <= uow.now < last:
        raise Problem("draw_outside_cut_off", first=first.isoformat(), last=last.isoformat())
    return seconds(first), seconds(last)


def _part_terms(uow: UnitOfWork, task: plans.Task, material: Material, now: int) -> dict[str, Any]:
    """The fields of the part that are chosen or read; sizes and roots follow from the rows."""
    body, frame = task.body, material.frame
    listed = "".join(f"{row.code}\n" for row in frame.rows).encode()
    total = body["total"]
    return {
        "part": PART,
        "authority": body["lead"],
        "approved_by": staff_code(uow.actor),
        "authorities": list(task.authorities),
        "items": list(body["items"]),
        "tickets": "shared",
        "rotation": [0, 1],
        "snapshot": {
            "register": SNAPSHOT,
            "taken_at": now,
            "count": len(frame.rows),
            "digest": sha256(listed).hexdigest(),
        },
        "rulebook": {"edition": frame.edition.id, "digest": frame.edition.digest},
        "apportion": {"method": "ratio"} if total is None else {"method": "largest_remainder", "total": total},
        "strata": [
            {
                "stratum": each.stratum,
                "clause": each.clause[:200],
                "ratio": list(each.ratio),
                "round": body["rounding"],
                "at_least": each.at_least,
                "order": "equal",
                "reserve_ratio": list(body["reserve_ratio"]),
                "steps": list(body["steps"]),
            }
            for each in frame.strata
        ],
        "seats": [{"authority": seat["authority"], "skills": sorted(set(seat["skills"]))} for seat in body["seats"]],
        "window": [day.isoformat() for day in task.window],
    }


def _terms(uow: UnitOfWork, found: Draw, task: plans.Task, terms: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
    """The commitment's own fields."""
    body = task.body
    witnesses = newest(acts(uow.session, found, "witnessed"), "witnessed")
    before = [each for each in draws_of_task(uow.session, found.task) if each.id < found.id]
    replaced = [each.number for each in before if document(uow.session, each, "commitment") is not None]
    holds = {
        "holder": body["holder"],
        "commitment": secret_commitment(found.number, body["holder"], secret),
        "custodians": [dict(each) for each in body["custodians"]],
    }
    return {
        "draw": found.number,
        "authority": found.authority,
        "plan": task.plan.number,
        "task": task.number,
        "title": body["title"]["zh"],
        "basis": [f"{each['title']} {each['article']}"[:200] for each in body["basis"]],
        "replaces": replaced[-1] if replaced else "",
        "reason": terms.get("reason") or terms.get("shortage_accepted") or "",
        "prepared_by": found.prepared_by,
        "approved_by": staff_code(uow.actor),
        "frozen_at": moment(uow, found),
        "close_at": terms["close_at"],
        "result_by": terms["result_by"],
        "publish_by": terms["publish_by"],
        "names": body["names"],
        "rows": body["rows"],
        "secret": [holds] if secret else [],
        "witnesses": [{"id": name, **act.body} for name, act in sorted(witnesses.items())],
        "witness_min": body["witness_min"],
        "attempts": list(terms["attempts"]),
    }


def _plan(task: plans.Task, part: Mapping[str, Any], terms: Mapping[str, Any], cut_off: tuple[int, int]) -> Document:
    """The plan of this task as the register knows it: its cut-off, ratios and sources."""
    sources = {
        (source["kind"], source["chain"] if source["kind"] == "drand" else source["name"])
        for attempt in terms["attempts"]
        for source in attempt["sources"]
    }
    ratios = [[PART, each["stratum"], each["ratio"]] for each in part["strata"] if each["stratum"] != CARRIED]
    return {
        "type": "plan",
        "plan": task.plan.number,
        "authority": task.body["lead"],
        "title": task.plan.body["names"]["zh"],
        "tasks": [
            {
                "task": task.number,
                "cutoff": list(cut_off),
                "ratios": sorted(ratios),
                "sources": [list(each) for each in sorted(sources)],
            }
        ],
    }


def _keep(uow: UnitOfWork, found: Draw, plan: Document, made: Document) -> None:
    """Store and register both documents; a plan that the register has already is not entered again."""
    said = add_document(uow, found, plan)
    entered = {each["digest"] for each in register_of(uow.session, found.authority) if each["kind"] == "plan"}
    persons = {"by": made["prepared_by"], "approved_by": made["approved_by"]}
    if said not in entered:
        enter(uow, found, "plan", said, **persons)
    enter(uow, found, "commitment", add_document(uow, found, made), **persons, reason=made["reason"])


def _keep_secret(uow: UnitOfWork, found: Draw, secret: bytes, salt_key: bytes, material: Material) -> None:
    """What is never told, what is owed no longer, and the task that is now held."""
    add_act(uow, found, "frozen", body={"explained": material.explained})
    audit_id = uow.audit("inspections.draw_secret", found.number, {"has_secret": bool(secret)})
    uow.session.add(DrawSecret(draw_id=found.id, secret=secret, salt_key=salt_key, audit_id=audit_id))
    carried = {material.rows.keys[row.code] for row in material.frame.rows if row.stratum == CARRIED}
    uow.session.add_all(
        DrawCarried(debt_id=debt, draw_id=found.id, audit_id=audit_id)
        for key in sorted(carried)
        for debt in material.debts[key]
    )
    uow.session.flush()
    plans.hold_task(uow, task=found.task, draw=found.number, held=True, audit_id=audit_id)
