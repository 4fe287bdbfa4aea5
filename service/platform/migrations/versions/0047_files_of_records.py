"""Files of records: the digest of the workbook that a file was read from, and whose files they are, found soon."""

from alembic import op

revision = "0047"
down_revision = "0042"

CHANGES = (
    "ALTER TABLE bulk_job ADD COLUMN workbook_sha256 bytea",
    "CREATE INDEX ix_bulk_job_actor_id ON bulk_job ((actor ->> 'kind'), (actor ->> 'id'), id)",
    "CREATE INDEX ix_entity_import_actor_kind_actor_id_id ON entity_import (actor_kind, actor_id, id)",
)


def upgrade() -> None:
    for statement in CHANGES:
        op.execute(statement)
