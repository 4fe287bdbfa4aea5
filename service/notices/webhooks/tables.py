"""Tables of webhooks: partners, their secrets, what is to be delivered to whom, and every attempt."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base

WAITING = "state = 'waiting'"


class WebhookPartner(Base):
    """A partner: where it is told, of what, and for which purpose. ``since``: it is told what is recorded from then on.

    That is every row of the outbox after ``after_message``: a clock that is set back makes new rows look old.
    ``authority`` and ``regions`` are its scope, as of a token; ``kinds``, ``regions`` and ``tiers`` empty: all.
    ``audit_id``: of the newest change.
    """

    __tablename__ = "webhook_partner"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    topics: Mapped[tuple[str, ...]]
    authority: Mapped[str | None]
    regions: Mapped[tuple[str, ...]]
    kinds: Mapped[tuple[str, ...]]
    tiers: Mapped[tuple[str, ...]]
    purpose: Mapped[str]
    state: Mapped[str]
    since: Mapped[datetime]
    after_message: Mapped[int] = mapped_column(server_default="0")
    audit_id: Mapped[int]
    __table_args__ = (CheckConstraint("state IN ('active', 'paused', 'ended')", "state"),)


class WebhookSecret(Base):
    """A secret that signs until ``until`` (null: for good), encrypted under a key that the database does not hold."""

    __tablename__ = "webhook_secret"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    partner: Mapped[str] = mapped_column(ForeignKey("webhook_partner.code"), index=True)
    ciphertext: Mapped[bytes]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    audit_id: Mapped[int]


class WebhookDelivery(Base):
    """A row of the outbox that a partner is to be told.

    ``next_at``: not before; infinity behind another message of its subject; null until it has joined the line.
    ``subject``: what the order is kept of, an entity or else the subject of the row. ``since``: from when the days
    count after which it is given up. ``told_at``: when it was noted as disclosed, before the first attempt.
    """

    __tablename__ = "webhook_delivery"

    partner: Mapped[str] = mapped_column(ForeignKey("webhook_partner.code"), primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True, autoincrement=False)
    subject: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    next_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'dead', 'dropped')", "state"),
        Index("ix_webhook_delivery_pair", "partner", "subject", "outbox_id", postgresql_where=text(WAITING)),
        Index("ix_webhook_delivery_due", "partner", "next_at", "outbox_id", postgresql_where=text(WAITING)),
        Index(
            "ix_webhook_delivery_fresh", "partner", "outbox_id", postgresql_where=text(f"{WAITING} AND next_at IS NULL")
        ),
        Index("ix_webhook_delivery_state", "partner", "state", "outbox_id"),
    )


class WebhookAttempt(Base):
    """One attempt and how it ended. Insert-only."""

    __tablename__ = "webhook_attempt"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    partner: Mapped[str]
    outbox_id: Mapped[int]
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]
    outcome: Mapped[str]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    milliseconds: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index(None, "partner", "outbox_id", "id"),)
