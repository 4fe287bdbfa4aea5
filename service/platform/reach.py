"""How far a transaction reaches in the database: the wall under the use cases (docs/adr/0025-rows-by-authority.md)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

from psycopg import sql
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.platform.actor import Actor, Role, region_prefix

SETTING: Final = "xinjian.reach"
"""The server's setting that the policies of protected tables read."""
EVERYTHING: Final = "*"
"""Of the program itself: jobs, the command line, callers without a scope, and a request before its caller is known."""
NOTHING: Final = "{}"
"""Also of a connection that says nothing, as an operator's own."""
_KEY: Final = "reach"
_USABLE: Final = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS})
"""Where a statement failed the transaction is rolled back, and what it reached with it."""


class Beyond(StrEnum):
    """Why a transaction looks beyond the scope of its caller; docs/adr/0025-rows-by-authority.md explains each."""

    CODE = "code"
    CAPS = "caps"
    JOINING = "joining"
    JOINT_DRAW = "joint_draw"
    PUBLISHED = "published"
    TIMELINE = "timeline"
    HANDS = "hands"
    SIGNING_IN = "signing_in"
    ONCE = "once"
    SOURCES = "sources"
    FIGURES = "figures"


def reach_of(actor: Actor | None) -> str:
    """What a caller's transactions reach of protected tables, as the setting says it; None: the program itself.

    An object with ``authorities`` (null: every one), ``regions`` (prefixes of codes; null: every one), ``subject`` (the
    entity that the caller speaks for), ``person`` (an inspector, who reaches the visits of his teams) and ``account``
    (the caller's own).
    """
    if actor is None:
        return EVERYTHING
    own = {"account": actor.id} if actor.kind == "account" else {}
    if actor.role is Role.PUBLIC:
        return json.dumps(own)
    if actor.role is Role.ENTITY:
        return json.dumps({"subject": actor.subject})
    if actor.authority is None and not actor.regions:
        return EVERYTHING
    regions = [region_prefix(one) for one in actor.regions] or None
    person = {"person": actor.person} if actor.role is Role.INSPECTOR else {}
    return json.dumps({"authorities": actor.authorities, "regions": regions, **person, **own})


def bind(session: Session, reach: str, why: str = "") -> None:
    """Let each transaction of a session reach so far; one that runs already, from its next statement on.

    ``why``: told to the server's log beside it.
    """
    before = session.info.get(_KEY, EVERYTHING)
    session.info[_KEY] = reach
    if reach != before and session.in_transaction():
        _say(session.connection().connection.driver_connection, reach, why)


@contextmanager
def beyond_scope(session: Session, why: Beyond) -> Iterator[None]:
    """Look beyond the caller's scope, for one of the reasons there are: what is looked at is the callee's to bound."""
    before = session.info.get(_KEY, EVERYTHING)
    bind(session, EVERYTHING, why)
    try:
        yield
        if session.autoflush:
            session.flush()  # what was written beyond is refused once the wall stands again
    finally:
        bind(session, before)


# SET takes no snapshot, as a SELECT would: under REPEATABLE READ a transaction sees the database as of its first one.
def _say(connection: Any, reach: str, why: str = "") -> None:  # noqa: ANN401 - SQLAlchemy knows its drivers' connections by no type
    if connection.info.transaction_status in _USABLE:
        said = sql.SQL("SET LOCAL {} = {} /* {} */") if why else sql.SQL("SET LOCAL {} = {}")
        connection.execute(said.format(sql.SQL(SETTING), sql.Literal(reach), sql.SQL(why)))


@event.listens_for(Session, "after_begin")
def _begun(session: Session, _transaction: object, connection: Any) -> None:  # noqa: ANN401 - as above
    reach = session.info.get(_KEY, EVERYTHING)
    if reach != EVERYTHING:
        _say(connection.connection.driver_connection, reach)
