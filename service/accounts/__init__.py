"""Accounts: tokens, people and the browsers they sign in with; who may call, with which role and scope."""

from service.accounts.choosing import Against
from service.accounts.entries import Entry, entries_of, is_issuer, issued_by_caller
from service.accounts.linking import link_identity, sign_in_by_provider, unlink_identity
from service.accounts.lockout import figures
from service.accounts.owing import Means, Owed, owed
from service.accounts.people import (
    OpenedAccount,
    accounts_within,
    change_password,
    end_account,
    lock_account,
    open_account,
    reset_password,
    unlock_account,
)
from service.accounts.provider import Provider, Trip, provider_of
from service.accounts.proving import prove_oneself, prove_password
from service.accounts.queries import TokenAuthenticator, is_partner, names_of_hands
from service.accounts.second_factor import (
    FactorState,
    begin_enrolment,
    confirm_enrolment,
    factor_state,
    prove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    turn_off_second_factor,
)
from service.accounts.sessions import (
    BrowserAuthenticator,
    end_other_sessions,
    end_session,
    end_session_of,
    sessions_of,
    standing_session,
)
from service.accounts.signing_in import Entrance, SignedIn, finish_sign_in, half_open, sign_in
from service.accounts.usecases import IssuedToken, covers, issue_token, named_places, revoke_token
from service.accounts.visitors import IssuedCode, codes_of, end_code, enter_with_code, issue_code

__all__ = [
    "Against",
    "BrowserAuthenticator",
    "Entrance",
    "Entry",
    "FactorState",
    "IssuedCode",
    "IssuedToken",
    "Means",
    "OpenedAccount",
    "Owed",
    "Provider",
    "SignedIn",
    "TokenAuthenticator",
    "Trip",
    "accounts_within",
    "begin_enrolment",
    "change_password",
    "codes_of",
    "confirm_enrolment",
    "covers",
    "end_account",
    "end_code",
    "end_other_sessions",
    "end_session",
    "end_session_of",
    "enter_with_code",
    "entries_of",
    "factor_state",
    "figures",
    "finish_sign_in",
    "half_open",
    "is_issuer",
    "is_partner",
    "issue_code",
    "issue_token",
    "issued_by_caller",
    "link_identity",
    "lock_account",
    "named_places",
    "names_of_hands",
    "open_account",
    "owed",
    "prove_oneself",
    "prove_password",
    "prove_second_factor",
    "provider_of",
    "renew_recovery_codes",
    "reset_password",
    "reset_second_factor",
    "revoke_token",
    "sessions_of",
    "sign_in",
    "sign_in_by_provider",
    "standing_session",
    "turn_off_second_factor",
    "unlink_identity",
    "unlock_account",
]
