"""The freeze: frame, roster, sizes and secret become one commitment and its entry, in one transaction (§3.2)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from scoring.sampling.frozen import committed_part
from scoring.sampling.keys import secret_commitment
from scoring.sampling.sizes import CARRIED
from service.inspections import plans
from service.inspections.draws.kept_secrets import add_secrets
from service.inspections.draws.material import Material, material_of, seats_left
from service.inspections.draws.parts import freezing_span, joint_of, planned_parts, refuse_unplanned_sources, replaced
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import save_rows
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    document,
    enter,
    enter_elsewhere,
    held,
    moment,
    newest,
    register_of,
    seconds,
    zone_of,
)
from service.inspections.draws.tables import DrawCarried
from service.inspections.draws.terms import refuse_times, refuse_unlawful
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from service.inspections.draws.parts import PlannedPart
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
        Problem: ``draw_own_work``, ``draw_void``, ``draw_part_unapproved``, ``draw_redraw_same_approver``,
            ``task_frozen``, ``draw_outside_cut_off``, ``draw_source_unplanned``, ``draw_times_out_of_order``,
            ``draw_terms_refused``, ``encryption_key_missing`` and all of ``material_of``.
    """
    plans.keep_tasks_still(uow.session)
    found = held(uow, draw)
    known = document(uow.session, found, "commitment")
    if known is not None:
        return known
    if acts(uow.session, found, "void"):
        raise Problem("draw_void", draw=draw)
    prepared = newest(acts(uow.session, found, "prepared"), "prepared")[""]
    if staff_code(uow.actor) in {found.prepared_by, prepared.person}:
        raise Problem("draw_own_work", draw=draw)
    plans.refuse_held(uow.session, [found.task, *(each["task"] for each in joint_of(prepared.body))])
    parts = planned_parts(uow.session, found, prepared.body)
    approved = _approvals(uow, found, parts, prepared.id)
    _refuse_same_approvers(uow, found, approved)
    refuse_unplanned_sources(prepared.body["attempts"], [each.task for each in parts])
    now = moment(uow, found.authority)
    refuse_times(prepared.body, now, zone_of(uow.session, found.authority))
    cut_off = _cut_off(uow, parts)
    materials = _materials(uow, parts, prepared.body)
    kept = b"" if parts[0].task.body["names"] == "open" else secret
    committed = [
        committed_part(_part_terms(approved[each.part.part], each, now), each.rows.frozen(salt_key))
        for each in materials
    ]
    plan = _plan(found, parts, committed, cut_off)
    terms = _terms(uow, found, parts, prepared.body, kept)
    made = transcript.commitment(terms | {"plan_digest": digest(plan)}, committed)
    refuse_unlawful(made, [list(row[:7]) for each in materials for row in each.frame.rows])
    _keep(uow, found, parts, plan, made)
    for each in materials:
        save_rows(uow, found, each.rows)
    _keep_secret(uow, found, kept, salt_key, materials)
    uow.publish("inspections.draw_committed", draw, {"digest": digest(made), "task": found.task})
    return made


def _approvals(uow: UnitOfWork, found: Draw, parts: Sequence[PlannedPart], prepared: int) -> dict[str, str]:
    """Who approves each part: the caller that of the draw's own authority, each other authority its own beforehand.

    Raises:
        Problem: ``draw_part_unapproved``, ``draw_own_work``.
    """
    known = newest(acts(uow.session, found, "approved"), "approved")
    persons: dict[str, str] = {}
    for each in parts:
        said = known.get(each.task.number)
        if each.authority == found.authority:
            persons[each.part] = staff_code(uow.actor)
        elif said is None or said.body != {"prepared": prepared}:
            raise Problem("draw_part_unapproved", draw=found.number, task=each.task.number, authority=each.authority)
        elif said.person == staff_code(uow.actor):
            raise Problem("draw_own_work", draw=found.number)
        else:
            persons[each.part] = said.person
    return persons


def _refuse_same_approvers(uow: UnitOfWork, found: Draw, persons: Mapping[str, str]) -> None:
    """Whoever approved a draw that became void after its instant, when its outcome could be known, approves no redraw.

    Raises:
        Problem: ``draw_redraw_same_approver``.
    """
    before = replaced(uow.session, found, [found.task])
    commitment = None if before is None else document(uow.session, before, "commitment")
    if before is None or commitment is None:
        return
    void = newest(acts(uow.session, before, "void"), "void")[""]
    if seconds(void.taken_at) < commitment["attempts"][0]["instant"]:
        return
    same = {part["approved_by"] for part in commitment["parts"]} & set(persons.values())
    if same:
        raise Problem("draw_redraw_same_approver", draw=found.number, before=before.number, person=min(same))


def _cut_off(uow: UnitOfWork, parts: Sequence[PlannedPart]) -> tuple[int, int]:
    """From the beginning of the last cut-off day to the end of the earliest first day of visits.

    Raises:
        Problem: ``draw_outside_cut_off``.
    """
    first, last = freezing_span(uow.session, [each.task for each in parts])
    if not first <= uow.now < last:
        raise Problem("draw_outside_cut_off", first=first.isoformat(), last=last.isoformat())
    return seconds(first), seconds(last)


def _materials(uow: UnitOfWork, parts: Sequence[PlannedPart], terms: Mapping[str, Any]) -> list[Material]:
    """What each part is frozen from; of inspectors who are on several rosters each has a share.

    Raises:
        Problem: as ``material_of``.
    """
    left = seats_left(uow.session, [each.task for each in parts])
    accepted = bool(terms.get("shortage_accepted"))
    return [
        material_of(uow.session, part, left=mine, shortage_accepted=accepted)
        for part, mine in zip(parts, left, strict=True)
    ]


def _part_terms(approved_by: str, material: Material, now: int) -> dict[str, Any]:
    """The fields of the part that are chosen or read; sizes and roots follow from the rows."""
    part, frame = material.part, material.frame
    task, body = part.task, part.task.body
    listed = "".join(f"{row.code}\n" for row in frame.rows).encode()
    total = body["total"]
    return {
        "part": part.part,
        "authority": body["lead"],
        "approved_by": approved_by,
        "authorities": list(task.authorities),
        "items": list(body["items"]),
        "tickets": part.tickets,
        "rotation": list(part.rotation),
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
                "order": each.order,
                "reserve_ratio": list(body["reserve_ratio"]),
                "steps": list(body["steps"]),
            }
            for each in frame.strata
        ],
        "seats": [{"authority": seat["authority"], "skills": sorted(set(seat["skills"]))} for seat in body["seats"]],
        "window": [day.isoformat() for day in task.window],
    }


def _terms(
    uow: UnitOfWork, found: Draw, parts: Sequence[PlannedPart], terms: Mapping[str, Any], secret: bytes
) -> dict[str, Any]:
    """The commitment's own fields: those of the draw's own task, and the most witnesses that one of the tasks asks."""
    task = _own(found, parts)
    body = task.body
    witnesses = newest(acts(uow.session, found, "witnessed"), "witnessed")
    before = replaced(uow.session, found, [task.number])
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
        "replaces": "" if before is None else before.number,
        "reason": terms.get("reason") or terms.get("shortage_accepted") or "",
        "prepared_by": found.prepared_by,
        "approved_by": staff_code(uow.actor),
        "frozen_at": moment(uow, found.authority),
        "close_at": terms["close_at"],
        "result_by": terms["result_by"],
        "publish_by": terms["publish_by"],
        "names": body["names"],
        "rows": body["rows"],
        "secret": [holds] if secret else [],
        "witnesses": [{"id": name, **act.body} for name, act in sorted(witnesses.items())],
        "witness_min": max(each.task.body["witness_min"] for each in parts),
        "attempts": list(terms["attempts"]),
    }


def _own(found: Draw, parts: Sequence[PlannedPart]) -> plans.Task:
    """The task under whose number the draw is registered."""
    return next(each.task for each in parts if each.task.number == found.task)


def _plan(
    found: Draw,
    parts: Sequence[PlannedPart],
    committed: Sequence[Mapping[str, Any]],
    cut_off: tuple[int, int],
) -> Document:
    """The plan of the draw's task as the register knows it: its cut-off, ratios and sources; then the joined tasks."""
    task = _own(found, parts)
    ratios = {part["part"]: _ratios(part) for part in committed}
    every = sorted(ratio for each in ratios.values() for ratio in each)
    return {
        "type": "plan",
        "plan": task.plan.number,
        "authority": task.body["lead"],
        "title": task.plan.body["names"]["zh"],
        "tasks": [
            _planned(task, every, cut_off),
            *(_planned(each.task, ratios[each.part], cut_off) for each in parts if each.task.number != task.number),
        ],
    }


def _planned(task: plans.Task, ratios: Sequence[Any], cut_off: tuple[int, int]) -> dict[str, Any]:
    """A task of the plan, with the sources that its plan fixes: the commitment is held to them."""
    sources = sorted({plans.source_named(source) for source in task.body["sources"]})
    return {
        "task": task.number,
        "cutoff": list(cut_off),
        "ratios": sorted(ratios),
        "sources": [list(each) for each in sources],
    }


def _ratios(part: Mapping[str, Any]) -> list[list[Any]]:
    return [[part["part"], each["stratum"], each["ratio"]] for each in part["strata"] if each["stratum"] != CARRIED]


def _keep(uow: UnitOfWork, found: Draw, parts: Sequence[PlannedPart], plan: Document, made: Document) -> None:
    """Store and register both documents; a plan that the register has already is not entered again.

    The register of each other authority has the commitment too, under that authority's own task.
    """
    said = add_document(uow, found, plan)
    entered = {each["digest"] for each in register_of(uow.session, found.authority) if each["kind"] == "plan"}
    persons = {"by": made["prepared_by"], "approved_by": made["approved_by"]}
    if said not in entered:
        enter(uow, found, "plan", said, **persons)
    kept = add_document(uow, found, made)
    enter(uow, found, "commitment", kept, **persons, reason=made["reason"])
    whose = [(each.authority, each.task.number) for each in parts]
    enter_elsewhere(uow, found, whose, "commitment", kept, **persons, reason=made["reason"])


def _keep_secret(uow: UnitOfWork, found: Draw, secret: bytes, salt_key: bytes, materials: Sequence[Material]) -> None:
    """What is never told, what is owed no longer, and the tasks that are now held."""
    tasks = {each.part.part: each.part.task.number for each in materials}
    add_act(uow, found, "frozen", body={"explained": sum(each.explained for each in materials), "tasks": tasks})
    audit_id = add_secrets(uow, found, secret, salt_key)
    for material in materials:
        carried = {material.rows.keys[row.code] for row in material.frame.rows if row.stratum == CARRIED}
        uow.session.add_all(
            DrawCarried(debt_id=debt, draw_id=found.id, audit_id=audit_id)
            for key in sorted(carried)
            for debt in material.debts[key]
        )
        uow.session.flush()
        plans.hold_task(uow, task=material.part.task.number, draw=found.number, held=True, audit_id=audit_id)
