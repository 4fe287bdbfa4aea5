"""Tables of notices to entities. All insert-only: a notice that was wrong is followed by another one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class NoticeRow(Base):
    """A notice. ``about``: the event, case or decision that it is about, by its own reference.

    ``source``: what made the service write it, as ``outbox:4711``, once for each; null where a person asked for it.
    ``facts``: as checked; ``law``: digests of the editions that it quotes; ``template``: digest of its kind.
    """

    __tablename__ = "entity_notice"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    entity_id: Mapped[int]
    entity_key: Mapped[str]
    authority: Mapped[str]
    region: Mapped[str]
    natural_person: Mapped[bool]
    about: Mapped[str | None]
    source: Mapped[str | None] = mapped_column(unique=True)
    facts: Mapped[dict[str, Any]]
    law: Mapped[dict[str, Any]]
    template: Mapped[bytes]
    made_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime]
    check_code: Mapped[str]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "entity_id", "id"),)


class NoticeText(Base):
    """The text of a notice in one language, with its SHA-256."""

    __tablename__ = "entity_notice_text"

    notice_id: Mapped[int] = mapped_column(ForeignKey("entity_notice.id"), primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    sha256: Mapped[bytes]


class NoticeService(Base):
    """How a notice was served, or that it was tried in vain, or that the entity has confirmed it.

    ``recipient``: who signed; ``receipt``: digest of the file that shows it; ``person``: who served it.
    """

    __tablename__ = "entity_notice_service"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("entity_notice.id"), index=True)
    act: Mapped[str]
    way: Mapped[str | None]
    on_day: Mapped[date] = mapped_column(Date)
    person: Mapped[str]
    recipient: Mapped[str | None]
    receipt: Mapped[bytes | None]
    note: Mapped[str | None]
    recorded_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (CheckConstraint("act IN ('served', 'failed', 'confirmed')", "act"),)
