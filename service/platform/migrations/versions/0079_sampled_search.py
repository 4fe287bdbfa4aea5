"""One index finds entities by parts of name and address and by kind together; a sample tells how far to look."""

from alembic import op

revision = "0079"
down_revision = "0078"

INDEXES = """
DROP INDEX ix_entity_grams, ix_entity_address_grams;
CREATE INDEX ix_entity_found ON entity
  USING gin (grams, address_grams, jsonb_path_query_array(body, '$.kinds[*].kind'));
CREATE INDEX ix_entity_sample ON entity (pinyin, id) WHERE id % 251 = 0
"""


def upgrade() -> None:
    op.execute("SET LOCAL statement_timeout = 0")  # every entity is read
    for statement in INDEXES.split(";"):
        op.execute(statement)
