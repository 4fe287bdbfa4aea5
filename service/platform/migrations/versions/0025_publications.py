"""Acts of publication, their alarms, comparisons with recipients."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0025"
down_revision = "0024"

TABLES = """
CREATE TABLE publication_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_publication_act PRIMARY KEY,
  event_id bigint NOT NULL,
  act text NOT NULL,
  place text NOT NULL,
  done_on date NOT NULL,
  reference text,
  reason text,
  person text NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_publication_act_act
    CHECK (act IN ('publish', 'forward', 'update', 'withdraw', 'mark', 'acknowledge'))
);
CREATE INDEX ix_publication_act_event_id_id ON publication_act (event_id, id);
CREATE INDEX ix_publication_act_shown ON publication_act (event_id) WHERE act = 'publish';
CREATE TABLE publication_alarm (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_publication_alarm PRIMARY KEY,
  event_id bigint NOT NULL,
  duty text NOT NULL,
  stage bigint NOT NULL,
  place text NOT NULL,
  level text NOT NULL,
  due_on date NOT NULL,
  raised_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_publication_alarm_event_id_duty_stage_place_level_due_on
    UNIQUE (event_id, duty, stage, place, level, due_on),
  CONSTRAINT ck_publication_alarm_level CHECK (level IN ('due', 'overdue'))
);
CREATE TABLE publication_comparison (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_publication_comparison PRIMARY KEY,
  place text NOT NULL,
  compared_on date NOT NULL,
  held bigint NOT NULL,
  sha256 bytea NOT NULL,
  differences jsonb NOT NULL,
  person text NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_publication_comparison_place ON publication_comparison (place)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("publication_act", "publication_alarm", "publication_comparison"):
        insert_only(table)
