"""Recording what happens to a recorded event: corrected, annulled, repaired, disputed or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from service.evidence import tables
from service.evidence.intake.acts import ActDraft, act_draft, act_of
from service.evidence.intake.checker import Fault
from service.evidence.intake.refusing import problem_of
from service.evidence.lifecycle import refusal
from service.evidence.queries.known import known_events
from service.platform import Problem, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.catalogue import Catalogue
    from service.evidence.lifecycle import Act
    from service.platform import Actor, UnitOfWork

_TARGET = """
SELECT e.id, e.entity_id, n.public_key, n.region, a.code, a.timezone
  FROM event e JOIN entity n ON n.id = e.entity_id JOIN authority a ON a.id = n.authority_id
 WHERE {which} FOR UPDATE OF e
"""
_BY_ID = text(_TARGET.format(which="e.id = :id"))
_BY_REFERENCE = text(_TARGET.format(which="e.source = :source AND e.source_ref = :source_ref"))


class Target(NamedTuple):
    """The event that an act is about, locked until the transaction ends."""

    id: int
    entity_id: int
    entity: str
    region: str
    authority: str
    timezone: str


class ActReceipt(NamedTuple):
    """What became of an act. ``held``: the same body was recorded before, under this number."""

    id: int
    event_id: int
    held: bool


def record_act(*, uow: UnitOfWork, event_id: int, body: Mapping[str, Any], catalogue: Catalogue) -> ActReceipt:
    """Record one act on an event.

    Raises:
        Problem: the body is wrong, the event is not there or out of scope, the reference is taken, or the act
            contradicts what is known of the event; nothing is recorded.
    """
    draft = act_draft(body)
    if isinstance(draft, list):
        raise problem_of(draft)
    target = target_of(uow.session, draft, event_id)
    if target is None:
        raise Problem("event_not_found", value=event_id)
    number = uow.next_audit_id()
    receipt = apply(uow.session, draft, target, catalogue, (uow.actor, uow.now, number))
    if isinstance(receipt, list):
        raise problem_of(receipt)
    if not receipt.held:
        detail = {"event": target.id, "act": draft.values["act"], "sha256": draft.digest.hex()}
        uow.audit("evidence.act_recorded", target.entity, detail, number=number)
        uow.mark([target.entity_id], "event")
    return receipt


def target_of(session: Session, draft: ActDraft, event_id: int | None = None) -> Target | None:
    """The event that a draft is about, locked; None where there is none."""
    if event_id is not None:
        row = session.execute(_BY_ID, {"id": event_id}).one_or_none()
    else:
        source, ref = draft.event or ("", "")
        row = session.execute(_BY_REFERENCE, {"source": source, "source_ref": ref}).one_or_none()
    return None if row is None else Target(*row)


def apply(
    session: Session, draft: ActDraft, target: Target, catalogue: Catalogue, by: tuple[Actor, datetime, int]
) -> ActReceipt | list[Fault]:
    """Insert the act under an audit number, unless it is held already or something speaks against it."""
    actor, now, audit_id = by
    if not actor.may_see(target.authority, target.region):
        return [Fault("/event", "out_of_scope")]
    held = _held(session, draft)
    if held is not None:
        return held if isinstance(held, list) else ActReceipt(held, target.id, held=True)
    act = _checked(session, draft, target, catalogue, local_day(now, target.timezone))
    if isinstance(act, list):
        return act
    row = {
        "event_id": target.id,
        "act": act.act,
        "acted_on": act.acted_on,
        "detail": dict(act.detail),
        "source": draft.values["source"],
        "source_ref": draft.values["source_ref"],
        "body_sha256": draft.digest,
        "audit_id": audit_id,
    }
    statement = insert(tables.EventAct).values(row).on_conflict_do_nothing().returning(tables.EventAct.id)
    number = session.execute(statement).scalar_one_or_none()
    if number is not None:
        return ActReceipt(number, target.id, held=False)
    again = _held(session, draft)  # another transaction took the reference meanwhile
    return ActReceipt(again, target.id, held=True) if isinstance(again, int) else again or []


def _checked(session: Session, draft: ActDraft, target: Target, catalogue: Catalogue, today: date) -> Act | list[Fault]:
    ((_, _, known),) = known_events(session, "id", [target.id], position=None)
    act = act_of(draft, known, catalogue, today)
    if isinstance(act, list):
        return act
    refused = refusal(known, act, today)
    return act if refused is None else [Fault(refused.pointer or "", refused.code, refused.params)]


_HELD = text("SELECT id, body_sha256 FROM event_act WHERE source = :source AND source_ref = :source_ref")


def _held(session: Session, draft: ActDraft) -> int | list[Fault] | None:
    """The number under which the same act is held; a fault where another one has its reference."""
    reference = {name: draft.values[name] for name in ("source", "source_ref")}
    row = session.execute(_HELD, reference).one_or_none()
    if row is None:
        return None
    if row.body_sha256 == draft.digest:
        return int(row.id)
    return [Fault("/source_ref", "reference_taken", {"source": reference["source"], "value": reference["source_ref"]})]
