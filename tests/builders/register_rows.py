"""Entities put straight into the register's tables: for tests of the rooms above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb
from sqlalchemy import text

from service.register.names import keys_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ENTITY = text("""
INSERT INTO entity (public_key, name, name_key, pinyin, initials, grams, authority_id, region, status, unverified_code,
                    natural_person, body)
SELECT :key, :key, :name_key, :pinyin, :initials, :grams, a.id, :region, :status, false, :natural_person, :body
  FROM authority a WHERE a.code = :authority
RETURNING id
""")

_VERSION = text("INSERT INTO entity_version (entity_id, audit_id, body) VALUES (:entity, :audit_id, :body)")


def put_entity(session: Session, key: str, *, audit_id: int = 0, **given: Any) -> int:  # noqa: ANN401 - fields of the body
    """One entity and its first version; returns its number. Authority and region are Beijing's unless given."""
    authority = given.get("authority", "bj-culture")
    body = {
        "key": key,
        "name": key,
        "authority": authority,
        "region": "110105",
        "kinds": [],
        "attributes": {},
        "established_on": None,
        "status": "active",
        "status_on": None,
        "status_evidence": None,
        "parent": None,
        "natural_person": False,
        "unverified_code": False,
        **given,
    }
    found_by = keys_of(key)
    values = {
        "key": key,
        "region": body["region"],
        "status": body["status"],
        "natural_person": body["natural_person"],
        "body": Jsonb(body),
        "authority": authority,
        "name_key": found_by.key,
        "pinyin": found_by.pinyin,
        "initials": found_by.initials,
        "grams": found_by.grams,
    }
    number: int = session.execute(_ENTITY, values).scalar_one()
    session.execute(_VERSION, {"entity": number, "audit_id": audit_id, "body": values["body"]})
    return number
