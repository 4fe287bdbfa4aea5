"""Which kinds every entity held at a position of the ledger: what a stock of columns is laid out by."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.platform import region_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

_HELD = text("""
SELECT held.kind, v.body ->> 'region', v.entity_id,
       bool_or(EXISTS (SELECT FROM entity b WHERE b.parent_id = v.entity_id)) OVER (PARTITION BY held.kind)
  FROM (SELECT DISTINCT ON (v.entity_id) v.entity_id, v.body
          FROM entity_version v JOIN ledger_seal s ON s.audit_id = v.audit_id
         WHERE s.seq <= :position
         ORDER BY v.entity_id, s.seq DESC, v.id DESC) v
  CROSS JOIN LATERAL (
    SELECT DISTINCT l ->> 'kind' AS kind FROM jsonb_array_elements(v.body -> 'kinds') l) held
 ORDER BY held.kind COLLATE "C", v.body ->> 'region' COLLATE "C", v.entity_id
""")
_ZONES = text("""
SELECT DISTINCT a.timezone FROM authority a
 WHERE EXISTS (SELECT FROM entity e WHERE e.authority_id = a.id
                AND (CAST(:places AS text[]) = '{}' OR e.region LIKE ANY (CAST(:places AS text[]))))
""")
_VERSIONS = text("""
SELECT DISTINCT v.entity_id, s.seq FROM entity_version v JOIN ledger_seal s ON s.audit_id = v.audit_id
 WHERE s.seq > :after AND s.seq <= :upto
""")
_AT_ONCE = 5_000
"""Rows that are fetched together: a province is never held whole."""


class HeldKind(NamedTuple):
    """An entity under one of its kinds. ``parents``: some entity of the kind has branches."""

    kind: str
    region: str
    id: int
    parents: bool


def kinds_held(session: Session, *, position: int) -> Iterator[HeldKind]:
    """Every entity under every kind it holds or held, as known at a sealed position: by kind, region and number."""
    rows = session.execute(_HELD, {"position": position}, execution_options={"yield_per": _AT_ONCE})
    for row in rows:
        yield HeldKind._make(row)


def versions_between(session: Session, *, after: int, upto: int) -> list[tuple[int, int]]:
    """The entities (by internal number) of which a version was sealed after one position up to another; and when."""
    return [(row[0], row[1]) for row in session.execute(_VERSIONS, {"after": after, "upto": upto})]


def zones_in_use(session: Session, regions: Sequence[str] = ()) -> set[str]:
    """The time zones (IANA names) of the authorities that have entities now, in some regions (none named: anywhere)."""
    return set(session.scalars(_ZONES, {"places": [f"{region_prefix(region)}%" for region in regions]}))
