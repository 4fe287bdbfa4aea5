"""Studies of the studio: what was asked, how far the work is, and what came of it."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0038"
down_revision = "0037"

TABLES = """
CREATE TABLE study (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_study PRIMARY KEY,
  kind text NOT NULL,
  options jsonb NOT NULL,
  edition_id text,
  edition_digest text,
  edition_authority text,
  edition_regions text[] NOT NULL,
  stock text,
  position bigint,
  stock_day date,
  stock_digest text,
  person text NOT NULL,
  asked_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_study_person ON study (person);
CREATE TABLE study_outcome (
  study_id bigint CONSTRAINT pk_study_outcome PRIMARY KEY
    CONSTRAINT fk_study_outcome_study_id_study REFERENCES study (id),
  outcome text NOT NULL CONSTRAINT ck_study_outcome_outcome CHECK (outcome IN ('done', 'failed', 'cancelled')),
  document text,
  problem jsonb,
  ended_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE TABLE study_progress (
  study_id bigint CONSTRAINT pk_study_progress PRIMARY KEY
    CONSTRAINT fk_study_progress_study_id_study REFERENCES study (id),
  tries bigint NOT NULL,
  done bigint NOT NULL,
  whole bigint NOT NULL,
  begun_at timestamptz NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("study", "study_outcome"):
        insert_only(table)
