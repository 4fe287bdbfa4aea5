"""Inspections: whose part of a joint draw owes a visit; an entity may be owed one by each."""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    "ALTER TABLE draw_debt ADD COLUMN authority text NOT NULL DEFAULT ''",
    "ALTER TABLE draw_debt DROP CONSTRAINT uq_draw_debt_draw_id_entity",
    ("ALTER TABLE draw_debt ADD CONSTRAINT uq_draw_debt_draw_id_entity_authority UNIQUE (draw_id, entity, authority)"),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
