"""What the platform tells of itself: marks, the ledger, who leads, what consumers of the outbox have before them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.platform.leading import LEADERS, leaders
from service.platform.metrics.families import Figure, gauge
from service.platform.migrations import schema_serves
from service.platform.queues import QUEUES, queue_lengths

MOST = 100_000
"""Rows that are counted at most: what is beyond alarms no one more."""

_MARKS = gauge("rerate_marks", "Wishes to re-rate that wait, 100000 at most")
_UNSEALED = gauge("audit_unsealed_rows", "Audit rows that wait for the sealer, 100000 at most")
_HORIZON = gauge("ledger_horizon_seconds", "Time since the instant up to which the ledger is complete")
_CHECKED = gauge("ledger_check_timestamp_seconds", "When the chain of the ledger was recomputed last")
_INTACT = gauge("ledger_check_intact", "Whether the chain was intact then")
_SIGNED = gauge("ledger_checkpoint_timestamp_seconds", "When the ledger was signed last")
_SCHEMA = gauge("database_schema_current", "Whether the database has the revision that this program wants, or later")
_RESTRICTED = gauge("database_role_restricted", "Whether the role of the service has no right to change what stands")
_LEADS = gauge("leader_up", "Whether a process of this kind leads", "process")
_SINCE = gauge("leader_since_timestamp_seconds", "Since when the process leads that leads now", "process", "host")
_BEHIND = gauge("outbox_waiting", "Rows of the outbox that a consumer has before it", "consumer")
_OLDEST = gauge("outbox_oldest_seconds", "Age of the oldest of them", "consumer")
OVERDUE = gauge("statutory_clocks_overdue", "Statutory terms that are over and not met", "kind")
UNALARMED = gauge("statutory_clocks_unalarmed", "Those of them of which nobody was alarmed", "kind")
BUILD = gauge("build_info", "The program: its version and the schema that it wants", "version", "schema")
_REDIS = gauge("redis_up", "Whether Redis answers")
_QUEUED = gauge("queue_jobs", "Jobs that wait on a queue", "queue")
_FAILED = gauge("queue_failed_jobs", "Jobs that failed within the last minute", "queue")

_HEALTH = text("""
SELECT (SELECT count(*) FROM (SELECT FROM rerate_mark LIMIT :most) AS m) AS marks,
       (SELECT count(*) FROM (SELECT FROM audit_unsealed LIMIT :most) AS u) AS unsealed,
       (SELECT extract(epoch FROM CAST(:now AS timestamptz) - sealed_through)::float8 FROM ledger_horizon) AS horizon,
       (SELECT extract(epoch FROM checked_at)::float8 FROM ledger_checked) AS checked,
       (SELECT intact FROM ledger_checked) AS intact,
       (SELECT extract(epoch FROM made_at)::float8 FROM ledger_checkpoint ORDER BY id DESC LIMIT 1) AS signed,
       (SELECT version_num FROM alembic_version) AS revision,
       NOT has_table_privilege('audit', 'UPDATE, DELETE, TRUNCATE') AS restricted
""")
# Consumers go through their topics in order: what is above the last row that they noted is before them. Of what is
# below, the newest rows are looked at for one that was left lying.
_BACKLOG = text("""
WITH reach AS (SELECT coalesce(max(outbox_id), 0) AS done FROM outbox_done WHERE consumer = :consumer)
SELECT count(*) AS waiting,
       coalesce(extract(epoch FROM CAST(:now AS timestamptz) - min(w.recorded_at)), 0)::float8 AS oldest
  FROM unnest(CAST(:topics AS text[])) AS t (topic) CROSS JOIN reach CROSS JOIN LATERAL (
    (SELECT recorded_at FROM outbox WHERE topic = t.topic AND id > reach.done ORDER BY id LIMIT 5000)
    UNION ALL
    (SELECT recorded_at FROM (SELECT id, recorded_at FROM outbox WHERE topic = t.topic AND id <= reach.done
                               ORDER BY id DESC LIMIT 100) AS o
      WHERE NOT EXISTS (SELECT FROM outbox_done WHERE consumer = :consumer AND outbox_id = o.id))) AS w
""")


def platform_figures(session: Session, now: datetime) -> Iterator[Figure]:
    """Marks, the ledger, the schema, who leads."""
    row = session.execute(_HEALTH, {"most": MOST, "now": now}).one()
    yield _MARKS.of(row.marks)
    yield _UNSEALED.of(row.unsealed)
    yield _SCHEMA.of(schema_serves(row.revision))
    yield _RESTRICTED.of(row.restricted)
    if row.horizon is not None:
        yield _HORIZON.of(max(0.0, row.horizon))
    if row.checked is not None:
        yield _CHECKED.of(row.checked)
        yield _INTACT.of(row.intact)
    if row.signed is not None:
        yield _SIGNED.of(row.signed)
    held = {one.process: one for one in leaders(session)}
    yield from (_LEADS.of(process in held, process=process) for process in LEADERS)
    yield from (_SINCE.of(one.since, process=one.process, host=one.host) for one in held.values())


def backlog(session: Session, now: datetime, consumer: str, topics: Sequence[str]) -> Iterable[Figure]:
    """How many rows of the outbox a consumer has before it (5000 of a topic at most), and the age of the oldest."""
    row = session.execute(_BACKLOG, {"consumer": consumer, "topics": list(topics), "now": now}).one()
    return _BEHIND.of(row.waiting, consumer=consumer), _OLDEST.of(max(0.0, row.oldest), consumer=consumer)


def queue_figures() -> Iterator[Figure]:
    """Whether Redis answers, and what waits there; nothing where the process was given none."""
    found = queue_lengths()
    if found is None:
        return
    yield _REDIS.of(bool(found))
    for queue in QUEUES:
        if queue in found:
            yield _QUEUED.of(found[queue].waiting, queue=queue)
            yield _FAILED.of(found[queue].failed, queue=queue)
