"""Signing in: a first factor, then a code where the account has a second one; every try is noted and counted."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from service.accounts.lockout import closed, count_failure, forgive, tell
from service.accounts.owing import Means, Owed, owed, standing_factor
from service.accounts.people import folded, hasher, matches
from service.accounts.second_factor import accepted
from service.accounts.sessions import begin_session, digest_of, standing_session
from service.accounts.tables import Account, BegunSignIn
from service.platform import Actor, Beyond, Problem, Role, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork

HALF_OPEN: Final = timedelta(minutes=5)
"""How long after the first factor the second is waited for."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """A browser at the door: what it calls itself, its address, and the roles that need a second factor here."""

    agent: str
    address: str
    required: Collection[Role] = ()


@contextmanager
def who_enters(database: Database, entrance: Entrance) -> Iterator[UnitOfWork]:
    """A unit of work of somebody whom nobody knows yet: whose account it is, is what is asked."""
    with (
        database.unit_of_work(Actor("anonymous", entrance.address, Role.PUBLIC)) as uow,
        beyond_scope(uow.session, Beyond.SIGNING_IN),
    ):
        yield uow


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser signed in, or half so: the secret for it to keep, and what is owed before anything else."""

    secret: str
    owed: Owed | None


def sign_in(database: Database, entrance: Entrance, *, login: str, password: str) -> SignedIn:
    """Sign a browser in to the console with a password; half, where the account has a second factor.

    A login that nobody has costs as long and is answered as a wrong password, so that logins cannot be guessed.

    Raises:
        Problem: `sign_in_refused`, or `account_locked` with the minutes to wait, told to whoever tries the login;
            `given_password_ended`, told to who knows it.
    """
    now = database.clock.now()
    with who_enters(database, entrance) as uow:
        wanted = select(Account).where(Account.login == folded(login), Account.ended_at.is_(None)).with_for_update()
        account = uow.session.scalars(wanted).one_or_none()
        if account is None:
            matches(_nobody_s(), password)
            refusal = Problem("sign_in_refused", pointer="/password")
            uow.after_commit(lambda: tell("refused"))
        elif (refused := closed(account, now)) is not None:
            refusal = refused
            uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": True})
            uow.after_commit(lambda: tell("closed"))
        elif not matches(account.password_hash, password):
            refusal = _counted(uow, account, Problem("sign_in_refused", pointer="/password"))
        elif account.password_until is not None and now >= account.password_until:
            refusal = _counted(uow, account, Problem("given_password_ended", pointer="/password"))
        else:
            return first_factor_given(uow, account, Means.LOCAL, entrance)
    raise refusal


def first_factor_given(uow: UnitOfWork, account: Account, means: Means, entrance: Entrance) -> SignedIn:
    """Sign in whoever proved himself by ``means``: wholly, or half where the account has a second factor.

    The tries are counted on until he has signed in wholly: a known password does not give codes any number of tries.
    """
    uow.session.execute(delete(BegunSignIn).where(BegunSignIn.began_at <= uow.now - HALF_OPEN))
    if standing_factor(uow.session, account.id) is None:
        return _opened(uow, account, means, entrance)
    secret = secrets.token_urlsafe(32)
    row = BegunSignIn(hash=digest_of(secret), account_id=account.id, means=means.value, began_at=uow.now)
    uow.session.add(row)
    uow.audit("accounts.sign_in_begun", f"account:{account.id}", {"means": means.value})
    uow.after_commit(lambda: tell("half"))
    return SignedIn(secret, Owed.CODE)


def finish_sign_in(database: Database, entrance: Entrance, *, secret: str, code: str) -> SignedIn:
    """Sign a browser in wholly by the second factor: a code of time, or one for recovery.

    Raises:
        Problem: `sign_in_expired`: nobody half signed in keeps this secret, or no longer; `code_refused`, or
            `account_locked` with the minutes to wait.
    """
    now = database.clock.now()
    with who_enters(database, entrance) as uow:
        whose = select(Account).join(BegunSignIn).where(BegunSignIn.hash == digest_of(secret))
        account = uow.session.scalars(whose.with_for_update(of=Account)).one_or_none()
        begun = half_open(uow.session, secret, now)
        if account is None or begun is None:
            raise Problem("sign_in_expired")
        refusal = closed(account, now)
        if refusal is not None:
            uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": True})
            uow.after_commit(lambda: tell("closed"))
        elif (by := accepted(uow, account.id, code)) is not None:
            uow.session.delete(begun)
            return _opened(uow, account, Means(begun.means), entrance, second=by)
        else:
            refusal = _counted(uow, account, Problem("code_refused", pointer="/code"))
    raise refusal


def half_open(session: Session, secret: str, now: datetime) -> BegunSignIn | None:
    """What this browser has begun and may still finish."""
    found = session.get(BegunSignIn, digest_of(secret))
    return None if found is None or now - found.began_at >= HALF_OPEN else found


def _opened(
    uow: UnitOfWork, account: Account, means: Means, entrance: Entrance, *, second: str | None = None
) -> SignedIn:
    forgive(account)
    secret = begin_session(
        uow.session,
        face="console",
        account_id=account.id,
        subject=None,
        agent=entrance.agent,
        address=entrance.address,
        now=uow.now,
        means=means,
    )
    uow.session.flush()
    uow.audit("accounts.signed_in", f"account:{account.id}", {"means": means.value, "second_factor": second})
    uow.after_commit(lambda: tell("signed_in"))
    held = standing_session(uow.session, "console", secret, uow.now)
    return SignedIn(secret, None if held is None else owed(uow.session, account, held, entrance.required))


def _counted(uow: UnitOfWork, account: Account, refusal: Problem) -> Problem:
    said = count_failure(account, uow.now, refusal)
    uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": account.locked_until is not None})
    uow.after_commit(lambda: tell("refused"))
    return said


@cache
def _nobody_s() -> str:
    """A hash that no password was stored as: to be looked at where there is no account."""
    return hasher().hash("nobody's")
