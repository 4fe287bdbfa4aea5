"""What the offices were told, held against what is stored: each matter once, each of its steps once, its days right."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests.end_to_end.repair_days import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from tests.faults.callers import Remembered

LOST, TWICE = "lost:", "twice:"
BY_ITSELF = "close"
"""What the service does with a case whose effects are all done."""

_CASES = text("""
    SELECT c.number, c.entity_key, c.event_id, c.edition_id, c.clock, c.due_on,
           array_agg(s.event ORDER BY s.place) AS events, array_agg(s.taken_on ORDER BY s.place) AS days,
           (SELECT count(*) FROM event_act a WHERE a.event_id = c.event_id AND a.act = 'repair') AS repairs
      FROM repair_case c LEFT JOIN repair_step s ON s.case_id = c.id
     WHERE c.entity_key LIKE 'own:repairs-%' GROUP BY c.id
""")
_PROPOSALS = text("""
    SELECT p.id, p.edition_id, array_remove(array_agg(s.step ORDER BY s.id), NULL) AS steps,
           (SELECT count(*) FROM rerate_run r WHERE r.proposal_id = p.id) AS runs,
           (SELECT string_agg(coalesce(r.outcome, 'open'), ' ') FROM rerate_run r WHERE r.proposal_id = p.id) AS outcome
      FROM edition_proposal p LEFT JOIN edition_step s ON s.proposal_id = p.id
     WHERE p.edition_id LIKE 'bj-culture.law-%' GROUP BY p.id
""")


def faults_of_cases(session: Session, remembered: Remembered) -> Iterator[str]:
    """Every case that was told is there once, with the steps that were taken, and its term ends on the right day."""
    rows = session.execute(_CASES).all()
    stored = {row.number: row for row in rows}
    yield from (
        f"{TWICE} {key} has {count} cases"
        for key, count in Counter(row.entity_key for row in rows).items()
        if count > 1
    )
    for case in remembered.cases:
        row = stored.get(case.number)
        if row is None or (row.entity_key, row.event_id) != (case.entity, case.record):
            yield f"{LOST} case {case.number}"
        elif [event for event in row.events if event != BY_ITSELF] != case.steps:
            yield f"case {case.number}: {row.events} instead of {case.steps}"
        elif row.repairs != ("grant" in case.steps):
            yield f"case {case.number}: its record was repaired {row.repairs} times"
        else:
            yield from _faults_of_term(row)


def _faults_of_term(row: Any) -> Iterator[str]:  # noqa: ANN401 - a row of the database
    steps = [{"event": event, "on": day.isoformat()} for event, day in zip(row.events, row.days, strict=True)]
    _, left = counted({"edition": row.edition_id, "steps": steps})[-1]
    shown = {} if row.clock is None else {row.clock: row.due_on.isoformat()}
    if shown != left:
        yield f"case {row.number}: its term is {shown}, should be {left}"


def faults_of_adoptions(session: Session, remembered: Remembered) -> Iterator[str]:
    """Every proposal that was told is there once, with its steps, and one re-rating where it was approved."""
    stored = defaultdict(list)
    for row in session.execute(_PROPOSALS):
        stored[row.edition_id].append(row)
    for told in remembered.adoptions:
        found = stored.get(told.edition, [])
        if [row.id for row in found] != [told.proposal]:
            yield f"{TWICE if found else LOST} proposal {told.proposal} of {told.edition}: {[row.id for row in found]}"
            continue
        (row,) = found
        if ["proposed", *row.steps] != told.steps:
            yield f"proposal {told.proposal}: {row.steps} instead of {told.steps}"
        if row.runs != ("approved" in told.steps):
            yield f"proposal {told.proposal} has {row.runs} re-ratings"
        elif row.outcome != ("withdrawn" if "withdrawn" in told.steps else row.outcome):
            yield f"proposal {told.proposal}: its re-rating is {row.outcome}"
