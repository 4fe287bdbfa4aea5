"""What is locked where one act waits for another: tables without rows, since to lock one takes a right to change it."""

from alembic import op

revision = "0090"
down_revision = "0089"


def upgrade() -> None:
    for what in ("draws", "editions", "holds", "studies"):
        op.execute(f"CREATE TABLE turn_of_{what} ()")
