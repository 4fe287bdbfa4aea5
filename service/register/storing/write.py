"""Store what is ready: new entities, new versions of old ones, marks for the ratings, proposals for equal names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from service.platform import UnitOfWork

_PARENTS = """
ALTER TABLE ready ADD COLUMN parent_id bigint;
UPDATE ready r SET parent_id = coalesce(p.id, e.id)
  FROM ready named LEFT JOIN ready p ON p.key = named.body ->> 'parent'
       LEFT JOIN entity e ON e.public_key = named.body ->> 'parent'
 WHERE named.row = r.row AND named.body ->> 'parent' IS NOT NULL
"""
# Each entity that took a name, beside the first other one of that name. Natural persons share names by right, and a
# branch may be called like its parent.
_SAME_NAMES = """
CREATE TEMP TABLE same ON COMMIT DROP AS
WITH named AS (
  SELECT id, parent_id, name_key FROM ready
   WHERE name IS DISTINCT FROM old ->> 'name' AND name_key <> '' AND body ->> 'natural_person' = 'false'
), bearers AS (
  SELECT e.id, e.parent_id, name_key
    FROM entity e JOIN (SELECT DISTINCT name_key FROM named) n USING (name_key) WHERE NOT e.natural_person
  UNION SELECT id, parent_id, name_key FROM named
), first AS (
  SELECT name_key, (array_agg(id ORDER BY id))[1:2] AS ids FROM bearers GROUP BY name_key HAVING count(*) > 1
)
SELECT DISTINCT least(named.id, other.id) AS low, greatest(named.id, other.id) AS high
  FROM named JOIN first USING (name_key)
  JOIN bearers other ON other.id = CASE first.ids[1] WHEN named.id THEN first.ids[2] ELSE first.ids[1] END
 WHERE named.parent_id IS DISTINCT FROM other.id AND other.parent_id IS DISTINCT FROM named.id
"""
# A search walks in the order of pinyin, and what is alike is found together: so they lie beside each other.
_NEW = """
INSERT INTO entity (id, public_key, name, name_key, pinyin, initials, grams, address_key, address_grams, authority_id,
                    region, status, unverified_code, parent_id, natural_person, body)
OVERRIDING SYSTEM VALUE
SELECT r.id, r.key, r.name, r.name_key, r.pinyin, r.initials, r.grams, coalesce(r.address_key, ''),
       coalesce(r.address_grams, '{}'), r.authority_id, r.body ->> 'region', r.body ->> 'status',
       CAST(r.body ->> 'unverified_code' AS boolean), r.parent_id,
       CAST(r.body ->> 'natural_person' AS boolean), r.body
  FROM ready r WHERE r.old IS NULL ORDER BY r.pinyin
"""
_CHANGED = """
UPDATE entity e
   SET name = coalesce(r.name, e.name), name_key = coalesce(r.name_key, e.name_key),
       pinyin = coalesce(r.pinyin, e.pinyin), initials = coalesce(r.initials, e.initials),
       grams = coalesce(r.grams, e.grams), address_key = coalesce(r.address_key, e.address_key),
       address_grams = coalesce(r.address_grams, e.address_grams),
       authority_id = r.authority_id, region = r.body ->> 'region',
       status = r.body ->> 'status', unverified_code = CAST(r.body ->> 'unverified_code' AS boolean),
       parent_id = r.parent_id, natural_person = CAST(r.body ->> 'natural_person' AS boolean), body = r.body
  FROM ready r WHERE r.old IS NOT NULL AND e.id = r.id
"""
_VERSIONS = """
INSERT INTO entity_version (entity_id, audit_id, body) SELECT id, :audit_id, body FROM ready ORDER BY row
"""
_PROPOSED = """
INSERT INTO same_name (entity_low, entity_high, audit_id) SELECT low, high, :audit_id FROM same ON CONFLICT DO NOTHING
"""
_SILENT = "ARRAY['name', 'address', 'status_evidence', 'unverified_code']"  # what no rating looks at
_TOUCHED = f"""
WITH moved AS (
  SELECT id, parent_id, old ->> 'parent' AS former FROM ready
   WHERE old IS NULL OR old - {_SILENT} IS DISTINCT FROM body - {_SILENT}
)
SELECT id FROM moved
UNION SELECT parent_id FROM moved WHERE parent_id IS NOT NULL
UNION SELECT e.id FROM moved JOIN entity e ON e.public_key = moved.former
"""  # noqa: S608 - a constant of this module


class Written(NamedTuple):
    """How many entities are new, have a new version, are as they were; how many equal names were proposed."""

    created: int
    changed: int
    unchanged: int
    proposed: int


def write_stage(uow: UnitOfWork, audit_id: int) -> Written:
    """Store what ``refuse_rows`` left, as versions of one audit row, and mark what may move a rating."""
    session = uow.session

    def run(statement: str, **parameters: object) -> int:
        return int(getattr(session.execute(text(statement), parameters), "rowcount", 0))

    unchanged = run("DELETE FROM ready WHERE old = body")
    for statement in _PARENTS.split(";"):
        run(statement)
    run(_SAME_NAMES)
    created = run(_NEW)
    changed = run(_CHANGED)
    run(_VERSIONS, audit_id=audit_id)
    proposed = run(_PROPOSED, audit_id=audit_id)
    uow.mark(session.scalars(text(_TOUCHED)), "register")
    return Written(created, changed, unchanged, proposed)
