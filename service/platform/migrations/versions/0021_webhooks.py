"""Webhooks: partners, secrets, deliveries and attempts."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0021"
down_revision = "0020"

TABLES = """
CREATE TABLE webhook_partner (
  code text CONSTRAINT pk_webhook_partner PRIMARY KEY,
  name text NOT NULL,
  url text NOT NULL,
  topics text[] NOT NULL,
  authority text,
  regions text[] NOT NULL,
  kinds text[] NOT NULL,
  tiers text[] NOT NULL,
  purpose text NOT NULL,
  state text NOT NULL,
  since timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_webhook_partner_state CHECK (state IN ('active', 'paused', 'ended'))
);
CREATE TABLE webhook_secret (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_webhook_secret PRIMARY KEY,
  partner text NOT NULL CONSTRAINT fk_webhook_secret_partner_webhook_partner REFERENCES webhook_partner (code),
  ciphertext bytea NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  audit_id bigint NOT NULL
);
CREATE INDEX ix_webhook_secret_partner ON webhook_secret (partner);
CREATE TABLE webhook_delivery (
  partner text NOT NULL CONSTRAINT fk_webhook_delivery_partner_webhook_partner REFERENCES webhook_partner (code),
  outbox_id bigint NOT NULL CONSTRAINT fk_webhook_delivery_outbox_id_outbox REFERENCES outbox (id),
  subject text NOT NULL,
  state text NOT NULL,
  attempts integer NOT NULL,
  since timestamptz NOT NULL,
  next_at timestamptz NOT NULL,
  told_at timestamptz,
  ended_at timestamptz,
  CONSTRAINT pk_webhook_delivery PRIMARY KEY (partner, outbox_id),
  CONSTRAINT ck_webhook_delivery_state CHECK (state IN ('waiting', 'delivered', 'dead', 'dropped'))
);
CREATE INDEX ix_webhook_delivery_pair ON webhook_delivery (partner, subject, outbox_id) WHERE state = 'waiting';
CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (partner, next_at, outbox_id) WHERE state = 'waiting';
CREATE INDEX ix_webhook_delivery_state ON webhook_delivery (partner, state, outbox_id);
CREATE TABLE webhook_attempt (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_webhook_attempt PRIMARY KEY,
  partner text NOT NULL,
  outbox_id bigint NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL,
  outcome text NOT NULL,
  status smallint,
  milliseconds integer NOT NULL
);
CREATE INDEX ix_webhook_attempt_partner_outbox_id_id ON webhook_attempt (partner, outbox_id, id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    insert_only("webhook_attempt")
