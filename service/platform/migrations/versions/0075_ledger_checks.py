"""When the chain of the ledger was recomputed last, and whether it was intact."""

from alembic import op

revision = "0075"
down_revision = "0070"

TABLE = """
CREATE TABLE ledger_checked (
  id smallint NOT NULL CONSTRAINT pk_ledger_checked PRIMARY KEY,
  checked_at timestamptz NOT NULL,
  position bigint NOT NULL,
  intact boolean NOT NULL
)
"""


def upgrade() -> None:
    op.execute(TABLE)
