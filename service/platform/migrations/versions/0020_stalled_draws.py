"""Draws that visits cannot follow: why, and when each is tried again."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE visit_stalled_draw (
      draw text PRIMARY KEY,
      authorities text[] NOT NULL,
      since timestamptz NOT NULL,
      attempts bigint NOT NULL,
      retry_at timestamptz NOT NULL,
      newest bigint NOT NULL,
      code text NOT NULL,
      params jsonb NOT NULL,
      error text
    )
    """)
