"""Moves of tiers are counted from a table of their own, which begins with what the outbox tells of the past."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0061"
down_revision = "0060"

TABLE = """
CREATE TABLE tier_move (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_tier_move PRIMARY KEY,
  entity_id bigint NOT NULL,
  kind text NOT NULL,
  moved_on date NOT NULL,
  authority text NOT NULL,
  region text NOT NULL,
  was text NOT NULL,
  now text,
  fell boolean NOT NULL
)
"""
PAST = """
INSERT INTO tier_move (entity_id, kind, moved_on, authority, region, was, now, fell)
SELECT e.id, o.payload ->> 'kind', (o.recorded_at AT TIME ZONE a.timezone)::date, a.code, e.region,
       o.payload #>> '{old,tier}', o.payload #>> '{new,tier}', coalesce((o.payload ->> 'fell')::boolean, false)
  FROM outbox o JOIN entity e ON e.public_key = o.subject JOIN authority a ON a.id = e.authority_id
 WHERE o.topic = 'tier.changed' AND o.payload #>> '{old,tier}' IS NOT NULL
   AND o.payload #>> '{old,tier}' IS DISTINCT FROM o.payload #>> '{new,tier}'
 ORDER BY o.id
"""
INDEX = """
CREATE INDEX ix_tier_move_moved_on ON tier_move (moved_on) INCLUDE (authority, region, was, now, fell)
"""


def upgrade() -> None:
    op.execute("SET LOCAL statement_timeout = 0")  # the outbox is read once
    op.execute(TABLE)
    op.execute(PAST)
    op.execute(INDEX)
    insert_only("tier_move")
