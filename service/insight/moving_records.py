"""What was recorded about entities in the days about a freeze: decisions, acts, inspections, the register."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import register
from service.platform import local_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy.orm import Session

    from service.insight.moves import Span

_EVIDENCE = text("""
WITH said AS (
  SELECT e.entity_id, 'event' AS what, e.decision_kind || ' ' || e.code AS detail, e.source, e.source_ref,
         e.decided_on AS dated_on, e.audit_id
    FROM event e WHERE e.entity_id = ANY(:ids)
  UNION ALL
  SELECT e.entity_id, 'act', a.act, a.source, a.source_ref, a.acted_on, a.audit_id
    FROM event e JOIN event_act a ON a.event_id = e.id WHERE e.entity_id = ANY(:ids)
  UNION ALL
  SELECT o.entity_id, 'inspection', o.type, o.source, o.source_ref, o.held_on, o.audit_id
    FROM occasion o WHERE o.entity_id = ANY(:ids)
)
SELECT said.entity_id, said.what, said.detail, said.source, said.source_ref, said.dated_on, u.recorded_at, s.seq
  FROM said JOIN ledger_seal s ON s.audit_id = said.audit_id JOIN audit u ON u.id = said.audit_id
 WHERE s.seq > :start AND s.seq <= :known
   AND (u.recorded_at <= :until OR said.dated_on BETWEEN :first AND :last)
""")
# Every version since the span began, beside the one before it.
_VERSIONS = text("""
SELECT v.entity_id, v.body, u.actor_kind || ':' || u.actor_id AS source, u.recorded_at, s.seq,
       (SELECT b.body FROM entity_version b
         WHERE b.entity_id = v.entity_id AND b.id < v.id ORDER BY b.id DESC LIMIT 1) AS before
  FROM ledger_seal s JOIN entity_version v ON v.audit_id = s.audit_id JOIN audit u ON u.id = s.audit_id
 WHERE s.seq > :start AND s.seq <= :known
""")
_PLACING = ("status", "kinds", "authority", "region", "parent", "attributes", "established_on")
"""Fields of the register that a tier, or a place in a frame, may follow from."""


class MovingRecord(NamedTuple):
    """Something that was recorded. ``what``: ``event``, ``act``, ``inspection``, ``register``.

    ``about``: the entity, or its branch; ``detail``: kind and code, act, type, or the fields of the register that
    changed. ``dated_on`` None: it bears no day of its own. ``back_dated``: it came after the cut-off day and is dated
    before the end of it.
    """

    about: str
    what: str
    detail: str
    source: str
    source_ref: str
    dated_on: date | None
    recorded_at: datetime
    position: int
    back_dated: bool


def moving_records(
    session: Session, framed: Collection[int], span: Span, *, cut_off: date, zone: str
) -> dict[int, list[MovingRecord]]:
    """What was recorded about entities from the beginning of a span to its end, or later with a day within it.

    Args:
        session: what is read.
        framed: the entities of the frame; whoever the register changed in the span is looked at too.
        span: the days and positions.
        cut_off: the cut-off day.
        zone: the time zone in which days are counted.

    Returns:
        By entity, in the order of recording; what was recorded about a branch is told of its parent too.
    """
    versions = list(_versions(session, span))
    ids = {*framed, *(number for number, _ in versions)}
    owners = {branch: parent for parent, found in register.branches(session, ids).items() for branch in found}
    asked = {"ids": [*ids, *(owners.keys() - ids)], **_asked(span)}
    rows = [(row[0], tuple(row[1:])) for row in session.execute(_EVIDENCE, asked)]
    keys = {
        number: one.key
        for number, one in register.facts(session, {number for number, _ in (*versions, *rows)}, position=None).items()
    }
    found: dict[int, list[MovingRecord]] = {}
    for number, (what, detail, source, ref, dated, recorded_at, position) in (*versions, *rows):
        late = dated is not None and dated <= cut_off < local_day(recorded_at, zone)
        one = MovingRecord(keys[number], what, detail, source, ref, dated, recorded_at, position, back_dated=late)
        for concerned in {number, owners.get(number)} & ids:
            found.setdefault(concerned, []).append(one)
    return {number: sorted(every, key=lambda one: one.position) for number, every in found.items()}


def _asked(span: Span) -> dict[str, Any]:
    return {
        "start": span.at_start,
        "known": span.known,
        "until": span.until,
        "first": span.first,
        "last": span.last,
    }


def _versions(session: Session, span: Span) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The changes of the register, each as evidence is told."""
    for number, body, source, recorded_at, position, before in session.execute(_VERSIONS, _asked(span)):
        changed = [name for name in _PLACING if before is None or body.get(name) != before.get(name)]
        if not changed:
            continue
        dated = _dated(body, before or {})
        if recorded_at <= span.until or (dated is not None and span.first <= dated <= span.last):
            detail = "entered" if before is None else " ".join(changed)
            yield number, ("register", detail, source, body["key"], dated, recorded_at, position)


def _dated(body: Mapping[str, Any], before: Mapping[str, Any]) -> date | None:
    """The day that a change bears: of the new status, else the first on which its licences differ."""
    if body["status"] != before.get("status") and body["status_on"] is not None:
        return date.fromisoformat(body["status_on"])
    licences = [one for one in body["kinds"] if one not in before.get("kinds", ())] if before else []
    days = [date.fromisoformat(one["valid_to"] or one["valid_from"]) for one in licences]
    return min(days, default=None)
