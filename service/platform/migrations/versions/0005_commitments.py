"""Credit commitments of entities and what became of them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0005"
down_revision = "0004"

TABLES = """
CREATE TABLE credit_commitment (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_commitment PRIMARY KEY,
  entity_id bigint NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  type text NOT NULL,
  text text,
  made_on date NOT NULL,
  due_on date,
  authority text NOT NULL,
  kinds text[],
  audit_id bigint NOT NULL,
  CONSTRAINT uq_credit_commitment_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_credit_commitment_entity_id ON credit_commitment (entity_id);
CREATE INDEX ix_credit_commitment_due_on ON credit_commitment (due_on);
CREATE TABLE credit_commitment_outcome (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_credit_commitment_outcome PRIMARY KEY,
  commitment_id bigint NOT NULL,
  outcome text NOT NULL,
  settled_on date NOT NULL,
  basis text NOT NULL,
  case_ref text,
  event_id bigint,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_credit_commitment_outcome_commitment_id ON credit_commitment_outcome (commitment_id)
"""

KEPT = ("credit_commitment", "credit_commitment_outcome")


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in KEPT:
        insert_only(table)
