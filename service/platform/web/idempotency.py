"""`Idempotency-Key`: the first answer is kept; the same request again gets it back, another one is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

import structlog
from flask import Response, current_app, g, request
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from service.platform.database import Database
from service.platform.problem import Problem
from service.platform.tables import IdempotencyKey
from service.platform.unit_of_work import RequestKey, in_progress, request_key
from service.platform.web.context import actor
from service.platform.web.context import database as current_database
from service.platform.web.problems import problem_response

Handler = TypeVar("Handler", bound=Callable[..., Any])

log = structlog.get_logger(__name__)

HIT = "Idempotency-Hit"
LEASE = timedelta(seconds=25)
"""After which a request that neither finished nor took effect may run again: its process is dead, or it is refused at
its commit. A claim that lies further ahead is by a clock that was set back since."""

_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_STREAMS = "streams_its_body"
_TOLD_ONCE = "told_once"
_NOT_KEPT = frozenset({429})  # told to come back: the same request is answered anew then
_KEPT_HEADERS = ("Content-Type", "Content-Language", "Location", "ETag", "Link")


@dataclass(frozen=True, slots=True)
class _Claim:
    key: RequestKey
    body_hash: bytes


def streams_body(handler: Handler) -> Handler:
    """Mark a handler that reads its body piece by piece, and calls `claim_stream` when it has."""
    setattr(handler, _STREAMS, True)
    return handler


def tells_secret(handler: Handler) -> Handler:
    """Mark a handler whose good answer holds a secret that is told once: it is not kept, and a repeat is told so."""
    setattr(handler, _TOLD_ONCE, True)
    return handler


class AlreadyAnsweredError(Exception):
    """The request's key was used before: undo, and give the answer that was kept."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def forget_claim() -> None:
    """At the start of a request: nothing of the request that this thread served before."""
    request_key.set(None)


def begin() -> Response | None:
    """Before each request: claim the key, or answer from what is kept. A streaming route claims by `claim_stream`.

    Raises:
        Problem: `idempotency_key_invalid`, `idempotency_key_reused`, `idempotency_in_progress` or
            `idempotency_answer_lost`.
    """
    if request.method not in _METHODS or "Idempotency-Key" not in request.headers or request.url_rule is None:
        return None
    if getattr(current_app.view_functions.get(request.endpoint or ""), _STREAMS, False):
        return None
    return _claim_for(sha256(request.get_data()).digest())


def claim_stream(body_digest: bytes) -> None:
    """In a route that streams its body, inside the unit of work that keeps it: claim the request's key, if it has one.

    Raises:
        AlreadyAnsweredError: with the answer to give.
        Problem: as `begin`.
    """
    kept = _claim_for(body_digest)
    if kept is not None:
        raise AlreadyAnsweredError(kept)


def _claim_for(body_digest: bytes) -> Response | None:
    """Claim the request's key for a body with this digest; a response means: answer with it and do nothing else."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Problem("idempotency_key_invalid")
    key = RequestKey(f"{actor().kind}:{actor().id}", given, current_database().clock.now())
    address = f"{request.method} {request.full_path}\n".encode()
    claim = _Claim(key, sha256(address + (request.mimetype or "").encode() + b"\n" + body_digest).digest())
    kept = _claim(claim)
    if kept is not None:
        return kept
    g.idempotency_claim = claim
    request_key.set(key)
    return None


def _claim(claim: _Claim) -> Response | None:
    now = claim.key.claimed_at
    values = {"owner": claim.key.owner, "key": claim.key.key, "body_hash": claim.body_hash, "created_at": now}
    with current_database().bookkeeping() as session:
        fresh = insert(IdempotencyKey).values(**values, committed=False).on_conflict_do_nothing()
        if session.execute(fresh.returning(IdempotencyKey.key)).one_or_none():
            return None
        row = session.execute(select(IdempotencyKey).where(*_is(claim.key)).with_for_update()).scalar_one_or_none()
        if row is None:  # released between the two statements: the caller simply tries again
            raise in_progress()
        if row.body_hash != claim.body_hash:
            raise Problem("idempotency_key_reused")
        if row.status is not None:
            return _replay(row)
        if abs(now - row.created_at) < LEASE:
            raise in_progress()
        if row.committed:
            raise Problem("idempotency_answer_lost")
        row.created_at = now
    return None


def _is(key: RequestKey) -> tuple[Any, ...]:
    return (IdempotencyKey.owner == key.owner, IdempotencyKey.key == key.key)


def _is_ours(key: RequestKey) -> tuple[Any, ...]:
    return (*_is(key), IdempotencyKey.created_at == key.claimed_at)


def _replay(row: IdempotencyKey) -> Response:
    response = Response(row.body, status=row.status, headers=row.headers)
    response.headers[HIT] = "true"
    return response


def finish(response: Response) -> Response:
    """After each request: keep the answer of a claimed key; forget the claim where the failure was ours.

    So it is where the caller was told to come back.
    """
    claim: _Claim | None = g.pop("idempotency_claim", None)
    if claim is None:
        return response
    request_key.set(None)
    try:
        with current_database().bookkeeping() as session:
            if response.status_code in _NOT_KEPT or response.status_code >= 500 or response.is_streamed:  # noqa: PLR2004
                forget = delete(IdempotencyKey).where(*_is_ours(claim.key), ~IdempotencyKey.committed)
                session.execute(forget)
            else:
                told = _told_again(response)
                headers = {name: told.headers[name] for name in _KEPT_HEADERS if name in told.headers}
                kept = {"status": told.status_code, "headers": headers, "body": told.get_data()}
                session.execute(update(IdempotencyKey).where(*_is_ours(claim.key)).values(**kept))
    except SQLAlchemyError:  # the effect stands; a repeat is told that the answer was lost
        log.warning("idempotent_answer_not_kept", exc_info=True)
    response.headers[HIT] = "false"
    return response


def _told_again(response: Response) -> Response:
    """What a repeat of the request gets."""
    secret = getattr(current_app.view_functions.get(request.endpoint or ""), _TOLD_ONCE, False)
    good = response.status_code < 400  # noqa: PLR2004 - refusals hold no secret
    if not (secret and good):
        return response
    told = problem_response(Problem("answer_told_once"))
    g.pop("problem_code", None)  # this request has no problem; its repeats do
    return told


def forget_old_keys(database: Database, older_than: timedelta) -> int:
    """Delete answers kept longer than `older_than`; returns how many."""
    with database.bookkeeping() as session:
        limit = database.clock.now() - older_than
        gone = session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < limit).returning(IdempotencyKey.key)
        )
        return len(gone.all())
