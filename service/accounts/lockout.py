"""Wrong tries at signing in: counted for each account whatever was wrong; too many close it for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from service.accounts.tables import Account
from service.platform import Problem
from service.platform.metrics import SIGN_INS, gauge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.metrics import Figure

MOST_FAILURES: Final = 5
"""Wrong tries in a row after which an account is closed (GB/T 22239-2019, 8.1.4.1 b, asks for such a limit)."""
CLOSED: Final = timedelta(minutes=15)
_CLOSED = gauge("accounts_closed", "Accounts that are closed for a while after wrong tries")


def closed(account: Account, now: datetime) -> Problem | None:
    """The refusal of an account that is closed at this instant: `account_locked`, with the minutes to wait.

    One that an administrator closed is refused until he opens it: `account_locked_by_hand`.
    """
    if account.locked_at is not None:
        return Problem("account_locked_by_hand", pointer="/login")
    if account.locked_until is None or now >= account.locked_until:
        return None
    rest = account.locked_until - now
    return Problem("account_locked", pointer="/login", minutes=-(-int(rest.total_seconds()) // 60))


def count_failure(account: Account, now: datetime, refusal: Problem) -> Problem:
    """Count one more wrong try; what is told of it: ``refusal``, or `account_locked` where this one was the last."""
    account.failures += 1
    if account.failures < MOST_FAILURES:
        return refusal
    account.failures, account.locked_until = 0, now + CLOSED
    return closed(account, now) or refusal


def forgive(account: Account) -> None:
    """Begin to count anew: whoever it was has signed in wholly, or was given another password."""
    account.failures, account.locked_until = 0, None


def tell(outcome: str, *, face: str = "console") -> None:
    """Count one try: `signed_in`, `half` (a code is owed), `refused`, or `closed`: the account or address is."""
    SIGN_INS.labels(face, outcome).inc()


def figures(session: Session, now: datetime) -> Iterator[Figure]:
    """How many accounts are closed at this instant."""
    yield _CLOSED.of(session.scalar(select(func.count()).where(Account.locked_until > now)) or 0)
