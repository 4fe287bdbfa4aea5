"""Secrets of draws under another key: rows beside those of the freeze, which stand."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE draw_secret_again (
          id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_draw_secret_again PRIMARY KEY,
          draw_id bigint NOT NULL CONSTRAINT fk_draw_secret_again_draw_id_draw REFERENCES draw (id),
          secret bytea NOT NULL,
          salt_key bytea NOT NULL,
          audit_id bigint NOT NULL
        )
    """)
    op.execute("CREATE INDEX ix_draw_secret_again_draw_id_id ON draw_secret_again (draw_id, id)")
    insert_only("draw_secret_again")
