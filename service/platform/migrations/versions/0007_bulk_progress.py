"""How far a file has been read, apart from how far it is kept."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE bulk_job ADD COLUMN read_rows bigint NOT NULL DEFAULT 0,"
        " ADD COLUMN read_position bigint NOT NULL DEFAULT 0"
    )
    op.execute("ALTER TABLE bulk_job ALTER COLUMN read_rows DROP DEFAULT, ALTER COLUMN read_position DROP DEFAULT")
