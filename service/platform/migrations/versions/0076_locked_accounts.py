"""Accounts that an administrator has closed until further notice."""

from alembic import op

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN locked_at timestamptz")
