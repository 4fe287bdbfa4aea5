"""Wrong tries at signing in: counted for each account whatever was wrong; too many close it for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service.platform import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from service.accounts.tables import Account

MOST_FAILURES: Final = 5
"""Wrong tries in a row after which an account is closed (GB/T 22239-2019, 8.1.4.1 b, asks for such a limit)."""
CLOSED: Final = timedelta(minutes=15)


def closed(account: Account, now: datetime) -> Problem | None:
    """The refusal of an account that is closed at this instant: `account_locked`, with the minutes to wait."""
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
