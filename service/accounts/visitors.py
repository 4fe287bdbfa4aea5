"""Visitors: an entity enters the portal once with a code that it was given; every try is counted."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select, update

from service.accounts.lockout import tell
from service.accounts.people import hasher, matches
from service.accounts.queries import names_of_hands
from service.accounts.rules import visitor_rules
from service.accounts.sessions import begin_session, digest_of
from service.accounts.tables import BrowserSession, VisitorCode, VisitorTry
from service.platform import Actor, Beyond, Problem, Role, beyond_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork

FACE: Final = "portal"
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is written in: nothing that is taken for something else on paper (0 and O, 1 and I and L, U and V)."""
GROUPS: Final = 4
GROUP: Final = 4
FINDS: Final = 8
"""Characters of four groups of four that find the code; the other eight (39 bits, for few tries) prove it.

Nobody hits by chance upon what finds another's code, to end it by wrong tries, however many entities hold one.
"""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A new code; `code` is told this once, with dashes, as it is printed."""

    id: str
    code: str
    expires_at: datetime


def issue_code(
    uow: UnitOfWork, *, subject: str, notice: str | None = None, identified: str | None = None
) -> IssuedCode:
    """Issue a code that opens the portal once for an entity. ``subject``: its public key.

    ``notice``: the notice that carries it; ``identified``: how a visitor at the counter showed who they are.
    """
    with beyond_scope(uow.session, Beyond.ONCE):
        code = _made(uow.session, uow.now)
    row = VisitorCode(
        id=secrets.token_hex(8),
        prefix=code[:FINDS],
        hash=hasher().hash(code),
        subject=subject,
        notice=notice,
        identified=identified,
        issued_by=f"{uow.actor.kind}:{uow.actor.id}",
        person=uow.actor.person,
        issued_at=uow.now,
        expires_at=uow.now + timedelta(days=visitor_rules()["code"]["days"]),
        failures=0,
    )
    uow.session.add(row)
    said = {"code": row.id, "notice": notice, "identified": identified, "expires_at": row.expires_at.isoformat()}
    uow.audit("accounts.visitor_code_issued", subject, said)
    return IssuedCode(row.id, "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)), row.expires_at)


def end_code(uow: UnitOfWork, *, subject: str, code: str) -> None:
    """Have a code open nothing any more; one that was used or ended stays as it is.

    Raises:
        Problem: `visitor_code_unknown`: the entity has no code of this id.
    """
    found = uow.session.get(VisitorCode, code, with_for_update=True)
    if found is None or found.subject != subject:
        raise Problem("visitor_code_unknown", known=code[:40])
    if found.used_at is None and found.ended_at is None:
        found.ended_at = uow.now
    uow.audit("accounts.visitor_code_ended", subject, {"code": found.id})


def codes_of(session: Session, subject: str, now: datetime) -> list[dict[str, Any]]:
    """The codes that an entity was given, newest first, each with where it stands; never what they are."""
    rows = session.scalars(
        select(VisitorCode).where(VisitorCode.subject == subject).order_by(VisitorCode.issued_at.desc(), VisitorCode.id)
    )
    names = ("id", "notice", "identified", "issued_by", "person", "issued_at", "expires_at", "used_at")
    found = list(rows)
    called = names_of_hands(session, {row.issued_by for row in found})
    return [
        {
            **{name: getattr(row, name) for name in names},
            "issuer": called.get(row.issued_by),
            "state": _state(row, now),
        }
        for row in found
    ]


def enter_with_code(database: Database, *, code: str, agent: str, address: str) -> str:
    """Sign a browser in to the portal for the entity of a code, which is then used up; the secret for it to keep.

    A code that nobody was given costs as long and is answered as one that is wrong, used or over.

    Raises:
        Problem: `visitor_code_refused`, or `visitor_address_closed` with the minutes to wait.
    """
    now = database.clock.now()
    _count_try(database, address, now)
    known = _plain(code)
    with (
        database.unit_of_work(Actor("anonymous", address, Role.PUBLIC)) as uow,
        beyond_scope(uow.session, Beyond.CODE),
    ):
        found = _standing(uow.session, known[:FINDS], now)
        if found is None:
            matches(_nobody_s(), known)
        elif matches(found.hash, known):
            secret = begin_session(
                uow.session, face=FACE, account_id=None, subject=found.subject, agent=agent, address=address, now=now
            )
            began = uow.session.scalars(select(BrowserSession.id).where(BrowserSession.hash == digest_of(secret))).one()
            found.used_at, found.session = now, began
            uow.audit("accounts.visitor_entered", found.subject, {"code": found.id, "session": began})
            uow.after_commit(lambda: tell("signed_in", face=FACE))
            uow.session.execute(delete(VisitorTry).where(VisitorTry.address == address, VisitorTry.tried_at == now))
            return secret
        else:
            found.failures += 1
            if found.failures >= visitor_rules()["code"]["tries"]:
                found.ended_at = now
            uow.audit(
                "accounts.visitor_refused", found.subject, {"code": found.id, "ended": found.ended_at is not None}
            )
    tell("refused", face=FACE)
    raise Problem("visitor_code_refused", pointer="/code")


def _count_try(database: Database, address: str, now: datetime) -> None:
    """Count a try before it is looked at, so that many at once are many; too many are refused.

    Raises:
        Problem: `visitor_address_closed`.
    """
    rules = visitor_rules()["address"]
    window = timedelta(minutes=rules["minutes"])
    with database.bookkeeping() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(address))))
        session.execute(delete(VisitorTry).where(VisitorTry.tried_at <= now - window))
        of = select(func.count(), func.min(VisitorTry.tried_at)).where(VisitorTry.address == address)
        count, first = session.execute(of).one()
        if count < rules["tries"]:
            session.add(VisitorTry(address=address, tried_at=now))
            return
    tell("closed", face=FACE)
    wait = (first + window - now).total_seconds()
    raise Problem("visitor_address_closed", pointer="/code", minutes=-(-int(wait) // 60))


def _standing(session: Session, prefix: str, now: datetime) -> VisitorCode | None:
    """The code with this beginning that may still be used, held until the transaction ends."""
    wanted = select(VisitorCode).where(*_open(prefix), VisitorCode.expires_at > now)
    return session.scalars(wanted.with_for_update()).one_or_none()


def _made(session: Session, now: datetime) -> str:
    """A code whose beginning is that of no other which may still be used."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(GROUP * GROUPS))
        prefix = code[:FINDS]
        over = update(VisitorCode).where(*_open(prefix), VisitorCode.expires_at <= now)
        session.execute(over.values(ended_at=VisitorCode.expires_at))
        if _standing(session, prefix, now) is None:
            return code


def _open(prefix: str) -> tuple[ColumnElement[bool], ...]:
    return (VisitorCode.prefix == prefix, VisitorCode.used_at.is_(None), VisitorCode.ended_at.is_(None))


def _plain(code: str) -> str:
    """A code as it is compared: full-width letters, capitals, spaces and dashes make no difference."""
    plain = unicodedata.normalize("NFKC", code).upper()
    return "".join(char for char in plain if char in ALPHABET)[: GROUP * GROUPS]


def _state(row: VisitorCode, now: datetime) -> str:
    if row.used_at is not None:
        return "used"
    if row.ended_at is not None:
        return "ended"
    return "expired" if row.expires_at <= now else "standing"


@cache
def _nobody_s() -> str:
    """A hash that no code was stored as: to be looked at where there is none."""
    return hasher().hash("nobody's")
