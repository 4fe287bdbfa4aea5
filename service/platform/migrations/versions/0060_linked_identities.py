"""Identities of a provider that may sign in to accounts."""

from alembic import op

revision = "0060"
down_revision = "0058"

TABLES = """
CREATE TABLE linked_identity (
  issuer text NOT NULL,
  subject text NOT NULL,
  account_id text NOT NULL CONSTRAINT fk_linked_identity_account_id_account REFERENCES account (id),
  linked_at timestamptz NOT NULL,
  CONSTRAINT pk_linked_identity PRIMARY KEY (issuer, subject),
  CONSTRAINT uq_linked_identity_account_id_issuer UNIQUE (account_id, issuer)
)
"""


def upgrade() -> None:
    op.execute(TABLES)
