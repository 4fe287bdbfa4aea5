"""Tables whose rows are never changed: the database itself refuses."""

FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted; record a new row that refers to the old one', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END
$$
"""


def insert_only(table: str) -> None:
    """Within a migration: refuse UPDATE, DELETE and TRUNCATE on `table`."""
    from alembic import op  # noqa: PLC0415 -- few of our processes migrate, all of them start

    op.execute(
        f"CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
