"""An edition is in force for each matter of which it has a section; all that are in force so far rate."""

from alembic import op

revision = "0019"
down_revision = "0018"

CHANGES = """
INSERT INTO edition_scope_key (name) VALUES ('matter:rating') ON CONFLICT DO NOTHING;
ALTER TABLE edition_force ADD COLUMN matter integer
  CONSTRAINT fk_edition_force_matter_edition_scope_key REFERENCES edition_scope_key (id);
UPDATE edition_force SET matter = (SELECT id FROM edition_scope_key WHERE name = 'matter:rating');
ALTER TABLE edition_force ALTER COLUMN matter SET NOT NULL;
ALTER TABLE edition_force DROP CONSTRAINT ex_edition_force_one_at_a_time;
ALTER TABLE edition_force ADD CONSTRAINT ex_edition_force_one_at_a_time
  EXCLUDE USING gist (int4range(scope, scope, '[]') WITH &&, int4range(kind, kind, '[]') WITH &&,
                      int4range(matter, matter, '[]') WITH &&, period WITH &&)
"""


def upgrade() -> None:
    for statement in CHANGES.split(";"):
        op.execute(statement)
