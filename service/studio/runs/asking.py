"""A study is asked for and taken back: one at a time of each person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import exists, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from service import editions
from service.accounts import covers
from service.platform import Problem, turn_of
from service.studio.runs.kinds import KINDS
from service.studio.runs.reading import readable
from service.studio.runs.tables import Study, StudyOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.platform import UnitOfWork

_ONE_AT_A_TIME = turn_of("studies")
"""Two requests of one person follow one another; who reads or works is not kept waiting."""


class _Snapshot(NamedTuple):
    stock: str | None = None
    position: int | None = None
    stock_day: Any = None
    stock_digest: str | None = None


def ask(*, uow: UnitOfWork, kind: str, options: Mapping[str, Any], folder: Path | None) -> int:
    """Ask for a study of the newest stock; its number. The work is done by a job.

    Args:
        uow: whose actor asks.
        kind: one of `KINDS`.
        options: as the schema of the kind loads them.
        folder: of the stocks; None where none is set.

    Raises:
        Problem: ``study_under_way``, ``stock_no_folder``, ``stock_missing``, ``stock_damaged``, ``edition_unknown``,
            ``edition_invalid``, ``study_edition_needed``: without one the study is of every authority, beyond the
            caller's scope; ``out_of_scope``, ``dry_run_before_stock``.
    """
    edition = edition_of(uow.session, options)
    _refuse_beyond(uow, edition)
    snapshot = _newest(folder) if KINDS[kind].on_stock else _Snapshot()
    day = options.get("day")
    if day is not None and snapshot.stock_day is not None and day < snapshot.stock_day:
        raise Problem("dry_run_before_stock", day=day.isoformat(), stock=snapshot.stock_day.isoformat())
    uow.session.execute(_ONE_AT_A_TIME)
    under_way = _under_way(uow)
    if under_way is not None:
        raise Problem("study_under_way", study=under_way)
    digest = None if edition is None else edition.digest
    audit_id = uow.audit("studio.study_asked", kind, {"edition": digest, "stock": snapshot.stock_digest})
    number = uow.session.scalar(
        insert(Study)
        .values(
            kind=kind,
            options=KINDS[kind].options().dump(options),
            edition_id=None if edition is None else edition.id,
            edition_digest=digest,
            edition_authority=None if edition is None else edition.authority,
            edition_regions=() if edition is None else edition.regions,
            **snapshot._asdict(),
            person=f"{uow.actor.kind}:{uow.actor.id}",
            authorities=None if uow.actor.authorities is None else tuple(uow.actor.authorities),
            asked_at=uow.now,
            audit_id=audit_id,
        )
        .returning(Study.id)
    )
    uow.wake("study", int(number or 0))
    return int(number or 0)


def cancel(*, uow: UnitOfWork, study: int) -> None:
    """End a study without a result; whoever works on it stops soon.

    Raises:
        Problem: ``study_not_found``, ``study_ended``.
    """
    row = readable(uow.session, uow.actor, study)
    if not end(uow=uow, row=row, outcome="cancelled"):
        raise Problem("study_ended", study=study)


def end(
    *, uow: UnitOfWork, row: Study, outcome: str, document: str | None = None, problem: Mapping[str, Any] | None = None
) -> bool:
    """Write how a study ended, unless it has: whoever comes first is heard."""
    audit_id = uow.audit(f"studio.study_{outcome}", f"study:{row.id}", {"kind": row.kind})
    written = uow.session.scalar(
        upsert(StudyOutcome)
        .values(
            study_id=row.id,
            outcome=outcome,
            document=document,
            problem=problem,
            ended_at=uow.now,
            audit_id=audit_id,
        )
        .on_conflict_do_nothing()
        .returning(StudyOutcome.study_id)
    )
    if written is None:
        uow.abandon()
    return written is not None


def edition_of(session: Session, options: Mapping[str, Any]) -> Edition | None:
    """The edition that options name, by id or by its text.

    Raises:
        Problem: ``edition_unknown``, ``edition_invalid``.
    """
    words = text_of(session, options)
    return None if words is None else editions.offered(words)


def text_of(session: Session, options: Mapping[str, Any]) -> str | None:
    """The words of the edition that options name; None where they name none.

    Raises:
        Problem: ``edition_unknown``.
    """
    named = options.get("edition")
    if named is None:
        given: str | None = options.get("text")
        return given
    found = editions.text_of(session, named)
    if found is None:
        raise Problem("edition_unknown", edition=named)
    return found


def _refuse_beyond(uow: UnitOfWork, edition: Edition | None) -> None:
    """Nobody is told about others than the scope reaches: not by the counts of a law for them either."""
    if edition is None and not covers(uow.actor, None, ()):
        raise Problem("study_edition_needed", pointer="/edition")
    authority, regions = (None, ()) if edition is None else (edition.authority, edition.regions)
    if not covers(uow.actor, authority, regions):
        raise Problem("out_of_scope")


def _newest(folder: Path | None) -> _Snapshot:
    from service.studio.stock.opening import newest_stock, stocks_in  # noqa: PLC0415 -- NumPy, for studies alone

    if folder is None:
        raise Problem("stock_no_folder")
    found = newest_stock(folder)
    return _Snapshot(stocks_in(folder)[0].name, found.position, found.day, found.digest)


def _under_way(uow: UnitOfWork) -> int | None:
    """A study that was asked for by the same person and has not ended."""
    ended = exists().where(StudyOutcome.study_id == Study.id)
    return uow.session.scalar(select(Study.id).where(Study.person.in_(uow.actor.hands), ~ended).limit(1))
