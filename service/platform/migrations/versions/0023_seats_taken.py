"""Seats of inspectors at visits that no draw sent out; those of visits that are there already are counted."""

from alembic import op

from service.platform.migrations.insert_only import insert_only

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE inspection_seat (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      visit text NOT NULL,
      year bigint NOT NULL,
      inspector text NOT NULL,
      seats bigint NOT NULL,
      audit_id bigint NOT NULL
    )
    """)
    op.execute("CREATE INDEX ix_inspection_seat_year_inspector ON inspection_seat (year, inspector)")
    op.execute("CREATE INDEX ix_inspection_seat_visit ON inspection_seat (visit)")
    insert_only("inspection_seat")
    # A visit that others were joined to seats their inspectors behind its own: they are counted at the others.
    op.execute("""
    INSERT INTO inspection_seat (visit, year, inspector, seats, audit_id)
    SELECT DISTINCT ON (v.id, m.inspector) v.number, v.year, m.inspector, 1, m.audit_id
      FROM visit v JOIN visit_member m ON m.visit_id = v.id
     WHERE v.source NOT LIKE 'draw:%' AND v.state <> 'cancelled' AND m.inspector <> ''
       AND (v.own IS NULL OR m.seat < (v.own ->> 'seats')::int)
     ORDER BY v.id, m.inspector, m.id
    """)
