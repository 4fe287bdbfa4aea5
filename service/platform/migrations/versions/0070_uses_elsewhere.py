"""Whence a signed-in browser's secret was used last, where not as at signing in."""

from alembic import op

revision = "0070"
down_revision = "0062"

COLUMNS = """
ALTER TABLE browser_session
  ADD COLUMN other_agent text,
  ADD COLUMN other_address text,
  ADD COLUMN other_at timestamptz
"""


def upgrade() -> None:
    op.execute(COLUMNS)
