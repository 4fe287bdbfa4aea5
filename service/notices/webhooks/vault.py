"""Secrets of partners, brought under another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from service.notices.webhooks.store import purpose_of
from service.notices.webhooks.tables import WebhookSecret
from service.platform import Kept, KeptRow, Vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork


def _rows(session: Session, after: int | str | None, most: int) -> list[KeptRow]:
    wanted = select(WebhookSecret.id, WebhookSecret.partner, WebhookSecret.ciphertext)
    wanted = wanted.where(WebhookSecret.id > (after or 0)).order_by(WebhookSecret.id).limit(most)
    return [
        KeptRow(found.id, f"{found.partner} {found.id}", (Kept(purpose_of(found.partner), (found.ciphertext,)),))
        for found in session.execute(wanted)
    ]


def _replace(uow: UnitOfWork, row: KeptRow, fresh: Sequence[bytes], audit_id: int) -> bool:  # noqa: ARG001 - the row keeps the number of its issue
    ((before,),) = [kept.stored for kept in row.secrets]
    still = (WebhookSecret.id == row.place, WebhookSecret.ciphertext == before)
    changed = update(WebhookSecret).where(*still).values(ciphertext=fresh[0]).returning(WebhookSecret.id)
    return uow.session.execute(changed).one_or_none() is not None


VAULT = Vault("webhook", _rows, _replace)
