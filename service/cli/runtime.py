"""Where a command finds its database and Redis: those of the environment, else the embedded ones of a data folder."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import make_url

from service.platform import (
    Actor,
    Database,
    Role,
    least_years,
    load_settings,
    migrate,
    use_encryption_keys,
    use_ledger_keys,
    use_redis,
)
from service.platform.embedded import Addresses, EmbeddedStack, EmbeddedStackError
from service.platform.encryption import KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.platform import Settings

DATA = Path(".data")
"""The folder of the embedded servers, below the folder in which the program is started."""

KEYS = {"ENCRYPTION_KEY": "encryption.key", "LEDGER_KEY": "ledger.key"}
"""Settings, and the files beside the embedded servers that give them."""
NOTE = "running.json"
"""Beside the data: the addresses of the servers while ``xinjian up`` runs, for other commands at the same time."""

_OWNER = "DATABASE_OWNER_URL"
_NOTED = "DATABASE_URL", _OWNER, "REDIS_URL"
OPERATOR = Actor(kind="operator", id=f"uid:{os.getuid()}", role=Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Runtime:
    """An open database, and the environment in which child processes find the same servers.

    `owner_url`: of the role that owns the database, where the service runs under another; child processes are not told.
    `query_log_years`: for how long notes of queries are kept.
    """

    database: Database
    environ: dict[str, str]
    actor: Actor = OPERATOR
    owner_url: str | None = None
    query_log_years: int = field(default_factory=least_years)


@contextmanager
def runtime(data: Path | None, *, migrated: bool = True, as_owner: bool = False) -> Iterator[Runtime]:
    """Open the servers for one command; those it started itself it stops. `as_owner`: under the role that migrates.

    Raises:
        SettingsError: ``DATABASE_URL`` or another setting is malformed.
        EmbeddedStackError: the embedded servers cannot start, or another program holds the folder.
    """
    with _addresses(data or DATA) as found:
        environ = {**os.environ, **found, **_keys(data or DATA, found), **_stock(data or DATA, found)}
        settings = load_settings(environ)
        if migrated:
            _migrate(settings)
        use_redis(settings.redis_url)
        if settings.encryption_keys:
            use_encryption_keys(settings.encryption_keys)
        if settings.ledger_keys:
            use_ledger_keys(settings.ledger_name, settings.ledger_keys)
        url = (settings.owner_url if as_owner else None) or settings.database_url
        database = Database(url, pool_size=settings.pool_size)
        told = {name: value for name, value in environ.items() if not name.startswith(_OWNER)}
        try:
            yield Runtime(database, told, owner_url=settings.owner_url, query_log_years=settings.query_log_years)
        finally:
            database.close()
            use_redis(None)


def found_running(data: Path | None) -> str | None:
    """The address of the database under which servers run already, told by the environment or kept running; or None.

    Raises:
        SettingsError: a setting is malformed.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return load_settings(os.environ).database_url
    running = _running(data or DATA)
    return running["DATABASE_URL"] if running else None


def _migrate(settings: Settings) -> None:
    if settings.owner_url is None:
        migrate(settings.database_url)
    else:
        migrate(settings.owner_url, service_url=settings.database_url)


@contextmanager
def _addresses(data: Path) -> Iterator[dict[str, str]]:
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        yield {}
        return
    running = _running(data)
    if running is not None:
        yield running
        return
    stack = EmbeddedStack(data)
    with stack as addresses:
        yield _environ(addresses)


def _keys(data: Path, found: dict[str, str]) -> dict[str, str]:
    """With the embedded servers keys beside their folder, each made once; elsewhere the environment gives them."""
    environ: dict[str, str] = {}
    for name, file in KEYS.items() if found else ():
        if not (os.environ.get(name) or os.environ.get(f"{name}_FILE")):
            _make_key(data / file)
            environ[f"{name}_FILE"] = str(data / file)
    return environ


def _make_key(file: Path) -> None:
    """Make a key unless there is one."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        sink.write(secrets.token_hex(KEY_BYTES))


def _stock(data: Path, found: dict[str, str]) -> dict[str, str]:
    """With the embedded servers, column snapshots lie beside their folder; elsewhere the environment says where."""
    if not found or os.environ.get("STOCK_FOLDER") or os.environ.get("STOCK_FOLDER_FILE"):
        return {}
    return {"STOCK_FOLDER": str((data / "stock").absolute())}


def _environ(addresses: Addresses) -> dict[str, str]:
    return {
        "DATABASE_URL": addresses.application_url,
        _OWNER: addresses.database_url,
        "REDIS_URL": addresses.redis_url,
    }


def _running(data: Path) -> dict[str, str] | None:
    """The servers that ``xinjian up`` keeps running over this folder, if they answer."""
    try:
        said = json.loads((data / NOTE).read_text("utf-8"))
        plain = make_url(said["DATABASE_URL"]).set(drivername="postgresql")
        with psycopg.connect(plain.render_as_string(hide_password=False), connect_timeout=2):
            return {name: said[name] for name in _NOTED}
    except (OSError, ValueError, KeyError, psycopg.Error):
        return None


@contextmanager
def announced(data: Path | None, running: Runtime) -> Iterator[None]:
    """While inside, other commands over the same folder find the servers that run.

    Raises:
        EmbeddedStackError: they are announced already: the other ``up`` would take them, and the note, with it.
    """
    note = (data or DATA) / NOTE
    if os.environ.get("DATABASE_URL") or not note.parent.is_dir():
        yield
        return
    if _running(data or DATA) is not None:
        raise EmbeddedStackError(
            zh=f"{note.parent} 已由另一个 xinjian up 提供服务。请先停止它，或换一个数据目录。",
            en=f"Another xinjian up serves {note.parent} already. Stop it first, or choose another data folder.",
        )
    known = {**running.environ, _OWNER: running.owner_url}
    note.write_text(json.dumps({name: known[name] for name in _NOTED}), "utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
