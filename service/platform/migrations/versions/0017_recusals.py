"""Requests to recuse are found without reading every act."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_visit_act_recusal ON visit_act (visit_id) WHERE act = 'recusal_asked'")
