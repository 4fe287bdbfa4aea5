"""Visits that are one can be taken apart again; who of a draw could not be visited is kept."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0014"
down_revision = "0013"

TABLES = """
ALTER TABLE visit ADD COLUMN own jsonb;
CREATE INDEX ix_visit_merged_into ON visit (merged_into);
CREATE TABLE visit_refusal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_refusal PRIMARY KEY,
  source text NOT NULL,
  task text NOT NULL,
  entity_key text NOT NULL,
  authorities text[] NOT NULL,
  code text NOT NULL,
  params jsonb NOT NULL,
  refused_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_visit_refusal_source_entity_key_id ON visit_refusal (source, entity_key, id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    insert_only("visit_refusal")
