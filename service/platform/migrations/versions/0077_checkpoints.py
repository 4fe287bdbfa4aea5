"""Signed checkpoints of the ledger, the keys that sign them, and the tree's subtrees that are complete."""

from alembic import op

from service.platform.migrations import insert_only

revision = "0077"
down_revision = "0076"

TABLES = """
CREATE TABLE ledger_tile (
  level smallint NOT NULL,
  number bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT pk_ledger_tile PRIMARY KEY (level, number)
);
CREATE TABLE ledger_checkpoint (
  id bigint NOT NULL CONSTRAINT pk_ledger_checkpoint PRIMARY KEY,
  size bigint NOT NULL,
  root bytea NOT NULL,
  note text NOT NULL,
  made_at timestamptz NOT NULL
);
CREATE INDEX ix_ledger_checkpoint_size ON ledger_checkpoint (size);
CREATE TABLE ledger_key (
  key text NOT NULL CONSTRAINT pk_ledger_key PRIMARY KEY,
  first_used_at timestamptz NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("ledger_tile", "ledger_checkpoint", "ledger_key"):
        insert_only(table)
