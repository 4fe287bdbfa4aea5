"""Inspections: plans, their acts, tasks in versions, amendments and what was decided of them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0008"
down_revision = "0007"

TABLES = """
CREATE TABLE inspection_plan (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_plan PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_inspection_plan_number UNIQUE,
  authority text NOT NULL,
  year bigint NOT NULL,
  special boolean NOT NULL,
  prepared_by text NOT NULL,
  body jsonb NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_inspection_plan_authority_year ON inspection_plan (authority, year);
CREATE TABLE inspection_plan_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_plan_act PRIMARY KEY,
  plan_id bigint NOT NULL CONSTRAINT fk_inspection_plan_act_plan_id_inspection_plan REFERENCES inspection_plan (id),
  act text NOT NULL,
  person text NOT NULL,
  reason text,
  taken_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_inspection_plan_act_act CHECK (act IN ('submitted', 'approved', 'returned', 'published', 'withdrawn'))
);
CREATE INDEX ix_inspection_plan_act_plan_id_id ON inspection_plan_act (plan_id, id);
CREATE TABLE inspection_task_version (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_task_version PRIMARY KEY,
  plan_id bigint NOT NULL CONSTRAINT fk_inspection_task_version_plan_id_inspection_plan REFERENCES inspection_plan (id),
  number text NOT NULL,
  amendment bigint,
  person text NOT NULL,
  body jsonb NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_inspection_task_version_plan_id_number_id ON inspection_task_version (plan_id, number, id);
CREATE INDEX ix_inspection_task_version_number_id ON inspection_task_version (number, id);
CREATE TABLE inspection_plan_amendment (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_plan_amendment PRIMARY KEY,
  plan_id bigint NOT NULL
    CONSTRAINT fk_inspection_plan_amendment_plan_id_inspection_plan REFERENCES inspection_plan (id),
  n bigint NOT NULL,
  reason text NOT NULL,
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  tasks jsonb NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_inspection_plan_amendment_plan_id_n UNIQUE (plan_id, n)
);
CREATE TABLE inspection_plan_amendment_decision (
  amendment_id bigint CONSTRAINT pk_inspection_plan_amendment_decision PRIMARY KEY
    CONSTRAINT fk_inspection_plan_amendment_decision_amendment_id_inspe_7d1b REFERENCES inspection_plan_amendment (id),
  approved boolean NOT NULL,
  reason text NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in (
        "inspection_plan",
        "inspection_plan_act",
        "inspection_task_version",
        "inspection_plan_amendment",
        "inspection_plan_amendment_decision",
    ):
        insert_only(table)
