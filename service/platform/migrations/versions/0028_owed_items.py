"""Register: the items that authorities owe, every version of them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE owed_item_version (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      code text NOT NULL,
      valid_from date NOT NULL,
      authority text NOT NULL,
      audit_id bigint NOT NULL,
      body jsonb NOT NULL
    )
    """)
    op.execute("CREATE INDEX ix_owed_item_version_code_valid_from_id ON owed_item_version (code, valid_from, id)")
    op.execute("CREATE INDEX ix_owed_item_version_audit_id ON owed_item_version (audit_id)")
    insert_only("owed_item_version")
