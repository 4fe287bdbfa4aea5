"""An act held against the event it is about, and inserted: shared by single acts and by files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from service.evidence import tables
from service.evidence.catalogue import ended_by
from service.evidence.intake.acts import ActDraft, act_of
from service.evidence.intake.checker import Fault
from service.evidence.intake.draft import RESERVED, unknown_severity
from service.evidence.intake.judgement import outside_life
from service.evidence.intake.lifting import lift_with
from service.evidence.intake.telling import tell
from service.evidence.intake.two_persons import says_another_day
from service.evidence.lifecycle import EFFECTS, refusal
from service.evidence.queries.known import known_events
from service.platform import local_day
from service.register import facts

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.evidence.catalogue import Catalogue
    from service.evidence.lifecycle import Act, Known
    from service.platform import Actor

_TARGET = """
SELECT e.id, e.entity_id, n.public_key, n.region, a.code, a.timezone
  FROM event e JOIN entity n ON n.id = e.entity_id JOIN authority a ON a.id = n.authority_id
 WHERE {which}
"""
_BY_ID = text(_TARGET.format(which="e.id = :id"))
_BY_REFERENCE = text(_TARGET.format(which="e.source = :source AND e.source_ref = :source_ref"))


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('evidence.event', :event))")


class Target(NamedTuple):
    """The event that an act is about."""

    id: int
    entity_id: int
    entity: str
    region: str
    authority: str
    timezone: str


class ActReceipt(NamedTuple):
    """What became of an act. ``held``: the same body was recorded before, under this number.

    ``warnings``: what is remarkable about a correction, which keeps nothing from being recorded.
    """

    id: int
    event_id: int
    held: bool
    warnings: tuple[Fault, ...] = ()


class Foreseen(NamedTuple):
    """What recording an act would say by now: what speaks against it, else what is remarkable about it."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def target_of(session: Session, draft: ActDraft, event_id: int | None = None) -> Target | None:
    """The event that a draft is about; None where there is none."""
    if event_id is not None:
        row = session.execute(_BY_ID, {"id": event_id}).one_or_none()
    else:
        source, ref = draft.event or ("", "")
        row = session.execute(_BY_REFERENCE, {"source": source, "source_ref": ref}).one_or_none()
    return None if row is None else Target(*row)


def hold(session: Session, event_id: int) -> None:
    """Acts on one event and its measures take turns, so that each is held against all before it."""
    session.execute(_LOCK, {"event": event_id})


def apply(
    session: Session,
    draft: ActDraft,
    target: Target,
    catalogue: Catalogue,
    by: tuple[Actor, datetime, int],
    *,
    confirmed: bool = False,
) -> ActReceipt | list[Fault]:
    """Insert the act under an audit number, unless it is held already or something speaks against it.

    ``confirmed``: another person proposed it. Without that, what takes two in the light of the event is
    ``act_takes_two``.
    """
    actor, now, audit_id = by
    if not actor.may_see(target.authority, target.region):
        return [Fault("/event", "out_of_scope")]
    hold(session, target.id)
    held = _held(session, draft, target)
    if held is not None:
        return held if isinstance(held, list) else ActReceipt(held, target.id, held=True)
    act = _checked(session, draft, target, catalogue, local_day(now, target.timezone))
    if isinstance(act, list):
        return act
    own = draft.values["source"] in RESERVED
    if not (confirmed or own) and says_another_day(_known(session, target), act, actor):
        return [Fault("/act", "act_takes_two")]
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
        if act.act == "annulment":
            lift_with(session, number, target.entity, now)
        tell(session, target, act, (row["source"], row["source_ref"]), now)
        return ActReceipt(number, target.id, held=False, warnings=_remarks(_known(session, target), act, catalogue))
    return _taken(draft)  # meanwhile, for another event: those for this one wait for the lock


def foreseen(
    session: Session, draft: ActDraft, target: Target, catalogue: Catalogue, by: tuple[Actor, datetime]
) -> Foreseen:
    """What would be said of an act by now, besides that it is held already; nothing is inserted."""
    actor, now = by
    if not actor.may_see(target.authority, target.region):
        return Foreseen((Fault("/event", "out_of_scope"),))
    held = _held(session, draft, target)
    if isinstance(held, list):
        return Foreseen(tuple(held))
    act = _checked(session, draft, target, catalogue, local_day(now, target.timezone))
    if isinstance(act, list):
        return Foreseen(tuple(act))
    after = EFFECTS[act.act](_known(session, target), act)
    return Foreseen(warnings=_remarks(after, act, catalogue))


def _checked(session: Session, draft: ActDraft, target: Target, catalogue: Catalogue, today: date) -> Act | list[Fault]:
    known = _known(session, target)
    act = act_of(draft, known, catalogue, today)
    if isinstance(act, list):
        return act
    refused = refusal(known, act, today)
    if refused is not None:
        return [Fault(refused.pointer or "", refused.code, refused.params)]
    return _moved_out_of_life(session, target, known, act, catalogue) or act


def _known(session: Session, target: Target) -> Known:
    ((_, _, known),) = known_events(session, "id", [target.id], position=None)
    return known


def _remarks(after: Known, act: Act, catalogue: Catalogue) -> tuple[Fault, ...]:
    """Whether a correction leaves the event with a severity that no edition weighs its code by."""
    changed = [name for name in ("severity", "code") if name in act.detail.get("changes", ())]
    if not changed:
        return ()
    return unknown_severity(f"/changes/{changed[0]}", after.event.code, after.event.severity, catalogue)


def _moved_out_of_life(session: Session, target: Target, known: Known, act: Act, catalogue: Catalogue) -> list[Fault]:
    """What a correction moves out of the entity's life is refused as it would have been when it came in."""
    if not {"decided_on", "decision_kind"} & set(act.detail.get("changes", ())):
        return []
    after = EFFECTS[act.act](known, act)
    entity = facts(session, [target.entity_id], position=None)[target.entity_id]
    ended = entity.status_on if entity.status in ended_by() else None
    kind = catalogue.kinds[after.decision_kind]
    found = outside_life("/changes/decided_on", after.event.decided_on, kind, entity.established_on, ended)
    return [fault for refuse, fault in found if refuse]


_HELD = text("SELECT id, event_id, body_sha256 FROM event_act WHERE source = :source AND source_ref = :source_ref")


def _held(session: Session, draft: ActDraft, target: Target) -> int | list[Fault] | None:
    """The number under which the same act is held; a fault where another one has its reference."""
    reference = {name: draft.values[name] for name in ("source", "source_ref")}
    row = session.execute(_HELD, reference).one_or_none()
    if row is None:
        return None
    return int(row.id) if (row.body_sha256, row.event_id) == (draft.digest, target.id) else _taken(draft)


def _taken(draft: ActDraft) -> list[Fault]:
    params = {"source": draft.values["source"], "value": draft.values["source_ref"]}
    return [Fault("/source_ref", "reference_taken", params)]
