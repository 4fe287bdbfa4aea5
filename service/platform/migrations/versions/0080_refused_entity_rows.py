"""Refused rows of files of entities as they were sent, so that they can be put right and sent again."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0080"
down_revision = "0079"

TABLE = """
CREATE TABLE entity_import_row (
  import_id bigint NOT NULL CONSTRAINT fk_entity_import_row_import_id_entity_import REFERENCES entity_import (id),
  row bigint NOT NULL,
  cells jsonb NOT NULL,
  CONSTRAINT pk_entity_import_row PRIMARY KEY (import_id, row)
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    insert_only("entity_import_row")
