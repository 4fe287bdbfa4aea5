"""The pointer: at midnight of each time zone the edition of a run becomes the law there, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.platform import job_actor, local_day
from service.ratings.rerates.runs import open_runs, zones_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database
    from service.ratings.rerates.runs import Run

_EARLIEST = timedelta(hours=14)
"""No place on earth is further ahead of UTC."""

_MOVE = text("""
    INSERT INTO rerate_switch (run_id, time_zone, switched_at, audit_id) VALUES (:run, :zone, :now, :audit_id)
        ON CONFLICT DO NOTHING
""")


def switch(*, database: Database) -> int:
    """Move the pointer of every run whose day has begun somewhere; returns how many moved.

    Reads need no pointer: they go by the clock. From it on what was staged is folded in, and nobody takes it back.
    """
    with database.reader() as session:
        if not _due(session, database.clock.now()):
            return 0
    with database.unit_of_work(job_actor("switch")) as uow:
        due = _due(uow.session, uow.now)
        for run, zone in due:
            told = {"run": run.id, "day": run.day.isoformat(), "time_zone": zone}
            audit_id = uow.audit("ratings.switched", run.edition, told)
            uow.session.execute(_MOVE, {"run": run.id, "zone": zone, "now": uow.now, "audit_id": audit_id})
        uow.wake("rerate")
        return len(due)


def _due(session: Session, now: datetime) -> list[tuple[Run, str]]:
    ahead = (now + _EARLIEST).date()
    runs = [run for run in open_runs(session) if run.day <= ahead]
    if not runs:
        return []
    zones = sorted(zones_of(session))
    return [
        (run, zone) for run in runs for zone in zones if zone not in run.switched and local_day(now, zone) >= run.day
    ]
