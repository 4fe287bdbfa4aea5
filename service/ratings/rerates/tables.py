"""Tables of re-rate runs: what is to be staged and how far that is, the pointer, and the staged ratings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Identity, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class RerateRun(Base):
    """One re-rating under an adopted edition, opened in the transaction that adopted it.

    ``places``: patterns of the regions that it reaches, ``kinds``: codes; empty: all. ``follows``: the run that this
    one replaces, because the law of those places moved once more. ``expected``: entities in reach, counted when the
    work begins. ``stopped_at``: staging was cancelled. ``outcome`` null: heads of before its day still wait for it.
    ``emptied``: nothing that it staged is left.
    """

    __tablename__ = "rerate_run"
    __table_args__ = (CheckConstraint("outcome IN ('withdrawn', 'renewed', 'finished')", "outcome"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    proposal_id: Mapped[int]
    edition: Mapped[str]
    authority: Mapped[str]
    day: Mapped[date]
    regions: Mapped[tuple[str, ...]]
    places: Mapped[tuple[str, ...]]
    kinds: Mapped[tuple[str, ...]]
    follows: Mapped[int | None]
    person: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    audit_id: Mapped[int]
    expected: Mapped[int | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    stopped_why: Mapped[str | None]
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    emptied: Mapped[bool] = mapped_column(server_default=text("false"))


class RerateShard(Base):
    """Entities with numbers after ``above`` to ``last``, staged as far as ``reached``.

    ``entities`` were in reach; of these ``staged`` are staged and ``failed`` could not be rated under the edition.
    """

    __tablename__ = "rerate_shard"

    run_id: Mapped[int] = mapped_column(ForeignKey("rerate_run.id"), primary_key=True, autoincrement=False)
    above: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    reached: Mapped[int]
    entities: Mapped[int] = mapped_column(server_default=text("0"))
    staged: Mapped[int] = mapped_column(server_default=text("0"))
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    worked_ms: Mapped[int] = mapped_column(server_default=text("0"))


class RerateSwitch(Base):
    """The pointer: in a time zone the edition of a run is the law from this row on. Insert only."""

    __tablename__ = "rerate_switch"

    run_id: Mapped[int] = mapped_column(ForeignKey("rerate_run.id"), primary_key=True, autoincrement=False)
    time_zone: Mapped[str] = mapped_column(primary_key=True)
    switched_at: Mapped[datetime]
    audit_id: Mapped[int]


class StagedRow(Base):
    """What the head of an entity is to say from the day of a run on, as the evidence known now gives it.

    Columns as of the head. ``speaks_from``: midnight of the day where its authority is. ``turns``: later days on which
    events begin to be suspended. ``documents``: the explanations in order of kind, one a line.
    """

    __tablename__ = "rating_staged"

    entity_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[date]
    speaks_from: Mapped[datetime]
    computed_at: Mapped[datetime]
    disputed: Mapped[bool]
    state: Mapped[str]
    tier: Mapped[str | None]
    next_change_on: Mapped[date | None]
    turns: Mapped[list[date]] = mapped_column(ARRAY(Date))
    summary: Mapped[dict[str, Any]]
    domains: Mapped[dict[str, Any]]
    documents: Mapped[str]
