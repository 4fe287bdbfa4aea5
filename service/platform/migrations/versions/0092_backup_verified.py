"""When backups were verified last, and until when they restore."""

from alembic import op

revision = "0092"
down_revision = "0091"

TABLE = """
CREATE TABLE backup_verified (
  id smallint NOT NULL CONSTRAINT pk_backup_verified PRIMARY KEY,
  verified_at timestamptz NOT NULL,
  restores_until timestamptz NOT NULL
)
"""


def upgrade() -> None:
    op.execute(TABLE)
