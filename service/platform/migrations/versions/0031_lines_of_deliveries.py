"""Deliveries stand in lines: only the first of each has its time."""

from alembic import op

revision = "0031"
down_revision = "0030"

CHANGES = """
ALTER TABLE webhook_delivery ALTER COLUMN next_at DROP NOT NULL;
UPDATE webhook_delivery SET next_at = NULL WHERE state = 'waiting';
CREATE INDEX ix_webhook_delivery_fresh ON webhook_delivery (partner, outbox_id)
  WHERE state = 'waiting' AND next_at IS NULL
"""


def upgrade() -> None:
    for statement in CHANGES.split(";"):
        op.execute(statement)
