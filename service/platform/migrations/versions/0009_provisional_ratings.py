"""Ratings that are only proposed: proposals, how each ended, and which one a rating stood under."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0009"
down_revision = "0008"

TABLES = """
CREATE TABLE rating_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_rating_proposal PRIMARY KEY,
  entity_id bigint NOT NULL,
  kind text NOT NULL,
  edition text NOT NULL,
  raised_on date NOT NULL,
  due_on date NOT NULL,
  due_provisional boolean NOT NULL,
  score bigint,
  grade text,
  tier text NOT NULL,
  proposed text NOT NULL,
  lapses_to text NOT NULL,
  facts jsonb NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_rating_proposal_entity_id ON rating_proposal (entity_id);
CREATE INDEX ix_rating_proposal_due_on_id ON rating_proposal (due_on, id);
CREATE TABLE rating_proposal_resolution (
  proposal_id bigint NOT NULL CONSTRAINT pk_rating_proposal_resolution PRIMARY KEY
    CONSTRAINT fk_rating_proposal_resolution_proposal_id_rating_proposal REFERENCES rating_proposal (id),
  outcome text NOT NULL,
  resolved_on date NOT NULL,
  facts jsonb NOT NULL,
  person text,
  reason text NOT NULL,
  audit_id bigint NOT NULL
);
ALTER TABLE rating ADD COLUMN proposal_id bigint, ADD COLUMN status text
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("rating_proposal", "rating_proposal_resolution"):
        insert_only(table)
