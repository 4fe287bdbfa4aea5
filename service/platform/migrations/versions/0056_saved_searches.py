"""Searches that people keep under a name."""

from alembic import op

revision = "0056"
down_revision = "0055"

TABLE = """
CREATE TABLE saved_search (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_saved_search PRIMARY KEY,
  owner text NOT NULL,
  authority text,
  name text NOT NULL,
  query jsonb NOT NULL,
  shared boolean NOT NULL,
  CONSTRAINT uq_saved_search_owner_name UNIQUE (owner, name)
);
CREATE INDEX ix_saved_search_authority ON saved_search (authority) WHERE shared
"""


def upgrade() -> None:
    for statement in TABLE.split(";"):
        op.execute(statement)
