"""One store of compiled statements for all engines of a test process.

A process of the service has one engine and puts each statement into SQL once. Tests open an engine for each of their
databases, and would do that again for each of them: a fifth of what a test of a room costs. All are PostgreSQL on
one server, so what one engine's dialect has compiled holds for every other's.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.util import LRUCache

_MANY = 5_000
_compiled: LRUCache[Any, Any] = LRUCache(_MANY)
_dialects: dict[str, Dialect] = {}


def compile_once() -> None:
    """Let every connection from now on take its statements from the store, by the first engine's dialect."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.dialect = _dialects.setdefault(connection.dialect.driver, connection.dialect)
    connection.execution_options(compiled_cache=_compiled)
