"""Measures that rest upon records, and what happened to them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0032"
down_revision = "0031"

TABLES = """
CREATE TABLE measure (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_measure PRIMARY KEY,
  event_id bigint NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  kind text NOT NULL,
  basis text NOT NULL,
  document text NOT NULL,
  authority text NOT NULL,
  starts_on date NOT NULL,
  ends_on date,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_measure_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_measure_event_id ON measure (event_id);
CREATE TABLE measure_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_measure_act PRIMARY KEY,
  measure_id bigint NOT NULL,
  act text NOT NULL,
  acted_on date NOT NULL,
  until date,
  cause text NOT NULL,
  reference text NOT NULL,
  reason text NOT NULL,
  event_act_id bigint,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_measure_act_act CHECK (act IN ('lifted', 'suspended', 'restored')),
  CONSTRAINT ck_measure_act_cause CHECK (cause IN ('repair', 'annulment', 'order'))
);
CREATE INDEX ix_measure_act_measure_id ON measure_act (measure_id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("measure", "measure_act"):
        insert_only(table)
