"""Notices to entities: their texts, and how they were served."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0024"
down_revision = "0023"

TABLES = """
CREATE TABLE entity_notice (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_entity_notice PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_entity_notice_number UNIQUE,
  kind text NOT NULL,
  entity_id bigint NOT NULL,
  entity_key text NOT NULL,
  authority text NOT NULL,
  region text NOT NULL,
  natural_person boolean NOT NULL,
  about text,
  source text CONSTRAINT uq_entity_notice_source UNIQUE,
  facts jsonb NOT NULL,
  law jsonb NOT NULL,
  template bytea NOT NULL,
  made_on date NOT NULL,
  made_at timestamptz NOT NULL,
  check_code text NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_entity_notice_entity_id_id ON entity_notice (entity_id, id);
CREATE TABLE entity_notice_text (
  notice_id bigint NOT NULL CONSTRAINT fk_entity_notice_text_notice_id_entity_notice REFERENCES entity_notice (id),
  language text NOT NULL,
  text text NOT NULL,
  sha256 bytea NOT NULL,
  CONSTRAINT pk_entity_notice_text PRIMARY KEY (notice_id, language)
);
CREATE TABLE entity_notice_service (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_entity_notice_service PRIMARY KEY,
  notice_id bigint NOT NULL CONSTRAINT fk_entity_notice_service_notice_id_entity_notice REFERENCES entity_notice (id),
  act text NOT NULL,
  way text,
  on_day date NOT NULL,
  person text NOT NULL,
  recipient text,
  receipt bytea,
  note text,
  recorded_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_entity_notice_service_act CHECK (act IN ('served', 'failed', 'confirmed'))
);
CREATE INDEX ix_entity_notice_service_notice_id ON entity_notice_service (notice_id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("entity_notice", "entity_notice_text", "entity_notice_service"):
        insert_only(table)
