"""What entities are found by, drawn anew from names and addresses: after an upgrade that reads these otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.register.names import bigrams, keys_of, search_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork

_NEXT = text("""
SELECT id, name, body ->> 'address' AS address, name_key, pinyin, initials, grams, address_key, address_grams
  FROM entity WHERE id > :after ORDER BY id LIMIT :limit
""")
# Who is given another name or address meanwhile is found by that one already.
_FOUND_BY = text("""
UPDATE entity SET name_key = :name_key, pinyin = :pinyin, initials = :initials, grams = :grams,
                  address_key = :address_key, address_grams = :address_grams
 WHERE id = :id AND name = :name AND body ->> 'address' IS NOT DISTINCT FROM :address
""")


class Reindexed(NamedTuple):
    """How far the entities were looked through, by number: None at their end; and how many were found otherwise."""

    after: int | None
    looked: int
    changed: int


def reindex_entities(uow: UnitOfWork, *, after: int = 0, limit: int = 1_000) -> Reindexed:
    """Draw anew what the next ``limit`` entities are found by; ask again with `after` of the answer until it is None.

    Neither their versions nor their ratings change, and nothing is written where all stands as it would be drawn.
    """
    rows = uow.session.execute(_NEXT, {"after": after, "limit": limit}).mappings().all()
    other = [drawn for row in map(dict, rows) if (drawn := _drawn(row)) != row]
    if other:
        uow.session.execute(_FOUND_BY, other)
        uow.audit("register.reindexed", "register", {"after": after, "to": rows[-1]["id"], "entities": len(other)})
    return Reindexed(rows[-1]["id"] if len(rows) == limit else None, len(rows), len(other))


def _drawn(row: Mapping[Any, Any]) -> dict[str, Any]:
    found_by, address_key = keys_of(row["name"]), search_key(row["address"] or "")
    return {
        **row,
        "name_key": found_by.key,
        "pinyin": found_by.pinyin,
        "initials": found_by.initials,
        "grams": found_by.grams,
        "address_key": address_key,
        "address_grams": bigrams(address_key),
    }
