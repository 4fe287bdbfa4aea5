"""From which row of the outbox on a partner is told: by its number, since clocks may be set back."""

from alembic import op

revision = "0088"
down_revision = "0080"


def upgrade() -> None:
    op.execute("ALTER TABLE webhook_partner ADD COLUMN after_message bigint NOT NULL DEFAULT 0")
    op.execute("""
        UPDATE webhook_partner
           SET after_message = coalesce((SELECT max(id) FROM outbox WHERE recorded_at < webhook_partner.since), 0)
    """)
