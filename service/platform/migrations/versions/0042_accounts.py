"""Accounts of people, and the browsers that are signed in."""

from alembic import op

revision = "0042"
down_revision = "0041"

TABLES = """
CREATE TABLE account (
  id text CONSTRAINT pk_account PRIMARY KEY,
  login text NOT NULL CONSTRAINT uq_account_login UNIQUE,
  name text NOT NULL,
  role text NOT NULL,
  authority text,
  regions text[] NOT NULL,
  person text,
  password_hash text NOT NULL,
  must_change boolean NOT NULL,
  failures bigint NOT NULL,
  locked_until timestamptz,
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX ix_account_person ON account (person);
CREATE TABLE browser_session (
  id text CONSTRAINT pk_browser_session PRIMARY KEY,
  hash bytea NOT NULL CONSTRAINT uq_browser_session_hash UNIQUE,
  face text NOT NULL,
  account_id text CONSTRAINT fk_browser_session_account_id_account REFERENCES account (id),
  subject text,
  agent text NOT NULL,
  address text NOT NULL,
  began_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT ck_browser_session_whose CHECK ((account_id IS NULL) <> (subject IS NULL))
);
CREATE INDEX ix_browser_session_account_id ON browser_session (account_id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
