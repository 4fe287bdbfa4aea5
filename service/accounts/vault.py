"""Secrets of second factors, brought under another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.accounts.second_factor import purpose_of
from service.accounts.tables import Account, SecondFactor
from service.platform import Kept, KeptRow, Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork


def _rows(session: Session, after: int | str | None, most: int) -> list[KeptRow]:
    wanted = select(SecondFactor.account_id, SecondFactor.secret, Account.login)
    wanted = wanted.join(Account, Account.id == SecondFactor.account_id)
    wanted = wanted.where(SecondFactor.account_id > (after or "")).order_by(SecondFactor.account_id).limit(most)
    return [
        KeptRow(found.account_id, found.login, (Kept(purpose_of(found.account_id), (found.secret,)),))
        for found in session.execute(wanted)
    ]


def _replace(uow: UnitOfWork, row: KeptRow, fresh: Sequence[bytes], audit_id: int) -> bool:  # noqa: ARG001 - the table has none
    ((before,),) = [kept.stored for kept in row.secrets]
    still = (SecondFactor.account_id == row.place, SecondFactor.secret == before)
    changed = update(SecondFactor).where(*still).values(secret=fresh[0]).returning(SecondFactor.account_id)
    return uow.session.execute(changed).one_or_none() is not None


VAULT = Vault("second-factor", _rows, _replace)
