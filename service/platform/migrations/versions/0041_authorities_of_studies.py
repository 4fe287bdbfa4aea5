"""Studies: whose entities they look at, where whoever asked acts for some authorities."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.execute("ALTER TABLE study ADD COLUMN authorities text[]")
