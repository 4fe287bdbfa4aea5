"""The visits of a draw: opened once it is dispatched, then made to follow whatever happens to the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rq.timeouts import BaseTimeoutException
from sqlalchemy import and_, or_, select, text
from sqlalchemy.exc import InterfaceError, OperationalError

from service.inspections.draws import dispatched, view_of
from service.inspections.plans import task_of
from service.inspections.visits.reading import DRAWN, seats_of_many
from service.inspections.visits.tables import UNDER_WAY, VisitRow
from service.inspections.visits.usecases.acting import authority_of
from service.inspections.visits.usecases.dispatching import open_of_task
from service.inspections.visits.usecases.ending import take_back
from service.inspections.visits.usecases.opening import Opened, Team
from service.inspections.visits.usecases.refusing import keep_refusals
from service.inspections.visits.usecases.seating import Seating, change_seats, held_whole
from service.inspections.visits.usecases.stalling import Stalled, go_on, resting, stall
from service.platform import Beyond, beyond_scope, job_actor, note_done, undone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement

    from service.inspections.draws import PartDispatch
    from service.platform import Database, UnitOfWork

TOPICS = ("inspections.draw_dispatched", "inspections.draw_event", "inspections.draw_void")
CONSUMER = "inspections.visits"
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('visits.' || :draw, 0))")


def follow_draws(database: Database) -> int:
    """Let visits follow every draw that was dispatched, changed or made void since the last time; returns how many.

    Each draw is a transaction of its own, so that one that cannot be followed keeps no other waiting; it is tried
    again ever more rarely, and at once when there is news of it.
    """
    with database.reader() as session:
        rows = undone(session, CONSUMER, TOPICS, but=resting(session, TOPICS, now=database.clock.now()))
    told: dict[str, list[int]] = {}
    for row in rows:
        told.setdefault(row.subject, []).append(row.id)
    return sum(_followed(database, draw, messages) for draw, messages in told.items())


def _followed(database: Database, draw: str, messages: Sequence[int]) -> bool:
    """Follow one draw; False where that cannot be, which is kept."""
    whose: set[str] = set()
    try:
        with database.unit_of_work(job_actor("visits")) as uow:
            view = view_of(uow.session, draw)
            whose = {view.draw.authority, *(part["authority"] for part in view.parts)}
            follow_draw(uow, draw=draw)
            note_done(uow.session, CONSUMER, messages)
            go_on(uow, draw)
    except (OperationalError, InterfaceError, BaseTimeoutException):
        raise  # the database went away or the job's time is up: the draw is not to blame
    except Exception as error:  # noqa: BLE001 - whatever it is, the draws behind it go on
        stall(database, Stalled(draw, whose, max(messages)), error)
        return False
    return True


def follow_draw(uow: UnitOfWork, *, draw: str) -> None:
    """Open what a draw asks for and take back what it no longer does; call off the visits of a void one.

    Raises:
        Problem: as ``open_drawn``.
    """
    take_turn(uow, draw)
    state = view_of(uow.session, draw).state
    if state != "void":
        open_drawn(uow, draw=draw)
        return
    uow.audit("inspections.visits_called_off", draw, {"draw": state})
    source = f"{DRAWN}{draw}"
    _take_back(uow, or_(VisitRow.source == source, VisitRow.source.startswith(f"{source}/")), state="cancelled")


def take_turn(uow: UnitOfWork, draw: str) -> None:
    """Let visits follow a draw in this transaction alone, until it ends."""
    uow.session.execute(_TURN, {"draw": draw})


def open_drawn(uow: UnitOfWork, *, draw: str) -> Opened:
    """Dispatch the visits of a draw, as they stand after every event; asked again after one, what changed is made good.

    An entity that several parts of a joint draw have drawn is visited once, where their days overlap. A visit to an
    entity that the draw has replaced is replaced, and whoever stepped in takes the seat. A tier's verification sample
    is taken in the order of the draw's tickets, which nobody knew before the seed and whoever has the transcript can
    follow.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``, ``draw_void``, and as ``open_visits``.
    """
    take_turn(uow, draw)
    authority_of(uow, task_of(uow.session, view_of(uow.session, draw).draw.task).body["lead"])
    with beyond_scope(uow.session, Beyond.JOINT_DRAW):
        opened = [_open_part(uow, part) for part in dispatched(uow.session, draw).parts]
    return Opened(*({key: each for part in said for key, each in part.items()} for said in zip(*opened, strict=True)))


def _open_part(uow: UnitOfWork, part: PartDispatch) -> Opened:
    """The visits of one part as it stands now."""
    in_turn = sorted(part.teams, key=lambda one: (part.turns[one.entity], one.code))
    teams = [Team(one.entity, one.team, part.turns[one.entity][0]) for one in in_turn]
    task = task_of(uow.session, part.task)
    opened = open_of_task(uow, task, source=part.source, teams=teams, window=part.window)
    _reseat(uow, part, opened.held)
    gone = VisitRow.entity_key.not_in(list(part.turns))
    _take_back(uow, and_(VisitRow.source == part.source, gone), state="replaced")
    keep_refusals(uow, part.source, task, opened.refused)
    return opened


def _reseat(uow: UnitOfWork, part: PartDispatch, held: Collection[str]) -> None:
    """Let the teams of visits that were there before be those of the draw, where they are not recorded yet."""
    known = select(VisitRow).where(VisitRow.source == part.source, VisitRow.entity_key.in_(held))
    rows = uow.session.scalars(known.order_by(VisitRow.id)).all()
    seats = seats_of_many(uow.session, [row.id for row in rows])
    teams = {one.entity: {seat: person for person, seat in one.team} for one in part.teams}
    changed: list[Seating] = []
    for row in rows:
        own = {seat: code for seat, code in seats[row.id].items() if row.own is None or seat < row.own["seats"]}
        if own != teams[row.entity_key]:
            changed.append(Seating(row, own, teams[row.entity_key]))
    whole = held_whole(uow, [one.visit for one in changed])
    for one in changed:
        if whole[one.visit.id].state in {"dispatched", *UNDER_WAY}:
            change_seats(uow, whole[one.visit.id], [one], reason=part.source)


def _take_back(uow: UnitOfWork, which: ColumnElement[bool], *, state: str) -> None:
    """Take back visits of a draw that have not begun."""
    open_ = or_(VisitRow.state == "dispatched", VisitRow.merged_into.is_not(None))
    rows = uow.session.scalars(select(VisitRow).where(which, open_).order_by(VisitRow.id)).all()
    whole = held_whole(uow, rows)
    for row in rows:
        if whole[row.id].state == "dispatched":
            take_back(uow, row, whole[row.id], state=state, reason=row.source)
