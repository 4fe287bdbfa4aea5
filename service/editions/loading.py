"""Reading which edition is in force where, now or as it was known at a position of the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from service.editions.refusing import read_stored
from service.editions.selection import Force
from service.editions.tables import MATTER_KEY, EditionProposal, EditionRow, EditionStep, ForceRow, ScopeKey
from service.platform import LedgerSeal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


class Generation(NamedTuple):
    """What tells one state of the editions from every other: the last of each row now, or how many were known."""

    forces: int
    steps: int

    @property
    def number(self) -> int:
        """One number that grows with every change."""
        return self.forces + self.steps


def generation_of(session: Session, position: int | None) -> Generation:
    """The generation of now, or at a position."""
    told = func.max if position is None else func.count
    forces, steps = (
        _known(select(func.coalesce(told(table.id), 0)).select_from(table), table, position).scalar_subquery()
        for table in (ForceRow, EditionStep)
    )
    return Generation(*session.execute(select(forces, steps)).one())


def forces_of(session: Session, position: int | None) -> list[Force]:
    """Every edition in force at some time, with the end of its force, in each scope, for each kind and matter.

    Raises:
        Problem: ``edition_unreadable``.
    """
    scope, kind, matter = aliased(ScopeKey), aliased(ScopeKey), aliased(ScopeKey)
    asked = (
        select(EditionRow.edition_id, ForceRow.period, scope.name, kind.name, matter.name)
        .join(ForceRow, ForceRow.edition == EditionRow.id)
        .join(scope, scope.id == ForceRow.scope)
        .join(kind, kind.id == ForceRow.kind)
        .join(matter, matter.id == ForceRow.matter)
        .order_by(ForceRow.id)
    )
    past = None if position is None else _past(session, position)
    asked = asked.where(~func.isempty(ForceRow.period)) if past is None else _known(asked, ForceRow, position)
    rows = session.execute(asked).all()
    living = [row for row in rows if past is None or row.edition_id not in past.withdrawn]
    texts = _texts(session, {row.edition_id for row in living})
    parsed: dict[str, Edition] = {}
    forces = []
    for name, period, *where in living:
        if name not in parsed:
            edition = read_stored(texts[name], name)
            parsed[name] = replace(edition, force_to=period.upper) if past is None else past.ended(edition)
        forces.append(Force(where[0], where[1], parsed[name], where[2].removeprefix(MATTER_KEY)))
    return forces


def _texts(session: Session, editions: Collection[str]) -> dict[str, str]:
    """The text of each edition, once: it is long, and in force in many places for many kinds."""
    found = select(EditionRow.edition_id, EditionRow.text).where(EditionRow.edition_id.in_(editions))
    return {row.edition_id: row.text for row in session.execute(found)}


class _Past(NamedTuple):
    """What steps known at a position did: editions withdrawn again, and the days on which others took their place."""

    withdrawn: frozenset[str]
    successors: dict[str, date]

    def ended(self, edition: Edition) -> Edition:
        """An edition with the end of its force: its own, or the first day of its successor."""
        ends = [day for day in (edition.force_to, self.successors.get(edition.id)) if day is not None]
        return replace(edition, force_to=min(ends, default=None))


def _past(session: Session, position: int) -> _Past:
    rows = session.execute(
        _known(
            select(
                EditionProposal.edition_id,
                EditionProposal.predecessor,
                EditionProposal.force_from,
                func.array_agg(EditionStep.step),
            )
            .join(EditionStep, EditionStep.proposal_id == EditionProposal.id)
            .group_by(EditionProposal.id),
            EditionStep,
            position,
        )
    ).all()
    adopted = [(name, before, day, "withdrawn" in steps) for name, before, day, steps in rows if "approved" in steps]
    return _Past(
        frozenset(name for name, _, _, withdrawn in adopted if withdrawn),
        {before: day for _, before, day, withdrawn in adopted if before is not None and not withdrawn},
    )


def _known(query: Query, table: type[ForceRow | EditionStep], position: int | None) -> Query:
    """A question limited to the rows of a table that are sealed up to a position."""
    if position is None:
        return query
    return query.where(table.audit_id.in_(select(LedgerSeal.audit_id).where(LedgerSeal.seq <= position)))
