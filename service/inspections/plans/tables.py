"""Tables of plans. A plan's state is its newest act; a task's content its newest version. All insert-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class PlanRow(Base):
    """A plan (抽查计划) of an authority for a year. ``body``: names, purpose, contact."""

    __tablename__ = "inspection_plan"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    authority: Mapped[str]
    year: Mapped[int]
    special: Mapped[bool]
    prepared_by: Mapped[str]
    body: Mapped[dict[str, Any]]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "authority", "year"),)


class PlanAct(Base):
    """One step in the life of a plan, and who took it."""

    __tablename__ = "inspection_plan_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plan.id"))
    act: Mapped[str]
    person: Mapped[str]
    reason: Mapped[str | None]
    taken_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        Index(None, "plan_id", "id"),
        CheckConstraint("act IN ('submitted', 'approved', 'returned', 'published', 'withdrawn')", "act"),
    )


class TaskVersion(Base):
    """One version of a task. ``amendment``: the one that made it; null while the plan is a draft."""

    __tablename__ = "inspection_task_version"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plan.id"))
    number: Mapped[str]
    amendment: Mapped[int | None]
    person: Mapped[str]
    body: Mapped[dict[str, Any]]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "plan_id", "number", "id"), Index(None, "number", "id"))


class Amendment(Base):
    """A change of a published plan, proposed with its reason. ``tasks``: number → body, null for a task dropped."""

    __tablename__ = "inspection_plan_amendment"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("inspection_plan.id"))
    n: Mapped[int]
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    tasks: Mapped[dict[str, Any]]
    audit_id: Mapped[int]
    __table_args__ = (UniqueConstraint("plan_id", "n"),)


class AmendmentDecision(Base):
    """What another person decided of an amendment."""

    __tablename__ = "inspection_plan_amendment_decision"

    amendment_id: Mapped[int] = mapped_column(
        ForeignKey("inspection_plan_amendment.id"), primary_key=True, autoincrement=False
    )
    approved: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    audit_id: Mapped[int]


class TaskHold(Base):
    """A draw that was frozen over a task (``held``), or is void since: the newest row says whether the task is held."""

    __tablename__ = "inspection_task_hold"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str]
    draw: Mapped[str]
    held: Mapped[bool]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "number", "id"),)


class SeatTaken(Base):
    """Seats of a visit that no draw sent out, by inspector; below 0 where they count no more. A load is the sum."""

    __tablename__ = "inspection_seat"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    visit: Mapped[str]
    year: Mapped[int]
    inspector: Mapped[str]
    seats: Mapped[int]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "year", "inspector"), Index(None, "visit"))
