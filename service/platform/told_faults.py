"""What a log tells of an exception: what it is and where it was raised, never its words.

The words of an exception quote what it stumbled over: a name, a row, the parameters of a statement.
"""

import errno
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

import psycopg
from sqlalchemy.exc import DBAPIError

from service.platform.problem import Problem

_DEEPEST: Final = 8  # causes of causes that are told
_PLACES: Final = 25  # frames of each, the innermost


def told(error: BaseException) -> str:
    """The exception and what brought it about, the outermost last, each with its places."""
    return "\n".join(_one(each) for each in reversed(list(_chain(error))))


def told_name(error: BaseException) -> str:
    """What the exception is, with what may be known of it."""
    kind = type(error)
    known = ", ".join(f"{name}={value}" for name, value in facts(error).items())
    name = f"{kind.__module__}.{kind.__qualname__}"
    return f"{name} ({known})" if known else name


def facts(error: BaseException) -> dict[str, str]:
    """What may be known of an exception: codes and names of ours, none of which a caller makes up."""
    found = error.orig if isinstance(error, DBAPIError) and isinstance(error.orig, BaseException) else error
    if isinstance(found, Problem):
        return {"code": found.code}
    if isinstance(found, psycopg.Error):
        return _of_database(found)
    if isinstance(found, OSError) and found.errno is not None:
        return {"errno": errno.errorcode.get(found.errno, str(found.errno))}
    return {}


def _of_database(error: psycopg.Error) -> dict[str, str]:
    said = error.diag
    known: dict[str, Any] = {
        "sqlstate": error.sqlstate,
        "table": said.table_name,
        "column": said.column_name,
        "constraint": said.constraint_name,
    }
    if isinstance(error, psycopg.OperationalError):  # the server's own troubles; no statement had a value in them
        known["said"] = said.message_primary or str(error).partition("\n")[0]
    return {name: str(value) for name, value in known.items() if value}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen and len(seen) < _DEEPEST:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _one(error: BaseException) -> str:
    return "".join(_places(error.__traceback__)) + told_name(error)


def _places(found: TracebackType | None) -> list[str]:
    return traceback.format_list(traceback.extract_tb(found)[-_PLACES:])
