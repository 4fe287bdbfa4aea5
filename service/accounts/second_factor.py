"""The second factor of an account: enrolled and confirmed by a code, proven, renewed, turned off, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from service.accounts.codes import accepted_step, enrolment_uri, new_recovery_codes, new_secret, recovery_digest
from service.accounts.lockout import closed, count_failure
from service.accounts.owing import standing_factor
from service.accounts.people import account_of_another
from service.accounts.sessions import end_sessions
from service.accounts.tables import Account, BegunSignIn, RecoveryCode, SecondFactor
from service.platform import Actor, Problem, Role, decrypt, encrypt

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class FactorState:
    """How the second factor of an account stands.

    `since`: when it was confirmed, None where it does not count; `recovery`: recovery codes left; `required`: whether
    the role needs one; `secret` and `uri`: of an enrolment that waits for its code, to be typed or seen as a QR code.
    """

    since: datetime | None
    recovery: int
    required: bool
    secret: str | None = None
    uri: str | None = None


def factor_state(session: Session, account_id: str, required: Collection[Role] = ()) -> FactorState:
    """How the second factor of an account stands. ``required``: the roles that need one.

    Raises:
        Problem: `encryption_key_missing`, `ciphertext_broken`.
    """
    account = session.get_one(Account, account_id)
    found, needed = session.get(SecondFactor, account_id), Role(account.role) in required
    if found is None or found.confirmed_at is not None:
        unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        left = session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0
        return FactorState(None if found is None else found.confirmed_at, left, needed)
    secret = _secret(found)
    return FactorState(None, 0, needed, secret, enrolment_uri(secret, account.login))


def begin_enrolment(*, uow: UnitOfWork, account_id: str) -> None:
    """Make up a secret for an account; it counts once a code of it has confirmed it. One begun before is forgotten.

    Raises:
        Problem: `second_factor_present`, `encryption_key_missing`.
    """
    uow.session.get_one(Account, account_id, with_for_update=True)
    if standing_factor(uow.session, account_id) is not None:
        raise Problem("second_factor_present")
    secret = encrypt(new_secret().encode(), purpose_of(account_id))
    _forget(uow, account_id)
    row = SecondFactor(account_id=account_id, secret=secret, begun_at=uow.now, confirmed_at=None, last_step=0)
    uow.session.add(row)
    uow.audit("accounts.second_factor_begun", f"account:{account_id}", {})


def confirm_enrolment(*, uow: UnitOfWork, account_id: str, code: str, keep: str) -> tuple[str, ...]:
    """Have the second factor count from now on; the recovery codes, told this once.

    Every other browser than that of the session ``keep`` is signed out: it signed in without a code.

    Raises:
        Problem: `enrolment_not_begun`, `code_refused`, `encryption_key_missing`.
    """
    uow.session.get_one(Account, account_id, with_for_update=True)
    found = uow.session.get(SecondFactor, account_id)
    if found is None or found.confirmed_at is not None:
        raise Problem("enrolment_not_begun")
    step = accepted_step(_secret(found), code, uow.now, after=found.last_step)
    if step is None:
        raise Problem("code_refused", pointer="/code")
    found.confirmed_at, found.last_step = uow.now, step
    end_sessions(uow.session, account_id, uow.now, keep=keep)
    uow.audit("accounts.second_factor_enrolled", f"account:{account_id}", {})
    return _given_recovery_codes(uow, account_id)


def prove_second_factor(database: Database, *, account_id: str, code: str) -> None:
    """Prove by a code, once more, that who is signed in holds the second factor; a wrong one counts as at signing in.

    Raises:
        Problem: `code_refused`, `account_locked`.
    """
    with database.unit_of_work(Actor("account", account_id, Role.PUBLIC)) as uow:
        account = uow.session.get_one(Account, account_id, with_for_update=True)
        refusal = closed(account, uow.now)
        if refusal is None and accepted(uow, account_id, code) is not None:
            uow.audit("accounts.second_factor_proven", f"account:{account_id}", {})
            return
        refusal = refusal or count_failure(account, uow.now, Problem("code_refused", pointer="/code"))
        uow.audit("accounts.code_refused", f"account:{account_id}", {"closed": account.locked_until is not None})
    raise refusal


def renew_recovery_codes(*, uow: UnitOfWork, account_id: str) -> tuple[str, ...]:
    """Give an account other recovery codes, told this once; those of before open nothing.

    Raises:
        Problem: `enrolment_not_begun`.
    """
    if standing_factor(uow.session, account_id) is None:
        raise Problem("enrolment_not_begun")
    uow.audit("accounts.recovery_codes_renewed", f"account:{account_id}", {})
    return _given_recovery_codes(uow, account_id)


def turn_off_second_factor(*, uow: UnitOfWork, account_id: str, required: Collection[Role]) -> None:
    """Do without a second factor from now on. ``required``: the roles that may not.

    Raises:
        Problem: `second_factor_required`.
    """
    account = uow.session.get_one(Account, account_id, with_for_update=True)
    if Role(account.role) in required:
        raise Problem("second_factor_required")
    _forget(uow, account_id)
    uow.audit("accounts.second_factor_turned_off", f"account:{account_id}", {})


def reset_second_factor(*, uow: UnitOfWork, login: str) -> None:
    """Take the second factor of another's account away, with every browser signed in to it: the telephone is lost.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope or has ended; `account_own`.
    """
    found = account_of_another(uow, login)
    _forget(uow, found.id)
    end_sessions(uow.session, found.id, uow.now)
    uow.audit("accounts.second_factor_reset", f"account:{found.id}", {})


def accepted(uow: UnitOfWork, account_id: str, code: str) -> str | None:
    """Take a code of an account that is held: `totp`, `recovery`, or None where it is neither; none is taken twice.

    Raises:
        Problem: `encryption_key_missing`, `ciphertext_broken`.
    """
    found = standing_factor(uow.session, account_id)
    if found is None:
        return None
    step = accepted_step(_secret(found), code, uow.now, after=found.last_step)
    if step is not None:
        found.last_step = step
        return "totp"
    kept = uow.session.get(RecoveryCode, (account_id, recovery_digest(account_id, code)))
    if kept is None or kept.used_at is not None:
        return None
    kept.used_at = uow.now
    return "recovery"


def purpose_of(account_id: str) -> str:
    """For which purpose an account's secret is encrypted."""
    return f"second-factor:{account_id}"


def _given_recovery_codes(uow: UnitOfWork, account_id: str) -> tuple[str, ...]:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = new_recovery_codes()
    uow.session.add_all(RecoveryCode(account_id=account_id, hash=recovery_digest(account_id, one)) for one in codes)
    return codes


def _forget(uow: UnitOfWork, account_id: str) -> None:
    uow.session.execute(delete(BegunSignIn).where(BegunSignIn.account_id == account_id))
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    uow.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def _secret(found: SecondFactor) -> str:
    return decrypt(found.secret, purpose_of(found.account_id)).decode()
