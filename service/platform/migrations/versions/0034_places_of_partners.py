"""The places for which a partner's token speaks."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.execute("ALTER TABLE api_token ADD COLUMN places text[] NOT NULL DEFAULT '{}'")
    op.execute("ALTER TABLE api_token ALTER COLUMN places DROP DEFAULT")
