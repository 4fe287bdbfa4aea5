"""Studies as they are shown, to whom they concern."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select, text
from sqlalchemy.orm import defer

from service.accounts import covers
from service.platform import Problem
from service.studio.runs.tables import Study, StudyOutcome, StudyProgress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from service.platform import Actor

GREATEST: Final = (1 << 63) - 1
"""The greatest number that a study can have."""
WORK_LOCK: Final = 7_346_605
"""First half of the advisory lock that whoever works on a study holds; the second is the study's number."""
_AT_WORK = text("""
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = :lock AND objsubid = 2
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
""")
_TEXT_UNREAD = defer(Study.options, raiseload=True)
_STANDING = (
    select(
        Study,
        Study.options.op("-")("text").label("asked"),
        StudyProgress.done,
        StudyProgress.whole,
        StudyOutcome.outcome,
        StudyOutcome.ended_at,
        StudyOutcome.problem,
    )
    .outerjoin(StudyProgress, StudyProgress.study_id == Study.id)
    .outerjoin(StudyOutcome, StudyOutcome.study_id == Study.id)
    .options(_TEXT_UNREAD)
)
"""Studies with how they stand, without their results and the texts that they ask about, which may be long."""
_AT_ONCE: Final = 100
"""Rows of a list that are fetched together."""
_SHOWN = ("kind", "edition_id", "edition_digest", "position", "stock_day", "stock_digest", "person", "asked_at")


def readable(session: Session, actor: Actor, study: int) -> Study:
    """A study that was asked for by the caller, or about an edition within the caller's scope.

    Raises:
        Problem: ``study_not_found``.
    """
    row = session.get(Study, study, options=[_TEXT_UNREAD]) if study <= GREATEST else None
    if row is None or not _reaches(actor, row):
        raise Problem("study_not_found", study=study)
    return row


def studies(session: Session, actor: Actor, *, before: int, limit: int) -> list[dict[str, Any]]:
    """Studies that the caller may read, the latest first, those numbered below ``before``."""
    own = Study.person.in_(actor.hands)
    within = [] if actor.authorities is None else [or_(own, Study.edition_authority.in_(actor.authorities))]
    asked = _STANDING.where(Study.id < before, *within).order_by(Study.id.desc())
    with session.execute(asked, execution_options={"yield_per": _AT_ONCE}) as rows:
        return [_shown(row) for row in islice((row for row in rows if _reaches(actor, row.Study)), limit)]


def study_told(session: Session, actor: Actor, study: int) -> dict[str, Any]:
    """How a study stands.

    Raises:
        Problem: ``study_not_found``.
    """
    readable(session, actor, study)
    return _shown(session.execute(_STANDING.where(Study.id == study)).one())


def result_of(session: Session, actor: Actor, study: int) -> str:
    """The result of a study, as JSON.

    Raises:
        Problem: ``study_not_found``, ``study_without_result`` (it has not ended, or has none), and what made it fail.
    """
    row = readable(session, actor, study)
    outcome = session.get(StudyOutcome, study)
    if outcome is None or outcome.document is None:
        if outcome is not None and outcome.problem is not None:
            raise told_problem(outcome.problem)
        raise Problem("study_without_result", study=row.id)
    return outcome.document


def told_problem(kept: Mapping[str, Any]) -> Problem:
    """A problem as it was when it was kept."""
    return Problem(str(kept["code"]), pointer=kept.get("pointer"), **kept["params"])


def left_lying(session: Session) -> int | None:
    """The oldest study that has not ended while nobody works on any: its wake-up was lost, or its worker died."""
    if session.execute(_AT_WORK, {"lock": WORK_LOCK}).scalar_one():
        return None
    ended = select(StudyOutcome.study_id).where(StudyOutcome.study_id == Study.id).exists()
    return session.scalar(select(Study.id).where(~ended).order_by(Study.id).limit(1))


def _reaches(actor: Actor, row: Study) -> bool:
    """Whether the caller asked for a study, or it looked at nobody beyond the caller's scope.

    Regions are those of its edition; but under the edition of one authority there are entities of others too.
    """
    if row.person in actor.hands:
        return True
    within = actor.authority is None or (row.authorities is not None and all(map(actor.reaches, row.authorities)))
    return within and covers(actor, row.edition_authority, row.edition_regions)


def _shown(row: Row[Any]) -> dict[str, Any]:
    study: Study = row.Study
    return {
        "study": study.id,
        **{name: getattr(study, name) for name in _SHOWN},
        "options": row.asked,
        "state": row.outcome or ("waiting" if row.done is None else "running"),
        "done": row.done or 0,
        "whole": row.whole or 0,
        "ended_at": row.ended_at,
        "problem": row.problem,
    }
