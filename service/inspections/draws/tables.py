"""Tables of draws. Nothing is rewritten: where a draw stands follows from its documents and acts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class DrawRow(Base):
    """A draw of a task under its number, from the day on which it was prepared."""

    __tablename__ = "draw"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    authority: Mapped[str]
    task: Mapped[str]
    prepared_by: Mapped[str]
    prepared_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "task", "id"),)


class DrawDocument(Base):
    """A document of the protocol in its canonical bytes; ``n`` tells events apart."""

    __tablename__ = "draw_document"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    body: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("type IN ('plan', 'commitment', 'closing', 'entropy', 'result', 'event')", "type"),
    )


class DrawEntry(Base):
    """An entry of an authority's register of draws, chained and without gaps."""

    __tablename__ = "draw_entry"

    authority: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    draw: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str]
    body: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "draw"),)


class DrawSecret(Base):
    """The holder's secret K (empty where the draw has none) and the key of the salts, encrypted; told by no list."""

    __tablename__ = "draw_secret"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True, autoincrement=False)
    secret: Mapped[bytes]
    salt_key: Mapped[bytes]
    audit_id: Mapped[int]


class DrawSecretAgain(Base):
    """What a row of `draw_secret` holds, encrypted again under another key; the newest counts. Insert-only."""

    __tablename__ = "draw_secret_again"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    secret: Mapped[bytes]
    salt_key: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "draw_id", "id"),)


class DrawRows(Base):
    """Frozen rows of a part (``frame``), or what the seed made of them (``outcome``): compressed canonical JSON."""

    __tablename__ = "draw_rows"

    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    audit_id: Mapped[int]
    __table_args__ = (CheckConstraint("what IN ('frame', 'outcome')", "what"),)


class DrawAct(Base):
    """What somebody did to a draw that is no document: prepared, witnessed, entered, dispatched, made void."""

    __tablename__ = "draw_act"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    kind: Mapped[str]
    subject: Mapped[str]
    person: Mapped[str]
    body: Mapped[dict[str, Any]]
    taken_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "draw_id", "kind", "id"),)


class DrawSeat(Base):
    """One seat that an inspector was given at an entity, also one that was left later: the load of a year."""

    __tablename__ = "draw_seat"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    year: Mapped[int]
    entity: Mapped[str]
    code: Mapped[str]
    seat: Mapped[int]
    inspector: Mapped[str]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "year", "inspector"), Index(None, "entity"))


class DrawDebt(Base):
    """A visit that a draw still owes: its entity was drawn and then void, or replaced without leaving the register.

    ``authority``: whose part of a joint draw drew it; "" where that is the authority of the draw.
    """

    __tablename__ = "draw_debt"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    entity: Mapped[str]
    reason: Mapped[str]
    audit_id: Mapped[int]
    authority: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (Index(None, "entity"), UniqueConstraint("draw_id", "entity", "authority"))


class DrawCarried(Base):
    """A debt that a later draw has taken into its stratum of the carried."""

    __tablename__ = "draw_carried"

    debt_id: Mapped[int] = mapped_column(ForeignKey("draw_debt.id"), primary_key=True, autoincrement=False)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), primary_key=True, autoincrement=False)
    audit_id: Mapped[int]
