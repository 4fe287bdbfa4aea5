"""Second factors of accounts, their recovery codes, and browsers that are half signed in."""

from alembic import op

revision = "0049"
down_revision = "0048"

TABLES = """
ALTER TABLE browser_session ADD COLUMN means text NOT NULL DEFAULT 'local';
ALTER TABLE browser_session ALTER COLUMN means DROP DEFAULT;
CREATE TABLE begun_sign_in (
  hash bytea CONSTRAINT pk_begun_sign_in PRIMARY KEY,
  account_id text NOT NULL CONSTRAINT fk_begun_sign_in_account_id_account REFERENCES account (id),
  means text NOT NULL,
  began_at timestamptz NOT NULL
);
CREATE INDEX ix_begun_sign_in_account_id ON begun_sign_in (account_id);
CREATE TABLE second_factor (
  account_id text CONSTRAINT pk_second_factor PRIMARY KEY
    CONSTRAINT fk_second_factor_account_id_account REFERENCES account (id),
  secret bytea NOT NULL,
  begun_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  last_step bigint NOT NULL
);
CREATE TABLE recovery_code (
  account_id text NOT NULL CONSTRAINT fk_recovery_code_account_id_account REFERENCES account (id),
  hash bytea NOT NULL,
  used_at timestamptz,
  CONSTRAINT pk_recovery_code PRIMARY KEY (account_id, hash)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
