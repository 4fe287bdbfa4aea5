"""Entities are found by pinyin, initials, the beginning of a code and a part of the address, in the order of pinyin."""

from alembic import op

revision = "0048"
down_revision = "0047"

COLUMNS = """
ALTER TABLE entity
  ADD COLUMN address_key text NOT NULL DEFAULT '',
  ADD COLUMN address_grams text[] NOT NULL DEFAULT '{}'
"""
# As `grams_of` has them: characters, trigrams of pinyin, trigrams of initials with a mark.
PARTS = """
UPDATE entity SET grams = grams
  || ARRAY(SELECT DISTINCT one FROM regexp_split_to_table(name_key, '') AS one WHERE one !~ '^[\\x01-\\x7f]?$')
  || ARRAY(SELECT DISTINCT substr(pinyin || '$', place, 3) FROM generate_series(1, length(pinyin) - 1) AS place)
  || ARRAY(SELECT DISTINCT '.' || substr(initials || '$', place, 3)
             FROM generate_series(1, length(initials) - 1) AS place)
"""
INDEXES = """
CREATE INDEX ix_entity_grams ON entity USING gin (grams);
CREATE INDEX ix_entity_address_grams ON entity USING gin (address_grams);
CREATE INDEX ix_entity_pinyin_id ON entity (pinyin, id);
CREATE INDEX ix_entity_public_key_prefix ON entity (public_key text_pattern_ops);
CREATE INDEX ix_entity_region_prefix ON entity (region text_pattern_ops)
"""


def upgrade() -> None:
    op.execute("SET LOCAL statement_timeout = 0")  # every entity is written once
    op.execute(COLUMNS)
    op.execute("DROP INDEX ix_entity_grams")
    op.execute(PARTS)
    for statement in INDEXES.split(";"):
        op.execute(statement)
