"""Acts that one person proposes and another decides."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0026"
down_revision = "0025"

TABLES = """
CREATE TABLE event_act_proposal (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event_act_proposal PRIMARY KEY,
  event_id bigint NOT NULL,
  body jsonb NOT NULL,
  source text NOT NULL,
  source_ref text NOT NULL,
  body_sha256 bytea NOT NULL,
  person text NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT uq_event_act_proposal_source_source_ref UNIQUE (source, source_ref)
);
CREATE INDEX ix_event_act_proposal_event_id ON event_act_proposal (event_id);
CREATE TABLE event_act_decision (
  proposal_id bigint NOT NULL CONSTRAINT pk_event_act_decision PRIMARY KEY,
  outcome text NOT NULL,
  reason text NOT NULL,
  person text NOT NULL,
  act_id bigint,
  audit_id bigint NOT NULL
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("event_act_proposal", "event_act_decision"):
        insert_only(table)
