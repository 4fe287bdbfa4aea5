"""Alarms of visits: terms that come near or are over, each told once."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0015"
down_revision = "0014"

TABLES = """
CREATE TABLE visit_alarm (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_alarm PRIMARY KEY,
  kind text NOT NULL,
  stage text NOT NULL,
  subject text NOT NULL,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_alarm_visit_id_visit REFERENCES visit (id),
  due_on date NOT NULL,
  raised_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_visit_alarm_kind_subject_stage_due_on UNIQUE (kind, subject, stage, due_on),
  CONSTRAINT ck_visit_alarm_stage CHECK (stage IN ('due', 'overdue'))
);
CREATE INDEX ix_visit_state_last_day ON visit (state, last_day)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    insert_only("visit_alarm")
