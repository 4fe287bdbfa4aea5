"""Rating entities under a law to come: rows that become what is in force at its midnight (semantics §5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
import structlog
from sqlalchemy import text

from service.platform import local_day
from service.ratings.law import law_of
from service.ratings.proposals.rows import proposals_of
from service.ratings.read import raw_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.platform import UnitOfWork
    from service.ratings.assemble import Subject
    from service.ratings.law import Law
    from service.ratings.proposals.settle import Known, Summary
    from service.ratings.rate import EntityRating
    from service.ratings.rerates.runs import Run
    from service.register import EntityFacts

log = structlog.get_logger(__name__)

_FORGET = text("DELETE FROM rating_staged WHERE entity_id = ANY(:ids)")
# What speaks already stays, to be folded in.
_FORGET_AHEAD = text("DELETE FROM rating_staged WHERE entity_id = ANY(:ids) AND speaks_from > :now")
_COPY = """
    COPY rating_staged (entity_id, run_id, as_of, speaks_from, computed_at, disputed, state, tier, next_change_on,
                        turns, summary, domains, documents) FROM STDIN
"""


class Staged(NamedTuple):
    """``entities``: those staged. ``failed``: those that some law to come cannot rate. ``sha256``: over what is staged.

    ``to_parent``: those whose evidence counts for their parent under some law to come.
    """

    entities: frozenset[int]
    failed: frozenset[int]
    to_parent: frozenset[int]
    sha256: str


def forget_staged(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Drop what is staged of entities that are rated anew."""
    uow.session.execute(_FORGET, {"ids": list(ids)})


def stage(uow: UnitOfWork, wanted: Sequence[Subject], before: Mapping[int, Summary], runs: Sequence[Run]) -> Staged:
    """Rate entities for the day of each run that reaches them and is ahead of them, in place of what was staged.

    The transaction holds their heads; ``before``: what these say of each kind. Nothing is told, nothing proposed. An
    entity that raises is left out: on the day it is explained when it is asked for, and set apart by the drain.
    """
    live = [run for run in runs if not run.stopped]
    ids = [one.facts.id for one in wanted]
    uow.session.execute(_FORGET_AHEAD, {"ids": ids, "now": uow.now})
    law, known = law_of(uow.session), proposals_of(uow.session, ids, position=None)
    done, failed, to_parent, seal = set(), set(), set(), sha256()
    with raw_cursor(uow.session).copy(_COPY) as copy:
        for subject in wanted:
            number = subject.facts.id
            try:
                days = _days(subject.facts, live, uow.now)
                rated = list(_rated(subject, days, law, known.get(number, {}), before.get(number, {})))
            except Exception:
                log.exception("entity_not_staged", entity_id=number)
                failed.add(number)
                continue
            for run, one in rated:
                row = _row(run, one, uow.now)
                copy.write_row(row)
                seal.update(f"{number} {run.id} {row[-1]}\n".encode())
                done.add(number)
                if one.parent_answers:
                    to_parent.add(number)
    return Staged(frozenset(done), frozenset(failed), frozenset(to_parent), seal.hexdigest())


def _days(facts: EntityFacts, runs: Sequence[Run], now: datetime) -> list[Run]:
    """The runs that reach an entity and whose day is ahead of it."""
    today = local_day(now, facts.timezone)
    return [run for run in runs if run.day > today and run.reaches(facts.region, facts.kinds)]


def _rated(
    subject: Subject, runs: Sequence[Run], law: Law, known: Known, before: Summary
) -> Iterator[tuple[Run, EntityRating]]:
    """The entity on each day to come; each day follows upon what the one before brings. ``runs`` by day."""
    last: EntityRating | None = None
    for run in runs:
        if last is None or last.as_of != run.day:
            last = law.shown(subject, run.day, known, before)
            before = last.summary()
        yield run, last


def _row(run: Run, rated: EntityRating, now: datetime) -> tuple[Any, ...]:
    return (
        rated.facts.id,
        run.id,
        run.day,
        begins(run.day, rated.facts.timezone),
        now,
        rated.disputed,
        rated.state,
        rated.tier,
        rated.next_change_on,
        list(rated.turns),
        orjson.dumps(rated.summary()).decode(),
        orjson.dumps(dict(rated.domains)).decode(),
        "\n".join(kind.document.decode() for kind in rated.kinds),
    )


def begins(day: date, time_zone: str) -> datetime:
    """The instant at which a day begins in a time zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
