"""What a user can mend, in a sentence of each language."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import DBAPIError

from service.platform import LANGUAGES, PrivilegeError, Problem, SettingsError
from service.platform.backup import BackupError
from service.platform.embedded import EmbeddedStackError


def sentences(error: Exception) -> list[str]:
    """What went wrong and what to do, zh then en; nothing where it is a fault of the program."""
    if isinstance(error, Problem):
        return [line for language in LANGUAGES for line in in_one_language(error, language)]
    if isinstance(error, SettingsError):
        return list(error.faults)
    if isinstance(error, EmbeddedStackError | BackupError):
        return [error.zh, error.en]
    if isinstance(error, DBAPIError | psycopg.Error | PrivilegeError):
        return _of_database(error)
    if isinstance(error, OSError) and error.filename is not None:
        why = f"{error.filename}: {error.strerror}"
        return [
            f"无法读写，请核对 --data 与权限：{why}",
            f"Cannot be read or written, check --data and rights: {why}",
        ]
    return []


def _of_database(error: Exception) -> list[str]:
    if isinstance(error, PrivilegeError):
        return str(error).splitlines()
    told = getattr(error, "orig", error)
    why = str(told).splitlines()[0] if str(told) else ""
    if isinstance(told, psycopg.errors.InsufficientPrivilege):
        owner = "Migrations are for the role that owns the tables: set DATABASE_OWNER_URL (docs/operations.md)."
        return [
            f"数据库角色无权执行：{why}。迁移须由表的所有者执行，请设置 DATABASE_OWNER_URL（docs/operations.md）。",
            f"The role in the database may not do that: {why}. {owner}",
        ]
    if isinstance(told, psycopg.OperationalError):
        return [
            f"连不上数据库，请核对 DATABASE_URL：{why}",
            f"The database does not answer, check DATABASE_URL: {why}",
        ]
    return []


def in_one_language(problem: Problem, language: str) -> list[str]:
    """What happened, where, and what to do next; then each place at fault."""
    text = problem.text(language)
    places = [(one.pointer or "", one.text(language)) for one in problem.errors]
    return [
        f"{text.title}: {text.detail} {text.next} ({' '.join(filter(None, (problem.code, problem.pointer)))})",
        *(f"  {pointer} {each.detail} {each.next}" for pointer, each in places),
    ]
