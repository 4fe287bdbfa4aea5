"""Tables of dry runs: what was asked and found, and every entity that moves or is near a bound. Insert-only."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class DryRun(Base):
    """One dry run.

    ``edition``: the text that was tried, of the id ``edition_id``. ``editions``: what was in force beside it, as
    `service.editions.kept_of` writes it. ``authorities`` (null: all) and ``regions`` (none: all): whose entities were
    looked at. ``within``: how near a bound is told, in hundredths.
    """

    __tablename__ = "dry_run"
    __table_args__ = (Index(None, "proposal_id", "id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    person: Mapped[str]
    ran_at: Mapped[datetime]
    proposal_id: Mapped[int | None]
    edition_id: Mapped[str]
    edition_digest: Mapped[str]
    edition: Mapped[str]
    editions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    position: Mapped[int]
    stock_day: Mapped[date]
    stock_digest: Mapped[str]
    day: Mapped[date]
    within: Mapped[int]
    authorities: Mapped[tuple[str, ...] | None]
    regions: Mapped[tuple[str, ...]]
    document: Mapped[dict[str, Any]]
    audit_id: Mapped[int]


class DryRunEntity(Base):
    """An entity that has another tier or grade under the edition tried, or is near a bound under it.

    ``n``: its place in the run, from 1, by kind, region and number. Totals and margin in hundredths.
    """

    __tablename__ = "dry_run_entity"

    run_id: Mapped[int] = mapped_column(ForeignKey("dry_run.id"), primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entity_id: Mapped[int]
    kind: Mapped[str]
    region: Mapped[str]
    authority: Mapped[str]
    moved: Mapped[bool]
    near: Mapped[bool]
    tier_before: Mapped[str | None]
    tier_after: Mapped[str | None]
    grade_before: Mapped[str | None]
    grade_after: Mapped[str | None]
    total_before: Mapped[int | None]
    total_after: Mapped[int | None]
    margin_after: Mapped[int | None]
