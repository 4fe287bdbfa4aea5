"""Whose browser this is: the account and the session behind its secret, and what is owed before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import redirect, request

from service import register
from service.accounts import Against, Entrance, Means, Owed, owed, standing_session
from service.accounts.tables import Account
from service.pages import browser_secret, see
from service.platform import Actor, Beyond, Role, beyond_scope, web

if TYPE_CHECKING:
    from werkzeug import Response

    from service.accounts import SignedIn


class Own(NamedTuple):
    """An account and its session in this browser.

    `owed`: what must be done before any other page opens; `means`: by what the session was opened.
    """

    account: str
    session: str
    owed: Owed | None
    means: Means

    @property
    def actor(self) -> Actor:
        """Who changes one's own account: with no right of the role, which is not needed for it."""
        return Actor("account", self.account, Role.PUBLIC)


def held() -> Own | None:
    """The account and session of this browser, also where something is owed; None where it is not signed in."""
    secret = browser_secret("console")
    now = web.database().clock.now()
    with web.reader() as session, beyond_scope(session, Beyond.SIGNING_IN):
        found = None if secret is None else standing_session(session, "console", secret, now)
        if found is None or found.account_id is None:
            return None
        account = session.get_one(Account, found.account_id)
        due = owed(session, account, found, web.settings().second_factor_roles)
        return Own(account.id, found.id, due, Means(found.means))


def chosen_against(own: Own) -> Against:
    """What a new password of this account is held against: the names of its authority, and what leaked elsewhere."""
    with web.reader() as session, beyond_scope(session, Beyond.SIGNING_IN):
        authority = session.get_one(Account, own.account).authority
        named = [name for row in register.authorities(session) if row.code == authority for name in row.names.values()]
    return Against(tuple(named), web.settings().leaked_passwords)


def entrance() -> Entrance:
    """This browser as it signs in."""
    return Entrance(request.user_agent.string, str(request.remote_addr), web.settings().second_factor_roles)


def onward(found: SignedIn, beyond: str) -> Response:
    """Where a browser goes on to after a step of signing in: to what is owed, else to where it was wanted."""
    if found.owed is Owed.CODE:
        return see("console_sign_in.code", beyond=beyond)
    if found.owed is Owed.CHANGE:
        return see("console_accounts.password")
    if found.owed is Owed.ENROLMENT:
        return see("console_second_factor.shown")
    return redirect(beyond, 303)
