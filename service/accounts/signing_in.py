"""Signing in with a password: every try is noted, and too many wrong ones close the account for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.accounts.people import folded, hasher, matches
from service.accounts.sessions import begin_session
from service.accounts.tables import Account
from service.platform import Actor, Problem, Role

if TYPE_CHECKING:
    from service.platform import Database

MOST_FAILURES: Final = 5
"""Wrong passwords in a row after which an account is closed (GB/T 22239-2019, 8.1.4.1 b, asks for such a limit)."""
CLOSED: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser signed in: the secret for it to keep, and whether the password must be changed first."""

    secret: str
    must_change: bool


def sign_in(database: Database, *, login: str, password: str, agent: str, address: str) -> SignedIn:
    """Sign a browser in to the console.

    A login that nobody has costs as long and is answered as a wrong password, so that logins cannot be guessed.

    Raises:
        Problem: `sign_in_refused`, or `account_locked` with the minutes to wait, told to whoever tries the login.
    """
    now = database.clock.now()
    with database.unit_of_work(Actor("anonymous", address, Role.PUBLIC)) as uow:
        wanted = select(Account).where(Account.login == folded(login), Account.ended_at.is_(None)).with_for_update()
        account = uow.session.scalars(wanted).one_or_none()
        if account is None:
            matches(_nobody_s(), password)
            refusal = Problem("sign_in_refused", pointer="/password")
        elif account.locked_until is not None and now < account.locked_until:
            refusal = _locked(account.locked_until - now)
            uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": True})
        elif matches(account.password_hash, password):
            account.failures, account.locked_until = 0, None
            secret = begin_session(
                uow.session, face="console", account_id=account.id, subject=None, agent=agent, address=address, now=now
            )
            uow.audit("accounts.signed_in", f"account:{account.id}", {})
            return SignedIn(secret, account.must_change)
        else:
            account.failures += 1
            refusal = Problem("sign_in_refused", pointer="/password")
            if account.failures >= MOST_FAILURES:
                account.failures, account.locked_until = 0, now + CLOSED
                refusal = _locked(CLOSED)
            uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": account.locked_until is not None})
    raise refusal


def _locked(rest: timedelta) -> Problem:
    return Problem("account_locked", pointer="/login", minutes=-(-int(rest.total_seconds()) // 60))


@cache
def _nobody_s() -> str:
    """A hash that no password was stored as: to be looked at where there is no account."""
    return hasher().hash("nobody's")
