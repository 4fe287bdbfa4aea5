"""Occasions of random draws made elsewhere say with which probability the entity was drawn."""

from alembic import op

revision = "0037"
down_revision = "0036"

CHANGES = """
ALTER TABLE occasion ADD COLUMN probability bigint
  CONSTRAINT ck_occasion_probability CHECK (probability BETWEEN 1 AND 1000000000)
"""


def upgrade() -> None:
    op.execute(CHANGES)
