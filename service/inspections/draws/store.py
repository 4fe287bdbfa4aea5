"""What is stored of draws: documents, register entries, acts, rows. Only this module writes and reads the tables."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import String, cast, exists, or_, select, text
from sqlalchemy.orm import aliased

from scoring.kernel.canonical import canonical
from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from service import register
from service.inspections.draws.persons import staff_code
from service.inspections.draws.tables import DrawAct, DrawDocument, DrawEntry, DrawRow
from service.platform import Problem, turn_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

Document = dict[str, Any]
_TURN = turn_of("draws")
PUBLIC_ACTS = ("dispatched", "opened", "void")
_CHANGED = text("""
SELECT step.draw_id, max(a.recorded_at) FROM (
  SELECT draw_id, audit_id FROM draw_document WHERE draw_id = ANY(:draws)
  UNION ALL
  SELECT draw_id, audit_id FROM draw_act WHERE draw_id = ANY(:draws) AND kind = ANY(:acts)) step
  JOIN audit a ON a.id = step.audit_id
 GROUP BY step.draw_id
""")
_COLUMNS = (
    DrawRow.id,
    DrawRow.number,
    DrawRow.authority,
    DrawRow.task,
    DrawRow.prepared_by,
    DrawRow.prepared_at,
)


class Draw(NamedTuple):
    """A draw. ``prepared_by``: staff code."""

    id: int
    number: str
    authority: str
    task: str
    prepared_by: str
    prepared_at: datetime


class Act(NamedTuple):
    """What somebody did. ``person``: staff code; ``subject`` and ``body`` as the kind has them."""

    id: int
    kind: str
    subject: str
    person: str
    body: Mapping[str, Any]
    taken_at: datetime


def take_turn(uow: UnitOfWork) -> None:
    """Let no other step of any draw run beside this one, until the transaction ends; readers go on.

    Steps are few and entries of a register must follow one another. As the first statement of a transaction of one
    snapshot it comes before the snapshot, so that whoever waited sees what the other did.
    """
    uow.session.execute(_TURN)


def draw_of(session: Session, number: str) -> Draw:
    """A draw by its number.

    Raises:
        Problem: ``draw_not_found``.
    """
    found = draws_numbered(session, number)
    if not found:
        raise Problem("draw_not_found", draw=number[:80])
    return found[0]


def draws_numbered(session: Session, number: str) -> list[Draw]:
    """The one draw of a number; none where it names none."""
    return [Draw(*row) for row in session.execute(select(*_COLUMNS).where(DrawRow.number == number))]


def draws_of_task(session: Session, task: str) -> list[Draw]:
    """The draws of a task, oldest first."""
    return [Draw(*row) for row in session.execute(select(*_COLUMNS).where(DrawRow.task == task).order_by(DrawRow.id))]


def all_draws(
    session: Session,
    *,
    authority: str | None,
    after: int,
    limit: int,
    task: str | None = None,
    newest_first: bool = False,
) -> list[Draw]:
    """Up to so many draws, oldest first, of all authorities or those in which one has a part, of one task if named."""
    beyond, turn = (DrawRow.id < after, DrawRow.id.desc()) if newest_first else (DrawRow.id > after, DrawRow.id)
    wanted = select(*_COLUMNS).where(beyond).order_by(turn).limit(limit)
    if authority is not None:
        entered = select(DrawEntry.draw).where(DrawEntry.authority == authority)
        wanted = wanted.where(or_(DrawRow.authority == authority, DrawRow.number.in_(entered)))
    if task is not None:
        wanted = wanted.where(DrawRow.task == task)
    return [Draw(*row) for row in session.execute(wanted)]


def changed_at(session: Session, draws: Sequence[Draw]) -> list[datetime]:
    """When each draw last came further for everyone to see: a document of it was made, or a public act done."""
    ids = [one.id for one in draws]
    rows = session.execute(_CHANGED, {"draws": ids, "acts": list(PUBLIC_ACTS)})
    last: dict[int, datetime] = {row[0]: row[1] for row in rows}
    return [last.get(one.id, one.prepared_at) for one in draws]


def steps_taken(session: Session, draws: Iterable[Draw]) -> dict[int, tuple[set[str], set[str]]]:
    """Of each draw, by its id: the kinds of its documents, and of what was done to it."""
    found: dict[int, tuple[set[str], set[str]]] = {draw.id: (set(), set()) for draw in draws}
    made = select(DrawDocument.draw_id, DrawDocument.type).where(DrawDocument.draw_id.in_(found)).distinct()
    done = select(DrawAct.draw_id, DrawAct.kind).where(DrawAct.draw_id.in_(found)).distinct()
    for place, wanted in enumerate((made, done)):
        for draw, kind in session.execute(wanted):
            found[draw][place].add(kind)
    return found


def unfinished(session: Session) -> list[Draw]:
    """Draws that are neither void nor opened, oldest first."""
    ended = select(DrawAct.draw_id).where(DrawAct.kind.in_(("void", "opened")))
    return [
        Draw(*row) for row in session.execute(select(*_COLUMNS).where(DrawRow.id.not_in(ended)).order_by(DrawRow.id))
    ]


def proposed_of(session: Session, asked: str, answered: str) -> list[Draw]:
    """Draws, not void, with an act of the kind ``asked`` whose number no act ``answered`` names, oldest first."""
    act, answer, void = DrawAct, aliased(DrawAct), aliased(DrawAct)
    of = answer.draw_id == act.draw_id
    wanted = select(act.draw_id).where(
        act.kind == asked,
        ~exists().where(of, answer.kind == answered, answer.subject == cast(act.id, String)),
        ~exists().where(void.draw_id == act.draw_id, void.kind == "void"),
    )
    return [Draw(*row) for row in session.execute(select(*_COLUMNS).where(DrawRow.id.in_(wanted)).order_by(DrawRow.id))]


def sent_out(session: Session) -> list[Draw]:
    """Draws that were dispatched and are neither void nor opened, oldest first."""
    went = set(session.scalars(select(DrawAct.draw_id).where(DrawAct.kind == "dispatched")))
    return [draw for draw in unfinished(session) if draw.id in went]


def held(uow: UnitOfWork, number: str, *, anyone: bool = False) -> Draw:
    """The draw, held for a step, within the caller's scope; ``anyone``: a step of persons outside the authority.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``.
    """
    take_turn(uow)
    found = draw_of(uow.session, number)
    if not anyone and not register.reaches_authority(uow.session, uow.actor, found.authority):
        raise Problem("out_of_scope")
    return found


def seconds(instant: datetime) -> int:
    """An instant as documents write it."""
    return int(instant.timestamp())


def zone_of(session: Session, authority: str) -> ZoneInfo:
    """The zone in which instants of an authority's draws are told to people."""
    return ZoneInfo(next(one.timezone for one in register.authorities(session) if one.code == authority))


def local(second: int, zone: ZoneInfo) -> datetime:
    """An instant as documents write it, to be told to people."""
    return datetime.fromtimestamp(second, zone)


def moment(uow: UnitOfWork, authority: str) -> int:
    """Now, as documents write it; never before the last entry of the register, whatever clock that one had."""
    head = head_of(uow.session, authority)
    now = seconds(uow.now)
    return now if head is None else max(now, head["at"])


def document(session: Session, draw: Draw, kind: str) -> Document | None:
    """A document of a draw; None before it is made."""
    body = session.execute(
        select(DrawDocument.body).where(DrawDocument.draw_id == draw.id, DrawDocument.type == kind, DrawDocument.n == 1)
    ).scalar_one_or_none()
    return None if body is None else _read(body)


def needed(session: Session, draw: Draw, kind: str) -> Document:
    """A document that a step stands on.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    found = document(session, draw, kind)
    if found is None:
        raise Problem("draw_step_too_early", draw=draw.number, needs=kind)
    return found


def events(session: Session, draw: Draw) -> list[Document]:
    """The log after the draw."""
    wanted = select(DrawDocument.body).where(DrawDocument.draw_id == draw.id, DrawDocument.type == "event")
    return [_read(body) for body in session.execute(wanted.order_by(DrawDocument.n)).scalars()]


def add_document(uow: UnitOfWork, draw: Draw, made: Document) -> str:
    """Store a document; returns its digest."""
    said = digest(made)
    audit_id = uow.audit(f"inspections.draw_{made['type']}", draw.number, {"digest": said})
    uow.session.add(
        DrawDocument(
            draw_id=draw.id,
            type=made["type"],
            n=made.get("n", 1),
            digest=said,
            body=canonical(made),
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return said


def register_of(session: Session, authority: str, *, after: int = 0, limit: int | None = None) -> list[Document]:
    """An authority's register of draws, entry by entry."""
    wanted = select(DrawEntry.body).where(DrawEntry.authority == authority, DrawEntry.n > after).order_by(DrawEntry.n)
    return [_read(body) for body in session.execute(wanted.limit(limit)).scalars()]


def head_of(session: Session, authority: str) -> Document | None:
    """The last entry of a register."""
    wanted = select(DrawEntry.body).where(DrawEntry.authority == authority).order_by(DrawEntry.n.desc()).limit(1)
    body = session.execute(wanted).scalar_one_or_none()
    return None if body is None else _read(body)


def enter(
    uow: UnitOfWork, draw: Draw, kind: str, said: str, *, by: str = "", approved_by: str = "", reason: str = ""
) -> Document:
    """Add an entry to the register; ``said``: the digest of what is registered. ``by``: else the caller."""
    return enter_for(uow, draw, (draw.authority, draw.task), kind, said, by=by, approved_by=approved_by, reason=reason)


def enter_for(
    uow: UnitOfWork,
    draw: Draw,
    whose: tuple[str, str],
    kind: str,
    said: str,
    *,
    by: str = "",
    approved_by: str = "",
    reason: str = "",
) -> Document:
    """As ``enter``, in the register of one authority of a joint draw; ``whose``: the authority and its own task."""
    authority, task = whose
    before = head_of(uow.session, authority)
    facts = {
        "authority": authority,
        "kind": kind,
        "draw": "" if kind == "plan" else draw.number,
        "task": "" if kind == "plan" else task,
        "digest": said,
        "at": moment(uow, authority),
        "by": by or staff_code(uow.actor),
        "approved_by": approved_by,
        "reason": reason,
    }
    made = transcript.entry(before, facts)
    audit_id = uow.audit("inspections.draw_registered", draw.number, {"kind": kind, "n": made["n"], "digest": said})
    uow.session.add(
        DrawEntry(
            authority=authority,
            n=made["n"],
            draw=made["draw"],
            kind=kind,
            digest=digest(made),
            body=canonical(made),
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return made


def enter_elsewhere(
    uow: UnitOfWork, draw: Draw, whose: Iterable[tuple[str, str]], kind: str, said: str, **persons: str
) -> None:
    """Enter the beginning or end of a joint draw in the registers of its other authorities, each under its own task."""
    for authority, task in whose:
        if authority != draw.authority:
            enter_for(uow, draw, (authority, task), kind, said, **persons)


def add_act(uow: UnitOfWork, draw: Draw, kind: str, subject: str = "", body: Mapping[str, Any] | None = None) -> int:
    """Note what the caller did; returns the act's number. The audit ledger gets the kind and subject alone."""
    audit_id = uow.audit(f"inspections.draw_{kind}", draw.number, {"subject": subject})
    row = DrawAct(
        draw_id=draw.id,
        kind=kind,
        subject=subject,
        person=staff_code(uow.actor),
        body=dict(body or {}),
        taken_at=uow.now,
        audit_id=audit_id,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def acts(session: Session, draw: Draw, *kinds: str) -> list[Act]:
    """The acts of these kinds (none named: all), oldest first."""
    wanted = select(DrawAct.id, DrawAct.kind, DrawAct.subject, DrawAct.person, DrawAct.body, DrawAct.taken_at)
    wanted = wanted.where(DrawAct.draw_id == draw.id).order_by(DrawAct.id)
    if kinds:
        wanted = wanted.where(DrawAct.kind.in_(kinds))
    return [Act(*row) for row in session.execute(wanted)]


def newest(found: Sequence[Act], kind: str) -> dict[str, Act]:
    """The newest act of a kind for each subject."""
    return {act.subject: act for act in found if act.kind == kind}


def _read(body: bytes) -> Document:
    read: Document = json.loads(body)
    return read
