"""Accounts of members of staff: opened, ended, their passwords given and changed."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from service.accounts.choosing import NOTHING, refuse_guessable
from service.accounts.lockout import forgive
from service.accounts.sessions import end_sessions
from service.accounts.tables import Account
from service.accounts.usecases import covers, refuse_wider
from service.platform import STAFF, Beyond, Problem, Role, Scope, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.accounts.choosing import Against
    from service.accounts.usecases import Registered
    from service.platform import Actor, UnitOfWork

LEAST: Final = 12
"""Characters of a password: the length, and no rule on what is in it, is what resists guessing (NIST SP 800-63B)."""
MOST: Final = 200
GIVEN_FOR: Final = timedelta(days=3)
"""How long a password that another gave can be changed: a short time, over a weekend (OWASP ASVS 5.0, V6.4.1)."""


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """A new account, or one whose password was given anew; `password` is told this once and opens only its change.

    `until`: then it opens nothing; None: it stays.
    """

    id: str
    login: str
    password: str
    until: datetime | None


def open_account(
    *,
    uow: UnitOfWork,
    registered: Registered,
    login: str,
    name: str,
    role: Role,
    authority: str | None = None,
    regions: Sequence[str] = (),
    person: str | None = None,
    password: str | None = None,
) -> OpenedAccount:
    """Open an account for a member of staff. ``person``: the staff code, as the roster and tokens write it.

    ``password``: one that is to stay, for demonstration; else one is made up that must be changed at the first sign-in.

    Raises:
        Problem: `account_for_no_staff`, `account_own`: it would be another account of the caller's own person,
            `account_login_taken`, `password_too_short`, `out_of_scope`, what `refuse_guessable` raises of a password
            that was given, and what `registered` raises of what is not there.
    """
    if role not in STAFF:
        raise Problem("account_for_no_staff", pointer="/role")
    if person is not None and person == uow.actor.person:
        raise Problem("account_own", pointer="/person")
    refuse_wider(uow.actor, authority, regions)
    scope = registered(uow.session, Scope(authority, tuple(regions)), uow.now)
    known = folded(login)
    with beyond_scope(uow.session, Beyond.ONCE):
        is_taken = uow.session.scalar(select(Account.id).where(Account.login == known)) is not None
    if is_taken:
        raise Problem("account_login_taken", pointer="/login", login=known)
    until = uow.now + GIVEN_FOR if password is None else None
    account_id, given = secrets.token_hex(8), password or secrets.token_urlsafe(12)
    refuse_short(given)
    if password is not None:
        refuse_guessable(password, (known, name, person, scope.authority), NOTHING)
    uow.session.add(
        Account(
            id=account_id,
            login=known,
            name=name,
            role=role.value,
            authority=scope.authority,
            regions=scope.regions,
            person=person,
            password_hash=hasher().hash(given),
            must_change=password is None,
            password_until=until,
            failures=0,
            created_at=uow.now,
        )
    )
    said = {"login": known, "role": role.value, "authority": scope.authority, "regions": list(scope.regions)}
    uow.audit("accounts.account_opened", f"account:{account_id}", {**said, "person": person})
    return OpenedAccount(account_id, known, given, until)


def lock_account(*, uow: UnitOfWork, login: str) -> None:
    """Close an account until it is unlocked, and sign out every browser of it; one that is closed stays so.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope or has ended; `account_own`.
    """
    found = account_of_another(uow, login)
    found.locked_at = found.locked_at or uow.now
    end_sessions(uow.session, found.id, uow.now)
    uow.audit("accounts.account_locked", f"account:{found.id}", {})


def unlock_account(*, uow: UnitOfWork, login: str) -> None:
    """Open an account that an administrator or too many wrong tries have closed.

    Raises:
        Problem: as `lock_account`.
    """
    found = account_of_another(uow, login)
    found.locked_at = None
    forgive(found)
    uow.audit("accounts.account_unlocked", f"account:{found.id}", {})


def end_account(*, uow: UnitOfWork, login: str) -> None:
    """End an account, now and for good, and every browser signed in to it.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope; `account_own`.
    """
    found = account_held(uow, login)
    refuse_own(uow.actor, found)
    if found.ended_at is None:
        found.ended_at = uow.now
    end_sessions(uow.session, found.id, uow.now)
    uow.audit("accounts.account_ended", f"account:{found.id}", {})


def reset_password(*, uow: UnitOfWork, login: str) -> OpenedAccount:
    """Give an account another password, which must be changed at the first sign-in; browsers signed in are no more.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope or has ended; `account_own`.
    """
    found = account_of_another(uow, login)
    given = secrets.token_urlsafe(12)
    found.password_hash, found.must_change, found.password_until = hasher().hash(given), True, uow.now + GIVEN_FOR
    forgive(found)
    end_sessions(uow.session, found.id, uow.now)
    uow.audit("accounts.password_reset", f"account:{found.id}", {})
    return OpenedAccount(found.id, found.login, given, found.password_until)


def change_password(
    *, uow: UnitOfWork, account_id: str, old: str, new: str, keep: str | None, against: Against = NOTHING
) -> None:
    """Change one's own password; every other browser than that of the session ``keep`` is signed out.

    Raises:
        Problem: `password_wrong`, `password_too_short`, `password_unchanged`, and what `refuse_guessable` raises.
    """
    found = uow.session.get_one(Account, account_id, with_for_update=True)
    if not matches(found.password_hash, old):
        raise Problem("password_wrong", pointer="/old")
    refuse_short(new, pointer="/new")
    if matches(found.password_hash, new):
        raise Problem("password_unchanged", pointer="/new")
    refuse_guessable(new, (found.login, found.name, found.person, found.authority), against, pointer="/new")
    found.password_hash, found.must_change, found.password_until = hasher().hash(new), False, None
    end_sessions(uow.session, found.id, uow.now, keep=keep)
    uow.audit("accounts.password_changed", f"account:{found.id}", {})


def accounts_within(session: Session, actor: Actor) -> list[Account]:
    """The accounts inside the caller's scope, by login."""
    found = session.scalars(select(Account).order_by(Account.login)).all()
    return [one for one in found if covers(actor, one.authority, one.regions)]


def folded(login: str) -> str:
    """A login as it is compared: full-width letters and capitals are the same (NFKC, case folded)."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def refuse_short(password: str, *, pointer: str = "/password") -> None:
    """Raise where a password is too short or too long.

    Raises:
        Problem: `password_too_short`.
    """
    if not LEAST <= len(password) <= MOST:
        raise Problem("password_too_short", pointer=pointer, least=LEAST, most=MOST)


def matches(stored: str, password: str) -> bool:
    """Whether this is the password of which a hash was stored."""
    try:
        return hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def hasher() -> PasswordHasher:
    """Argon2id with the library's parameters (RFC 9106, low memory)."""
    return PasswordHasher()


def account_held(uow: UnitOfWork, login: str) -> Account:
    """The account of a login, held until the unit of work ends.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope.
    """
    found = uow.session.scalars(select(Account).where(Account.login == folded(login)).with_for_update()).one_or_none()
    if found is None or not covers(uow.actor, found.authority, found.regions):
        raise Problem("account_unknown", login=login)
    return found


def account_of_another(uow: UnitOfWork, login: str) -> Account:
    """The account in use of somebody else than the caller, held until the unit of work ends.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope or has ended; `account_own`.
    """
    found = account_held(uow, login)
    if found.ended_at is not None:
        raise Problem("account_unknown", login=login)
    refuse_own(uow.actor, found)
    return found


def is_own(actor: Actor, account: Account) -> bool:
    """Whether an account is the caller's own, by whichever token or account he calls."""
    return f"account:{account.id}" in actor.hands or (account.person is not None and account.person == actor.person)


def refuse_own(actor: Actor, account: Account) -> None:
    """Refuse what an administrator would do to his own account: what is one's own, one does signed in to it.

    Raises:
        Problem: `account_own`.
    """
    if is_own(actor, account):
        raise Problem("account_own", pointer="/login")
