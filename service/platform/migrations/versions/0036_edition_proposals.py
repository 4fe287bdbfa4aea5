"""Editions that are proposed, and what was decided of each."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0036"
down_revision = "0035"

TABLES = """
CREATE TABLE edition_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_edition_proposal PRIMARY KEY,
  edition_id text NOT NULL,
  rulebook text NOT NULL,
  predecessor text,
  force_from date NOT NULL,
  digest text NOT NULL,
  text text NOT NULL,
  cases text NOT NULL,
  person text NOT NULL,
  reason text NOT NULL,
  proposed_on date NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_edition_proposal_edition_id ON edition_proposal (edition_id);
CREATE TABLE edition_step (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_edition_step PRIMARY KEY,
  proposal_id bigint NOT NULL CONSTRAINT fk_edition_step_proposal_id_edition_proposal REFERENCES edition_proposal (id),
  step text NOT NULL CONSTRAINT ck_edition_step_step CHECK (step IN ('approved', 'refused', 'withdrawn')),
  person text NOT NULL,
  reason text NOT NULL,
  taken_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_edition_step_proposal_id_step UNIQUE (proposal_id, step)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("edition_proposal", "edition_step"):
        insert_only(table)
