"""Cases of repair and objection, their steps, papers and alarms."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0027"
down_revision = "0026"

TABLES = """
CREATE TABLE repair_case (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_repair_case PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_repair_case_number UNIQUE,
  procedure text NOT NULL,
  event_id bigint NOT NULL,
  entity_id bigint NOT NULL,
  entity_key text NOT NULL,
  authority text NOT NULL,
  region text NOT NULL,
  edition_id text NOT NULL,
  edition_digest text NOT NULL,
  filed_on date NOT NULL,
  separate text,
  state text NOT NULL,
  clock text,
  due_on date,
  due_provisional boolean NOT NULL,
  escalate_on date,
  open boolean NOT NULL,
  opened_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_repair_case_procedure CHECK (procedure IN ('repair', 'objection'))
);
CREATE UNIQUE INDEX uq_repair_case_open ON repair_case (event_id, procedure) WHERE open;
CREATE INDEX ix_repair_case_entity_id ON repair_case (entity_id);
CREATE INDEX ix_repair_case_event_id ON repair_case (event_id);
CREATE INDEX ix_repair_case_due_on ON repair_case (due_on) WHERE open;
CREATE TABLE repair_step (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_repair_step PRIMARY KEY,
  case_id bigint NOT NULL CONSTRAINT fk_repair_step_case_id_repair_case REFERENCES repair_case (id),
  place bigint NOT NULL,
  event text NOT NULL,
  state text NOT NULL,
  part text NOT NULL,
  person text NOT NULL,
  staff_code text,
  taken_on date NOT NULL,
  taken_at timestamptz NOT NULL,
  reason text,
  detail jsonb NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_repair_step_case_id_place UNIQUE (case_id, place)
);
CREATE TABLE repair_material (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_repair_material PRIMARY KEY,
  case_id bigint NOT NULL CONSTRAINT fk_repair_material_case_id_repair_case REFERENCES repair_case (id),
  key text NOT NULL,
  name text NOT NULL,
  sha256 bytea NOT NULL,
  size bigint NOT NULL,
  media_type text NOT NULL,
  person text NOT NULL,
  sent_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_repair_material_case_id_key_sha256 UNIQUE (case_id, key, sha256)
);
CREATE TABLE repair_alarm (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_repair_alarm PRIMARY KEY,
  case_id bigint NOT NULL CONSTRAINT fk_repair_alarm_case_id_repair_case REFERENCES repair_case (id),
  clock text NOT NULL,
  stage text NOT NULL,
  due_on date NOT NULL,
  raised_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_repair_alarm_case_id_clock_stage_due_on UNIQUE (case_id, clock, stage, due_on),
  CONSTRAINT ck_repair_alarm_stage CHECK (stage IN ('near', 'over'))
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("repair_step", "repair_material", "repair_alarm"):
        insert_only(table)
