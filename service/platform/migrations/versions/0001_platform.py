"""Ledger, outbox, re-rate marks, idempotency keys, counters, query log, API tokens."""

from alembic import op

from service.platform.migrations.insert_only import FUNCTION, insert_only

revision = "0001"
down_revision = None

TABLES = """
CREATE SEQUENCE audit_block;
CREATE TABLE audit (
  id bigint NOT NULL CONSTRAINT pk_audit PRIMARY KEY,
  recorded_at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  role text NOT NULL,
  authority text,
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL,
  request_id text
);
CREATE INDEX ix_audit_subject_id ON audit (subject, id);
CREATE INDEX ix_audit_recorded_at ON audit (recorded_at);
CREATE TABLE audit_unsealed (audit_id bigint NOT NULL CONSTRAINT pk_audit_unsealed PRIMARY KEY);
CREATE TABLE ledger_seal (
  seq bigint NOT NULL CONSTRAINT pk_ledger_seal PRIMARY KEY,
  audit_id bigint NOT NULL CONSTRAINT uq_ledger_seal_audit_id UNIQUE,
  hash bytea NOT NULL,
  sealed_at timestamptz NOT NULL
);
CREATE INDEX ix_ledger_seal_sealed_at_seq ON ledger_seal (sealed_at, seq);
CREATE TABLE ledger_horizon (
  id smallint NOT NULL CONSTRAINT pk_ledger_horizon PRIMARY KEY,
  sealed_through timestamptz NOT NULL
);
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox PRIMARY KEY,
  topic text NOT NULL,
  subject text NOT NULL,
  payload jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX ix_outbox_topic_id ON outbox (topic, id);
CREATE TABLE outbox_done (
  consumer text NOT NULL,
  outbox_id bigint NOT NULL,
  CONSTRAINT pk_outbox_done PRIMARY KEY (consumer, outbox_id)
);
CREATE TABLE rerate_mark (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_rerate_mark PRIMARY KEY,
  subject bigint NOT NULL,
  reason text NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_rerate_mark_subject ON rerate_mark (subject);
CREATE TABLE idempotency_key (
  owner text NOT NULL,
  key text NOT NULL,
  body_hash bytea NOT NULL,
  committed boolean NOT NULL,
  status smallint,
  headers jsonb,
  body bytea,
  created_at timestamptz NOT NULL,
  CONSTRAINT pk_idempotency_key PRIMARY KEY (owner, key)
);
CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (created_at);
CREATE TABLE counter (
  name text NOT NULL CONSTRAINT pk_counter PRIMARY KEY,
  value bigint NOT NULL DEFAULT 0
);
CREATE TABLE query_log (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_query_log PRIMARY KEY,
  asked_at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  purpose text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL,
  request_id text
);
CREATE INDEX ix_query_log_asked_at ON query_log (asked_at);
CREATE INDEX ix_query_log_subject_id ON query_log (subject, id);
CREATE TABLE api_token (
  id text NOT NULL CONSTRAINT pk_api_token PRIMARY KEY,
  hash bytea NOT NULL CONSTRAINT uq_api_token_hash UNIQUE,
  label text NOT NULL,
  role text NOT NULL,
  authority text,
  regions text[] NOT NULL,
  subject text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz
)
"""

UNSEALED = """
CREATE FUNCTION note_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (audit_id) VALUES (NEW.id);
  RETURN NULL;
END
$$
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    op.execute(FUNCTION)
    op.execute(UNSEALED)
    op.execute("CREATE TRIGGER audit_unsealed AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION note_unsealed()")
    for table in ("audit", "ledger_seal", "outbox", "query_log"):
        insert_only(table)
