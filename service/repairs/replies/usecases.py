"""Saying a reply, screening it, taking it back."""

from __future__ import annotations

import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from service import register
from service.accounts import issued_by_caller
from service.platform import Problem, local_day
from service.repairs.replies.queries import STANDING, WAITING, about_these, may_see, still_public
from service.repairs.replies.rules import grounds, reply_rules
from service.repairs.replies.tables import Reply, ReplyAct

if TYPE_CHECKING:
    from service.platform import UnitOfWork
    from service.repairs.replies.queries import Stood

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_AUTHOR: Final = text("SELECT actor_kind || ':' || actor_id FROM audit WHERE id = :id")
_HELD: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('reply:' || :about || ':' || :reference, 0))")


def say(uow: UnitOfWork, *, about: str, reference: str, said: str) -> int:
    """Say a reply beside a record or result of one's own that is public; returns its number.

    It is public once staff have found nothing unlawful in it, and as long as the record or result is.

    Raises:
        Problem: ``reply_nothing_public``, also of another entity; ``reply_present``, ``reply_text``,
            ``reply_too_long``.
    """
    plain = _plain(said)
    uow.session.execute(_HELD, {"about": about, "reference": reference})
    number = still_public(uow.session, about, [reference], now=uow.now).get(reference)
    entity = None if number is None else register.facts(uow.session, [number], position=None).get(number)
    if entity is None or entity.key != uow.actor.subject:
        raise Problem("reply_nothing_public", pointer="/reference", reference=reference[:80])
    if any(one.state in STANDING for one in about_these(uow.session, about, [reference])):
        raise Problem("reply_present", pointer="/reference", reference=reference)
    told = {"about": about, "reference": reference, "sha256": sha256(plain.encode()).hexdigest()}
    row = Reply(
        about=about,
        reference=reference,
        entity_id=entity.id,
        entity_key=entity.key,
        authority=entity.authority,
        region=entity.region,
        text=plain,
        said_on=local_day(uow.now, entity.timezone),
        said_at=uow.now,
        audit_id=uow.audit("repairs.reply_said", entity.key, told),
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def screen(uow: UnitOfWork, *, reply: int, accept: bool, ground: str | None = None, reason: str | None = None) -> None:
    """Let a reply be public, or keep it from the public on a ground and with a reason that the entity reads.

    Raises:
        Problem: ``reply_unknown``, ``reply_done``, ``reply_ground``, ``reply_issued_code``: the caller issued the code
            with which its author entered.
    """
    found = _held(uow, reply)
    if found.state != WAITING:
        raise Problem("reply_done", reply=reply, state=found.state)
    author = uow.session.execute(_AUTHOR, {"id": found.reply.audit_id}).scalar_one()
    if issued_by_caller(uow.session, uow.actor, {author}):
        raise Problem("reply_issued_code", reply=reply)
    if accept != (ground is None) or (not accept and (ground not in grounds() or not reason)):
        raise Problem("reply_ground", pointer="/ground", known=", ".join(grounds()))
    _write(uow, found, "accepted" if accept else "refused", ground=ground, reason=reason)


def take_back(uow: UnitOfWork, *, reply: int) -> None:
    """Take back a reply of one's own, before or after it was public; once is enough.

    Raises:
        Problem: ``reply_unknown``, ``reply_done``: it was refused.
    """
    found = _held(uow, reply)
    if found.state == "refused":
        raise Problem("reply_done", reply=reply, state=found.state)
    if found.state != "withdrawn":
        _write(uow, found, "withdrawn", ground=None, reason=None)
    else:
        uow.audit("repairs.reply_withdrawn", found.reply.entity_key, {"reply": reply, "again": True})


def _held(uow: UnitOfWork, number: int) -> Stood:
    found = uow.session.get(Reply, number)
    if found is None or not may_see(uow.actor, found):
        raise Problem("reply_unknown", reply=number)
    uow.session.execute(_HELD, {"about": found.about, "reference": found.reference})
    return next(one for one in about_these(uow.session, found.about, [found.reference]) if one.reply.id == number)


def _write(uow: UnitOfWork, found: Stood, act: str, *, ground: str | None, reason: str | None) -> None:
    reply = found.reply
    zone = register.facts(uow.session, [reply.entity_id], position=None)[reply.entity_id].timezone
    told = {"reply": reply.id, "about": reply.about, "reference": reply.reference, "ground": ground, "reason": reason}
    uow.session.add(
        ReplyAct(
            reply_id=reply.id,
            act=act,
            ground=ground,
            reason=reason,
            person=uow.actor.person or f"{uow.actor.kind}:{uow.actor.id}",
            done_on=local_day(uow.now, zone),
            audit_id=uow.audit(f"repairs.reply_{act}", reply.entity_key, told),
        )
    )


def _plain(said: str) -> str:
    """The text as it is kept: composed, without blanks at its ends, its line breaks alike; nothing unseen in it.

    Raises:
        Problem: ``reply_text``, ``reply_too_long``.
    """
    plain = unicodedata.normalize("NFC", said).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not plain or any(unicodedata.category(char) in _UNSEEN for char in plain.replace("\n", "")):
        raise Problem("reply_text", pointer="/text")
    longest = reply_rules()["longest"]
    if len(plain) > longest:
        raise Problem("reply_too_long", pointer="/text", longest=longest, count=len(plain))
    return plain
