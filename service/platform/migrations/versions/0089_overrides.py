"""What persons decide in place of the rule, each with who, when and why: listed for staff, counted for everybody."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0089"
down_revision = "0088"

TABLE = """
CREATE TABLE override (
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL,
  authority text NOT NULL,
  subject text NOT NULL,
  person text NOT NULL,
  role text NOT NULL,
  staff_code text,
  proposed_by text,
  reason text NOT NULL,
  taken_at timestamptz NOT NULL,
  audit_id bigint NOT NULL,
  CONSTRAINT pk_override PRIMARY KEY (id)
)
"""
INDEXES = (
    "CREATE INDEX ix_override_taken_at ON override (taken_at)",
    "CREATE INDEX ix_override_authority_taken_at ON override (authority, taken_at)",
)


def upgrade() -> None:
    for statement in (TABLE, *INDEXES):
        op.execute(statement)
    insert_only("override")
