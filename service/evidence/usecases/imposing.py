"""Recording measures that rest upon a record, and the orders that lift them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.evidence import tables
from service.evidence.bulk.jobs import GREATEST
from service.evidence.intake.applying import hold
from service.evidence.intake.draft import source_faults
from service.evidence.intake.measure import MeasureDraft, lifting_values, measure_draft
from service.evidence.intake.refusing import problem_of
from service.evidence.intake.telling import Told, tell_measure
from service.evidence.queries.measures import measure
from service.evidence.queries.records import event_record
from service.evidence.usecases.lifting import Happened, write_act
from service.platform import Problem, local_day
from service.register import authorities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.queries.records import EventRecord
    from service.platform import UnitOfWork
    from service.register import EntityFacts


class MeasureReceipt(NamedTuple):
    """What became of a measure or its lifting. ``held``: the same was recorded before."""

    id: int
    held: bool


def impose_measure(*, uow: UnitOfWork, body: Mapping[str, Any]) -> MeasureReceipt:
    """Record a measure that was ordered because of a record.

    Raises:
        Problem: the body is wrong, the record is not there, out of scope, a warning, struck or repaired, the authority
            unknown, the first day before the decision, or the reference taken; nothing is recorded.
    """
    draft = measure_draft(body)
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    values = draft.values
    if not 0 < values["record"] <= GREATEST:
        raise Problem("event_not_found", pointer="/record", value=values["record"])
    hold(uow.session, values["record"])
    found = event_record(uow.session, values["record"])
    if found is None:
        raise Problem("event_not_found", pointer="/record", value=values["record"])
    record, entity = found
    if not uow.actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope", pointer="/record")
    held = _held(uow, draft)
    if held is not None:
        return held
    _refuse_unfit(uow, values, record)
    row = {
        "event_id": record.id,
        "body_sha256": draft.digest,
        "audit_id": uow.next_audit_id(),
        **{name: values[name] for name in ("source", "source_ref", "kind", "basis", "document", "starts_on")},
        "authority": values.get("authority", entity.authority),
        "ends_on": values.get("ends_on"),
    }
    statement = insert(tables.Measure).values(row).on_conflict_do_nothing().returning(tables.Measure.id)
    number = uow.session.execute(statement).scalar_one_or_none()
    if number is None:  # meanwhile, on another record: those on this one wait for the lock
        raise _taken(draft)
    _told(uow, entity, draft, row["audit_id"])
    last = None if row["ends_on"] is None else row["ends_on"].isoformat()
    said = Told("imposed", number, record.id, row["kind"], row["starts_on"], until=last)
    tell_measure(uow.session, entity.key, said, uow.now)
    return MeasureReceipt(number, held=False)


def lift_measure(*, uow: UnitOfWork, measure_id: int, body: Mapping[str, Any]) -> MeasureReceipt:
    """Record the order that lifts a measure, from a day on; by another person than recorded the measure.

    Raises:
        Problem: the body is wrong, ``measure_not_found``, ``out_of_scope``, ``measure_same_person``,
            ``measure_lifted``, ``measure_lifted_before_start``, ``date_in_future``; nothing is recorded.
    """
    values = lifting_values(body)
    if isinstance(values, list):
        raise problem_of(values)
    found = measure(uow.session, measure_id, uow.now)
    if found is None:
        raise Problem("measure_not_found", value=measure_id)
    if not uow.actor.may_see(found.supervisor, found.region):
        raise Problem("out_of_scope")
    hold(uow.session, found.record)
    found = measure(uow.session, measure_id, uow.now)
    today = local_day(uow.now, _zone(uow, found.supervisor))
    last = found.acts[-1] if found.acts else None
    if last is not None and last["act"] == "lifted":
        same = (last["cause"], last["on"], last["reference"], last["reason"])
        if same != ("order", values["on"].isoformat(), values["reference"], values["reason"]):
            raise Problem("measure_lifted", on=last["on"], reference=last["reference"])
        return MeasureReceipt(measure_id, held=True)
    if found.person in uow.actor.hands:
        raise Problem("measure_same_person")
    if values["on"] > today:
        raise Problem("date_in_future", pointer="/on", value=values["on"], today=today)
    if values["on"] < found.starts_on:
        raise Problem("measure_lifted_before_start", pointer="/on", value=values["on"], starts=found.starts_on)
    write_act(uow, found, "lifted", Happened("order", values["reference"], values["on"], values["reason"]))
    return MeasureReceipt(measure_id, held=False)


def _refuse_unfit(uow: UnitOfWork, values: Mapping[str, Any], record: EventRecord) -> None:
    """A measure rests upon a final decision that stands, and does not begin before it."""
    event = record.known.event
    if record.known.withdrawn_on is not None:
        raise Problem("event_withdrawn", pointer="/record", on=record.known.withdrawn_on)
    if event.annulled_on is not None:
        raise Problem("event_annulled", pointer="/record", on=event.annulled_on)
    if not event.final:
        raise Problem("measure_of_warning", pointer="/record")
    if event.repaired_on is not None:
        raise Problem("measure_of_repaired", pointer="/record", on=event.repaired_on)
    if values["starts_on"] < event.decided_on:
        params = {"value": values["starts_on"], "decided": event.decided_on}
        raise Problem("measure_before_decision", pointer="/starts_on", **params)
    named = values.get("authority")
    if named is not None and named not in {row.code for row in authorities(uow.session)}:
        raise Problem("entity_authority_unknown", pointer="/authority", authority=named)


def _held(uow: UnitOfWork, draft: MeasureDraft) -> MeasureReceipt | None:
    """The number under which the same measure is held; a problem where another one has its reference."""
    row, values = tables.Measure, draft.values
    wanted = select(row.id, row.body_sha256).where(
        row.source == values["source"], row.source_ref == values["source_ref"]
    )
    found = uow.session.execute(wanted).one_or_none()
    if found is None:
        return None
    if found.body_sha256 != draft.digest:
        raise _taken(draft)
    return MeasureReceipt(found.id, held=True)


def _taken(draft: MeasureDraft) -> Problem:
    source, ref = draft.values["source"], draft.values["source_ref"]
    return Problem("reference_taken", pointer="/source_ref", source=source, value=ref)


def _told(uow: UnitOfWork, entity: EntityFacts, draft: MeasureDraft, number: int) -> None:
    named = {name: draft.values[name] for name in ("source", "source_ref", "record")}
    uow.audit("evidence.measure_imposed", entity.key, {**named, "sha256": draft.digest.hex()}, number=number)


def _zone(uow: UnitOfWork, authority: str) -> str:
    return next(row.timezone for row in authorities(uow.session) if row.code == authority)
