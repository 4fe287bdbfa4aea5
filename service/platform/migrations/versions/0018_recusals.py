"""Requests to recuse are found without reading every act."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_visit_act_recusal ON visit_act (visit_id) WHERE act = 'recusal_asked'")
