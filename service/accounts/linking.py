"""Identities of the provider: linked to an account by an administrator, and by nobody and nothing else.

A login, a name or an address in a claim may be given to another tomorrow, and at some providers people change it
themselves; only issuer and subject together stay one person's (OpenID Connect Core 1.0, 5.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from service.accounts.lockout import closed, tell
from service.accounts.owing import Means
from service.accounts.people import account_held, account_of_another, refuse_own
from service.accounts.sessions import end_sessions
from service.accounts.signing_in import first_factor_given, who_enters
from service.accounts.tables import Account, LinkedIdentity
from service.platform import Beyond, Problem, beyond_scope

if TYPE_CHECKING:
    from service.accounts.signing_in import Entrance, SignedIn
    from service.platform import Database, UnitOfWork


def link_identity(*, uow: UnitOfWork, login: str, issuer: str, subject: str) -> None:
    """Let whom the provider ``issuer`` calls ``subject`` sign in to an account.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope or has ended; `identity_taken`: it is
            another account's, or the account has another identity of this issuer; `account_own`.
    """
    account = account_of_another(uow, login)
    issued = LinkedIdentity.issuer == issuer
    whose = issued & ((LinkedIdentity.subject == subject) | (LinkedIdentity.account_id == account.id))
    with beyond_scope(uow.session, Beyond.ONCE):
        found = uow.session.scalars(select(LinkedIdentity).where(whose)).all()
    if any((one.account_id, one.subject) != (account.id, subject) for one in found):
        raise Problem("identity_taken", subject=subject, login=account.login)
    if not found:
        row = LinkedIdentity(issuer=issuer, subject=subject, account_id=account.id, linked_at=uow.now)
        uow.session.add(row)
    uow.audit("accounts.identity_linked", f"account:{account.id}", {"issuer": issuer, "subject": subject})


def unlink_identity(*, uow: UnitOfWork, login: str, issuer: str) -> None:
    """Let nobody of this provider sign in to an account any more; its browsers are signed out.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope; `account_own`.
    """
    account = account_held(uow, login)
    refuse_own(uow.actor, account)
    gone = (LinkedIdentity.issuer == issuer, LinkedIdentity.account_id == account.id)
    uow.session.execute(delete(LinkedIdentity).where(*gone))
    end_sessions(uow.session, account.id, uow.now)
    uow.audit("accounts.identity_unlinked", f"account:{account.id}", {"issuer": issuer})


def sign_in_by_provider(database: Database, entrance: Entrance, *, issuer: str, subject: str) -> SignedIn:
    """Sign a browser in to the account that is linked to an identity; half, where the account has a second factor.

    Raises:
        Problem: `identity_unlinked`, `identity_ended`, or `account_locked` with the minutes to wait.
    """
    with who_enters(database, entrance) as uow:
        linked = select(Account).join(LinkedIdentity)
        whose = linked.where(LinkedIdentity.issuer == issuer, LinkedIdentity.subject == subject)
        account = uow.session.scalars(whose.with_for_update(of=Account)).one_or_none()
        if account is None:
            tell("refused")
            raise Problem("identity_unlinked", issuer=issuer, subject=subject)
        refusal = closed(account, uow.now)
        if refusal is None and account.ended_at is None:
            return first_factor_given(uow, account, Means.PROVIDER, entrance)
        uow.audit("accounts.sign_in_refused", f"account:{account.id}", {"closed": account.ended_at is None})
        uow.after_commit(lambda: tell("closed" if account.ended_at is None else "refused"))
    raise refusal or Problem("identity_ended")
