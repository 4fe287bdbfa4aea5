"""Tables of visits. A visit, a proposal and an order have a head that acts move; all else is insert-only."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base

STATES = (
    "dispatched",
    "off_site",
    "on_site",
    "recorded",
    "signed",
    "audited",
    "published",
    "cancelled",
    "replaced",
)
"""The life of a visit in order; the last two are side exits."""
UNDER_WAY = ("off_site", "on_site")
RECORDED = ("recorded", "signed", "audited", "published")
"""States of a visit that has its record: what was said before is still answered for, and nothing new is taken."""


class VisitRow(Base):
    """One visit (检查) to one entity. ``checklist``: entries as ``checklist.entries_of`` writes them.

    ``present``: inspectors who came; ``held_on``: the day they did; ``order_id``: of a re-check. ``merged_into``: the
    visit that it has become part of, itself with what it brought; ``own``: what the other one brought itself, while
    others are part of it.
    """

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    entity_id: Mapped[int]
    entity_key: Mapped[str]
    year: Mapped[int]
    task: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[str]
    type: Mapped[str]
    authority: Mapped[str]
    authorities: Mapped[tuple[str, ...]]
    kind: Mapped[str | None]
    tier: Mapped[str | None]
    method: Mapped[str]
    checklist: Mapped[dict[str, Any]]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    deadline: Mapped[date] = mapped_column(Date)
    reason: Mapped[str | None]
    state: Mapped[str]
    present: Mapped[tuple[str, ...]]
    held_on: Mapped[date | None] = mapped_column(Date)
    order_id: Mapped[int | None]
    merged_into: Mapped[int | None] = mapped_column(index=True)
    own: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    opened_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("source", "entity_id"),
        Index(None, "entity_id", "year"),
        Index(None, "authority", "state", "id"),
        Index(None, "state", "last_day"),
        CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), "state"),
    )


class VisitLedger(Base):
    """The visits of an entity in a year, held while one is permitted. ``taken``: as last permitted."""

    __tablename__ = "visit_ledger"

    entity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken: Mapped[int]


class VisitAct(Base):
    """One step in the life of a visit, and who took it. ``inspector``: staff code, where it was one."""

    __tablename__ = "visit_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    act: Mapped[str]
    person: Mapped[str]
    inspector: Mapped[str | None]
    reason: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    taken_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        Index(None, "visit_id", "id"),
        Index("ix_visit_act_recusal", "visit_id", postgresql_where=text("act = 'recusal_asked'")),
    )


class VisitMember(Base):
    """Who sits on a seat of a visit's team ("": nobody); the newest row of a seat counts. Seat 0 leads."""

    __tablename__ = "visit_member"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    seat: Mapped[int]
    inspector: Mapped[str]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "visit_id", "seat", "id"), Index(None, "inspector", "visit_id"))


class VisitEntryCode(Base):
    """A code that the entity scans before inspectors enter; only its digest is kept."""

    __tablename__ = "visit_entry_code"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    inspectors: Mapped[tuple[str, ...]]
    expires_at: Mapped[datetime]
    audit_id: Mapped[int]


class VisitFinding(Base):
    """What one inspector found at one entry of the checklist. ``settles``: the lead's word between several.

    ``noted_at``: by the device's clock; ``client_id``: the device's own, so that sending again does nothing.
    """

    __tablename__ = "visit_finding"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    client_id: Mapped[str]
    item: Mapped[str]
    entry: Mapped[str]
    result: Mapped[str]
    severity: Mapped[str | None]
    note: Mapped[str | None]
    files: Mapped[tuple[str, ...]]
    inspector: Mapped[str]
    settles: Mapped[bool]
    noted_at: Mapped[datetime]
    received_at: Mapped[datetime]
    body_sha256: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("visit_id", "client_id"),
        CheckConstraint("result IN ('pass', 'fail', 'not_applicable')", "result"),
    )


class VisitFile(Base):
    """A file of evidence that belongs to a visit."""

    __tablename__ = "visit_file"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(ForeignKey("stored_file.sha256"), primary_key=True)
    inspector: Mapped[str]
    audit_id: Mapped[int]


class VisitRecord(Base):
    """The record of a visit as inspectors sign it: canonical JSON and its digest; the newest counts."""

    __tablename__ = "visit_record"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    result: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "visit_id", "id"),)


class VisitSignature(Base):
    """An inspector's signature under a record."""

    __tablename__ = "visit_signature"

    record_id: Mapped[int] = mapped_column(ForeignKey("visit_record.id"), primary_key=True)
    inspector: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    signed_at: Mapped[datetime]
    audit_id: Mapped[int]


class VisitRefusal(Base):
    """An entity of a draw or task that could not be visited, and why; the newest row of an entity counts.

    ``code``: of the problem; "" once nobody is to be visited there any more.
    """

    __tablename__ = "visit_refusal"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    source: Mapped[str]
    task: Mapped[str]
    entity_key: Mapped[str]
    authorities: Mapped[tuple[str, ...]]
    code: Mapped[str]
    params: Mapped[dict[str, Any]]
    refused_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "source", "entity_key", "id"),)


class StalledDraw(Base):
    """A draw that visits cannot follow, why, and when it is tried again; gone once it is followed.

    ``newest``: the newest news of it in the outbox when it was tried; ``error``: of a fault the end of its traceback.
    """

    __tablename__ = "visit_stalled_draw"

    draw: Mapped[str] = mapped_column(primary_key=True)
    authorities: Mapped[tuple[str, ...]]
    since: Mapped[datetime]
    attempts: Mapped[int]
    retry_at: Mapped[datetime]
    newest: Mapped[int]
    code: Mapped[str]
    params: Mapped[dict[str, Any]]
    error: Mapped[str | None]


class VisitOutcome(Base):
    """The audited result of a visit, the occasion it became, and the day by which it is public."""

    __tablename__ = "visit_outcome"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(ForeignKey("visit_record.id"))
    result: Mapped[str]
    problems: Mapped[int]
    audited_on: Mapped[date] = mapped_column(Date)
    audited_by: Mapped[str]
    occasion_id: Mapped[int]
    publish_by: Mapped[date] = mapped_column(Date, index=True)
    publish_by_provisional: Mapped[bool]
    audit_id: Mapped[int]


class VisitPublication(Base):
    """Where and when a result was made public."""

    __tablename__ = "visit_publication"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True, autoincrement=False)
    reference: Mapped[str]
    published_on: Mapped[date] = mapped_column(Date)
    person: Mapped[str]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "published_on", "visit_id"),)


class VisitAlarm(Base):
    """A term that came near (``due``) or is over (``overdue``): told once each. ``subject``: of a visit or an order."""

    __tablename__ = "visit_alarm"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    stage: Mapped[str]
    subject: Mapped[str]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    due_on: Mapped[date] = mapped_column(Date)
    raised_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("kind", "subject", "stage", "due_on"),
        CheckConstraint("stage IN ('due', 'overdue')", "stage"),
    )


class _Decided:
    """What somebody decided of a proposal; ``accepted`` None: nobody did yet."""

    accepted: Mapped[bool | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class VisitRegisterProposal(_Decided, Base):
    """A change of the register that a result proposes."""

    __tablename__ = "visit_register_proposal"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True, autoincrement=False)
    status: Mapped[str]
    status_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]


class VisitMergeProposal(_Decided, Base):
    """Two visits to one entity in days that overlap, proposed to be made one."""

    __tablename__ = "visit_merge_proposal"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("visit_id", "other_id"),)


class RectificationOrder(Base):
    """An order to correct (责令改正). ``entries``: checklist entries with the events they became; open: no outcome."""

    __tablename__ = "rectification_order"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    entity_id: Mapped[int]
    entries: Mapped[dict[str, Any]]
    due_on: Mapped[date] = mapped_column(Date)
    due_provisional: Mapped[bool]
    outcome: Mapped[str | None]
    closed_on: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[str | None]
    closed_by: Mapped[str | None]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "due_on", postgresql_where=text("outcome IS NULL")),)
