"""Dry runs of editions, and who moves in them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0040"
down_revision = "0039"

TABLES = """
CREATE TABLE dry_run (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_dry_run PRIMARY KEY,
  person text NOT NULL,
  ran_at timestamptz NOT NULL,
  proposal_id bigint,
  edition_id text NOT NULL,
  edition_digest text NOT NULL,
  edition text NOT NULL,
  editions jsonb NOT NULL,
  position bigint NOT NULL,
  stock_day date NOT NULL,
  stock_digest text NOT NULL,
  day date NOT NULL,
  within bigint NOT NULL,
  authorities text[],
  regions text[] NOT NULL,
  document jsonb NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_dry_run_proposal_id_id ON dry_run (proposal_id, id);
CREATE TABLE dry_run_entity (
  run_id bigint NOT NULL CONSTRAINT fk_dry_run_entity_run_id_dry_run REFERENCES dry_run (id),
  n bigint NOT NULL,
  entity_id bigint NOT NULL,
  kind text NOT NULL,
  region text NOT NULL,
  authority text NOT NULL,
  moved boolean NOT NULL,
  near boolean NOT NULL,
  tier_before text,
  tier_after text,
  grade_before text,
  grade_after text,
  total_before bigint,
  total_after bigint,
  margin_after bigint,
  CONSTRAINT pk_dry_run_entity PRIMARY KEY (run_id, n)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("dry_run", "dry_run_entity"):
        insert_only(table)
