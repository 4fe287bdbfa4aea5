"""Browsers that are signed in: begun, found again by their secret, ended."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import delete, select, update

from service.accounts.owing import Means, owed
from service.accounts.queries import same_person
from service.accounts.remembering import RememberedActors
from service.accounts.rules import visitor_rules
from service.accounts.tables import Account, BegunSignIn, BrowserSession
from service.accounts.usecases import named_sources
from service.platform import Actor, Problem, Role
from service.platform.shapes import blanked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork

IDLE: Final = timedelta(minutes=30)
"""After which an unused browser is signed out (GB/T 22239-2019, 8.1.4.1 b: sessions end when a connection is left)."""
LONGEST: Final = timedelta(hours=12)
"""After which a password is asked again in any case: a working day."""
_NOTED: Final = timedelta(minutes=1)
_AGENT: Final = 200


class Seen(NamedTuple):
    """A browser as it shows itself: what it calls itself, and its address."""

    agent: str
    address: str


def begin_session(
    session: Session,
    *,
    face: str,
    account_id: str | None,
    subject: str | None,
    agent: str,
    address: str,
    now: datetime,
    means: Means = Means.LOCAL,
) -> str:
    """Sign a browser in; the secret for it to keep. A new one each time: nobody can lay one in wait."""
    secret = secrets.token_urlsafe(32)
    session.add(
        BrowserSession(
            id=secrets.token_hex(8),
            hash=digest_of(secret),
            face=face,
            account_id=account_id,
            subject=subject,
            means=means.value,
            agent=_called(agent),
            address=address,
            began_at=now,
            seen_at=now,
        )
    )
    return secret


def _called(agent: str) -> str:
    """What a browser calls itself, cut, without what looks like a secret or an identity number."""
    return blanked(agent)[:_AGENT]


def end_session(session: Session, secret: str, now: datetime) -> str | None:
    """Sign out the browser that keeps this secret; the id of its session, None where it has none in force."""
    found = session.scalars(select(BrowserSession).where(BrowserSession.hash == digest_of(secret))).one_or_none()
    if found is None or found.ended_at is not None:
        return None
    found.ended_at = now
    return found.id


def end_sessions(session: Session, account_id: str, now: datetime, *, keep: str | None = None) -> None:
    """Sign out every browser of an account, but for the session ``keep``; who is half signed in begins anew."""
    session.execute(delete(BegunSignIn).where(BegunSignIn.account_id == account_id))
    of = update(BrowserSession).where(BrowserSession.account_id == account_id, BrowserSession.ended_at.is_(None))
    session.execute(of.where(BrowserSession.id != (keep or "")).values(ended_at=now))


def end_session_of(*, uow: UnitOfWork, account_id: str, session_id: str) -> None:
    """Sign out one browser of an account; one that is no more stays so.

    Raises:
        Problem: `session_unknown`: the account has no such session.
    """
    found = uow.session.get(BrowserSession, session_id, with_for_update=True)
    if found is None or found.account_id != account_id:
        raise Problem("session_unknown", pointer="/session")
    found.ended_at = found.ended_at or uow.now
    uow.audit("accounts.signed_out", f"session:{session_id}", {})


def end_other_sessions(*, uow: UnitOfWork, account_id: str, keep: str) -> None:
    """Sign out every browser of an account but the one of the session ``keep``."""
    end_sessions(uow.session, account_id, uow.now, keep=keep)
    uow.audit("accounts.others_signed_out", f"account:{account_id}", {})


def sessions_of(session: Session, account_id: str, now: datetime) -> Sequence[BrowserSession]:
    """The browsers signed in to an account, last seen first."""
    wanted = select(BrowserSession).where(BrowserSession.account_id == account_id, BrowserSession.ended_at.is_(None))
    fresh = wanted.where(BrowserSession.seen_at > now - IDLE, BrowserSession.began_at > now - LONGEST)
    return session.scalars(fresh.order_by(BrowserSession.seen_at.desc())).all()


def standing_session(session: Session, face: str, secret: str, now: datetime) -> BrowserSession | None:
    """The session of this secret, neither ended nor left idle nor too old."""
    found = session.scalars(select(BrowserSession).where(BrowserSession.hash == digest_of(secret))).one_or_none()
    if found is None or found.face != face or found.ended_at is not None:
        return None
    longest = LONGEST if found.account_id is not None else timedelta(minutes=visitor_rules()["session"]["minutes"])
    return found if now - found.seen_at < IDLE and now - found.began_at < longest else None


def digest_of(secret: str) -> bytes:
    """What is stored of a browser's secret, which is random enough for a fast hash."""
    return sha256(secret.encode()).digest()


class BrowserAuthenticator:
    """Turns a browser's secret into who looks; remembers each for as long as tokens are remembered."""

    def __init__(
        self,
        database: Database,
        *,
        below: Callable[[Session, str], Iterable[str]],
        required: Collection[Role] = (),
    ) -> None:
        """`below` tells the authorities under one, by code; who they are is known to a room above.

        `required`: the roles that need a second factor.
        """
        self._database = database
        self._below = below
        self._required = required
        self.remembered = RememberedActors[tuple[str, bytes, Seen]]()

    def __call__(self, face: str, secret: str, agent: str, address: str) -> Actor | None:
        """Who looks, or None where the browser is not, or no longer, signed in to this face.

        ``agent``, ``address``: what the browser calls itself, and whence it comes. Neither proves anything; a use that
        is like none at signing in is noted, for whoever signed in to see.
        """
        seen = Seen(_called(agent), address)
        return self.remembered.get((face, digest_of(secret), seen), lambda: self._found(face, secret, seen))

    def _found(self, face: str, secret: str, seen: Seen) -> Actor | None:
        now = self._database.clock.now()
        with self._database.reader() as session:
            held = standing_session(session, face, secret, now)
            actor = None if held is None else self._actor(session, held)
        if held is not None and actor is not None and (news := _news(held, seen, now)):
            with self._database.bookkeeping() as session:
                session.execute(update(BrowserSession).where(BrowserSession.id == held.id).values(news))
        return actor

    def _actor(self, session: Session, held: BrowserSession) -> Actor | None:
        if held.account_id is None:
            return Actor("visitor", held.id, Role.ENTITY, subject=held.subject)
        account = session.get_one(Account, held.account_id)
        if account.ended_at is not None or owed(session, account, held, self._required) is not None:
            return None
        return Actor(
            "account",
            account.id,
            Role(account.role),
            account.authority,
            account.regions,
            below=frozenset(() if account.authority is None else self._below(session, account.authority)),
            person=account.person,
            others=named_sources(session),
            same=same_person(session, account.person),
        )


def _news(held: BrowserSession, seen: Seen, now: datetime) -> dict[str, object]:
    """What is to be noted of this use: when, once a minute; and whence, where not as it was at signing in."""
    news: dict[str, object] = {"seen_at": now} if now - held.seen_at > _NOTED else {}
    known = held.other_at is not None and seen == (held.other_agent, held.other_address)
    if seen == (held.agent, held.address) or (known and not news):
        return news
    return {"seen_at": now, "other_agent": seen.agent, "other_address": seen.address, "other_at": now}
