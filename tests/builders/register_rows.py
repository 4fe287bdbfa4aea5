"""Entities put straight into the register's tables: for tests of the rooms above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ENTITY = text("""
INSERT INTO entity (public_key, name, name_key, pinyin, initials, grams, authority_id, region, status, unverified_code,
                    natural_person, body)
SELECT :key, :key, :key, '', '', '{}', a.id, :region, :status, false, :natural_person, :body
  FROM authority a WHERE a.code = :authority
RETURNING id
""")


def put_entity(session: Session, key: str, **given: Any) -> int:  # noqa: ANN401 - fields of the body
    """One entity; returns its number. Authority and region are Beijing's unless given."""
    body = {"name": key, "kinds": [], "attributes": {}, "established_on": None, "status": "active", **given}
    authority = given.get("authority", "bj-culture")
    values = {
        "key": key,
        "region": given.get("region", "110105"),
        "status": body["status"],
        "natural_person": given.get("natural_person", False),
        "body": Jsonb(body),
        "authority": authority,
    }
    number: int = session.execute(_ENTITY, values).scalar_one()
    return number
