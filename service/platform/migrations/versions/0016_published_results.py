"""Published results are read in the order of their publication."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_visit_publication_published_on_visit_id ON visit_publication (published_on, visit_id)")
