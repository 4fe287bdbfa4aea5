"""Tables of repair and objection. A case moves; its steps, papers and alarms are never rewritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class RepairCase(Base):
    """One case of repair or objection, decided under the edition in force on the day on which it was filed.

    ``state``, ``open`` and what its clocks show (``clock``, ``due_on``, ``escalate_on``) follow from its steps and are
    kept for those who look for cases. ``separate``: who applied apart from the firm, such as a legal representative.
    """

    __tablename__ = "repair_case"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    procedure: Mapped[str]
    event_id: Mapped[int] = mapped_column(index=True)
    entity_id: Mapped[int] = mapped_column(index=True)
    entity_key: Mapped[str]
    authority: Mapped[str]
    region: Mapped[str]
    edition_id: Mapped[str]
    edition_digest: Mapped[str]
    filed_on: Mapped[date] = mapped_column(Date)
    separate: Mapped[str | None]
    state: Mapped[str]
    clock: Mapped[str | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    due_provisional: Mapped[bool] = mapped_column(Boolean)
    escalate_on: Mapped[date | None] = mapped_column(Date)
    open: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("procedure IN ('repair', 'objection')", "procedure"),
        Index("uq_repair_case_open", "event_id", "procedure", unique=True, postgresql_where=text("open")),
        Index(None, "due_on", postgresql_where=text("open")),
    )


class RepairStep(Base):
    """One step of a case: the event of the table, the state after it, who took it in which part. Insert-only."""

    __tablename__ = "repair_step"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("repair_case.id"))
    place: Mapped[int]
    event: Mapped[str]
    state: Mapped[str]
    part: Mapped[str]
    person: Mapped[str]
    staff_code: Mapped[str | None]
    taken_on: Mapped[date] = mapped_column(Date)
    taken_at: Mapped[datetime]
    reason: Mapped[str | None]
    detail: Mapped[dict[str, Any]]
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("case_id", "place"),)


class RepairMaterial(Base):
    """A paper of a case, kept by its digest; ``key`` as the edition names it. Insert-only."""

    __tablename__ = "repair_material"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("repair_case.id"))
    key: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[bytes]
    size: Mapped[int]
    media_type: Mapped[str]
    person: Mapped[str]
    sent_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("case_id", "key", "sha256"),)


class RepairAlarm(Base):
    """That a clock of a case is near its end or over, told once for each last day. Insert-only."""

    __tablename__ = "repair_alarm"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("repair_case.id"))
    clock: Mapped[str]
    stage: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    raised_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("case_id", "clock", "stage", "due_on"),
        CheckConstraint("stage IN ('near', 'over')", "stage"),
    )
