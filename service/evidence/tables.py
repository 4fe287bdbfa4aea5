"""Tables of evidence. What is recorded is never rewritten: only a bulk job, which is no evidence, moves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from service.platform import Base


class DecisionKind(Base):
    """A kind of decision; only ``final`` ones score. Insert-only."""

    __tablename__ = "decision_kind"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    final: Mapped[bool]
    offence: Mapped[bool]
    penalty: Mapped[bool]
    before_establishment: Mapped[str]
    after_deregistration: Mapped[str]


class EventCode(Base):
    """A code that events may carry; ``kinds``: the decision kinds it goes with, the usual one first. Insert-only."""

    __tablename__ = "event_code"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))


class EventSeverity(Base):
    """A severity by which some edition that was put in force weighs a code. Insert-only."""

    __tablename__ = "event_severity"

    code: Mapped[str] = mapped_column(primary_key=True)
    severity: Mapped[str] = mapped_column(primary_key=True)


class Occasion(Base):
    """One inspection as such, with or without findings. Insert-only.

    ``probability``: in billionths, with which a random draw took the entity; null where none did or none is known.
    """

    __tablename__ = "occasion"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(index=True)
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    type: Mapped[str]
    held_on: Mapped[date] = mapped_column(Date)
    closed: Mapped[bool]
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    probability: Mapped[int | None]
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("source", "source_ref"),
        CheckConstraint("probability BETWEEN 1 AND 1000000000", "probability"),
    )


class Event(Base):
    """One decision about an entity as it was received; ``value`` in hundredths. Insert-only: acts follow as rows.

    ``kinds`` null: every kind held. ``attributes`` null: none.
    """

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(index=True)
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    decision_kind: Mapped[str]
    code: Mapped[str]
    severity: Mapped[str | None]
    decided_on: Mapped[date] = mapped_column(Date)
    final: Mapped[bool]
    value: Mapped[int | None]
    occasion_id: Mapped[int | None]
    case_ref: Mapped[str | None]
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    corrected_on: Mapped[date | None] = mapped_column(Date)
    performed_on: Mapped[date | None] = mapped_column(Date)
    publicity_ends_on: Mapped[date | None] = mapped_column(Date)
    attributes: Mapped[dict[str, Any] | None]
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("source", "source_ref"),)


_MOVED = text("act = 'correction' AND detail -> 'changes' ? 'decision_kind'")
"""Corrections that move an event to another kind of decision."""


class EventAct(Base):
    """Something that happened to a recorded event: corrected, annulled, repaired, disputed… Insert-only."""

    __tablename__ = "event_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[int] = mapped_column(index=True)
    act: Mapped[str]
    acted_on: Mapped[date] = mapped_column(Date)
    detail: Mapped[dict[str, Any]]
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("source", "source_ref"),
        Index("ix_event_act_moved", "event_id", postgresql_where=_MOVED),
    )


class EventActProposal(Base):
    """An act that one person proposed; ``body`` as it was sent, ``person`` as ``kind:id``. Insert-only."""

    __tablename__ = "event_act_proposal"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[int] = mapped_column(index=True)
    body: Mapped[dict[str, Any]]
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    person: Mapped[str]
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("source", "source_ref"),)


class EventActDecision(Base):
    """What another person decided of a proposed act; ``act_id``: what it became, where confirmed. Insert-only."""

    __tablename__ = "event_act_decision"

    proposal_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[str]
    reason: Mapped[str]
    person: Mapped[str]
    act_id: Mapped[int | None]
    audit_id: Mapped[int]


class BulkFile(Base):
    """A received file: its size and the SHA-256 of its bytes as sent. Insert-only."""

    __tablename__ = "bulk_file"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(index=True)
    size: Mapped[int]


class BulkChunk(Base):
    """A piece of a received file, in order. Insert-only."""

    __tablename__ = "bulk_chunk"

    file_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    bytes: Mapped[bytes]


class BulkJob(Base):
    """A file being worked off. ``rows`` and ``position`` are committed with the rows they count: a crash resumes there.

    ``read_rows`` and ``read_position``: how far a try of all or none has read, of which nothing is kept yet.
    ``state``: queued, running, done, refused (nothing kept). ``audit_id``: the audit row that the file's rows carry;
    it is set aside when the work begins and written when it ends. ``workbook_sha256``: of the workbook as it was sent,
    where the file is the CSV that was read from one.
    """

    __tablename__ = "bulk_job"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    file_id: Mapped[int]
    format: Mapped[str]
    compressed: Mapped[bool]
    field_map: Mapped[str | None]
    mode: Mapped[str]
    actor: Mapped[dict[str, Any]]
    state: Mapped[str]
    audit_id: Mapped[int | None]
    rows: Mapped[int]
    stored: Mapped[int]
    held: Mapped[int]
    refused: Mapped[int]
    warned: Mapped[int]
    position: Mapped[int]
    read_rows: Mapped[int]
    read_position: Mapped[int]
    size: Mapped[int]
    tree: Mapped[dict[str, Any]]
    bounds: Mapped[dict[str, Any]]
    problem: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    workbook_sha256: Mapped[bytes | None]
    __table_args__ = (
        Index(None, "state", "id"),
        Index("ix_bulk_job_actor_id", text("(actor ->> 'kind')"), text("(actor ->> 'id')"), "id"),
    )


class BulkRowError(Base):
    """What is wrong with one row of a file, or only remarkable (``refused`` false). Insert-only."""

    __tablename__ = "bulk_row_error"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    job_id: Mapped[int]
    row: Mapped[int]
    pointer: Mapped[str]
    code: Mapped[str]
    refused: Mapped[bool]
    params: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "job_id", "row", "id"),)


class CreditCommitment(Base):
    """What an entity promised an authority (信用承诺). Insert-only: its outcome is a row of its own.

    ``kinds`` null: every kind held. ``due_on`` null: no day by which it must be kept.
    """

    __tablename__ = "credit_commitment"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(index=True)
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    type: Mapped[str]
    text: Mapped[str | None]
    made_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    authority: Mapped[str]
    kinds: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("source", "source_ref"),)


class CreditCommitmentOutcome(Base):
    """What became of a commitment: kept, broken or withdrawn; ``event_id``: the event that says so. Insert-only.

    The last one counts whose event was neither annulled nor withdrawn.
    """

    __tablename__ = "credit_commitment_outcome"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    commitment_id: Mapped[int] = mapped_column(index=True)
    outcome: Mapped[str]
    settled_on: Mapped[date] = mapped_column(Date)
    basis: Mapped[str]
    case_ref: Mapped[str | None]
    event_id: Mapped[int | None]
    audit_id: Mapped[int]


class Measure(Base):
    """What was ordered against an entity because of a record, which names the entity (管理措施). Insert-only.

    ``document``: the order itself. ``ends_on``: its last day; null: until it is lifted.
    """

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[int] = mapped_column(index=True)
    source: Mapped[str]
    source_ref: Mapped[str]
    body_sha256: Mapped[bytes]
    kind: Mapped[str]
    basis: Mapped[str]
    document: Mapped[str]
    authority: Mapped[str]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("source", "source_ref"),)


class MeasureAct(Base):
    """That a measure was lifted, suspended up to ``until`` (that day included) or restored. Insert-only.

    ``cause`` and ``reference``: what did it, such as a case of repair; ``event_act_id``: the annulment that did.
    """

    __tablename__ = "measure_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    measure_id: Mapped[int] = mapped_column(index=True)
    act: Mapped[str]
    acted_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    cause: Mapped[str]
    reference: Mapped[str]
    reason: Mapped[str]
    event_act_id: Mapped[int | None]
    audit_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("act IN ('lifted', 'suspended', 'restored')", "act"),
        CheckConstraint("cause IN ('repair', 'annulment', 'order')", "cause"),
    )
