"""What a draw keeps from everybody until it is shown: the holder's secret K, and the key of its salts, encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, text

from service.inspections.draws.tables import DrawSecret, DrawSecretAgain
from service.platform import Kept, KeptRow, Vault, decrypt_newest, encrypt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from service.inspections.draws.store import Draw
    from service.platform import UnitOfWork

CLEAR_BYTES = 32
"""Those stored before secrets were encrypted are as they were; a ciphertext is longer."""
_ROWS = text("""
SELECT d.id, d.number, array_cat(a.secrets, ARRAY[s.secret]) AS secrets,
       array_cat(a.salt_keys, ARRAY[s.salt_key]) AS salt_keys
  FROM draw_secret s JOIN draw d ON d.id = s.draw_id
 CROSS JOIN LATERAL (SELECT array_agg(secret ORDER BY id DESC) AS secrets, array_agg(salt_key ORDER BY id DESC)
    AS salt_keys FROM draw_secret_again WHERE draw_id = d.id) a
 WHERE d.id > :after ORDER BY d.id LIMIT :most
""")


def add_secrets(uow: UnitOfWork, draw: Draw, secret: bytes, salt_key: bytes) -> int:
    """Store what is never told, encrypted (docs/adr/0009-secrets-at-rest.md); returns its audit number.

    Raises:
        Problem: ``encryption_key_missing``.
    """
    audit_id = uow.audit("inspections.draw_secret", draw.number, {"has_secret": bool(secret)})
    kept = DrawSecret(
        draw_id=draw.id,
        secret=encrypt(secret, _purpose(draw.number, "secret")) if secret else b"",
        salt_key=encrypt(salt_key, _purpose(draw.number, "salt_key")),
        audit_id=audit_id,
    )
    uow.session.add(kept)
    return audit_id


def secret_of(session: Session, draw: Draw) -> bytes:
    """The secret; empty where the draw has none.

    Raises:
        Problem: ``encryption_key_missing``, ``ciphertext_broken``.
    """
    first = select(DrawSecret.secret).where(DrawSecret.draw_id == draw.id)
    again = select(DrawSecretAgain.secret).where(DrawSecretAgain.draw_id == draw.id).order_by(DrawSecretAgain.id.desc())
    stored = (*session.scalars(again), session.execute(first).scalar_one())
    return decrypt_newest(_kept(draw.number, "secret", stored)) if stored[-1] else b""


def salt_key_of(session: Session, draw: Draw) -> bytes:
    """The key of the salts, apart from the secret: a draw whose secret is lost goes on without it.

    Raises:
        Problem: ``encryption_key_missing``, ``ciphertext_broken``.
    """
    first = select(DrawSecret.salt_key).where(DrawSecret.draw_id == draw.id)
    again = select(DrawSecretAgain.salt_key).where(DrawSecretAgain.draw_id == draw.id)
    stored = session.scalars(again.order_by(DrawSecretAgain.id.desc())).all()
    return decrypt_newest(_kept(draw.number, "salt_key", (*stored, session.execute(first).scalar_one())))


def _rows(session: Session, after: int | str | None, most: int) -> list[KeptRow]:
    return [_row(found) for found in session.execute(_ROWS, {"after": after or 0, "most": most})]


def _row(found: Row[tuple[int, str, list[bytes], list[bytes]]]) -> KeptRow:
    secrets = [_kept(found.number, "secret", found.secrets)] if found.secrets[-1] else []
    return KeptRow(found.id, found.number, (*secrets, _kept(found.number, "salt_key", found.salt_keys)))


def _replace(uow: UnitOfWork, row: KeptRow, fresh: Sequence[bytes], audit_id: int) -> bool:
    """Add a row that is read before the others: none of a draw is ever changed."""
    secret, salt_key = fresh if len(fresh) > 1 else (b"", fresh[0])
    again = {"draw_id": row.place, "secret": secret, "salt_key": salt_key, "audit_id": audit_id}
    uow.session.execute(insert(DrawSecretAgain), again)
    return True


def _purpose(number: str, what: str) -> str:
    return f"draw:{number}:{what}"


def _kept(number: str, what: str, stored: Sequence[bytes]) -> Kept:
    newest_first = tuple(bytes(one) for one in stored)
    return Kept(_purpose(number, what), newest_first, clear=len(newest_first[0]) == CLEAR_BYTES)


VAULT = Vault("draw", _rows, _replace)
