"""Archives of open data, in pieces."""

from alembic import op

revision = "0058"
down_revision = "0056"

TABLES = """
CREATE TABLE open_data_archive (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_open_data_archive PRIMARY KEY,
  sha256 bytea NOT NULL,
  size bigint NOT NULL,
  schema_version bigint NOT NULL,
  as_of date NOT NULL,
  position bigint NOT NULL,
  built_at timestamptz NOT NULL,
  files jsonb NOT NULL
);
CREATE TABLE open_data_piece (
  archive_id bigint NOT NULL CONSTRAINT fk_open_data_piece_archive_id_open_data_archive
    REFERENCES open_data_archive (id) ON DELETE CASCADE,
  place bigint NOT NULL,
  content bytea NOT NULL,
  CONSTRAINT pk_open_data_piece PRIMARY KEY (archive_id, place)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
