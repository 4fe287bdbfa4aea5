"""Replies: those that everybody reads, an entity's own, and those that wait for staff."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import or_, select

from service import publicity, register
from service.inspections import visits
from service.platform import Beyond, Role, beyond_scope, local_day, region_prefix
from service.repairs.replies.rules import reply_rules
from service.repairs.replies.tables import Reply, ReplyAct

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from service.platform import Actor

WAITING = "waiting"
STANDING = (WAITING, "accepted")
RECORD, RESULT = "record", "result"
_MOST_NUMBER = 1 << 63


class Stood(NamedTuple):
    """A reply and the newest thing that became of it; None while it waits."""

    reply: Reply
    act: ReplyAct | None

    @property
    def state(self) -> str:
        """`waiting`, or what became of it."""
        return WAITING if self.act is None else self.act.act


def stood(session: Session, wanted: Select[Reply]) -> list[Stood]:
    """Replies with what became of each, oldest first."""
    rows = session.scalars(wanted.order_by(Reply.id)).all()
    acts = select(ReplyAct).where(ReplyAct.reply_id.in_([one.id for one in rows])).order_by(ReplyAct.id)
    last = {one.reply_id: one for one in session.scalars(acts)}
    return [Stood(one, last.get(one.id)) for one in rows]


def about_these(session: Session, about: str, references: Collection[str]) -> list[Stood]:
    """Every reply about some records, or some results."""
    return stood(session, select(Reply).where(Reply.about == about, Reply.reference.in_(list(references))))


def public_replies(session: Session, about: str, references: Collection[str], *, now: datetime) -> list[dict[str, Any]]:
    """The accepted replies beside those of some records or results that are public today.

    The name of a natural person is masked in what that person said, as it is in the record.
    """
    with beyond_scope(session, Beyond.PUBLISHED):
        found = [one for one in about_these(session, about, references) if one.state == "accepted"]
    shown = still_public(session, about, {one.reply.reference for one in found}, now=now)
    whose = register.facts(session, set(shown.values()), position=None)
    return [
        {
            "about": about,
            "reference": one.reply.reference,
            "text": register.masked_within(one.reply.text, whose[shown[one.reply.reference]]),
            "said_on": one.reply.said_on.isoformat(),
        }
        for one in found
        if one.reply.reference in shown
    ]


def still_public(session: Session, about: str, references: Collection[str], *, now: datetime) -> dict[str, int]:
    """Of some records or results those that are public today: by reference, the entity."""
    if about == RESULT:
        return visits.published_among(session, references)
    events = [int(one) for one in references if one.isascii() and one.isdigit() and int(one) < _MOST_NUMBER]
    return {str(event): entity for event, entity in publicity.public_among(session, events, now=now).items()}


def own_replies(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """What an entity has said, newest first, with what became of each."""
    found = stood(session, select(Reply).where(Reply.entity_key == (actor.subject or "")))
    return [document(one) for one in reversed(found)]


def waiting_replies(session: Session, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """The replies in the caller's scope that wait to be looked at, oldest first; each with its last day."""
    wanted = select(Reply).where(~select(ReplyAct.id).where(ReplyAct.reply_id == Reply.id).exists())
    found = stood(session, _within(wanted, actor))
    whose = register.facts(session, {one.reply.entity_id for one in found}, position=None)
    told = []
    for one in found:
        entity = whose[one.reply.entity_id]
        due = one.reply.said_on + timedelta(days=reply_rules()["days"])
        overdue = local_day(now, entity.timezone) > due
        name = register.masked(entity.name) if entity.natural_person else entity.name
        told.append(document(one) | {"name": name, "due_on": due.isoformat(), "overdue": overdue})
    return told


def document(one: Stood) -> dict[str, Any]:
    """A reply for whoever may read it before it is public; not who looked at it."""
    act = one.act
    return {
        "id": one.reply.id,
        "entity": one.reply.entity_key,
        "about": one.reply.about,
        "reference": one.reply.reference,
        "text": one.reply.text,
        "said_on": one.reply.said_on.isoformat(),
        "state": one.state,
        "ground": None if act is None else act.ground,
        "reason": None if act is None else act.reason,
        "done_on": None if act is None else act.done_on.isoformat(),
    }


def may_see(actor: Actor, reply: Reply) -> bool:
    """Whether a caller may read a reply that is not public: the entity itself, staff within their scope."""
    if actor.role is Role.ENTITY:
        return actor.subject == reply.entity_key
    return actor.may_see(reply.authority, reply.region)


def _within(wanted: Select[Reply], actor: Actor) -> Select[Reply]:
    if actor.authorities is not None:
        wanted = wanted.where(Reply.authority.in_(actor.authorities))
    if actor.regions:
        wanted = wanted.where(or_(*(Reply.region.startswith(region_prefix(one)) for one in actor.regions)))
    return wanted
