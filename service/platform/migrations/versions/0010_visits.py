"""Inspections: visits with teams, findings, signatures, outcomes, orders; files by digest; who holds a token."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0010"
down_revision = "0009"

TABLES = """
ALTER TABLE api_token ADD COLUMN person text;
CREATE TABLE stored_file (
  sha256 bytea CONSTRAINT pk_stored_file PRIMARY KEY,
  size bigint NOT NULL,
  media_type text NOT NULL,
  bytes bytea NOT NULL,
  kept_at timestamptz NOT NULL
);
CREATE TABLE visit (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_visit_number UNIQUE,
  entity_id bigint NOT NULL,
  entity_key text NOT NULL,
  year bigint NOT NULL,
  task text,
  source text NOT NULL,
  type text NOT NULL,
  authority text NOT NULL,
  authorities text[] NOT NULL,
  kind text,
  tier text,
  method text NOT NULL,
  checklist jsonb NOT NULL,
  first_day date NOT NULL,
  last_day date NOT NULL,
  deadline date NOT NULL,
  reason text,
  state text NOT NULL,
  present text[] NOT NULL,
  held_on date,
  order_id bigint,
  merged_into bigint,
  opened_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_visit_source_entity_id UNIQUE (source, entity_id),
  CONSTRAINT ck_visit_state CHECK (state IN ('dispatched', 'off_site', 'on_site', 'recorded', 'signed', 'audited',
    'published', 'cancelled', 'replaced'))
);
CREATE INDEX ix_visit_entity_id_year ON visit (entity_id, year);
CREATE INDEX ix_visit_task ON visit (task);
CREATE INDEX ix_visit_authority_state_id ON visit (authority, state, id);
CREATE TABLE visit_ledger (
  entity_id bigint NOT NULL,
  year bigint NOT NULL,
  taken bigint NOT NULL,
  CONSTRAINT pk_visit_ledger PRIMARY KEY (entity_id, year)
);
CREATE TABLE visit_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_act PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_act_visit_id_visit REFERENCES visit (id),
  act text NOT NULL,
  person text NOT NULL,
  inspector text,
  reason text,
  detail jsonb NOT NULL,
  taken_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_visit_act_visit_id_id ON visit_act (visit_id, id);
CREATE TABLE visit_member (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_member PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_member_visit_id_visit REFERENCES visit (id),
  seat bigint NOT NULL,
  inspector text NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_visit_member_visit_id_seat_id ON visit_member (visit_id, seat, id);
CREATE INDEX ix_visit_member_inspector_visit_id ON visit_member (inspector, visit_id);
CREATE TABLE visit_entry_code (
  sha256 bytea CONSTRAINT pk_visit_entry_code PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_entry_code_visit_id_visit REFERENCES visit (id),
  inspectors text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE TABLE visit_finding (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_finding PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_finding_visit_id_visit REFERENCES visit (id),
  client_id text NOT NULL,
  item text NOT NULL,
  entry text NOT NULL,
  result text NOT NULL,
  severity text,
  note text,
  files text[] NOT NULL,
  inspector text NOT NULL,
  settles boolean NOT NULL,
  noted_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  body_sha256 bytea NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_visit_finding_visit_id_client_id UNIQUE (visit_id, client_id),
  CONSTRAINT ck_visit_finding_result CHECK (result IN ('pass', 'fail', 'not_applicable'))
);
CREATE TABLE visit_file (
  visit_id bigint NOT NULL CONSTRAINT fk_visit_file_visit_id_visit REFERENCES visit (id),
  sha256 bytea NOT NULL CONSTRAINT fk_visit_file_sha256_stored_file REFERENCES stored_file (sha256),
  inspector text NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_visit_file PRIMARY KEY (visit_id, sha256)
);
CREATE TABLE visit_record (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_record PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_record_visit_id_visit REFERENCES visit (id),
  result text NOT NULL,
  content bytea NOT NULL,
  sha256 bytea NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_visit_record_visit_id_id ON visit_record (visit_id, id);
CREATE TABLE visit_signature (
  record_id bigint NOT NULL CONSTRAINT fk_visit_signature_record_id_visit_record REFERENCES visit_record (id),
  inspector text NOT NULL,
  person text NOT NULL,
  signed_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_visit_signature PRIMARY KEY (record_id, inspector)
);
CREATE TABLE visit_outcome (
  visit_id bigint CONSTRAINT pk_visit_outcome PRIMARY KEY
    CONSTRAINT fk_visit_outcome_visit_id_visit REFERENCES visit (id),
  record_id bigint NOT NULL CONSTRAINT fk_visit_outcome_record_id_visit_record REFERENCES visit_record (id),
  result text NOT NULL,
  problems bigint NOT NULL,
  audited_on date NOT NULL,
  audited_by text NOT NULL,
  occasion_id bigint NOT NULL,
  publish_by date NOT NULL,
  publish_by_provisional boolean NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_visit_outcome_publish_by ON visit_outcome (publish_by);
CREATE TABLE visit_publication (
  visit_id bigint CONSTRAINT pk_visit_publication PRIMARY KEY
    CONSTRAINT fk_visit_publication_visit_id_visit REFERENCES visit (id),
  reference text NOT NULL,
  published_on date NOT NULL,
  person text NOT NULL,
  audit_id bigint NOT NULL
);
CREATE TABLE visit_register_proposal (
  visit_id bigint CONSTRAINT pk_visit_register_proposal PRIMARY KEY
    CONSTRAINT fk_visit_register_proposal_visit_id_visit REFERENCES visit (id),
  status text NOT NULL,
  status_on date NOT NULL,
  accepted boolean,
  reason text,
  decided_by text,
  decided_at timestamptz,
  audit_id bigint NOT NULL
);
CREATE TABLE visit_merge_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visit_merge_proposal PRIMARY KEY,
  visit_id bigint NOT NULL CONSTRAINT fk_visit_merge_proposal_visit_id_visit REFERENCES visit (id),
  other_id bigint NOT NULL CONSTRAINT fk_visit_merge_proposal_other_id_visit REFERENCES visit (id),
  accepted boolean,
  reason text,
  decided_by text,
  decided_at timestamptz,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_visit_merge_proposal_visit_id_other_id UNIQUE (visit_id, other_id)
);
CREATE TABLE rectification_order (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_rectification_order PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_rectification_order_number UNIQUE,
  visit_id bigint NOT NULL CONSTRAINT fk_rectification_order_visit_id_visit REFERENCES visit (id),
  entity_id bigint NOT NULL,
  entries jsonb NOT NULL,
  due_on date NOT NULL,
  due_provisional boolean NOT NULL,
  outcome text,
  closed_on date,
  basis text,
  closed_by text,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_rectification_order_visit_id ON rectification_order (visit_id);
CREATE INDEX ix_rectification_order_due_on ON rectification_order (due_on) WHERE outcome IS NULL
"""
KEPT = (
    "stored_file",
    "visit_act",
    "visit_member",
    "visit_entry_code",
    "visit_finding",
    "visit_file",
    "visit_record",
    "visit_signature",
    "visit_outcome",
    "visit_publication",
)


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in KEPT:
        insert_only(table)
