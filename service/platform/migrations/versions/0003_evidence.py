"""Evidence: catalogues, occasions, events, acts, bulk files and their jobs."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE decision_kind (
  code text NOT NULL CONSTRAINT pk_decision_kind PRIMARY KEY,
  names jsonb NOT NULL,
  final boolean NOT NULL,
  offence boolean NOT NULL,
  penalty boolean NOT NULL,
  before_establishment text NOT NULL,
  after_deregistration text NOT NULL
);
CREATE TABLE event_code (
  code text NOT NULL CONSTRAINT pk_event_code PRIMARY KEY,
  names jsonb NOT NULL,
  kinds text[] NOT NULL
);
CREATE TABLE occasion (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_occasion PRIMARY KEY,
  entity_id bigint NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  type text NOT NULL,
  held_on date NOT NULL,
  closed boolean NOT NULL,
  kinds text[],
  audit_id bigint NOT NULL,
  CONSTRAINT uq_occasion_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_occasion_entity_id ON occasion (entity_id);
CREATE TABLE event (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event PRIMARY KEY,
  entity_id bigint NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  decision_kind text NOT NULL,
  code text NOT NULL,
  severity text,
  decided_on date NOT NULL,
  final boolean NOT NULL,
  value bigint,
  occasion_id bigint,
  case_ref text,
  kinds text[],
  corrected_on date,
  performed_on date,
  publicity_ends_on date,
  attributes jsonb,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_event_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_event_entity_id ON event (entity_id);
CREATE TABLE event_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event_act PRIMARY KEY,
  event_id bigint NOT NULL,
  act text NOT NULL,
  acted_on date NOT NULL,
  detail jsonb NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_event_act_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_event_act_event_id ON event_act (event_id);
CREATE TABLE bulk_file (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bulk_file PRIMARY KEY,
  sha256 bytea NOT NULL,
  size bigint NOT NULL
);
CREATE INDEX ix_bulk_file_sha256 ON bulk_file (sha256);
CREATE TABLE bulk_chunk (
  file_id bigint NOT NULL,
  number bigint NOT NULL,
  bytes bytea NOT NULL,
  CONSTRAINT pk_bulk_chunk PRIMARY KEY (file_id, number)
);
ALTER TABLE bulk_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE bulk_job (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bulk_job PRIMARY KEY,
  file_id bigint NOT NULL,
  format text NOT NULL,
  compressed boolean NOT NULL,
  field_map text,
  mode text NOT NULL,
  actor jsonb NOT NULL,
  state text NOT NULL,
  audit_id bigint,
  rows bigint NOT NULL,
  stored bigint NOT NULL,
  held bigint NOT NULL,
  refused bigint NOT NULL,
  warned bigint NOT NULL,
  position bigint NOT NULL,
  size bigint NOT NULL,
  tree jsonb NOT NULL,
  bounds jsonb NOT NULL,
  problem jsonb,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX ix_bulk_job_state_id ON bulk_job (state, id);
CREATE TABLE bulk_row_error (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_bulk_row_error PRIMARY KEY,
  job_id bigint NOT NULL,
  row bigint NOT NULL,
  pointer text NOT NULL,
  code text NOT NULL,
  refused boolean NOT NULL,
  params jsonb NOT NULL
);
CREATE INDEX ix_bulk_row_error_job_id_row_id ON bulk_row_error (job_id, row, id)
"""

KEPT = (
    "decision_kind",
    "event_code",
    "occasion",
    "event",
    "event_act",
    "bulk_file",
    "bulk_chunk",
    "bulk_row_error",
)


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in KEPT:
        insert_only(table)
