"""The sources under which a token writes evidence."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE api_token ADD COLUMN sources text[] NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE api_token ALTER COLUMN sources DROP DEFAULT")
