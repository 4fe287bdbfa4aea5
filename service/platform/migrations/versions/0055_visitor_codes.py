"""Codes with which an entity enters the portal once, and tries that opened nothing."""

from alembic import op

revision = "0055"
down_revision = "0049"

TABLES = """
CREATE TABLE visitor_code (
  id text CONSTRAINT pk_visitor_code PRIMARY KEY,
  prefix text NOT NULL,
  hash text NOT NULL,
  subject text NOT NULL,
  notice text,
  identified text,
  issued_by text NOT NULL,
  person text,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  failures bigint NOT NULL,
  used_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT ck_visitor_code_why CHECK (notice IS NOT NULL OR identified IS NOT NULL)
);
CREATE UNIQUE INDEX uq_visitor_code_prefix ON visitor_code (prefix) WHERE used_at IS NULL AND ended_at IS NULL;
CREATE INDEX ix_visitor_code_subject ON visitor_code (subject);
CREATE TABLE visitor_try (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_visitor_try PRIMARY KEY,
  address text NOT NULL,
  tried_at timestamptz NOT NULL
);
CREATE INDEX ix_visitor_try_address ON visitor_try (address)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
