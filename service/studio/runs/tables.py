"""Tables of studies: what was asked, how far the work is, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class Study(Base):
    """A question whose answer takes longer than a request. Insert-only.

    ``edition_…``: the edition that it is about, none where it is about no single one. ``stock``: the folder of the
    column snapshot, with its position of the ledger, its day and its digest; none where none is read. ``person``: the
    hand that asked, as ``kind:id``. ``authorities``: whose entities are looked at; None: those of all.
    """

    __tablename__ = "study"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    options: Mapped[dict[str, Any]]
    edition_id: Mapped[str | None]
    edition_digest: Mapped[str | None]
    edition_authority: Mapped[str | None]
    edition_regions: Mapped[tuple[str, ...]]
    stock: Mapped[str | None]
    position: Mapped[int | None]
    stock_day: Mapped[date | None]
    stock_digest: Mapped[str | None]
    person: Mapped[str] = mapped_column(index=True)
    authorities: Mapped[tuple[str, ...] | None]
    asked_at: Mapped[datetime]
    audit_id: Mapped[int]


class StudyOutcome(Base):
    """How a study ended, once: ``document`` is its result as JSON, ``problem`` why it failed. Insert-only."""

    __tablename__ = "study_outcome"
    __table_args__ = (CheckConstraint("outcome IN ('done', 'failed', 'cancelled')", name="outcome"),)

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True, autoincrement=False)
    outcome: Mapped[str]
    document: Mapped[str | None]
    problem: Mapped[dict[str, Any] | None]
    ended_at: Mapped[datetime]
    audit_id: Mapped[int]


class StudyProgress(Base):
    """How far the work on a study is: ``done`` parts of ``whole``. No evidence: the row moves.

    ``tries``: how often it was begun and not told to stop.
    """

    __tablename__ = "study_progress"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True, autoincrement=False)
    tries: Mapped[int]
    done: Mapped[int]
    whole: Mapped[int]
    begun_at: Mapped[datetime]
