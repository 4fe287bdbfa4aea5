"""Tables of publicity: what was done about a record, and which terms were brought to mind, insert-only.

No end of publicity is stored: it follows from evidence, edition and day.
"""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class PublicationAct(Base):
    """Something done about a record on a day at a place: shown, handed on, changed, taken down, marked, confirmed."""

    __tablename__ = "publication_act"
    __table_args__ = (
        CheckConstraint("act IN ('publish', 'forward', 'update', 'withdraw', 'mark', 'acknowledge')", name="act"),
        Index(None, "event_id", "id"),
        Index("ix_publication_act_shown", "event_id", postgresql_where="act = 'publish'"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[int]
    act: Mapped[str]
    place: Mapped[str]
    done_on: Mapped[date] = mapped_column(Date)
    reference: Mapped[str | None]
    reason: Mapped[str | None]
    person: Mapped[str]
    audit_id: Mapped[int]


class PublicationAlarm(Base):
    """A stage of a duty was brought to mind before its last day (``due``) or after it (``overdue``), once each.

    ``place`` "": anywhere.
    """

    __tablename__ = "publication_alarm"
    __table_args__ = (
        UniqueConstraint("event_id", "duty", "stage", "place", "level", "due_on"),
        CheckConstraint("level IN ('due', 'overdue')", name="level"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[int]
    duty: Mapped[str]
    stage: Mapped[int]
    place: Mapped[str]
    level: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    raised_on: Mapped[date] = mapped_column(Date)
    audit_id: Mapped[int]


class PublicationComparison(Base):
    """What a recipient said it shows on a day, held against what was published there: the differences."""

    __tablename__ = "publication_comparison"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    place: Mapped[str] = mapped_column(index=True)
    compared_on: Mapped[date] = mapped_column(Date)
    held: Mapped[int]
    sha256: Mapped[bytes]
    differences: Mapped[dict[str, Any]]
    person: Mapped[str]
    audit_id: Mapped[int]


class PublicationWatch(Base):
    """When a record is looked at again for its alarms. No truth: without its row a record is looked at at once.

    ``owed_on``: the last day of what was owed first at the last look; None: nothing. ``over_on``: the first day on
    which its longest publicity was over; None: it was not, or that was settled. ``law``: number of the editions,
    calendars and places of partners then; ``acts`` and ``done``: how many acts of evidence and of publication there
    were; ``version``: that of its entity. Where one of these four is another now, the record is looked at whatever
    the day.
    """

    __tablename__ = "publication_watch"

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    look_on: Mapped[date] = mapped_column(Date)
    law: Mapped[int]
    acts: Mapped[int]
    done: Mapped[int]
    version: Mapped[int]
    owed_on: Mapped[date | None] = mapped_column(Date)
    over_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        Index(None, "owed_on", "event_id"),
        Index("ix_publication_watch_over", "event_id", postgresql_where=text("over_on IS NOT NULL")),
    )
