"""The unit of work: one transaction, one actor, one instant."""

import json
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.platform.actor import Actor
from service.platform.problem import Problem
from service.platform.queues import wake
from service.platform.request_id import current_request_id

log = structlog.get_logger(__name__)

# One statement carries everything that a write leaves behind, so that none of it costs a round trip of its own.
_LEAVE = text("""
WITH ledger AS (
  INSERT INTO audit (id, recorded_at, actor_kind, actor_id, role, authority, action, subject, detail, request_id)
  SELECT a.id, :now, :actor_kind, :actor_id, :role, :authority, a.action, a.subject, a.detail, :request_id
  FROM unnest(CAST(:audit_ids AS bigint[]), CAST(:actions AS text[]), CAST(:subjects AS text[]),
              CAST(:details AS jsonb[])) AS a (id, action, subject, detail)
), marks AS (
  INSERT INTO rerate_mark (subject, reason)
  SELECT m.subject, m.reason FROM unnest(CAST(:mark_subjects AS bigint[]), CAST(:mark_reasons AS text[]))
    AS m (subject, reason)
)
INSERT INTO outbox (topic, subject, payload, recorded_at)
SELECT o.topic, o.subject, o.payload, :now
FROM ROWS FROM (json_to_recordset(CAST(:outbox AS json)) AS (topic text, subject text, payload jsonb))
  WITH ORDINALITY AS o (topic, subject, payload, place) ORDER BY o.place
""")
_TOOK_EFFECT = text("""
UPDATE idempotency_key SET committed = true WHERE owner = :owner AND key = :key AND created_at = :claimed_at
RETURNING key
""")
_WROTE = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The `Idempotency-Key` of the request that runs, with its owner, and when this request claimed it."""

    owner: str
    key: str
    claimed_at: datetime


request_key: ContextVar[RequestKey | None] = ContextVar("request_key", default=None)


def in_progress() -> Problem:
    """What a request is told while another one with its key is at work."""
    return Problem("idempotency_in_progress", headers={"Retry-After": "2"})


class UnauditedWriteError(Exception):
    """A transaction wrote something and left no audit row (design §2.9). A fault of the program, never of a caller."""


class UnitOfWork:
    """What a use case is handed: a session and the means to leave its traces.

    Audit rows, marks and outbox rows are gathered and written together at the end of the transaction, so a foreign
    key to `audit` must be deferred (or absent).
    """

    def __init__(self, session: Session, actor: Actor, now: datetime, next_audit_id: Callable[[Session], int]) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self._next_audit_id = next_audit_id
        self._audit: list[tuple[int, str, str, Jsonb]] = []
        self._marks: list[tuple[int, str]] = []
        self._outbox: list[dict[str, object]] = []
        self._after: list[Callable[[], object]] = []
        self._audited = False
        self._abandoned = False

    def next_audit_id(self) -> int:
        """The number of a note to come, for rows that must carry it before they are known to be written."""
        return self._next_audit_id(self.session)

    def audit(self, action: str, subject: str, detail: Mapping[str, Any], *, number: int | None = None) -> int:
        """Note this write in the ledger; a bulk file is one note.

        Args:
            action: `room.act`, e.g. `evidence.event_recorded`.
            subject: public key of what was touched.
            detail: strings, booleans, null, integers and containers of these; personal fields only as salted digests.
            number: from `next_audit_id`, where rows carry it already.

        Returns:
            The audit number. Rows of evidence keep it: its seal's sequence is their recorded order.
        """
        taken = self.next_audit_id() if number is None else number
        self._audit.append((taken, action, subject, Jsonb(dict(detail))))
        return taken

    def mark(self, subjects: Iterable[int], reason: str) -> None:
        """Ask that these entities (by id) be rated again; the drain is woken after the commit."""
        if not self._marks:
            self.wake("drain")
        self._marks.extend((subject, reason) for subject in subjects)

    def publish(self, topic: str, subject: str, payload: Mapping[str, Any]) -> None:
        """Tell higher rooms and partners, through the outbox."""
        self._outbox.append({"topic": topic, "subject": subject, "payload": dict(payload)})

    def after_commit(self, act: Callable[[], object]) -> None:
        """Run `act` once the transaction is committed; what it raises is logged, since the commit stands."""
        self._after.append(act)

    def wake(self, name: str, *args: str | int) -> None:
        """After the commit, wake the job `name` of the queue catalogue; best effort."""
        self.after_commit(lambda: wake(name, *args))

    def abandon(self) -> None:
        """Keep nothing of this unit of work, though it ends well: what it wrote was only staged, then refused."""
        self._abandoned = True

    def flush(self) -> None:
        """Send what was gathered so far to the database, inside the transaction."""
        self.session.flush()
        if not (self._audit or self._marks or self._outbox):
            return
        self.session.execute(_LEAVE, self._parameters())
        self._audited = self._audited or bool(self._audit)
        self._audit, self._marks, self._outbox = [], [], []

    def finish(self) -> None:
        """Flush, and refuse a write without an audit row. The database calls this just before it commits.

        Raises:
            UnauditedWriteError: it wrote something and left no audit row.
            Problem: `idempotency_in_progress`, where the request took so long that its repeat has taken its place.
        """
        if self._abandoned:
            self.session.rollback()
            self._after.clear()
            return
        self.flush()
        if not self._audited and self.session.in_transaction() and self.session.execute(_WROTE).scalar_one():
            raise UnauditedWriteError("this unit of work wrote without calling audit()")
        key = request_key.get()
        if key is not None and self._audited:
            held = {"owner": key.owner, "key": key.key, "claimed_at": key.claimed_at}
            if self.session.execute(_TOOK_EFFECT, held).one_or_none() is None:
                raise in_progress()

    def run_after_commit(self) -> None:
        """Run what waits for the commit, each on its own."""
        for act in self._after:
            try:
                act()
            except Exception:
                log.warning("after_commit_failed", exc_info=True)

    def _parameters(self) -> dict[str, object]:
        return {
            "now": self.now,
            "actor_kind": self.actor.kind,
            "actor_id": self.actor.id,
            "role": self.actor.role.value,
            "authority": self.actor.authority,
            "request_id": current_request_id(),
            "audit_ids": [row[0] for row in self._audit],
            "actions": [row[1] for row in self._audit],
            "subjects": [row[2] for row in self._audit],
            "details": [row[3] for row in self._audit],
            "mark_subjects": [row[0] for row in self._marks],
            "mark_reasons": [row[1] for row in self._marks],
            "outbox": json.dumps(self._outbox, ensure_ascii=False),
        }
