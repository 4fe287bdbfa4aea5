"""Who is signed in proves once more that it is he, before what opens or closes his account to others is changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from service.accounts.lockout import closed, count_failure
from service.accounts.owing import Means
from service.accounts.people import matches
from service.accounts.tables import Account, BrowserSession
from service.platform import Actor, Problem, Role

if TYPE_CHECKING:
    from service.platform import Database

FRESH: Final = timedelta(minutes=10)
"""How long a sign-in at the identity provider stands for the password that is not ours to ask."""


def prove_password(database: Database, *, account_id: str, password: str, refusal: Problem) -> None:
    """Prove by the password that it is its holder; a wrong one counts as at signing in, and is answered by ``refusal``.

    Raises:
        Problem: ``refusal``, or `account_locked` with the minutes to wait.
    """
    with database.unit_of_work(Actor("account", account_id, Role.PUBLIC)) as uow:
        account = uow.session.get_one(Account, account_id, with_for_update=True)
        said = closed(account, uow.now)
        if said is None and matches(account.password_hash, password):
            uow.audit("accounts.password_proven", f"account:{account_id}", {})
            return
        said = said or count_failure(account, uow.now, refusal)
        uow.audit("accounts.password_refused", f"account:{account_id}", {"closed": account.locked_until is not None})
    raise said


def prove_oneself(database: Database, *, account_id: str, session_id: str, password: str) -> None:
    """Prove in a signed-in browser that it is the account's holder: by the password, or a fresh sign-in elsewhere.

    Who came by the identity provider has no password of ours to know: he has come within `FRESH`.

    Raises:
        Problem: `own_password_wrong`, `account_locked`, `sign_in_stale`.
    """
    with database.reader() as session:
        held = session.get_one(BrowserSession, session_id)
        by_provider, age = held.means == Means.PROVIDER, database.clock.now() - held.began_at
    if not by_provider:
        refusal = Problem("own_password_wrong", pointer="/password")
        prove_password(database, account_id=account_id, password=password, refusal=refusal)
    elif age >= FRESH:
        raise Problem("sign_in_stale", minutes=int(FRESH.total_seconds()) // 60)
