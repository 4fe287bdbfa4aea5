"""How far runs are: for those who wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import text

from service.platform import Problem
from service.platform.metrics import Figure, gauge
from service.ratings.rerates.runs import GREATEST, STAGES, zones_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

State: TypeAlias = Literal["staging", "staged", "folding", "finished", "cancelled", "withdrawn", "renewed"]

_RUNS = text("""
    SELECT run.id, run.proposal_id AS proposal, run.edition, run.authority, run.day, run.regions, run.kinds,
           run.follows, run.person, run.reason, run.opened_at, run.stopped_at, run.stopped_by, run.stopped_why,
           run.outcome, run.ended_at, run.expected, shards.*,
           (SELECT min(switched_at) FROM rerate_switch WHERE run_id = run.id) AS switched_at,
           CASE WHEN run.outcome IS NULL AND EXISTS (SELECT FROM rerate_switch WHERE run_id = run.id)
                THEN (SELECT count(*) FROM rating_staged WHERE run_id = run.id) END AS to_fold
      FROM rerate_run AS run CROSS JOIN LATERAL (
        SELECT coalesce(sum(entities), 0)::bigint AS passed, coalesce(sum(staged), 0)::bigint AS staged,
               coalesce(sum(failed), 0)::bigint AS failed, coalesce(sum(worked_ms), 0)::bigint AS worked_ms,
               coalesce(bool_and(reached = last), true) AS through
          FROM rerate_shard WHERE run_id = run.id) AS shards
     WHERE CAST(:run AS bigint) IS NULL OR run.id = :run
     ORDER BY run.id DESC LIMIT :most
""")
_LEFT = text(f"""
    SELECT coalesce(sum(run.expected - shards.passed), 0)::float8
      FROM rerate_run AS run CROSS JOIN LATERAL (
        SELECT sum(entities) AS passed, bool_and(reached = last) AS through FROM rerate_shard
         WHERE run_id = run.id) AS shards
     WHERE NOT shards.through AND {STAGES}
""")  # noqa: S608 - text of this room
_TO_STAGE = gauge("rerate_left", "Entities that wait to be staged for an edition to come")
MOST = 100
"""Runs that are listed, the latest."""


class RerateFigures(NamedTuple):
    """One run. ``entities`` in reach (None until the work begins), of these ``passed`` so far, ``staged``, ``failed``.

    ``per_second``: entities a second of one worker, its rests included; ``seconds_left`` of staging at that speed.
    ``to_fold``: staged entities that are not folded in yet, once the day has come.
    """

    run: int
    proposal: int
    edition: str
    authority: str
    day: date
    regions: list[str]
    kinds: list[str]
    follows: int | None
    person: str
    reason: str
    opened_at: datetime
    state: State
    entities: int | None
    passed: int
    staged: int
    failed: int
    per_second: int | None
    seconds_left: int | None
    switched_at: datetime | None
    to_fold: int | None
    cancelled_at: datetime | None
    cancelled_by: str | None
    cancelled_why: str | None
    ended_at: datetime | None


def rerates(session: Session) -> list[RerateFigures]:
    """The latest runs, the last one first."""
    return [_figures(row) for row in session.execute(_RUNS, {"run": None, "most": MOST})]


def rerate(session: Session, run: int) -> RerateFigures:
    """One run by its number.

    Raises:
        Problem: ``rerate_not_found``.
    """
    row = session.execute(_RUNS, {"run": run, "most": 1}).one_or_none() if run <= GREATEST else None
    if row is None:
        raise Problem("rerate_not_found", run=run)
    return _figures(row)


def left_to_stage(session: Session) -> Figure:
    """How many entities wait to be staged."""
    left = max(0.0, session.execute(_LEFT, {"zones": list(zones_of(session))}).scalar_one())
    return _TO_STAGE.of(left)


def _figures(row: Row[Any]) -> RerateFigures:
    state, left = _state(row), None
    speed = round(1000 * row.passed / row.worked_ms) if row.worked_ms and row.passed else None
    if state == "staging" and speed and row.expected is not None:
        left = max(0, row.expected - row.passed) // speed
    return RerateFigures(
        run=row.id,
        **{name: getattr(row, name) for name in ("proposal", "edition", "authority", "day", "follows", "person")},
        **{name: getattr(row, name) for name in ("reason", "opened_at", "switched_at", "to_fold", "ended_at")},
        **{name: getattr(row, name) for name in ("passed", "staged", "failed")},
        regions=list(row.regions),
        kinds=list(row.kinds),
        state=state,
        entities=row.expected,
        per_second=speed,
        seconds_left=left,
        cancelled_at=row.stopped_at,
        cancelled_by=row.stopped_by,
        cancelled_why=row.stopped_why,
    )


def _state(row: Row[Any]) -> State:
    if row.outcome is not None:
        outcome: State = row.outcome
        return outcome
    if row.stopped_at is not None:
        return "cancelled"
    if row.switched_at is not None:
        return "folding"
    return "staged" if row.through else "staging"
