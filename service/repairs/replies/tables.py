"""Tables of replies. Both insert-only: a reply that is wrong is withdrawn, and another one said."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class Reply(Base):
    """What an entity says beside a record (``about`` `record`, ``reference`` its number) or a `result` (of a visit)."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    about: Mapped[str]
    reference: Mapped[str]
    entity_id: Mapped[int] = mapped_column(index=True)
    entity_key: Mapped[str]
    authority: Mapped[str]
    region: Mapped[str]
    text: Mapped[str]
    said_on: Mapped[date] = mapped_column(Date)
    said_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("about IN ('record', 'result')", "about"),
        Index(None, "about", "reference"),
    )


class ReplyAct(Base):
    """What became of a reply: accepted or refused by staff, withdrawn by the entity. ``ground``: of a refusal."""

    __tablename__ = "reply_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), index=True)
    act: Mapped[str]
    ground: Mapped[str | None]
    reason: Mapped[str | None]
    person: Mapped[str]
    done_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("act IN ('accepted', 'refused', 'withdrawn')", "act"),
        CheckConstraint("(act = 'refused') = (ground IS NOT NULL)", "ground"),
    )
