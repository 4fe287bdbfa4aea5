"""The reconciler: re-rates a rolling sample with both engines and compares with what is stored.

Nobody's tier should ever rest on a fault of ours: a difference raises an alarm that names the entity and where the
answers part, and marks it to be rated again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from sqlalchemy import text

from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from service import editions
from service.platform import job_actor
from service.ratings.assemble import history
from service.ratings.rate import rolls_up
from service.ratings.read import read_subjects
from service.ratings.rerates.runs import open_runs, withdrawn_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from scoring.rating.history import EditionChain, History
    from scoring.rating.result import Result
    from service.platform import Database

log = structlog.get_logger(__name__)

SAMPLE = 200
"""Entities of one round: a city of 50,000 comes round once in some hours at a round a minute."""

# Only what stands still is compared: nothing waiting, nothing set apart.
NEXT = """
    SELECT head.entity_id, head.as_of, head.summary,
           (SELECT jsonb_object_agg(kind, next_change_on) FROM rating WHERE id = ANY(head.rating_ids)) AS changes
      FROM rating_head AS head
     WHERE head.entity_id > :after AND head.computed_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM rerate_mark WHERE subject = head.entity_id)
       AND NOT EXISTS (SELECT FROM rating_quarantine AS held WHERE held.entity_id = head.entity_id)
     ORDER BY head.entity_id LIMIT :sample
"""
PLACE = "SELECT coalesce((SELECT last_entity FROM rating_reconciler), 0)"
MOVE = """
    INSERT INTO rating_reconciler (id, last_entity) VALUES (1, :last)
        ON CONFLICT (id) DO UPDATE SET last_entity = excluded.last_entity
"""


class Difference(NamedTuple):
    """Two answers that should be one: of the stored document and `explain`, or of `explain` and `columnar`."""

    entity_id: int
    key: str
    kind: str
    between: str
    first: str
    second: str


class Reconciled(NamedTuple):
    """How many entities were compared, and every difference found."""

    checked: int
    differences: tuple[Difference, ...]


class _Case(NamedTuple):
    entity_id: int
    history: History
    chain: EditionChain
    as_of: date
    stored: str
    change: date | None
    result: Result


def reconcile(*, database: Database, sample: int = SAMPLE) -> Reconciled:
    """Compare the next entities in turn; after the last the first come again."""
    with database.reader() as session:
        after = session.execute(text(PLACE)).scalar_one()
        heads = session.execute(text(NEXT), {"after": after, "sample": sample}).all()
        cases = list(_cases(session, heads))
        begins = frozenset(run.day for run in open_runs(session))
        gone = withdrawn_days(session)
    stale = {case.entity_id for case in cases if _knows_a_day_that_is_gone(case, gone)}
    found = (*_against_stored(cases, begins, gone), *_against_columnar(cases))
    last = heads[-1].entity_id if len(heads) == sample else 0
    with database.unit_of_work(job_actor("reconciler")) as uow:
        uow.session.execute(text(MOVE), {"last": last})
        uow.audit("ratings.reconciled", f"{len(heads)} entities", {"differences": len(found), "after": after})
        for one in found:
            log.error("ratings_differ", entity_id=one.entity_id, kind=one.kind, between=one.between)
            uow.publish("alarm.reconcile", one.key, {"kind": one.kind, "between": one.between})
        uow.mark(sorted(stale.union(one.entity_id for one in found)), "reconcile")
    return Reconciled(len(heads), found)


def _cases(session: Session, heads: Sequence[Row[Any]]) -> Iterator[_Case]:
    shelf = editions.shelf(session)
    by_id = {head.entity_id: head for head in heads}
    for subject in read_subjects(session, list(by_id)):
        head = by_id[subject.facts.id]
        for kind in sorted(subject.facts.kinds):
            chain = shelf.chain(kind=kind, region=subject.facts.region, as_of=head.as_of)
            whole = history(subject, kind, with_branches=rolls_up(chain, kind, head.as_of), as_of=head.as_of)
            stored = head.summary.get(kind, {}).get("digest", "")
            change = (head.changes or {}).get(kind)
            result = explain(whole, chain, head.as_of)
            day = None if change is None else date.fromisoformat(change)
            yield _Case(head.entity_id, whole, chain, head.as_of, stored, day, result)


def _against_stored(cases: Sequence[_Case], begins: Collection[date], gone: Collection[date]) -> Iterator[Difference]:
    """``begins``: first days of editions that were adopted since some ratings were written: these cannot name them."""
    for case in cases:
        _, digest = encode(case.result)
        day = case.result.next_change_on
        if digest != case.stored and day in begins and (case.change is None or day is None or case.change > day):
            _, digest = encode(case.result._replace(next_change_on=case.change))
        if digest != case.stored and not _knows_a_day_that_is_gone(case, gone):
            yield _difference(case, "stored document and explain", case.stored, digest)


def _knows_a_day_that_is_gone(case: _Case, gone: Collection[date]) -> bool:
    """Whether a rating is right but for the first day of a withdrawn edition: a drain that was under way wrote it."""
    if case.change not in gone or case.change == case.result.next_change_on:
        return False
    return encode(case.result._replace(next_change_on=case.change))[1] == case.stored


def _against_columnar(cases: Sequence[_Case]) -> Iterator[Difference]:
    groups: dict[tuple[str, int, date], list[_Case]] = {}
    for case in cases:
        groups.setdefault((case.history.kind, id(case.chain), case.as_of), []).append(case)
    for group in groups.values():
        for case, all_at_once in zip(group, _by_columnar(group), strict=True):
            result = case.result
            one_by_one = str((result.state, result.total, result.grade, result.tier))
            if one_by_one != all_at_once:
                yield _difference(case, "explain and columnar", one_by_one, all_at_once)


def _by_columnar(group: Sequence[_Case]) -> list[str]:
    """State, score, grade and tier of each case by the engine for all entities at once."""
    from scoring.rating.columnar import (  # noqa: PLC0415 -- NumPy, for the one process that reconciles
        ABSENT,
        NO_POINTS,
        STATES,
        columns_of,
        rate_all,
    )

    rated = rate_all(columns_of([case.history for case in group]), group[0].chain, group[0].as_of, lines=False)
    answers = []
    for place in range(len(group)):
        total, grade, tier = int(rated.total[place]), int(rated.grade[place]), int(rated.tier[place])
        answers.append(
            str(
                (
                    STATES[int(rated.state[place])],
                    None if total == NO_POINTS else total,
                    None if grade == ABSENT else rated.grades[grade],
                    None if tier == ABSENT else rated.tiers[tier],
                )
            )
        )
    return answers


def _difference(case: _Case, between: str, first: str, second: str) -> Difference:
    return Difference(case.entity_id, case.history.entity, case.history.kind, between, first, second)
