"""Acts of publishing and taking down: what somebody did, where and on which day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.platform import Problem
from service.publicity.queries import one_record
from service.publicity.recipients import refuse_foreign
from service.publicity.tables import PublicationAct

if TYPE_CHECKING:
    from datetime import date

    from scoring.publicity import Done
    from service.platform import UnitOfWork
    from service.publicity.reading import Published

_HELD = text("SELECT pg_advisory_xact_lock(hashtextextended('publication:' || :event, 0))")
SHOWING = frozenset({"publish", "forward"})
TOLD = {"publish": "publication.published", "update": "publication.updated", "withdraw": "publication.withdrawn"}
"""Topics of the outbox."""


def record_publication_act(
    *, uow: UnitOfWork, event: int, act: str, place: str, done_on: date, reference: str | None, reason: str | None
) -> int:
    """Record what was done about a record; returns the number of the act.

    Args:
        uow: of a handler or approver in whose scope the entity is.
        event: number of the decision.
        act: as `PublicationAct` has them.
        place: where, such as the key of a platform.
        done_on: the day on which it was done.
        reference: where it can be seen, such as an address or a number.
        reason: why; needed to take down what the law still shows, or showed on that day.

    Raises:
        Problem: ``publication_record_unknown``, ``out_of_scope``, ``publication_day_impossible``,
            ``publication_before_last``, ``publication_place_foreign``: a place that speaks for itself confirms by
            itself; ``publication_not_shown_by_law``, ``publication_twice``, ``publication_not_there``,
            ``publication_still_due``.
    """
    if act == "acknowledge":
        refuse_foreign(uow.session, uow.actor, place)
    hold(uow, event)
    found = one_record(uow.session, event, now=uow.now)
    if found is None:
        raise Problem("publication_record_unknown", event=event)
    if not uow.actor.may_see(found.entity.authority, found.entity.region):
        raise Problem("out_of_scope")
    if not found.record.decided_on <= done_on <= found.as_of:
        raise Problem(
            "publication_day_impossible", pointer="/done_on", decided=found.record.decided_on, today=found.as_of
        )
    _refuse_earlier(found, place, done_on)
    _refuse(found, act, place, reason)
    if act == "withdraw" and not reason:
        _refuse_antedated(uow, event, done_on)
    return write_act(uow, found, act, place=place, done_on=done_on, reference=reference, reason=reason).id


def hold(uow: UnitOfWork, event: int) -> None:
    """Let nobody else act on a record until this transaction is over."""
    uow.session.execute(_HELD, {"event": str(event)})


def write_act(
    uow: UnitOfWork, found: Published, act: str, *, place: str, done_on: date, reference: str | None, reason: str | None
) -> PublicationAct:
    """Write an act that may be, with its entry in the ledger, and tell it."""
    event = found.decision.event
    detail = {"event": event, "act": act, "place": place, "done_on": done_on.isoformat(), "reference": reference}
    audit_id = uow.audit(f"publicity.{act}", found.entity.key, detail)
    row = PublicationAct(
        event_id=event,
        act=act,
        place=place,
        done_on=done_on,
        reference=reference,
        reason=reason,
        person=f"{uow.actor.kind}:{uow.actor.id}",
        audit_id=audit_id,
    )
    uow.session.add(row)
    uow.session.flush()
    if act in TOLD:
        after = one_record(uow.session, event, now=uow.now)
        state = found.standing.state if after is None else after.standing.state
        told = {"entity": found.entity.key, "place": place, "done_on": done_on.isoformat(), "state": state}
        uow.publish(TOLD[act], str(event), told)
    return row


def _refuse_earlier(found: Published, place: str, done_on: date) -> None:
    """What is done at a place follows what was done there before."""
    last = max((one.on for one in found.record.acts if one.place == place), default=done_on)
    if done_on < last:
        raise Problem("publication_before_last", pointer="/done_on", place=place, last=last)


def _refuse_antedated(uow: UnitOfWork, event: int, done_on: date) -> None:
    """Who says that a record was taken down while the law showed it says why: else a late one is hidden by its date."""
    then = one_record(uow.session, event, now=uow.now, as_of=done_on)
    if then is not None and then.standing.state in {"due", "public"}:
        raise Problem("publication_still_due", pointer="/reason", until=then.standing.ends_on or "–")


def _refuse(found: Published, act: str, place: str, reason: str | None) -> None:
    """Whether the act contradicts what the law says or what was done before."""
    shown, held, last = _at(found.record.acts, place)
    state = found.standing.state
    if act in SHOWING and state not in {"due", "public"}:
        raise Problem(
            "publication_not_shown_by_law",
            state=state,
            reason=found.standing.reasons[0].code,
            edition=found.standing.edition,
        )
    if act == "publish" and shown:
        raise Problem("publication_twice", place=place)
    there = held if act == "withdraw" else shown
    if act in {"update", "withdraw", "mark"} and not there:
        raise Problem("publication_not_there", place=place)
    if act == "withdraw" and state in {"due", "public"} and not reason:
        raise Problem("publication_still_due", pointer="/reason", until=found.standing.ends_on)
    may_confirm = last == "withdraw" or (held and not shown and state not in {"due", "public"})
    if act == "acknowledge" and not may_confirm:
        raise Problem("publication_not_there", place=place)


def _at(acts: tuple[Done, ...], place: str) -> tuple[bool, bool, str | None]:
    """Whether the record is shown at a place, whether it is held there at all, and the last thing done there."""
    own = [one.act for one in acts if one.place == place]
    showing = [act for act in own if act in {"publish", "withdraw"}]
    holding = [act for act in own if act in {"publish", "forward", "withdraw", "acknowledge"}]
    shown, held = (bool(them) and them[-1] in {"publish", "forward"} for them in (showing, holding))
    return shown, held or shown, own[-1] if own else None
