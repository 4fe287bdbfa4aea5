"""Register: inspection items and inspectors, every version of them."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE inspection_item_version (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspection_item_version PRIMARY KEY,
  code text NOT NULL,
  valid_from date NOT NULL,
  authority text NOT NULL,
  audit_id bigint NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX ix_inspection_item_version_code_valid_from_id ON inspection_item_version (code, valid_from, id);
CREATE INDEX ix_inspection_item_version_audit_id ON inspection_item_version (audit_id);
CREATE TABLE inspector_version (
  id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_inspector_version PRIMARY KEY,
  code text NOT NULL,
  authority text NOT NULL,
  audit_id bigint NOT NULL,
  body jsonb NOT NULL
);
CREATE INDEX ix_inspector_version_code_id ON inspector_version (code, id);
CREATE INDEX ix_inspector_version_authority ON inspector_version (authority);
CREATE INDEX ix_inspector_version_audit_id ON inspector_version (audit_id)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
    for table in ("inspection_item_version", "inspector_version"):
        insert_only(table)
