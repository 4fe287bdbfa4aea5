"""What a route may ask about its request: who calls, in which language, on which database."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_locale
from psycopg import Cursor
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.platform.actor import ANONYMOUS, Actor, Scope
from service.platform.database import Database
from service.platform.metrics import Readings
from service.platform.query_log import QueryNotes
from service.platform.reach import bind, reach_of
from service.platform.settings import Settings
from service.platform.unit_of_work import UnitOfWork

EXTENSION = "xinjian"
_FOR_FILES = text("""
SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)
""")
LANGUAGE = "xinjian-language"
"""The cookie in which a browser keeps the language chosen on a page."""


def cookie_name(name: str) -> str:
    """The name of a cookie: over TLS one that browsers take over TLS alone, so that no other page lays one in wait."""
    return f"__Secure-{name}" if request.is_secure else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What the application was put together from.

    `authenticate` turns a token into its actor, or None; `authenticate_browser` the secret that a browser keeps for one
    face (`console`, `portal`), with what the browser calls itself and its address. `registered` holds a scope against
    the register at an instant and returns it as written there, or raises a Problem. `digests` names, for `/version`,
    the editions in force on a day with their digests. `seats_used` tells how many seats of visits each inspector was
    given in a year, by staff code. `readings`: the figures of all rooms for `/metrics`. `backlogs`:
    by question about work that waits, when it is asked again, on a steady clock, and whether too much waited.
    """

    settings: Settings
    database: Database
    notes: QueryNotes
    authenticate: Callable[[str], Actor | None]
    authenticate_browser: Callable[[str, str, str, str], Actor | None]
    registered: Callable[[Session, Scope, datetime], Scope]
    digests: Callable[[Session, date], Mapping[str, str]]
    seats_used: Callable[[Session, int], Mapping[str, int]]
    readings: Readings
    backlogs: dict[str, tuple[float, bool]] = field(default_factory=dict)


def assembly() -> Assembly:
    """The parts of the running application."""
    return cast("Assembly", current_app.extensions[EXTENSION])


def settings_of(app: Flask) -> Settings:
    """The settings of an application that is being put together."""
    return cast("Assembly", app.extensions[EXTENSION]).settings


def database() -> Database:
    """The application's database."""
    return assembly().database


def settings() -> Settings:
    """The application's settings."""
    return assembly().settings


def notes() -> QueryNotes:
    """The query log of this process."""
    return assembly().notes


def actor() -> Actor:
    """Who calls."""
    return cast("Actor", g.get("actor", ANONYMOUS)) if has_request_context() else ANONYMOUS


def language() -> str:
    """`zh` or `en`, as the caller's Accept-Language prefers; zh where it says nothing."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def caller() -> Actor | None:
    """Who calls, as soon as it is known; None while it is found out, and outside of requests: the program itself."""
    return cast("Actor | None", g.get("actor")) if has_request_context() else None


@contextmanager
def unit_of_work(*, one_snapshot: bool = False) -> Iterator[UnitOfWork]:
    """A unit of work of the caller; see `Database.unit_of_work`."""
    with database().unit_of_work(actor(), one_snapshot=one_snapshot) as unit:
        yield unit


@contextmanager
def long_unit_of_work(actor: Actor) -> Iterator[UnitOfWork]:
    """A unit of work in which a file is read: the statements that take it last as long as it takes to come.

    What bounds them is the rate at which the file must come, and its size.
    """
    with database().unit_of_work(actor) as unit:
        unit.session.execute(_FOR_FILES)
        yield unit


@contextmanager
def glance() -> Iterator[Cursor[tuple[Any, ...]]]:
    """The driver's own cursor for questions that one statement answers."""
    with database().glance() as cursor:
        yield cursor


@contextmanager
def reader() -> Iterator[Session]:
    """A read-only session on one snapshot: that of the page which asks, where one does."""
    shared = _shared.get()
    if shared is None:
        with database().reader() as session:
            yield session
        return
    try:
        session = shared.session(database())
        bind(session, reach_of(caller()))  # within a page another may act, as an inspector on a phone that is lent
        yield session
    except Exception:
        shared.forget()
        raise


class Snapshot:
    """What a page is told by several requests inside it: all of one snapshot, opened when the first of them reads.

    Whatever goes wrong while it is read ends it; the next reader opens another.
    """

    def __init__(self) -> None:
        self._held = ExitStack()
        self._session: Session | None = None
        self._token = _shared.set(self)

    def session(self, found: Database) -> Session:
        """The session of all readers."""
        if self._session is None:
            self._session = self._held.enter_context(found.reader())
        return self._session

    def forget(self) -> None:
        """End it: a transaction in which a statement failed answers no more."""
        self._held.close()
        self._session = None

    def close(self) -> None:
        """From now on each reader has a snapshot of its own again."""
        _shared.reset(self._token)
        self.forget()


def apart() -> None:
    """In this context, which is a copy, each reader has a snapshot of its own."""
    _shared.set(None)


_shared: ContextVar[Snapshot | None] = ContextVar("snapshot", default=None)
