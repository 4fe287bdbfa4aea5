"""What is owed about a record first, by the last look: so that a worklist need not look at every record."""

from alembic import op

revision = "0030"
down_revision = "0029"

CHANGES = """
DELETE FROM publication_watch;
ALTER TABLE publication_watch ADD COLUMN owed_on date;
CREATE INDEX ix_publication_watch_owed_on_event_id ON publication_watch (owed_on, event_id)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";"):
        op.execute(statement)
