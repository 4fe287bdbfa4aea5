"""Until when a password that another gave opens its change."""

from alembic import op

revision = "0094"
down_revision = "0093"


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN password_until timestamptz")
