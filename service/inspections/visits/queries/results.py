"""Audited results and how far tasks have come: what statistics are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.inspections.visits.vocabulary import result_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

_RESULTS = text("""
SELECT v.number, v.entity_id, v.entity_key, v.task, v.source, v.type, v.authority, v.kind, v.tier, v.method, v.held_on,
       o.result, o.problems, o.audited_on, o.publish_by, p.published_on, v.present
  FROM visit_outcome o JOIN visit v ON v.id = o.visit_id LEFT JOIN visit_publication p ON p.visit_id = v.id
 WHERE o.audited_on >= :since AND o.audited_on < :until
   AND (CAST(:authorities AS text[]) IS NULL OR v.authorities && CAST(:authorities AS text[]))
 ORDER BY v.id
""")
_PROGRESS = text("""
SELECT v.task, count(*), count(*) FILTER (WHERE v.state IN ('cancelled', 'replaced') AND v.merged_into IS NULL),
       count(o.visit_id),
       count(*) FILTER (WHERE o.audited_on <= v.deadline),
       count(*) FILTER (WHERE p.published_on <= o.publish_by)
  FROM visit v
  LEFT JOIN visit_outcome o ON o.visit_id = coalesce(v.merged_into, v.id)
  LEFT JOIN visit_publication p ON p.visit_id = o.visit_id
 WHERE v.task = ANY(:tasks)
 GROUP BY v.task ORDER BY v.task
""")
# A visit that was joined to another was made with it, and its result is that of the whole.
_OF_SOURCE = text("""
SELECT v.entity_key, v.entity_id, h.held_on, o.result, r.content
  FROM visit v JOIN visit h ON h.id = coalesce(v.merged_into, v.id)
  JOIN visit_outcome o ON o.visit_id = h.id JOIN visit_record r ON r.id = o.record_id
  JOIN ledger_seal s ON s.audit_id = o.audit_id AND s.seq <= :position
 WHERE v.source = :source ORDER BY v.id
""")


class AuditedResult(NamedTuple):
    """One audited visit. ``source``: its draw or task; ``present``: staff codes; ``tier`` as it was dispatched."""

    number: str
    entity_id: int
    entity: str
    task: str | None
    source: str
    type: str
    authority: str
    kind: str | None
    tier: str | None
    method: str
    held_on: date
    result: str
    problems: int
    audited_on: date
    publish_by: date
    published_on: date | None
    present: tuple[str, ...]


class SourceResult(NamedTuple):
    """An audited visit of a source. ``failed``: items of which an entry did; ``attempt``: nobody was inspected.

    ``refused``: it is a problem of its own, though nothing could be looked at.
    """

    entity: str
    entity_id: int
    held_on: date
    failed: frozenset[str]
    attempt: bool
    refused: bool


class TaskProgress(NamedTuple):
    """The visits of a task: all, those cancelled or replaced, audited, audited by the deadline, published in time.

    One that was joined to another has what became of the other.
    """

    task: str
    visits: int
    left_out: int
    audited: int
    in_time: int
    published_in_time: int


def audited_results(
    session: Session, *, since: date, until: date, authorities: Collection[str] | None = None
) -> Iterator[AuditedResult]:
    """Visits audited on days [since, until), of any of the authorities where named, oldest first."""
    asked = {"since": since, "until": until, "authorities": None if authorities is None else list(authorities)}
    for row in session.execute(_RESULTS, asked):
        yield AuditedResult._make((*row[:-1], tuple(row[-1])))


def source_results(session: Session, source: str, *, position: int) -> Iterator[SourceResult]:
    """The audited visits of a draw's part or a task, in whichever visits they were made, as known at a position."""
    for entity, entity_id, held_on, result, content in session.execute(
        _OF_SOURCE, {"source": source, "position": position}
    ):
        lines, code = json.loads(content)["findings"], result_codes()[result]
        failed = frozenset(line["item"] for line in lines if line["result"] == "fail")
        yield SourceResult(
            entity=entity,
            entity_id=entity_id,
            held_on=held_on,
            failed=failed,
            attempt=code.attempt,
            refused=code.findings == "none" and not code.attempt,
        )


def task_progress(session: Session, tasks: Collection[str]) -> list[TaskProgress]:
    """How far the visits of tasks have come, by task; one without visits is left out."""
    return [TaskProgress._make(row) for row in session.execute(_PROGRESS, {"tasks": list(tasks)})]
