"""Inspections: draws, their documents, the registers of draws, and which tasks a draw holds."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0011"
down_revision = "0010"

TABLES = """
CREATE TABLE inspection_task_hold (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_task_hold PRIMARY KEY,
  number text NOT NULL,
  draw text NOT NULL,
  held boolean NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_inspection_task_hold_number_id ON inspection_task_hold (number, id);
CREATE TABLE draw (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_draw PRIMARY KEY,
  number text NOT NULL CONSTRAINT uq_draw_number UNIQUE,
  authority text NOT NULL,
  task text NOT NULL,
  prepared_by text NOT NULL,
  prepared_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_draw_task_id ON draw (task, id);
CREATE TABLE draw_document (
  draw_id bigint NOT NULL CONSTRAINT fk_draw_document_draw_id_draw REFERENCES draw (id),
  type text NOT NULL,
  n bigint NOT NULL,
  digest text NOT NULL,
  body bytea NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_draw_document PRIMARY KEY (draw_id, type, n),
  CONSTRAINT ck_draw_document_type CHECK (type IN ('plan', 'commitment', 'closing', 'entropy', 'result', 'event'))
);
CREATE TABLE draw_entry (
  authority text NOT NULL,
  n bigint NOT NULL,
  draw text NOT NULL,
  kind text NOT NULL,
  digest text NOT NULL,
  body bytea NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_draw_entry PRIMARY KEY (authority, n)
);
CREATE INDEX ix_draw_entry_draw ON draw_entry (draw);
CREATE TABLE draw_secret (
  draw_id bigint CONSTRAINT pk_draw_secret PRIMARY KEY CONSTRAINT fk_draw_secret_draw_id_draw REFERENCES draw (id),
  secret bytea NOT NULL,
  salt_key bytea NOT NULL,
  audit_id bigint NOT NULL
);
CREATE TABLE draw_rows (
  draw_id bigint NOT NULL CONSTRAINT fk_draw_rows_draw_id_draw REFERENCES draw (id),
  part text NOT NULL,
  what text NOT NULL,
  body bytea NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_draw_rows PRIMARY KEY (draw_id, part, what),
  CONSTRAINT ck_draw_rows_what CHECK (what IN ('frame', 'outcome'))
);
CREATE TABLE draw_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_draw_act PRIMARY KEY,
  draw_id bigint NOT NULL CONSTRAINT fk_draw_act_draw_id_draw REFERENCES draw (id),
  kind text NOT NULL,
  subject text NOT NULL,
  person text NOT NULL,
  body jsonb NOT NULL,
  taken_at timestamptz NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_draw_act_draw_id_kind_id ON draw_act (draw_id, kind, id);
CREATE TABLE draw_seat (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_draw_seat PRIMARY KEY,
  draw_id bigint NOT NULL CONSTRAINT fk_draw_seat_draw_id_draw REFERENCES draw (id),
  year bigint NOT NULL,
  entity text NOT NULL,
  code text NOT NULL,
  seat bigint NOT NULL,
  inspector text NOT NULL,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_draw_seat_year_inspector ON draw_seat (year, inspector);
CREATE INDEX ix_draw_seat_entity ON draw_seat (entity);
CREATE TABLE draw_debt (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_draw_debt PRIMARY KEY,
  draw_id bigint NOT NULL CONSTRAINT fk_draw_debt_draw_id_draw REFERENCES draw (id),
  entity text NOT NULL,
  reason text NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_draw_debt_draw_id_entity UNIQUE (draw_id, entity)
);
CREATE INDEX ix_draw_debt_entity ON draw_debt (entity);
CREATE TABLE draw_carried (
  debt_id bigint NOT NULL CONSTRAINT fk_draw_carried_debt_id_draw_debt REFERENCES draw_debt (id),
  draw_id bigint NOT NULL CONSTRAINT fk_draw_carried_draw_id_draw REFERENCES draw (id),
  audit_id bigint NOT NULL,
  CONSTRAINT pk_draw_carried PRIMARY KEY (debt_id, draw_id)
)
"""
INSERT_ONLY = (
    "inspection_task_hold",
    "draw",
    "draw_document",
    "draw_entry",
    "draw_secret",
    "draw_rows",
    "draw_act",
    "draw_seat",
    "draw_debt",
    "draw_carried",
)


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in INSERT_ONLY:
        insert_only(table)
