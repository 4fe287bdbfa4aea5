"""Corrections that moved an event to another kind of decision are found without a look at every act."""

from alembic import op

revision = "0035"
down_revision = "0034"

INDEX = """
CREATE INDEX ix_event_act_moved ON event_act (event_id)
 WHERE act = 'correction' AND detail -> 'changes' ? 'decision_kind'
"""


def upgrade() -> None:
    op.execute(INDEX)
