"""Replies of entities beside what is public of them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0062"
down_revision = "0061"

TABLES = """
CREATE TABLE reply (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_reply PRIMARY KEY,
  about text NOT NULL,
  reference text NOT NULL,
  entity_id bigint NOT NULL,
  entity_key text NOT NULL,
  authority text NOT NULL,
  region text NOT NULL,
  text text NOT NULL,
  said_on date NOT NULL,
  said_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_reply_about CHECK (about IN ('record', 'result'))
);
CREATE INDEX ix_reply_entity_id ON reply (entity_id);
CREATE INDEX ix_reply_about_reference ON reply (about, reference);
CREATE TABLE reply_act (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_reply_act PRIMARY KEY,
  reply_id bigint NOT NULL CONSTRAINT fk_reply_act_reply_id_reply REFERENCES reply (id),
  act text NOT NULL,
  ground text,
  reason text,
  person text NOT NULL,
  done_on date NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT ck_reply_act_act CHECK (act IN ('accepted', 'refused', 'withdrawn')),
  CONSTRAINT ck_reply_act_ground CHECK ((act = 'refused') = (ground IS NOT NULL))
);
CREATE INDEX ix_reply_act_reply_id ON reply_act (reply_id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("reply", "reply_act"):
        insert_only(table)
