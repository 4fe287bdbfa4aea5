"""Whose longest publicity is over, by the last look, and of which law and entity that look was."""

from alembic import op

revision = "0033"
down_revision = "0032"

CHANGES = """
DELETE FROM publication_watch;
ALTER TABLE publication_watch RENAME COLUMN generation TO law;
ALTER TABLE publication_watch ADD COLUMN version bigint NOT NULL, ADD COLUMN over_on date;
CREATE INDEX ix_publication_watch_over ON publication_watch (event_id) WHERE over_on IS NOT NULL
"""


def upgrade() -> None:
    for statement in CHANGES.split(";"):
        op.execute(statement)
