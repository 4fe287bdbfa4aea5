"""Recording what an entity promised, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from service.evidence import tables
from service.evidence.bulk.jobs import GREATEST
from service.evidence.commitments import commitment_types
from service.evidence.intake.bodies import digest
from service.evidence.intake.commitment import CommitmentDraft, commitment_draft, outcome_values
from service.evidence.intake.draft import event_draft, source_faults
from service.evidence.intake.refusing import problem_of
from service.evidence.queries.commitments import commitment
from service.evidence.queries.records import entity_facts
from service.evidence.usecases.recording import record
from service.platform import Problem, local_day
from service.register import authorities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.catalogue import Catalogue
    from service.platform import UnitOfWork
    from service.register import EntityFacts

SOURCE: Final = "commitments"
"""Source of the events that outcomes become; their reference is the commitment's number and the outcome's turn."""
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('evidence.commitment', :id))")


class CommitmentReceipt(NamedTuple):
    """What became of a body. ``held``: the same was recorded before. ``event``: that an outcome became, if one."""

    id: int
    held: bool
    event: int | None = None


def record_commitment(*, uow: UnitOfWork, body: Mapping[str, Any], catalogue: Catalogue) -> CommitmentReceipt:
    """Record a commitment; it scores nothing before it has an outcome.

    Raises:
        Problem: the body is wrong, entity or authority unknown or out of scope, or the reference taken; nothing is
            recorded.
    """
    draft = commitment_draft(body, catalogue)
    faults = draft if isinstance(draft, list) else source_faults(draft.values["source"], uow.actor)
    if isinstance(draft, list) or faults:
        raise problem_of(faults)
    entity = _entity_of(uow, draft)
    held = _held(uow, draft)
    if held is not None:
        return held
    values = draft.values
    row = {
        "entity_id": entity.id,
        "body_sha256": draft.digest,
        "audit_id": uow.next_audit_id(),
        **{field: values[field] for field in ("source", "source_ref", "type", "made_on")},
        **{field: values.get(field) for field in ("text", "due_on")},
        "authority": values.get("authority", entity.authority),
        "kinds": list(values["kinds"]) if "kinds" in values else None,
    }
    statement = insert(tables.CreditCommitment).values(row).on_conflict_do_nothing()
    number = uow.session.execute(statement.returning(tables.CreditCommitment.id)).scalar_one_or_none()
    if number is None:  # another took the reference meanwhile
        uow.abandon()
        return _held(uow, draft) or CommitmentReceipt(0, held=True)
    detail = {"source": values["source"], "source_ref": values["source_ref"], "sha256": draft.digest.hex()}
    uow.audit("evidence.commitment_recorded", entity.key, detail, number=row["audit_id"])
    return CommitmentReceipt(number, held=False)


def settle_commitment(
    *, uow: UnitOfWork, commitment_id: int, body: Mapping[str, Any], catalogue: Catalogue
) -> CommitmentReceipt:
    """Record what became of a commitment; kept and broken become an event in the same transaction.

    Raises:
        Problem: the body is wrong, the commitment is not there, out of scope or settled in another way, the caller is
            no person, or the event cannot be; nothing is recorded.
    """
    if uow.actor.kind == "job":
        raise Problem("outcome_by_a_person")
    values = outcome_values(body)
    if isinstance(values, list):
        raise problem_of(values)
    if commitment_id > GREATEST:
        raise Problem("commitment_not_found", value=commitment_id)
    uow.session.execute(_LOCK, {"id": commitment_id})
    known = commitment(uow.session, commitment_id, uow.now)
    if known is None:
        raise Problem("commitment_not_found", value=commitment_id)
    if not uow.actor.may_see(known.supervisor, known.region):
        raise Problem("out_of_scope")
    if known.outcome is not None:
        return _again(known, values)
    _check_day(known, values)
    event = _event_of(uow, known, values, catalogue)
    row = {
        "commitment_id": commitment_id,
        "outcome": values["outcome"],
        "settled_on": values["on"],
        "basis": values["basis"],
        "case_ref": values.get("case_ref"),
        "event_id": event,
        "audit_id": uow.next_audit_id(),
    }
    uow.session.execute(insert(tables.CreditCommitmentOutcome).values(row))
    told = {"commitment": commitment_id, "outcome": values["outcome"], "event": event}
    detail = {**told, "sha256": digest(values).hex()}
    uow.audit("evidence.commitment_settled", known.entity, detail, number=row["audit_id"])
    return CommitmentReceipt(commitment_id, held=False, event=event)


def _entity_of(uow: UnitOfWork, draft: CommitmentDraft) -> EntityFacts:
    values = draft.values
    entity = entity_facts(uow.session, values["entity"])
    if entity is None:
        raise Problem("unknown_entity", pointer="/entity", entity=values["entity"])
    if not uow.actor.may_see(entity.authority, entity.region):
        raise Problem("out_of_scope", pointer="/entity")
    named = values.get("authority")
    if named is not None and named not in {row.code for row in authorities(uow.session)}:
        raise Problem("entity_authority_unknown", pointer="/authority", authority=named)
    today = local_day(uow.now, entity.timezone)
    if values["made_on"] > today:
        raise Problem("date_in_future", pointer="/made_on", value=values["made_on"], today=today)
    return entity


def _held(uow: UnitOfWork, draft: CommitmentDraft) -> CommitmentReceipt | None:
    """The number under which the same commitment is held; a problem where another one has its reference."""
    row, values = tables.CreditCommitment, draft.values
    found = uow.session.execute(
        select(row.id, row.body_sha256).where(row.source == values["source"], row.source_ref == values["source_ref"])
    ).one_or_none()
    if found is None:
        return None
    if found.body_sha256 != draft.digest:
        raise Problem("reference_taken", pointer="/source_ref", source=values["source"], value=values["source_ref"])
    return CommitmentReceipt(found.id, held=True)


def _again(known: Any, values: Mapping[str, Any]) -> CommitmentReceipt:  # noqa: ANN401 - a row of commitments.sql
    """The same outcome again is held; another one is refused while the first stands."""
    same = (known.outcome, known.settled_on, known.basis, known.case_ref) == (
        values["outcome"],
        values["on"],
        values["basis"],
        values.get("case_ref"),
    )
    if not same:
        raise Problem("commitment_settled", outcome=known.outcome, on=known.settled_on)
    return CommitmentReceipt(known.id, held=True, event=known.event_id)


def _check_day(known: Any, values: Mapping[str, Any]) -> None:  # noqa: ANN401 - a row of commitments.sql
    if values["on"] < known.made_on:
        raise Problem("outcome_before_commitment", pointer="/on", value=values["on"], made=known.made_on)
    if values["on"] > known.today:
        raise Problem("date_in_future", pointer="/on", value=values["on"], today=known.today)


def _event_of(uow: UnitOfWork, known: Any, values: Mapping[str, Any], catalogue: Catalogue) -> int | None:  # noqa: ANN401 - a row of commitments.sql
    """The event that an outcome becomes, recorded and marked; None where it becomes none."""
    code = commitment_types()[known.type].events.get(values["outcome"])
    if code is None:
        return None
    outcome = tables.CreditCommitmentOutcome
    earlier = uow.session.scalar(select(func.count()).where(outcome.commitment_id == known.id))
    draft = event_draft(
        {
            "source": SOURCE,
            "source_ref": f"{known.id}:{(earlier or 0) + 1}",
            "entity": known.entity,
            "code": code,
            "decided_on": values["on"].isoformat(),
            "case_ref": values.get("case_ref"),
            "kinds": known.kinds,
            "attributes": {"commitment": str(known.id), "basis": values["basis"]},
        },
        catalogue,
    )
    if isinstance(draft, list):
        raise TypeError(f"the type {known.type} makes no event: {draft}")
    try:
        return record(uow=uow, draft=draft).id
    except Problem as problem:
        problem.pointer = "/on" if problem.pointer == "/decided_on" else problem.pointer
        raise
