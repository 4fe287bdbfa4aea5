"""Runs as rows: opened with an adoption, renewed where the law moves once more, stopped, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import text

from service import register
from service.platform import Problem, local_day, region_prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.platform import UnitOfWork

SHARD = 5_000
"""Numbers of entities in one shard: some seconds' work of one process, so that several end together."""
GREATEST = (1 << 63) - 1

COVERS = (
    """(run.places = '{}' OR head.region LIKE ANY (run.places)) AND (run.kinds = '{}' OR head.summary ?| run.kinds)"""
)
"""Whether a run reaches the entity of a head, as `Run.reaches`."""

STAGES = """
    run.outcome IS NULL AND run.stopped_at IS NULL
      AND NOT CAST(:zones AS text[]) <@ ARRAY(SELECT time_zone FROM rerate_switch AS moved WHERE moved.run_id = run.id)
"""
"""Whether staging for a run goes on: not everywhere, of the time zones ``zones``, has its day come."""

_OPEN = text("""
    SELECT run.id, run.proposal_id, run.edition, run.authority, run.day, run.regions, run.kinds,
           run.stopped_at IS NOT NULL AS stopped, run.opened_at,
           ARRAY(SELECT time_zone FROM rerate_switch WHERE run_id = run.id) AS switched
      FROM rerate_run AS run WHERE run.outcome IS NULL ORDER BY run.day, run.id
""")
_INSERT = text("""
    INSERT INTO rerate_run (proposal_id, edition, authority, day, regions, places, kinds, person, reason, opened_at,
                            audit_id)
    VALUES (:proposal, :edition, :authority, :day, :regions, :places, :kinds, :person, :reason, :now, :audit_id)
    RETURNING id
""")
# Of those who open runs in the place of others one follows the other, so that none misses what the other opened.
_ONE_AT_A_TIME = text("LOCK TABLE rerate_run IN SHARE ROW EXCLUSIVE MODE")
_END = text("UPDATE rerate_run SET outcome = :outcome, ended_at = :now WHERE id = :run AND outcome IS NULL")
_STOP = text("""
    UPDATE rerate_run SET stopped_at = :now, stopped_by = :person, stopped_why = :why
     WHERE id = :run AND outcome IS NULL AND stopped_at IS NULL
       AND NOT EXISTS (SELECT FROM rerate_switch AS moved WHERE moved.run_id = rerate_run.id)
    RETURNING id
""")
_RENEW = text("""
    INSERT INTO rerate_run (proposal_id, edition, authority, day, regions, places, kinds, follows, person, reason,
                            opened_at, audit_id, stopped_at, stopped_by, stopped_why)
    SELECT proposal_id, edition, authority, day, regions, places, kinds, id, person, reason,
           :now, :audit_id, CASE WHEN :stopped THEN stopped_at END, CASE WHEN :stopped THEN stopped_by END,
           CASE WHEN :stopped THEN stopped_why END
      FROM rerate_run WHERE id = :run
    RETURNING id
""")
_SHARDS = text("""
    INSERT INTO rerate_shard (run_id, above, last, reached)
    SELECT :run, above, CASE WHEN above + :size >= top THEN :greatest ELSE above + :size END, above
      FROM (SELECT coalesce(min(entity_id) - 1, 0) AS low, coalesce(max(entity_id), 0) AS top FROM rating_head) AS ends,
           generate_series(low, greatest(low, top - 1), :size) AS above
""")
# Each is rated by the drain for the day to come, under the law as it is then.
_MARK_AHEAD = text(f"""
    INSERT INTO rerate_mark (subject, reason)
    SELECT head.entity_id, 'edition' FROM rating_head AS head, rerate_run AS run
     WHERE run.id = :run AND NOT head.time_zone = ANY(:come) AND {COVERS}
""")  # noqa: S608 - text of this module
# Asked of each rating and of no clock: what a head tells may be an earlier change that hides the day, and whoever was
# out of the edition's reach knows the day as well, where the edition before it was to end.
_MARK_WHO_KNOWS = text("""
    INSERT INTO rerate_mark (subject, reason)
    SELECT head.entity_id, 'edition' FROM rating_head AS head, rerate_run AS run
     WHERE run.id = :run AND head.next_change_on <= run.day
       AND EXISTS (SELECT FROM rating WHERE rating.id = ANY(head.rating_ids) AND rating.next_change_on = run.day)
""")


class Run(NamedTuple):
    """A run that heads still wait for. ``regions``, ``kinds`` empty: all. ``switched``: zones where its day has come.

    ``stopped``: nothing more is staged for it, and what was is not used.
    """

    id: int
    proposal: int
    edition: str
    authority: str
    day: date
    regions: tuple[str, ...]
    kinds: tuple[str, ...]
    stopped: bool
    opened_at: datetime
    switched: frozenset[str]

    def reaches(self, region: str, kinds: Collection[str]) -> bool:
        """Whether an entity of a region with these kinds is among those that the edition may rate."""
        inside = not self.regions or any(region.startswith(region_prefix(one)) for one in self.regions)
        return inside and (not self.kinds or not set(self.kinds).isdisjoint(kinds))

    def meets(self, regions: Collection[str]) -> bool:
        """Whether some place may be in reach of this run and in these regions, empty meaning all."""
        own, others = ([region_prefix(one) for one in places] for places in (self.regions, regions))
        return not own or not others or any(a.startswith(b) or b.startswith(a) for a in own for b in others)

    def come(self, now: datetime, zones: Collection[str]) -> set[str]:
        """The time zones in which its day has begun."""
        return {*self.switched, *(zone for zone in zones if local_day(now, zone) >= self.day)}


def open_runs(session: Session) -> list[Run]:
    """The runs that heads wait for, by day."""
    return [
        Run._make((*row[:5], tuple(row.regions), tuple(row.kinds), row.stopped, row.opened_at, frozenset(row.switched)))
        for row in session.execute(_OPEN)
    ]


def withdrawn_days(session: Session) -> frozenset[date]:
    """The first days of editions that were withdrawn before they came."""
    return frozenset(session.scalars(text("SELECT DISTINCT day FROM rerate_run WHERE outcome = 'withdrawn'")))


def zones_of(session: Session) -> set[str]:
    """The time zones in which entities are; where there are none, that of the clock."""
    return register.zones_in_use(session) or {"UTC"}


def open_run(uow: UnitOfWork, *, proposal: int, edition: Edition, reason: str) -> int:
    """Open a run for an edition that this transaction adopts; its number. Runs that it may meet are renewed."""
    renew(uow, edition.regions, because=edition.id)
    told = {"proposal": proposal, "day": edition.force_from.isoformat(), "reason": reason}
    number = uow.session.execute(
        _INSERT,
        {
            "proposal": proposal,
            "edition": edition.id,
            "authority": edition.authority,
            "day": edition.force_from,
            "regions": list(edition.regions),
            "places": [f"{region_prefix(region)}%" for region in edition.regions],
            "kinds": list(edition.kinds),
            "person": f"{uow.actor.kind}:{uow.actor.id}",
            "reason": reason,
            "now": uow.now,
            "audit_id": uow.audit("ratings.rerate_opened", edition.id, told),
        },
    ).scalar_one()
    _cut(uow, number)
    return int(number)


def renew(uow: UnitOfWork, regions: Sequence[str], *, because: str) -> None:
    """Open anew every run whose day is ahead and that reaches into these regions: its ratings knew another law.

    Where its day has come in some time zones alone, it goes on, and whoever is in the others is marked.
    """
    uow.session.execute(_ONE_AT_A_TIME)
    zones = zones_of(uow.session)
    for run in open_runs(uow.session):
        come = run.come(uow.now, zones)
        if not run.meets(regions) or come >= zones:
            continue
        if come:
            uow.session.execute(_MARK_AHEAD, {"run": run.id, "come": list(come)})
            uow.wake("drain")
            continue
        _follow(uow, run, because=because, stopped=run.stopped)


def restart_run(uow: UnitOfWork, number: int, why: str) -> int | None:
    """Stage again for a run that was stopped: the run that follows it; None where it was not, or its day has come."""
    uow.session.execute(_ONE_AT_A_TIME)
    zones = zones_of(uow.session)
    for run in open_runs(uow.session):
        if run.id == number and run.stopped and not run.come(uow.now, zones):
            return _follow(uow, run, because=why, stopped=False)
    return None


def _follow(uow: UnitOfWork, run: Run, *, because: str, stopped: bool) -> int:
    """Let another run take the place of one; ``stopped``: nothing is staged for it either."""
    end_run(uow, run, "renewed")
    audit_id = uow.audit("ratings.rerate_renewed", run.edition, {"follows": run.id, "because": because})
    asked = {"run": run.id, "now": uow.now, "audit_id": audit_id, "stopped": stopped}
    number: int = uow.session.execute(_RENEW, asked).scalar_one()
    if not stopped:
        _cut(uow, number)
    return number


def end_run(uow: UnitOfWork, run: Run, outcome: Literal["withdrawn", "renewed", "finished"]) -> None:
    """Let no head wait for a run any more."""
    uow.session.execute(_END, {"run": run.id, "outcome": outcome, "now": uow.now})


def stop_run(uow: UnitOfWork, run: int, why: str) -> bool:
    """Stage nothing more for a run and use nothing that was staged; False where that is too late."""
    asked = {"run": run, "now": uow.now, "person": f"{uow.actor.kind}:{uow.actor.id}", "why": why}
    return uow.session.execute(_STOP, asked).one_or_none() is not None


def withdraw_runs(uow: UnitOfWork, *, proposal: int, edition: Edition) -> None:
    """End the run of an edition that is withdrawn; whoever is rated as one who waits for its day is marked.

    Raises:
        Problem: ``edition_in_force_already``, its day has come for some of those in reach.
    """
    uow.session.execute(_ONE_AT_A_TIME)
    for run in open_runs(uow.session):
        if run.proposal == proposal:
            if any(local_day(uow.now, zone) >= run.day for zone in register.zones_in_use(uow.session, run.regions)):
                raise Problem("edition_in_force_already", edition=edition.id, day=run.day.isoformat())
            end_run(uow, run, "withdrawn")
            uow.session.execute(_MARK_WHO_KNOWS, {"run": run.id})
            uow.wake("drain")
            uow.audit("ratings.rerate_withdrawn", edition.id, {"run": run.id})
    renew(uow, edition.regions, because=edition.id)
    uow.wake("rerate")


def _cut(uow: UnitOfWork, run: int) -> None:
    """The shards of a run; the last one is open, for entities to come."""
    uow.session.execute(_SHARDS, {"run": run, "size": SHARD, "greatest": GREATEST})
    uow.wake("rerate")
