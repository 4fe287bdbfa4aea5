"""What an account owes before its browser may do anything else."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from service.accounts.tables import SecondFactor
from service.platform import Role

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from service.accounts.tables import Account, BrowserSession


class Owed(StrEnum):
    """The next step of whoever gave a right password: a code, another password, or a second factor."""

    CODE = "code"
    CHANGE = "change"
    ENROLMENT = "enrolment"


class Means(StrEnum):
    """By what somebody proved who he is: a password of ours, or the identity provider's word."""

    LOCAL = "local"
    PROVIDER = "provider"


def standing_factor(session: Session, account_id: str) -> SecondFactor | None:
    """The second factor of an account that counts: begun and confirmed by a code."""
    found = session.get(SecondFactor, account_id)
    return None if found is None or found.confirmed_at is None else found


def owed(session: Session, account: Account, held: BrowserSession, required: Collection[Role]) -> Owed | None:
    """What is owed in this session. ``required``: the roles that need a second factor.

    A password that another gave is of no concern to who comes by the identity provider.
    """
    if account.must_change and held.means == Means.LOCAL:
        return Owed.CHANGE
    lacking = Role(account.role) in required and standing_factor(session, account.id) is None
    return Owed.ENROLMENT if lacking else None
