"""Accounts: tokens, people and the browsers they sign in with; who may call, with which role and scope."""

from service.accounts.people import (
    OpenedAccount,
    accounts_within,
    change_password,
    end_account,
    open_account,
    reset_password,
)
from service.accounts.queries import TokenAuthenticator, is_partner, names_of_hands
from service.accounts.sessions import BrowserAuthenticator, end_session, end_session_of, sessions_of, standing_session
from service.accounts.signing_in import SignedIn, sign_in
from service.accounts.usecases import IssuedToken, covers, issue_token, named_places, revoke_token

__all__ = [
    "BrowserAuthenticator",
    "IssuedToken",
    "OpenedAccount",
    "SignedIn",
    "TokenAuthenticator",
    "accounts_within",
    "change_password",
    "covers",
    "end_account",
    "end_session",
    "end_session_of",
    "is_partner",
    "issue_token",
    "named_places",
    "names_of_hands",
    "open_account",
    "reset_password",
    "revoke_token",
    "sessions_of",
    "sign_in",
    "standing_session",
]
