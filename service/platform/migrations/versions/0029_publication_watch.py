"""When each record of publicity is to be looked at again, and what had happened to it at the last look."""

from alembic import op

revision = "0029"
down_revision = "0028"

TABLE = """
CREATE TABLE publication_watch (
  event_id bigint NOT NULL CONSTRAINT pk_publication_watch PRIMARY KEY,
  look_on date NOT NULL,
  generation bigint NOT NULL,
  acts bigint NOT NULL,
  done bigint NOT NULL
)
"""


def upgrade() -> None:
    op.execute(TABLE)
