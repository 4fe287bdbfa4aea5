"""Which browser a visitor's code has signed in, so that what was done in it is traced to who issued the code."""

from alembic import op

revision = "0078"
down_revision = "0077"

STEPS = (
    "ALTER TABLE visitor_code ADD COLUMN session text",
    """
UPDATE visitor_code SET session = audit.detail ->> 'session'
  FROM audit WHERE audit.action = 'accounts.visitor_entered' AND audit.detail ->> 'code' = visitor_code.id
""",
    "CREATE INDEX ix_visitor_code_session ON visitor_code (session) WHERE session IS NOT NULL",
)


def upgrade() -> None:
    for step in STEPS:
        op.execute(step)
