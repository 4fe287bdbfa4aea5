"""Re-rating under an adopted edition: its runs and their shards, the ratings staged for its first day, the pointer."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0039"
down_revision = "0038"

TABLES = """
CREATE TABLE rerate_run (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_rerate_run PRIMARY KEY,
  proposal_id bigint NOT NULL,
  edition text NOT NULL,
  authority text NOT NULL,
  day date NOT NULL,
  regions text[] NOT NULL,
  places text[] NOT NULL,
  kinds text[] NOT NULL,
  follows bigint,
  person text NOT NULL,
  reason text NOT NULL,
  opened_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  expected bigint,
  stopped_at timestamptz,
  stopped_by text,
  stopped_why text,
  outcome text CONSTRAINT ck_rerate_run_outcome CHECK (outcome IN ('withdrawn', 'renewed', 'finished')),
  ended_at timestamptz,
  emptied boolean DEFAULT false NOT NULL
);
CREATE TABLE rerate_shard (
  run_id bigint NOT NULL CONSTRAINT fk_rerate_shard_run_id_rerate_run REFERENCES rerate_run (id),
  above bigint NOT NULL,
  last bigint NOT NULL,
  reached bigint NOT NULL,
  entities bigint DEFAULT 0 NOT NULL,
  staged bigint DEFAULT 0 NOT NULL,
  failed bigint DEFAULT 0 NOT NULL,
  worked_ms bigint DEFAULT 0 NOT NULL,
  CONSTRAINT pk_rerate_shard PRIMARY KEY (run_id, above)
);
CREATE TABLE rerate_switch (
  run_id bigint NOT NULL CONSTRAINT fk_rerate_switch_run_id_rerate_run REFERENCES rerate_run (id),
  time_zone text NOT NULL,
  switched_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_rerate_switch PRIMARY KEY (run_id, time_zone)
);
CREATE TABLE rating_staged (
  entity_id bigint NOT NULL,
  run_id bigint NOT NULL,
  as_of date NOT NULL,
  speaks_from timestamptz NOT NULL,
  computed_at timestamptz NOT NULL,
  disputed boolean NOT NULL,
  state text NOT NULL,
  tier text,
  next_change_on date,
  turns date[] NOT NULL,
  summary jsonb NOT NULL,
  domains jsonb NOT NULL,
  documents text NOT NULL,
  CONSTRAINT pk_rating_staged PRIMARY KEY (entity_id, run_id)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    insert_only("rerate_switch")
