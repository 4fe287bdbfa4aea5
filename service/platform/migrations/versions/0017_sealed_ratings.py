"""Ratings: which entry of the ledger seals them."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("ALTER TABLE rating ADD COLUMN audit_id bigint")
