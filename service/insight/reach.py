"""How far a record that was put right had reached: tiers, draws, and partners who were told of it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text

from service import evidence, ratings, register
from service.inspections import plans
from service.inspections.draws import frozen_places
from service.platform import Beyond, Problem, beyond_scope, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from scoring.sampling.rows import FrameRow
    from service.evidence import Corrected
    from service.inspections.draws import FrozenPlace
    from service.platform import Actor
    from service.ratings import Stood
    from service.register import EntityFacts

T = TypeVar("T")

UNPLACED: Final = ("stratum_refused", "task_without_rulebook")
"""Problems that say that a task, as it was published, has no place for a tier."""

# Partners who asked under a token of theirs while the record stood uncorrected. A batch that names a firm is noted by
# its number of entities alone: such questions are counted apart.
_ASKED = text("""
SELECT t.label, q.purpose, count(*), min(q.asked_at), max(q.asked_at), q.subject <> ALL(:keys) AS in_batch
  FROM query_log q JOIN api_token t ON t.id = q.actor_id
 WHERE q.actor_kind = 'token' AND t.role = 'partner' AND q.asked_at >= :since AND q.asked_at < :until
   AND (q.subject = ANY(:keys) OR q.subject LIKE '% entities')
 GROUP BY t.label, q.purpose, in_batch ORDER BY in_batch, t.label, q.purpose
""")
_DELIVERED = text("""
SELECT d.partner, o.topic, d.outbox_id, d.subject, d.state, d.told_at,
       (SELECT max(n.told_at) FROM webhook_delivery n
         WHERE n.partner = d.partner AND n.subject = d.subject AND n.state = 'delivered' AND n.told_at >= :until)
  FROM webhook_delivery d JOIN outbox o ON o.id = d.outbox_id
 WHERE d.subject = ANY(:keys) AND d.told_at >= :since AND d.told_at < :until
 ORDER BY d.partner, d.outbox_id
""")


class TierReach(NamedTuple):
    """A stretch of days, both included, on which a tier in force was not what is known now to be right.

    ``by_record``: whether it is this record that makes the difference; else something else became known since.
    """

    entity: str
    kind: str
    first: date
    last: date
    was: Stood
    now: Stood
    by_record: bool


class DrawReach(NamedTuple):
    """A draw in whose frame the entity would have stood otherwise. ``row`` None: not in the frame at all.

    ``unplaced``: why the task has no place for the tier that is right, as for one to which it gives no weight.
    """

    entity: str
    place: FrozenPlace
    cut_off: date
    row: FrameRow | None
    tier: str | None
    by_record: bool
    unplaced: Problem | None = None


class Asked(NamedTuple):
    """Questions of a partner under one purpose; ``in_batch``: about many entities, which may not have been this one."""

    partner: str
    purpose: str
    questions: int
    first: datetime
    last: datetime
    in_batch: bool


class Delivered(NamedTuple):
    """A message sent to a partner; ``told_since``: when it last took one about the entity after the correction."""

    partner: str
    topic: str
    message: int
    entity: str
    state: str
    told_at: datetime
    told_since: datetime | None


class Reach(NamedTuple):
    """Everything that a correction reaches. ``since``: the first day on which a tier could be another one."""

    record: Corrected
    entity: EntityFacts
    since: date
    as_of: date
    tiers: Sequence[TierReach]
    draws: Sequence[DrawReach]
    asked: Sequence[Asked]
    delivered: Sequence[Delivered]


def reach_of(session: Session, actor: Actor, event_id: int, *, now: datetime) -> Reach:
    """How far an event that was corrected or annulled had reached, over the entity, its parent and its former parents.

    Raises:
        Problem: ``event_not_found``, also outside the caller's scope; ``event_withdrawn``, ``event_not_corrected``.
    """
    record = evidence.corrected(session, event_id)
    entity = None if record is None else register.facts(session, [record.entity_id], position=None)[record.entity_id]
    if record is None or entity is None or not actor.may_see(entity.authority, entity.region):
        raise Problem("event_not_found", value=event_id)
    if record.known.withdrawn_on is not None:
        raise Problem("event_withdrawn", on=record.known.withdrawn_on)
    if not record.acts:
        raise Problem("event_not_corrected", value=event_id)
    since = min(record.known.event.decided_on, record.uncorrected.event.decided_on)
    today = local_day(now, entity.timezone)
    concerned = [entity, *_parent(session, entity)]
    compared = [_Compared(session, one, record) for one in concerned]
    left = register.former_parents(session, entity.id)
    once = register.facts(session, left, position=None)
    compared += [_Compared(session, one, record, once=Once(entity.id, left[number])) for number, one in once.items()]
    concerned += once.values()
    started = datetime.combine(since, time(), ZoneInfo(entity.timezone))
    keys = [one.key for one in concerned]
    # What was told before the record was there cannot have carried it; what was told after the correction is right.
    span = {
        "keys": keys,
        "since": max(started, record.recorded_at or started),
        "until": max((one.recorded_at for one in record.acts if one.recorded_at is not None), default=now),
    }
    return Reach(
        record,
        entity,
        since,
        today,
        [stretch for one in compared for stretch in one.tiers(since, today)],
        [draw for one in compared for draw in one.draws(actor, started)],
        _asked(session, span),
        [Delivered._make(row) for row in session.execute(_DELIVERED, span)],
    )


def _asked(session: Session, span: Mapping[str, object]) -> list[Asked]:
    """Who asked meanwhile: of partners nothing is told but what they are called."""
    with beyond_scope(session, Beyond.HANDS):
        return [Asked._make(row) for row in session.execute(_ASKED, span)]


def _parent(session: Session, entity: EntityFacts) -> list[EntityFacts]:
    """The parent, which may answer for its branch."""
    if entity.parent_id is None:
        return []
    return list(register.facts(session, [entity.parent_id], position=None).values())


class Once(NamedTuple):
    """A branch that an entity answered for, until an instant."""

    branch: int
    until: datetime


class _Compared:
    """An entity with the evidence as it is known now, and with the record as it was before it was put right.

    ``once``: the entity is looked at with a branch that it has no more, as long as it had it.
    """

    def __init__(self, session: Session, entity: EntityFacts, record: Corrected, *, once: Once | None = None) -> None:
        before = record.uncorrected
        instead = ratings.Instead(record.id, before.event, before.kinds)
        branch = None if once is None else once.branch
        self.session, self.entity, self.once = session, entity, once
        self.right = ratings.Retelling(session, entity.id, branch=branch)
        self.wrong = ratings.Retelling(session, entity.id, instead=instead, branch=branch)

    def tiers(self, first: date, last: date) -> Iterator[TierReach]:
        """The stretches on which a tier in force differs from the one that is right."""
        if self.once is not None:  # on the day on which the branch left, what was in force last was without it
            last = min(last, local_day(self.once.until, self.entity.timezone) - timedelta(1))
        if last < first:
            return
        in_force = ratings.in_force_over(self.session, self.entity.id, last=last)
        turns = {day for by_day in in_force.values() for day in by_day}
        right, wrong = (one.over(first, last, turns=turns) for one in (self.right, self.wrong))
        days = sorted(right.keys() | wrong.keys())
        for kind, by_day in sorted(in_force.items()):
            yield from _joined(
                TierReach(self.entity.key, kind, day, end, was, now, _at(wrong, day, {}).get(kind) != now)
                for day, end in zip(days, [*(one - timedelta(1) for one in days[1:]), last], strict=True)
                if (was := _at(by_day, day, None)) is not None
                and (now := _at(right, day, {}).get(kind)) is not None
                and was != now
            )

    def draws(self, actor: Actor, since: datetime) -> Iterator[DrawReach]:
        """The draws in whose frame the entity would have stood otherwise."""
        for place in frozen_places(self.session, actor, self.entity.key, since=since):
            if self.once is not None and place.frozen_at >= self.once.until:
                continue
            task = plans.task_of(self.session, place.task)
            day = task.cut_off_day
            right, wrong = _tiers(self.right.on(day)), _tiers(self.wrong.on(day))
            try:
                again = plans.place_again(self.session, task, self.entity, tiers=right, frozen=place.row)
            except Problem as unplaced:
                if unplaced.code not in UNPLACED:
                    raise
                yield DrawReach(self.entity.key, place, day, None, None, right != wrong, unplaced)
                continue
            row, tier = (None, None) if again is None else again
            if row is None or tier != place.tier or row[1:6] != place.row[1:6]:
                yield DrawReach(self.entity.key, place, day, row, tier, right != wrong)


def _tiers(stood: Mapping[str, Stood]) -> dict[str, str]:
    return {kind: one.tier for kind, one in stood.items() if one.tier is not None}


def _at(turns: Mapping[date, T], day: date, before: T) -> T:
    """What holds on a day, of what turns on some; ``before`` the first of them."""
    days = list(turns)
    place = bisect_right(days, day)
    return turns[days[place - 1]] if place else before


def _joined(stretches: Iterable[TierReach]) -> Iterator[TierReach]:
    """Stretches that follow one another and say the same, as one."""
    found: TierReach | None = None
    for one in stretches:
        if found is not None and found.last + timedelta(1) == one.first and found[4:] == one[4:]:
            found = found._replace(last=one.last)
            continue
        if found is not None:
            yield found
        found = one
    if found is not None:
        yield found
