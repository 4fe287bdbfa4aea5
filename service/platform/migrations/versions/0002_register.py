"""Register: regions, authorities, kinds, entities and their versions, reports of unreachable ones, imports."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE region (
  code text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  names jsonb NOT NULL,
  parent text,
  CONSTRAINT pk_region PRIMARY KEY (code, valid_from),
  CONSTRAINT ck_region_span CHECK (valid_to IS NULL OR valid_from < valid_to),
  CONSTRAINT ex_region_code_once_a_day EXCLUDE USING gist (
    int8range(hashtextextended(code, 0), hashtextextended(code, 0), '[]') WITH &&,
    daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX ix_region_parent ON region (parent);
CREATE TABLE authority (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_authority PRIMARY KEY,
  code text NOT NULL CONSTRAINT uq_authority_code UNIQUE,
  names jsonb NOT NULL,
  region text NOT NULL,
  timezone text NOT NULL,
  parent text
);
CREATE TABLE supervision_domain (
  code text NOT NULL CONSTRAINT pk_supervision_domain PRIMARY KEY,
  names jsonb NOT NULL
);
CREATE TABLE entity_kind (
  code text NOT NULL CONSTRAINT pk_entity_kind PRIMARY KEY,
  names jsonb NOT NULL,
  domain text NOT NULL CONSTRAINT fk_entity_kind_domain_supervision_domain REFERENCES supervision_domain (code),
  origin text NOT NULL,
  basis jsonb,
  CONSTRAINT ck_entity_kind_origin CHECK (origin IN ('official', 'derived'))
);
CREATE TABLE entity (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_entity PRIMARY KEY,
  public_key text NOT NULL CONSTRAINT uq_entity_public_key UNIQUE,
  name text NOT NULL,
  name_key text NOT NULL,
  pinyin text NOT NULL,
  initials text NOT NULL,
  grams text[] NOT NULL,
  authority_id bigint NOT NULL CONSTRAINT fk_entity_authority_id_authority REFERENCES authority (id),
  region text NOT NULL,
  status text NOT NULL,
  unverified_code boolean NOT NULL,
  parent_id bigint CONSTRAINT fk_entity_parent_id_entity REFERENCES entity (id),
  natural_person boolean NOT NULL,
  body jsonb NOT NULL,
  CONSTRAINT ck_entity_own_parent CHECK (parent_id <> id)
);
CREATE INDEX ix_entity_grams ON entity USING gin (grams);
CREATE INDEX ix_entity_parent_id ON entity (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX ix_entity_authority_id_id ON entity (authority_id, id);
CREATE INDEX ix_entity_name_key ON entity (name_key);
CREATE INDEX ix_entity_status ON entity (status) WHERE status <> 'active';
CREATE TABLE entity_version (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_entity_version PRIMARY KEY,
  entity_id bigint NOT NULL CONSTRAINT fk_entity_version_entity_id_entity REFERENCES entity (id),
  audit_id bigint NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX ix_entity_version_entity_id_id ON entity_version (entity_id, id);
CREATE INDEX ix_entity_version_audit_id ON entity_version (audit_id);
CREATE TABLE unreachable_step (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_unreachable_step PRIMARY KEY,
  report_id bigint NOT NULL,
  entity_id bigint NOT NULL CONSTRAINT fk_unreachable_step_entity_id_entity REFERENCES entity (id),
  step text NOT NULL,
  person text NOT NULL,
  found_on date NOT NULL,
  evidence text NOT NULL,
  taken_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_unreachable_step_report_id_step UNIQUE (report_id, step),
  CONSTRAINT uq_unreachable_step_report_id_person UNIQUE (report_id, person),
  CONSTRAINT ck_unreachable_step_step CHECK (step IN ('reported', 'confirmed', 'reviewed', 'dismissed'))
);
CREATE INDEX ix_unreachable_step_entity_id_id ON unreachable_step (entity_id, id);
CREATE TABLE same_name (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_same_name PRIMARY KEY,
  entity_low bigint NOT NULL CONSTRAINT fk_same_name_entity_low_entity REFERENCES entity (id),
  entity_high bigint NOT NULL CONSTRAINT fk_same_name_entity_high_entity REFERENCES entity (id),
  audit_id bigint NOT NULL,
  decision text,
  reason text,
  decided_by text,
  decided_at timestamptz,
  CONSTRAINT uq_same_name_entity_low_entity_high UNIQUE (entity_low, entity_high),
  CONSTRAINT ck_same_name_order CHECK (entity_low < entity_high),
  CONSTRAINT ck_same_name_decision CHECK (decision IN ('same', 'different'))
);
CREATE INDEX ix_same_name_entity_high ON same_name (entity_high);
CREATE TABLE entity_import (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_entity_import PRIMARY KEY,
  public_id text NOT NULL CONSTRAINT uq_entity_import_public_id UNIQUE,
  audit_id bigint NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  authority text,
  started_at timestamptz NOT NULL,
  report jsonb NOT NULL
);
CREATE TABLE entity_import_error (
  import_id bigint NOT NULL CONSTRAINT fk_entity_import_error_import_id_entity_import REFERENCES entity_import (id),
  place bigint NOT NULL,
  row bigint NOT NULL,
  pointer text NOT NULL,
  code text NOT NULL,
  params jsonb NOT NULL,
  CONSTRAINT pk_entity_import_error PRIMARY KEY (import_id, place)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("entity_version", "unreachable_step", "entity_import", "entity_import_error"):
        insert_only(table)
