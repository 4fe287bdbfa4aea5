"""Tables of the editions: the texts, and where each is in force."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import literal_column

from service.platform import Base

MATTER_KEY = "matter:"
"""Begins the name of a key that stands for a matter."""


class EditionRow(Base):
    """One edition of a rulebook, word for word. Never changed: a new wording is a new edition."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    edition_id: Mapped[str] = mapped_column(Text, unique=True)
    rulebook: Mapped[str] = mapped_column(Text, index=True)
    digest: Mapped[str] = mapped_column(Text, unique=True)
    text: Mapped[str] = mapped_column(Text)
    audit_id: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ScopeKey(Base):
    """A number for each region, kind or matter of an edition: ranges of numbers can exclude each other."""

    __tablename__ = "edition_scope_key"

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)


class ForceRow(Base):
    """An edition is in force in one scope, for one kind and matter, over a period. The database refuses two at once."""

    __tablename__ = "edition_force"
    __table_args__ = (
        ExcludeConstraint(
            (literal_column("int4range(scope, scope, '[]')"), "&&"),
            (literal_column("int4range(kind, kind, '[]')"), "&&"),
            (literal_column("int4range(matter, matter, '[]')"), "&&"),
            ("period", "&&"),
            using="gist",
            name="ex_edition_force_one_at_a_time",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    edition: Mapped[int] = mapped_column(BigInteger, ForeignKey("edition.id"))
    scope: Mapped[int] = mapped_column(Integer, ForeignKey("edition_scope_key.id"))
    kind: Mapped[int] = mapped_column(Integer, ForeignKey("edition_scope_key.id"))
    matter: Mapped[int] = mapped_column(Integer, ForeignKey("edition_scope_key.id"))
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
    reason: Mapped[str] = mapped_column(Text)
    audit_id: Mapped[int] = mapped_column(BigInteger)


class EditionProposal(Base):
    """A text that somebody proposes as an edition, with the cases that it must answer. Insert-only.

    ``force_from``: the day from which it is to be in force; ``predecessor``: the edition that it names as such.
    """

    __tablename__ = "edition_proposal"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    edition_id: Mapped[str] = mapped_column(Text, index=True)
    rulebook: Mapped[str] = mapped_column(Text)
    predecessor: Mapped[str | None] = mapped_column(Text)
    force_from: Mapped[date]
    digest: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    cases: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    proposed_on: Mapped[date]
    audit_id: Mapped[int] = mapped_column(BigInteger)


class EditionStep(Base):
    """What became of a proposal: ``approved``, ``refused`` or ``withdrawn``, each once. Insert-only."""

    __tablename__ = "edition_step"
    __table_args__ = (
        UniqueConstraint("proposal_id", "step", name="uq_edition_step_proposal_id_step"),
        CheckConstraint("step IN ('approved', 'refused', 'withdrawn')", name="step"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("edition_proposal.id"))
    step: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    taken_on: Mapped[date]
    audit_id: Mapped[int] = mapped_column(BigInteger)
