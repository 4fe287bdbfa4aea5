"""Tables of the ratings: every rating ever made, and per entity the head that points at the current ones."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class RatingRow(Base):
    """One rating of one entity in one kind, with its whole explanation. Insert only: history keeps what was in force.

    ``score`` is in hundredths. ``document`` is the explanation as canonical JSON, ``digest`` SHA-256 over its bytes.
    ``status`` and ``proposal_id``: where the tier was not in force, why, and the proposal that kept it from being so.
    ``audit_id``: the entry of the ledger that seals it; null for ratings of earlier releases.
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_entity_kind_id", "entity_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column(Date)
    computed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    edition: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    score: Mapped[int | None] = mapped_column(BigInteger)
    grade: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[str | None] = mapped_column(Text)
    next_change_on: Mapped[date | None] = mapped_column(Date)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    document: Mapped[str] = mapped_column(Text)
    proposal_id: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str | None] = mapped_column(Text)
    audit_id: Mapped[int | None] = mapped_column(BigInteger)


class ProposalRow(Base):
    """A worse tier that an approver is to confirm; ``tier`` is the one in force meanwhile. Insert only.

    ``score`` (hundredths) and ``grade`` belong to ``tier``. ``facts``: what counts against the entity, with weights.
    """

    __tablename__ = "rating_proposal"
    __table_args__ = (Index(None, "due_on", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[str]
    edition: Mapped[str]
    raised_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    due_provisional: Mapped[bool]
    score: Mapped[int | None]
    grade: Mapped[str | None]
    tier: Mapped[str]
    proposed: Mapped[str]
    lapses_to: Mapped[str]
    facts: Mapped[dict[str, Any]]
    audit_id: Mapped[int]


class ResolutionRow(Base):
    """How a proposal ended and from which day; ``person`` null where nobody decided. Insert only."""

    __tablename__ = "rating_proposal_resolution"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("rating_proposal.id"), primary_key=True, autoincrement=False)
    outcome: Mapped[str]
    resolved_on: Mapped[date] = mapped_column(Date)
    facts: Mapped[dict[str, Any]]
    person: Mapped[str | None]
    reason: Mapped[str]
    audit_id: Mapped[int]


class HeadRow(Base):
    """What is in force for one entity now. The drain locks this row while it rates; nothing else writes it.

    ``key`` to ``time_zone`` are copied from the register when the entity is rated, so that a query reads one row.
    ``rating_ids`` point at the current rating of each kind. ``summary``: kind → {state, reason, grade, tier};
    ``domains``: supervision domain → {state, tier, kinds}. ``tier``: the worst over all domains, null while unrated.
    """

    __tablename__ = "rating_head"
    __table_args__ = (
        Index("ix_rating_head_next_change_on", "next_change_on"),
        Index("ix_rating_head_tier", "tier"),
    )

    entity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str | None] = mapped_column(Text, unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    authority: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text)
    natural_person: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    disputed: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    as_of: Mapped[date | None] = mapped_column(Date)
    computed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[str | None] = mapped_column(Text)
    tier: Mapped[str | None] = mapped_column(Text)
    next_change_on: Mapped[date | None] = mapped_column(Date)
    rating_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    domains: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class TierMove(Base):
    """A rating whose tier moved, or ended (``now`` null), on a day of its authority. Insert-only, for counting.

    ``authority`` and ``region`` as they were then; ``fell``: to a worse tier, in the order of its edition.
    """

    __tablename__ = "tier_move"
    __table_args__ = (Index(None, "moved_on", postgresql_include=["authority", "region", "was", "now", "fell"]),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    moved_on: Mapped[date] = mapped_column(Date)
    authority: Mapped[str]
    region: Mapped[str]
    was: Mapped[str]
    now: Mapped[str | None]
    fell: Mapped[bool]


class QuarantineRow(Base):
    """An entity whose rating raised: kept out of the drain's way with its error until someone looks."""

    __tablename__ = "rating_quarantine"

    entity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[str] = mapped_column(Text)


class ReconcilerRow(Base):
    """One row: how far the reconciler has come in its present round."""

    __tablename__ = "rating_reconciler"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last_entity: Mapped[int] = mapped_column(BigInteger)
