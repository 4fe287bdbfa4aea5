"""What the role under which the service runs may do: no definition of anything, and to rows that stand, nothing.

Which tables these are their triggers say (`insert_only`), so a table that a migration adds is covered by having one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from sqlalchemy import text

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import URL, Connection

_IS_ROLE: Final = text("SELECT rolsuper OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = :role")
_MAKE: Final = "CREATE ROLE {role} LOGIN"
# What is to be and what is, for each table and privilege.
_TABLES: Final = text("""
SELECT c.relname AS name, p.name AS privilege, p.wanted, has_table_privilege(:role, c.oid, p.name) AS held
  FROM pg_class c
  CROSS JOIN LATERAL (SELECT c.relname = 'alembic_version' AS ours,
      EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = c.relname || '_insert_only') AS kept) k
  CROSS JOIN LATERAL (VALUES ('SELECT', true), ('INSERT', NOT ours), ('UPDATE', NOT (ours OR kept)),
      ('DELETE', NOT (ours OR kept)), ('TRUNCATE', false), ('REFERENCES', false), ('TRIGGER', false)) p (name, wanted)
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND has_table_privilege(:role, c.oid, p.name) <> p.wanted
 ORDER BY c.relname
""")
_SEQUENCES: Final = text("""
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace
   AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(:role, oid, 'USAGE') END
""")
_MAY_DEFINE: Final = text("SELECT has_schema_privilege(:role, 'public', 'CREATE')")
_MAY_CHANGE: Final = text("""
SELECT EXISTS (SELECT FROM pg_trigger t
                WHERE t.tgname LIKE '%\\_insert\\_only' AND NOT t.tgisinternal
                  AND has_table_privilege(t.tgrelid, 'UPDATE, DELETE, TRUNCATE'))
""")


class PrivilegeError(Exception):
    """The role of the service may do more than it should, or cannot be made; the message says what to do."""


def restrict(connection: Connection, service: URL) -> None:
    """Give the role of an address what the service needs, and take away everything else; within a transaction.

    A role that is not there is made; a password that the address has becomes its password.

    Raises:
        PrivilegeError: it owns tables, or is a superuser, so that nothing can be taken away from it.
        sqlalchemy.exc.ProgrammingError: whoever asks may not make roles.
    """
    role = service.username or ""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    above = connection.execute(_IS_ROLE, {"role": role}).scalar_one_or_none()
    if above is None:
        connection.execute(text(_MAKE.format(role=quoted)))
    if service.password:
        _set_password(connection, role, str(service.password))
    for row in connection.execute(_TABLES, {"role": role}).all():
        way = "GRANT {0} ON {1} TO {2}" if row.wanted else "REVOKE {0} ON {1} FROM {2}"
        connection.execute(text(way.format(row.privilege, row.name, quoted)))
    for name in connection.execute(_SEQUENCES, {"role": role}).scalars().all():
        connection.execute(text(f"GRANT USAGE ON SEQUENCE {name} TO {quoted}"))
    connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    beyond = connection.execute(_TABLES, {"role": role}).first()
    if above or beyond is not None or connection.execute(_MAY_DEFINE, {"role": role}).scalar_one():
        raise PrivilegeError(
            f"数据库角色 {role} 是超级用户、表的所有者或另一角色的成员，无法加以限制。"
            "请让 DATABASE_URL 使用另一角色（docs/operations.md）。\n"
            f"The role {role} is a superuser, owns tables or is a member of a role that does: nothing can be taken "
            "away from it. Let DATABASE_URL name another role (docs/operations.md)."
        )


def _set_password(connection: Connection, role: str, password: str) -> None:
    """Give a role its password as the server keeps it, so that what is in clear is in no statement and no log."""
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment] # psycopg, always
    kept = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode("ascii")
    driver.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(kept)))


def may_change_what_stands(connection: Connection) -> bool:
    """Whether the role of a connection may change rows that are never changed, were it not for the triggers."""
    return bool(connection.execute(_MAY_CHANGE).scalar_one())
